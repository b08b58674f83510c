"""Fires the reminders that have come due, once. The worker does the same every half minute."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from core import reminders


class Command(BaseCommand):
    help = "Fire the reminders that have come due; safe to run at any time and twice."

    def handle(self, **options):
        self.stdout.write(f"{reminders.fire(now=timezone.now())} persons reminded")
