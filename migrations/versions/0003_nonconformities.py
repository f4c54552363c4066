"""Deadlines of the quality system."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_deadlines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clock", sa.String(length=24), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fire_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum("met", "fired", "cancelled", name="ended_as", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=300), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_quality_deadlines_ended_has_end")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_deadlines")),
        sa.UniqueConstraint(
            "kind", "subject_id", "clock", "ordinal", name=op.f("uq_quality_deadlines_kind_subject_id_clock_ordinal")
        ),
    )
    with op.batch_alter_table("quality_deadlines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_quality_deadlines_live_fire",
            ["fire_at", "id"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("quality_deadlines", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_quality_deadlines_live_fire",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("quality_deadlines")
