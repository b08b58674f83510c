"""One file that holds everything: the database, every uploaded file, and a manifest of what is in it.

The database is copied first, as of one moment, while the application goes on working. The files follow; a file
is never changed after upload, so every file the copied rows name is in the archive.
"""

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
MEDIA = "media"


class Command(BaseCommand):
    help = "Write database and uploaded files into one file, to be read by `restore`."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the file to write, for example alliance-2026-11-25.tar")

    def handle(self, *, file, **options):
        if file.exists():
            raise CommandError(f"{file} exists already. Choose another name.")
        if not file.parent.is_dir():
            raise CommandError(f"There is no folder {file.parent}.")
        partial = file.with_name(file.name + ".partial")
        try:
            # Personal data: readable by its owner only, from the first byte.
            with os.fdopen(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
                count = write_archive(out)
                out.flush()
                os.fsync(out.fileno())
            partial.rename(file)
        finally:
            partial.unlink(missing_ok=True)
        self.stdout.write(f"{file}: database and {count} files, {file.stat().st_size:,} bytes")


def write_archive(out):
    """Writes the tar archive into the open file; returns the number of uploaded files in it."""
    hashes = {}
    with (
        tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as room,
        tarfile.open(fileobj=out, mode="w") as archive,
    ):
        copy = Path(room) / DATABASE
        dump(copy)
        hashes[DATABASE] = _add(archive, copy, DATABASE)
        media = Path(default_storage.location)
        for path in sorted(path for path in media.rglob("*") if path.is_file()):
            name = f"{MEDIA}/{path.relative_to(media).as_posix()}"
            hashes[name] = _add(archive, path, name)
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(),
            "database": connection.vendor,
            "migrations": sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations()),
            "sha256": hashes,
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(text)
        archive.addfile(entry, BytesIO(text))
    return len(hashes) - 1


def _add(archive, path, name):
    """Adds the file under the name and returns its SHA-256, read in the same pass that is stored."""
    with path.open("rb") as source:
        reader = HashingReader(source)
        archive.addfile(archive.gettarinfo(arcname=name, fileobj=source), reader)
    return reader.sha256.hexdigest()


class HashingReader:
    """A file that is read once and knows the SHA-256 of what was read."""

    def __init__(self, source):
        self.source = source
        self.sha256 = hashlib.sha256()

    def read(self, size=-1):
        data = self.source.read(size)
        self.sha256.update(data)
        return data


def dump(target):
    """A copy of the database as of one moment, in its own form: a SQLite file or pg_dump's custom format."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
    else:
        run_postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def run_postgres(program, *arguments, connect=True):
    """Runs one of PostgreSQL's own programs on our database; its complaint becomes a sentence."""
    where, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    database = where.pop()
    command = [program, *arguments] + ([*where[1:], f"--dbname={database}"] if connect else [])
    try:
        subprocess.run(
            command,
            env=os.environ | (environment or {}),
            check=True,
            capture_output=True,
            text=True,
            errors="replace",
        )
    except FileNotFoundError:
        raise CommandError(f"{program} is not installed; it is in PostgreSQL's client programs.") from None
    except subprocess.CalledProcessError as error:
        raise CommandError(f"{program} failed: {error.stderr.strip()}") from None
