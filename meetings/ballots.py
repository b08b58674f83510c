"""How do we vote so that nobody learns what a unit said?

Two scrutineers from two units that do not stand for election confirm the opening; roll, rule and question are frozen
with a fingerprint. Each unit on the roll hands in one ballot: its mark on the roll and the ballot come in one
transaction, and nothing ties them. Every ballot in the box and every mark on the roll is written anew, in an order of
chance, with each ballot that comes, so that the tables as they stand at any moment do not say who handed in which. The
journal does not say who voted when; nobody is shown a count of choices before the close. Both scrutineers confirm the
closing. Then the ballots are copied in an order of chance, the box is emptied, and the bulletin is published: every
ballot beside the hash of its receipt, sorted by that hash, so that each voter finds its own and anybody counts again.
What is not protected stands in docs/decisions/0005-secret-ballot.md.
"""

import hashlib
import re
from random import SystemRandom

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.permissions import NEVER
from core.workflow import Refused, WrongState, verb
from members import mandates

from . import attendance
from .models import Motion, Scrutineer, SealedBallot, SecretBallot, Vote
from .motions import (
    Method,
    State,
    canonical,
    on_the_roll,
    own_or_held,
    presiding,
)
from .parties import SPEAKERS

CODE = re.compile(r"[0-9a-f]{32}")
SCRUTINEERS = 2
_chance = SystemRandom()


# --- who may ------------------------------------------------------------------------------


def scrutineers(user) -> Q:
    """Whoever speaks for a unit that watches over this ballot."""
    if not mandates.acts_as(user, *SPEAKERS):
        return NEVER
    return Q(Exists(Scrutineer.objects.filter(motion=OuterRef("pk"), unit=user.unit_id)))


# --- who is told --------------------------------------------------------------------------


def those_named(motion, event):
    return mandates.people(motion.scrutineers.values("unit"), SPEAKERS)


def the_other_and_presiding(motion, event):
    chair = (
        mandates.people([motion.meeting.chair_id], [mandates.Role.DELEGATE])
        if motion.meeting.chair_id
        else []
    )
    return [*those_named(motion, event), *chair, *mandates.secretariat()]


# --- what can be said -----------------------------------------------------------------------


def options(motion) -> dict[str, str]:
    """What can stand on a ballot: mark → its words. In an election the marks are the candidates' numbers."""
    if motion.is_election:
        return {str(candidate.number): candidate.name for candidate in motion.candidates.all()}
    return {choice.value: str(choice.label) for choice in Vote.Choice}


def _marked(motion, choice) -> str:
    """The ballot as it is stored. Naming nobody in an election is an abstention; naming too many is refused."""
    known = options(motion)
    marks = sorted(set(choice) if isinstance(choice, list | tuple | set) else {choice} - {""}, key=str)
    most = motion.places if motion.is_election else 1
    if set(marks) - set(known) or (not motion.is_election and len(marks) != 1):
        sentence = _("Choose what stands on the ballot.")
        raise Refused(sentence, {"choice": [sentence]})
    if len(marks) > most:
        sentence = _("Name at most %(most)s.") % {"most": most}
        raise Refused(sentence, {"choice": [sentence]})
    return ",".join(sorted(marks, key=list(known).index))


def code_hash(motion, code) -> str:
    """What the server keeps of a receipt."""
    return hashlib.sha256(f"{motion.pk}:{code}".encode()).hexdigest()


# --- the box --------------------------------------------------------------------------------


def _write_anew(motion, papers):
    """Empty the box and fill it again in an order of chance, under fresh keys; touch every mark on the roll.

    Afterwards all rows carry the same transaction and an order that means nothing (PostgreSQL's xmin and ctid,
    SQLite's rowid), so that no two of them belong together more than any others.
    """
    _chance.shuffle(papers)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only forgotten
    SecretBallot.objects.filter(motion=motion).delete()
    SecretBallot.objects.bulk_create(
        [SecretBallot(motion=motion, choice=choice, code_hash=digest) for choice, digest in papers]
    )
    motion.seats.update(voted=F("voted"))


