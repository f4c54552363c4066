"""Internal audits: programme, checklist and the cases that were drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "internal_audits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=False),
        sa.Column("auditor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("auditor_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("planned_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cancelled_because", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("auditor_office_id <> office_id", name=op.f("ck_internal_audits_never_of_their_own_office")),
        sa.CheckConstraint("last_month >= first_month", name=op.f("ck_internal_audits_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["auditor_id"], ["persons.id"], name=op.f("fk_internal_audits_auditor_id")),
        sa.ForeignKeyConstraint(
            ["auditor_office_id"], ["offices.id"], name=op.f("fk_internal_audits_auditor_office_id")
        ),
        sa.ForeignKeyConstraint(["cancelled_by_id"], ["persons.id"], name=op.f("fk_internal_audits_cancelled_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_internal_audits_office_id")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["persons.id"], name=op.f("fk_internal_audits_planned_by_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_internal_audits_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_audits")),
        sa.UniqueConstraint("state_id", "year", "running", name=op.f("uq_internal_audits_state_id_year_running")),
    )
    with op.batch_alter_table("internal_audits", schema=None) as batch_op:
        batch_op.create_index("ix_internal_audits_auditor_id", ["auditor_id"], unique=False)
        batch_op.create_index("ix_internal_audits_office_id", ["office_id"], unique=False)

    op.create_table(
        "audit_answers",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(length=24), nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "conforms",
                "observation",
                "minor",
                "major",
                "not_applicable",
                name="finding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["internal_audits.id"], name=op.f("fk_audit_answers_audit_id")),
        sa.PrimaryKeyConstraint("audit_id", "question", name=op.f("pk_audit_answers")),
    )
    op.create_table(
        "audited_cases",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("disposed_seq", sa.Integer(), nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "conforms",
                "does_not",
                "not_clear",
                name="finding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["internal_audits.id"], name=op.f("fk_audited_cases_audit_id")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_audited_cases_grievance_id")),
        sa.PrimaryKeyConstraint("audit_id", "place", name=op.f("pk_audited_cases")),
        sa.UniqueConstraint("audit_id", "grievance_id", name=op.f("uq_audited_cases_audit_id_grievance_id")),
    )


def downgrade() -> None:
    op.drop_table("audited_cases")
    op.drop_table("audit_answers")
    with op.batch_alter_table("internal_audits", schema=None) as batch_op:
        batch_op.drop_index("ix_internal_audits_office_id")
        batch_op.drop_index("ix_internal_audits_auditor_id")

    op.drop_table("internal_audits")
