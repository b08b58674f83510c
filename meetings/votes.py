"""How do we vote: one unit, one vote, on a frozen roll, decided by printed arithmetic.

A motion puts one question on an item of the agenda, under one rule of the charter. When the vote opens, the units
entitled and present, the rule and the quorum are frozen with it. The delegate of a unit on the roll votes once and may
take the vote back until the close; the clerk may type votes from paper, but never over a unit's own. A unit with a
conflict of interest is recused before it votes. Closing counts, decides, and tells the subject of the item what was
decided; what is closed is never opened again.
"""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import subjects
from core.permissions import ALWAYS, NEVER, seen_by, visible
from core.workflow import NotAllowed, Refused, WrongState, verb
from members import mandates
from members.models import Mandate

from . import arithmetic, attendance, charter, parties
from .arithmetic import Outcome
from .models import AgendaItem, Invitation, Meeting, Motion, Seat, Vote
from .rules import Rules, Tie

Role = Mandate.Role
State = Motion.State
#: A question may be prepared while the meeting is, and is put to the vote in it.
BEFORE_THE_END = (
    Meeting.State.COLLECTING,
    Meeting.State.SUBMITTED,
    Meeting.State.APPROVED,
    Meeting.State.CALLED,
    Meeting.State.IN_SESSION,
)


# --- who may ------------------------------------------------------------------------------


def is_clerk(user) -> bool:
    return mandates.acts_as(user, Role.SECRETARIAT)


def clerks(user) -> Q:
    return ALWAYS if is_clerk(user) else NEVER


def presiding(user) -> Q:
    """The clerk, and the delegate of the unit that presides."""
    if is_clerk(user):
        return ALWAYS
    return Q(meeting__chair=user.unit_id) if mandates.acts_as(user, Role.DELEGATE) else NEVER


def on_the_roll(user) -> Q:
    """The delegate of a unit on the frozen roll; a liaison does not vote."""
    if not mandates.acts_as(user, Role.DELEGATE):
        return NEVER
    return Q(Exists(Seat.objects.filter(motion=OuterRef("pk"), unit=user.unit_id)))


def clerk_or_entitled(user) -> Q:
    if is_clerk(user):
        return ALWAYS
    if not mandates.acts_as(user, Role.DELEGATE):
        return NEVER
    invited = Invitation.objects.filter(
        meeting=OuterRef("meeting"), unit=user.unit_id, capacity=Invitation.Capacity.MEMBER
    )
    return Q(Exists(invited))


# --- what is seen -------------------------------------------------------------------------


@seen_by(Motion)
def visible_to(user):
    """Whoever may see the meeting sees its motions."""
    return Motion.objects.filter(meeting__in=visible(Meeting, user)).select_related("meeting__chair", "item")


def waiting_for(user):
    """The open votes in which this delegate's unit may still vote."""
    if not mandates.acts_as(user, Role.DELEGATE):
        return Motion.objects.none()
    voted = Vote.objects.filter(motion=OuterRef("pk"), unit=user.unit_id)
    seat = Seat.objects.filter(motion=OuterRef("pk"), unit=user.unit_id, present=True, recused=False)
    return visible_to(user).filter(Exists(seat), ~Exists(voted), state=State.OPEN)


def roll(motion) -> list[Seat]:
    """The frozen roll in the order of the invitations, each seat with ``choice`` and ``means`` (None: no vote yet)."""
    vote = Vote.objects.filter(motion=OuterRef("motion"), unit=OuterRef("unit"))
    seats = motion.seats.select_related("unit").order_by("pk")
    return list(seats.annotate(choice=Subquery(vote.values("choice")), means=Subquery(vote.values("means"))))


def decision(motion) -> arithmetic.Decision | None:
    """The stored decision, computed again from its own rules and counts; None before the close."""
    return arithmetic.Decision.from_data(motion.result) if motion.result else None


