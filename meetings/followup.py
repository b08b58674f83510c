"""What has become of what was decided? (上次议定事项落实情况, the first item of every joint meeting.)

One row a task: everything unfinished, and what was finished since the meeting before. The same rows stand in the
meeting page, on the printed sheet and in the minutes.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.translation import pgettext

from core import clock
from core.clock import Light

from . import lights
from .models import Meeting, Task, TaskReport, TaskUnit

#: More than this no meeting hears; the rest is on the list.
MOST_ROWS = 500


@dataclass(frozen=True)
class Row:
    task: Task
    source: str  # the number of the resolution, or the title of the meeting
    assisting: tuple[str, ...]
    light: str
    last_word: str  # of the latest report of the leading unit

    title = property(lambda self: self.task.title)
    lead = property(lambda self: self.task.lead)
    percent = property(lambda self: self.task.percent)

    @property
    def due_on(self) -> date:
        return self.task.due_on

    @property
    def state(self) -> str:
        """已办结 / 已逾期 / 待审核 / 推进中"""
        if self.task.state == Task.State.DONE:
            return pgettext("follow-up", "Done")
        if self.task.state == Task.State.SUBMITTED:
            return pgettext("follow-up", "Awaiting acceptance")
        if self.light == Light.OVERDUE:
            return pgettext("follow-up", "Overdue")
        return pgettext("follow-up", "In progress")


def followup(meeting: Meeting, now: datetime | None = None) -> list[Row]:
    """The tasks of earlier meetings to be reported to this one, the most urgent first: three queries."""
    now = now or timezone.now()
    before = (
        Meeting.objects.filter(kind=meeting.kind, starts_at__lt=meeting.starts_at)
        .exclude(state__in=[Meeting.State.CANCELLED, Meeting.State.DRAFT])
        .order_by("-starts_at", "-pk")
        .values("starts_at")[:1]
    )
    recent = Q(state=Task.State.DONE, done_at__gt=Subquery(before), done_at__lte=max(meeting.starts_at, now))
    latest = TaskReport.objects.filter(task=OuterRef("pk"), unit=OuterRef("lead")).order_by("-at", "-pk")
    rows = (
        Task.objects.filter(Q(state__in=lights.UNFINISHED) | recent, Q(created_at__lt=meeting.starts_at))
        .filter(~Q(meeting=meeting) | Q(meeting=None))
        .select_related("lead", "resolution", "meeting")
        .prefetch_related(Prefetch("assisting", TaskUnit.objects.select_related("unit")))
        .annotate(last_word=Subquery(latest.values("text")[:1]))
        .order_by("due_on", "pk")[:MOST_ROWS]
    )
    with clock.one_reading():
        return [_row(task, now) for task in rows]


def _row(task, now):
    if task.resolution:
        source = task.resolution.number
    else:
        source = task.meeting.title if task.meeting else ""
    return Row(
        task=task,
        source=source,
        assisting=tuple(str(helper.unit) for helper in task.assisting.all()),
        light=lights.light(task, now),
        last_word=task.last_word or task.reason,
    )


def summary(rows: list[Row]) -> dict[str, int]:
    """How many in all, done, overdue and still in progress."""
    done = sum(row.task.state == Task.State.DONE for row in rows)
    overdue = sum(row.light == Light.OVERDUE for row in rows)
    return {"all": len(rows), "done": done, "overdue": overdue, "open": len(rows) - done - overdue}
