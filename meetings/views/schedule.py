"""The pages of the schedule: the list of meetings, one meeting with its tabs, and a new one."""

from dataclasses import replace

import django_filters
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core import clock, pages, workflow
from core.templatetags.alliance import day, moment
from members.mandates import Role, acts_as, is_inside

from .. import deadlines, parties, waiver
from ..models import Invitation, Meeting
from ..models.meeting import Kind
from . import agenda, attendance, invitations, minutes, tasks, votes

State = Meeting.State
TONES = {
    State.DRAFT: "grey",
    State.COLLECTING: "blue",
    State.SUBMITTED: "amber",
    State.APPROVED: "blue",
    State.CALLED: "green",
    State.IN_SESSION: "red",
    State.CLOSED: "amber",
    State.ARCHIVED: "grey",
    State.CANCELLED: "grey",
}
#: The rail: (label, states in which it is the present one).
STAGES = (
    (gettext_lazy("Preparing"), {State.DRAFT}),
    (gettext_lazy("Collecting items"), {State.COLLECTING, State.SUBMITTED, State.APPROVED}),
    (gettext_lazy("Notice sent"), {State.CALLED}),
    (gettext_lazy("In session"), {State.IN_SESSION}),
    (gettext_lazy("Minutes"), {State.CLOSED}),
    (gettext_lazy("On file"), {State.ARCHIVED}),
)
RUNNING = (State.IN_SESSION, State.CLOSED, State.ARCHIVED)
#: tab → (label, panel, template, states that have it; None: all)
TABS = {
    "overview": (gettext_lazy("Overview"), None, "meetings/meetings/_overview.html", None),
    "agenda": (gettext_lazy("Agenda"), agenda.panel, "meetings/items/_panel.html", None),
    "replies": (
        gettext_lazy("Replies"),
        invitations.panel,
        "meetings/invitations/_panel.html",
        {State.CALLED, *RUNNING},
    ),
    "room": (
        pgettext_lazy("meeting", "In the room"),
        attendance.panel,
        "meetings/attendance/_panel.html",
        {State.CALLED, *RUNNING},
    ),
    "decisions": (
        gettext_lazy("Decisions"),
        votes.panel,
        "meetings/votes/_panel.html",
        {State.CALLED, *RUNNING},
    ),
    "tasks": (gettext_lazy("Tasks"), tasks.panel, "meetings/tasks/_panel.html", set(RUNNING)),
    "minutes": (
        pgettext_lazy("minutes", "Minutes"),
        minutes.panel,
        "meetings/minutes/_panel.html",
        {State.CLOSED, State.ARCHIVED},
    ),
}


