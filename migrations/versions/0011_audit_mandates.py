"""What the posting of an auditor lets them read."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_mandates",
        sa.Column("posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.CheckConstraint("last_month >= first_month", name=op.f("ck_audit_mandates_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_audit_mandates_posting_id")),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_audit_mandates")),
    )
    op.create_table(
        "mandate_offices",
        sa.Column("posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_mandate_offices_office_id")),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["audit_mandates.posting_id"], name=op.f("fk_mandate_offices_posting_id")
        ),
        sa.PrimaryKeyConstraint("posting_id", "office_id", name=op.f("pk_mandate_offices")),
    )


def downgrade() -> None:
    op.drop_table("mandate_offices")
    op.drop_table("audit_mandates")
