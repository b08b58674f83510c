"""Who takes part in a meeting: who may run it, who sees it, who is told.

The secretariat runs it, the unit that presides approves, the members answer, those invited sit in. Every chapter that
hangs on a meeting asks here.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.permissions import ALWAYS, NEVER, granted, seen_by
from members import grants
from members.mandates import acts_as, people
from members.membership import members
from members.models import Mandate, Organization

from .models import AgendaItem, Invitation, Meeting

State = Meeting.State
Role = Mandate.Role
#: Who of a member unit takes part in its alliance work.
INSIDE = (Role.DELEGATE, Role.LIAISON, Role.EDITOR, Role.SERVICE)
#: Who of a member unit is told of meetings and answers.
SPEAKERS = (Role.DELEGATE, Role.LIAISON)
PREPARING = (State.COLLECTING, State.SUBMITTED, State.APPROVED)
#: States in which whoever is invited sees it.
CONVENED = (State.CALLED, State.IN_SESSION, State.CLOSED, State.ARCHIVED, State.CANCELLED)

# --- who may ------------------------------------------------------------------------------


def conveners(user) -> Q:
    """Secretariat staff run the schedule."""
    return ALWAYS if acts_as(user, Role.SECRETARIAT) else NEVER


def approvers(user) -> Q:
    """The delegate of the unit that presides approves the agenda."""
    return Q(chair=user.unit_id) if acts_as(user, Role.DELEGATE) else NEVER


def conveners_or_approvers(user) -> Q:
    return conveners(user) | approvers(user)


def of_a_member(user) -> Q:
    """Whether this person speaks or works for a member unit today: true of every row or of none."""
    if not acts_as(user, *INSIDE):
        return NEVER
    return Q(Exists(members(timezone.localdate()).filter(pk=user.unit_id)))


# --- what is seen -------------------------------------------------------------------------


@seen_by(Meeting)
def visible_to(user):
    """All for the secretariat; its own for the presiding unit; for members once items are collected; for whoever is
    invited once it is called; for observers once it is archived; for guests by a grant."""
    if not user.is_authenticated:
        return Meeting.objects.none()
    if acts_as(user, Role.SECRETARIAT):
        return Meeting.objects.all()
    seen = granted(user, "meetings.view_meeting")
    if user.unit_id:
        invited = Invitation.objects.filter(meeting=OuterRef("pk"), unit=user.unit_id)
        seen |= Q(state__in=CONVENED) & Q(Exists(invited))
    if acts_as(user, *INSIDE):
        proposed = AgendaItem.objects.filter(meeting=OuterRef("pk"), unit=user.unit_id)
        seen |= Q(state__in=PREPARING) & of_a_member(user)
        seen |= Q(state=State.CANCELLED) & Q(Exists(proposed))
        seen |= Q(chair=user.unit_id)
    if acts_as(user, Role.OBSERVER):
        seen |= Q(state=State.ARCHIVED)
    return Meeting.objects.filter(seen)


def waiting_for(user):
    """Meetings whose next step is this person's."""
    rows = visible_to(user)
    if acts_as(user, Role.SECRETARIAT):
        return rows.filter(state__in=[State.DRAFT, State.COLLECTING, State.APPROVED, State.CLOSED])
    if acts_as(user, Role.DELEGATE):
        return rows.filter(state=State.SUBMITTED, chair=user.unit_id)
    return rows.none()


# --- who is told --------------------------------------------------------------------------


def presiding(meeting):
    return people([meeting.chair], [Role.DELEGATE]) if meeting.chair_id else []


def member_speakers():
    return people(members(timezone.localdate()), SPEAKERS)


def invited(meeting, *, except_declined=False):
    """Delegates and liaisons of the members invited, and everybody of the units that sit in."""
    rows = meeting.invitations.all()
    if except_declined:
        rows = rows.exclude(state=Invitation.State.DECLINED)
    seats = dict(rows.values_list("unit", "capacity"))
    voting = [unit for unit, capacity in seats.items() if capacity == Invitation.Capacity.MEMBER]
    sitting_in = [unit for unit in seats if unit not in voting]
    return people(voting, SPEAKERS) + (people(sitting_in) if sitting_in else [])


def concerned(meeting):
    """Whoever counted on a meeting that is not yet called: the presiding unit and the units with items."""
    units = (
        AgendaItem.objects.filter(meeting=meeting).exclude(state=AgendaItem.State.WITHDRAWN).values("unit")
    )
    return presiding(meeting) + people(Organization.objects.filter(pk__in=units), SPEAKERS)


# --- guests ---------------------------------------------------------------------------------

grants.opens(Meeting, "meetings.view_meeting", label=_("Guest of this meeting"))
