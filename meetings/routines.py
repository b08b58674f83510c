"""Tasks that come back by the calendar: the monthly brief, the quarterly statistics, the yearly report.

A routine says what is to be done for every month, quarter or year, by whom, and how many days after the period has
ended; a day that is not worked moves to the next that is. The clock assigns one task for each period that has ended
since the routine began, never two for the same: the database refuses the second.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from core import clock, events, notices, search
from core.clock import local_date
from core.permissions import NEVER, seen_by
from core.workflow import verb
from members.mandates import acts_as, is_inside
from members.models import Mandate

from . import tasks
from .models import Routine, Task

Every, State, Role = Routine.Every, Routine.State, Mandate.Role
MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
#: A clock that stood still for longer than so many periods leaves the older ones out.
MOST_CAUGHT_UP = 24


class Period(NamedTuple):
    """One month, quarter or year: its key in the database, its Chinese name, its last day."""

    key: str
    label: str
    last: date


def period_of(every: str, day: date) -> Period:
    """The period a day lies in."""
    months = MONTHS[every]
    first = (day.month - 1) // months * months + 1
    year, month = day.year + (first - 1 + months) // 12, (first - 1 + months) % 12 + 1
    last = date(year, month, 1) - timedelta(days=1)
    key, label = {
        Every.MONTH: (f"{day:%Y-%m}", f"{day.year}年{day.month}月"),
        Every.QUARTER: (
            f"{day.year}-Q{(first + 2) // 3}",
            f"{day.year}年第{'一二三四'[(first - 1) // 3]}季度",
        ),
        Every.YEAR: (f"{day.year}", f"{day.year}年"),
    }[every]
    return Period(key, label, last)


def ended(routine: Routine, today: date) -> list[Period]:
    """The periods that ended before ``today`` and not before the routine began, oldest first."""
    found, period = [], period_of(routine.every, routine.starts_on)
    while period.last < today:
        found.append(period)
        period = period_of(routine.every, period.last + timedelta(days=1))
    return found[-MOST_CAUGHT_UP:]


def due_day(routine: Routine, period: Period) -> date:
    day = period.last + timedelta(days=routine.due_after)
    return day if clock.is_working_day(day) else clock.add_working_days(day, 1)


# --- who may, what is seen ----------------------------------------------------------------


def may_begin(user) -> bool:
    return acts_as(user, Role.SECRETARIAT)


@seen_by(Routine)
def visible_to(user):
    rows = Routine.objects.select_related("lead")
    return rows if is_inside(user) else rows.none()


# --- what can happen ----------------------------------------------------------------------


@verb(
    Routine,
    label=pgettext_lazy("routine", "Begin a routine task"),
    may=may_begin,
    creates=True,
    primary=True,
)
def begin(*, by, now, title, lead, every, due_after, starts_on=None, text="", evidence=""):
    """From the period that ``starts_on`` (today) lies in."""
    return Routine.objects.create(
        title=title,
        lead=lead,
        every=every,
        due_after=due_after,
        starts_on=starts_on or local_date(now),
        text=text,
        evidence=evidence,
        created_at=now,
    )


@verb(Routine, label=pgettext_lazy("routine", "Edit"), from_=[State.RUNNING], may=tasks.secretariat)
def edit(routine, *, by, title, lead, due_after, text="", evidence=""):
    """For the tasks still to come; what was assigned stays as it is."""
    routine.title, routine.lead, routine.due_after = title, lead, due_after
    routine.text, routine.evidence = text, evidence


@verb(
    Routine,
    label=pgettext_lazy("routine", "End"),
    from_=[State.RUNNING],
    to=State.ENDED,
    may=tasks.secretariat,
)
def end(routine, *, by):
    """No more tasks come of it."""


def by_the_clock(user) -> Q:
    return NEVER


@verb(
    Routine,
    label=pgettext_lazy("routine", "Task assigned"),
    from_=[State.RUNNING],
    may=by_the_clock,
    hidden=True,
)
def fall_due(routine, *, by, now, period):
    """Assign the task of one period that has ended; nothing if it was assigned before."""
    if routine.tasks.filter(period=period.key).exists():
        return {"period": period.key, "note": _("was assigned before")}
    task = Task.objects.create(
        routine=routine,
        period=period.key,
        title=f"{routine.title}（{period.label}）",
        text=routine.text,
        lead=routine.lead,
        due_on=due_day(routine, period),
        evidence=routine.evidence,
        created_at=now,
    )
    label = tasks.assign.verb.label
    event = events.record(task, tasks.assign.verb.kind, by=None, at=now, data={"routine": routine.pk})
    notices.tell(event, tasks.doing(task, event), label=label)
    return {"period": period.key, "task": task.pk}


def run(*, now: datetime) -> int:
    """Assign what has come due; returns how many tasks. Safe to run at any time, twice."""
    count = 0
    for routine in Routine.objects.filter(state=State.RUNNING).order_by("pk"):
        known = set(routine.tasks.values_list("period", flat=True))
        for period in ended(routine, local_date(now)):
            if period.key not in known:
                fall_due(routine, by=None, now=now, period=period)
                count += 1
    return count


# --- how it is found ----------------------------------------------------------------------

search.register(Routine, title="title", text=("text", "evidence"), visible=visible_to, date="created_at")
