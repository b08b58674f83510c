"""Is there a quorum, and is the motion carried? The charter's arithmetic, as pure functions of exact numbers.

Every decision carries the rules (:mod:`meetings.rules`) and the counts it was made from, so that it can be
printed, stored and computed again years later.
"""

from dataclasses import asdict, dataclass, fields

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from meetings.rules import Base, Recused, Rules, Tie, portion

FORMAT = 1


class Outcome(TextChoices):
    PASSED = "passed", pgettext_lazy("vote outcome", "passed")
    FAILED = "failed", pgettext_lazy("vote outcome", "not passed")
    TIE = "tie", pgettext_lazy("vote outcome", "tie, to be decided")
    VOID = "void", pgettext_lazy("vote outcome", "void, to be taken again")
    NO_QUORUM = "no_quorum", pgettext_lazy("vote outcome", "no quorum, no decision")


class Mismatch(ValueError):
    """A stored decision does not follow from its own rules and counts."""


@dataclass(frozen=True)
class Counts:
    """What was counted, in units. ``issued`` and ``received`` are ballot papers, where there were any.

    ``casting`` is the chair unit's decision of a tie: True for, False against, None not (yet) given.
    """

    entitled: int
    present: int
    for_: int = 0
    against: int = 0
    abstain: int = 0
    recused: int = 0
    invalid: int = 0
    issued: int | None = None
    received: int | None = None
    casting: bool | None = None

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "casting" and value is not None and value < 0:
                raise ValueError(f"A count cannot be negative: {field.name} {value}.")
        if self.present > self.entitled:
            raise ValueError(f"More units present ({self.present}) than entitled ({self.entitled}).")
        if self.recused > self.present:
            raise ValueError(f"More units recused ({self.recused}) than present ({self.present}).")

    @property
    def cast(self):
        return self.for_ + self.against + self.abstain + self.invalid

    @property
    def not_cast(self):
        return max(self.present - self.recused - self.cast, 0)

    def base(self, rule):
        """The number the share is taken of."""
        out = 0 if rule.abstentions_count else self.abstain
        match rule.base:
            case Base.ALL:
                return self.entitled
            case Base.PRESENT:
                return self.present - out - (self.recused if rule.recused == Recused.LEAVE else 0)
            case Base.VALID:
                return self.for_ + self.against + self.abstain - out
            case Base.FOR_AGAINST:
                return self.for_ + self.against


def needed(rule, count):
    """The least number that satisfies ``rule`` (any :class:`meetings.rules.Share`) of ``count``."""
    return rule.least(count)


# --- quorum -----------------------------------------------------------------------------
@dataclass(frozen=True)
class QuorumResult:
    entitled: int
    present: int
    needed: int

    @property
    def met(self):
        return self.present >= self.needed

    @property
    def short(self):
        """Units still missing."""
        return max(self.needed - self.present, 0)

    def sentence(self):
        """应到 11，实到 9，法定 8 → 可以开会"""
        return _arrow(
            _clauses(
                _("entitled %(count)s") % {"count": self.entitled},
                _("present %(count)s") % {"count": self.present},
                _("quorum %(count)s") % {"count": self.needed},
            ),
            _("the meeting may begin")
            if self.met
            else _("%(count)s more needed to begin") % {"count": self.short},
        )


def quorum(rule, entitled, present):
    """Whether ``present`` of ``entitled`` units make up the quorum of ``rule``."""
    return QuorumResult(entitled, present, needed(rule, entitled))


