"""The search index over `grievances.search_text`: FTS5 kept by triggers on SQLite, GIN on PostgreSQL.

A later migration that copies the table on SQLite (batch mode) must make the triggers again: call
`make_triggers` of this file.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Plain unicode61 cuts Gujarati and Devanagari words at their vowel signs; with Mn and Mc they stay whole.
TABLE = """
CREATE VIRTUAL TABLE grievance_search USING fts5(
    search_text, content='grievances', content_rowid='id',
    tokenize="unicode61 categories 'L* N* Co Mn Mc'"
)
"""
FORGET = "INSERT INTO grievance_search(grievance_search, rowid, search_text) VALUES ('delete', old.id, old.search_text)"
LEARN = "INSERT INTO grievance_search(rowid, search_text) VALUES (new.id, new.search_text)"
TRIGGERS = {
    "grievance_search_insert": f"AFTER INSERT ON grievances BEGIN {LEARN}; END",
    "grievance_search_delete": f"AFTER DELETE ON grievances BEGIN {FORGET}; END",
    "grievance_search_update": f"AFTER UPDATE OF search_text ON grievances BEGIN {FORGET}; {LEARN}; END",
}
INDEX = "CREATE INDEX ix_grievances_search ON grievances USING gin (to_tsvector('simple', search_text))"


def make_triggers() -> None:
    for name, body in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {body}")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(INDEX)
        return
    op.execute(TABLE)
    make_triggers()
    op.execute("INSERT INTO grievance_search(grievance_search) VALUES ('rebuild')")


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP INDEX ix_grievances_search")
        return
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP TABLE grievance_search")
