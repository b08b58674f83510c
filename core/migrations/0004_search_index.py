"""The full-text index over SearchEntry: FTS5 on SQLite, a tsvector with GIN on PostgreSQL."""

from django.db import migrations

from core import search_index


class Migration(migrations.Migration):
    dependencies = [("core", "0003_guard_journal")]

    operations = [migrations.RunPython(search_index.create, search_index.drop)]
