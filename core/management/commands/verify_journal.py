"""Reads the whole journal again and says whether any line of it was changed, removed or added from outside."""

from django.core.management.base import BaseCommand, CommandError

from core import events
from core.models import Event, Seal


class Command(BaseCommand):
    help = (
        "Verify every chain and seal of the journal; ends with 1 and a line for each fault if any is broken."
    )

    def handle(self, **options):
        faults = events.verify()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"The journal is broken in {len(faults)} places.")
        self.stdout.write(
            f"The journal is whole: {Event.objects.count()} events, {Seal.objects.count()} seals."
        )
