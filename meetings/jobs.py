"""What the worker does for meetings: tasks that come back by the calendar."""

from celery import shared_task
from django.utils import timezone


@shared_task
def assign_routine_tasks() -> int:
    from . import routines

    return routines.run(now=timezone.now())