def tally(motion, casting: bool | None = None) -> arithmetic.Decision:
    """What the votes as they stand come to under the frozen rules."""
    seats = roll(motion)
    said = [seat.choice for seat in seats]
    return arithmetic.decide(
        Rules.from_data(motion.frozen["rules"]),
        entitled=len(seats),
        present=sum(seat.present for seat in seats),
        recused=sum(seat.present and seat.recused for seat in seats),
        for_=said.count(Vote.Choice.FOR),
        against=said.count(Vote.Choice.AGAINST),
        abstain=said.count(Vote.Choice.ABSTAIN),
        casting=casting,
    )


# --- who is told --------------------------------------------------------------------------


def voters(motion, event):
    """The delegates of the units on the roll that may vote."""
    units = motion.seats.filter(present=True, recused=False).values("unit")
    return mandates.people(units, [Role.DELEGATE])


def everybody_invited(motion, event):
    return parties.invited(motion.meeting)


def units_named(motion, event):
    """The people of the units for which somebody else wrote something down."""
    units = [int(unit) for unit in event.data["units"] if int(unit) != event.unit_id]
    return mandates.people(units, parties.SPEAKERS)


# --- what can happen ------------------------------------------------------------------------


@verb(Motion, label=gettext_lazy("Put a motion"), may=is_clerk, creates=True)
def put(*, by, now, item, text, rule=""):
    """Put a question on an accepted item, under a rule of the charter (default: the item's own)."""
    item = AgendaItem.objects.select_related("meeting").select_for_update(of=("self",)).get(pk=item.pk)
    if item.state != AgendaItem.State.ACCEPTED:
        raise WrongState(_("The item is “%(state)s”.") % {"state": item.get_state_display()})
    if item.meeting.state not in BEFORE_THE_END:
        raise WrongState(_("The meeting is “%(state)s”.") % {"state": item.meeting.get_state_display()})
    if item.motions.filter(state__in=[State.DRAFT, State.OPEN]).exists():
        raise WrongState(_("There is a motion on this item already. Decide it, or declare it void."))
    if not text.strip():
        raise Refused(_("Write the question."), {"text": [_("Write the question.")]})
    code = rule or item.rule
    if code not in rule_codes(item.meeting):
        sentence = _("The charter has no such rule for a vote.")
        raise Refused(sentence, {"rule": [sentence]})
    return Motion.objects.create(meeting=item.meeting, item=item, text=text.strip(), rule=code)


def rule_codes(meeting) -> dict[str, str]:
    """The rules a motion of this meeting can be put under: code → the rule in words."""
    return {row.code: str(row) for row in charter.vote_codes(timezone.localdate(meeting.starts_at))}


def _not_in_session(motion, by):
    if motion.meeting.state != Meeting.State.IN_SESSION:
        return _("A vote is opened only while the meeting is in session.")
    return ""


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
    vote_rule = attendance.charter_rule(meeting, motion.rule)
    quorum_rule = attendance.charter_rule(meeting, "quorum")
    rules = Rules(charter.arithmetic(vote_rule), charter.arithmetic(quorum_rule))
    motion.frozen = {
        "rules": rules.as_data(),
        "code": vote_rule.code,
        "text_zh": vote_rule.text_zh,
        "text_en": vote_rule.text_en,
        "confirmed": vote_rule.confirmed,
        "secret": vote_rule.secret,
    }
    motion.charter_id = vote_rule.version_id
    motion.opened_at = now
    present = set(attendance.present_units(meeting).values_list("pk", flat=True))
    recused = {seat.unit_id: seat for seat in motion.seats.all()}
    entitled = meeting.invitations.filter(capacity=Invitation.Capacity.MEMBER)
    for unit_id in entitled.order_by("pk").values_list("unit", flat=True):
        seat = recused.get(unit_id) or Seat(motion=motion, unit_id=unit_id)
        seat.present = unit_id in present
        seat.save()
    return {"entitled": there.entitled, "present": there.present, "quorum": there.needed}


def _own(rows, by):
    """The unit's own seat or vote; in Python, so that a list that fetched them beforehand asks nothing more."""
    return next((row for row in rows.all() if row.unit_id == by.unit_id), None)


def _why_not_cast(motion, by):
    seat = _own(motion.seats, by)
    if seat is None or not seat.present:
        return _("Your unit had not checked in when this vote opened.")
    if seat.recused:
        return _("Your unit is recused from this vote.")
    if vote := _own(motion.votes, by):
        return _("Your unit has voted already: %(choice)s.") % {"choice": vote.get_choice_display()}
    return ""


