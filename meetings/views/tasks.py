"""Tasks: the list with its lights, one task, the follow-up sheet, and the tab of the meeting page."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core import clock, pages, permissions, workflow
from core.filters import ObjectFilter
from core.permissions import find
from core.templatetags.alliance import day, unit_name
from members.models import Organization

from .. import chair, ladder, lights, tasks
from ..followup import followup, summary
from ..forms.tasks import task_units
from ..milestones import planners
from ..models import Meeting, Milestone, Resolution, Supervision, Task
from . import task_frame

State, Light = Task.State, clock.Light
UNFINISHED, EVERY = "unfinished", "all"
#: So many tasks of one meeting are shown on its page; the list has the rest.
MOST_ON_PANEL = 50

#: SQLite cannot be asked for a larger one.
MOST_ID = 2**63 - 1


class TaskFilter(django_filters.FilterSet):
    """The filters of the list and of the API."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=[(UNFINISHED, pgettext_lazy("tasks", "Unfinished")), *State.choices],
        empty_label=None,
        null_label=None,
        method="by_state",
    )
    light = django_filters.ChoiceFilter(
        label=pgettext_lazy("tasks", "Light"),
        choices=[
            (each.value, each.label)
            for each in (Light.OVERDUE, Light.WARN, Light.OK, Light.PAUSED, Light.DONE)
        ],
        empty_label=pgettext_lazy("tasks", "Any light"),
        method="by_light",
    )
    lead = ObjectFilter(
        label=gettext_lazy("Leading unit"),
        queryset=lambda request: task_units().only(*Organization.WORDS),
        empty_label=pgettext_lazy("tasks", "Any unit"),
    )
    mine = django_filters.ChoiceFilter(
        label=pgettext_lazy("tasks", "Whose"),
        choices=[("1", pgettext_lazy("tasks", "Led or assisted by my unit"))],
        empty_label=pgettext_lazy("tasks", "Everybody's"),
        method="by_mine",
    )
    resolution = django_filters.NumberFilter(widget=forms.HiddenInput, max_value=MOST_ID)
    meeting = django_filters.NumberFilter(widget=forms.HiddenInput, max_value=MOST_ID)

    class Meta:
        model = Task
        fields = ["state", "light", "lead", "mine", "resolution", "meeting"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["state"].field.choices = [
            (UNFINISHED, pgettext("tasks", "Unfinished")),
            *State.choices,
            (EVERY, pgettext("tasks", "All")),
        ]

    def by_state(self, rows, name, value):
        if value == EVERY:
            return rows
        return rows.filter(state__in=lights.UNFINISHED) if value == UNFINISHED else rows.filter(state=value)

    def by_light(self, rows, name, value):
        return lights.with_light(rows, value, timezone.localdate())

    def by_mine(self, rows, name, value):
        return rows.filter(tasks.concerning(self.request.user))


def _source(task):
    return task.resolution.number if task.resolution else ""


class Tasks(pages.List):
    """Unfinished tasks, the most urgent first, unless the address says otherwise."""

    model = Task
    title = pgettext_lazy("tasks", "Tasks")
    filterset_class = TaskFilter
    template_name = "meetings/tasks/list.html"
    reads = (
        *("title", "due_on", "paused_on", "percent", "state", "resolution__year", "resolution__serial"),
        *(f"lead__{word}" for word in Organization.WORDS),
    )
    ordering = ("due_on", "pk")
    columns = (
        pages.Column("title", gettext_lazy("Task"), lambda t: t.title),
        pages.Column("lead", gettext_lazy("Leading unit"), lambda t: unit_name(t.lead)),
        pages.Column("resolution", gettext_lazy("Resolution"), _source),
        pages.Column(
            "due_on", gettext_lazy("Due"), lambda t: t.due_on, show=lambda t: day(t.due_on), sort="due_on"
        ),
        pages.Column(
            "percent",
            gettext_lazy("Progress (%)"),
            lambda t: t.percent,
            show=lambda t: f"{t.percent}%",
            align="end",
        ),
        pages.Column("state", gettext_lazy("State"), lambda t: t.get_state_display()),
    )
    empty = {
        "title": gettext_lazy("No task is open"),
        "hint": gettext_lazy("Tasks are assigned from a resolution, a meeting, or here."),
        "action": None,
    }

    def rows(self):
        rows = super().rows()
        # An address that names what it wants is shown all of it, finished or not.
        if any(self.request.GET.get(key) for key in ("state", "light", "resolution", "meeting", "search")):
            return rows
        return rows.filter(state__in=lights.UNFINISHED)

    def get_context_data(self, **kwargs):
        # On the page the light says the state; the file has no lights and keeps the column.
        self.columns = tuple(column for column in self.columns if column.key != "state")
        return {**super().get_context_data(**kwargs), "tabs": task_frame.views("meetings:tasks")}

    def primary(self):
        if workflow.can_create(Task, self.request.user, "assign"):
            return {"label": _("Assign a task"), "url": reverse("meetings:task_new"), "icon": "add"}
        return None

    def chips(self):
        asked = self.request.GET
        count = lights.counts(super().rows(), timezone.localdate())
        plain = not any(asked.get(key) for key in ("state", "light", "mine", "resolution", "meeting"))
        chips = [
            {"label": pgettext("tasks", "Unfinished"), "url": "?", "active": plain, "count": count["all"]},
            *(
                {
                    "label": label,
                    "url": f"?light={wanted}",
                    "active": asked.get("light") == wanted,
                    "count": count[wanted],
                }
                for label, wanted in (
                    (pgettext("tasks", "Overdue"), Light.OVERDUE.value),
                    (pgettext("tasks", "Due soon"), Light.WARN.value),
                    (pgettext("tasks", "Awaiting acceptance"), Light.PAUSED.value),
                )
            ),
            {"label": pgettext("tasks", "My unit's"), "url": "?mine=1", "active": asked.get("mine") == "1"},
            {
                "label": pgettext("tasks", "Done"),
                "url": "?state=done",
                "active": asked.get("state") == "done",
            },
            {"label": pgettext("tasks", "All"), "url": "?state=all", "active": asked.get("state") == "all"},
        ]
        return [{"count": None, **chip} for chip in chips] + self._given()

    def _given(self):
        """The resolution or meeting the address names, as a chip that can be seen."""
        pk = self.request.GET.get("resolution", "")
        found = Resolution.objects.filter(pk=pk).first() if pk.isdecimal() else None
        return [{"label": found.number, "url": "?", "active": True, "count": None}] if found else []

    def light_of(self, obj):
        return lights.light(obj, timezone.now()) if obj.state in (State.OPEN, State.DONE) else ""

    def badge_of(self, obj):
        return badge(obj) if obj.state in (State.SUBMITTED, State.CANCELLED) else None


def badge(task):
    tones = {State.OPEN: "blue", State.SUBMITTED: "amber", State.DONE: "green", State.CANCELLED: "grey"}
    return {"label": task.get_state_display(), "tone": tones[task.state]}


def task(request, pk):
    letters = Exists(Supervision.objects.filter(task=OuterRef("pk")))
    rows = ladder.with_days(tasks.visible_to(request.user)).select_related("item", "blocked_by")
    planned = Exists(Milestone.objects.filter(task=OuterRef("pk")))
    obj = get_object_or_404(rows.annotate(supervised=letters, planned=planned), pk=pk)
    steps = list(obj.milestones.all()) if obj.planned else []
    left = obj.state == State.OPEN and any(row.done_on is None for row in steps)
    now = timezone.now()
    assisting = [helper.unit for helper in obj.assisting.select_related("unit")]
    reports = obj.reports.select_related("unit", "by").prefetch_related("documents")
    return pages.detail(
        request,
        obj,
        "meetings/tasks/detail.html",
        milestones=steps,
        reach_url=pages.verb_url(obj, "reach")
        if left and permissions.allowed(request.user, planners, obj)
        else "",
        rungs=task_frame.rungs_of(obj, now),
        owed=task_frame.owed(obj),
        supervisions=[
            {"label": row.number, "url": reverse("meetings:supervision_file", args=[row.pk]), "letter": row}
            for row in (obj.supervisions.all() if obj.supervised else ())
        ],
        next_step=_next_step(obj, now),
        page_title=obj.title,
        number=obj.resolution.number if obj.resolution else "",
        crumbs=[{"label": _("Tasks"), "url": reverse("meetings:tasks")}],
        badge=badge(obj),
        light=lights.light(obj, now) if obj.state == State.OPEN else "",
        facts=_facts(obj, assisting),
        **({} if obj.state in lights.UNFINISHED else {"verbs": []}),
        reports=[_report(entry) for entry in reports],
    )


def _facts(obj, assisting):
    facts = [
        {"label": _("Leading unit"), "value": unit_name(obj.lead), "url": obj.lead.get_absolute_url()},
        {"label": _("Due"), "value": day(obj.due_on)},
        {
            "label": _("Assisting units"),
            "value": pgettext("joins names", ", ").join(str(unit) for unit in assisting),
        },
        {"label": _("Evidence expected"), "value": obj.evidence},
    ]
    if obj.resolution:
        facts.append(
            {
                "label": _("Resolution"),
                "value": obj.resolution.title,
                "url": obj.resolution.get_absolute_url(),
                "wide": True,
            }
        )
    if obj.extension_on:
        asked = _("until %(day)s: %(reason)s") % {"day": obj.extension_on, "reason": obj.extension_reason}
        facts.append({"label": _("More time asked"), "value": asked, "wide": True})
    if obj.reason:
        label = _("Why it was cancelled") if obj.state == State.CANCELLED else _("Sent back because")
        facts.append({"label": label, "value": obj.reason, "wide": True})
    return facts


def _report(entry):
    return {
        "at": entry.at,
        "actor": entry.by,
        "unit": entry.unit,
        "sentence": f"{entry.percent}%",
        "note": entry.text,
        "files": [{"label": file.name, "url": file.get_absolute_url()} for file in entry.documents.all()],
    }


def _next_step(obj, now):
    lead = unit_name(obj.lead)
    if obj.state == State.DONE:
        return pages.NextStep(_("This task is done."))
    if obj.state == State.CANCELLED:
        return pages.NextStep(_("This task was cancelled."))
    if obj.state == State.SUBMITTED:
        whose = _("Secretariat")
        if obj.lead.kind == obj.lead.Kind.SECRETARIAT and (unit := chair.chair_unit()):
            whose = unit_name(unit)
        return pages.NextStep(
            _("Look at what was submitted; accept it, or send it back with a reason."), whose=whose
        )
    by_when, shown = clock.end_of_day(obj.due_on), lights.light(obj, now)
    if obj.extension_on:
        sentence = _("%(unit)s asks for more time, until %(day)s. Give it, or keep the due day.")
        values = {"unit": lead, "day": obj.extension_on}
        return pages.NextStep(sentence % values, whose=_("Secretariat"), by_when=by_when, light=shown)
    if shown == Light.OVERDUE:
        sentence = _("The due day has passed. Report where it stands and submit it as soon as it is done.")
    elif obj.evidence:
        sentence = _("Report progress; submit it with the evidence when it is done.")
    else:
        sentence = _("Report progress; submit it when it is done.")
    if obj.paused_on:
        sentence = _("The clock stands still until what the other unit owes has been delivered.")
        return pages.NextStep(sentence, whose=unit_name(obj.blocked_by), light=shown)
    return pages.NextStep(sentence, whose=lead, by_when=by_when, light=shown)


def followup_sheet(request, pk):
    """上次议定事项落实情况: what this meeting hears first, to read and to print."""
    meeting = find(Meeting, request.user, pk)
    rows = followup(meeting)
    context = {
        "object": meeting,
        "page_title": _("What has become of earlier decisions"),
        "crumbs": [{"label": str(meeting), "url": meeting.get_absolute_url()}],
        "rows": rows,
        "summary": summary(rows),
        "at": timezone.now(),
    }
    return render(request, "meetings/tasks/followup.html", context)


def panel(request, meeting):
    """The tab "tasks" of the meeting page: what this meeting gave out."""
    now = timezone.now()
    rows = list(
        tasks.visible_to(request.user).filter(meeting=meeting).order_by("due_on", "pk")[: MOST_ON_PANEL + 1]
    )
    new = reverse("meetings:task_new") if workflow.can_create(Task, request.user, "assign") else ""
    return {
        "tasks": [
            {
                "task": each,
                "light": lights.light(each, now) if each.state == State.OPEN else "",
                "badge": badge(each),
            }
            for each in rows[:MOST_ON_PANEL]
        ],
        "more_url": f"{reverse('meetings:tasks')}?meeting={meeting.pk}" if len(rows) > MOST_ON_PANEL else "",
        "new_url": f"{new}?meeting={meeting.pk}" if new else "",
        "followup_url": reverse("meetings:followup", args=[meeting.pk]),
    }
