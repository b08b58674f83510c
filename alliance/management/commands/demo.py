"""Play the main job on the real alliance: a joint meeting from its first draft to its finished task.

Needs an empty database and makes its tables; ``make demo`` gives it one that is thrown away.
"""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.demo.script import ACTS
from alliance.demo.stage import Stage
from meetings.models import Meeting


class Command(BaseCommand):
    help = "Play the joint meeting of November 2026 from an empty database; prints a line a step, keeps its files."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, default=settings.VAR_DIR, help="folder for the files it makes")

    def handle(self, *, to: Path, **options):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if Meeting.objects.exists():
            raise CommandError("The demo needs an empty database: meetings are there already.")
        to.mkdir(parents=True, exist_ok=True)
        stage = Stage(to, self._say)
        with translation.override(settings.LANGUAGE_CODE):
            self._say(_("Demonstration (演示): the units are real, the votes and decisions are invented."))
            try:
                for act, title in ACTS.values():
                    self._say(f"— {title}")
                    with stage.running():
                        act(stage)
            except Exception as fault:
                self._say(f"✗ {act.__name__}: {fault}")
                raise CommandError(f"The play stopped in {act.__name__}: {fault}") from fault
            files = "，".join(path.name for path in stage.files)
            self._say(
                _("Done: %(steps)d steps. Files in %(folder)s: %(files)s")
                % {"steps": stage.steps, "folder": to, "files": files}
            )

    def _say(self, line):
        self.stdout.write(str(line))
        self.stdout.flush()
