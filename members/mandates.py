"""Mandates: who speaks for which unit, in which role, until when.

A person acts for a unit only under a mandate. The secretariat appoints; the delegate of a unit appoints the unit's own
liaisons, editors and service officers. A mandate may have a last day, after which it is simply no longer in force:
nothing has to run for that. When a post changes hands, the old mandate ends and the new one begins the day after;
votes, tasks and data stay with the unit.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import search
from core.notices import Recipient, knows_who_acts
from core.permissions import ALWAYS, NEVER, seen_by
from core.reminders import Due, reminder
from core.workflow import Refused, verb

from .models import Mandate, Organization

Role = Mandate.Role
Kind = Organization.Kind

#: The roles a unit of each kind can give.
ROLES = {
    Kind.ZONE: (Role.DELEGATE, Role.LIAISON, Role.EDITOR, Role.SERVICE),
    Kind.SECRETARIAT: (Role.SECRETARIAT,),
    Kind.COMPANY: (Role.COMPANY,),
    Kind.BANK: (Role.BANK,),
    Kind.DEPARTMENT: (Role.DEPARTMENT, Role.OBSERVER),
    Kind.INSTITUTE: (Role.OBSERVER,),
    Kind.FUND: (Role.OBSERVER,),
}
#: The roles a delegate gives within the own unit.
STAFF = (Role.LIAISON, Role.EDITOR, Role.SERVICE)
#: The roles of those who belong to the alliance, as against those it serves.
INSIDE = (Role.SECRETARIAT, Role.DELEGATE, Role.LIAISON, Role.EDITOR, Role.SERVICE, Role.OBSERVER)
#: When mandates are recalled before their end, and at which hour of the day.
RECALLED_BEFORE = {"month": 30, "week": 7}  # days
MORNING = time(9)


# --- reading --------------------------------------------------------------------------------


def in_force(person, today=None):
    """The person's mandates in force on a day, with their units, in a stable order."""
    return (
        person.mandates.filter(valid_on(today or timezone.localdate())).select_related("unit").order_by("pk")
    )


def valid_on(day, prefix=""):
    """The mandates in force on a day, as a Q; ``prefix`` reaches them from another table ("mandates__")."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def acts_as(user, *roles):
    """Whether the person acts, now, under a mandate of one of these roles. False for the anonymous user."""
    return getattr(user, "role", "") in roles if roles and getattr(user, "is_authenticated", False) else False


def people(units, roles=(), day=None):
    """Notices.Recipient for everyone who holds one of the roles (any, if none named) for one of the units on a day."""
    found = (
        Mandate.objects.filter(valid_on(day or timezone.localdate()), unit__in=units, person__is_active=True)
        .select_related("person", "unit")
        .order_by("pk")
    )
    if roles:
        found = found.filter(role__in=roles)
    return [Recipient(mandate.person, mandate.unit) for mandate in found]


@knows_who_acts
def acting_today(pairs):
    """Of (person, unit) ids those with a mandate in force today."""
    rows = Mandate.objects.filter(
        valid_on(timezone.localdate()),
        person__in={person for person, _unit in pairs},
        unit__in={unit for _person, unit in pairs},
    )
    return pairs & set(rows.values_list("person", "unit"))


def secretariat():
    """Everyone who acts for the secretariat today."""
    return people(Organization.objects.filter(kind=Kind.SECRETARIAT), [Role.SECRETARIAT])


def is_inside(user):
    """Whether the person acts for the secretariat, a zone or a guiding body."""
    return acts_as(user, *INSIDE)


# --- who may --------------------------------------------------------------------------------


def keepers(user) -> Q:
    """The secretariat keeps every mandate; a delegate those of the own unit's staff."""
    if acts_as(user, Role.SECRETARIAT):
        return ALWAYS
    if acts_as(user, Role.DELEGATE):
        return Q(unit=user.unit_id, role__in=STAFF)
    return NEVER


def may_appoint(user) -> bool:
    return acts_as(user, Role.SECRETARIAT, Role.DELEGATE)


