"""The database refuses two decided chair terms on the same day.

SQLite drops a table's triggers when it rebuilds the table: a later migration that alters a field of ChairTerm must
run these statements again.
"""

from django.db import migrations

OVERLAP = """SELECT RAISE(ABORT, 'chair terms overlap') FROM meetings_chairterm other
    WHERE NEW.state = 'decided' AND other.state = 'decided' AND other.id IS NOT NEW.id
    AND other.starts_on <= NEW.ends_on AND other.ends_on >= NEW.starts_on"""
SQLITE = [
    f"CREATE TRIGGER chair_term_apart_insert AFTER INSERT ON meetings_chairterm BEGIN {OVERLAP}; END",
    f"CREATE TRIGGER chair_term_apart_update AFTER UPDATE ON meetings_chairterm BEGIN {OVERLAP}; END",
]
SQLITE_UNDO = [
    "DROP TRIGGER IF EXISTS chair_term_apart_insert",
    "DROP TRIGGER IF EXISTS chair_term_apart_update",
]
POSTGRESQL = [
    """ALTER TABLE meetings_chairterm ADD CONSTRAINT chair_term_apart
       EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&) WHERE (state = 'decided')"""
]
POSTGRESQL_UNDO = ["ALTER TABLE meetings_chairterm DROP CONSTRAINT IF EXISTS chair_term_apart"]


def keep_apart(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for statement in SQLITE_UNDO if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_UNDO:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_chair_nominations_and_extensions")]
    operations = [migrations.RunPython(keep_apart, release)]
