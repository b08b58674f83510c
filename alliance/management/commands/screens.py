"""Picture every main page for every role, from the demo's data, so that anybody can judge the whole face at a glance.

Plays the demo and stops at four moments. Needs an empty database and Chromium; ``make screens`` gives it the former.
"""

import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from alliance.demo.script import ACTS
from alliance.demo.stage import Stage


class Command(BaseCommand):
    help = "Pictures of every main page per role, 390 and 1440 px, light and dark, Chinese and English, with an index."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, default=settings.VAR_DIR, help="folder for the pictures")

    def handle(self, *, to: Path, **options):
        # The browser's library is a development dependency; only this command asks for it.
        from alliance.demo.camera import Camera
        from alliance.demo.sights import MOMENTS

        started = time.monotonic()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        to.mkdir(parents=True, exist_ok=True)
        stage = Stage(to, say=lambda line: None)
        camera = Camera(to, self.stdout.write)
        with translation.override(settings.LANGUAGE_CODE):
            for name, (act, _title) in ACTS.items():
                with stage.running():
                    act(stage)
                    if name in MOMENTS:
                        _title, sights, roles = MOMENTS[name]
                        camera.take(stage, name, sights, roles)
            camera.index({name: title for name, (title, _sights, _roles) in MOMENTS.items()})
        seconds = time.monotonic() - started
        self.stdout.write(f"{len(camera.shots)} pictures in {seconds:.0f} s: {to / 'index.html'}")
        if camera.faults:
            raise CommandError("\n".join(camera.faults))
