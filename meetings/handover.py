"""The hand-over: what does the outgoing chair unit pass on, and have both sides signed?

With the decision of a new term a checklist is drawn up from the data: meetings in preparation, open items, documents
not yet finished, who holds which mandate, tasks the unit leads. The delegates of both units sign it within the working
days the charter gives; the first signature fixes the list, the second completes the hand-over.
"""

from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock, events, reminders, search
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import WrongState, verb
from members.mandates import Role, acts_as, is_inside, people, secretariat, valid_on
from members.models import Mandate

from . import chair, charter
from .models import AgendaItem, Handover, Meeting, Minutes, Task

State = Handover.State
#: The parts of the checklist in their order.
PARTS = {
    "meetings": gettext_lazy("Meetings in preparation"),
    "items": gettext_lazy("Open agenda items"),
    "documents": gettext_lazy("Documents to finish"),
    "mandates": gettext_lazy("Mandates"),
    "tasks": gettext_lazy("Tasks led"),
}
OVER = (Meeting.State.CLOSED, Meeting.State.ARCHIVED, Meeting.State.CANCELLED)
MOST_OF_A_PART = 50

# --- who may ------------------------------------------------------------------------------


def both_sides(user) -> Q:
    """The delegates of the outgoing and of the incoming unit."""
    if not acts_as(user, Role.DELEGATE):
        return NEVER
    return Q(outgoing=user.unit_id) | Q(incoming=user.unit_id)


def keepers(user) -> Q:
    return ALWAYS if acts_as(user, Role.SECRETARIAT) else both_sides(user)


# --- what is seen -------------------------------------------------------------------------


@seen_by(Handover)
def visible_to(user):
    """Everybody inside the alliance."""
    rows = Handover.objects.select_related("term", "outgoing", "incoming", "outgoing_by", "incoming_by")
    return rows if is_inside(user) else rows.none()


def waiting_for(user):
    """The hand-overs a delegate has to sign."""
    if not acts_as(user, Role.DELEGATE):
        return Handover.objects.none()
    own = Q(outgoing=user.unit_id, outgoing_at=None) | Q(incoming=user.unit_id, incoming_at=None)
    return visible_to(user).filter(own, state=State.OPEN)


def unsigned(handover) -> list[int]:
    """The units that still have to sign."""
    sides = ((handover.outgoing_id, handover.outgoing_at), (handover.incoming_id, handover.incoming_at))
    return [unit for unit, at in sides if at is None]


# --- who is told --------------------------------------------------------------------------


def both_units(handover, event):
    units = [handover.outgoing_id, handover.incoming_id]
    return [*people(units, [Role.DELEGATE, Role.LIAISON]), *secretariat()]


# --- the checklist ------------------------------------------------------------------------


def checklist(outgoing, on) -> list[dict]:
    """What a unit hands over on a day, from the data: [{"part", "text", "url"}]."""
    meetings = Meeting.objects.filter(chair=outgoing).exclude(state__in=OVER).order_by("starts_at")
    items = AgendaItem.objects.filter(
        meeting__chair=outgoing, state__in=[AgendaItem.State.PROPOSED, AgendaItem.State.ACCEPTED]
    ).exclude(meeting__state__in=OVER)
    minutes = Minutes.objects.filter(meeting__chair=outgoing).exclude(state=Minutes.State.ISSUED)
    without = Meeting.objects.filter(chair=outgoing, state=Meeting.State.CLOSED, minutes__isnull=True)
    held = Mandate.objects.filter(valid_on(on), unit=outgoing, role__in=[Role.DELEGATE, Role.LIAISON])
    led = Task.objects.filter(lead=outgoing, state__in=[Task.State.OPEN, Task.State.SUBMITTED])
    found = [
        *(("meetings", f"{m.title}（{timezone.localdate(m.starts_at)}）", m) for m in _some(meetings)),
        *(("items", item.title, item) for item in _some(items.order_by("meeting", "position"))),
        *(("documents", str(each), each) for each in _some(minutes.select_related("meeting").order_by("pk"))),
        *(("documents", _("Minutes of “%(title)s”") % {"title": m.title}, m) for m in _some(without)),
        *(
            ("mandates", f"{m.person.name}（{m.get_role_display()}）", m)
            for m in _some(held.select_related("person").order_by("pk"))
        ),
        *(("tasks", f"{task.title}（{task.due_on}）", task) for task in _some(led.order_by("due_on", "pk"))),
    ]
    return [{"part": part, "text": text, "url": obj.get_absolute_url()} for part, text, obj in found]


