"""What the worker does for meetings: tasks that come back by the calendar, written votes whose time is up."""

from celery import shared_task
from django.utils import timezone


@shared_task
def close_written() -> int:
    from . import written

    return written.close_due(now=timezone.now())


@shared_task
def assign_routine_tasks() -> int:
    from . import routines

    return routines.run(now=timezone.now())
