"""Who deals with a question put to the vote, who is on its roll, and what do its votes come to?

Every way of voting (:mod:`meetings.votes`, :mod:`meetings.ballots`, :mod:`meetings.elections`, :mod:`meetings.written`)
stands on this: one roll, one rule, one arithmetic.
"""

import hashlib
import json

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from core.permissions import ALWAYS, NEVER, seen_by, visible
from core.workflow import Refused, WrongState
from members import mandates
from members.models import Mandate

from . import arithmetic, charter, parties
from .models import AgendaItem, Invitation, Meeting, Motion, Seat, Vote
from .rules import Rules

Role = Mandate.Role
State, Method = Motion.State, Motion.Method
#: A question may be prepared while the meeting is, and is put to the vote in it.
BEFORE_THE_END = (
    Meeting.State.COLLECTING,
    Meeting.State.SUBMITTED,
    Meeting.State.APPROVED,
    Meeting.State.CALLED,
    Meeting.State.IN_SESSION,
)
#: How a vote may be taken in a meeting; a written vote has a door of its own.
IN_A_MEETING = (Method.ROLL_CALL, Method.SHOW_OF_HANDS, Method.ACCLAMATION, Method.SECRET, Method.PAPER)
#: Ways in which each unit says openly what it wants.
BY_NAME = (Method.ROLL_CALL, Method.WRITTEN)


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
    """The delegate of a unit on the frozen roll, or of one that holds a proxy; a liaison does not vote."""
    if not mandates.acts_as(user, Role.DELEGATE):
        return NEVER
    return Q(Exists(Seat.objects.filter(own_or_held(user), motion=OuterRef("pk"))))


def own_or_held(user) -> Q:
    """The seats for which this delegate votes: the unit's own, and those it holds a proxy for."""
    return Q(unit=user.unit_id, holder=None) | Q(holder=user.unit_id)


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
    """Whoever may see the meeting sees its motions; ``is_block``: one decides several items."""
    rows = Motion.objects.filter(meeting__in=visible(Meeting, user)).select_related("meeting__chair", "item")
    return rows.annotate(is_block=Exists(Motion.also.through.objects.filter(motion=OuterRef("pk"))))


def waiting_for(user):
    """The open votes in which this delegate's unit may still vote."""
    if not mandates.acts_as(user, Role.DELEGATE):
        return Motion.objects.none()
    voted = Vote.objects.filter(motion=OuterRef("motion"), unit=OuterRef("unit"))
    seat = Seat.objects.filter(
        own_or_held(user), ~Exists(voted), motion=OuterRef("pk"), present=True, recused=False, voted=False
    )
    by_hand = [Method.SHOW_OF_HANDS, Method.ACCLAMATION, Method.PAPER]
    return visible_to(user).filter(Exists(seat), state=State.OPEN).exclude(method__in=by_hand)


def roll(motion) -> list[Seat]:
    """The frozen roll in the order of the invitations, each seat with ``choice`` and ``means`` (None: no vote yet)."""
    vote = Vote.objects.filter(motion=OuterRef("motion"), unit=OuterRef("unit"))
    seats = motion.seats.select_related("unit").order_by("pk")
    return list(seats.annotate(choice=Subquery(vote.values("choice")), means=Subquery(vote.values("means"))))


def decision(motion) -> arithmetic.Decision | None:
    """The stored decision, computed again from its own rules and counts; None before the close."""
    return arithmetic.Decision.from_data(motion.result) if motion.result else None


# --- what is frozen -------------------------------------------------------------------------


def freeze(motion, vote_rule, quorum_rule=None, *, written=False):
    """Write the rule and the quorum as they stand into the motion."""
    quorum = charter.arithmetic(quorum_rule) if quorum_rule else None
    motion.frozen = {
        "rules": Rules(charter.arithmetic(vote_rule), quorum, written).as_data(),
        "code": vote_rule.code,
        "text_zh": vote_rule.text_zh,
        "text_en": vote_rule.text_en,
        "confirmed": vote_rule.confirmed,
        "secret": vote_rule.secret,
    }
    motion.charter_id = vote_rule.version_id


def write_roll(motion, present: set[int], holders: dict[int, int]):
    """A seat for every unit invited as a member; ``holders``: who votes for a unit that is represented."""
    recused = {seat.unit_id: seat for seat in motion.seats.all()}
    entitled = motion.meeting.invitations.filter(capacity=Invitation.Capacity.MEMBER)
    for unit_id in entitled.order_by("pk").values_list("unit", flat=True):
        seat = recused.get(unit_id) or Seat(motion=motion, unit_id=unit_id)
        seat.holder_id = holders.get(unit_id)
        seat.present = unit_id in present or unit_id in holders
        seat.save()


# --- what it comes to -----------------------------------------------------------------------