class MeetingFilter(django_filters.FilterSet):
    """The filters of the list and of the API."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=State.choices, empty_label=gettext_lazy("Any state")
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=Kind.choices, empty_label=gettext_lazy("Any kind")
    )
    year = django_filters.NumberFilter(
        label=gettext_lazy("Year"), field_name="starts_at", lookup_expr="year", min_value=2000, max_value=2100
    )
    waiting = django_filters.ChoiceFilter(
        label=gettext_lazy("Whose turn"),
        choices=[("1", gettext_lazy("Waiting for me"))],
        empty_label=gettext_lazy("Everybody's"),
        method="by_waiting",
    )

    class Meta:
        model = Meeting
        fields = ["state", "kind", "year", "waiting"]

    def by_waiting(self, rows, name, value):
        return rows.filter(pk__in=parties.waiting_for(self.request.user).order_by().values("pk"))


class Meetings(pages.List):
    """Every meeting the reader may see, the latest first."""

    model = Meeting
    title = gettext_lazy("Meetings")
    filterset_class = MeetingFilter
    reads = ("title", "kind", "starts_at", "place", "notice_number", "state")
    ordering = ("-starts_at", "-pk")
    columns = (
        pages.Column("title", gettext_lazy("Meeting"), lambda m: m.title),
        pages.Column("kind", gettext_lazy("Kind"), lambda m: m.get_kind_display()),
        pages.Column(
            "starts_at",
            gettext_lazy("Time"),
            lambda m: m.starts_at,
            show=lambda m: moment(m.starts_at),
            sort="starts_at",
        ),
        pages.Column("place", gettext_lazy("Place"), lambda m: m.place),
        pages.Column("notice_number", gettext_lazy("Notice number"), lambda m: m.notice_number),
    )
    empty = {
        "title": gettext_lazy("No meeting here"),
        "hint": gettext_lazy("Meetings appear once items are collected or the notice is sent."),
        "action": None,
    }

    def primary(self):
        if workflow.can_create(Meeting, self.request.user, "draft"):
            return {"label": _("Draft a meeting"), "url": reverse("meetings:meeting_new"), "icon": "add"}
        return None

    def chips(self):
        asked = self.request.GET
        chips = [
            {"label": _("All"), "url": "?", "active": not asked.get("state") and not asked.get("waiting")}
        ]
        if acts_as(self.request.user, Role.SECRETARIAT, Role.DELEGATE):
            chips.append(
                {"label": _("Waiting for me"), "url": "?waiting=1", "active": asked.get("waiting") == "1"}
            )
        chips += [
            {"label": state.label, "url": f"?state={state}", "active": asked.get("state") == state}
            for state in (State.COLLECTING, State.CALLED, State.CLOSED, State.ARCHIVED)
        ]
        chips.append({"label": _("Calendar"), "url": reverse("meetings:calendar"), "active": False})
        if is_inside(self.request.user):
            chips.append(
                {"label": _("Petitions for a meeting"), "url": reverse("meetings:petitions"), "active": False}
            )
        return chips

    def badge_of(self, obj):
        return {"label": obj.get_state_display(), "tone": TONES[obj.state]}


def new(request):
    """Draft a meeting, filled in beforehand; ``?kind=``, ``?template=``, ``?copy_of=`` choose what with."""
    return pages.create(request, Meeting, "draft", template="meetings/meetings/draft.html")


def meeting(request, pk):
    """One meeting; ``?tab=`` opens a part, and only the open part is computed."""
    user, now = request.user, timezone.now()
    found = get_object_or_404(parties.visible_to(user).select_related("chair", "host"), pk=pk)
    known = {key: tab for key, tab in TABS.items() if tab[3] is None or found.state in tab[3]}
    key = request.GET.get("tab") or "overview"
    if key not in TABS:
        raise Http404
    # A tab of another stage has no address now: its reader stands before the overview.
    key = key if key in known else "overview"
    # Read once, for the next step, the tiles and the tab of replies.
    found.answers = invitations.answers(user, found) if found.called_at else []
    own = next((answer for answer in found.answers if answer.unit_id == user.unit_id), None)
    panel = known[key][1] or overview
    return pages.detail(
        request,
        found,
        "meetings/meetings/detail.html",
        next_step=next_step(found, user, now, own),
        verbs=buttons(found, user, now, own),
        badge={"label": found.get_state_display(), "tone": TONES[found.state]},
        number=found.notice_number,
        page_title=found.title,
        crumbs=[{"label": _("Meetings"), "url": reverse("meetings:meetings")}],
        stages=stages(found),
        tabs=[
            {
                "label": tab[0],
                "url": f"{found.get_absolute_url()}?tab={each}"
                if each != "overview"
                else found.get_absolute_url(),
                "active": each == key,
            }
            for each, tab in known.items()
        ],
        tab=key,
        panel_template=known[key][2],
        **panel(request, found),
        own=own,
        meeting=found,
        papers=papers(found, user),
    )


def stages(found):
    if found.state == State.CANCELLED:
        return []
    present = next(i for i, (_label, states) in enumerate(STAGES) if found.state in states)
    hints = {State.SUBMITTED: _("awaiting approval"), State.APPROVED: _("approved")}
    return [
        {
            "label": label,
            "state": "done" if i < present else "current" if i == present else "todo",
            "hint": hints.get(found.state, "") if i == present else "",
        }
        for i, (label, _states) in enumerate(STAGES)
    ]


def buttons(found, user, now, own):
    """The meeting's verbs that belong to its present stage, the one that moves it on first; and the unit's reply."""
    shown = []
    for offer in workflow.available(found, user):
        if offer.verb.hidden or (offer.verb.from_ and found.state not in offer.verb.from_):
            continue
        [button] = pages.buttons(found, user, [offer])
        shown.append(replace(button, primary=button.primary and not _too_early(button.name, found, now)))
    if own is not None and found.state == State.CALLED:
        for button in pages.buttons(own, user):
            if button.name == "reply" and button.open:
                answered = own.state != Invitation.State.AWAITED
                label = _("Change the reply") if answered else _("Reply")
                shown.insert(0, replace(button, label=label, primary=not answered))
    return shown


def _too_early(name, found, now):
    if name == "open":
        return clock.local_date(now) < clock.local_date(found.starts_at)
    # While items can still come in, collecting is the step, and submitting at once the exception.
    return name == "submit" and found.state == State.DRAFT and found.items_due_at and now < found.items_due_at


def next_step(found, user, now, own):
    """Whose turn it is, by when, in one sentence."""
    step = pages.NextStep
    office, chair = _("Secretariat"), str(found.chair or _("The presiding unit"))
    if found.state == State.DRAFT:
        if found.reason:
            return step(_("Sent back: %(reason)s") % {"reason": found.reason}, office)
        return step(
            _("Look over time, place and agenda; then collect items, or submit the agenda at once."), office
        )
    if found.state == State.COLLECTING:
        due = found.items_due_at
        light = clock.light(due, now, warn_working_days=3)
        return step(_("Members propose items; the secretariat answers each."), _("Member units"), due, light)
    if found.state in (State.SUBMITTED, State.APPROVED):
        last = deadlines.latest_notice(found.starts_at, urgent=found.urgent, now=now)
        light = clock.light(last, now, warn_working_days=3)
        by_when = clock.end_of_day(last)
        if found.state == State.SUBMITTED:
            return step(
                _("%(unit)s looks at the agenda and approves it.") % {"unit": chair}, chair, by_when, light
            )
        return step(_("The agenda is approved. Send the notice."), office, by_when, light)
    if found.state == State.CALLED:
        return _called_step(found, now, own, office)
    if found.state == State.IN_SESSION:
        return step(_("The meeting is in session."), chair)
    if found.state == State.CLOSED:
        return step(_("The minutes are drafted and issued; then the meeting is put on file."), office)
    if found.state == State.CANCELLED:
        return step(_("Cancelled: %(reason)s") % {"reason": found.reason})
    return None


def _called_step(found, now, own, office):
    due = found.replies_due_at
    light = clock.light(due, now, warn_working_days=2)
    if own is not None and own.state == Invitation.State.AWAITED:
        return pages.NextStep(
            _("Please say who comes, or that your unit is excused."), str(own.unit), due, light
        )
    awaited = sum(answer.state == Invitation.State.AWAITED for answer in found.answers)
    if own is not None and own.capacity == Invitation.Capacity.OBSERVER:
        return pages.NextStep(_("The notice has been sent and your unit has replied."), "", found.starts_at)
    if awaited:
        sentence = ngettext(
            "%(n)d unit has not replied yet.", "%(n)d units have not replied yet.", awaited
        ) % {"n": awaited}
        return pages.NextStep(sentence, _("Units invited"), due, light)
    return pages.NextStep(
        _("Every unit has replied. The meeting is opened on its day."), office, found.starts_at
    )


def overview(request, found) -> dict:
    """Facts, the agenda in short, and a tile for each unit."""
    facts = [
        {"label": _("Time"), "value": _span(found)},
        {"label": _("Place"), "value": found.place},
        {"label": _("Kind"), "value": found.get_kind_display()},
        {"label": _("Presided by"), "value": found.chair},
        {"label": _("Items due"), "value": moment(found.items_due_at)},
        {"label": _("Replies due"), "value": moment(found.replies_due_at)},
        {"label": _("Contact"), "value": found.contact},
    ]
    if found.called_at and (waived := waiver.sentence(found)):
        facts.append({"label": _("Notice"), "value": waived, "wide": True})
    elif found.state in parties.PREPARING and waiver.is_short(found, timezone.now()):
        facts.append({"label": _("Shorter notice"), "value": _waiver_so_far(found), "wide": True})
    if found.urgent:
        facts.append({"label": _("Notice"), "value": _("Urgent meeting, shorter notice")})
    if found.state in (State.DRAFT, *parties.PREPARING):
        last = deadlines.latest_notice(found.starts_at, urgent=found.urgent, now=timezone.now())
        facts.append({"label": _("Notice at the latest"), "value": day(last)})
    if found.video_url:
        facts.append(
            {"label": _("Video link"), "value": found.video_url, "url": found.video_url, "wide": True}
        )
    if found.requirements:
        facts.append({"label": _("Requirements"), "value": found.requirements, "wide": True})
    return {
        "facts": facts,
        **agenda.panel(request, found, brief=True),
        "tiles": invitations.tiles(found),
    }


def _waiver_so_far(found):
    """Who has agreed to a notice that would now come too late, and who has not."""
    signed = [str(each.unit) for each in waiver.signatures(found)]
    owing = [str(unit) for unit in waiver.missing(found, timezone.localdate())]
    return _("%(have)d of %(all)d member units agree. Still to sign: %(units)s") % {
        "have": len(signed),
        "all": len(signed) + len(owing),
        "units": "、".join(owing) or _("none"),
    }


def _span(found):
    start, end = timezone.localtime(found.starts_at), timezone.localtime(found.ends_at)
    if start.date() == end.date():
        return f"{strip_tags(moment(start))}–{end:%H:%M}"
    return f"{strip_tags(moment(start))} – {strip_tags(moment(end))}"


def papers(found, user) -> list[dict]:
    """The files of a meeting the reader may fetch."""
    files = [
        {
            "label": _("Calendar entry (.ics)"),
            "url": reverse("meetings:ics", args=[found.pk]),
            "kind": "calendar",
        }
    ]
    staff = acts_as(user, Role.SECRETARIAT) or found.chair_id == user.unit_id
    if found.called_at or staff:
        for ending, kind in (("docx", "word"), ("pdf", "pdf")):
            url = reverse("meetings:paper", args=[found.pk, "notice", ending])
            files.append({"label": _("Notice (%(kind)s)") % {"kind": ending}, "url": url, "kind": kind})
    if found.called_at and staff:
        for ending, kind in (("docx", "word"), ("xlsx", "excel")):
            url = reverse("meetings:paper", args=[found.pk, "sign-in", ending])
            files.append(
                {"label": _("Sign-in sheet (%(kind)s)") % {"kind": ending}, "url": url, "kind": kind}
            )
    return files
