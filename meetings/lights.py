"""Which light does a task show, and which tasks show a light?

Computed from state, due day and the clock, never stored. Amber begins five working days before the due day; what is
submitted, or paused because another unit holds it up, shows grey: its clock stands still; what is cancelled shows none.
"""

from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from core import clock
from core.clock import Light

from .models import Task

State = Task.State
UNFINISHED = (State.OPEN, State.SUBMITTED)
WARN_WORKING_DAYS = 5
MOST_COUNTED = 2_000


def light(task: Task, now: datetime) -> str:
    """The light of one task; none for a cancelled one."""
    if task.state == State.CANCELLED:
        return ""
    return clock.light(
        task.due_on,
        now,
        done=task.state == State.DONE,
        paused=task.state == State.SUBMITTED or task.paused_on is not None,
        warn_working_days=WARN_WORKING_DAYS,
    )


def with_light(rows: QuerySet[Task], wanted: str, today: date) -> QuerySet[Task]:
    """The tasks that show this light on a day: the same answer as :func:`light`, as a filter."""
    return rows.filter(_lit(wanted, today))


def _lit(wanted, today) -> Q:
    # A due day lies within the warning exactly if fewer than five working days come between today and it.
    last_warned = clock.add_working_days(today, WARN_WORKING_DAYS)
    running = Q(state=State.OPEN, paused_on=None)
    return {
        Light.OVERDUE: running & Q(due_on__lt=today),
        Light.WARN: running & Q(due_on__gte=today, due_on__lte=last_warned),
        Light.OK: running & Q(due_on__gt=last_warned),
        Light.PAUSED: Q(state=State.SUBMITTED) | Q(state=State.OPEN, paused_on__isnull=False),
        Light.DONE: Q(state=State.DONE),
    }[Light(wanted)]


def counts(rows: QuerySet[Task], today: date) -> dict[str, int | str | None]:
    """How many unfinished tasks there are in all and by light, in one query.

    Beyond :data:`MOST_COUNTED` "all" reads "2,000+" and the lights are not told: counting on would cost more than the
    page that shows them.
    """
    bounded = (
        rows.filter(state__in=UNFINISHED).order_by("due_on", "pk").select_related(None)[: MOST_COUNTED + 1]
    )
    shown = (Light.OVERDUE, Light.WARN, Light.PAUSED)
    found = bounded.aggregate(
        all=Count("pk"), **{wanted.value: Count("pk", filter=_lit(wanted, today)) for wanted in shown}
    )
    if found["all"] <= MOST_COUNTED:
        return found
    return {"all": f"{MOST_COUNTED:,}+", **{wanted.value: None for wanted in shown}}
