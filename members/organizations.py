"""Organizations: every unit a person can act for, or a zone can work with.

The secretariat registers units of any kind; a zone registers companies located in it. Each unit keeps its own entry.
A company's unified social credit code is checked when it is entered. The public sees the zones; everyone with a
mandate sees the listed units, but companies only those inside the alliance, the company itself, and whom the
secretariat opened its file to. A unit is never deleted: it is retired, because decisions name it.
"""

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core import search
from core.permissions import ALWAYS, NEVER, granted, seen_by
from core.workflow import Refused, verb

from . import grants, uscc
from .mandates import INSIDE, Role, acts_as, people
from .models import Membership, Organization
from .pinyin import spelled

Kind = Organization.Kind
KEEPERS = (Role.EDITOR, Role.DELEGATE)
#: Fields that ``register`` and ``edit`` set as they are given.
PLAIN = (
    "name_zh",
    "name_en",
    "short_zh",
    "short_en",
    "city",
    "zone",
    "description_zh",
    "description_en",
    "website",
)


# --- who may --------------------------------------------------------------------------------


def editors(user) -> Q:
    """The secretariat; a zone's delegate or editor for the zone; every other unit's own officers for the unit; a zone's
    delegate, editor or service officer for the companies in the zone."""
    if acts_as(user, Role.SECRETARIAT):
        return ALWAYS
    if acts_as(user, *KEEPERS):
        return Q(pk=user.unit_id) | Q(kind=Kind.COMPANY, zone=user.unit_id)
    if acts_as(user, Role.SERVICE):
        return Q(kind=Kind.COMPANY, zone=user.unit_id)
    if acts_as(user, Role.COMPANY, Role.BANK, Role.DEPARTMENT):
        return Q(pk=user.unit_id)
    return NEVER


def secretariat(user) -> Q:
    return ALWAYS if acts_as(user, Role.SECRETARIAT) else NEVER


def may_register(user) -> bool:
    return acts_as(user, Role.SECRETARIAT, Role.DELEGATE, Role.EDITOR, Role.SERVICE)


def offered_kinds(user) -> list:
    return list(Kind) if acts_as(user, Role.SECRETARIAT) else [Kind.COMPANY] if may_register(user) else []


# --- what is seen ---------------------------------------------------------------------------


@seen_by(Organization)
def visible_to(user):
    """See the module: listed zones for everybody, the rest by mandate."""
    if acts_as(user, Role.SECRETARIAT):
        return Organization.objects.all()
    if not getattr(user, "is_authenticated", False) or not user.unit_id:
        return Organization.objects.filter(active=True, kind=Kind.ZONE)
    if acts_as(user, *INSIDE):
        return Organization.objects.filter(Q(active=True) | Q(pk=user.unit_id))
    seen = ~Q(kind=Kind.COMPANY) | granted(user, "members.view_organization")
    return Organization.objects.filter((Q(active=True) & seen) | Q(pk=user.unit_id))


# --- who is told ----------------------------------------------------------------------------


def own_people(unit, event):
    """Whoever acts for the unit, and the delegate and editor of the zone it lies in."""
    told = people([unit.pk])
    return told + (people([unit.zone_id], KEEPERS) if unit.zone_id else [])


# --- what can happen ------------------------------------------------------------------------


def code_for(name_zh: str, name_en: str = "") -> str:
    """A free code made of the English name, or of the pinyin of the Chinese one."""
    stem = slugify(name_en) or slugify(spelled(name_zh).replace(" ", "-")) or "unit"
    stem = stem[:50].strip("-")
    taken = set(Organization.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if (stem if n == 1 else f"{stem}-{n}") not in taken)
    return stem if number == 1 else f"{stem}-{number}"


def _set_uscc(unit, given):
    if not given:
        unit.uscc = None
        return
    unit.uscc = uscc.checked(given)
    if Organization.objects.filter(uscc=unit.uscc).exclude(pk=unit.pk).exists():
        sentence = _("A unit with this code is already registered.")
        raise Refused(sentence, {"uscc": [sentence]})


def _place(unit):
    if unit.zone is not None and unit.zone.kind != Kind.ZONE:
        raise Refused(_("A unit is located in a zone."), {"zone": [_("Choose a high-tech zone.")]})
    if unit.zone is not None and unit.zone_id == unit.pk:
        raise Refused(_("A unit is not located in itself."), {"zone": [_("Leave this empty.")]})


@verb(
    Organization,
    label=_("Register organization"),
    may=may_register,
    tells=own_people,
    creates=True,
    primary=True,
)
def register(*, kind, name_zh, uscc="", industries=(), by, **plain):
    """Enter a new unit. A zone may enter companies only, and only its own."""
    if kind not in offered_kinds(by):
        raise Refused(_("A zone registers the companies located in it."), {"kind": [_("Choose “Company”.")]})
    unit = Organization(kind=kind, name_zh=name_zh, **{name: plain[name] for name in PLAIN if name in plain})
    if not acts_as(by, Role.SECRETARIAT):
        unit.zone = by.unit
    unit.code = code_for(name_zh, unit.name_en)
    _set_uscc(unit, uscc)
    _place(unit)
    unit.save()
    unit.industries.set(industries)
    return unit


@verb(Organization, label=_("Edit entry"), may=editors, tells=own_people)
def edit(unit, *, uscc=None, industries=None, by, **plain):
    """Change what is said about a unit. Only the secretariat moves a unit to another zone."""
    zone_before = unit.zone_id
    for name in PLAIN:
        if name in plain:
            setattr(unit, name, plain[name])
    if unit.zone_id != zone_before and not acts_as(by, Role.SECRETARIAT):
        raise Refused(
            _("Only the secretariat moves a unit to another zone."), {"zone": [_("Leave this as it was.")]}
        )
    if uscc is not None:
        _set_uscc(unit, uscc)
    _place(unit)
    if industries is None:
        return {}
    old, new = set(unit.industries.all()), set(industries)
    unit.industries.set(new)
    if old == new:
        return {}
    return {"industries": [sorted(i.code for i in old), sorted(i.code for i in new)]}


def is_bound(unit, by=None):
    open_states = (Membership.State.APPLIED, Membership.State.ACTIVE, Membership.State.LEAVING)
    if not unit.active:
        return _("It is already retired.")
    if any(membership.state in open_states for membership in unit.memberships.all()):
        return _("A unit with a membership or an application cannot be retired.")
    return ""


def is_listed(unit, by=None):
    return _("It is listed.") if unit.active else ""


@verb(
    Organization,
    label=_("Retire"),
    may=secretariat,
    tells=own_people,
    guard=is_bound,
    reads=("memberships",),
    consequence=_("It is no longer listed or offered. What it did and decided stays."),
)
def retire(unit, *, reason, by):
    """Take the unit off the lists."""
    unit.active = False
    return {"reason": reason}


@verb(Organization, label=_("Restore"), may=secretariat, tells=own_people, guard=is_listed)
def restore(unit, *, by):
    """List the unit again."""
    unit.active = True


grants.opens(Organization, "members.view_organization", label=_("May see this entry"))


# --- how it is found ------------------------------------------------------------------------


def _found_by(unit):
    return " ".join(
        [unit.short_zh, unit.name_en, unit.short_en, unit.pinyin, unit.initials, unit.city, unit.uscc or ""]
        + [unit.description_zh, unit.description_en]
    )


search.register(Organization, title="name_zh", text=_found_by, visible=visible_to)