# --- decision ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Decision:
    rules: Rules
    counts: Counts
    quorum: int | None
    base: int
    needed: int
    outcome: Outcome

    @property
    def passed(self):
        return self.outcome == Outcome.PASSED

    @property
    def short(self):
        """Votes that were missing."""
        return max(self.needed - self.counts.for_, 0)

    def sentence(self):
        """应到 11，实到 9，法定 8；同意 7，反对 1，弃权 1；通过线 5（到会过半数）→ 通过"""
        counts = self.counts
        there = _("answered %(count)s") if self.rules.written else _("present %(count)s")
        roll = [[_("entitled %(count)s"), counts.entitled], [there, counts.present]]
        if self.quorum is not None:
            roll.append([_("quorum %(count)s"), self.quorum])
        parts = [_counted(*roll)]
        if self.outcome != Outcome.NO_QUORUM:
            votes = [[_("for %(count)s"), counts.for_], [_("against %(count)s"), counts.against]]
            votes.append([_("abstaining %(count)s"), counts.abstain])
            rare = [
                [_("recused %(count)s"), counts.recused],
                [_("invalid %(count)s"), counts.invalid],
                [_("not voting %(count)s"), 0 if self.rules.written else counts.not_cast],
            ]
            parts.append(_counted(*votes, *(each for each in rare if each[1])))
            if counts.issued is not None and counts.received is not None:
                parts.append(
                    _counted(
                        [_("papers issued %(count)s"), counts.issued],
                        [_("returned %(count)s"), counts.received],
                    )
                )
        if self.outcome in (Outcome.NO_QUORUM, Outcome.VOID):
            return _arrow(_groups(parts), self._end())
        return _groups([*parts, self._line()])

    def _line(self):
        rule = self.rules.vote
        values = {
            "count": self.needed,
            "share": portion(rule, rule.base),
            "base": self.base,
            "end": self._end(),
        }
        printed = {Base.ALL: self.counts.entitled, Base.PRESENT: self.counts.present}
        if self.base == printed.get(rule.base):
            return _("needed %(count)s (%(share)s) → %(end)s") % values
        return _("needed %(count)s (%(share)s, which are %(base)s) → %(end)s") % values

    def _end(self):
        if self.counts.casting is not None and _is_tie(self.rules.vote, self.counts, self.needed):
            if self.passed:
                return _("tie, passed by the chair unit's decision")
            return _("tie, not passed by the chair unit's decision")
        return str(self.outcome.label)

    def as_data(self):
        """Plain JSON: the rules, what was counted, and what followed."""
        return {
            "format": FORMAT,
            "rules": self.rules.as_data(),
            "counts": asdict(self.counts),
            "result": {
                "quorum": self.quorum,
                "base": self.base,
                "needed": self.needed,
                "outcome": self.outcome.value,
            },
        }

    @classmethod
    def from_data(cls, data):
        """The stored decision, computed again; :class:`Mismatch` when it does not come out the same."""
        if data["format"] != FORMAT:
            raise Mismatch(f"Unknown format of a stored decision: {data['format']}.")
        again = _decide(Rules.from_data(data["rules"]), Counts(**data["counts"]))
        if again.as_data() != data:
            raise Mismatch(f"Stored {data['result']}, computed {again.as_data()['result']}.")
        return again


def decide(
    rules,
    *,
    entitled,
    present,
    for_,
    against,
    abstain,
    recused=0,
    invalid=0,
    issued=None,
    received=None,
    casting=None,
):
    """The decision that follows from ``rules`` (:class:`Rules`) and the counts, all in units.

    In a written vote ``present`` is the number of units that answered. Void: more votes than voters, or more
    papers returned than issued (Fuzhou's election rules: 收回票多于发出票无效). Raises ValueError on
    impossible counts (negative, more present than entitled, more recused than present).
    """
    counts = Counts(entitled, present, for_, against, abstain, recused, invalid, issued, received, casting)
    return _decide(rules, counts)


def count_again(rules, counts):
    """The same counts (:class:`Counts`) under other rules: what a draft of the charter would have made of them."""
    return _decide(rules, counts)


def _decide(rules, counts):
    base = counts.base(rules.vote)
    line = needed(rules.vote, base)
    legal = needed(rules.quorum, counts.entitled) if rules.quorum else None

    def end(outcome):
        return Decision(rules, counts, legal, base, line, outcome)

    if legal is not None:
        there = counts.present - (0 if rules.quorum.counts_recused else counts.recused)
        if there < legal:
            return end(Outcome.NO_QUORUM)
    papers_exceed = None not in (counts.issued, counts.received) and counts.received > counts.issued
    if papers_exceed or counts.cast > counts.present - counts.recused:
        return end(Outcome.VOID)
    if counts.for_ >= line:
        return end(Outcome.PASSED)
    if _is_tie(rules.vote, counts, line) and rules.vote.tie != Tie.FAIL:
        if rules.vote.tie == Tie.CHAIR and counts.casting is not None:
            return end(Outcome.PASSED if counts.casting else Outcome.FAILED)
        return end(Outcome.TIE)
    return end(Outcome.FAILED)


def _is_tie(rule, counts, line):
    """Equal votes where a single one more would carry: only then has a tie rule something to settle."""
    return rule.is_half and counts.for_ == counts.against > 0 and counts.for_ + 1 == line


# --- words ------------------------------------------------------------------------------
def _counted(*pairs):
    return _clauses(*(text % {"count": count} for text, count in pairs))


def _clauses(*texts):
    return pgettext("joins counts", ", ").join(texts)


def _groups(texts):
    return pgettext("joins groups of counts", "; ").join(texts)


def _arrow(facts, end):
    return _("%(facts)s → %(end)s") % {"facts": facts, "end": end}
