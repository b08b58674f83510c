"""Tasks: what must be done after a decision, by whom, until when.

The secretariat assigns a task to one leading unit and perhaps assisting ones, with a due day and the evidence
expected. Leading and assisting units report progress; when it is done the leading unit submits it with its evidence,
and the secretariat accepts it or sends it back with a reason (a task of the secretariat's own is accepted by the chair
unit). More time is asked before the due day, with a reason. The light of a task is computed from the clock and never
stored: it turns amber five working days before the due day, red when that day has passed, and grey while the
secretariat has to look at what was submitted. Who does not move is taken up the ladder (:mod:`meetings.ladder`); what
another unit holds up says so (:mod:`meetings.hindrances`).
"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock, documents, search
from core.clock import local_date
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import Refused, verb
from members import mandates
from members.mandates import INSIDE, acts_as, people
from members.models import Mandate, Organization

from . import chair
from .lights import UNFINISHED
from .models import Resolution, Task, TaskReport, TaskUnit

State, Role = Task.State, Mandate.Role
#: Working days a task usually has; a task from minutes is commonly due within a month's working days.
USUAL_WORKING_DAYS = 20
#: Those who answer for a unit's tasks. Editors and service officers have other work.
ANSWERING = (Role.SECRETARIAT, Role.DELEGATE, Role.LIAISON, Role.COMPANY, Role.BANK, Role.DEPARTMENT)


# --- who may ------------------------------------------------------------------------------


def may_assign(user) -> bool:
    return acts_as(user, Role.SECRETARIAT)


def secretariat(user) -> Q:
    return ALWAYS if acts_as(user, Role.SECRETARIAT) else NEVER


def leaders(user) -> Q:
    """Whoever answers for the leading unit."""
    return Q(lead=user.unit_id) if acts_as(user, *ANSWERING) else NEVER


def doers(user) -> Q:
    """Whoever answers for the leading unit or an assisting one."""
    return concerning(user) if acts_as(user, *ANSWERING) else NEVER


def acceptors(user) -> Q:
    """The secretariat; for a task that the secretariat leads itself, the chair unit."""
    if acts_as(user, Role.SECRETARIAT):
        return ~Q(lead=user.unit_id)
    return Q(lead__kind=Organization.Kind.SECRETARIAT) if chair.is_chair(user) else NEVER


def concerning(user) -> Q:
    """The tasks that the user's unit leads or assists."""
    unit_id = getattr(user, "unit_id", None)
    if unit_id is None:
        return NEVER
    return Q(lead=unit_id) | Exists(TaskUnit.objects.filter(task=OuterRef("pk"), unit=unit_id))


def holding_up(user) -> Q:
    """The tasks that wait for something the user's unit owes."""
    unit_id = getattr(user, "unit_id", None)
    return NEVER if unit_id is None else Q(blocked_by=unit_id)


# --- what is seen -------------------------------------------------------------------------


@seen_by(Task)
def visible_to(user) -> QuerySet[Task]:
    """All tasks for those inside the alliance, its own for any other unit."""
    rows = Task.objects.select_related("lead", "resolution")
    return rows if acts_as(user, *INSIDE) else rows.filter(concerning(user) | holding_up(user))


@seen_by(TaskReport)
def reports_visible_to(user) -> QuerySet[TaskReport]:
    """Whoever sees the task sees its reports, and so their evidence."""
    return TaskReport.objects.filter(task__in=visible_to(user).order_by().values("pk"))


def waiting_for(user) -> QuerySet[Task]:
    """What this person has to act on: own tasks in progress; submitted ones and requests for those who decide."""
    rows = visible_to(user)
    mine = Q(state=State.OPEN) & (leaders(user) | holding_up(user))
    decided_here = Q(state=State.SUBMITTED) & acceptors(user)
    asked = Q(state=State.OPEN, extension_on__isnull=False) & secretariat(user)
    return rows.filter(mine | decided_here | asked)


# --- who is told --------------------------------------------------------------------------


def _units(task):
    return [task.lead_id, *task.assisting.values_list("unit", flat=True)]


def doing(task, event):
    """Everyone who answers for the leading or an assisting unit."""
    return people(_units(task), ANSWERING)


def watching(task, event):
    """The secretariat, and the other units that work on it."""
    return [*mandates.secretariat(), *people([u for u in _units(task) if u != event.unit_id], ANSWERING)]


def deciding(task, event):
    """Whoever decides about what the leading unit asks or submits."""
    if task.lead.kind == Organization.Kind.SECRETARIAT and (unit := chair.chair_unit(local_date(event.at))):
        return people([unit], [Role.DELEGATE])
    return mandates.secretariat()


# --- what can happen ----------------------------------------------------------------------


def proposed_due(today: date) -> date:
    """The day on which a task assigned today would usually be due."""
    return clock.add_working_days(today, USUAL_WORKING_DAYS)


@verb(
    Task,
    label=pgettext_lazy("task", "Assign a task"),
    may=may_assign,
    creates=True,
    tells=doing,
    primary=True,
)
def assign(
    *, by, now, title, lead, due_on, text="", assisting=(), evidence="", resolution=None, meeting=None
):
    """Give one unit the lead; ``resolution`` or ``meeting`` say where the duty comes from."""
    if due_on < local_date(now):
        _refuse("due_on", _("The due day has passed already. Choose a later one."))
    if resolution is not None and resolution.state != Resolution.State.EFFECTIVE:
        _refuse("resolution", _("This resolution was repealed; no task follows from it."))
    task = Task.objects.create(
        resolution=resolution,
        meeting=resolution.meeting if resolution else meeting,
        title=title,
        text=text,
        lead=lead,
        due_on=due_on,
        evidence=evidence,
        created_at=now,
    )
    helping = [unit for unit in assisting if unit.pk != lead.pk]
    TaskUnit.objects.bulk_create([TaskUnit(task=task, unit=unit) for unit in helping])
    return task, {"lead": lead.pk, "assisting": [unit.pk for unit in helping], "due_on": due_on}


