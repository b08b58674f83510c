"""How reliably does each zone do what it took on? And what stands in the digest of a week?

On-time rate: of the tasks a zone led and that were accepted as done within the last 365 days, the share accepted on
a day not after their due day. The number of tasks stands beside every rate; a zone with fewer than five is never
ranked, because so few say nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.clock import local_date
from core.reminders import Due, reminder
from members.mandates import people
from members.membership import members
from members.models import Mandate, Organization

from . import ladder
from .models import Task, TaskUnit

State, Role = Task.State, Mandate.Role
WINDOW = timedelta(days=365)
LEAST_RANKED = 5
WEEK = timedelta(days=7)
MOST_LISTED = 15
MORNING = time(9)


@dataclass(frozen=True)
class Score:
    unit: Organization
    done: int
    on_time: int
    overdue: int  # open tasks past their due day
    place: int | None = None

    @property
    def percent(self) -> int | None:
        return round(100 * self.on_time / self.done) if self.done else None

    @property
    def ranked(self) -> bool:
        return self.done >= LEAST_RANKED


def scores(today: date) -> list[Score]:
    """Every member zone: those with enough tasks by rate, then the others as members are listed. Three queries."""
    since = timezone.make_aware(datetime.combine(today - WINDOW, time.min))
    done = (
        Task.objects.filter(state=State.DONE, done_at__gte=since)
        .order_by()
        .values("lead")
        .annotate(n=Count("pk"), punctual=Count("pk", filter=Q(due_on__gte=TruncDate("done_at"))))
    )
    finished = {row["lead"]: (row["n"], row["punctual"]) for row in done}
    late = Task.objects.filter(state=State.OPEN, paused_on=None, due_on__lt=today).order_by()
    overdue = dict(late.values_list("lead").annotate(n=Count("pk")))
    rows = [
        Score(unit, *finished.get(unit.pk, (0, 0)), overdue.get(unit.pk, 0))
        for unit in members(today)
        if unit.kind == Organization.Kind.ZONE
    ]
    rows.sort(key=lambda row: (not row.ranked, -row.on_time / row.done if row.ranked else 0))
    return [_placed(row, rows) for row in rows]


def _placed(row, rows):
    if not row.ranked:
        return row
    better = sum(other.ranked and other.on_time * row.done > row.on_time * other.done for other in rows)
    return Score(row.unit, row.done, row.on_time, row.overdue, better + 1)


# --- the digest of a week ---------------------------------------------------------------------


def week(unit: Organization, at: datetime) -> dict[str, list[Task]]:
    """For a unit (for the secretariat: for all) what is overdue, due within a week, and was done in the last one."""
    today, rows = local_date(at), Task.objects.select_related("lead")
    if unit.kind != Organization.Kind.SECRETARIAT:
        helping = TaskUnit.objects.filter(task=OuterRef("pk"), unit=unit)
        rows = rows.filter(Q(lead=unit) | Exists(helping) | Q(blocked_by=unit))
    running = rows.filter(state=State.OPEN, paused_on=None).order_by("due_on", "pk")
    return {
        "overdue": list(running.filter(due_on__lt=today)[:MOST_LISTED]),
        "due": list(running.filter(due_on__gte=today, due_on__lt=today + WEEK)[:MOST_LISTED]),
        "done": list(
            rows.filter(state=State.DONE, done_at__gte=at - WEEK).order_by("-done_at", "-pk")[:MOST_LISTED]
        ),
    }


def _concerned(at):
    """The units with something in their digest."""
    today = local_date(at)
    told = Q(state=State.OPEN, paused_on=None, due_on__lt=today + WEEK) | Q(
        state=State.DONE, done_at__gte=at - WEEK
    )
    rows = Task.objects.filter(told).order_by()
    units = set(rows.values_list("lead", flat=True).distinct())
    units |= set(
        TaskUnit.objects.filter(task__in=rows.values("pk")).values_list("unit", flat=True).distinct()
    )
    units |= set(rows.filter(blocked_by__isnull=False).values_list("blocked_by", flat=True).distinct())
    return units


@reminder("meetings.ladder.remind_week", label=gettext_lazy("Tasks of the week"))
def remind_week(after, until):
    """Mondays at nine: one mail to each unit's liaisons and to the secretariat; nothing to tell, no mail."""
    day = local_date(after)
    while day <= local_date(until):
        at = timezone.make_aware(datetime.combine(day, MORNING))
        if day.weekday() == 0 and after < at <= until and (units := _concerned(at)):
            office = Organization.objects.filter(kind=Organization.Kind.SECRETARIAT)
            told = [*people(units, [Role.LIAISON]), *people(office, [Role.SECRETARIAT])]
            yield Due(ladder.current(), at, told)
        day += timedelta(days=1)
