"""Certificates, the audits and findings of certification bodies, and reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("scope_en", sa.String(length=500), nullable=False),
        sa.Column("scope_hi", sa.String(length=500), nullable=False),
        sa.Column("scope_gu", sa.String(length=500), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("accreditation", sa.String(length=120), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("is_invented", sa.Boolean(), nullable=False),
        sa.Column("entered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cycle >= 1", name=op.f("ck_certificates_cycle_counts_from_one")),
        sa.CheckConstraint("expires_on > decided_on", name=op.f("ck_certificates_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["persons.id"], name=op.f("fk_certificates_entered_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_certificates_office_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_certificates_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index("ix_certificates_office_id", ["office_id"], unique=False)

    op.create_table(
        "certificate_steps",
        sa.Column("certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "suspended",
                "restored",
                "withdrawn",
                "struck",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_certificate_steps_certificate_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_certificate_steps_person_id")),
        sa.PrimaryKeyConstraint("certificate_id", "seq", name=op.f("pk_certificate_steps")),
    )
    op.create_table(
        "certification_audits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "stage_1",
                "stage_2",
                "surveillance_1",
                "surveillance_2",
                "recertification",
                "special",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("auditor", sa.String(length=120), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "conforms",
                "after_correction",
                "does_not_conform",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_certification_audits_certificate_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_certification_audits_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_audits")),
        sa.UniqueConstraint(
            "certificate_id", "kind", "done_on", name=op.f("uq_certification_audits_certificate_id_kind_done_on")
        ),
    )
    op.create_table(
        "external_findings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "major", "minor", "observation", name="severity", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("clause", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("nonconformity", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["certification_audits.id"], name=op.f("fk_external_findings_audit_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_external_findings_certificate_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_external_findings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_findings")),
        sa.UniqueConstraint("certificate_id", "running", name=op.f("uq_external_findings_certificate_id_running")),
    )
    with op.batch_alter_table("external_findings", schema=None) as batch_op:
        batch_op.create_index("ix_external_findings_audit_id", ["audit_id"], unique=False)

    op.create_table(
        "certificate_papers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_certificate_papers_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["external_findings.id"], name=op.f("fk_certificate_papers_finding_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_certificate_papers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_papers")),
        sa.UniqueConstraint("certificate_id", "digest", name=op.f("uq_certificate_papers_certificate_id_digest")),
    )
    with op.batch_alter_table("certificate_papers", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_papers_digest", ["digest"], unique=False)

    op.create_table(
        "certificate_reminders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("clock", sa.String(length=24), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_certificate_reminders_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["external_findings.id"], name=op.f("fk_certificate_reminders_finding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_reminders")),
    )
    with op.batch_alter_table("certificate_reminders", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_reminders_certificate_id", ["certificate_id"], unique=False)

    op.create_table(
        "external_finding_steps",
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "answered",
                "returned",
                "extended",
                "accepted",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'extended') = (due_on IS NOT NULL)", name=op.f("ck_external_finding_steps_more_time_has_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["external_findings.id"], name=op.f("fk_external_finding_steps_finding_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_external_finding_steps_person_id")),
        sa.PrimaryKeyConstraint("finding_id", "seq", name=op.f("pk_external_finding_steps")),
    )


def downgrade() -> None:
    op.drop_table("external_finding_steps")
    with op.batch_alter_table("certificate_reminders", schema=None) as batch_op:
        batch_op.drop_index("ix_certificate_reminders_certificate_id")

    op.drop_table("certificate_reminders")
    with op.batch_alter_table("certificate_papers", schema=None) as batch_op:
        batch_op.drop_index("ix_certificate_papers_digest")

    op.drop_table("certificate_papers")
    with op.batch_alter_table("external_findings", schema=None) as batch_op:
        batch_op.drop_index("ix_external_findings_audit_id")

    op.drop_table("external_findings")
    op.drop_table("certification_audits")
    op.drop_table("certificate_steps")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index("ix_certificates_office_id")

    op.drop_table("certificates")