def there(motion, seats=None) -> dict:
    """Who counts, as :func:`meetings.arithmetic.decide` wants it: entitled, present, recused."""
    seats = list(motion.seats.all()) if seats is None else seats
    return {
        "entitled": len(seats),
        "present": sum(seat.present for seat in seats),
        "recused": sum(seat.present and seat.recused for seat in seats),
    }


def rules(motion) -> Rules:
    return Rules.from_data(motion.frozen["rules"])


def tally(motion, casting: bool | None = None) -> arithmetic.Decision:
    """What the votes said by name, as they stand, come to under the frozen rules."""
    seats = roll(motion)
    said = [seat.choice for seat in seats]
    counts = there(motion, seats)
    if motion.method == Method.WRITTEN:
        # Nobody is present; who counts as there is who answered, and a recused unit that is asked for its reason.
        counts["present"] = sum(bool(seat.choice) or seat.recused for seat in seats)
    return arithmetic.decide(
        rules(motion),
        **counts,
        for_=said.count(Vote.Choice.FOR),
        against=said.count(Vote.Choice.AGAINST),
        abstain=said.count(Vote.Choice.ABSTAIN),
        casting=casting,
    )


def by_hand(motion, for_, against, abstain, casting=None) -> arithmetic.Decision:
    """What totals counted in the room come to. Refused when more hands were counted than may be raised."""
    counts = there(motion)
    may_vote = counts["present"] - counts["recused"]
    if for_ + against + abstain > may_vote:
        sentence = _("%(counted)s hands were counted, but only %(units)s units may vote.") % {
            "counted": for_ + against + abstain,
            "units": may_vote,
        }
        raise Refused(sentence, {"for_": [sentence]})
    return arithmetic.decide(
        rules(motion), **counts, for_=for_, against=against, abstain=abstain, casting=casting
    )


def unopposed(motion) -> arithmetic.Decision:
    """What it comes to when no unit that may vote objects: all of them agree."""
    counts = there(motion)
    return arithmetic.decide(
        rules(motion), **counts, for_=counts["present"] - counts["recused"], against=0, abstain=0
    )


def fingerprint(data) -> str:
    """SHA-256 of plain data as canonical JSON."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def canonical(data) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- who is told --------------------------------------------------------------------------


def voters(motion, event):
    """The delegates of the units on the roll that may vote, and of those that vote for them."""
    seats = motion.seats.filter(present=True, recused=False)
    own = mandates.people(seats.filter(holder=None).values("unit"), [Role.DELEGATE])
    return own + mandates.people(seats.exclude(holder=None).values("holder"), [Role.DELEGATE])


def everybody_invited(motion, event):
    return parties.invited(motion.meeting)


def units_named(motion, event):
    """The people of the units for which somebody else wrote something down."""
    units = [int(unit) for unit in event.data["units"] if int(unit) != event.unit_id]
    return mandates.people(units, parties.SPEAKERS)


# --- how a question is put ------------------------------------------------------------------


def rule_codes(meeting) -> dict[str, str]:
    """The rules a motion of this meeting can be put under: code → the rule in words."""
    return {row.code: str(row) for row in charter.vote_codes(timezone.localdate(meeting.starts_at))}


def secret_codes(meeting) -> set[str]:
    """Of these, the rules by which nobody may learn what a unit said."""
    rows = charter.vote_codes(timezone.localdate(meeting.starts_at))
    return {row.code for row in rows if row.secret}


def free(item) -> AgendaItem:
    """The item, locked, on which a question can be put now; WrongState with a sentence where none can."""
    item = AgendaItem.objects.select_related("meeting").select_for_update(of=("self",)).get(pk=item.pk)
    if item.state != AgendaItem.State.ACCEPTED:
        raise WrongState(_("The item is “%(state)s”.") % {"state": item.get_state_display()})
    if item.meeting.state not in BEFORE_THE_END:
        raise WrongState(_("The meeting is “%(state)s”.") % {"state": item.meeting.get_state_display()})
    waiting = Motion.objects.filter(Q(item=item) | Q(also=item), state__in=[State.DRAFT, State.OPEN])
    if waiting.exists():
        raise WrongState(_("There is a motion on this item already. Decide it, or declare it void."))
    return item


def rule_and_method(item, rule, method) -> tuple[str, str]:
    """The rule a question is put under and how it is voted on; a rule that wants secrecy forces it."""
    code = rule or item.rule
    if code not in rule_codes(item.meeting):
        sentence = _("The charter has no such rule for a vote.")
        raise Refused(sentence, {"rule": [sentence]})
    secret = code in secret_codes(item.meeting)
    method = method or (Method.SECRET if secret else Method.ROLL_CALL)
    if method not in IN_A_MEETING:
        sentence = _("A meeting does not vote in this way.")
        raise Refused(sentence, {"method": [sentence]})
    if secret and method not in (Method.SECRET, Method.PAPER):
        sentence = _("The charter wants a secret ballot for this.")
        raise Refused(sentence, {"method": [sentence]})
    return code, method
