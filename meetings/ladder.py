"""The ladder: what happens to a task that does not move. 提醒 → 催办 → 督办单 → 上会.

Some working days before the due day the leading unit is reminded; after it, at the days the one row of settings
names, it is urged, the secretariat is told that a supervision letter is due, and the chair unit that the matter goes
to the joint meeting. Reminders leave by themselves. A supervision letter and an item of the agenda are acts of the
secretariat, one click each, possible as soon as the task is overdue: an urgent matter may skip a rung, and nobody is
supervised by a machine. A task whose clock stands still is left alone.
"""

from datetime import date, datetime, time, timedelta

from django.core.files.base import ContentFile
from django.db.models import Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.clock import local_date
from core.permissions import seen_by
from core.reminders import Due, reminder
from core.workflow import Refused, WrongState, verb
from members import mandates
from members.mandates import is_inside, people
from members.models import Mandate

from . import agenda, chair, ladder_paper, numbering
from .models import AgendaItem, Ladder, Meeting, Supervision, Task
from .models.meeting import Kind
from .tasks import ANSWERING, secretariat, visible_to

State, Role = Task.State, Mandate.Role
MORNING = time(9)
#: Working days a leading unit has to answer a supervision letter, unless the letter says otherwise.
ANSWER_WORKING_DAYS = 5
DAYS = ("remind_days", "urge_days", "supervise_days", "table_days")

# --- the settings -------------------------------------------------------------------------


def current() -> Ladder:
    return Ladder.objects.get_or_create(pk=1)[0]


@seen_by(Ladder)
def ladder_visible_to(user):
    return Ladder.objects.all() if is_inside(user) else Ladder.objects.none()


@seen_by(Supervision)
def supervisions_visible_to(user):
    """Whoever sees the task sees the letters about it."""
    return Supervision.objects.filter(task__in=visible_to(user).order_by().values("pk"))


@verb(Ladder, label=pgettext_lazy("ladder", "Adjust the days"), may=secretariat, primary=True)
def adjust(ladder, *, by, remind_days, urge_days, supervise_days, table_days):
    """The rungs after the due day come one after the other."""
    if not urge_days < supervise_days < table_days:
        sentence = _("The rungs come one after the other: urging, then supervision, then the meeting.")
        raise Refused(sentence, {"supervise_days": [sentence]})
    ladder.remind_days, ladder.urge_days = remind_days, urge_days
    ladder.supervise_days, ladder.table_days = supervise_days, table_days


def with_days(rows):
    """The tasks with the ladder's days as ``ladder_…``, so that the page of one asks nothing more."""
    ladder = Ladder.objects.filter(pk=1)
    return rows.annotate(**{f"ladder_{name}": Subquery(ladder.values(name)[:1]) for name in DAYS})


def days_of(task: Task) -> Ladder:
    """The ladder as :func:`with_days` read it; its defaults while nobody has set any."""
    read = {name: getattr(task, f"ladder_{name}") for name in DAYS}
    return Ladder(**{name: days for name, days in read.items() if days is not None})


def rungs(task: Task, ladder: Ladder) -> list[tuple[str, date]]:
    """The rungs of one task with their days."""
    after = lambda days: task.due_on + timedelta(days=days)  # noqa: E731
    return [
        (_("Reminder"), clock.add_working_days(task.due_on, -ladder.remind_days)),
        (_("Urging"), after(ladder.urge_days)),
        (_("Supervision letter"), after(ladder.supervise_days)),
        (_("To the joint meeting"), after(ladder.table_days)),
    ]


# --- what can happen ----------------------------------------------------------------------


def _not_overdue(task, by):
    if task.paused_on is not None:
        return _("The clock of this task stands still.")
    if task.due_on >= timezone.localdate():
        return _("This task is not overdue.")
    return ""


def leading(task, event):
    """The delegate and liaison of the leading unit, and whoever else answers for it."""
    return people([task.lead_id], ANSWERING)


@verb(
    Task,
    label=pgettext_lazy("task", "Urge"),
    from_=[State.OPEN],
    may=secretariat,
    guard=_not_overdue,
    tells=leading,
)
def urge(task, *, by, note):
    return {"note": note}


@verb(
    Task,
    label=pgettext_lazy("task", "Issue a supervision letter"),
    from_=[State.OPEN],
    may=secretariat,
    guard=_not_overdue,
    tells=leading,
    consequence=gettext_lazy("The letter gets its number; the leading unit receives it as a Word file."),
)
def supervise(task, *, by, now, demand, answer_on=None):
    """督办单, numbered; the leading unit answers by a day."""
    today = local_date(now)
    answer_on = answer_on or clock.add_working_days(today, ANSWER_WORKING_DAYS)
    if answer_on < today:
        sentence = _("The answer cannot be due before today.")
        raise Refused(sentence, {"answer_on": [sentence]})
    made = Supervision(
        task=task, demand=demand, answer_on=answer_on, due_on=task.due_on, percent=task.percent, issued_at=now
    )
    numbering.take(made, today.year)
    return {"number": made.number, "note": demand, "answer_on": answer_on}


