"""The waiver of notice: may a meeting be called at shorter notice than the charter gives?

Only when every member unit agrees. The secretariat asks; the delegate of each unit signs for the meeting at the time it
then has. With the last signature the notice may leave; when the meeting moves before that, the signatures no longer
count. Who signed is recorded with the call and stands in the minutes.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock
from core.permissions import NEVER
from core.workflow import WrongState, verb
from members.mandates import Role, acts_as, people
from members.membership import members

from . import deadlines
from .models import Meeting, NoticeWaiver
from .parties import PREPARING, conveners, of_a_member

# --- who may ------------------------------------------------------------------------------


def signers(user) -> Q:
    """The delegate of a member unit."""
    return of_a_member(user) if acts_as(user, Role.DELEGATE) else NEVER


# --- what is seen -------------------------------------------------------------------------


def signatures(meeting):
    """The signatures that count: those for the time the meeting has now."""
    return meeting.waivers.filter(starts_at=meeting.starts_at).select_related("unit", "person")


def missing(meeting, on):
    """The member units of a day that have not signed."""
    return members(on).exclude(pk__in=signatures(meeting).values("unit"))


def complete(meeting, now) -> bool:
    """Whether every member unit agrees to the shorter notice."""
    on = clock.local_date(now)
    return members(on).exists() and not missing(meeting, on).exists()


def used(meeting) -> list[NoticeWaiver]:
    """The signatures under which the notice left later than the charter allows; none where it left in time."""
    if meeting.called_at is None or not (signed := list(signatures(meeting))):
        return []
    at = meeting.called_at
    return (
        signed if deadlines.too_short(meeting.starts_at, urgent=meeting.urgent, called_at=at, now=at) else []
    )


def is_short(meeting, now) -> bool:
    """Whether a notice sent now would come too late by the charter."""
    return bool(deadlines.too_short(meeting.starts_at, urgent=meeting.urgent, called_at=now, now=now))


def sentence(meeting) -> str:
    """For the page and the minutes: who agreed to the shorter notice. Empty where none was needed."""
    units = [str(each.unit) for each in used(meeting)]
    if not units:
        return ""
    return _("All %(n)d member units agreed in writing to shorter notice: %(units)s.") % {
        "n": len(units),
        "units": "、".join(units),
    }


# --- what can happen ----------------------------------------------------------------------


def _not_needed(meeting, by):
    if is_short(meeting, timezone.now()):
        return ""
    return _("The notice can still leave in time, so no waiver is needed.")


def _cannot_sign(meeting, by):
    if closed := _not_needed(meeting, by):
        return closed
    if by is not None and signatures(meeting).filter(unit=by.unit_id).exists():
        return _("Your unit has signed already.")
    return ""


@verb(
    Meeting,
    label=lazy("Ask to waive the notice"),
    may=conveners,
    from_=PREPARING,
    guard=_not_needed,
    tells=lambda meeting, event: people(missing(meeting, clock.local_date(event.at)), [Role.DELEGATE]),
    consequence=lambda meeting: (
        _("%(n)d units that have not signed are asked to agree to shorter notice.")
        % {"n": missing(meeting, timezone.localdate()).count()}
    ),
)
def ask_waiver(meeting, *, by, reason):
    """Ask the delegates who have not signed to agree to shorter notice, with the reason for the haste."""
    return {"reason": reason}


@verb(
    Meeting,
    label=lazy("Agree to shorter notice"),
    may=signers,
    from_=PREPARING,
    guard=_cannot_sign,
    consequence=lazy(
        "Your unit's signature is recorded. The notice may leave once every member unit has signed."
    ),
)
def waive_notice(meeting, *, by, now):
    """Sign for the unit that it waives the charter's notice for this meeting at its present time."""
    if signatures(meeting).filter(unit=by.unit_id).exists():
        raise WrongState(_("Your unit has signed already."))
    NoticeWaiver.objects.create(meeting=meeting, unit=by.unit, person=by, starts_at=meeting.starts_at, at=now)
    return {"unit": by.unit_id, "starts_at": meeting.starts_at}
