"""How texts ended is counted: among what cases count for, and among what waits to be counted."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = (
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
)
SEQ, LONG_SEQ = sa.Integer(), sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _measure(*values: str) -> sa.Enum:
    return sa.Enum(*values, name="measure", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table("case_counts", schema=None) as batch_op:
        batch_op.alter_column("measure", existing_type=_measure(*BEFORE), type_=_measure(*BEFORE, "texted"))
    with op.batch_alter_table("uncounted", schema=None) as batch_op:
        batch_op.alter_column("seq", existing_type=SEQ, type_=LONG_SEQ, existing_nullable=False)
    with op.batch_alter_table("sms_messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True))
    # What has ended until now is counted with the next run, and not found missing by the recount of the night.
    op.execute(
        "INSERT INTO uncounted (grievance_id, seq) "
        "SELECT grievance_id, -(2 * id + CASE WHEN status = 'unknown' THEN 1 ELSE 0 END) FROM sms_messages "
        "WHERE grievance_id IS NOT NULL AND ended_at IS NOT NULL AND substr(recipient, 1, 12) = 'complainant:'"
    )


def downgrade() -> None:
    op.execute("DELETE FROM case_counts WHERE measure = 'texted'")
    op.execute("DELETE FROM uncounted WHERE seq < 0")
    with op.batch_alter_table("sms_messages", schema=None) as batch_op:
        batch_op.drop_column("given_up_at")
    with op.batch_alter_table("uncounted", schema=None) as batch_op:
        batch_op.alter_column("seq", existing_type=LONG_SEQ, type_=SEQ, existing_nullable=False)
    with op.batch_alter_table("case_counts", schema=None) as batch_op:
        batch_op.alter_column("measure", existing_type=_measure(*BEFORE, "texted"), type_=_measure(*BEFORE))