def _refuse(field, sentence):
    raise Refused(sentence, {field: [sentence]})


@verb(Task, label=pgettext_lazy("task", "Report progress"), from_=[State.OPEN], may=doers, tells=watching)
def report(task, *, by, now, percent, text, files=()):
    """Say how far it is. The leading unit's figure is the task's; an assisting unit's stands in its own report."""
    if not 0 <= percent <= 100:
        _refuse("percent", _("Progress lies between 0 and 100 percent."))
    _write_report(task, by, now, percent, text, files)
    if by.unit_id == task.lead_id:
        task.percent = percent
    return {"percent": percent, "note": text}


def _write_report(task, by, now, percent, text, files):
    made = TaskReport.objects.create(task=task, unit=by.unit, by=by, at=now, percent=percent, text=text)
    for file in files:
        documents.attach(made, file, by=by, purpose="evidence")


@verb(
    Task,
    label=pgettext_lazy("task", "Submit as done"),
    from_=[State.OPEN],
    to=State.SUBMITTED,
    may=leaders,
    tells=deciding,
    primary=True,
    consequence=gettext_lazy("The clock stops while what you submit is looked at."),
)
def submit(task, *, by, now, text, files=()):
    """Say that it is done, and show it. Where evidence was asked for, at least one file must be there."""
    if (
        task.evidence
        and not files
        and not TaskReport.objects.filter(task=task, documents__isnull=False).exists()
    ):
        _refuse("files", _("Please attach the evidence asked for: %(what)s") % {"what": task.evidence})
    _write_report(task, by, now, 100, text, files)
    task.percent = 100
    task.extension_on, task.extension_reason, task.reason = None, "", ""
    task.blocked_by, task.blocked_what, task.paused_on = None, "", None
    return {"note": text}


@verb(
    Task,
    label=pgettext_lazy("task", "Accept as done"),
    from_=[State.SUBMITTED],
    to=State.DONE,
    may=acceptors,
    tells=doing,
    primary=True,
)
def accept(task, *, by, now):
    task.done_at = now


@verb(
    Task,
    label=pgettext_lazy("task", "Send back"),
    from_=[State.SUBMITTED],
    to=State.OPEN,
    may=acceptors,
    tells=doing,
)
def send_back(task, *, by, reason):
    """Not done yet, with the reason; progress falls back to what was reported before."""
    earlier = (
        TaskReport.objects.filter(task=task, unit=task.lead_id, percent__lt=100)
        .order_by("-at", "-pk")
        .first()
    )
    task.percent = earlier.percent if earlier else 0
    task.reason = reason
    return {"reason": reason}


def _too_late_to_ask(task, by):
    if task.due_on < timezone.localdate():
        return _("More time can only be asked before the due day, which was %(day)s.") % {"day": task.due_on}
    if task.extension_on:
        return _("More time was asked already; the secretariat has yet to decide.")
    return ""


@verb(
    Task,
    label=pgettext_lazy("task", "Ask for more time"),
    from_=[State.OPEN],
    may=leaders,
    guard=_too_late_to_ask,
    tells=deciding,
)
def ask_extension(task, *, by, due_on, reason):
    if due_on <= task.due_on:
        _refuse("due_on", _("Ask for a day after the present due day, %(day)s.") % {"day": task.due_on})
    task.extension_on, task.extension_reason = due_on, reason
    return {"due_on": due_on, "reason": reason}


@verb(Task, label=pgettext_lazy("task", "Give more time"), from_=[State.OPEN], may=secretariat, tells=doing)
def extend(task, *, by, due_on, reason):
    """Move the due day; this answers what the leading unit may have asked."""
    if due_on <= task.due_on:
        _refuse("due_on", _("Give a day after the present due day, %(day)s.") % {"day": task.due_on})
    before, task.due_on = task.due_on, due_on
    task.extension_on, task.extension_reason = None, ""
    return {"before": before, "due_on": due_on, "reason": reason}


def _nothing_asked(task, by):
    return "" if task.extension_on else _("No extension was asked for.")


@verb(
    Task,
    label=pgettext_lazy("task", "Keep the due day"),
    from_=[State.OPEN],
    may=secretariat,
    guard=_nothing_asked,
    tells=doing,
)
def refuse_extension(task, *, by, reason):
    """The due day stays as it is, with the reason."""
    task.extension_on, task.extension_reason = None, ""
    return {"reason": reason}


@verb(
    Task,
    label=pgettext_lazy("task", "Cancel task"),
    from_=UNFINISHED,
    to=State.CANCELLED,
    may=secretariat,
    tells=doing,
    irreversible=True,
    consequence=gettext_lazy("All units that work on it are told. Reports and evidence stay on file."),
)
def cancel(task, *, by, reason):
    task.reason = reason
    return {"reason": reason}


# --- how it is found ----------------------------------------------------------------------

search.register(Task, title="title", text=("text", "evidence"), visible=visible_to, date="created_at")
