"""The calendar: a month on the page, one meeting as a file, and a person's feed."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core import exports, permissions
from core.exports import docx, ics, pdf, xlsx

from .. import calendar, notice, parties
from ..models import Meeting
from .schedule import TONES


def month(request):
    """``?month=2026-11``; this month if none is named."""
    first = _month(request.GET.get("month", ""))
    weeks = calendar.month(request.user, first)
    for week in weeks:
        for each in week:
            for meeting in each["meetings"]:
                meeting.tone = TONES[meeting.state]
    before = _shift(first, -1)
    after = _shift(first, 1)
    context = {
        "page_title": _("Calendar"),
        "month_name": date_format(first, "YEAR_MONTH_FORMAT"),
        "weekdays": [date_format(each["date"], "D") for each in weeks[0]],
        "weeks": weeks,
        "days": [each for week in weeks for each in week if each["inside"] and each["meetings"]],
        "before": f"?month={before:%Y-%m}",
        "after": f"?month={after:%Y-%m}",
        "is_this_month": first == timezone.localdate().replace(day=1),
        "feed_url": request.build_absolute_uri(reverse("calendar_feed", args=[calendar.token(request.user)])),
    }
    return render(request, "meetings/meetings/calendar.html", context)


def _month(text) -> date:
    if not text:
        return timezone.localdate().replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError as wrong:
        raise Http404 from wrong
    if not 2000 <= found.year <= 2100:
        raise Http404
    return found


def _shift(first: date, by: int) -> date:
    index = first.year * 12 + first.month - 1 + by
    return date(index // 12, index % 12 + 1, 1)


@login_not_required
@never_cache
def feed(request, token):
    """A person's calendar for their own program; the address is the secret."""
    owner = calendar.owner(token)
    if owner is None:
        raise Http404
    return HttpResponse(calendar.feed(owner, now=timezone.now()), content_type="text/calendar; charset=utf-8")


@require_POST
def renew(request):
    """Make the feed's old address worthless."""
    calendar.renew(request.user)
    messages.success(request, _("Your calendar has a new address. Subscribe to it anew."))
    return redirect("meetings:calendar")


def _file(content, name, kind):
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def entry(request, pk):
    """One meeting as .ics."""
    meeting = permissions.find(Meeting, request.user, pk)
    return _file(
        ics.render([calendar.entry(meeting)]), exports.filename(meeting.title, "ics"), "text/calendar"
    )


DOCX = notice.DOCX
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: (paper, ending) → (stem after the title, bytes of it, media type)
PAPERS = {
    ("notice", "docx"): ("通知", lambda m: docx.render(notice.letter(m)), DOCX),
    ("notice", "pdf"): ("通知", lambda m: pdf.render(notice.letter(m)), "application/pdf"),
    ("sign-in", "docx"): ("签到表", lambda m: docx.render(notice.sign_in(m)), DOCX),
    ("sign-in", "xlsx"): ("签到表", lambda m: xlsx.render([notice.sign_in_table(m)]), XLSX),
}


def paper(request, pk, paper, ending):
    """The notice for whoever is invited; the sign-in sheet, with telephones, for the secretariat and presiding unit."""
    found = PAPERS.get((paper, ending))
    if found is None:
        raise Http404
    meeting = permissions.find(Meeting, request.user, pk)
    own = (
        permissions.allowed(request.user, parties.conveners, meeting)
        or meeting.chair_id == request.user.unit_id
    )
    if not own and (paper == "sign-in" or not meeting.called_at):
        raise Http404
    stem, content, kind = found
    on = timezone.localdate(meeting.called_at or timezone.now())
    return _file(content(meeting), exports.filename(f"{meeting.title}{stem}", ending, on), kind)
