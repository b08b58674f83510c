"""What does the charter ask for: which share of which base, and what of abstentions, recusals and ties?

A rule is data: a fraction, whether it includes the number itself, and the base it is taken of. In law 以上
includes the number and 超过, 过半数 do not (Civil Code, article 1259): of 8 present, 半数以上 is 4 and 过半数
is 5. No floats.

Recusal (回避) is not settled by any published charter. Our default, to be confirmed by the joint meeting: a
recused unit still counts for the quorum (``Quorum.counts_recused``) but leaves the base "present" of that one
motion (``Rule.recused``). The base "all units" is never reduced: a share of all means all.
"""

from dataclasses import asdict, dataclass
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy


class Base(TextChoices):
    """Of what a share is taken."""

    ALL = "all", pgettext_lazy("vote base", "all units")
    PRESENT = "present", pgettext_lazy("vote base", "those present")
    VALID = "valid", pgettext_lazy("vote base", "the valid votes")
    FOR_AGAINST = "for_against", pgettext_lazy("vote base", "the votes for and against")


class Tie(TextChoices):
    """What equal votes for and against lead to, where one vote more would carry the motion."""

    FAIL = "fail", pgettext_lazy("tie rule", "the motion fails")
    CHAIR = "chair", pgettext_lazy("tie rule", "the chair unit decides")
    REVOTE = "revote", pgettext_lazy("tie rule", "the vote is taken again")


class Recused(TextChoices):
    """Where a recused unit stands when the base is those present."""

    LEAVE = "leave", pgettext_lazy("recusal rule", "Recused units leave the base")
    STAY = "stay", pgettext_lazy("recusal rule", "Recused units stay in the base")


def _exact(value):
    """A Fraction from "2/3", (2, 3) or a Fraction; a float is refused, since 2/3 is not one."""
    if isinstance(value, float):
        raise TypeError("A charter fraction is exact: write '2/3', not a float.")
    fraction = Fraction(*value) if isinstance(value, tuple | list) else Fraction(value)
    if not 0 < fraction <= 1:
        raise ValueError(f"A charter fraction lies above 0 and up to 1, not {fraction}.")
    return fraction


@dataclass(frozen=True)
class Share:
    """A fraction, with (以上) or without (超过, 过半数) the number itself.

    Taken alone it is the share of all units that may call an extraordinary meeting.
    """

    fraction: Fraction
    inclusive: bool = True

    def __post_init__(self):
        object.__setattr__(self, "fraction", _exact(self.fraction))
        if self.fraction == 1 and not self.inclusive:
            raise ValueError("More than all can never be reached.")

    def least(self, count):
        """The least whole number of ``count`` that satisfies the share; never 0: nobody decides nothing."""
        exact = self.fraction * count
        whole, rest = divmod(exact.numerator, exact.denominator)
        return max(whole + (not self.inclusive or rest > 0), 1)

    @property
    def is_half(self):
        return self.fraction == Fraction(1, 2)

    def as_data(self):
        """Plain JSON; the fraction is written "2/3"."""
        data = asdict(self)
        return {
            key: str(value) if isinstance(value, Fraction | TextChoices) else value
            for key, value in data.items()
        }

    @classmethod
    def from_data(cls, data):
        return cls(**data)


@dataclass(frozen=True)
class Quorum(Share):
    """The share of all units that must be present; ``counts_recused``: recused units still count for it."""

    counts_recused: bool = True


@dataclass(frozen=True)
class Rule(Share):
    """The share of a base that carries a motion.

    ``abstentions_count``: whether an abstention stays in the base "present" or "valid".
    """

    base: Base = Base.PRESENT
    abstentions_count: bool = True
    tie: Tie = Tie.FAIL
    recused: Recused = Recused.LEAVE

    def __post_init__(self):
        super().__post_init__()
        for name, kind in (("base", Base), ("tie", Tie), ("recused", Recused)):
            object.__setattr__(self, name, kind(getattr(self, name)))


@dataclass(frozen=True)
class Rules:
    """What one decision is taken by. A written vote has ``written`` set and no quorum: nobody is present."""

    vote: Rule
    quorum: Quorum | None = None
    written: bool = False

    def as_data(self):
        return {
            "vote": self.vote.as_data(),
            "quorum": self.quorum and self.quorum.as_data(),
            "written": self.written,
        }

    @classmethod
    def from_data(cls, data):
        quorum = data["quorum"]
        return cls(Rule.from_data(data["vote"]), quorum and Quorum.from_data(quorum), data["written"])


# --- words ------------------------------------------------------------------------------
def describe(rule, entitled=None):
    """The rule as one sentence; with ``entitled`` units known, the number it comes to.

    到会过半数同意即通过 · 全体成员2/3以上同意即通过（11 家中须有 8 家） · 出席 8 家以上方可开会
    """
    if isinstance(rule, Quorum):
        if entitled is None:
            return _("The meeting may begin when %(share)s are present") % {"share": portion(rule, Base.ALL)}
        return _("The meeting may begin when at least %(count)s units are present") % {
            "count": rule.least(entitled)
        }
    if isinstance(rule, Rule):
        sentence = _("Passed when %(share)s are in favour") % {"share": portion(rule, rule.base)}
    else:
        sentence = _("An extraordinary meeting is called when %(share)s ask for it") % {
            "share": portion(rule, Base.ALL)
        }
    if entitled is None or getattr(rule, "base", Base.ALL) != Base.ALL:
        return sentence
    return _("%(sentence)s (%(count)s of %(entitled)s units)") % {
        "sentence": sentence,
        "count": rule.least(entitled),
        "entitled": entitled,
    }


def provisos(rule):
    """The sentences under a vote rule: abstentions, recusal, tie; those that make a difference only."""
    found = []
    if rule.base in (Base.PRESENT, Base.VALID):
        found.append(
            _("An abstention counts in the base")
            if rule.abstentions_count
            else _("An abstention does not count in the base")
        )
    if rule.base == Base.PRESENT:
        found.append(str(rule.recused.label))
    if rule.is_half:
        found.append(_("At equal votes %(what)s") % {"what": rule.tie.label})
    return found


def portion(share, base):
    """到会过半数, 全体成员2/3以上: the share of its base in words."""
    values = {"base": base.label, "fraction": share.fraction}
    if share.fraction == 1:
        return _("all of %(base)s") % values
    if share.is_half:
        return (
            _("half or more of %(base)s") if share.inclusive else _("more than half of %(base)s")
        ) % values
    if share.inclusive:
        return _("%(fraction)s or more of %(base)s") % values
    return _("more than %(fraction)s of %(base)s") % values
