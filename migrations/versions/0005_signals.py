"""Signals of gaming, the cases they are about and what people said of them; and from which device people confirmed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
KINDS = ("bunched", "in_minutes", "out_of_hours", "same_reply", "one_filer", "burst")
STATES = ("open", "explained", "confirmed")


def upgrade() -> None:
    op.create_table(
        "signals",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("seen", JSON, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_signals_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
        sa.UniqueConstraint("office_id", "kind", "month", "key", name=op.f("uq_signals_office_id_kind_month_key")),
    )
    op.create_index("ix_signals_month", "signals", ["month", "office_id"], unique=False)
    op.create_table(
        "signal_cases",
        sa.Column("signal_id", ID, nullable=False),
        sa.Column("grievance_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_signal_cases_grievance_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name=op.f("fk_signal_cases_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", "grievance_id", name=op.f("pk_signal_cases")),
    )
    op.create_table(
        "signal_remarks",
        sa.Column("signal_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "judged",
            sa.Enum(*STATES, name="judged", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_signal_remarks_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_signal_remarks_person_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name=op.f("fk_signal_remarks_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", "ordinal", name=op.f("pk_signal_remarks")),
    )
    # Unknown for who answered before.
    op.add_column("feedback", sa.Column("device_hash", sa.String(length=64), nullable=True))
    op.create_index("ix_feedback_answered_at", "feedback", ["answered_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_feedback_answered_at", "feedback")
    op.drop_column("feedback", "device_hash")
    op.drop_table("signal_remarks")
    op.drop_table("signal_cases")
    op.drop_index("ix_signals_month", "signals")
    op.drop_table("signals")
