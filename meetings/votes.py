"""How do we vote: one unit, one vote, on a frozen roll, decided by printed arithmetic.

A motion puts one question on an item of the agenda, or on several at once, under one rule of the charter. When the vote
opens, the units entitled and present, the rule and the quorum are frozen with it. By name, the delegate of a unit on
the roll votes once and may take the vote back until the close; the clerk may type votes from paper, but never over a
unit's own. By show of hands, whoever presides enters the totals; by agreement, silence is consent and one objection
turns it into a vote by name. A unit with a conflict of interest is recused before it votes. Closing counts, decides,
and tells the subject of the item what was decided; what is closed is never opened again, but what stayed undecided is
taken again (:mod:`meetings.elections`).
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import subjects
from core.workflow import NotAllowed, Refused, WrongState, verb

from . import attendance, ballots, bulletins, elections, motions, proxies
from .arithmetic import Outcome
from .models import Meeting, Motion, Seat, Vote
from .motions import (
    BEFORE_THE_END,
    BY_NAME,
    Role,
    State,
    clerk_or_entitled,
    clerks,
    decision,
    everybody_invited,
    is_clerk,
    on_the_roll,
    own_or_held,
    presiding,
    roll,
    rule_codes,
    tally,
    units_named,
    visible_to,
    voters,
    waiting_for,
)
from .rules import Tie

# Pages and programs ask for these under the name of the chapter.
__all__ = ["BEFORE_THE_END", "Role", "decision", "is_clerk", "rule_codes", "visible_to", "waiting_for"]

# --- what can happen ------------------------------------------------------------------------


@verb(Motion, label=gettext_lazy("Put a motion"), may=is_clerk, creates=True)
def put(*, by, now, item, text, rule="", method="", also=()):
    """Put a question on an accepted item, under a rule of the charter (default: the item's own).

    ``also`` are further items of the same meeting that the one vote decides, each with the same result.
    """
    item = motions.free(item)
    if not text.strip():
        raise Refused(_("Write the question."), {"text": [_("Write the question.")]})
    code, method = motions.rule_and_method(item, rule, method)
    others = [motions.free(each) for each in also if each.pk != item.pk]
    for other in others:
        if other.meeting_id != item.meeting_id or other.rule != code:
            sentence = _("“%(item)s” is decided under another rule, or in another meeting.") % {"item": other}
            raise Refused(sentence, {"also": [sentence]})
    motion = Motion.objects.create(
        meeting=item.meeting, item=item, text=text.strip(), rule=code, method=method
    )
    motion.also.set(others)
    return motion, {"method": method, "also": [other.pk for other in others]} if others else {}


def _not_in_session(motion, by):
    if motion.meeting.state != Meeting.State.IN_SESSION:
        return _("A vote is opened only while the meeting is in session.")
    return ballots.why_not_open(motion) if motion.is_secret else ""


@verb(
    Motion,
    label=gettext_lazy("Open the vote"),
    from_=[State.DRAFT],
    to=State.OPEN,
    may=presiding,
    guard=_not_in_session,
    tells=voters,
    primary=True,
)
def open(motion, *, by, now):
    """Freeze roll, rule and quorum, and let the units vote. Needs a quorum, and no other open vote."""
    # Nobody checks in or out while the roll is written.
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=motion.meeting_id)
    motion.meeting = meeting
    if closed := _not_in_session(motion, by):
        raise WrongState(closed)
    other = meeting.motions.filter(state=State.OPEN).first()
    if other:
        raise WrongState(_("Another vote is open: %(text)s. Close it first.") % {"text": other.text})
    there = attendance.quorum(meeting)
    if not there.met:
        raise WrongState(there.sentence())
    motions.freeze(
        motion, attendance.charter_rule(meeting, motion.rule), attendance.charter_rule(meeting, "quorum")
    )
    motion.opened_at = now
    present = set(attendance.present_units(meeting).values_list("pk", flat=True))
    motions.write_roll(motion, present, proxies.holders(meeting, motion))
    if motion.is_secret:
        motion.fingerprint = motions.fingerprint(bulletins.what_is_frozen(motion))
    return {"entitled": there.entitled, "present": there.present, "quorum": there.needed}


def _own(rows, by):
    """The unit's own seat or vote; in Python, so that a list that fetched them beforehand asks nothing more."""
    return next((row for row in rows.all() if row.unit_id == by.unit_id), None)


def _why_not_cast(motion, by):
    if motion.method not in BY_NAME:
        return _("This vote is taken in another way: %(method)s.") % {"method": motion.get_method_display()}
    seats = [seat for seat in motion.seats.all() if by.unit_id in (seat.holder_id or seat.unit_id,)]
    said = {vote.unit_id: vote for vote in motion.votes.all()}
    if any(seat.may_vote and seat.unit_id not in said for seat in seats):
        return ""
    seat = _own(motion.seats, by)
    if seat is None or not seat.present:
        return _("Your unit had not checked in when this vote opened.")
    if seat.recused:
        return _("Your unit is recused from this vote.")
    if vote := said.get(by.unit_id):
        return _("Your unit has voted already: %(choice)s.") % {"choice": vote.get_choice_display()}
    return ""


@verb(
    Motion,
    label=pgettext_lazy("verb", "Vote"),
    from_=[State.OPEN],
    may=on_the_roll,
    guard=_why_not_cast,
    hidden=True,
    reads=["seats", "votes"],
)
def cast(motion, *, by, now, choice, unit=None):
    """Vote for the unit the delegate acts for, or for one whose proxy it holds: ``for``, ``against``, ``abstain``."""
    unit_id = unit.pk if unit else by.unit_id
    seat = motion.seats.filter(own_or_held(by), unit=unit_id, present=True).first()
    if seat is None:
        raise NotAllowed(_("You cannot vote for this unit."))
    if seat.recused:
        raise WrongState(_("%(unit)s is recused already.") % {"unit": seat.unit})
    if motion.closes_at and now >= motion.closes_at:
        raise WrongState(_("The time for answers is over."))
    if vote := motion.votes.filter(unit=unit_id).first():
        raise WrongState(
            _("Your unit has voted already: %(choice)s.") % {"choice": vote.get_choice_display()}
        )
    _record(motion, unit_id, choice, Vote.Means.PROXY if seat.holder_id else Vote.Means.SELF, by, now)
    return {"unit": unit_id, "choice": str(choice)}


def _record(motion, unit_id, choice, means, by, now):
    if choice not in Vote.Choice.values:
        raise Refused(
            _("Choose for, against or abstain."), {"choice": [_("Choose for, against or abstain.")]}
        )
    Vote.objects.create(motion=motion, unit_id=unit_id, choice=choice, means=means, by=by, at=now)


def _taken_back(motion, by):
    """The votes this delegate may take back: the unit's own and those it gave by proxy."""
    held = {seat.unit_id for seat in motion.seats.all() if seat.holder_id == by.unit_id}
    return [
        vote
        for vote in motion.votes.all()
        if (vote.unit_id == by.unit_id and vote.means == Vote.Means.SELF)
        or (vote.unit_id in held and vote.means == Vote.Means.PROXY)
    ]


def _nothing_to_withdraw(motion, by):
    return "" if _taken_back(motion, by) else _("There is no vote of your own to take back.")


@verb(
    Motion,
    label=gettext_lazy("Take the vote back"),
    from_=[State.OPEN],
    may=on_the_roll,
    guard=_nothing_to_withdraw,
    hidden=True,
    reads=["seats", "votes"],
)
def withdraw(motion, *, by, now, unit=None):
    """Take back the unit's own vote, or that of a unit it votes for, while the vote is open, to vote again."""
    if motion.closes_at and now >= motion.closes_at:
        raise WrongState(_("The time for answers is over."))
    unit_id = unit.pk if unit else by.unit_id
    vote = next((vote for vote in _taken_back(motion, by) if vote.unit_id == unit_id), None)
    if vote is None:
        raise WrongState(_("There is no vote of your own to take back."))
    vote.delete()
    return {"unit": unit_id}


def _not_by_agreement(motion, by):
    seats = [seat for seat in motion.seats.all() if by.unit_id == (seat.holder_id or seat.unit_id)]
    if motion.method != Motion.Method.ACCLAMATION:
        return _("Only what is agreed without a vote can be objected to.")
    return (
        ""
        if any(seat.may_vote for seat in seats)
        else _("Your unit had not checked in when this vote opened.")
    )


@verb(
    Motion,
    label=gettext_lazy("Object and ask for a vote"),
    from_=[State.OPEN],
    may=on_the_roll,
    guard=_not_by_agreement,
    tells=voters,
    hidden=True,
    reads=["seats"],
)
def call_vote(motion, *, by, now):
    """One unit objects to an agreement without a vote: now each unit votes by name."""
    motion.method = Motion.Method.ROLL_CALL


def _roll_is_frozen(motion, by):
    if motion.is_secret and motion.state == State.OPEN:
        return _("The roll of a secret ballot is not changed once it is open.")
    return ""


@verb(
    Motion,
    label=gettext_lazy("Recuse a unit"),
    from_=[State.DRAFT, State.OPEN],
    may=clerk_or_entitled,
    guard=_roll_is_frozen,
    tells=units_named,
)
def recuse(motion, *, by, now, reason, unit=None):
    """Keep a unit with a conflict of interest out of this vote. Before it has voted; with the reason."""
    unit = unit or by.unit
    if unit.pk != by.unit_id and not is_clerk(by):
        raise NotAllowed(_("You can recuse only your own unit."))
    _entitled(motion, [unit.pk], field="unit")
    if motion.votes.filter(unit=unit).exists():
        raise WrongState(_("%(unit)s has voted already; recusal comes before the vote.") % {"unit": unit})
    seat = motion.seats.filter(unit=unit).first() or Seat(motion=motion, unit=unit, present=False)
    if seat.recused:
        raise WrongState(_("%(unit)s is recused already.") % {"unit": unit})
    seat.recused, seat.reason = True, reason
    seat.save()
    return {"units": [unit.pk], "reason": reason}


def _entitled(motion, unit_ids, field):
    """Refuse units that are not on the list of this meeting's voting units."""
    known = set(
        attendance.entitled_units(motion.meeting).filter(pk__in=unit_ids).values_list("pk", flat=True)
    )
    if set(unit_ids) - known:
        sentence = _("This unit is not entitled to vote in this meeting.")
        raise Refused(sentence, {field: [sentence]})


@verb(
    Motion,
    label=gettext_lazy("Enter votes from paper"),
    from_=[State.OPEN],
    may=clerks,
    tells=units_named,
    hidden=True,
)
def enter(motion, *, by, now, votes):
    """Type votes from paper: ``{unit id: choice}``, an empty choice takes a typed vote back.

    All or nothing; a unit's own vote is never overwritten.
    """
    if motion.method != Motion.Method.ROLL_CALL:
        raise WrongState(
            _("This vote is taken in another way: %(method)s.") % {"method": motion.get_method_display()}
        )
    _entitled(motion, list(votes), field="votes")
    seats = {seat.unit_id: seat for seat in roll(motion)}
    for unit_id, choice in votes.items():
        seat = seats[unit_id]
        if not seat.may_vote:
            raise WrongState(_("%(unit)s is absent or recused and cannot vote.") % {"unit": seat.unit})
        if seat.means in (Vote.Means.SELF, Vote.Means.PROXY):
            raise WrongState(_("%(unit)s has voted itself; its vote stays.") % {"unit": seat.unit})
        motion.votes.filter(unit=unit_id, means=Vote.Means.PAPER).delete()
        if choice:
            _record(motion, unit_id, choice, Vote.Means.PAPER, by, now)
    return {"units": list(votes), "votes": {str(unit): str(choice) for unit, choice in votes.items()}}


def _who_has_not_voted(motion):
    if motion.method not in BY_NAME:
        return _("Nobody can vote after this; the result is fixed for good.")
    silent = [str(seat.unit) for seat in roll(motion) if seat.may_vote and not seat.choice]
    if not silent:
        return _("Every unit has voted. The result is then fixed for good.")
    return _(
        "%(count)s units have not voted: %(units)s. Nobody can vote after this; the result is fixed for good."
    ) % {
        "count": len(silent),
        "units": "、".join(silent),
    }


def _why_not_close(motion, by):
    if motion.is_secret:
        return ballots.why_not_close(motion)
    if motion.method == Motion.Method.WRITTEN and by is not None:
        said = {vote.unit_id for vote in motion.votes.all()}
        if any(seat.may_vote and seat.unit_id not in said for seat in motion.seats.all()):
            return _("A written vote ends at its hour, or once every unit has answered.")
    return ""


@verb(
    Motion,
    label=gettext_lazy("Close the vote"),
    from_=[State.OPEN],
    to=State.CLOSED,
    may=presiding,
    guard=_why_not_close,
    tells=everybody_invited,
    primary=True,
    consequence=_who_has_not_voted,
    reads=["seats", "votes"],
)
def close(motion, *, by, now, casting=None, for_=None, against=None, abstain=None):
    """Count, decide, and tell the subject.

    ``for_``, ``against`` and ``abstain`` are the totals of a show of hands. ``casting`` settles equal votes where the
    charter leaves it to the chair.
    """
    count = _counting(motion, for_, against, abstain)
    motion.closed_at = now
    if motion.is_election:
        return elections.conclude(motion, by=by, now=now)
    result = count(None)
    if result.outcome == Outcome.TIE and result.rules.vote.tie == Tie.CHAIR:
        if casting is None and by is not None:
            sentence = _("The votes are equal. The charter leaves the decision to the chair unit: enter it.")
            raise Refused(sentence, {"casting": [sentence]})
        result = count(casting)
    motion.result = result.as_data()
    motion.passed = result.passed if result.outcome in (Outcome.PASSED, Outcome.FAILED) else None
    facts = bulletins.publish(motion) if motion.is_secret else {}
    if motion.passed is not None:
        for item in [motion.item, *motion.also.all()]:
            if item.subject is not None:
                subjects.conclude(item.subject, passed=motion.passed, decision=motion.result, by=by, now=now)
    return {"outcome": result.outcome.value, "passed": motion.passed, **facts}


def _counting(motion, for_, against, abstain):
    """How this motion is counted: casting → Decision."""
    match motion.method:
        case Motion.Method.SHOW_OF_HANDS:
            if None in (for_, against, abstain):
                sentence = _("Enter how many hands were raised for, against and in abstention.")
                raise Refused(sentence, {"for_": [sentence]})
            return lambda casting: motions.by_hand(motion, for_, against, abstain, casting)
        case Motion.Method.ACCLAMATION:
            return lambda casting: motions.unopposed(motion)
        case Motion.Method.SECRET | Motion.Method.PAPER:
            ballots.seal(motion)
            return lambda casting: bulletins.tally(motion, casting)
        case _:
            return lambda casting: tally(motion, casting)


@verb(
    Motion,
    label=gettext_lazy("Declare void"),
    from_=[State.DRAFT, State.OPEN],
    to=State.VOID,
    may=presiding,
    tells=voters,
    irreversible=True,
)
def void(motion, *, by, now, reason):
    """End a motion without a decision, with the reason. What was decided cannot be voided."""
    motion.reason = reason
    ballots.discard(motion)
