"""Sends the notices that wait, once. The worker does the same every 20 seconds."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from core import delivery


class Command(BaseCommand):
    help = "Send the notices that wait; safe to run at any time and beside the worker."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=10_000, help="send at most this many")

    def handle(self, *, limit, **options):
        self.stdout.write(f"{delivery.sweep(now=timezone.now(), limit=limit)} notices sent")
