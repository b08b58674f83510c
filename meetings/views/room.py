"""The room in which a meeting sits: the phone page, the clerk's desk beside it, and the projector."""

from django.contrib.messages import get_messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from core import pages, permissions
from members.mandates import acts_as

from .. import attendance, ballots, room, votes
from ..models import Meeting, Motion, Presence, Vote
from ..motions import BY_NAME
from .attendance import door

#: How a choice is drawn: the tone of its button, bar and icon.
TONES = {Vote.Choice.FOR: "yes", Vote.Choice.AGAINST: "no", Vote.Choice.ABSTAIN: "abstain"}


def page(request, pk):
    """``/meetings/meetings/<pk>/room/``: what is on the table, one question, three answers; for the clerk the desk."""
    meeting = _meeting(request, pk)
    return render(
        request, "meetings/room/page.html", {"page_title": meeting.title, **_scene(request, meeting)}
    )


def live(request, pk):
    """What the page asks for every few seconds: nothing (204) unless something changed since ``?seen=``."""
    meeting = _meeting(request, pk)
    if request.GET.get("seen") == room.stamp(meeting):
        return HttpResponse(status=204)
    return render(request, "meetings/room/_live.html", _scene(request, meeting))


def projector(request, pk):
    """``/meetings/meetings/<pk>/projector/``: the same for a wall; the clerk's shows the code for check-in."""
    return render(request, "meetings/room/projector.html", _scene(request, _meeting(request, pk)))


def projector_live(request, pk):
    meeting = _meeting(request, pk)
    if request.GET.get("seen") == room.stamp(meeting):
        return HttpResponse(status=204)
    return render(request, "meetings/room/_wall.html", _scene(request, meeting))


def act(request, model, pk, verb):
    """Any verb of a motion or a presence. Pressed in the room, it answers with the room as it then is."""
    obj = permissions.find(model, request.user, pk)
    in_session = obj.meeting.state in attendance.DOORS_OPEN
    home = reverse("meetings:room", args=[obj.meeting_id]) if in_session else None
    response = pages.perform(request, model, pk, verb, template="meetings/room/verb.html", success_url=home)
    return within(request, obj.meeting_id, response)


def take_up(request, pk):
    """The clerk puts another item on the table."""
    home = reverse("meetings:room", args=[pk])
    response = pages.perform(
        request, Meeting, pk, "take_up", template="meetings/room/verb.html", success_url=home
    )
    return within(request, pk, response)


def new_presence(request):
    """Check-in by the digits or by the clerk."""
    response = pages.create(request, Presence, "check_in")
    meeting = request.POST.get("meeting", "")
    return within(request, meeting, response) if meeting.isdecimal() else response


def within(request, pk, response):
    """The answer for a form that htmx sent from inside the room: the room, or the refusal in the dialog."""
    if request.headers.get("HX-Target") != "room":
        return response
    if "HX-Redirect" in response.headers:
        list(get_messages(request))  # the room itself shows what was done
        return render(request, "meetings/room/_live.html", _scene(request, _meeting(request, pk)))
    response["HX-Retarget"] = "#verb-dialog-body"
    response["HX-Reswap"] = "innerHTML"
    return response


# --- what is shown ------------------------------------------------------------------------------


def _meeting(request, pk):
    meeting = room.with_stamp(request.user).filter(pk=pk).first()
    if meeting is None:
        raise Http404
    return meeting


