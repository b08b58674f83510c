"""The migrations say what the models say, and can be taken back."""

import pytest
from django.core.management import call_command

from . import machine

THERE_AND_BACK = """
from django.core.management import call_command
from django.db import connection

tables = lambda: set(connection.introspection.table_names())
call_command("migrate", verbosity=0)
full = tables()
for app in ("projects", "meetings", "members", "core"):
    call_command("migrate", app, "zero", verbosity=0)
    left = {name for name in tables() if name.startswith(app + "_")}
    assert not left, left
call_command("migrate", verbosity=0)
assert tables() == full, tables() ^ full
print("there and back")
"""


@pytest.mark.django_db
def test_the_models_have_no_change_without_a_migration(capsys):
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)
    assert "No changes detected" in capsys.readouterr().out


def test_each_app_migrates_back_to_nothing_and_forth_again(tmp_path):
    assert "there and back" in machine.manage("shell", "--no-imports", "-c", THERE_AND_BACK, folder=tmp_path)
