"""Long work: asked for on a page, done by the worker, shown with its progress, left and cancelled at will.

A job is a row. :func:`run_waiting` claims one at a time with a lease that every report of progress extends; work that
died with its worker is started again when its lease has run out, at most three times. It acts for whoever asked, with
the rights they have when it runs, under the same mandate.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from . import events, notices, permissions
from .exports import filename, xlsx
from .models import Channel, Job
from .pages import MOST_EXPORTED_AT_ONCE
from .workflow import Refused, verb

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
REPORT_EVERY = 1  # seconds between two writes of progress
MOST_AT_ONCE = 2  # so that long work never takes every thread of the worker
MOST_STARTS = 3
KEPT = timedelta(days=7)
EXPORT_CHUNK = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FINISHED = "core.job.finish"

State = Job.State

notices.declare_kind(FINISHED, _("Background work finished"), channels={Channel.INBOX})


class Result(NamedTuple):
    """What a job leaves: a file under this name, a sentence, or both."""

    filename: str = ""
    content: bytes = b""
    message: str = ""


class Stopped(Exception):
    """The job was cancelled, or another worker has taken it over: the work ends here and leaves nothing."""


_works: dict[str, Callable] = {}


def work(kind: str):
    """Declare ``(run: Run) -> Result | None`` as what jobs of this kind do. ``Refused`` ends it with a sentence."""

    def declare(function):
        _works[kind] = function
        return function

    return declare


def own(user) -> Q:
    return Q(by=user) if permissions.is_person(user) else permissions.NEVER


@permissions.seen_by(Job)
def visible_to(user):
    return Job.objects.filter(own(user))


@verb(Job, label=_("Cancel this job"), from_=[State.WAITING, State.RUNNING], to=State.CANCELLED, may=own)
def cancel(job, *, by, now):
    job.finished_at = now
    job.leased_until = None


def start(kind: str, *, label, by, params: dict | None = None) -> Job:
    """Write down a job for the worker. ``params`` must be plain data; the kind must be declared."""
    if kind not in _works:
        raise KeyError(kind)
    job = Job.objects.create(
        kind=kind,
        label=str(label)[:200],
        by=by,
        params={
            **(params or {}),
            "mandate": by.mandate.pk if getattr(by, "mandate", None) else None,
            "language": get_language(),
        },
    )
    transaction.on_commit(_wake)
    return job


def _wake():
    from .jobs import run_background

    try:
        run_background.delay()
    except Exception:
        logger.warning("The broker did not take a wake-up; the timetable will start the job.", exc_info=True)


# --- the worker's side ------------------------------------------------------------------------


class Run:
    """One start of a job, as its work sees it: ``params``, ``user`` (acting under the same mandate), ``progress``."""

    def __init__(self, job: Job, user, now: datetime):
        self.job, self.user = job, user
        self.params = job.params
        self._now, self._started, self._reported = now, time.monotonic(), None

    @property
    def now(self) -> datetime:
        """The time this run was given, and what has passed since."""
        return self._now + timedelta(seconds=time.monotonic() - self._started)

    def progress(self, done: int, total: int | None = None):
        """Report how far it is, at most once a second; raises :class:`Stopped` when the job was cancelled."""
        whole = total is not None and total != self.job.total
        if whole:
            self.job.total = total
        passed = time.monotonic()
        if whole or self._reported is None or passed - self._reported >= REPORT_EVERY:
            self._reported = passed
            self.job.done = done
            if not self._mine().update(done=done, total=self.job.total, leased_until=self.now + LEASE):
                raise Stopped
        self.job.done = done

    def _mine(self):
        return Job.objects.filter(pk=self.job.pk, state=State.RUNNING, attempts=self.job.attempts)


def run_waiting(*, now: datetime) -> int:
    """Do what waits, one job after the other; returns how many were ended. Also lets old results go."""
    started = time.monotonic()
    count = 0
    discard_old(now=now)
    while job := _claim(now + timedelta(seconds=time.monotonic() - started)):
        _do(job, now + timedelta(seconds=time.monotonic() - started))
        count += 1
    return count


@transaction.atomic
def _claim(now) -> Job | None:
    if Job.objects.filter(state=State.RUNNING, leased_until__gt=now).count() >= MOST_AT_ONCE:
        return None
    job = (
        Job.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(Q(state=State.WAITING) | Q(state=State.RUNNING, leased_until__lte=now))
        .order_by("created_at", "pk")
        .first()
    )
    if job is None:
        return None
    job.state = State.RUNNING
    job.attempts += 1
    job.done = 0
    job.leased_until = now + LEASE
    job.save(update_fields=["state", "attempts", "done", "leased_until"])
    return job


def _do(job, now):
    with translation.override(job.params.get("language") or None):
        run = Run(job, job.by, now)
        try:
            if job.attempts > MOST_STARTS:
                raise Refused(translate("This work broke off three times and is not tried again."))
            _act_as_asked(job)
            result = _works[job.kind](run) or Result()
        except Stopped:
            return
        except Refused as refused:
            _end(run, State.FAILED, Result(message=str(refused.sentence)))
        except Exception:
            logger.exception("Job %s (%s) failed.", job.pk, job.kind)
            sentence = translate("Something went wrong on our side. It is noted; please try again later.")
            _end(run, State.FAILED, Result(message=sentence))
        else:
            _end(run, State.DONE, result)


def _act_as_asked(job):
    """The originator as they stand now, under the mandate they asked under."""
    user = job.by
    if not user.is_active:
        raise Refused(translate("The account that asked for this is closed."))
    wanted = job.params.get("mandate")
    if wanted is None:
        return
    mandate = next((m for m in user.current_mandates if m.pk == wanted), None)
    if mandate is None:
        raise Refused(translate("The mandate under which this was asked has ended."))
    user.act_under(mandate)


def _end(run, state, result):
    """Close the job and tell its owner, in one transaction; a file without a row does not stay."""
    stored = None
    try:
        with transaction.atomic():
            job = run._mine().select_for_update(of=("self",)).first()
            if job is None:
                return
            job.state = state
            job.message = result.message
            job.finished_at = run.now
            job.leased_until = None
            if state == State.DONE:
                job.total = run.job.total
                job.done = job.total or run.job.done
            if result.filename:
                job.filename = result.filename[:200]
                job.file.save(f"{job.pk}-{job.attempts}", ContentFile(result.content), save=False)
                stored = job.file
            job.save()
            event = events.record(job, FINISHED, by=None, at=run.now, data={"state": state})
            notices.tell(event, [job.by])
    except Exception:
        if stored:
            stored.delete(save=False)
        raise


def discard_old(*, now: datetime) -> int:
    """Remove result files a week after their job ended; the row stays and says so."""
    old = Job.objects.filter(finished_at__lt=now - KEPT).exclude(file="")
    count = 0
    for job in old[:200]:
        job.file.delete(save=False)
        count += Job.objects.filter(pk=job.pk).update(file="")
    return count


# --- lists as xlsx ------------------------------------------------------------------------------


def export_list(request, stem, columns, rows, view) -> HttpResponse:
    """Answer a list's "Export to Excel": the file itself, or the page of the job that makes a long one.

    ``columns`` are ``(label, value(obj))``; the job builds the same list page again for the same reader and address.
    """
    first = list(rows[: MOST_EXPORTED_AT_ONCE + 1])
    if len(first) <= MOST_EXPORTED_AT_ONCE:
        sheet = _sheet(stem, columns, first)
        response = HttpResponse(xlsx.render([sheet]), content_type=XLSX)
        response.headers["Content-Disposition"] = content_disposition_header(
            True, filename(stem, "xlsx", timezone.localdate())
        )
        return response
    query = request.GET.copy()
    query.pop("export", None)
    job = start(
        "export",
        label=translate("Export to Excel: %(title)s") % {"title": stem},
        by=request.user,
        params={"path": request.path_info, "query": query.urlencode(), "stem": stem},
    )
    return redirect(job)


@work("export")
def _export(run: Run) -> Result:
    match = resolve(run.params["path"])
    request = RequestFactory().get(run.params["path"], QUERY_STRING=run.params["query"])
    request.user = run.user
    view = match.func.view_class(**match.func.view_initkwargs)
    view.setup(request, *match.args, **match.kwargs)
    rows = view.get_queryset()
    run.progress(0, rows.order_by().count())
    columns = [(str(column.label), column.value) for column in view.columns]
    stem = run.params["stem"]
    content = xlsx.render(
        [_sheet(stem, columns, rows.iterator(chunk_size=EXPORT_CHUNK))], progress=run.progress
    )
    return Result(filename(stem, "xlsx", timezone.localdate(run.now)), content)


def _sheet(stem, columns, rows):
    return xlsx.Sheet(
        title=stem,
        head=[label for label, _value in columns],
        rows=([value(obj) for _label, value in columns] for obj in rows),
    )