def _scene(request, meeting):
    """Everything the room shows, in seven queries whatever the numbers."""
    user = request.user
    table = room.on_the_table(meeting)
    tiles = attendance.board(meeting)
    clerk = votes.is_clerk(user)
    mine = next((tile for tile in tiles if tile.unit_id == user.unit_id), None)
    motion = table.motion
    seats = votes.roll(motion) if motion and motion.state != Motion.State.DRAFT else []
    return {
        "meeting": meeting,
        "stamp": room.stamp(meeting),
        "now": timezone.now(),
        "table": table,
        "item": table.item,
        "motion": motion,
        "quorum": attendance.quorum_of(meeting, tiles),
        "doors_open": meeting.state in attendance.DOORS_OPEN,
        "in_session": meeting.state == Meeting.State.IN_SESSION,
        "clerk": clerk,
        "presiding": clerk or (acts_as(user, votes.Role.DELEGATE) and meeting.chair_id == user.unit_id),
        "mine": mine,
        "may_check_in": mine is not None and attendance.may_check_in(user),
        "tiles": tiles,
        "seats": shown(seats) if seats else [],
        "voted": sum(bool(seat.choice) or seat.voted for seat in seats),
        "counted": motion is not None and motion.method in (*BY_NAME, Motion.Method.SECRET),
        "not_ready": ballots.why_not_open(motion)
        if motion and motion.is_secret and motion.state == "draft"
        else "",
        "voters": sum(seat.may_vote for seat in seats),
        "choices": [{"value": c.value, "label": c.label, "tone": TONES[c]} for c in Vote.Choice],
        "ballot": ballot(request, motion, seats) if motion else None,
        "result": result(motion) if motion else None,
        "door": door(request, meeting) if clerk and meeting.state in attendance.DOORS_OPEN else None,
    }


def shown(seats):
    for seat in seats:
        seat.tone = TONES.get(seat.choice, "")
        seat.word = Vote.Choice(seat.choice).label if seat.choice else ""
        seat.own = seat.means in (Vote.Means.SELF, Vote.Means.PROXY)
    return seats


def ballot(request, motion, seats):
    """What the reader's unit can do about an open vote, for components/vote_buttons.html; None if it has no vote."""
    if motion.state != Motion.State.OPEN or not acts_as(request.user, votes.Role.DELEGATE):
        return None
    seat = next((seat for seat in seats if seat.unit_id == request.user.unit_id), None)
    if seat is None:
        return None
    unit_id = request.user.unit_id
    held = [each for each in seats if each.holder_id == unit_id]
    if motion.method not in BY_NAME:
        mine = [each for each in (seat, *held) if each.may_vote and each.holder_id in (None, unit_id)]
        return {
            "method": motion.method,
            "seat": seat,
            "done": bool(mine) and all(each.voted for each in mine),
            "may_vote": bool(mine),
            "paper_url": pages.verb_url(motion, "hand_in"),
            "objection_url": pages.verb_url(motion, "call_vote"),
        }
    return {
        **_three_answers(motion, seat),
        "held": [_three_answers(motion, each) for each in held if each.may_vote],
    }


def _three_answers(motion, seat):
    own = seat.means in (Vote.Means.SELF, Vote.Means.PROXY)
    return {
        "url": pages.verb_url(motion, "cast"),
        "question": motion.text,
        "choices": [{"value": c.value, "label": c.label, "tone": TONES[c]} for c in Vote.Choice],
        "cast": Vote.Choice(seat.choice).label if seat.choice else None,
        "undo_url": pages.verb_url(motion, "withdraw") if own else None,
        "recuse_url": pages.verb_url(motion, "recuse"),
        "seat": seat,
        "unit_id": seat.unit_id if seat.holder_id else "",
    }


def result(motion):
    """The decision for components/result_bars.html with its printed arithmetic; None before the close."""
    decision = votes.decision(motion)
    if decision is None:
        return None
    counts = decision.counts
    numbers = {
        Vote.Choice.FOR: counts.for_,
        Vote.Choice.AGAINST: counts.against,
        Vote.Choice.ABSTAIN: counts.abstain,
    }
    return {
        "bars": [{"label": c.label, "count": numbers[c], "tone": TONES[c]} for c in Vote.Choice],
        "total": max(decision.base, 1),
        "line": decision.needed,
        "passed": decision.passed,
        "word": decision.outcome.label,
        "sentence": decision.sentence(),
    }
