"""Minutes: all of them, one as a document, its files, and the tab of the meeting page."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import pages, workflow
from core.exports import pdf
from core.permissions import find, visible
from core.templatetags.alliance import day
from core.workflow import Refused

from .. import minutes, minutes_document
from ..models import Minutes

State = Minutes.State
FILES = {"docx": minutes_document.DOCX, "pdf": "application/pdf"}


class NotHere(Refused):
    """This machine cannot make the file."""

    status = 501


class MinutesList(pages.List):
    model = Minutes
    title = pgettext_lazy("minutes", "Minutes")
    ordering = ("-created_at", "-pk")
    columns = (
        pages.Column("title", gettext_lazy("Title"), lambda m: m.title),
        pages.Column("number", pgettext_lazy("minutes", "Number"), lambda m: m.number),
        pages.Column("meeting", gettext_lazy("Meeting"), lambda m: m.meeting.title),
        pages.Column(
            "issued_at", gettext_lazy("Issued on"), lambda m: m.issued_at, show=lambda m: day(m.issued_at)
        ),
    )
    empty = {
        "title": gettext_lazy("No minutes yet"),
        "hint": gettext_lazy("They are drafted from the page of a closed meeting."),
        "action": None,
    }

    def badge_of(self, obj):
        return badge(obj)


def badge(obj):
    tone = "green" if obj.state == State.ISSUED else "amber"
    return {"label": obj.get_state_display(), "tone": tone}


def document(request, pk):
    """One set of minutes, to read, with its outline."""
    obj = find(Minutes, request.user, pk)
    return pages.detail(
        request,
        obj,
        "meetings/minutes/detail.html",
        page_title=obj.title,
        number=obj.number,
        crumbs=[{"label": obj.meeting.title, "url": f"{obj.meeting.get_absolute_url()}?tab=minutes"}],
        badge=badge(obj),
        next_step=_next_step(obj),
        **({} if obj.state == State.DRAFT else {"verbs": []}),
        export_urls=_files(obj),
        parts=minutes.parts(obj.text),
        attendance=_attendance(obj),
        intact=minutes.intact(obj),
    )


def _next_step(obj):
    if obj.state == State.ISSUED:
        return None
    return pages.NextStep(
        _("Read the draft, mend it, and issue it. The number is given then."), whose=_("Secretariat")
    )


def _files(obj):
    kinds = [("docx", "Word", "word")] + ([("pdf", "PDF", "pdf")] if pdf.available() else [])
    return [
        {"label": label, "url": reverse("meetings:minutes_file", args=[obj.pk, ending]), "icon": icon}
        for ending, label, icon in kinds
    ]


def _attendance(obj):
    groups = [(label, minutes_document.people(obj, group)) for label, group in minutes_document.GROUPS]
    return [(label, names) for label, names in groups if names]


def edit(request, pk):
    """The editor, on a page of its own: a dialog is too narrow for a document."""
    if request.htmx and request.method == "GET":
        return HttpResponse(headers={"HX-Redirect": request.path})
    return pages.perform(request, Minutes, pk, "edit", template="meetings/minutes/edit.html")


def file(request, pk, ending):
    """The minutes as Word or PDF in the national layout."""
    obj = find(Minutes, request.user, pk)
    try:
        content = minutes_document.word(obj) if ending == "docx" else minutes_document.paper(obj)
    except pdf.Unavailable as missing:
        raise NotHere(str(missing)) from missing
    name = minutes_document.filename(obj, ending)
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(content, content_type=FILES[ending], headers=headers)


def panel(request, meeting):
    """The tab "minutes" of the meeting page."""
    obj = visible(Minutes, request.user).filter(meeting=meeting).first()
    may = workflow.can_create(Minutes, request.user, "draft") and meeting.state in minutes.HELD
    context = {"minutes": obj, "draft_url": "", "closed_first": meeting.state not in minutes.HELD}
    if obj is None:
        context["draft_url"] = reverse("meetings:minutes_new") if may else ""
        return context
    return {
        **context,
        "minutes_badge": badge(obj),
        "minutes_parts": minutes.parts(obj.text),
        "minutes_files": _files(obj),
    }
