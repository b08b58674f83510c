"""Membership: from the application to the last day.

A zone applies. The secretariat checks the form of the application and may refuse it with a reason; whether the zone is
admitted, the joint meeting decides, and its decision alone makes a member. A member may leave: it gives notice, and its
membership lapses on the last day of the notice period that the charter sets, unless it recalls the notice before.
Each member has one vote, from the day it joins to its last day.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import search, subjects
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import Refused, verb

from .mandates import INSIDE, Role, acts_as, people
from .mandates import secretariat as secretariat_people
from .models import Membership, Organization

State = Membership.State
OPEN = (State.APPLIED, State.ACTIVE, State.LEAVING)

#: Days between giving notice and leaving, as ``(day) -> int``. The charter's chapter sets it, because the charter
#: belongs to meetings, which members cannot import.
notice_days: Callable[[date], int] | None = None


# --- reading --------------------------------------------------------------------------------


def belongs_on(day) -> Q:
    """The memberships in force on a day."""
    return Q(state__in=(State.ACTIVE, State.LEAVING, State.LEFT), joined_on__lte=day) & (
        Q(leaves_on=None) | Q(leaves_on__gte=day)
    )


def holds(membership, day) -> bool:
    """The same of one membership that is at hand, without a query."""
    begun = membership.state in (State.ACTIVE, State.LEAVING, State.LEFT) and membership.joined_on
    return bool(begun and begun <= day and (membership.leaves_on is None or membership.leaves_on >= day))


def members(on=None) -> QuerySet[Organization]:
    """The units that are members on a day (default: today), national zones first, then as they joined the list."""
    inside = Membership.objects.filter(belongs_on(on or timezone.localdate()), unit=OuterRef("pk"))
    return Organization.objects.filter(Exists(inside)).order_by("zone_profile__level", "pk")


def is_member(unit_id, on=None) -> bool:
    return Membership.objects.filter(belongs_on(on or timezone.localdate()), unit=unit_id).exists()


def state_word(membership, today=None) -> str:
    """The state as outsiders say it: a notice that has run out means a former member."""
    if lapsed(membership, today):
        return State.LEFT.label
    return membership.get_state_display()


def lapsed(membership, today=None) -> bool:
    return bool(
        membership.state == State.LEAVING
        and membership.leaves_on
        and membership.leaves_on < (today or timezone.localdate())
    )


# --- who may --------------------------------------------------------------------------------


def secretariat(user) -> Q:
    return ALWAYS if acts_as(user, Role.SECRETARIAT) else NEVER


def own_delegate(user) -> Q:
    """The delegate of the unit."""
    return Q(unit=user.unit_id) if acts_as(user, Role.DELEGATE) else NEVER


def nobody(user) -> Q:
    """Only the joint meeting's decision does this; see :func:`adopted`."""
    return NEVER


def may_apply(user) -> bool:
    return acts_as(user, Role.SECRETARIAT, Role.DELEGATE)


# --- what is seen ---------------------------------------------------------------------------


@seen_by(Membership)
def visible_to(user):
    """Everybody inside the alliance sees all; other people with a mandate their own unit's; the public the members."""
    if acts_as(user, *INSIDE):
        return Membership.objects.all()
    belongs = belongs_on(timezone.localdate())
    unit_id = getattr(user, "unit_id", None) if getattr(user, "is_authenticated", False) else None
    return Membership.objects.filter(belongs | Q(unit=unit_id) if unit_id else belongs)


def waiting_for(user):
    """The applications whose form the secretariat has to check and bring before the joint meeting."""
    rows = Membership.objects.filter(state=State.APPLIED)
    return rows if acts_as(user, Role.SECRETARIAT) else rows.none()


# --- who is told ----------------------------------------------------------------------------


def everyone_concerned(membership, event):
    """The unit's people, the secretariat, and the delegates of all members."""
    return [
        *people([membership.unit_id]),
        *secretariat_people(),
        *people(members(), [Role.DELEGATE]),
    ]


def unit_and_secretariat(membership, event):
    return [*people([membership.unit_id]), *secretariat_people()]


# --- what can happen ------------------------------------------------------------------------


