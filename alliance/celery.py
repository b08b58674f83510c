"""What the worker does, and when: the Celery application and the whole timetable.

A message to the worker only wakes it. What must be done is always a row in the database
(a notice not sent, a reminder that came due, a job not finished), so a lost message costs
at most one round of this timetable and a repeated one costs nothing.
"""

import os

from celery import Celery, signals

from .logs import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["core", "members", "meetings"], related_name="jobs")


@signals.setup_logging.connect
def keep_our_log(**_):
    """Having this listener keeps Celery from replacing the log that settings laid out."""


@signals.task_prerun.connect
def name_the_task(task_id, **_):
    request_id.set(task_id)


@signals.worker_ready.connect
def beat_at_once(**_):
    """A worker that has just started is seen now, not at the timetable's next turn."""
    app.send_task("core.jobs.heartbeat")
