"""What would a draft of the charter have changed? Two versions side by side, and a past meeting counted again.

A trial changes nothing. It takes the units and votes that were counted then, and the rules of the draft now, and lets
:mod:`meetings.arithmetic` decide again: whoever proposes a rule sees first what it would have done.
"""

from dataclasses import dataclass

from . import arithmetic, charter, charter_desk
from .models import CharterRule, Invitation, Meeting, Motion
from .rules import Rules

TRIED = (Meeting.State.CLOSED, Meeting.State.ARCHIVED)


@dataclass(frozen=True)
class Pair:
    """One rule in two versions; either may be missing."""

    code: str
    before: CharterRule | None
    after: CharterRule | None
    changed: bool


def compare(before, after) -> list[Pair]:
    """Every rule of two versions, in the order of the earlier."""
    old = {row.code: row for row in before.rules.all()}
    new = {row.code: row for row in after.rules.all()}
    codes = [*old, *(code for code in new if code not in old)]
    return [
        Pair(
            code,
            old.get(code),
            new.get(code),
            code not in old
            or code not in new
            or charter_desk.contents(old[code]) != charter_desk.contents(new[code]),
        )
        for code in codes
    ]


@dataclass(frozen=True)
class Again:
    """One decision as it was and as it would have been; ``after`` None where it cannot be counted again."""

    motion: Motion
    before: arithmetic.Decision | None
    after: arithmetic.Decision | None

    @property
    def changed(self):
        return bool(self.before and self.after and self.before.outcome != self.after.outcome)


@dataclass(frozen=True)
class Trial:
    meeting: Meeting
    quorum_before: arithmetic.QuorumResult
    quorum_after: arithmetic.QuorumResult
    decisions: list[Again]

    @property
    def changed(self) -> int:
        """How many results would have been others, the quorum counted as one."""
        return sum(again.changed for again in self.decisions) + (
            self.quorum_before.met != self.quorum_after.met
        )


def trial(version, meeting) -> Trial:
    """A past meeting under the rules of ``version``. Eight queries at most, whatever was decided."""
    new = {row.code: row for row in version.rules.all()}
    then = meeting.charter or charter.version(meeting.starts_at.date())
    old = {row.code: row for row in then.rules.filter(code="quorum")}
    entitled = list(
        meeting.invitations.filter(capacity=Invitation.Capacity.MEMBER).values_list("unit", flat=True)
    )
    came = set(meeting.presences.values_list("unit", flat=True))
    present = sum(unit in came for unit in entitled)
    motions = meeting.motions.filter(state=Motion.State.CLOSED).select_related("item").order_by("pk")
    return Trial(
        meeting,
        arithmetic.quorum(charter.arithmetic(old["quorum"]), len(entitled), present),
        arithmetic.quorum(charter.arithmetic(new["quorum"]), len(entitled), present),
        [_again(motion, new) for motion in motions],
    )


def _again(motion, new):
    try:
        before = arithmetic.Decision.from_data(motion.result)
    except (arithmetic.Mismatch, KeyError, TypeError):
        return Again(motion, None, None)
    row = new.get(motion.rule)
    if row is None or row.kind != CharterRule.Kind.FRACTION:
        return Again(motion, before, None)
    quorum = charter.arithmetic(new["quorum"]) if before.rules.quorum else None
    rules = Rules(charter.arithmetic(row), quorum, before.rules.written)
    return Again(motion, before, arithmetic.count_again(rules, before.counts))
