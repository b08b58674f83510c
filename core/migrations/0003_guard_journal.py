"""The journal can only grow: the database itself refuses to change or delete an event."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER journal_no_update BEFORE UPDATE ON core_event
       BEGIN SELECT RAISE(ABORT, 'the journal cannot be changed'); END""",
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON core_event
       BEGIN SELECT RAISE(ABORT, 'the journal cannot be changed'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the journal cannot be changed'; END $$""",
    """CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON core_event
       FOR EACH ROW EXECUTE FUNCTION journal_refuse()""",
    """CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON core_event
       FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()""",
]
SQLITE_UNDO = ["DROP TRIGGER IF EXISTS journal_no_update", "DROP TRIGGER IF EXISTS journal_no_delete"]
POSTGRESQL_UNDO = [
    "DROP TRIGGER IF EXISTS journal_no_truncate ON core_event",
    "DROP TRIGGER IF EXISTS journal_no_change ON core_event",
    "DROP FUNCTION IF EXISTS journal_refuse()",
]


def guard(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for statement in SQLITE_UNDO if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_UNDO:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_initial")]
    operations = [migrations.RunPython(guard, release)]
