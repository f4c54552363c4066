"""Every table of the first version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bursts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("codes", "confirmations", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bursts")),
        sa.UniqueConstraint("kind", "source", "begins_at", name=op.f("uq_bursts_kind_source_begins_at")),
    )
    op.create_table(
        "complainants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mobile", sa.String(length=16), nullable=True),
        sa.Column("mobile_proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone_is_shared", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complainants")),
    )
    with op.batch_alter_table("complainants", schema=None) as batch_op:
        batch_op.create_index("ix_complainants_mobile", ["mobile"], unique=False)

    op.create_table(
        "departments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("name_hi", sa.String(length=160), nullable=False),
        sa.Column("name_gu", sa.String(length=160), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("code", name=op.f("uq_departments_code")),
    )
    op.create_table(
        "filing_drafts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "answers", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_filing_drafts")),
    )
    with op.batch_alter_table("filing_drafts", schema=None) as batch_op:
        batch_op.create_index("ix_filing_drafts_touched_at", ["touched_at"], unique=False)

    op.create_table(
        "grounds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_hi", sa.String(length=200), nullable=False),
        sa.Column("name_gu", sa.String(length=200), nullable=False),
        sa.Column("instead_en", sa.Text(), nullable=False),
        sa.Column("instead_hi", sa.Text(), nullable=False),
        sa.Column("instead_gu", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grounds")),
        sa.UniqueConstraint("code", name=op.f("uq_grounds_code")),
    )
    op.create_table(
        "inbound_sms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("mobile", sa.String(length=16), nullable=False),
        sa.Column("command", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_sms")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_inbound_sms_provider_id")),
    )
    op.create_table(
        "job_runs",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column(
            "report", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "filing",
                "confirming",
                "own_grievances",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
    )
    with op.batch_alter_table("one_time_codes", schema=None) as batch_op:
        batch_op.create_index("ix_one_time_codes_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_one_time_codes_subject", ["subject", "holder", "made_at"], unique=False)

    op.create_table(
        "openings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
    )
    with op.batch_alter_table("openings", schema=None) as batch_op:
        batch_op.create_index("ix_openings_grievance_id", ["grievance_id"], unique=False)

    op.create_table(
        "opted_out_numbers",
        sa.Column("mobile", sa.String(length=16), nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("mobile", name=op.f("pk_opted_out_numbers")),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_local", sa.String(length=120), nullable=False),
        sa.Column("mobile", sa.String(length=16), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("login", name=op.f("uq_persons_login")),
    )
    op.create_table(
        "refused_numbers",
        sa.Column("mobile", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mobile", name=op.f("pk_refused_numbers")),
    )
    op.create_table(
        "saved_replies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("title_hi", sa.String(length=120), nullable=False),
        sa.Column("title_gu", sa.String(length=120), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_hi", sa.Text(), nullable=False),
        sa.Column("text_gu", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
        sa.UniqueConstraint("code", name=op.f("uq_saved_replies_code")),
    )
    op.create_table(
        "sms_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_reports")),
        sa.UniqueConstraint(
            "message_id", "provider_id", "status", name=op.f("uq_sms_reports_message_id_provider_id_status")
        ),
    )
    op.create_table(
        "states",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("short", sa.String(length=4), nullable=False),
        sa.Column("lgd_code", sa.String(length=8), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("name_hi", sa.String(length=80), nullable=False),
        sa.Column("name_gu", sa.String(length=80), nullable=False),
        sa.Column("letterhead_en", sa.String(length=160), nullable=False),
        sa.Column("letterhead_hi", sa.String(length=160), nullable=False),
        sa.Column("letterhead_gu", sa.String(length=160), nullable=False),
        sa.Column(
            "languages", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("local_language", sa.String(length=2), nullable=False),
        sa.Column(
            "weekly_offs", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "off_saturdays",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "frames", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "helplines", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_states")),
        sa.UniqueConstraint("lgd_code", name=op.f("uq_states_lgd_code")),
        sa.UniqueConstraint("short", name=op.f("uq_states_short")),
    )
    op.create_table(
        "try_counts",
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("window", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("window_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", "window", name=op.f("pk_try_counts")),
    )
    with op.batch_alter_table("try_counts", schema=None) as batch_op:
        batch_op.create_index("ix_try_counts_window_ends_at", ["window_ends_at"], unique=False)

    op.create_table(
        "categories",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("name_hi", sa.String(length=160), nullable=False),
        sa.Column("name_gu", sa.String(length=160), nullable=False),
        sa.Column(
            "keywords", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("ladder", sa.String(length=24), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("green", "yellow", "red", name="channel", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("sla_days", sa.Integer(), nullable=False),
        sa.Column("sla_basis", sa.String(length=12), nullable=False),
        sa.Column("sla_source", sa.String(length=200), nullable=False),
        sa.Column(
            "asks",
            sa.Enum(
                "state",
                "district",
                "taluka",
                "village",
                "municipality",
                "ward",
                "police_station",
                name="asks",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("emergency", sa.String(length=24), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("sla_days > 0", name=op.f("ck_categories_sla_days_positive")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_categories_department_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("code", name=op.f("uq_categories_code")),
    )
    op.create_table(
        "counters",
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_counters_state_id")),
        sa.PrimaryKeyConstraint("state_id", "year", name=op.f("pk_counters")),
    )
    op.create_table(
        "import_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_import_runs_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
        sa.UniqueConstraint("state_id", "digest", name=op.f("uq_import_runs_state_id_digest")),
    )
    op.create_table(
        "month_tallies",
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "state",
                "district",
                "department",
                "office",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "scope_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column(
            "counts", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_month_tallies_state_id")),
        sa.PrimaryKeyConstraint("state_id", "scope", "scope_id", "month", "is_imported", name=op.f("pk_month_tallies")),
    )
    op.create_table(
        "places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "state",
                "district",
                "taluka",
                "village",
                "municipality",
                "ward",
                "police_station",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_local", sa.String(length=120), nullable=False),
        sa.Column("name_local_source", sa.String(length=16), nullable=False),
        sa.Column("keys", sa.String(length=400), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["places.id"], name=op.f("fk_places_district_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["places.id"], name=op.f("fk_places_parent_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_places_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("state_id", "kind", "source", "code", name=op.f("uq_places_state_id_kind_source_code")),
    )
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.create_index("ix_places_district_id_kind", ["district_id", "kind"], unique=False)
        batch_op.create_index("ix_places_parent_id_kind", ["parent_id", "kind"], unique=False)

    op.create_table(
        "policies",
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column(
            "start_days", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "step_days", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "ours", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("repeat_days", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("repeat_days >= 1", name=op.f("ck_policies_repeats_after_a_day")),
        sa.ForeignKeyConstraint(["made_by_id"], ["persons.id"], name=op.f("fk_policies_made_by_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_policies_state_id")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )
    op.create_table(
        "published_tallies",
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "state",
                "district",
                "department",
                "office",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "scope_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "counts", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_published_tallies_state_id")),
        sa.PrimaryKeyConstraint(
            "state_id", "scope", "scope_id", "month", "revision", name=op.f("pk_published_tallies")
        ),
    )
    op.create_table(
        "registered_templates",
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("template_id", sa.String(length=30), nullable=False),
        sa.Column("header", sa.String(length=11), nullable=False),
        sa.Column("words_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["persons.id"], name=op.f("fk_registered_templates_registered_by_id")
        ),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_registered_templates_state_id")),
        sa.PrimaryKeyConstraint("state_id", "template", "language", name=op.f("pk_registered_templates")),
    )
    op.create_table(
        "rule_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("policy", "calendar", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "what", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("applies_to_open", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("changed + failed <= seen", name=op.f("ck_rule_changes_changed_were_seen")),
        sa.ForeignKeyConstraint(["made_by_id"], ["persons.id"], name=op.f("fk_rule_changes_made_by_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_rule_changes_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_changes")),
    )
    with op.batch_alter_table("rule_changes", schema=None) as batch_op:
        batch_op.create_index("ix_rule_changes_ended_at", ["ended_at"], unique=False)

    op.create_table(
        "offices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("type_code", sa.String(length=24), nullable=False),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_hi", sa.String(length=200), nullable=False),
        sa.Column("name_gu", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("title_hi", sa.String(length=120), nullable=False),
        sa.Column("title_gu", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_offices_department_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_offices_place_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_offices_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint("state_id", "code", name=op.f("uq_offices_state_id_code")),
    )
    with op.batch_alter_table("offices", schema=None) as batch_op:
        batch_op.create_index("ix_offices_place_id", ["place_id"], unique=False)

    op.create_table(
        "place_keys",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "key", sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["places.id"], name=op.f("fk_place_keys_district_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_place_keys_place_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("place_id", "key", name=op.f("pk_place_keys")),
    )
    with op.batch_alter_table("place_keys", schema=None) as batch_op:
        batch_op.create_index("ix_place_keys_district_id_key", ["district_id", "key"], unique=False)

    op.create_table(
        "calendar_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "holiday",
                "extra_closed",
                "extra_working",
                "half_day",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_hi", sa.String(length=120), nullable=False),
        sa.Column("name_gu", sa.String(length=120), nullable=False),
        sa.Column("confirmed", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("hours", sa.String(length=60), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(kind = 'half_day') = (hours <> '')", name=op.f("ck_calendar_days_half_day_has_hours")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["persons.id"], name=op.f("fk_calendar_days_decided_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_calendar_days_office_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_calendar_days_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
    )
    with op.batch_alter_table("calendar_days", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calendar_days_of_office",
            ["office_id", "day", "kind"],
            unique=True,
            postgresql_where=sa.text("office_id IS NOT NULL AND withdrawn_at IS NULL"),
            sqlite_where=sa.text("office_id IS NOT NULL AND withdrawn_at IS NULL"),
        )
        batch_op.create_index(
            "uq_calendar_days_of_state",
            ["state_id", "day", "kind"],
            unique=True,
            postgresql_where=sa.text("office_id IS NULL AND withdrawn_at IS NULL"),
            sqlite_where=sa.text("office_id IS NULL AND withdrawn_at IS NULL"),
        )

    op.create_table(
        "jurisdictions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_triage", sa.Boolean(), nullable=False),
        sa.Column("is_override", sa.Boolean(), nullable=False),
        sa.Column("reason_en", sa.String(length=200), nullable=False),
        sa.Column("reason_hi", sa.String(length=200), nullable=False),
        sa.Column("reason_gu", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_jurisdictions_category_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_jurisdictions_department_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_jurisdictions_office_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_jurisdictions_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jurisdictions")),
        sa.UniqueConstraint(
            "office_id",
            "place_id",
            "department_id",
            "category_id",
            "is_triage",
            name=op.f("uq_jurisdictions_office_id_place_id_department_id_category_id_is_triage"),
        ),
    )
    with op.batch_alter_table("jurisdictions", schema=None) as batch_op:
        batch_op.create_index("ix_jurisdictions_place_id", ["place_id"], unique=False)

    op.create_table(
        "ladder_steps",
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ladder", sa.String(length=24), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("superior_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(superior_id IS NULL) = (level = 6)", name=op.f("ck_ladder_steps_only_top_has_no_superior")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 6", name=op.f("ck_ladder_steps_level_range")),
        sa.CheckConstraint("superior_id <> office_id", name=op.f("ck_ladder_steps_not_its_own_superior")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_ladder_steps_office_id")),
        sa.ForeignKeyConstraint(["superior_id"], ["offices.id"], name=op.f("fk_ladder_steps_superior_id")),
        sa.PrimaryKeyConstraint("office_id", "ladder", name=op.f("pk_ladder_steps")),
    )
    with op.batch_alter_table("ladder_steps", schema=None) as batch_op:
        batch_op.create_index("ix_ladder_steps_superior_id", ["superior_id", "ladder"], unique=False)

    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_acting", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > begins_at", name=op.f("ck_postings_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_postings_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_postings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index("ix_postings_office_id_role", ["office_id", "role"], unique=False)
        batch_op.create_index("ix_postings_person_id", ["person_id"], unique=False)

    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_absences_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_absences_posting_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["persons.id"], name=op.f("fk_absences_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_posting_id", ["posting_id", "ends_on"], unique=False)

    op.create_table(
        "common_causes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("owner_posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("begun_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["begun_by_id"], ["persons.id"], name=op.f("fk_common_causes_begun_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_common_causes_office_id")),
        sa.ForeignKeyConstraint(["owner_posting_id"], ["postings.id"], name=op.f("fk_common_causes_owner_posting_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_common_causes_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_causes")),
    )
    with op.batch_alter_table("common_causes", schema=None) as batch_op:
        batch_op.create_index("ix_common_causes_office_id", ["office_id"], unique=False)

    op.create_table(
        "staff_sessions",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_staff_sessions_person_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_staff_sessions_posting_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_staff_sessions")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_staff_sessions_person_id", ["person_id"], unique=False)

    op.create_table(
        "grievances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("registration_number", sa.String(length=24), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.Column("tracking_hash", sa.String(length=64), nullable=False),
        sa.Column("complainant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_identity_hidden", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "web",
                "counter",
                "post",
                "telephone",
                "sitting",
                "api",
                "imported",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_reference", sa.String(length=80), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("filed_category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_text", sa.String(length=120), nullable=False),
        sa.Column("landmark", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("relief_sought", sa.Text(), nullable=False),
        sa.Column("approached_office", sa.String(length=160), nullable=False),
        sa.Column("approached_on", sa.Date(), nullable=True),
        sa.Column("approached_reference", sa.String(length=80), nullable=False),
        sa.Column("approached_reply", sa.Text(), nullable=False),
        sa.Column("accused_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("accused_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("accused_note", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "assigned",
                "clarification_sought",
                "action_reported",
                "disposed",
                "under_appeal",
                "closed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answerable_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("appellate_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("deciding_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("officer_posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ladder", sa.String(length=24), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("start_level", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("green", "yellow", "red", name="channel", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column(
            "clock_state",
            sa.Enum(
                "runs", "paused", "stopped", name="clock_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("transfer_is_final", sa.Boolean(), nullable=False),
        sa.Column("clarifications", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("disposer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("asked_after", sa.Integer(), nullable=False),
        sa.Column("time_given", sa.Boolean(), nullable=False),
        sa.Column("directing_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("direction_is_reported", sa.Boolean(), nullable=False),
        sa.Column("listed_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "redressed",
                "partly_redressed",
                "other_relief",
                "not_established",
                "not_maintainable",
                "other_forum",
                "withdrawn",
                "duplicate",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("ground_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("duplicate_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_closed_against", sa.Boolean(), nullable=False),
        sa.Column(
            "confirmation",
            sa.Enum(
                "pending",
                "confirmed",
                "assisted",
                "refused",
                "silent",
                "not_reached",
                "not_asked",
                name="confirmation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status <> 'closed' OR confirmation <> 'pending'", name=op.f("ck_grievances_closed_is_answered")
        ),
        sa.CheckConstraint(
            "status <> 'disposed' OR outcome IS NOT NULL", name=op.f("ck_grievances_disposed_has_outcome")
        ),
        sa.CheckConstraint("cycle >= 1", name=op.f("ck_grievances_cycle_from_one")),
        sa.CheckConstraint("level BETWEEN 1 AND 6", name=op.f("ck_grievances_level_range")),
        sa.CheckConstraint(
            "reporter_id IS NULL OR disposer_id IS NULL OR reporter_id <> disposer_id",
            name=op.f("ck_grievances_two_persons"),
        ),
        sa.CheckConstraint("urgency IN (0, 1)", name=op.f("ck_grievances_urgency_known")),
        sa.ForeignKeyConstraint(["accused_office_id"], ["offices.id"], name=op.f("fk_grievances_accused_office_id")),
        sa.ForeignKeyConstraint(["accused_person_id"], ["persons.id"], name=op.f("fk_grievances_accused_person_id")),
        sa.ForeignKeyConstraint(
            ["answerable_office_id"], ["offices.id"], name=op.f("fk_grievances_answerable_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["appellate_office_id"], ["offices.id"], name=op.f("fk_grievances_appellate_office_id")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_grievances_category_id")),
        sa.ForeignKeyConstraint(["cause_id"], ["common_causes.id"], name=op.f("fk_grievances_cause_id")),
        sa.ForeignKeyConstraint(["complainant_id"], ["complainants.id"], name=op.f("fk_grievances_complainant_id")),
        sa.ForeignKeyConstraint(["deciding_office_id"], ["offices.id"], name=op.f("fk_grievances_deciding_office_id")),
        sa.ForeignKeyConstraint(
            ["directing_office_id"], ["offices.id"], name=op.f("fk_grievances_directing_office_id")
        ),
        sa.ForeignKeyConstraint(["disposer_id"], ["persons.id"], name=op.f("fk_grievances_disposer_id")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["grievances.id"], name=op.f("fk_grievances_duplicate_of_id")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["persons.id"], name=op.f("fk_grievances_filed_by_id")),
        sa.ForeignKeyConstraint(["filed_category_id"], ["categories.id"], name=op.f("fk_grievances_filed_category_id")),
        sa.ForeignKeyConstraint(["ground_id"], ["grounds.id"], name=op.f("fk_grievances_ground_id")),
        sa.ForeignKeyConstraint(["listed_office_id"], ["offices.id"], name=op.f("fk_grievances_listed_office_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_grievances_office_id")),
        sa.ForeignKeyConstraint(["officer_posting_id"], ["postings.id"], name=op.f("fk_grievances_officer_posting_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_grievances_place_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["persons.id"], name=op.f("fk_grievances_reporter_id")),
        sa.ForeignKeyConstraint(["state_id"], ["states.id"], name=op.f("fk_grievances_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grievances")),
        sa.UniqueConstraint("registration_number", name=op.f("uq_grievances_registration_number")),
        sa.UniqueConstraint("state_id", "year", "running", name=op.f("uq_grievances_state_id_year_running")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_grievances_submission_key")),
    )
    with op.batch_alter_table("grievances", schema=None) as batch_op:
        batch_op.create_index(
            "ix_grievances_accused_office_id",
            ["accused_office_id"],
            unique=False,
            postgresql_where=sa.text("is_open AND accused_office_id IS NOT NULL"),
            sqlite_where=sa.text("is_open = 1 AND accused_office_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_grievances_accused_person_id",
            ["accused_person_id"],
            unique=False,
            postgresql_where=sa.text("is_open AND accused_person_id IS NOT NULL"),
            sqlite_where=sa.text("is_open = 1 AND accused_person_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_grievances_appellate_open_due",
            ["appellate_office_id", "is_open", "urgency", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("appellate_office_id IS NOT NULL"),
            sqlite_where=sa.text("appellate_office_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_grievances_bounced",
            ["office_id", "ladder"],
            unique=False,
            postgresql_where=sa.text("is_open AND transfers > 1"),
            sqlite_where=sa.text("is_open = 1 AND transfers > 1"),
        )
        batch_op.create_index(
            "ix_grievances_came_up_due",
            ["answerable_office_id", "is_open", "urgency", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("answerable_office_id <> office_id"),
            sqlite_where=sa.text("answerable_office_id <> office_id"),
        )
        batch_op.create_index(
            "ix_grievances_cause_id",
            ["cause_id"],
            unique=False,
            postgresql_where=sa.text("cause_id IS NOT NULL"),
            sqlite_where=sa.text("cause_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_grievances_coming_up",
            ["answerable_office_id", "ladder", "due_on"],
            unique=False,
            postgresql_where=sa.text("is_open AND clock_state = 'runs'"),
            sqlite_where=sa.text("is_open = 1 AND clock_state = 'runs'"),
        )
        batch_op.create_index("ix_grievances_complainant_id", ["complainant_id"], unique=False)
        batch_op.create_index(
            "ix_grievances_deciding_open_due",
            ["deciding_office_id", "is_open", "urgency", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("deciding_office_id IS NOT NULL"),
            sqlite_where=sa.text("deciding_office_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_grievances_directed_due",
            ["office_id", "is_open", "urgency", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("directing_office_id IS NOT NULL"),
            sqlite_where=sa.text("directing_office_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_grievances_directing_open_due",
            ["directing_office_id", "is_open", "urgency", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("directing_office_id IS NOT NULL"),
            sqlite_where=sa.text("directing_office_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_grievances_filed_by",
            ["filed_by_id", "filed_at"],
            unique=False,
            postgresql_where=sa.text("filed_by_id IS NOT NULL"),
            sqlite_where=sa.text("filed_by_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_grievances_late",
            ["office_id", "ladder"],
            unique=False,
            postgresql_where=sa.text("is_open AND lapses > 0"),
            sqlite_where=sa.text("is_open = 1 AND lapses > 0"),
        )
        batch_op.create_index(
            "ix_grievances_listed_office_id",
            ["listed_office_id"],
            unique=False,
            postgresql_where=sa.text("listed_office_id IS NOT NULL"),
            sqlite_where=sa.text("listed_office_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_grievances_not_reached_due",
            ["office_id", "status", "urgency", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("disposed_at IS NOT NULL AND reached_at IS NULL"),
            sqlite_where=sa.text("disposed_at IS NOT NULL AND reached_at IS NULL"),
        )
        batch_op.create_index(
            "ix_grievances_office_open_due",
            ["office_id", "is_open", "urgency", "due_at", "id"],
            unique=False,
            postgresql_include=["accused_office_id", "accused_person_id"],
        )
        batch_op.create_index(
            "ix_grievances_office_status_due",
            ["office_id", "status", "urgency", "due_at", "id"],
            unique=False,
            postgresql_include=["accused_office_id", "accused_person_id"],
        )
        batch_op.create_index(
            "ix_grievances_officer_open_due",
            ["officer_posting_id", "is_open", "urgency", "due_at", "id"],
            unique=False,
            postgresql_include=["accused_office_id", "accused_person_id"],
        )
        batch_op.create_index(
            "ix_grievances_paused",
            ["office_id", "ladder", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'clarification_sought'"),
            sqlite_where=sa.text("status = 'clarification_sought'"),
        )
        batch_op.create_index(
            "ix_grievances_reopened",
            ["office_id", "ladder"],
            unique=False,
            postgresql_where=sa.text("is_open AND cycle > 1"),
            sqlite_where=sa.text("is_open = 1 AND cycle > 1"),
        )
        batch_op.create_index(
            "ix_grievances_supervised",
            ["office_id", "ladder", "clock_state", "due_on", "received_on"],
            unique=False,
            postgresql_where=sa.text("is_open"),
            sqlite_where=sa.text("is_open = 1"),
        )
        batch_op.create_index(
            "ix_grievances_unassigned",
            ["office_id", "ladder"],
            unique=False,
            postgresql_where=sa.text("status = 'registered'"),
            sqlite_where=sa.text("status = 'registered'"),
        )

    op.create_table(
        "appeals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "proof",
            sa.Enum(
                "own_code",
                "tracking_code",
                "assisted",
                name="proof",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_allowed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["persons.id"], name=op.f("fk_appeals_decided_by_id")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_appeals_grievance_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_appeals_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index("ix_appeals_grievance_id", ["grievance_id"], unique=False)

    op.create_table(
        "case_counts",
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "received",
                "repeated",
                "open",
                "acknowledged",
                "first_action",
                "disposed",
                "answered",
                "working_days",
                "calendar_days",
                "confirmed_days",
                "lapsed",
                "held",
                "transferred",
                "appealed",
                "rated",
                "ground",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_case_counts_grievance_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_case_counts_office_id")),
        sa.PrimaryKeyConstraint("grievance_id", "measure", "office_id", "month", "key", name=op.f("pk_case_counts")),
    )
    with op.batch_alter_table("case_counts", schema=None) as batch_op:
        batch_op.create_index("ix_case_counts_listed", ["office_id", "measure", "month", "key"], unique=False)

    op.create_table(
        "deadlines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "clock",
            sa.Enum(
                "acknowledge",
                "resolve",
                "warn",
                "clarify",
                "confirm",
                "appeal",
                "direction",
                "objection",
                "withdrawal",
                name="clock",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fire_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum("met", "fired", "cancelled", name="ended_as", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=300), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_deadlines_ended_has_end")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_deadlines_grievance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint(
            "grievance_id",
            "clock",
            "cycle",
            "level",
            "ordinal",
            name=op.f("uq_deadlines_grievance_id_clock_cycle_level_ordinal"),
        ),
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deadlines_failed",
            ["id"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL AND tries > 0"),
            sqlite_where=sa.text("ended_at IS NULL AND tries > 0"),
        )
        batch_op.create_index(
            "ix_deadlines_live_fire",
            ["fire_at", "id"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "directions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_by_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("complied_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "complied_on IS NULL OR ended_at IS NOT NULL", name=op.f("ck_directions_complied_has_ended")
        ),
        sa.ForeignKeyConstraint(["given_by_id"], ["persons.id"], name=op.f("fk_directions_given_by_id")),
        sa.ForeignKeyConstraint(["given_by_office_id"], ["offices.id"], name=op.f("fk_directions_given_by_office_id")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_directions_grievance_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_directions_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directions")),
        sa.UniqueConstraint("grievance_id", "ordinal", name=op.f("uq_directions_grievance_id_ordinal")),
    )
    with op.batch_alter_table("directions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_directions_open_office_id",
            ["office_id", "due_on"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_directions_open_grievance_id",
            ["grievance_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "disposal_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("disposed_seq", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("checker_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "way",
            sa.Enum("call", "visit", name="way", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column(
            "result",
            sa.Enum(
                "true", "false", "not_reached", name="result", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("checker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["checker_id"], ["persons.id"], name=op.f("fk_disposal_checks_checker_id")),
        sa.ForeignKeyConstraint(
            ["checker_office_id"], ["offices.id"], name=op.f("fk_disposal_checks_checker_office_id")
        ),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_disposal_checks_grievance_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_disposal_checks_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_checks")),
        sa.UniqueConstraint("grievance_id", "disposed_seq", name=op.f("uq_disposal_checks_grievance_id_disposed_seq")),
    )
    with op.batch_alter_table("disposal_checks", schema=None) as batch_op:
        batch_op.create_index("ix_disposal_checks_checker", ["checker_office_id", "checked_at"], unique=False)
        batch_op.create_index("ix_disposal_checks_office_month", ["office_id", "month"], unique=False)

    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("complaint", "scan", "evidence", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_at", sa.String(length=32), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_documents_grievance_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_documents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("grievance_id", "digest", name=op.f("uq_documents_grievance_id_digest")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_digest", ["digest"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=24), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column(
            "proof",
            sa.Enum(
                "own_code",
                "tracking_code",
                "assisted",
                name="proof",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name=op.f("ck_feedback_rating_range")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_feedback_grievance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_grievance_id", ["grievance_id"], unique=False)

    op.create_table(
        "grievance_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "file",
                "assign",
                "forward",
                "transfer",
                "seek_clarification",
                "clarify",
                "lapse_clarification",
                "interim_reply",
                "report_action",
                "return_report",
                "dispose",
                "propose",
                "object",
                "approve",
                "decline",
                "hand_over",
                "lose_reach",
                "confirm",
                "refuse",
                "withdraw",
                "undo_withdrawal",
                "lodge_appeal",
                "dismiss_appeal",
                "allow_appeal",
                "close",
                "reopen",
                "reopen_on_check",
                "escalate",
                "regrade",
                "mark_immediate",
                "unmark_immediate",
                "remind",
                "rate",
                "note",
                "correct",
                "add_document",
                "release_documents",
                "lapse_assignment",
                "warn",
                "lapse_appeal",
                "ask_date",
                "explain_lapse",
                "give_time",
                "redate",
                "direct",
                "report_direction",
                "accept_direction",
                "return_direction",
                "lapse_direction",
                "list_for_sitting",
                "unlist",
                "link",
                "unlink",
                name="action",
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
            "status_before",
            sa.Enum(
                "registered",
                "assigned",
                "clarification_sought",
                "action_reported",
                "disposed",
                "under_appeal",
                "closed",
                name="status_before",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "status_after",
            sa.Enum(
                "registered",
                "assigned",
                "clarification_sought",
                "action_reported",
                "disposed",
                "under_appeal",
                "closed",
                name="status_after",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("office_before_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("office_after_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answerable_before_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answerable_after_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level_before", sa.Integer(), nullable=True),
        sa.Column("level_after", sa.Integer(), nullable=False),
        sa.Column(
            "clock_before",
            sa.Enum(
                "runs", "paused", "stopped", name="clock_before", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column(
            "clock_after",
            sa.Enum(
                "runs", "paused", "stopped", name="clock_after", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("payload_version", sa.Integer(), nullable=False),
        sa.Column("previous_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["answerable_after_id"], ["offices.id"], name=op.f("fk_grievance_events_answerable_after_id")
        ),
        sa.ForeignKeyConstraint(
            ["answerable_before_id"], ["offices.id"], name=op.f("fk_grievance_events_answerable_before_id")
        ),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_grievance_events_grievance_id")),
        sa.ForeignKeyConstraint(["office_after_id"], ["offices.id"], name=op.f("fk_grievance_events_office_after_id")),
        sa.ForeignKeyConstraint(
            ["office_before_id"], ["offices.id"], name=op.f("fk_grievance_events_office_before_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_grievance_events_person_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_grievance_events_posting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grievance_events")),
        sa.UniqueConstraint("grievance_id", "seq", name=op.f("uq_grievance_events_grievance_id_seq")),
    )
    op.create_table(
        "lapses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("working_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("officer_seq", sa.Integer(), nullable=True),
        sa.Column("head_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_lapses_grievance_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_lapses_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_lapses_person_id")),
        sa.ForeignKeyConstraint(["working_office_id"], ["offices.id"], name=op.f("fk_lapses_working_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lapses")),
        sa.UniqueConstraint("grievance_id", "cycle", "ordinal", name=op.f("uq_lapses_grievance_id_cycle_ordinal")),
    )
    with op.batch_alter_table("lapses", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lapses_owing_office_id",
            ["office_id", "grievance_id"],
            unique=False,
            postgresql_where=sa.text("head_seq IS NULL"),
            sqlite_where=sa.text("head_seq IS NULL"),
        )
        batch_op.create_index(
            "ix_lapses_owing_person_id",
            ["person_id", "grievance_id"],
            unique=False,
            postgresql_where=sa.text("officer_seq IS NULL AND person_id IS NOT NULL"),
            sqlite_where=sa.text("officer_seq IS NULL AND person_id IS NOT NULL"),
        )

    op.create_table(
        "pauses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= begun_at", name=op.f("ck_pauses_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_pauses_grievance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
        sa.UniqueConstraint("grievance_id", "begun_at", name=op.f("uq_pauses_grievance_id_begun_at")),
    )
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pauses_open",
            ["grievance_id", "begun_at"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposed",
            sa.Enum(
                "not_maintainable",
                "other_forum",
                "duplicate",
                "close_against",
                name="proposed",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objection_until", sa.Date(), nullable=False),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ground_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("duplicate_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handed_over_to", sa.String(length=200), nullable=False),
        sa.Column("handed_over_reference", sa.String(length=80), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposer_id", name=op.f("ck_proposals_two_persons")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["persons.id"], name=op.f("fk_proposals_decided_by_id")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["grievances.id"], name=op.f("fk_proposals_duplicate_of_id")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_proposals_grievance_id")),
        sa.ForeignKeyConstraint(["ground_id"], ["grounds.id"], name=op.f("fk_proposals_ground_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["persons.id"], name=op.f("fk_proposals_proposer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index("ix_proposals_grievance_id", ["grievance_id"], unique=False)

    op.create_table(
        "remarks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "remark",
                "report",
                "reason",
                "questions",
                "grounds",
                "checked",
                "note",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["persons.id"], name=op.f("fk_remarks_author_id")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_remarks_grievance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_remarks_author_kind",
            ["author_id", "kind", "id"],
            unique=False,
            postgresql_where=sa.text("author_id IS NOT NULL"),
            sqlite_where=sa.text("author_id IS NOT NULL"),
        )
        batch_op.create_index("ix_remarks_grievance_id", ["grievance_id"], unique=False)

    op.create_table(
        "sms_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column(
            "template",
            sa.Enum(
                "filed",
                "assigned",
                "transferred",
                "clarification_sought",
                "interim_reply",
                "action_reported",
                "disposed",
                "proposed",
                "proposal_declined",
                "closed",
                "reopened",
                "appeal_lodged",
                "appeal_decided",
                "withdrawn",
                "withdrawal_undone",
                "escalated",
                "regraded",
                "date_changed",
                "hearing",
                "hearing_off",
                "officer_assigned",
                "officer_clarified",
                "officer_returned",
                "officer_reminded",
                "officer_warned",
                "officer_date_changed",
                "office_received",
                "office_reported",
                "office_objected",
                "office_reopened",
                "office_appeal",
                "office_escalated",
                "office_immediate",
                "office_unassigned",
                "office_date_asked",
                "office_directed",
                "office_direction_reported",
                "office_direction_late",
                "staff_digest",
                "asking_code",
                "asking_status",
                "asking_help",
                "asking_started",
                name="template",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("to", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "variables", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("segments", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "delivered",
                "undelivered",
                "failed",
                "unknown",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resend_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("resent_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("resend_reason", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_sms_messages_grievance_id")),
        sa.ForeignKeyConstraint(["resend_of_id"], ["sms_messages.id"], name=op.f("fk_sms_messages_resend_of_id")),
        sa.ForeignKeyConstraint(["resent_by_id"], ["persons.id"], name=op.f("fk_sms_messages_resent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_messages")),
        sa.UniqueConstraint("cause", "recipient", "template", name=op.f("uq_sms_messages_cause_recipient_template")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_sms_messages_provider_id")),
    )
    with op.batch_alter_table("sms_messages", schema=None) as batch_op:
        batch_op.create_index("ix_sms_messages_ended_at", ["ended_at", "status"], unique=False)
        batch_op.create_index("ix_sms_messages_grievance_id", ["grievance_id"], unique=False)
        batch_op.create_index(
            "ix_sms_messages_sending",
            ["lease_until"],
            unique=False,
            postgresql_where=sa.text("status = 'sending'"),
            sqlite_where=sa.text("status = 'sending'"),
        )
        batch_op.create_index(
            "ix_sms_messages_sent",
            ["next_try_at", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'sent'"),
            sqlite_where=sa.text("status = 'sent'"),
        )
        batch_op.create_index("ix_sms_messages_tried_at", ["tried_at"], unique=False)
        batch_op.create_index(
            "ix_sms_messages_unknown",
            ["next_try_at", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'unknown' AND ended_at IS NULL"),
            sqlite_where=sa.text("status = 'unknown' AND ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_sms_messages_urgent",
            ["next_try_at", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'queued' AND template IN ('asking_code', 'office_immediate')"),
            sqlite_where=sa.text("status = 'queued' AND template IN ('asking_code', 'office_immediate')"),
        )
        batch_op.create_index(
            "ix_sms_messages_waiting",
            ["next_try_at", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )

    op.create_table(
        "uncounted",
        sa.Column("grievance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_uncounted_grievance_id")),
        sa.PrimaryKeyConstraint("grievance_id", "seq", name=op.f("pk_uncounted")),
    )


def downgrade() -> None:
    op.drop_table("uncounted")
    with op.batch_alter_table("sms_messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_sms_messages_waiting",
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )
        batch_op.drop_index(
            "ix_sms_messages_urgent",
            postgresql_where=sa.text("status = 'queued' AND template IN ('asking_code', 'office_immediate')"),
            sqlite_where=sa.text("status = 'queued' AND template IN ('asking_code', 'office_immediate')"),
        )
        batch_op.drop_index(
            "ix_sms_messages_unknown",
            postgresql_where=sa.text("status = 'unknown' AND ended_at IS NULL"),
            sqlite_where=sa.text("status = 'unknown' AND ended_at IS NULL"),
        )
        batch_op.drop_index("ix_sms_messages_tried_at")
        batch_op.drop_index(
            "ix_sms_messages_sent", postgresql_where=sa.text("status = 'sent'"), sqlite_where=sa.text("status = 'sent'")
        )
        batch_op.drop_index(
            "ix_sms_messages_sending",
            postgresql_where=sa.text("status = 'sending'"),
            sqlite_where=sa.text("status = 'sending'"),
        )
        batch_op.drop_index("ix_sms_messages_grievance_id")
        batch_op.drop_index("ix_sms_messages_ended_at")

    op.drop_table("sms_messages")
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.drop_index("ix_remarks_grievance_id")
        batch_op.drop_index(
            "ix_remarks_author_kind",
            postgresql_where=sa.text("author_id IS NOT NULL"),
            sqlite_where=sa.text("author_id IS NOT NULL"),
        )

    op.drop_table("remarks")
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index("ix_proposals_grievance_id")

    op.drop_table("proposals")
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_pauses_open", postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL")
        )

    op.drop_table("pauses")
    with op.batch_alter_table("lapses", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_lapses_owing_person_id",
            postgresql_where=sa.text("officer_seq IS NULL AND person_id IS NOT NULL"),
            sqlite_where=sa.text("officer_seq IS NULL AND person_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_lapses_owing_office_id",
            postgresql_where=sa.text("head_seq IS NULL"),
            sqlite_where=sa.text("head_seq IS NULL"),
        )

    op.drop_table("lapses")
    op.drop_table("grievance_events")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_grievance_id")

    op.drop_table("feedback")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index("ix_documents_digest")

    op.drop_table("documents")
    with op.batch_alter_table("disposal_checks", schema=None) as batch_op:
        batch_op.drop_index("ix_disposal_checks_office_month")
        batch_op.drop_index("ix_disposal_checks_checker")

    op.drop_table("disposal_checks")
    with op.batch_alter_table("directions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_directions_open_grievance_id",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_directions_open_office_id",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("directions")
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deadlines_live_fire",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_deadlines_failed",
            postgresql_where=sa.text("ended_at IS NULL AND tries > 0"),
            sqlite_where=sa.text("ended_at IS NULL AND tries > 0"),
        )

    op.drop_table("deadlines")
    with op.batch_alter_table("case_counts", schema=None) as batch_op:
        batch_op.drop_index("ix_case_counts_listed")

    op.drop_table("case_counts")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index("ix_appeals_grievance_id")

    op.drop_table("appeals")
    with op.batch_alter_table("grievances", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_grievances_unassigned",
            postgresql_where=sa.text("status = 'registered'"),
            sqlite_where=sa.text("status = 'registered'"),
        )
        batch_op.drop_index(
            "ix_grievances_supervised", postgresql_where=sa.text("is_open"), sqlite_where=sa.text("is_open = 1")
        )
        batch_op.drop_index(
            "ix_grievances_reopened",
            postgresql_where=sa.text("is_open AND cycle > 1"),
            sqlite_where=sa.text("is_open = 1 AND cycle > 1"),
        )
        batch_op.drop_index(
            "ix_grievances_paused",
            postgresql_where=sa.text("status = 'clarification_sought'"),
            sqlite_where=sa.text("status = 'clarification_sought'"),
        )
        batch_op.drop_index(
            "ix_grievances_officer_open_due", postgresql_include=["accused_office_id", "accused_person_id"]
        )
        batch_op.drop_index(
            "ix_grievances_office_status_due", postgresql_include=["accused_office_id", "accused_person_id"]
        )
        batch_op.drop_index(
            "ix_grievances_office_open_due", postgresql_include=["accused_office_id", "accused_person_id"]
        )
        batch_op.drop_index(
            "ix_grievances_not_reached_due",
            postgresql_where=sa.text("disposed_at IS NOT NULL AND reached_at IS NULL"),
            sqlite_where=sa.text("disposed_at IS NOT NULL AND reached_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_grievances_listed_office_id",
            postgresql_where=sa.text("listed_office_id IS NOT NULL"),
            sqlite_where=sa.text("listed_office_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_grievances_late",
            postgresql_where=sa.text("is_open AND lapses > 0"),
            sqlite_where=sa.text("is_open = 1 AND lapses > 0"),
        )
        batch_op.drop_index(
            "ix_grievances_filed_by",
            postgresql_where=sa.text("filed_by_id IS NOT NULL"),
            sqlite_where=sa.text("filed_by_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_grievances_directing_open_due",
            postgresql_where=sa.text("directing_office_id IS NOT NULL"),
            sqlite_where=sa.text("directing_office_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_grievances_directed_due",
            postgresql_where=sa.text("directing_office_id IS NOT NULL"),
            sqlite_where=sa.text("directing_office_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_grievances_deciding_open_due",
            postgresql_where=sa.text("deciding_office_id IS NOT NULL"),
            sqlite_where=sa.text("deciding_office_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_grievances_complainant_id")
        batch_op.drop_index(
            "ix_grievances_coming_up",
            postgresql_where=sa.text("is_open AND clock_state = 'runs'"),
            sqlite_where=sa.text("is_open = 1 AND clock_state = 'runs'"),
        )
        batch_op.drop_index(
            "ix_grievances_cause_id",
            postgresql_where=sa.text("cause_id IS NOT NULL"),
            sqlite_where=sa.text("cause_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_grievances_came_up_due",
            postgresql_where=sa.text("answerable_office_id <> office_id"),
            sqlite_where=sa.text("answerable_office_id <> office_id"),
        )
        batch_op.drop_index(
            "ix_grievances_bounced",
            postgresql_where=sa.text("is_open AND transfers > 1"),
            sqlite_where=sa.text("is_open = 1 AND transfers > 1"),
        )
        batch_op.drop_index(
            "ix_grievances_appellate_open_due",
            postgresql_where=sa.text("appellate_office_id IS NOT NULL"),
            sqlite_where=sa.text("appellate_office_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_grievances_accused_person_id",
            postgresql_where=sa.text("is_open AND accused_person_id IS NOT NULL"),
            sqlite_where=sa.text("is_open = 1 AND accused_person_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_grievances_accused_office_id",
            postgresql_where=sa.text("is_open AND accused_office_id IS NOT NULL"),
            sqlite_where=sa.text("is_open = 1 AND accused_office_id IS NOT NULL"),
        )

    op.drop_table("grievances")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_staff_sessions_person_id")

    op.drop_table("staff_sessions")
    with op.batch_alter_table("common_causes", schema=None) as batch_op:
        batch_op.drop_index("ix_common_causes_office_id")

    op.drop_table("common_causes")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index("ix_absences_posting_id")

    op.drop_table("absences")
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.drop_index("ix_postings_person_id")
        batch_op.drop_index("ix_postings_office_id_role")

    op.drop_table("postings")
    with op.batch_alter_table("ladder_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_ladder_steps_superior_id")

    op.drop_table("ladder_steps")
    with op.batch_alter_table("jurisdictions", schema=None) as batch_op:
        batch_op.drop_index("ix_jurisdictions_place_id")

    op.drop_table("jurisdictions")
    with op.batch_alter_table("calendar_days", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_calendar_days_of_state",
            postgresql_where=sa.text("office_id IS NULL AND withdrawn_at IS NULL"),
            sqlite_where=sa.text("office_id IS NULL AND withdrawn_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_calendar_days_of_office",
            postgresql_where=sa.text("office_id IS NOT NULL AND withdrawn_at IS NULL"),
            sqlite_where=sa.text("office_id IS NOT NULL AND withdrawn_at IS NULL"),
        )

    op.drop_table("calendar_days")
    with op.batch_alter_table("place_keys", schema=None) as batch_op:
        batch_op.drop_index("ix_place_keys_district_id_key")

    op.drop_table("place_keys")
    with op.batch_alter_table("offices", schema=None) as batch_op:
        batch_op.drop_index("ix_offices_place_id")

    op.drop_table("offices")
    with op.batch_alter_table("rule_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_rule_changes_ended_at")

    op.drop_table("rule_changes")
    op.drop_table("registered_templates")
    op.drop_table("published_tallies")
    op.drop_table("policies")
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.drop_index("ix_places_parent_id_kind")
        batch_op.drop_index("ix_places_district_id_kind")

    op.drop_table("places")
    op.drop_table("month_tallies")
    op.drop_table("import_runs")
    op.drop_table("counters")
    op.drop_table("categories")
    with op.batch_alter_table("try_counts", schema=None) as batch_op:
        batch_op.drop_index("ix_try_counts_window_ends_at")

    op.drop_table("try_counts")
    op.drop_table("states")
    op.drop_table("sms_reports")
    op.drop_table("saved_replies")
    op.drop_table("refused_numbers")
    op.drop_table("persons")
    op.drop_table("opted_out_numbers")
    with op.batch_alter_table("openings", schema=None) as batch_op:
        batch_op.drop_index("ix_openings_grievance_id")

    op.drop_table("openings")
    with op.batch_alter_table("one_time_codes", schema=None) as batch_op:
        batch_op.drop_index("ix_one_time_codes_subject")
        batch_op.drop_index("ix_one_time_codes_expires_at")

    op.drop_table("one_time_codes")
    op.drop_table("job_runs")
    op.drop_table("inbound_sms")
    op.drop_table("grounds")
    with op.batch_alter_table("filing_drafts", schema=None) as batch_op:
        batch_op.drop_index("ix_filing_drafts_touched_at")

    op.drop_table("filing_drafts")
    op.drop_table("departments")
    with op.batch_alter_table("complainants", schema=None) as batch_op:
        batch_op.drop_index("ix_complainants_mobile")

    op.drop_table("complainants")
    op.drop_table("bursts")
