"""The page of a motion, and the meeting page's tab of what was decided."""

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import pages, permissions, workflow

from .. import attendance, charter, resolutions, votes
from ..models import Meeting, Motion, Resolution
from ..rules import Rules, provisos
from . import room

TONES = {"draft": "grey", "open": "blue", "closed": "", "void": "grey"}


def detail(request, pk):
    """One motion: the question, the rule, the arithmetic, and who voted how."""
    motion = permissions.find(Motion, request.user, pk)
    prefetch_related_objects([motion], "seats", "votes")  # read by the guards of several verbs
    seats = room.shown(votes.roll(motion)) if motion.state != Motion.State.DRAFT else []
    resolution = Resolution.objects.filter(motion=motion).first()
    over = motion.state in (Motion.State.CLOSED, Motion.State.VOID)
    offered = [] if over else pages.buttons(motion, request.user)
    if motion.passed and resolution is None and workflow.can_create(Resolution, request.user, "adopt"):
        offered.append(adopt_button(motion))
    return pages.detail(
        request,
        motion,
        "meetings/motions/detail.html",
        page_title=motion.text,
        number=motion.item.title,
        badge=badge(motion),
        meeting=motion.meeting,
        crumbs=[{"label": motion.meeting.title, "url": motion.meeting.get_absolute_url()}],
        rule=rule_in_words(motion),
        seats=seats,
        open=motion.state == Motion.State.OPEN,
        result=room.result(motion),
        resolution=resolution,
        verbs=offered,
        next_step=next_step(motion, seats, resolution),
        room_url=reverse("meetings:room", args=[motion.meeting_id])
        if motion.meeting.state in attendance.DOORS_OPEN
        else "",
    )


def adopt_button(motion):
    url = f"{reverse('meetings:resolution_new')}?motion={motion.pk}"
    return pages.Button(_("Adopt a resolution"), url, "adopt", True, "", primary=True, irreversible=False)


def next_step(motion, seats, resolution):
    """Whose turn it is; nothing once all is done."""
    presiding = str(motion.meeting.chair or _("Secretariat"))
    if motion.state == Motion.State.DRAFT:
        return pages.NextStep(_("The vote is opened in the meeting."), presiding, motion.meeting.starts_at)
    if motion.state == Motion.State.OPEN:
        voted = _("%(voted)s of %(voters)s units have voted") % {
            "voted": sum(bool(seat.choice) for seat in seats),
            "voters": sum(seat.may_vote for seat in seats),
        }
        return pages.NextStep(voted, presiding)
    if motion.passed and resolution is None:
        return pages.NextStep(
            _("The decision is written down as a numbered resolution."), str(_("Secretariat"))
        )
    return None


def badge(motion):
    """The state as its reader says it: decided means passed or not."""
    if motion.state == Motion.State.CLOSED and motion.passed is not None:
        return (
            {"label": _("Passed"), "tone": "green"}
            if motion.passed
            else {"label": _("Not passed"), "tone": "red"}
        )
    return {"label": motion.get_state_display(), "tone": TONES[motion.state]}


def rule_in_words(motion) -> dict:
    """The frozen rule; before the vote opens, the one that will be frozen."""
    if motion.frozen:
        english = get_language() == "en"
        rule = Rules.from_data(motion.frozen["rules"]).vote
        text = motion.frozen["text_en" if english else "text_zh"]
        confirmed, secret = motion.frozen["confirmed"], motion.frozen["secret"]
    else:
        row = attendance.charter_rule(motion.meeting, motion.rule)
        rule, text, confirmed, secret = charter.arithmetic(row), str(row), row.confirmed, row.secret
    return {"text": text, "provisos": provisos(rule), "confirmed": confirmed, "secret": secret}


def panel(request, meeting) -> dict:
    """The tab "decisions" of the meeting page: motions with their results, resolutions, and what can be put."""
    motions = list(votes.visible_to(request.user).filter(meeting=meeting).order_by("item__position", "pk"))
    for motion in motions:
        motion.badge = badge(motion)
    clerk = votes.is_clerk(request.user)
    busy = {motion.item_id for motion in motions if motion.state in (Motion.State.DRAFT, Motion.State.OPEN)}
    items = meeting.items.filter(state="accepted") if clerk and meeting.state in votes.BEFORE_THE_END else []
    return {
        "motions": motions,
        "resolutions": list(
            resolutions.visible_to(request.user).filter(meeting=meeting).order_by("year", "serial")
        ),
        "to_put": [item for item in items if item.pk not in busy],
        "in_session": meeting.state == Meeting.State.IN_SESSION,
        "clerk": clerk,
    }
