"""What the pages of tasks share: the tabs above every view, and what the page of one task says of ladder and delay."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.templatetags.alliance import unit_name

from .. import ladder
from ..models import Task

State = Task.State
VIEWS = (
    ("meetings:tasks", gettext_lazy("List")),
    ("meetings:task_board", gettext_lazy("Board")),
    ("meetings:task_month", gettext_lazy("Calendar")),
    ("meetings:task_chart", gettext_lazy("Chart")),
    ("meetings:scoreboard", gettext_lazy("By zone")),
    ("meetings:ledger", gettext_lazy("Ledger")),
    ("meetings:routines", gettext_lazy("Routine tasks")),
    ("meetings:supervisions", pgettext_lazy("tasks", "Supervision letters")),
    ("meetings:letters", gettext_lazy("Liaison letters")),
    ("meetings:briefs", gettext_lazy("Information briefs")),
)


def views(active):
    """The tabs above every view of tasks."""
    return [{"label": label, "url": reverse(name), "active": name == active} for name, label in VIEWS]


def rungs_of(task, now):
    """The ladder as the page of one task shows it; nothing for a finished one."""
    if task.state != State.OPEN:
        return []
    today = clock.local_date(now)
    return [
        {"label": label, "day": on, "passed": on <= today and task.paused_on is None}
        for label, on in ladder.rungs(task, ladder.days_of(task))
    ]


def owed(task):
    """What a task waits for, in one sentence, or nothing."""
    if task.blocked_by_id is None:
        return ""
    words = _("Waits for %(unit)s: %(what)s") % {
        "unit": unit_name(task.blocked_by),
        "what": task.blocked_what,
    }
    return f"{words} · {_('the clock stands still')}" if task.paused_on else words