@verb(
    Motion,
    label=pgettext_lazy("verb", "Vote"),
    from_=[State.OPEN],
    may=on_the_roll,
    guard=_why_not_cast,
    hidden=True,
)
def cast(motion, *, by, now, choice):
    """Vote for the unit the delegate acts for: ``for``, ``against`` or ``abstain``."""
    _record(motion, by.unit_id, choice, Vote.Means.SELF, by, now)
    return {"unit": by.unit_id, "choice": str(choice)}


def _record(motion, unit_id, choice, means, by, now):
    if choice not in Vote.Choice.values:
        raise Refused(
            _("Choose for, against or abstain."), {"choice": [_("Choose for, against or abstain.")]}
        )
    Vote.objects.create(motion=motion, unit_id=unit_id, choice=choice, means=means, by=by, at=now)


def _nothing_to_withdraw(motion, by):
    vote = _own(motion.votes, by)
    if vote is not None and vote.means == Vote.Means.SELF:
        return ""
    return _("There is no vote of your own to take back.")


@verb(
    Motion,
    label=gettext_lazy("Take the vote back"),
    from_=[State.OPEN],
    may=on_the_roll,
    guard=_nothing_to_withdraw,
    hidden=True,
)
def withdraw(motion, *, by, now):
    """Take back the unit's own vote while the vote is open, to vote again."""
    motion.votes.filter(unit=by.unit_id, means=Vote.Means.SELF).delete()
    return {"unit": by.unit_id}


@verb(
    Motion,
    label=gettext_lazy("Recuse a unit"),
    from_=[State.DRAFT, State.OPEN],
    may=clerk_or_entitled,
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
    _entitled(motion, list(votes), field="votes")
    seats = {seat.unit_id: seat for seat in roll(motion)}
    for unit_id, choice in votes.items():
        seat = seats[unit_id]
        if not seat.may_vote:
            raise WrongState(_("%(unit)s is absent or recused and cannot vote.") % {"unit": seat.unit})
        if seat.means == Vote.Means.SELF:
            raise WrongState(_("%(unit)s has voted itself; its vote stays.") % {"unit": seat.unit})
        motion.votes.filter(unit=unit_id, means=Vote.Means.PAPER).delete()
        if choice:
            _record(motion, unit_id, choice, Vote.Means.PAPER, by, now)
    return {"units": list(votes), "votes": {str(unit): str(choice) for unit, choice in votes.items()}}


def _who_has_not_voted(motion):
    silent = [str(seat.unit) for seat in roll(motion) if seat.may_vote and not seat.choice]
    if not silent:
        return _("Every unit has voted. The result is then fixed for good.")
    return _(
        "%(count)s units have not voted: %(units)s. Nobody can vote after this; the result is fixed for good."
    ) % {
        "count": len(silent),
        "units": "、".join(silent),
    }


@verb(
    Motion,
    label=gettext_lazy("Close the vote"),
    from_=[State.OPEN],
    to=State.CLOSED,
    may=presiding,
    tells=everybody_invited,
    primary=True,
    consequence=_who_has_not_voted,
)
def close(motion, *, by, now, casting=None):
    """Count, decide, and tell the subject. ``casting`` settles equal votes where the charter leaves it to the chair."""
    result = tally(motion)
    if result.outcome == Outcome.TIE and result.rules.vote.tie == Tie.CHAIR:
        if casting is None:
            sentence = _("The votes are equal. The charter leaves the decision to the chair unit: enter it.")
            raise Refused(sentence, {"casting": [sentence]})
        result = tally(motion, casting=casting)
    motion.result = result.as_data()
    motion.passed = result.passed if result.outcome in (Outcome.PASSED, Outcome.FAILED) else None
    motion.closed_at = now
    if motion.passed is not None and motion.item.subject is not None:
        subjects.conclude(motion.item.subject, passed=motion.passed, decision=motion.result, by=by, now=now)
    return {"outcome": result.outcome.value, "passed": motion.passed}


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
