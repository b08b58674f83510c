"""What `backup` writes, `restore` puts back: rows, files, and no old mail."""

import json
import tarfile
from contextlib import contextmanager, nullcontext

import psycopg
import pytest

from .. import machine

WORLD = """
from pathlib import Path
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from core.models import Event, Notice
from members.models import User

person = User.objects.create(username="clerk", name="秘书处")
event = Event.objects.create(kind="test", seq=1, at=timezone.now(), digest="0" * 64, object_id=person.pk,
                             content_type=ContentType.objects.get_for_model(User))
Notice.objects.create(event=event, person=person, channel="mail", title="To send")
Notice.objects.create(event=event, person=person, channel="inbox", title="Sent", state="sent")
default_storage.save("documents/charter.txt", ContentFile("章程".encode()))
"""
LOOK = """
import json
from django.core.files.storage import default_storage
from core.models import Event, Notice
from members.models import User
print(json.dumps({
    "people": list(User.objects.order_by("pk").values_list("name", flat=True)),
    "notices": list(Notice.objects.order_by("pk").values_list("title", "state", "error")),
    "events": Event.objects.count(),
    "file": default_storage.open("documents/charter.txt").read().decode(),
}))
"""


def shell(code, folder, **changes):
    return machine.manage("shell", "--no-imports", "-c", code, folder=folder, **changes)


@contextmanager
def new_database(server):
    """A new empty database on the server; yields the variables that name it."""
    if not server:
        yield {}
        return
    name = f"test_{machine.free_port()}"
    with psycopg.connect(server + "postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield {"DATABASE_URL": server + name}


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql_server"))],
    scope="module",
)
def server(request):
    with machine.own_postgresql() if request.param == "postgresql" else nullcontext("") as url:
        yield url


def test_what_was_backed_up_comes_back_elsewhere_and_old_mail_is_not_sent_again(server, tmp_path):
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "all.tar"
    with new_database(server) as first, new_database(server) as second:
        machine.manage("migrate", "--verbosity", 0, folder=here, **first)
        shell(WORLD, here, **first)
        assert "1 files" in machine.manage("backup", file, folder=here, **first)
        assert file.stat().st_mode & 0o077 == 0
        words = machine.manage("restore", file, folder=there, **second)
        assert "1 waiting notices withdrawn" in words
        assert json.loads(shell(LOOK, there, **second)) == {
            "people": ["秘书处"],
            "notices": [["To send", "cancelled", "restored"], ["Sent", "sent", ""]],
            "events": 1,
            "file": "章程",
        }

        assert "--force" in machine.manage("restore", file, folder=there, code=1, **second)
        shell(
            "from members.models import User; User.objects.create(username='later', name='later')",
            there,
            **second,
        )
        machine.manage("restore", file, "--force", folder=there, **second)
        assert json.loads(shell(LOOK, there, **second))["people"] == ["秘书处"]


def test_a_damaged_file_changes_nothing(tmp_path):
    here, file = tmp_path / "here", tmp_path / "all.tar"
    machine.manage("migrate", "--verbosity", 0, folder=here)
    shell(WORLD, here)
    machine.manage("backup", file, folder=here)
    with tarfile.open(file) as archive:
        offset = archive.getmember("media/documents/charter.txt").offset_data
    content = bytearray(file.read_bytes())
    content[offset] ^= 1
    file.write_bytes(content)
    words = machine.manage("restore", file, "--force", folder=here, code=1)
    assert "is damaged: media/documents/charter.txt" in words
    assert json.loads(shell(LOOK, here))["notices"][0] == ["To send", "pending", ""]


def test_what_is_no_backup_is_refused_with_a_sentence(tmp_path):
    text, foreign = tmp_path / "text.tar", tmp_path / "foreign.tar"
    text.write_text("no archive")
    with tarfile.open(foreign, "w") as archive:
        archive.add(text, arcname="../outside")
    for file in (text, foreign, tmp_path / "absent.tar"):
        words = machine.manage("restore", file, folder=tmp_path / "here", code=1)
        assert file.name in words
        assert "Traceback" not in words
    assert not (tmp_path / "outside").exists()


def test_an_existing_file_is_never_overwritten(tmp_path):
    file = tmp_path / "all.tar"
    file.write_text("yesterday's")
    assert "exists already" in machine.manage("backup", file, folder=tmp_path / "here", code=1)
    assert file.read_text() == "yesterday's"
