"""What is on the table now?

During a meeting everybody looks at the same thing: the item of the open vote, else the one the clerk chose, else the
first that is not concluded. Phones and the projector ask every few seconds whether anything has changed; the answer is
one query.
"""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.permissions import visible
from core.workflow import Refused, verb

from . import arithmetic, attendance, votes
from .models import AgendaItem, Meeting, Motion, Presence

# --- what can happen ------------------------------------------------------------------------


@verb(
    Meeting,
    label=gettext_lazy("Take up the item"),
    from_=[Meeting.State.CALLED, Meeting.State.IN_SESSION],
    may=votes.clerks,
    hidden=True,
)
def take_up(meeting, *, by, now, item):
    """Put another item on the table than the next in order."""
    if item.meeting_id != meeting.pk or item.state != AgendaItem.State.ACCEPTED:
        sentence = _("This item is not open on the agenda of this meeting.")
        raise Refused(sentence, {"item": [sentence]})
    meeting.current_item = item


# --- what everybody sees ----------------------------------------------------------------------


@dataclass
class Table:
    """What lies on the table: the item, its motion, the quorum; ``items`` is the agenda in order."""

    meeting: Meeting
    items: list
    item: AgendaItem | None
    motion: Motion | None
    quorum: arithmetic.QuorumResult


def on_the_table(meeting) -> Table:
    """Read the agenda, the motion on the item, and the quorum: six queries whatever their numbers."""
    shown = [AgendaItem.State.ACCEPTED, AgendaItem.State.CONCLUDED]
    items = list(meeting.items.filter(state__in=shown).select_related("unit").order_by("position", "pk"))
    motions = list(meeting.motions.exclude(state=Motion.State.VOID).order_by("pk"))
    voting = next((motion for motion in motions if motion.state == Motion.State.OPEN), None)
    current = voting.item_id if voting else meeting.current_item_id
    open_items = [item for item in items if item.state == AgendaItem.State.ACCEPTED]
    item = next((item for item in items if item.pk == current and (voting or item in open_items)), None)
    if item is None:
        item = open_items[0] if open_items else None
    on_item = [motion for motion in motions if item and motion.item_id == item.pk]
    for motion in on_item:
        motion.item, motion.meeting = item, meeting
    for each in items:
        each.decided = next((m for m in reversed(motions) if m.item_id == each.pk and m.result), None)
    return Table(meeting, items, item, voting or (on_item[-1] if on_item else None), attendance.quorum(meeting))


def with_stamp(user):
    """Visible meetings, each with the numbers that change whenever anything in its room does: one query."""

    def total(model, **expression):
        rows = model.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
        return Subquery(rows.annotate(**expression).values(*expression))

    return visible(Meeting, user).annotate(
        items_changed=total(AgendaItem, n=Sum("version")),
        motions_changed=total(Motion, n=Sum("version")),
        arrivals=total(Presence, n=Count("pk")),
        departures=total(Presence, n=Count("pk", filter=Q(left_at__isnull=False))),
    )


def stamp(meeting) -> str:
    """Changes whenever what the room shows changes; of a meeting read through :func:`with_stamp`."""
    parts = (
        meeting.version,
        meeting.items_changed,
        meeting.motions_changed,
        meeting.arrivals,
        meeting.departures,
    )
    return ".".join(str(part or 0) for part in parts)
