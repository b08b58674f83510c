"""The page of a motion, and the meeting page's tab of what was decided."""

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import pages, permissions, workflow

from .. import attendance, charter, proxies, resolutions, votes
from ..arithmetic import Decision
from ..models import Meeting, Motion, Resolution
from ..motions import BY_NAME
from ..rules import Rules, provisos
from . import ballots, room

TONES = {"draft": "grey", "open": "blue", "closed": "", "void": "grey"}


def detail(request, pk):
    """One motion: the question, the rule, the arithmetic, and who voted how."""
    motion = permissions.find(Motion, request.user, pk)
    prefetch_related_objects([motion], "seats", "votes")  # read by the guards of several verbs
    seats = room.shown(votes.roll(motion)) if motion.state != Motion.State.DRAFT else []
    resolution = Resolution.objects.filter(motion=motion).first()
    decided = motion.state == Motion.State.VOID or motion.passed is not None
    offered = [] if decided else pages.buttons(motion, request.user)
    if motion.state == Motion.State.CLOSED:
        # What stayed undecided can only be voted on again.
        offered = [button for button in offered if button.name == "vote_again" and button.open]
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
        secret=ballots.summary(motion) if motion.is_secret else None,
        candidates=candidates(motion) if motion.is_election else [],
        elected_word=_("Elected"),
        also=list(motion.also.all()) if motion.is_block else [],
        answer=answer(request, motion, seats),
        seats=seats,
        open=motion.state == Motion.State.OPEN,
        result=room.result(motion),
        resolution=resolution,
        verbs=offered,
        next_step=next_step(motion, seats, resolution),
        room_url=reverse("meetings:room", args=[motion.meeting_id])
        if motion.meeting.state in attendance.DOORS_OPEN and motion.method != Motion.Method.WRITTEN
        else "",
    )


def answer(request, motion, seats):
    """A written vote has no room: its three answers stand on its own page."""
    if motion.method != Motion.Method.WRITTEN or motion.state != Motion.State.OPEN:
        return None
    ballot = room.ballot(request, motion, seats)
    if ballot:
        ballot["demand_url"] = (
            "" if ballot["seat"].demands_meeting else pages.verb_url(motion, "demand_meeting")
        )
    return ballot


def candidates(motion):
    """The candidates, after the close by their votes, each with its printed sum."""
    found = list(motion.candidates.select_related("unit"))
    for candidate in found:
        decided = candidate.result and Decision.from_data(candidate.result)
        candidate.votes, candidate.sentence = (
            (decided.counts.for_, decided.sentence()) if decided else (0, "")
        )
    return sorted(found, key=lambda candidate: (-candidate.votes, candidate.number))


def adopt_button(motion):
    url = f"{reverse('meetings:resolution_new')}?motion={motion.pk}"
    return pages.Button(_("Adopt a resolution"), url, "adopt", True, "", primary=True, irreversible=False)


def next_step(motion, seats, resolution):
    """Whose turn it is; nothing once all is done."""
    presiding = str(motion.meeting.chair or _("Secretariat"))
    if motion.state == Motion.State.DRAFT:
        return pages.NextStep(_("The vote is opened in the meeting."), presiding, motion.meeting.starts_at)
    if motion.state == Motion.State.OPEN and motion.method not in BY_NAME:
        return pages.NextStep(_("The vote is closed by whoever presides."), presiding)
    if motion.state == Motion.State.OPEN:
        voted = _("%(voted)s of %(voters)s units have voted") % {
            "voted": sum(bool(seat.choice) for seat in seats),
            "voters": sum(seat.may_vote for seat in seats),
        }
        return pages.NextStep(voted, presiding, motion.closes_at)
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
    if motion.state == Motion.State.CLOSED:
        return {"label": _("Undecided"), "tone": "amber"}
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
        "may_lodge": meeting.state == Meeting.State.CALLED and proxies.may_lodge(request.user),
    }