@verb(Membership, label=_("Apply for membership"), may=may_apply, tells=unit_and_secretariat, creates=True)
def apply(*, unit, statement, by, now):
    """Ask to be admitted. A delegate applies for the own zone, the secretariat may enter a paper application."""
    if acts_as(by, Role.DELEGATE) and unit.pk != by.unit_id:
        raise Refused(_("You can apply only for your own unit."), {"unit": [_("Choose your own unit.")]})
    if unit.kind != Organization.Kind.ZONE or not unit.active:
        raise Refused(
            _("Members of the alliance are high-tech zones."), {"unit": [_("Choose a listed zone.")]}
        )
    for former in Membership.objects.filter(unit=unit, state=State.LEAVING):
        if lapsed(former, timezone.localdate(now)):
            lapse(former, by=None, now=now)
    if Membership.objects.filter(unit=unit, state__in=OPEN).exists():
        raise Refused(_("“%(unit)s” is a member already, or has applied.") % {"unit": unit})
    return Membership.objects.create(unit=unit, statement=statement)


@verb(
    Membership,
    label=_("Withdraw application"),
    from_=[State.APPLIED],
    to=State.WITHDRAWN,
    may=own_delegate,
    tells=unit_and_secretariat,
)
def withdraw(membership, *, reason="", by):
    """Take the application back before it is decided."""
    membership.reason = reason
    return {"reason": reason}


@verb(
    Membership, label=_("Admit"), from_=[State.APPLIED], to=State.ACTIVE, may=nobody, tells=everyone_concerned
)
def admit(membership, *, decision, concluded_by=None, by, now):
    """Make the unit a member from today on. Called when the joint meeting has adopted the admission."""
    membership.joined_on = timezone.localdate(now)
    return {"decision": decision, "concluded_by": concluded_by}


@verb(
    Membership,
    label=_("Refuse application"),
    from_=[State.APPLIED],
    to=State.REFUSED,
    may=secretariat,
    tells=unit_and_secretariat,
)
def refuse(membership, *, reason, by, decision=None, concluded_by=None):
    """Refuse for want of form (the secretariat), or because the joint meeting rejected the admission."""
    membership.reason = reason
    return {"reason": reason, "decision": decision, "concluded_by": concluded_by}


def _leaving_costs(membership):
    last = timezone.localdate() + timedelta(days=_notice(timezone.localdate()))
    return _("The membership and the vote end after %(day)s. Until then the notice can be recalled.") % {
        "day": last
    }


def _notice(day) -> int:
    if notice_days is None:
        raise Refused(_("The charter does not say how long the notice period is."))
    return notice_days(day)


@verb(
    Membership,
    label=_("Give notice of leaving"),
    from_=[State.ACTIVE],
    to=State.LEAVING,
    may=own_delegate,
    tells=everyone_concerned,
    consequence=_leaving_costs,
)
def leave(membership, *, reason, by, now):
    """Leave the alliance after the notice period of the charter in force today."""
    today = timezone.localdate(now)
    membership.leaves_on = today + timedelta(days=_notice(today))
    membership.reason = reason
    return {"reason": reason}


def is_lapsed(membership, by):
    return _("The notice period is over.") if lapsed(membership) else ""


@verb(
    Membership,
    label=_("Recall notice"),
    from_=[State.LEAVING],
    to=State.ACTIVE,
    may=own_delegate,
    tells=everyone_concerned,
    guard=is_lapsed,
)
def recall_leave(membership, *, by):
    """Stay a member: possible until the last day of the notice period."""
    membership.leaves_on = None
    membership.reason = ""


def is_not_lapsed(membership, by):
    return "" if lapsed(membership) else _("The notice period is not over.")


@verb(
    Membership,
    label=_("Close membership"),
    from_=[State.LEAVING],
    to=State.LEFT,
    may=secretariat,
    tells=unit_and_secretariat,
    guard=is_not_lapsed,
)
def lapse(membership, *, by):
    """Put the record of a membership away whose notice period is over; rights ended with its last day already."""


# --- what the joint meeting decides ---------------------------------------------------------


def adopted(membership, *, decision, by, now):
    """The joint meeting adopted the admission. The act is the meeting's: ``by`` is only who recorded the result."""
    admit(membership, by=None, now=now, decision=decision, concluded_by=getattr(by, "pk", None))


def rejected(membership, *, decision, by, now):
    """The joint meeting rejected the admission."""
    refuse(
        membership,
        by=None,
        now=now,
        reason=str(_("Rejected by the joint meeting")),
        decision=decision,
        concluded_by=getattr(by, "pk", None),
    )


subjects.register(
    Membership,
    label=_("Admission of a member"),
    adopted=adopted,
    rejected=rejected,
    candidates=lambda: Membership.objects.filter(state=State.APPLIED).select_related("unit"),
)


# --- how it is found ------------------------------------------------------------------------

search.register(
    Membership,
    title=lambda membership: membership.unit.name_zh,
    text=lambda membership: f"{membership.unit.short_zh} {membership.unit.name_en} {membership.statement}",
    visible=visible_to,
)
