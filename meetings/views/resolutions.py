"""The pages of resolutions."""

import django_filters
from django.db.models import Avg, Count, Exists, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, pages, permissions, workflow
from core.templatetags.alliance import day

from .. import lights, tasks, votes
from ..models import Motion, Resolution, Task
from . import room, task_frame
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


class LedgerFilter(ResolutionFilter):
    light = django_filters.ChoiceFilter(
        label=gettext_lazy("Light"),
        choices=[
            (each.value, each.label) for each in (clock.Light.OVERDUE, clock.Light.WARN, clock.Light.PAUSED)
        ],
        empty_label=gettext_lazy("Any light"),
        method="by_light",
    )
    unfinished = django_filters.ChoiceFilter(
        label=gettext_lazy("Progress"),
        choices=[("1", gettext_lazy("Not carried out yet"))],
        empty_label=gettext_lazy("All"),
        method="by_unfinished",
    )

    def by_light(self, rows, name, value):
        tasks_of = Task.objects.filter(resolution=OuterRef("pk"))
        return rows.filter(Exists(lights.with_light(tasks_of, value, timezone.localdate())))

    def by_unfinished(self, rows, name, value):
        return rows.filter(
            Exists(Task.objects.filter(resolution=OuterRef("pk"), state__in=lights.UNFINISHED))
        )


def _of_tasks(expression, **filters):
    """One figure over the tasks of each resolution, cancelled ones left out."""
    rows = Task.objects.filter(Q(**filters), resolution=OuterRef("pk"))
    rows = rows.exclude(state=Task.State.CANCELLED).order_by().values("resolution")
    return Subquery(rows.annotate(figure=expression).values("figure")[:1])


class Ledger(pages.List):
    """议定事项台账: every resolution with what became of it."""

    model = Resolution
    title = gettext_lazy("Ledger of resolutions")
    ordering = ("-year", "-serial")
    filterset_class = LedgerFilter
    template_name = "meetings/resolutions/ledger.html"
    columns = (
        pages.Column("title", gettext_lazy("Resolution"), lambda r: r.title),
        pages.Column("number", gettext_lazy("Number"), lambda r: r.number, sort="year,serial"),
        pages.Column(
            "tasks", gettext_lazy("Tasks done"), lambda r: f"{r.done or 0}/{r.all_tasks or 0}", align="end"
        ),
        pages.Column(
            "progress",
            gettext_lazy("Progress (%)"),
            lambda r: None if r.progress is None else round(r.progress),
            show=lambda r: "" if r.progress is None else f"{r.progress:.0f}%",
            align="end",
        ),
        pages.Column("overdue", gettext_lazy("Overdue"), lambda r: r.late or 0, align="end"),
        pages.Column(
            "next_due", gettext_lazy("Next due"), lambda r: r.next_due, show=lambda r: day(r.next_due)
        ),
    )
    empty = {
        "title": gettext_lazy("No resolution has been adopted yet"),
        "hint": gettext_lazy("A motion that passes in a meeting becomes a numbered resolution here."),
    }

    def rows(self):
        today = timezone.localdate()
        running = {"state": Task.State.OPEN, "paused_on": None}
        return (
            super()
            .rows()
            .annotate(
                all_tasks=_of_tasks(Count("pk")),
                done=_of_tasks(Count("pk"), state=Task.State.DONE),
                progress=_of_tasks(Avg("percent")),
                late=_of_tasks(Count("pk"), due_on__lt=today, **running),
                next_due=_of_tasks(Min("due_on"), **running),
            )
        )

    def light_of(self, obj):
        if not obj.all_tasks:
            return ""
        if obj.done == obj.all_tasks:
            return clock.Light.DONE
        if obj.next_due is None:
            return clock.Light.PAUSED
        return clock.light(obj.next_due, timezone.now(), warn_working_days=lights.WARN_WORKING_DAYS)

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "tabs": task_frame.views("meetings:ledger")}


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
