"""The pages of routine tasks, information briefs, liaison letters and supervision letters."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock, pages, workflow
from core.permissions import find
from core.templatetags.alliance import day, unit_name

from .. import briefs, ladder_paper, letters, lights, routines
from ..models import Brief, Letter, Routine, Supervision, Task
from ..notice import DOCX
from .task_frame import views
from .tasks import badge as task_badge


class Framed(pages.List):
    """A list among the views of tasks."""

    template_name = "meetings/tasks/list.html"
    view = ""

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "tabs": views(self.view)}


def _new(request, model, verb, label, route):
    if workflow.can_create(model, request.user, verb):
        return {"label": label, "url": reverse(route), "icon": "add"}
    return None


def _paper(content, name):
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(content, content_type=DOCX, headers=headers)


# --- routine tasks ----------------------------------------------------------------------------


class Routines(Framed):
    view = "meetings:routines"
    model = Routine
    title = gettext_lazy("Routine tasks")
    ordering = ("state", "pk")
    columns = (
        pages.Column("title", gettext_lazy("Title"), lambda r: r.title),
        pages.Column("every", gettext_lazy("How often"), lambda r: r.get_every_display()),
        pages.Column("lead", gettext_lazy("Leading unit"), lambda r: unit_name(r.lead)),
        pages.Column(
            "due_after", gettext_lazy("Due, days after the period"), lambda r: r.due_after, align="end"
        ),
    )
    empty = {
        "title": gettext_lazy("No task comes back by the calendar"),
        "hint": gettext_lazy("Monthly briefs and quarterly statistics are begun here once."),
        "action": None,
    }

    def primary(self):
        return _new(self.request, Routine, "begin", _("Begin a routine task"), "meetings:routine_new")

    def badge_of(self, obj):
        running = obj.state == Routine.State.RUNNING
        return {"label": obj.get_state_display(), "tone": "green" if running else "grey"}


def routine(request, pk):
    obj = find(Routine, request.user, pk)
    now = timezone.now()
    period = routines.period_of(obj.every, max(timezone.localdate(now), obj.starts_on))
    running = obj.state == Routine.State.RUNNING
    facts = [
        {"label": _("How often"), "value": obj.get_every_display()},
        {"label": _("Leading unit"), "value": unit_name(obj.lead), "url": obj.lead.get_absolute_url()},
        {"label": _("Evidence expected"), "value": obj.evidence},
    ]
    if running:
        when = format_html("{} · {} {}", period.label, _("Due"), day(routines.due_day(obj, period)))
        facts.append({"label": _("Next"), "value": when})
    rows = obj.tasks.select_related("lead").order_by("-period")[:24]
    return pages.detail(
        request,
        obj,
        "meetings/papers/routine.html",
        page_title=obj.title,
        crumbs=[{"label": _("Routine tasks"), "url": reverse("meetings:routines")}],
        facts=facts,
        tasks=[
            {
                "task": row,
                "light": lights.light(row, now) if row.state == Task.State.OPEN else "",
                "badge": task_badge(row),
            }
            for row in rows
        ],
    )


# --- information briefs -----------------------------------------------------------------------


class Briefs(Framed):
    view = "meetings:briefs"
    model = Brief
    title = gettext_lazy("Information briefs")
    ordering = ("-created_at", "-pk")
    columns = (
        pages.Column("title", gettext_lazy("Title"), lambda b: b.title),
        pages.Column("number", gettext_lazy("Number"), lambda b: b.number),
        pages.Column(
            "published_at",
            gettext_lazy("Published on"),
            lambda b: b.published_at,
            show=lambda b: day(b.published_at),
        ),
    )
    empty = {
        "title": gettext_lazy("No brief has been published yet"),
        "hint": gettext_lazy("The secretariat writes them for all members."),
        "action": None,
    }

    def primary(self):
        return _new(self.request, Brief, "write", _("Write a brief"), "meetings:brief_new")

    def badge_of(self, obj):
        return _paper_badge(obj)


def _paper_badge(obj):
    tones = {"draft": "amber", "published": "green", "sent": "blue", "closed": "grey"}
    return {"label": obj.get_state_display(), "tone": tones[obj.state]}


def brief(request, pk):
    obj = find(Brief, request.user, pk)
    draft = obj.state == Brief.State.DRAFT
    return pages.detail(
        request,
        obj,
        "meetings/papers/paper.html",
        next_step=pages.NextStep(_("Read it once more, then publish it."), whose=_("Secretariat"))
        if draft
        else None,
        page_title=obj.title,
        number=obj.number,
        badge=_paper_badge(obj),
        crumbs=[{"label": _("Information briefs"), "url": reverse("meetings:briefs")}],
        files=[{"label": row.name, "url": row.get_absolute_url()} for row in obj.documents.all()],
        export_urls=[
            {"label": "Word", "url": reverse("meetings:brief_file", args=[obj.pk]), "icon": "word"},
        ],
        **({} if draft else {"verbs": []}),
    )


def brief_file(request, pk):
    obj = find(Brief, request.user, pk)
    return _paper(briefs.word(obj), briefs.filename(obj))


# --- liaison letters --------------------------------------------------------------------------


class Letters(Framed):
    view = "meetings:letters"
    model = Letter
    title = gettext_lazy("Liaison letters")
    ordering = ("-created_at", "-pk")
    columns = (
        pages.Column("title", gettext_lazy("Title"), lambda row: row.title),
        pages.Column("number", gettext_lazy("Number"), lambda row: row.number),
        pages.Column(
            "answer_on",
            gettext_lazy("Answer due"),
            lambda row: row.answer_on,
            show=lambda row: day(row.answer_on),
        ),
        pages.Column("answered", gettext_lazy("Answered"), lambda row: _answered(row)),
    )
    empty = {
        "title": gettext_lazy("No liaison letter"),
        "hint": gettext_lazy("Letters to units that owe an answer stand here."),
        "action": None,
    }

    def rows(self):
        return super().rows().prefetch_related("answers")

    def primary(self):
        return _new(self.request, Letter, "write", _("Write a letter"), "meetings:letter_new")

    def badge_of(self, obj):
        return _paper_badge(obj)


def _answered(obj):
    rows = obj.answers.all()
    return f"{sum(row.at is not None for row in rows)}/{len(rows)}"


def letter(request, pk):
    obj = find(Letter, request.user, pk)
    now = timezone.now()
    rows = obj.answers.select_related("unit", "by").prefetch_related("documents")
    visible = set(letters.answers_visible_to(request.user).filter(letter=obj).values_list("pk", flat=True))
    return pages.detail(
        request,
        obj,
        "meetings/papers/letter.html",
        next_step=_next_step(obj, now),
        page_title=obj.title,
        number=obj.number,
        badge=_paper_badge(obj),
        crumbs=[{"label": _("Liaison letters"), "url": reverse("meetings:letters")}],
        facts=[{"label": _("Answer due"), "value": day(obj.answer_on)}],
        files=[{"label": row.name, "url": row.get_absolute_url()} for row in obj.documents.all()],
        answers=[{"row": row, "open": row.pk in visible, "tone": _tone(row, obj, now)} for row in rows],
        export_urls=[
            {"label": "Word", "url": reverse("meetings:letter_file", args=[obj.pk]), "icon": "word"},
        ],
    )


def _tone(row, obj, now):
    if row.at:
        return {"label": _("Answered"), "tone": "green"}
    late = obj.state == Letter.State.SENT and obj.answer_on < clock.local_date(now)
    return {"label": _("Overdue"), "tone": "red"} if late else {"label": _("Answer awaited"), "tone": "amber"}


def _next_step(obj, now):
    if obj.state == Letter.State.DRAFT:
        return pages.NextStep(_("Read it once more, then send it."), whose=_("Secretariat"))
    if obj.state == Letter.State.CLOSED:
        return None
    return pages.NextStep(
        _("Each unit the letter goes to answers here."),
        by_when=clock.end_of_day(obj.answer_on),
        light=clock.light(obj.answer_on, now, warn_working_days=1),
    )


def letter_file(request, pk):
    obj = find(Letter, request.user, pk)
    return _paper(letters.word(obj), letters.filename(obj))


# --- supervision letters ----------------------------------------------------------------------


class Supervisions(Framed):
    view = "meetings:supervisions"
    model = Supervision
    title = pgettext_lazy("tasks", "Supervision letters")
    ordering = ("-year", "-serial")
    searchable = False
    columns = (
        pages.Column("task", gettext_lazy("Task"), lambda s: s.task.title),
        pages.Column("number", gettext_lazy("Number"), lambda s: s.number),
        pages.Column("lead", gettext_lazy("Leading unit"), lambda s: unit_name(s.task.lead)),
        pages.Column(
            "issued_at", gettext_lazy("Issued on"), lambda s: s.issued_at, show=lambda s: day(s.issued_at)
        ),
        pages.Column(
            "answer_on", gettext_lazy("Answer due"), lambda s: s.answer_on, show=lambda s: day(s.answer_on)
        ),
    )
    empty = {
        "title": gettext_lazy("No supervision letter has been issued"),
        "hint": gettext_lazy("They are issued from the page of an overdue task."),
        "action": None,
    }

    def rows(self):
        return super().rows().select_related("task__lead")


def supervision_file(request, pk):
    obj = find(Supervision, request.user, pk)
    return _paper(ladder_paper.word(obj), ladder_paper.filename(obj, "docx"))