def papers_of(model, motion) -> list[tuple[str, str]]:
    """The choices and receipt hashes in a box, in an order that means nothing."""
    return list(model.objects.filter(motion=motion).order_by("pk").values_list("choice", "code_hash"))


def discard(motion):
    """Empty the box of a motion that was declared void."""
    SecretBallot.objects.filter(motion=motion).delete()


def _wipe():
    """Take the emptied box from the disk too, as far as the database does that: dead rows, and SQLite's log."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM meetings_secretballot, meetings_seat")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def seal(motion):
    """Copy the ballots in an order of chance to where they stay, and empty the box."""
    if motion.method == Method.PAPER:
        return
    papers = papers_of(SecretBallot, motion)
    _chance.shuffle(papers)
    SealedBallot.objects.bulk_create(
        [SealedBallot(motion=motion, choice=choice, code_hash=digest) for choice, digest in papers]
    )
    _write_anew(motion, [])
    transaction.on_commit(_wipe)


# --- what can happen ------------------------------------------------------------------------


def _not_secret(motion):
    return "" if motion.is_secret else _("This is no secret ballot.")


@verb(
    Motion,
    label=gettext_lazy("Name the scrutineers"),
    from_=[State.DRAFT],
    may=presiding,
    guard=lambda motion, by: _not_secret(motion),
    tells=those_named,
)
def name_scrutineers(motion, *, by, now, units):
    """Two units watch over the ballot: entitled to vote here, different, and not standing for election."""
    chosen = {unit.pk for unit in units}
    entitled = set(attendance.entitled_units(motion.meeting).values_list("pk", flat=True))
    standing = {candidate.unit_id for candidate in motion.candidates.all()}
    standing.add(getattr(motion.item.subject, "unit_id", None))
    if len(chosen) != SCRUTINEERS or not chosen <= entitled:
        sentence = _("Name two different units that are entitled to vote in this meeting.")
        raise Refused(sentence, {"units": [sentence]})
    if chosen & standing:
        sentence = _("Whoever stands for election does not watch over the ballot.")
        raise Refused(sentence, {"units": [sentence]})
    motion.scrutineers.all().delete()
    for pk in sorted(chosen):
        Scrutineer.objects.create(motion=motion, unit_id=pk)
    return {"units": sorted(chosen)}


def _nothing_to_confirm(motion, by):
    if no := _not_secret(motion):
        return no
    mine = next((each for each in motion.scrutineers.all() if each.unit_id == by.unit_id), None)
    if mine is None:
        return _("Your unit does not watch over this ballot.")
    if mine.opened if motion.state == State.DRAFT else mine.closed:
        return _("Your unit has confirmed already.")
    if motion.state == State.OPEN and motion.method == Method.PAPER:
        return _("Enter what you counted; that confirms the closing.")
    return ""


def _sentence_of_confirmation(motion):
    if motion.state == State.OPEN:
        return _(
            "You confirm that whoever wanted to vote has voted. With both confirmations the box is shut."
        )
    return _("You confirm that question, rule and names are right and that the box is empty.")


@verb(
    Motion,
    label=gettext_lazy("Confirm as scrutineer"),
    from_=[State.DRAFT, State.OPEN],
    may=scrutineers,
    guard=_nothing_to_confirm,
    tells=the_other_and_presiding,
    primary=True,
    consequence=_sentence_of_confirmation,
)
def confirm(motion, *, by, now):
    """A scrutineer confirms the opening, and later the closing, of the ballot."""
    field = "opened" if motion.state == State.DRAFT else "closed"
    motion.scrutineers.filter(unit=by.unit_id).update(**{field: True})
    return {"unit": by.unit_id, "confirmed": field}


def why_not_open(motion) -> str:
    """What keeps a secret ballot from being opened; empty once both scrutineers have confirmed."""
    watching = motion.scrutineers.all()
    if len(watching) != SCRUTINEERS:
        return _("Name two scrutineers first.")
    if not all(each.opened for each in watching):
        return _("Both scrutineers confirm the opening first.")
    return ""


def why_not_close(motion) -> str:
    """What keeps a secret ballot from being closed: one scrutineer alone cannot."""
    watching = motion.scrutineers.all()
    if not all(each.closed for each in watching):
        return _("Both scrutineers confirm the closing first.")
    if motion.method == Method.PAPER and len({canonical(each.counted) for each in watching}) != 1:
        return _("The two counts differ. Both scrutineers count again.")
    return ""


def _why_not_hand_in(motion, by):
    if motion.method != Method.SECRET:
        return _("This vote is taken in another way: %(method)s.") % {"method": motion.get_method_display()}
    if all(each.closed for each in motion.scrutineers.all()):
        return _("Both scrutineers have shut the box.")
    mine = [seat for seat in motion.seats.all() if by.unit_id == (seat.holder_id or seat.unit_id)]
    if not any(seat.present for seat in mine):
        return _("Your unit had not checked in when this vote opened.")
    if not any(seat.may_vote for seat in mine):
        return _("Your unit is recused from this vote.")
    if all(seat.voted for seat in mine if seat.may_vote):
        return _("Your unit has handed in its ballot already.")
    return ""


@verb(
    Motion,
    label=gettext_lazy("Hand in the ballot"),
    from_=[State.OPEN],
    may=on_the_roll,
    guard=_why_not_hand_in,
    hidden=True,
    silent=True,
    reads=["seats"],
)
def hand_in(motion, *, by, now, choice, code, unit=None):
    """Mark the unit on the roll and put its ballot into the box; ``code`` is the voter's own receipt, 32 hex digits.

    For a unit it votes for by proxy, a delegate hands in a second ballot, detached like the first.
    """
    paper = _marked(motion, choice)
    if not CODE.fullmatch(code or ""):
        sentence = _("A receipt code has 32 digits, 0–9 and a–f.")
        raise Refused(sentence, {"code": [sentence]})
    digest, papers = code_hash(motion, code), papers_of(SecretBallot, motion)
    if any(digest == other for _choice, other in papers):
        sentence = _("This receipt code has been used. Take another.")
        raise Refused(sentence, {"code": [sentence]})
    seats = motion.seats.filter(own_or_held(by), unit=unit.pk if unit else by.unit_id)
    if seats.filter(present=True, recused=False, voted=False).update(voted=True) != 1:
        raise WrongState(_("Your unit has handed in its ballot already."))
    _write_anew(motion, [*papers, (paper, digest)])


@verb(
    Motion,
    label=gettext_lazy("Enter the count"),
    from_=[State.OPEN],
    may=scrutineers,
    guard=lambda motion, by: (
        "" if motion.method == Method.PAPER else _("Only paper ballots are counted by hand.")
    ),
    tells=the_other_and_presiding,
)
def enter_count(motion, *, by, now, issued, received, invalid, **marks):
    """What one scrutineer counted, without seeing the other's count: both must be the same before the close."""
    marks = {mark: marks.get(f"mark_{mark}", 0) or 0 for mark in options(motion)}
    most = (received - invalid) * max(motion.places, 1)
    exact = not motion.is_election and sum(marks.values()) != received - invalid
    if invalid > received or sum(marks.values()) > most or exact:
        sentence = _("The ballots do not add up to those returned.")
        raise Refused(sentence, {"received": [sentence]})
    counted = {"issued": issued, "received": received, "invalid": invalid, "marks": marks}
    motion.scrutineers.filter(unit=by.unit_id).update(counted=counted, closed=True)
    return {"unit": by.unit_id, "differ": bool(why_not_close(Motion.objects.get(pk=motion.pk)))}
