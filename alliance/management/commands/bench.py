"""How quick and how small is the house? Fills databases of its own, measures, prints a line a measure.

The command starts itself a second time with the environment of a filled house, because settings are read once.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from alliance.bench import places

INSIDE = "ALLIANCE_BENCH_SMALL"  # the address of the copy with few rows; set for the second start


class Command(BaseCommand):
    help = "Measure pages, API, notices and memory on PostgreSQL and Redis databases of the run's own."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "var" / "bench.json")
        parser.add_argument("--strict", action="store_true", help="exit with 1 if anything falls short")

    def handle(self, *, to, strict, **options):
        if INSIDE not in os.environ:
            sys.exit(self._outside(to, strict))
        report = self._inside(to)
        if report.short:
            self.stderr.write(f"{len(report.short)} of {len(report.measures)} measures fall short.")
            if strict:
                raise CommandError("Measures fall short.")

    def _outside(self, to, strict) -> int:
        name = f"{places.PREFIX}_{os.getpid()}"
        with places.database(name) as url, places.keys(name) as broker:
            environment = os.environ | {
                "DATABASE_URL": url,
                "REDIS_URL": broker,
                "REDIS_PREFIX": name,
                "SITE_URL": "http://127.0.0.1",
                "ALLOWED_HOSTS": "127.0.0.1",
                "SECRET_KEY": settings.SECRET_KEY,
                "DEBUG": "",
                "LOG_LEVEL": "ERROR",
                INSIDE: f"{name}_few",
            }
            command = [sys.executable, "manage.py", "bench", "--to", str(to.resolve())]
            command += ["--strict"] if strict else []
            return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False).returncode

    def _inside(self, to):
        from alliance.bench import filling, first_load, pages, posting, servers
        from alliance.bench.report import Report

        report = Report(self._say)
        started = time.monotonic()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        filling.fill()
        filling.tasks(1, filling.FEW)
        filling.settle()
        known = pages.readers()
        connection.close()
        with places.database(os.environ[INSIDE], copy_of=connection.settings_dict["NAME"]) as small:
            filling.tasks(filling.FEW + 1, filling.TASKS)
            filling.settle()
            self.stderr.write(f"filled in {time.monotonic() - started:.0f} s: {filling.counted()}")
            with servers.web() as platform, servers.web(servers.FLOOR) as floor:
                pages.measure(report, known, platform, floor)
                first_load.measure(report, known["secretariat"], platform)
                report.add("web_worker.resident", platform.resident(), "MB", "<=200")
            filling.tasks(filling.TASKS + 1, filling.MANY)
            filling.settle()
            with servers.web() as many, servers.web(DATABASE_URL=small) as few:
                pages.compare_sizes(report, known, few, many)
        posting.measure(report)
        report.add("bench.duration", time.monotonic() - started, "s")
        report.write(to, machine=f"{os.cpu_count()} CPUs", rows=filling.counted())
        return report

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
