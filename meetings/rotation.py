"""The order of rotation: which unit is next to chair?

A round lists the member units in an order. A unit that has chaired has had its turn; one that declines, or that the
joint meeting or the secretariat skips, says why and waits for the next round, unless it is put back. Two units may swap
places when both agree. The order proposes; only the joint meeting decides who chairs.
"""

from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from core import events, search
from core.clock import local_date
from core.models import Event
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import Refused, WrongState, verb
from members.mandates import Role, acts_as, is_inside, people, secretariat
from members.membership import members
from members.models import Organization

from .models import RotationPlace
from .parties import member_speakers

State = RotationPlace.State
WAITING = State.WAITING

# --- who may ------------------------------------------------------------------------------


def may_set_out(user) -> bool:
    return acts_as(user, Role.SECRETARIAT)


def keepers(user) -> Q:
    return ALWAYS if may_set_out(user) else NEVER


def own_delegate(user) -> Q:
    return Q(unit=user.unit_id) if acts_as(user, Role.DELEGATE) else NEVER


def asked(user) -> Q:
    """The delegate of the unit that is asked to swap."""
    return Q(swap_with__unit=user.unit_id) if acts_as(user, Role.DELEGATE) else NEVER


def nobody(user) -> Q:
    """What follows from the joint meeting's decision."""
    return NEVER


# --- what is seen -------------------------------------------------------------------------


@seen_by(RotationPlace)
def visible_to(user):
    """Everybody inside the alliance."""
    rows = RotationPlace.objects.select_related("unit", "swap_with__unit")
    return rows if is_inside(user) else rows.none()


def round_now() -> int:
    """The number of the round under way; 0 before the first."""
    return RotationPlace.objects.order_by("-round").values_list("round", flat=True).first() or 0


def order(user, round=None):
    """The places of a round (default: the one under way) in their order."""
    return visible_to(user).filter(round=round or round_now()).order_by("position", "pk")


def stands_in(on: date, *, instead_of: Organization) -> Organization | None:
    """The first unit in the order that still waits and is a member that day; without one, the next on the list of
    members after ``instead_of``."""
    units = list(members(on))
    ids = {unit.pk for unit in units} - {instead_of.pk}
    place = (
        RotationPlace.objects.filter(round=round_now(), state=WAITING, unit__in=ids)
        .select_related("unit")
        .order_by("position")
        .first()
    )
    if place:
        return place.unit
    known = [unit.pk for unit in units]
    start = known.index(instead_of.pk) + 1 if instead_of.pk in known else 0
    return next((unit for unit in units[start:] + units[:start] if unit.pk in ids), None)


def happenings(limit=30):
    """What happened to the places, the latest first: events with ``about`` read in one query more."""
    found = Event.objects.filter(content_type=ContentType.objects.get_for_model(RotationPlace))
    found = list(found.select_related("actor", "unit").order_by("-pk")[:limit])
    places = RotationPlace.objects.select_related("unit").in_bulk({event.object_id for event in found})
    for event in found:
        event.place = places[event.object_id]
    return found


# --- who is told --------------------------------------------------------------------------


def everybody(place, event):
    return [*secretariat(), *member_speakers()]


def both_units(place, event):
    units = [place.unit_id] + ([place.swap_with.unit_id] if place.swap_with_id else [])
    units += [int(pk) for pk in event.data.get("units", ())]
    return [*people(units, [Role.DELEGATE]), *secretariat()]


# --- what can happen ----------------------------------------------------------------------


@verb(
    RotationPlace,
    label=pgettext_lazy("rotation", "Set out a round"),
    may=may_set_out,
    creates=True,
    tells=everybody,
    primary=True,
)
def set_out(*, by, now, units):
    """Begin a round: every member unit once, in this order. Not before everybody of the round before had its turn."""
    if RotationPlace.objects.filter(round=round_now(), state=WAITING).exists():
        raise WrongState(_("In the present round some units still wait for their turn."))
    ids = [unit.pk for unit in units]
    if len(set(ids)) != len(ids) or set(ids) != set(members(local_date(now)).values_list("pk", flat=True)):
        sentence = _("A round names every member unit exactly once.")
        raise Refused(sentence, {"units": [sentence]})
    number = round_now() + 1
    made = [
        RotationPlace.objects.create(round=number, position=place, unit=unit, created_at=now)
        for place, unit in enumerate(units, 1)
    ]
    return made[0], {"round": number, "order": [str(unit) for unit in units]}


def _reason_of(place, reason):
    place.reason = reason
    place.swap_with = None
    return {"reason": reason}