def offered_roles(user, unit=None) -> list:
    """The roles this user may give, for one unit or for any."""
    mine = STAFF if acts_as(user, Role.DELEGATE) else tuple(Role) if acts_as(user, Role.SECRETARIAT) else ()
    return [role for role in mine if unit is None or role in ROLES[unit.kind]]


def offered_units(user):
    """The units for which this user may appoint."""
    units = Organization.objects.filter(active=True)
    if acts_as(user, Role.SECRETARIAT):
        return units
    return units.filter(pk=user.unit_id) if acts_as(user, Role.DELEGATE) else units.none()


# --- what is seen ---------------------------------------------------------------------------


@seen_by(Mandate)
def visible_to(user):
    """All for the secretariat; for the others inside, the own unit's and every zone's delegates and liaisons in force;
    for everybody else the own unit's and the own."""
    if acts_as(user, Role.SECRETARIAT):
        return Mandate.objects.all()
    if not getattr(user, "is_authenticated", False):
        return Mandate.objects.none()
    seen = Q(person=user)
    if user.unit_id:
        seen |= Q(unit=user.unit_id)
    if is_inside(user):
        seen |= Q(role__in=(Role.DELEGATE, Role.LIAISON, Role.SECRETARIAT)) & valid_on(timezone.localdate())
    return Mandate.objects.filter(seen)


# --- who is told ----------------------------------------------------------------------------


def holder_and_unit(mandate, event):
    """The holder, and the delegates of the unit."""
    # For themselves: a mandate that has ended or not yet begun would hold the mail back.
    return [Recipient(mandate.person), *people([mandate.unit_id], [Role.DELEGATE])]


# --- what can happen ------------------------------------------------------------------------


def check_fit(by, unit, role):
    """Refuse a role that the unit cannot give, or that this person cannot give for it."""
    if role not in ROLES[unit.kind]:
        raise Refused(
            _("“%(unit)s” cannot give the role “%(role)s”.") % {"unit": unit, "role": Role(role).label},
            {"role": [_("Choose a role that fits the kind of unit.")]},
        )
    if by is not None and role not in offered_roles(by, unit):
        raise Refused(
            _("A delegate appoints liaisons, editors and service officers of the own unit."),
            {"role": [_("Ask the secretariat for this role.")]},
        )
    if by is not None and not offered_units(by).filter(pk=unit.pk).exists():
        raise Refused(_("You can appoint only for your own unit."), {"unit": [_("Choose your own unit.")]})


def _free(person, unit, role, starts_on, ends_on):
    """Refuse a second mandate for the same post of the same person while the first is in force."""
    same = Mandate.objects.filter(person=person, unit=unit, role=role)
    if ends_on is not None:
        same = same.filter(starts_on__lte=ends_on)
    if same.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)).exists():
        raise Refused(
            _("%(person)s already holds this role for %(unit)s in that time.")
            % {"person": person, "unit": unit}
        )


@verb(Mandate, label=_("Appoint"), may=may_appoint, tells=holder_and_unit, creates=True)
def appoint(*, person, unit, role, title="", starts_on=None, ends_on=None, by, now):
    """Let a person act for a unit in a role, from a day on and perhaps until a last day."""
    check_fit(by, unit, role)
    return create(
        person=person, unit=unit, role=role, title=title, starts_on=starts_on, ends_on=ends_on, now=now
    )


def create(*, person, unit, role, title="", starts_on=None, ends_on=None, now):
    """The mandate itself, for callers that have already found the right to it (an accepted invitation)."""
    starts_on = starts_on or timezone.localdate(now)
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("The last day lies before the first."), {"ends_on": [_("Choose a later day.")]})
    if not person.is_active:
        raise Refused(_("This account is closed."), {"person": [_("Reopen the account first.")]})
    _free(person, unit, role, starts_on, ends_on)
    return Mandate.objects.create(
        person=person, unit=unit, role=role, title=title, starts_on=starts_on, ends_on=ends_on
    )


def is_over(mandate, by=None):
    if mandate.ends_on is not None and mandate.ends_on < timezone.localdate():
        return _("This mandate has ended.")
    return ""


