"""The pages of resolutions."""

import django_filters
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import pages, permissions, workflow
from core.templatetags.alliance import day

from .. import lights, tasks, votes
from ..models import Motion, Resolution, Task
from . import room
from .tasks import MOST_ON_PANEL
from .tasks import badge as task_badge


class ResolutionFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(label=gettext_lazy("Year"))
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=Resolution.State.choices, empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Resolution
        fields = ("year", "state")


class Resolutions(pages.List):
    """What was decided, newest first."""

    model = Resolution
    title = gettext_lazy("Resolutions")
    ordering = ("-year", "-serial")
    reads = ("title", "year", "serial", "meeting__title", "adopted_on", "state")
    filterset_class = ResolutionFilter
    columns = (
        pages.Column("title", gettext_lazy("Title"), lambda r: r.title),
        pages.Column("number", gettext_lazy("Number"), lambda r: r.number, sort="year,serial"),
        pages.Column("meeting", gettext_lazy("Meeting"), lambda r: str(r.meeting)),
        pages.Column(
            "adopted_on", gettext_lazy("Adopted on"), lambda r: r.adopted_on, show=lambda r: day(r.adopted_on)
        ),
    )
    empty = {
        "title": gettext_lazy("No resolution has been adopted yet"),
        "hint": gettext_lazy("A motion that passes in a meeting becomes a numbered resolution here."),
    }

    def badge_of(self, obj):
        return badge(obj)


def badge(resolution):
    in_force = resolution.state == Resolution.State.EFFECTIVE
    return {"label": resolution.get_state_display(), "tone": "green" if in_force else "grey"}


def detail(request, pk):
    """One resolution: its text, the arithmetic it came from, who voted how, and the tasks that follow."""
    resolution = permissions.find(Resolution, request.user, pk)
    in_force = resolution.state == Resolution.State.EFFECTIVE
    motion = Motion.objects.select_related("item").filter(resolution=resolution).first()
    return pages.detail(
        request,
        resolution,
        "meetings/resolutions/detail.html",
        page_title=resolution.title,
        number=resolution.number,
        badge=badge(resolution),
        crumbs=[{"label": _("Resolutions"), "url": reverse("meetings:resolutions")}],
        next_step=pages.NextStep(_("In force until it is repealed.")) if in_force else None,
        motion=motion,
        result=room.result(motion) if motion else None,
        seats=room.shown(votes.roll(motion)) if motion else [],
        **_tasks(request, resolution),
    )


def _tasks(request, resolution):
    now = timezone.now()
    rows = (
        tasks.visible_to(request.user).filter(resolution=resolution).order_by("due_on", "pk")[:MOST_ON_PANEL]
    )
    new = workflow.can_create(Task, request.user, "assign") and resolution.state == Resolution.State.EFFECTIVE
    return {
        "tasks": [
            {
                "task": row,
                "light": lights.light(row, now) if row.state == Task.State.OPEN else "",
                "badge": task_badge(row),
            }
            for row in rows
        ],
        "new_url": f"{reverse('meetings:task_new')}?resolution={resolution.pk}" if new else "",
    }
