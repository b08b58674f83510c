"""Who is in the room, and are they enough?

A unit checks in once: whoever acts for it scans the code shown in the room or types its six digits, or the clerk ticks
it from the paper list. It may leave and come back. Units sitting in may check in too; only the units entitled to vote
count for the quorum, which is taken from the charter version the meeting was called under.
"""

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.permissions import ALWAYS, NEVER, seen_by, visible
from core.workflow import NotAllowed, Refused, WrongState, verb
from members import mandates
from members.models import Mandate, Organization

from . import arithmetic, charter, parties
from .models import CharterRule, Invitation, Meeting, Presence, Proxy
from .models.meeting import Kind

Role = Mandate.Role
#: In these states people may come in: the quorum must be counted before the meeting can be opened.
DOORS_OPEN = (Meeting.State.CALLED, Meeting.State.IN_SESSION)
#: Wrong six digits a person may type, and for how long (seconds) no more are looked at after that.
TRIES, PAUSE = 5, 300


class TooManyTries(Refused):
    """Somebody is guessing."""

    status = 429


# --- who may ------------------------------------------------------------------------------


def may_check_in(user) -> bool:
    """The clerk, and whoever sits in the room for a unit."""
    return mandates.acts_as(user, Role.SECRETARIAT, Role.DELEGATE, Role.LIAISON, Role.OBSERVER)


def clerk_or_own_unit(user) -> Q:
    if mandates.acts_as(user, Role.SECRETARIAT):
        return ALWAYS
    return Q(unit=user.unit_id) if may_check_in(user) else NEVER


# --- what is seen -------------------------------------------------------------------------


@seen_by(Presence)
def visible_to(user):
    """Whoever may see the meeting sees who is there."""
    return Presence.objects.filter(meeting__in=visible(Meeting, user)).select_related("unit")


def open_presences(meeting):
    return meeting.presences.filter(left_at=None)


def present_units(meeting):
    """The entitled units that are in the room now."""
    return Organization.objects.filter(
        pk__in=meeting.invitations.filter(
            capacity=Invitation.Capacity.MEMBER, unit__in=open_presences(meeting).values("unit")
        ).values("unit")
    )


def entitled_units(meeting):
    """The units that may vote in this meeting, in the order of the invitations."""
    return Organization.objects.filter(
        pk__in=meeting.invitations.filter(capacity=Invitation.Capacity.MEMBER).values("unit")
    )


def charter_rule(meeting, code: str) -> CharterRule:
    """The rule of the charter version the meeting was called under; before that, of the day it begins."""
    if meeting.charter_id:
        return CharterRule.objects.get(version=meeting.charter_id, code=code)
    return charter.rule(code, timezone.localdate(meeting.starts_at))


def quorum(meeting) -> arithmetic.QuorumResult:
    """应到、实到、法定: from the invitations, the open presences and the charter, as they stand."""
    return quorum_of(meeting, board(meeting))


def quorum_of(meeting, tiles: list[Invitation]) -> arithmetic.QuorumResult:
    """The same from the :func:`board`, when that has been read already."""
    entitled = [tile for tile in tiles if tile.capacity == Invitation.Capacity.MEMBER]
    rows = charter_rules(meeting, "quorum", "proxy_presence")
    stands_in = represented_counts(rows)
    present = sum(bool(tile.presence_id or (stands_in and tile.holder_id)) for tile in entitled)
    return arithmetic.quorum(charter.arithmetic(rows["quorum"]), len(entitled), present)


def charter_rules(meeting, *codes: str) -> dict[str, CharterRule]:
    """Several rules at once, by code; a rule the charter does not have is left out."""
    version = meeting.charter_id or charter.version(timezone.localdate(meeting.starts_at)).pk
    return {row.code: row for row in CharterRule.objects.filter(version=version, code__in=codes)}


def represented_counts(rows: dict[str, CharterRule]) -> bool:
    """Whether a unit represented by proxy counts as present; where the charter says nothing, it does."""
    rule = rows.get("proxy_presence")
    return rule is None or bool(rule.number)


def board(meeting) -> list[Invitation]:
    """Every unit invited, members first, with the open ``presence_id`` and ``arrived_at``, or when it last ``left``;
    of one that is not there, the unit in the room that holds its proxy (``holder_id``)."""
    stays = Presence.objects.filter(meeting=OuterRef("meeting"), unit=OuterRef("unit"))
    here, gone = stays.filter(left_at=None), stays.exclude(left_at=None).order_by("-left_at")
    held = proxies_in_force().filter(meeting=OuterRef("meeting"), principal=OuterRef("unit"))
    return list(
        meeting.invitations.select_related("unit")
        .annotate(
            presence_id=Subquery(here.values("pk")),
            arrived_at=Subquery(here.values("arrived_at")),
            left=Subquery(gone.values("left_at")[:1]),
            holder_id=Subquery(held.values("holder")),
        )
        .order_by("capacity", "pk")
    )


