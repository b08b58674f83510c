"""Minutes: all of them, one as a document, its files, and the tab of the meeting page."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core import clock, pages, workflow
from core.exports import pdf
from core.permissions import find, visible
from core.templatetags.alliance import day, unit_name
from core.workflow import Refused

from .. import errata, minutes, minutes_document, minutes_review
from ..models import Correction, Erratum, Minutes

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
    tones = {State.DRAFT: "amber", State.CIRCULATED: "blue", State.APPROVED: "blue", State.ISSUED: "green"}
    return {"label": obj.get_state_display(), "tone": tones[obj.state]}


def document(request, pk):
    """One set of minutes, to read, with its outline, what the units say of it and what puts it right."""
    obj = find(Minutes, request.user, pk)
    now = timezone.now()
    return pages.detail(
        request,
        obj,
        "meetings/minutes/detail.html",
        page_title=obj.title,
        number=obj.number,
        crumbs=[{"label": obj.meeting.title, "url": f"{obj.meeting.get_absolute_url()}?tab=minutes"}],
        badge=badge(obj),
        next_step=_next_step(obj, now),
        **({} if obj.state != State.ISSUED else {"verbs": []}),
        export_urls=_files(obj),
        parts=minutes.parts(obj.text),
        attendance=_attendance(obj),
        intact=minutes.intact(obj),
        **(_review(request, obj, now) if obj.circulated_at else {}),
        **(_errata(request, obj) if obj.state == State.ISSUED else {}),
    )


def _review(request, obj, now):
    """The grid of the roll, the corrections with their differences, and where new ones are proposed."""
    rows = list(obj.signoffs.select_related("unit"))
    corrections = list(obj.corrections.select_related("unit", "by"))
    offered = workflow.offers(
        [row for row in corrections if row.state == Correction.State.PROPOSED], request.user
    )
    on_roll = any(row.unit_id == request.user.unit_id for row in rows)
    may = workflow.can_create(Correction, request.user, "propose") and on_roll
    new = reverse("meetings:correction_new") if may and minutes_review.is_open(obj, now) else ""
    return {
        "tiles": [_tile(row, obj, now) for row in rows],
        "signed": sum(row.state == row.State.SIGNED for row in rows),
        "corrections": [
            {
                "object": row,
                "pieces": minutes_review.difference(row.before, row.after),
                "badge": _correction_badge(row),
                "verbs": pages.buttons(row, request.user, offered.get(row.pk, [])),
            }
            for row in corrections
        ],
        "propose_url": f"{new}?minutes={obj.pk}&paragraph=" if new else "",
    }


def _tile(row, obj, now):
    label, tone, icon = minutes_review.says(row, obj, now)
    when = day(row.at) if row.at and row.state == row.State.SIGNED else pgettext("minutes", "Sign-off")
    return {
        "name": unit_name(row.unit),
        "url": "",
        "states": [{"label": when, "value": label, "tone": tone, "icon": icon}],
    }


def _correction_badge(row):
    tones = {row.State.PROPOSED: "amber", row.State.ACCEPTED: "green", row.State.REFUSED: "grey"}
    return {"label": row.get_state_display(), "tone": tones[row.state]}


def _errata(request, obj):
    new = reverse("meetings:erratum_new") if workflow.can_create(Erratum, request.user, "publish") else ""
    rows = list(obj.errata.all())
    for row in rows:
        row.minutes = obj
    return {
        "errata": [{"object": row, "intact": errata.intact(row)} for row in rows],
        "erratum_url": f"{new}?minutes={obj.pk}" if new else "",
    }


def _next_step(obj, now):
    chair = unit_name(obj.meeting.chair) if obj.meeting.chair else _("Secretariat")
    if obj.state == State.DRAFT:
        sentence = _("Read the draft and mend it; circulate it for comment, or have it issued at once.")
        return pages.NextStep(sentence, whose=_("Secretariat"))
    if minutes_review.is_open(obj, now):
        sentence = _("Read the text, propose corrections, and sign it off for your unit.")
        light = clock.light(obj.comments_due_at, now, warn_working_days=2)
        return pages.NextStep(
            sentence, whose=_("Units of the roll"), by_when=obj.comments_due_at, light=light
        )
    if obj.state == State.CIRCULATED:
        sentence = _("The time for comments is over. Decide the corrections that are left, then approve.")
        return pages.NextStep(sentence, whose=chair)
    if obj.state == State.APPROVED:
        return pages.NextStep(_("Approved. Issue it: the number is given then."), whose=_("Secretariat"))
    return None


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


def propose(request):
    """The question what a paragraph should read; POST proposes it."""
    return pages.create(request, Correction, "propose", template="meetings/minutes/propose.html")


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
