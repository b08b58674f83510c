"""The steps of a long task, each with its day: planned by the leading unit or the secretariat, then reached."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from core.clock import local_date
from core.workflow import Refused, verb

from .models import Milestone, Task
from .tasks import leaders, secretariat, watching

State = Task.State
MOST = 20


def planners(user):
    return leaders(user) | secretariat(user)


@verb(Task, label=pgettext_lazy("task", "Plan milestones"), from_=[State.OPEN], may=planners)
def plan(task, *, by, milestones):
    """Put these steps, pairs (day, title), in place of those not reached yet."""
    if len(milestones) > MOST:
        _refuse(_("A task has at most %(n)s milestones.") % {"n": MOST})
    if late := next((day for day, _title in milestones if day > task.due_on), None):
        _refuse(_("%(day)s lies after the due day of the task, %(due)s.") % {"day": late, "due": task.due_on})
    task.milestones.filter(done_on=None).delete()
    Milestone.objects.bulk_create(
        [Milestone(task=task, due_on=day, title=title) for day, title in milestones]
    )
    return {"milestones": [f"{day} {title}" for day, title in milestones]}


def _refuse(sentence):
    raise Refused(sentence, {"milestones": [sentence]})


@verb(
    Task,
    label=pgettext_lazy("task", "Milestone reached"),
    from_=[State.OPEN],
    may=planners,
    tells=watching,
    hidden=True,
)
def reach(task, *, by, now, milestone):
    if milestone.task_id != task.pk or milestone.done_on is not None:
        sentence = _("Choose a milestone of this task that is not reached yet.")
        raise Refused(sentence, {"milestone": [sentence]})
    milestone.done_on = local_date(now)
    milestone.save()
    return {"note": milestone.title}
