"""The charter: which rules held on a day.

Quorum, majorities, notice periods and terms are rows with an effective date, never code. A decision stores the version
it was made under. No charter has been published, so every rule that no source states is shown as awaiting
confirmation by the joint meeting until a resolution confirms it.
"""

from datetime import date

from django.db import transaction
from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from core.permissions import seen_by
from members import membership
from members.mandates import is_inside

from . import rules
from .charter_defaults import DEFAULTS, EFFECTIVE, STATED
from .models import CharterRule, CharterVersion

# --- what is seen -------------------------------------------------------------------------


@seen_by(CharterVersion)
def visible_to(user):
    """What was adopted is open to everybody who is signed in; drafts to whoever belongs to the alliance."""
    if not user.is_authenticated:
        return CharterVersion.objects.none()
    rows = CharterVersion.objects.all()
    return rows if is_inside(user) else rows.filter(state=CharterVersion.State.ADOPTED)


# --- which rule holds ---------------------------------------------------------------------


def _in_force(on: date):
    adopted = CharterVersion.objects.filter(state=CharterVersion.State.ADOPTED, effective_on__lte=on)
    return adopted.order_by("-effective_on", "-number")


def version(on: date) -> CharterVersion:
    """The version in force on a day. DoesNotExist before the founding."""
    found = _in_force(on).first()
    if found is None:
        raise CharterVersion.DoesNotExist(f"No charter was in force on {on}.")
    return found


def rule(code: str, on: date) -> CharterRule:
    """The rule of that code in the version in force on a day. DoesNotExist if the version has none."""
    return CharterRule.objects.select_related("version").get(version=version(on), code=code)


def days(code: str, on: date) -> int:
    """The number of days, working days or units a rule names."""
    return rule(code, on).number


#: How long before a member leaves it says so; membership cannot import the charter and asks through this.
membership.notice_days = lambda on: days("leave_notice_days", on)


def numbers(on: date) -> dict[str, int]:
    """Every number of the version in force, by code, in one query. DoesNotExist before the founding."""
    held = _in_force(on).values("pk")[:1]
    found = dict(
        CharterRule.objects.filter(version=Subquery(held), number__isnull=False).values_list("code", "number")
    )
    if not found:
        raise CharterVersion.DoesNotExist(f"No charter was in force on {on}.")
    return found


# --- the bridge to the arithmetic ------------------------------------------------------------


def arithmetic(row: CharterRule) -> rules.Share:
    """A share among the rules as the exact rule that :mod:`meetings.arithmetic` counts by."""
    if row.kind != CharterRule.Kind.FRACTION:
        raise ValueError(f"Rule {row.code} is not a share.")
    if row.code == "quorum":
        return rules.Quorum(row.fraction, row.inclusive)
    if row.code == "extraordinary_call":
        return rules.Share(row.fraction, row.inclusive)
    return rules.Rule(row.fraction, row.inclusive, base=row.base, tie=row.tie)


def rules_for(code: str, on: date, *, written: bool = False) -> rules.Rules:
    """What a decision by that rule is taken by on a day, as it is frozen with the decision."""
    found = {row.code: row for row in version(on).rules.filter(code__in=[code, "quorum"])}
    if code not in found:
        raise CharterRule.DoesNotExist(f"The charter of {on} has no rule {code}.")
    quorum = None if written else arithmetic(found["quorum"])
    return rules.Rules(arithmetic(found[code]), quorum, written)


def sentence(row: CharterRule, units: int | None = None) -> str:
    """The rule as the reader sees it: its text, and for a share what it comes to with today's number of units."""
    if row.kind != CharterRule.Kind.FRACTION:
        return str(row)
    return rules.describe(arithmetic(row), units)


def vote_codes(on: date) -> list[CharterRule]:
    """The rules a motion can be put under."""
    rows = version(on).rules.filter(kind=CharterRule.Kind.FRACTION)
    return [
        row for row in rows if row.code not in ("quorum", "extraordinary_call", "written_vote", "late_item")
    ]


#: How the page orders the rules: (title, codes).
CHAPTERS = (
    (_("The alliance"), ("tenet", "top_body")),
    (
        _("Calling a meeting"),
        (
            "notice_days",
            "urgent_notice_days",
            "extraordinary_call",
            "extraordinary_days",
            "item_days",
            "late_item",
            "reply_days",
        ),
    ),
    (
        _("Deciding"),
        (
            "quorum",
            "ordinary",
            "charter_change",
            "admission",
            "expulsion",
            "dissolution",
            "proxies",
            "proxy_presence",
        ),
    ),
    (
        _("Deciding in writing"),
        ("written_vote", "written_min_days", "written_max_days", "written_objection", "written_exclusion"),
    ),
    (
        _("The chair unit"),
        (
            "rotating_chair",
            "chair_selection",
            "chair_election",
            "chair_term_years",
            "nomination_days",
            "handover_days",
            "first_chair",
        ),
    ),
    (
        _("Secretariat and membership"),
        (
            "secretariat_host",
            "secretariat_duties",
            "minutes_comment_days",
            "minutes_silence",
            "minutes_short_form",
            "leave_notice_days",
        ),
    ),
)


# --- the first version ----------------------------------------------------------------------


@transaction.atomic
def install_defaults() -> CharterVersion:
    """Version 1: what is reported of the founding, and defaults for the rest. Safe to run again."""
    made, _created = CharterVersion.objects.get_or_create(
        number=1, defaults={"state": CharterVersion.State.ADOPTED, "effective_on": EFFECTIVE}
    )
    known = set(made.rules.values_list("code", flat=True))
    rows = [
        CharterRule(version=made, code=code, text_zh=zh, text_en=en, **what)
        for code, what, zh, en in DEFAULTS
    ]
    rows += [
        CharterRule(version=made, code=code, text_zh=zh, text_en=en, confirmed=True, source=source, **what)
        for code, what, zh, en, source in STATED
    ]
    CharterRule.objects.bulk_create([row for row in rows if row.code not in known])
    return made
