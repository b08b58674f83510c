"""Puts back what ``backup`` wrote.

1. Nothing is touched before the whole file is read, and every hash and the manifest agree.
2. A place that holds accounts or files already is refused without ``--force``.
3. Database, then files. On PostgreSQL the database changes in one transaction, or not at all.
4. Migrations newer than the backup are applied.
5. Notices that were waiting in the backup are withdrawn: they may have been sent since it was made.
"""

import hashlib
import json
import shutil
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from core.models import Notice

from .backup import DATABASE, FORMAT, MANIFEST, MEDIA, run_postgres
from .serve import only_one


class Command(BaseCommand):
    help = "Read back a file made by `backup`. Stop the application first."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a file made by `backup`")
        parser.add_argument("--force", action="store_true", help="replace the data that is here now")

    def handle(self, *, file, force, **options):
        with only_one(), tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as room:
            room = Path(room)
            manifest = unpack(file, room)
            _refuse_foreign(manifest)
            if not force and (what := _what_is_here()):
                raise CommandError(f"Here are already {what}. Use --force to replace all of it.")
            load(room / DATABASE)
            _put_media(room / MEDIA)
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
            withdrawn = Notice.objects.filter(state=Notice.State.PENDING).update(
                state=Notice.State.CANCELLED, error="restored"
            )
        self.stdout.write(
            f"Restored the backup of {manifest['made_at']}: {len(manifest['sha256']) - 1} files; "
            f"{withdrawn} waiting notices withdrawn."
        )


def unpack(file, room):
    """Reads the archive into the folder, checks every hash and returns the manifest; else a sentence."""
    found = {}
    try:
        with tarfile.open(file) as archive:
            for entry in archive:
                parts = Path(entry.name).parts
                if not entry.isfile() or ".." in parts or parts[0] not in (MANIFEST, DATABASE, MEDIA):
                    raise CommandError(f"{file} is not a backup: it holds {entry.name!r}.")
                target = room / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as out:
                    shutil.copyfileobj(archive.extractfile(entry), out)
                found[entry.name] = _sha256(target)
        found.pop(MANIFEST)
        manifest = json.loads((room / MANIFEST).read_text())
    except (OSError, EOFError, KeyError, ValueError, tarfile.TarError) as error:
        raise CommandError(f"{file} cannot be read as a backup: {error}") from None
    if manifest.get("format") != FORMAT:
        raise CommandError(f"{file} has format {manifest.get('format')}; this version reads format {FORMAT}.")
    expected = manifest["sha256"]
    wrong = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    if wrong:
        raise CommandError(f"{file} is damaged: {', '.join(wrong[:5])} differs from the manifest.")
    return manifest


def _sha256(path):
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _refuse_foreign(manifest):
    if manifest["database"] != connection.vendor:
        raise CommandError(
            f"The backup is of {manifest['database']}, but this database is {connection.vendor}."
        )
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest["migrations"]) - known):
        raise CommandError(
            f"The backup is of a newer version: it knows {unknown[0]}. Install that version first."
        )


def _what_is_here():
    """What would be lost, in words; "" where there is nothing."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if "members_user" in tables:
            cursor.execute("SELECT count(*) FROM members_user")
            if accounts := cursor.fetchone()[0]:
                return f"{accounts} accounts"
    media = Path(default_storage.location)
    if files := sum(path.is_file() for path in media.rglob("*")):
        return f"{files} files in {media}"
    return ""


def load(copy):
    """Replaces the database by the copy that ``backup.dump`` made."""
    if connection.vendor == "sqlite":
        target = Path(connection.settings_dict["NAME"])
        connection.close()
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        shutil.move(copy, target)
        return
    connection.close()
    script = copy.with_suffix(".sql")
    run_postgres("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(copy), connect=False)
    arguments = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    empty = "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    run_postgres("psql", *arguments, empty, f"--file={script}")


def _put_media(source):
    target = Path(default_storage.location)
    if target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.exists():
        shutil.move(source, target)
    else:
        target.mkdir()
