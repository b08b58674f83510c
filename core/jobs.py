"""What the worker does when woken: thin tasks, each one call.

Every task may run twice or late without harm: the rows it works on say what is still to be done.
"""

from celery import shared_task
from django.utils import timezone


@shared_task
def fire_reminders():
    from . import reminders

    reminders.fire(now=timezone.now())


@shared_task
def sweep_notices():
    from . import delivery

    delivery.sweep(now=timezone.now())


@shared_task
def run_background():
    from . import background

    background.run_waiting(now=timezone.now())


@shared_task
def seal_journal():
    from . import events

    events.seal(now=timezone.now())


@shared_task
def heartbeat():
    from .models import Heartbeat

    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
