"""Which formula grades the offices of a state, since which month."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "grading_adoptions",
        sa.Column("state_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("formula", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_grading_adoptions_person_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_grading_adoptions_state_id")),
        sa.PrimaryKeyConstraint("state_id", "ordinal", name=op.f("pk_grading_adoptions")),
    )


def downgrade() -> None:
    op.drop_table("grading_adoptions")
