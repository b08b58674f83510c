"""What holds a task up: another unit owes something, and the secretariat may let the clock stand still meanwhile.

The leading unit says which unit owes what; that unit sees the task among what waits for it. This alone pauses
nothing. If the secretariat agrees, the clock stands still; when it runs again, the due day moves by the working days
that passed.
"""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.clock import local_date
from core.permissions import NEVER
from core.workflow import Refused, verb
from members import mandates
from members.mandates import acts_as, people

from .models import Task
from .tasks import ANSWERING, doing, leaders, secretariat

State = Task.State


def owing(user) -> Q:
    """The unit that owes something, the leading unit, and the secretariat."""
    own = Q(blocked_by=user.unit_id) if acts_as(user, *ANSWERING) and user.unit_id else NEVER
    return own | leaders(user) | secretariat(user)


def _owes(task, event):
    return [*people([task.blocked_by_id], ANSWERING), *mandates.secretariat()]


def _held_up(task, by):
    return "" if task.blocked_by_id is None else _("It is said already what it waits for.")


def _free(task, by):
    return _("This task waits for no other unit.") if task.blocked_by_id is None else ""


def _not_pausable(task, by):
    if task.paused_on is not None:
        return _("The clock stands still already.")
    return _free(task, by)


def _running(task, by):
    return _("The clock is running.") if task.paused_on is None else ""


@verb(
    Task,
    label=pgettext_lazy("task", "Say what it waits for"),
    from_=[State.OPEN],
    may=leaders,
    guard=_held_up,
    tells=_owes,
)
def block(task, *, by, unit, what):
    """Name the unit that owes something. The clock runs on."""
    if unit.pk == task.lead_id:
        sentence = _("Name another unit than the one that leads.")
        raise Refused(sentence, {"unit": [sentence]})
    task.blocked_by, task.blocked_what = unit, what
    return {"unit": unit.pk, "note": what}


@verb(
    Task,
    label=pgettext_lazy("task", "No longer held up"),
    from_=[State.OPEN],
    may=owing,
    guard=_free,
    tells=doing,
)
def unblock(task, *, by, now, note=""):
    """What was owed has been delivered; a clock that stood still runs again."""
    facts = {"note": note, **_resume(task, now)}
    task.blocked_by, task.blocked_what = None, ""
    return facts


@verb(
    Task,
    label=pgettext_lazy("task", "Let the clock stand still"),
    from_=[State.OPEN],
    may=secretariat,
    guard=_not_pausable,
    tells=doing,
    consequence=gettext_lazy("Nothing is reminded or counted as overdue until the clock runs again."),
)
def pause(task, *, by, now, reason):
    task.paused_on = local_date(now)
    return {"reason": reason}


@verb(
    Task,
    label=pgettext_lazy("task", "Let the clock run again"),
    from_=[State.OPEN],
    may=secretariat,
    guard=_running,
    tells=doing,
)
def resume(task, *, by, now):
    return _resume(task, now)


def _resume(task, now):
    """Move the due day by the working days that passed since the pause; the first day still ran."""
    if task.paused_on is None:
        return {}
    days = max(clock.working_days_between(task.paused_on, local_date(now)), 0)
    before, task.due_on = task.due_on, clock.add_working_days(task.due_on, days)
    task.paused_on = None
    return {"before": before, "due_on": task.due_on, "working_days": days}
