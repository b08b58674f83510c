"""Clauses: what may a rule of a draft say?

A share is a true fraction of a base; the number of units it comes to is shown while it is edited. A decision needs at
least half of its base, or a minority would decide. Where the numbers of a rule change and its words were left alone,
the words follow: a charter never says two thirds and counts three quarters.
"""

import re

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import Refused, verb
from members.mandates import Role, acts_as

from . import charter, rules
from .models import CharterRule, CharterVersion

Kind = CharterRule.Kind
#: Shares that are no decisions: of all units, without a base or a tie.
THRESHOLDS = ("quorum", "extraordinary_call")
#: Numbers with a limit of their own; the others end at a year.
MOST = {"chair_term_years": 5, "proxies": 1, "written_objection": 50}
MOST_DAYS = 366
MOST_DENOMINATOR = 1000
#: What a share decides stands before the share itself, and is kept when the share changes.
ABOUT = {
    "text_zh": re.compile(r"(.+?)(?:[，,]|以全体|以无记名)"),
    "text_en": re.compile(r"(.+?)(?:: | (?:needs?|pass(?:es)?|is (?:elected|taken|called)|the base)\b)"),
}
NAMES = ("numerator", "denominator", "inclusive", "base", "tie", "secret", "number")

# --- who may ------------------------------------------------------------------------------


def drafters(user) -> Q:
    return ALWAYS if acts_as(user, Role.SECRETARIAT) else NEVER


# --- what is seen -------------------------------------------------------------------------


@seen_by(CharterRule)
def visible_to(user):
    """Whoever sees a version sees its rules."""
    return CharterRule.objects.filter(version__in=charter.visible_to(user)).select_related("version")


# --- what can happen ----------------------------------------------------------------------


def _fixed(row, by):
    if row.version.state == CharterVersion.State.DRAFT:
        return ""
    return _("Version %(number)s is “%(state)s”; only the clauses of a draft are edited.") % {
        "number": row.version.number,
        "state": row.version.get_state_display(),
    }


def check(row) -> None:
    """Refuse what no charter can say, at the field that says it."""
    if row.kind == Kind.FRACTION:
        _check_share(row)
    elif row.kind != Kind.TEXT:
        most = MOST.get(row.code, MOST_DAYS)
        if not row.number or not 1 <= row.number <= most:
            _refuse("number", _("Enter a whole number from 1 to %(most)d.") % {"most": most})


def _check_share(row):
    up, down = row.numerator or 0, row.denominator or 0
    if up < 1 or down < 1:
        _refuse("numerator" if up < 1 else "denominator", _("Both numbers of a fraction are at least 1."))
    if up > down:
        _refuse(
            "numerator",
            _("%(share)d/%(whole)d is more than all. The upper number is at most the lower one.")
            % {"share": up, "whole": down},
        )
    if down > MOST_DENOMINATOR:
        _refuse("denominator", _("Write the fraction with smaller numbers."))
    if up == down and not row.inclusive:
        _refuse("inclusive", _("More than all can never be reached. Choose “this number or more”."))
    if row.code in THRESHOLDS:
        return
    if not row.base:
        _refuse("base", _("Say of what the share is taken."))
    if 2 * up < down:
        _refuse("numerator", _("A decision needs at least half; with less, a minority would decide."))


def _refuse(field, sentence):
    raise Refused(sentence, {field: [sentence]})


@verb(
    CharterRule,
    label=pgettext_lazy("charter", "Edit the clause"),
    may=drafters,
    guard=_fixed,
    reads=("version",),
)
def edit(row, *, by, text_zh="", text_en="", **given):
    """Change what a rule of a draft says. ``given``: any of :data:`NAMES`. It then awaits confirmation again."""
    before = CharterRule(
        **{name: getattr(row, name) for name in (*NAMES, "kind", "code", "text_zh", "text_en")}
    )
    for name, value in given.items():
        setattr(row, name, value)
    check(row)
    row.text_zh, row.text_en = text_zh or row.text_zh, text_en or row.text_en
    numbers = any(getattr(row, name) != getattr(before, name) for name in NAMES)
    if numbers:
        reworded(row, before)
    if not numbers and (row.text_zh, row.text_en) == (before.text_zh, before.text_en):
        raise Refused(_("Nothing was changed."))
    row.confirmed, row.confirmed_by, row.source = False, None, ""


def reworded(row, before) -> None:
    """Let the words follow the numbers, where the words were left alone."""
    if row.text_zh == before.text_zh:
        row.text_zh = _words(row, before, "text_zh", "zh-hans")
    if row.text_en == before.text_en:
        row.text_en = _words(row, before, "text_en", "en")


def _words(row, before, name, language):
    text = getattr(before, name)
    if row.kind == Kind.FRACTION:
        with translation.override(language):
            sentence = rules.describe(charter.arithmetic(row))
            if row.secret:
                sentence = _("%(sentence)s, by secret ballot") % {"sentence": sentence}
        if row.code in THRESHOLDS:
            return sentence
        about = ABOUT[name].match(text)
        if about is None:
            _refuse(name, _("Say in words what is decided by this share."))
        return f"{about[1]}{'，' if name == 'text_zh' else ': '}{sentence}"
    old, new = str(before.number), str(row.number)
    found = re.subn(rf"(?<!\d){old}(?!\d)", new, text, count=1)
    if not found[1]:
        _refuse(name, _("The number stands in words here. Write the sentence anew."))
    return found[0]


def draft_of(row, given) -> CharterRule:
    """The rule as it would stand, not saved: for the preview. Raises Refused as :func:`check` does."""
    copy = CharterRule(
        **{name: getattr(row, name) for name in (*NAMES, "kind", "code", "text_zh", "text_en")}
    )
    for name in NAMES:
        if name in given:
            setattr(copy, name, given[name])
    check(copy)
    return copy
