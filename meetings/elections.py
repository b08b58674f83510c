"""Who is elected, and what when nobody is?

An election puts several candidates before the meeting in one secret ballot; each ballot names at most as many as there
are places. A candidate is elected whom the charter's share names, the most votes first. Where places stay empty, the
first of the others, one more than there are places, stand again in a run-off, as often as the meeting wants. Candidates
that come from other subjects of the agenda (the nominations of chair units) are told the result there: the winner is
adopted, the others are rejected. A question that stayed undecided is taken again in the same way.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import subjects
from core.workflow import Refused, verb

from . import arithmetic, bulletins
from .arithmetic import Outcome
from .models import AgendaItem, Candidate, Meeting, Motion
from .motions import (
    Method,
    State,
    everybody_invited,
    free,
    is_clerk,
    presiding,
    rule_and_method,
    rules,
    there,
)

#: One choice among fewer is a question, to be answered with for or against.
FEWEST = 2


# --- what can happen ------------------------------------------------------------------------


@verb(Motion, label=gettext_lazy("Hold an election"), may=is_clerk, creates=True)
def elect(*, by, now, item, text, rule="", method="", places=1, names=()):
    """Put an election on an item: among the subjects of the same kind before this meeting, or the ``names`` given.

    ``names`` are pairs of a name and a statement.
    """
    item = free(item)
    code, method = rule_and_method(item, rule, method or Method.SECRET)
    if method not in (Method.SECRET, Method.PAPER):
        sentence = _("An election is held by secret ballot.")
        raise Refused(sentence, {"method": [sentence]})
    standing = [*_nominated(item), *({"name": name, "statement": said} for name, said in names)]
    if len(standing) < FEWEST or len(standing) <= places:
        sentence = _("An election needs at least two candidates, and more candidates than places.")
        raise Refused(sentence, {"names": [sentence]})
    motion = Motion.objects.create(
        meeting=item.meeting, item=item, text=text.strip(), rule=code, method=method, places=places
    )
    for number, candidate in enumerate(standing, 1):
        Candidate.objects.create(motion=motion, number=number, **candidate)
    return motion, {"candidates": [candidate["name"] for candidate in standing], "places": places}


def _nominated(item) -> list[dict]:
    """The subjects of the item's kind on the agenda of its meeting, as candidates."""
    if item.subject_type_id is None:
        return []
    items = item.meeting.items.filter(subject_type=item.subject_type, state=AgendaItem.State.ACCEPTED)
    return [
        {
            "name": str(getattr(each.subject, "unit", each.subject)),
            "statement": getattr(each.subject, "statement", ""),
            "unit": getattr(each.subject, "unit", None),
            "item": each,
            "subject_type": each.subject_type,
            "subject_id": each.subject_id,
        }
        for each in items.order_by("position", "pk")
        if each.subject is not None
    ]


def _why_not_again(motion, by):
    if motion.passed is not None:
        return _("The vote has decided.")
    if motion.meeting.state != Meeting.State.IN_SESSION:
        return _("A vote is opened only while the meeting is in session.")
    if motion.method == Method.WRITTEN:
        return _("A written vote is not taken again in a meeting.")
    return _("The vote is being taken again already.") if motion.later.all() else ""


@verb(
    Motion,
    label=gettext_lazy("Vote again"),
    from_=[State.CLOSED],
    may=presiding,
    guard=_why_not_again,
    tells=everybody_invited,
    primary=True,
)
def vote_again(motion, *, by, now):
    """Take an undecided vote again: equal votes, a void ballot, or an election with places left (then a run-off)."""
    following = Motion.objects.create(
        meeting=motion.meeting,
        item=free(motion.item),
        text=motion.text,
        rule=motion.rule,
        method=motion.method,
        places=_places_left(motion),
        previous=motion,
        round=motion.round + 1,
    )
    following.also.set(motion.also.all())
    for number, candidate in enumerate(_first(motion), 1):
        kept = {name: getattr(candidate, name) for name in ("name", "statement", "unit", "item")}
        Candidate.objects.create(
            motion=following,
            number=number,
            subject_type_id=candidate.subject_type_id,
            subject_id=candidate.subject_id,
            **kept,
        )
    return {"motion": following.pk, "round": following.round}