@verb(Mandate, label=_("Extend"), may=keepers, tells=holder_and_unit, guard=is_over)
def extend(mandate, *, ends_on=None, by):
    """Move the last day, or take it away (open-ended)."""
    if ends_on is not None and ends_on < max(mandate.starts_on, timezone.localdate()):
        raise Refused(_("To end a mandate, use “End”."), {"ends_on": [_("Choose a day from today on.")]})
    mandate.ends_on = ends_on


@verb(
    Mandate,
    label=_("Hand over"),
    may=keepers,
    tells=holder_and_unit,
    guard=is_over,
    primary=True,
    consequence=_("Only the person changes. Votes, tasks and data stay with the unit."),
)
def hand_over(mandate, *, person, on=None, title="", by, now):
    """End the mandate ``on`` a day (default: today) and give the same post to another person from the day after."""
    on = on or timezone.localdate(now)
    if person.pk == mandate.person_id:
        raise Refused(
            _("The post is already theirs."), {"person": [_("Choose the person who takes it over.")]}
        )
    ends_on = mandate.ends_on if mandate.ends_on and mandate.ends_on > on else None
    _finish(mandate, on, now)
    mandate.ended_reason = str(_("Handed over"))
    successor = appoint(
        person=person,
        unit=mandate.unit,
        role=mandate.role,
        title=title or mandate.title,
        starts_on=on + timedelta(days=1),
        ends_on=ends_on,
        by=by,
        now=now,
    )
    return {"successor": successor.pk, "on": on}


@verb(
    Mandate,
    label=_("End"),
    may=keepers,
    tells=holder_and_unit,
    guard=is_over,
    consequence=_("The person can no longer act for the unit after that day."),
)
def end(mandate, *, on=None, reason, by, now):
    """Make ``on`` the last day (default: today; yesterday ends it at once)."""
    on = on or timezone.localdate(now)
    _finish(mandate, on, now)
    others = Mandate.objects.filter(
        valid_on(on + timedelta(days=1)), role=Role.SECRETARIAT, person__is_active=True
    )
    if mandate.role == Role.SECRETARIAT and not others.exclude(pk=mandate.pk).exists():
        raise Refused(_("This is the last mandate of the secretariat. Appoint another person first."))
    mandate.ended_reason = reason
    return {"reason": reason}


def _finish(mandate, on: date, now: datetime):
    yesterday = timezone.localdate(now) - timedelta(days=1)
    if on < yesterday:
        raise Refused(_("What was done under a mandate stays so."), {"on": [_("Choose yesterday or later.")]})
    if mandate.ends_on is not None and on > mandate.ends_on:
        raise Refused(_("It ends earlier anyway."), {"on": [_("Choose a day before its present end.")]})
    # One that has not begun ends on the eve of its beginning: it was never in force.
    mandate.ends_on = max(on, mandate.starts_on - timedelta(days=1))


# --- what comes due -------------------------------------------------------------------------


def _ending(days):
    def find(after, until):
        first = timezone.localdate(after) + timedelta(days=days)
        last = timezone.localdate(until) + timedelta(days=days)
        successor = Mandate.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=OuterRef("ends_on")),
            unit=OuterRef("unit"),
            role=OuterRef("role"),
            starts_on__gte=OuterRef("starts_on"),
        ).exclude(pk=OuterRef("pk"))
        rows = (
            Mandate.objects.filter(~Exists(successor), ends_on__gte=first, ends_on__lte=last)
            .filter(person__is_active=True)
            .select_related("person", "unit")
        )
        for mandate in rows:
            at = timezone.make_aware(datetime.combine(mandate.ends_on - timedelta(days=days), MORNING))
            if after < at <= until:
                yield Due(mandate, at, [*holder_and_unit(mandate, None), *secretariat()])

    return find


for _name, _days in RECALLED_BEFORE.items():
    reminder(f"members.mandate.remind_end_{_name}", label=_("A mandate is about to end"))(_ending(_days))


# --- how it is found ------------------------------------------------------------------------

search.register(
    Mandate,
    title=lambda mandate: f"{mandate.person} {mandate.unit.name_zh}",
    text=lambda mandate: (
        f"{mandate.title} {mandate.unit.short_zh} {mandate.unit.name_en} {mandate.person.username}"
    ),
    visible=visible_to,
    date="starts_on",
)
