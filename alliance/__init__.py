"""The roof: settings, addresses, timetable, and the pages that look across every subject."""

from .celery import app as celery_app

__all__ = ["celery_app"]