@verb(
    RotationPlace,
    label=pgettext_lazy("rotation", "Skip"),
    may=keepers,
    from_=[WAITING],
    to=State.SKIPPED,
    tells=everybody,
)
def skip(place, *, by, reason):
    """Pass a unit over in this round, with the reason."""
    return _reason_of(place, reason)


@verb(
    RotationPlace,
    label=pgettext_lazy("rotation", "Decline"),
    may=own_delegate,
    from_=[WAITING],
    to=State.DECLINED,
    tells=everybody,
)
def decline(place, *, by, reason):
    """The unit does not wish to chair in this round, and says why."""
    return _reason_of(place, reason)


@verb(
    RotationPlace,
    label=pgettext_lazy("rotation", "Put back"),
    may=keepers,
    from_=[State.SKIPPED, State.DECLINED],
    to=WAITING,
    tells=everybody,
)
def restore(place, *, by, reason):
    """The unit takes its place in this round again, with the reason."""
    return _reason_of(place, reason)


def _swap_pending(place, by):
    if place.swap_with_id:
        return _("A swap with %(unit)s waits for an answer.") % {"unit": place.swap_with.unit}
    return ""


@verb(
    RotationPlace,
    label=pgettext_lazy("rotation", "Propose a swap"),
    may=own_delegate,
    from_=[WAITING],
    guard=_swap_pending,
    reads=("swap_with__unit",),
    tells=both_units,
)
def ask_swap(place, *, by, other, reason):
    """Ask another unit of the round to change places; it happens when that unit agrees."""
    if other.pk == place.pk or other.round != place.round or other.state != WAITING:
        sentence = _("Choose another unit that still waits in this round.")
        raise Refused(sentence, {"other": [sentence]})
    place.swap_with, place.reason = other, reason
    return {"reason": reason, "units": [other.unit_id]}


def _no_swap(place, by):
    return "" if place.swap_with_id else _("No swap is proposed.")


@verb(
    RotationPlace,
    label=pgettext_lazy("rotation", "Agree to the swap"),
    may=asked,
    from_=[WAITING],
    guard=_no_swap,
    reads=("swap_with__unit",),
    tells=everybody,
    primary=True,
    consequence=lambda place: (
        _("%(a)s and %(b)s change places in the order.")
        % {"a": place.unit, "b": place.swap_with.unit if place.swap_with else ""}
    ),
)
def agree_swap(place, *, by):
    """Both units agree: they change places."""
    other = RotationPlace.objects.select_for_update(of=("self",)).get(pk=place.swap_with_id)
    if other.state != WAITING:
        raise WrongState(_("%(unit)s no longer waits in this round.") % {"unit": other.unit})
    place.position, other.position = other.position, place.position
    place.swap_with = other.swap_with = None
    other.version += 1
    other.save()
    return {"with": str(other.unit), "positions": [place.position, other.position]}


@verb(
    RotationPlace,
    label=pgettext_lazy("rotation", "Refuse the swap"),
    may=lambda user: asked(user) | own_delegate(user),
    from_=[WAITING],
    guard=_no_swap,
    reads=("swap_with__unit",),
    tells=both_units,
)
def refuse_swap(place, *, by, reason=""):
    """The other unit does not agree, or the proposal is taken back."""
    units = [place.swap_with.unit_id]
    place.swap_with = None
    return {"reason": reason, "units": units}


@verb(
    RotationPlace,
    label=pgettext_lazy("rotation", "Has had its turn"),
    may=nobody,
    from_=[WAITING, State.SKIPPED, State.DECLINED],
    to=State.SERVED,
    hidden=True,
)
def serve(place, *, by, now):
    """The joint meeting has decided the unit's term."""
    place.swap_with = None


@events.listen("meetings.chairterm.start_term")
def _took_its_turn(event, term):
    place = (
        RotationPlace.objects.filter(round=round_now(), unit=term.unit).exclude(state=State.SERVED).first()
    )
    if place:
        serve(place, by=None, now=event.at)


def next_places(count=3):
    """The units that are next, for the pages."""
    latest = RotationPlace.objects.order_by("-round").values("round")[:1]
    rows = RotationPlace.objects.filter(
        round=Subquery(latest), state=WAITING, unit__in=members(timezone.localdate())
    )
    return rows.select_related("unit").order_by("position")[:count]


# --- how it is found ----------------------------------------------------------------------

search.register(
    RotationPlace,
    title=lambda place: f"主任单位轮值 {place.unit.name_zh} {place.unit.name_en}",
    text="reason",
    visible=visible_to,
    date="created_at",
)