def _not_for_the_meeting(task, by):
    if reason := _not_overdue(task, by):
        return reason
    if task.item is not None and task.item.state not in (
        AgendaItem.State.WITHDRAWN,
        AgendaItem.State.CONCLUDED,
    ):
        return _("It is on the agenda already: %(item)s.") % {"item": task.item}
    return ""


def next_joint_meeting(now: datetime) -> Meeting | None:
    """The next joint meeting that still takes items."""
    rows = Meeting.objects.filter(kind=Kind.JOINT, state__in=agenda.TAKES_ITEMS, starts_at__gt=now)
    return rows.order_by("starts_at", "pk").first()


@verb(
    Task,
    label=pgettext_lazy("task", "Put before the joint meeting"),
    from_=[State.OPEN],
    may=secretariat,
    guard=_not_for_the_meeting,
    reads=("item",),
    tells=leading,
    consequence=gettext_lazy(
        "The task becomes an item of the next joint meeting, with the last supervision letter attached."
    ),
)
def table(task, *, by, now):
    """上会: one item on the next joint meeting's agenda, with the file."""
    letter = task.supervisions.first()
    if letter is None:
        raise WrongState(_("Issue a supervision letter first; it goes to the meeting with the item."))
    meeting = next_joint_meeting(now)
    if meeting is None:
        raise WrongState(_("No joint meeting takes items at present. Draft one first."))
    lead = task.lead.short_zh or task.lead.name_zh
    task.item = agenda.propose(
        by=by,
        now=now,
        meeting=meeting,
        title=f"关于“{task.title}”落实情况的汇报"[:120],
        kind=AgendaItem.Kind.REPORT,
        summary=ladder_paper.summary(letter),
        presenter=lead[:60],
        late=True,
        documents=[ContentFile(ladder_paper.word(letter), name=ladder_paper.filename(letter, "docx"))],
    )
    return {"meeting": meeting.pk, "item": task.item.pk, "note": meeting.title}


# --- what comes due -----------------------------------------------------------------------


def _due(first: date, last: date, moment, after, until, *, watched_by=()):
    """The running tasks due from ``first`` to ``last`` whose ``moment(due day)`` lies in the span, with people."""
    running = Q(state=State.OPEN, paused_on=None, due_on__range=(first, last))
    rows = Task.objects.filter(running).order_by("due_on", "pk")
    found = [(task, at) for task in rows if after < (at := moment(task.due_on)) <= until]
    answering = {}
    for recipient in people({task.lead_id for task, _at in found}, ANSWERING):
        answering.setdefault(recipient.unit.pk, []).append(recipient)
    for task, at in found:
        yield Due(task, at, [*answering.get(task.lead_id, []), *watched_by])


def _morning(day):
    return timezone.make_aware(datetime.combine(day, MORNING))


def _days_late(days, after, until, **more):
    first, last = local_date(after) - timedelta(days=days), local_date(until) - timedelta(days=days)
    return _due(first, last, lambda due: _morning(due + timedelta(days=days)), after, until, **more)


@reminder("meetings.task.remind_due_soon", label=gettext_lazy("A task is due soon: reminder"))
def remind_due_soon(after, until):
    days = current().remind_days
    with clock.one_reading():
        last = clock.add_working_days(local_date(until), days + 1)
        warned_at = lambda due: _morning(clock.working_days_before(due, days))  # noqa: E731
        return list(_due(local_date(after), last, warned_at, after, until))


@reminder("meetings.task.remind_due_today", label=gettext_lazy("A task is due today"))
def remind_due_today(after, until):
    return _days_late(0, after, until)


@reminder("meetings.task.remind_overdue_1", label=gettext_lazy("A task is overdue: urging"))
def remind_to_urge(after, until):
    return _days_late(current().urge_days, after, until)


@reminder("meetings.task.remind_overdue_5", label=gettext_lazy("A task is overdue: supervision letter"))
def remind_to_supervise(after, until):
    return _days_late(current().supervise_days, after, until, watched_by=mandates.secretariat())


@reminder("meetings.task.remind_overdue_15", label=gettext_lazy("A task is overdue: to the joint meeting"))
def remind_to_table(after, until):
    unit = chair.chair_unit(local_date(until))
    chairing = people([unit], [Role.DELEGATE]) if unit else []
    return _days_late(current().table_days, after, until, watched_by=[*mandates.secretariat(), *chairing])