def _some(rows):
    return rows[:MOST_OF_A_PART]


def parts(handover) -> list[dict]:
    """The checklist by part, also those with nothing in them."""
    return [
        {"label": label, "lines": [line for line in handover.checklist if line["part"] == part]}
        for part, label in PARTS.items()
    ]


# --- what can happen ----------------------------------------------------------------------


def begin(term, *, now) -> Handover | None:
    """Draw up the hand-over of a term that was just decided; None where the same unit goes on, or none was before."""
    before = chair.term(term.starts_on - timedelta(days=1))
    if before is None or before.unit.pk == term.unit_id:
        return None
    on = clock.local_date(now)
    return Handover.objects.create(
        term=term,
        outgoing=before.unit,
        incoming=term.unit,
        checklist=checklist(before.unit, on),
        due_on=clock.add_working_days(term.starts_on, charter.days("handover_days", on)),
        created_at=now,
    )


@events.listen("meetings.chairterm.start_term")
def _begin(event, term):
    made = begin(term, now=event.at)
    if made is not None:
        draw_up(made, by=None, now=event.at)


def _signed(handover, by):
    return _("One side has signed, so the list is fixed.") if len(unsigned(handover)) < 2 else ""


@verb(
    Handover,
    label=pgettext_lazy("hand-over", "Draw up the list again"),
    may=keepers,
    from_=[State.OPEN],
    guard=_signed,
    tells=both_units,
)
def draw_up(handover, *, by, now, note=None):
    """Take the checklist from the data as they stand now, and add a remark; until one side has signed."""
    handover.checklist = checklist(handover.outgoing, clock.local_date(now))
    if note is not None:
        handover.note = note
    return {"lines": len(handover.checklist)}


def _own_signed(handover, by):
    if by is not None and by.unit_id not in unsigned(handover):
        return _("Your unit has signed already.")
    return ""


@verb(
    Handover,
    label=pgettext_lazy("hand-over", "Sign the hand-over"),
    may=both_sides,
    from_=[State.OPEN],
    guard=_own_signed,
    tells=both_units,
    primary=True,
    consequence=gettext_lazy(
        "Your unit's signature fixes the list. The hand-over is complete when both have signed."
    ),
)
def sign(handover, *, by, now):
    """Sign for the outgoing or the incoming unit; the second signature completes it."""
    if by.unit_id not in unsigned(handover):
        raise WrongState(_("Your unit has signed already."))
    if by.unit_id == handover.outgoing_id:
        handover.outgoing_by, handover.outgoing_at = by, now
    else:
        handover.incoming_by, handover.incoming_at = by, now
    if not unsigned(handover):
        handover.state = State.COMPLETE
    return {"unit": by.unit_id, "complete": handover.state == State.COMPLETE}


# --- what comes due -----------------------------------------------------------------------


@reminders.reminder("meetings.handover.remind_unsigned", label=gettext_lazy("Hand-over not signed in time"))
def remind_unsigned(after, until):
    """On the morning after its last day."""
    for handover in Handover.objects.filter(state=State.OPEN, due_on__lt=clock.local_date(until)):
        at = timezone.make_aware(datetime.combine(handover.due_on + timedelta(days=1), time(9)))
        if after < at <= until:
            yield reminders.Due(handover, at, [*people(unsigned(handover), [Role.DELEGATE]), *secretariat()])


# --- how it is found ----------------------------------------------------------------------

search.register(
    Handover,
    title=lambda handover: f"主任单位交接 {handover.outgoing.name_zh} {handover.incoming.name_zh}",
    text=lambda handover: "\n".join([handover.note, *(line["text"] for line in handover.checklist)]),
    visible=visible_to,
    date="created_at",
)