def proxies_in_force():
    """The proxies whose holder is in the room while the unit itself is not."""
    here = Presence.objects.filter(meeting=OuterRef("meeting"), left_at=None)
    return Proxy.objects.filter(
        Exists(here.filter(unit=OuterRef("holder"))),
        ~Exists(here.filter(unit=OuterRef("principal"))),
        state=Proxy.State.LODGED,
    )


# --- who is told --------------------------------------------------------------------------


def own_people_when_by_clerk(presence, event):
    """What the clerk writes down about a unit, the unit's own people can check at once."""
    if event.unit_id == presence.unit_id:
        return []
    return mandates.people([presence.unit_id], parties.SPEAKERS)


# --- what can happen ------------------------------------------------------------------------


@verb(
    Presence,
    label=gettext_lazy("Check in"),
    may=may_check_in,
    creates=True,
    tells=own_people_when_by_clerk,
)
def check_in(*, by, now, meeting, unit=None, name="", pin="", code=None):
    """A unit has come. ``pin`` or ``code`` prove that the person is in the room; the clerk needs neither."""
    clerk = mandates.acts_as(by, Role.SECRETARIAT)
    unit = unit or by.unit
    if unit.pk != by.unit_id and not clerk:
        raise NotAllowed(_("You can check in only your own unit."))
    # The lock puts check-ins of one meeting in order, and keeps the roll still while a vote opens.
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if meeting.kind == Kind.WRITTEN:
        raise WrongState(_("A written vote has no room to check in to."))
    if meeting.state not in DOORS_OPEN:
        raise WrongState(
            _("Check-in is closed: the meeting is “%(state)s”.") % {"state": meeting.get_state_display()}
        )
    invitation = meeting.invitations.filter(unit=unit).prefetch_related("attendees").first()
    if invitation is None:
        sentence = _("%(unit)s is not invited to this meeting.") % {"unit": unit}
        raise Refused(sentence, {"unit": [sentence]})
    means = Presence.Means.CLERK if clerk else _means(meeting, pin, code)
    before = open_presences(meeting).filter(unit=unit).first()
    if before:
        raise WrongState(
            _("%(unit)s has been checked in since %(time)s.")
            % {"unit": unit, "time": f"{timezone.localtime(before.arrived_at):%H:%M}"}
        )
    announced = next((attendee.name for attendee in invitation.attendees.all()), "")
    presence = Presence.objects.create(
        meeting=meeting,
        unit=unit,
        person=None if clerk else by,
        name=name or (announced if clerk else by.name),
        means=means,
        arrived_at=now,
    )
    return presence, {"meeting": meeting.pk, "unit": unit.pk, "means": means}


def _means(meeting, pin, code):
    if code is not None and constant_time_compare(code, meeting.check_in_code):
        return Presence.Means.QR
    if pin and constant_time_compare(pin, meeting.pin):
        return Presence.Means.PIN
    sentence = _("These six digits are not those shown in the room.")
    raise Refused(sentence, {"pin": [sentence]})


def refuse_guessing(meeting, pin: str, by) -> None:
    """Count wrong six digits; TooManyTries after five.

    For the doors, outside the transaction of the verb, where a refusal would take the count back.
    """
    key = f"check-in:{meeting.pk}:{by.pk}"
    if cache.get(key, 0) >= TRIES:
        raise TooManyTries(_("Too many wrong codes. Ask the clerk, or try again in five minutes."))
    if pin and not constant_time_compare(pin, meeting.pin):
        cache.add(key, 0, PAUSE)
        cache.incr(key)


def _has_left(presence, by):
    if presence.left_at:
        return _("%(unit)s left at %(time)s.") % {
            "unit": presence.unit,
            "time": f"{timezone.localtime(presence.left_at):%H:%M}",
        }
    return ""


@verb(
    Presence,
    label=gettext_lazy("Leave the meeting"),
    may=clerk_or_own_unit,
    guard=_has_left,
    tells=own_people_when_by_clerk,
)
def leave(presence, *, by, now):
    """The unit has left; it no longer counts for the quorum until it checks in again."""
    presence.left_at = now
