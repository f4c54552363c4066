"""Deadlines of the quality system, and nonconformities with what is done about them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

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

    op.create_table(
        "nonconformities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "by_hand",
                "disposal_check",
                "repeat",
                "hot_spot",
                "appeal",
                "control_chart",
                "objective",
                "internal_audit",
                "external_audit",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column(
            "severity",
            sa.Enum("major", "minor", name="severity", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column(
            "facts", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "opened",
                "corrected",
                "cause_found",
                "action_planned",
                "action_done",
                "effective",
                "closed",
                "cancelled",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answerable_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.Column("proposer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_digest", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (stage NOT IN ('closed', 'cancelled'))", name=op.f("ck_nonconformities_ended_has_end")
        ),
        sa.ForeignKeyConstraint(
            ["answerable_office_id"], ["offices.id"], name=op.f("fk_nonconformities_answerable_office_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_nonconformities_office_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["persons.id"], name=op.f("fk_nonconformities_opened_by_id")),
        sa.ForeignKeyConstraint(
            ["owner_posting_id"], ["postings.id"], name=op.f("fk_nonconformities_owner_posting_id")
        ),
        sa.ForeignKeyConstraint(["proposer_id"], ["persons.id"], name=op.f("fk_nonconformities_proposer_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_nonconformities_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformities")),
        sa.UniqueConstraint("office_id", "year", "running", name=op.f("uq_nonconformities_office_id_year_running")),
        sa.UniqueConstraint("source", "reference", name=op.f("uq_nonconformities_source_reference")),
        sa.UniqueConstraint("state_id", "number", name=op.f("uq_nonconformities_state_id_number")),
    )
    with op.batch_alter_table("nonconformities", schema=None) as batch_op:
        batch_op.create_index("ix_nonconformities_office_id", ["office_id", "ended_at"], unique=False)
        batch_op.create_index(
            "ix_nonconformities_open_due_on",
            ["state_id", "due_on"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_nonconformities_open_owner_posting_id",
            ["owner_posting_id"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "nonconformity_entries",
        sa.Column("nonconformity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "open",
                "correct",
                "find_cause",
                "plan",
                "replan",
                "report_done",
                "find_effective",
                "find_not_effective",
                "close",
                "propose_cancel",
                "cancel",
                "keep",
                "escalate",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "supervisor",
                "presiding_officer",
                "clerk",
                "quality_manager",
                "auditor",
                "administrator",
                "complainant",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "stage_before",
            sa.Enum(
                "opened",
                "corrected",
                "cause_found",
                "action_planned",
                "action_done",
                "effective",
                "closed",
                "cancelled",
                name="stage_before",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "stage_after",
            sa.Enum(
                "opened",
                "corrected",
                "cause_found",
                "action_planned",
                "action_done",
                "effective",
                "closed",
                "cancelled",
                name="stage_after",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"], ["nonconformities.id"], name=op.f("fk_nonconformity_entries_nonconformity_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_nonconformity_entries_person_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_nonconformity_entries_posting_id")),
        sa.PrimaryKeyConstraint("nonconformity_id", "seq", name=op.f("pk_nonconformity_entries")),
    )
    op.create_table(
        "nonconformity_cases",
        sa.Column("nonconformity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_nonconformity_cases_grievance_id")),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"], ["nonconformities.id"], name=op.f("fk_nonconformity_cases_nonconformity_id")
        ),
        sa.PrimaryKeyConstraint("nonconformity_id", "grievance_id", name=op.f("pk_nonconformity_cases")),
    )
    with op.batch_alter_table("nonconformity_cases", schema=None) as batch_op:
        batch_op.create_index("ix_nonconformity_cases_grievance_id", ["grievance_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("nonconformity_cases", schema=None) as batch_op:
        batch_op.drop_index("ix_nonconformity_cases_grievance_id")

    op.drop_table("nonconformity_cases")
    op.drop_table("nonconformity_entries")
    with op.batch_alter_table("nonconformities", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_nonconformities_open_owner_posting_id",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_nonconformities_open_due_on",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_nonconformities_office_id")

    op.drop_table("nonconformities")
    with op.batch_alter_table("quality_deadlines", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_quality_deadlines_live_fire",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("quality_deadlines")
