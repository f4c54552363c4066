"""Evidence packs that were asked for, and who took them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_packs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.String(length=64), nullable=True),
        sa.Column("zip_digest", sa.String(length=64), nullable=True),
        sa.Column("zip_size", sa.Integer(), nullable=False),
        sa.Column("pdf_digest", sa.String(length=64), nullable=True),
        sa.Column("pdf_size", sa.Integer(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_evidence_packs_first_before_last")),
        sa.CheckConstraint(
            "(state = 'done') = (zip_digest IS NOT NULL AND pdf_digest IS NOT NULL AND manifest IS NOT NULL)",
            name=op.f("ck_evidence_packs_done_has_its_files"),
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["persons.id"], name=op.f("fk_evidence_packs_asked_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_evidence_packs_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_packs")),
    )
    with op.batch_alter_table("evidence_packs", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_packs_office_id_asked_at", ["office_id", "asked_at"], unique=False)
        batch_op.create_index(
            "uq_evidence_packs_not_ended",
            ["office_id", "first", "last", "language"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "pack_downloads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pack_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "file",
            sa.Enum("pdf", "zip", name="file", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pack_id"], ["evidence_packs.id"], name=op.f("fk_pack_downloads_pack_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_pack_downloads_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_downloads")),
    )
    with op.batch_alter_table("pack_downloads", schema=None) as batch_op:
        batch_op.create_index("ix_pack_downloads_pack_id", ["pack_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("pack_downloads", schema=None) as batch_op:
        batch_op.drop_index("ix_pack_downloads_pack_id")

    op.drop_table("pack_downloads")
    with op.batch_alter_table("evidence_packs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_evidence_packs_not_ended",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_evidence_packs_office_id_asked_at")

    op.drop_table("evidence_packs")
