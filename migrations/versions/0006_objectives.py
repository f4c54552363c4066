"""Quality objectives of offices, and how their months stood."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "quality_objectives",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("office_id", _BIG, nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "percent",
                "median_days",
                "ninetieth_days",
                "cases",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("target_tenths", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("owner_id", _BIG, nullable=False),
        sa.Column("set_by_id", _BIG, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_month >= first_month", name=op.f("ck_quality_objectives_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_quality_objectives_office_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["persons.id"], name=op.f("fk_quality_objectives_owner_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["persons.id"], name=op.f("fk_quality_objectives_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_objectives")),
    )
    with op.batch_alter_table("quality_objectives", schema=None) as batch_op:
        batch_op.create_index("ix_quality_objectives_last_month", ["last_month"], unique=False)
        batch_op.create_index("ix_quality_objectives_office_id", ["office_id", "first_month"], unique=False)

    op.create_table(
        "objective_months",
        sa.Column("objective_id", _BIG, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "met",
                "missed",
                "not_yet",
                "too_few",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_clear", sa.Boolean(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("nonconformity", sa.String(length=40), nullable=True),
        sa.Column("answered_by_id", _BIG, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["persons.id"], name=op.f("fk_objective_months_answered_by_id")),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["quality_objectives.id"], name=op.f("fk_objective_months_objective_id")
        ),
        sa.PrimaryKeyConstraint("objective_id", "month", name=op.f("pk_objective_months")),
    )


def downgrade() -> None:
    op.drop_table("objective_months")
    op.drop_table("quality_objectives")