def _places_left(motion) -> int:
    return motion.places - sum(bool(candidate.elected) for candidate in motion.candidates.all())


def _first(motion) -> list[Candidate]:
    """Who stands in the next round: one more than there are places, with whoever is level with the last of them.

    After a void ballot everybody stands again.
    """
    left = [candidate for candidate in motion.candidates.all() if not candidate.elected]
    if not left or arithmetic.Decision.from_data(motion.result).outcome in (Outcome.VOID, Outcome.NO_QUORUM):
        return left
    left.sort(key=lambda candidate: (-votes_for(candidate), candidate.number))
    last = left[min(_places_left(motion), len(left) - 1)]
    return [candidate for candidate in left if votes_for(candidate) >= votes_for(last)]


# --- what it comes to -----------------------------------------------------------------------


def votes_for(candidate) -> int:
    return candidate.result["counts"]["for_"] if candidate.result else 0


def conclude(motion, *, by, now) -> dict:
    """Count an election, mark the elected, tell their subjects; returns the facts for the journal.

    The motion itself carries the sum of the first candidate, and is passed once every place is filled.
    """
    found, counts, frozen = bulletins.counted(motion), there(motion), rules(motion)
    valid = found["received"] - found["invalid"]
    candidates = list(motion.candidates.all())
    sums = {}
    for candidate in candidates:
        named = found["marks"][str(candidate.number)]
        sums[candidate.pk] = arithmetic.decide(
            frozen,
            **counts,
            for_=named,
            against=max(valid - found["blank"] - named, 0),
            abstain=found["blank"],
            invalid=found["invalid"],
            issued=found["issued"],
            received=found["received"],
        )
    candidates.sort(key=lambda candidate: (-sums[candidate.pk].counts.for_, candidate.number))
    elected = _elected(candidates, sums, motion.places)
    for candidate in candidates:
        candidate.result, candidate.elected = sums[candidate.pk].as_data(), candidate in elected
        candidate.save(update_fields=["result", "elected"])
    first = sums[candidates[0].pk]
    motion.result = first.as_data()
    motion.passed = True if len(elected) == motion.places else None
    facts = bulletins.publish(motion)
    _tell_subjects(motion, elected, by, now)
    return {
        "outcome": first.outcome.value,
        "passed": motion.passed,
        "votes": {candidate.name: sums[candidate.pk].counts.for_ for candidate in candidates},
        "elected": [candidate.name for candidate in elected],
        **facts,
    }


def _elected(candidates, sums, places) -> list[Candidate]:
    """Those who reached the share, the most votes first; whoever is level across the last place is not among them."""
    passed = [candidate for candidate in candidates if sums[candidate.pk].passed]
    if len(passed) <= places:
        return passed
    beyond = sums[passed[places].pk].counts.for_
    return [candidate for candidate in passed[:places] if sums[candidate.pk].counts.for_ > beyond]


def _tell_subjects(motion, elected, by, now):
    """Once every place is filled: first the others of every round, then the elected."""
    if not motion.passed:
        return
    rounds, one = [motion], motion
    while one.previous_id:
        one = one.previous
        rounds.append(one)
    standing = (
        Candidate.objects.filter(motion__in=rounds).exclude(subject_id=None).order_by("motion", "number")
    )
    chosen = {_key(candidate) for candidate in [*elected, *standing.filter(elected=True)]}
    told = set()
    for passed in (False, True):
        for candidate in standing:
            key = _key(candidate)
            if (key in chosen) is passed and key not in told and candidate.subject is not None:
                told.add(key)
                result = candidate.result or motion.result
                subjects.conclude(candidate.subject, passed=passed, decision=result, by=by, now=now)


def _key(candidate):
    return candidate.subject_type_id, candidate.subject_id
