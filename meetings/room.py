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

from . import votes
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
    """What lies on the table: the item and its motion; ``items`` is the whole agenda in order."""

    items: list
    item: AgendaItem | None
    motion: Motion | None


def on_the_table(meeting) -> Table:
    """Read the agenda and what is being dealt with: two queries. Each item carries its last ``decided`` motion."""
    shown = [AgendaItem.State.ACCEPTED, AgendaItem.State.CONCLUDED]
    items = list(meeting.items.filter(state__in=shown).select_related("unit").order_by("position", "pk"))
    by_pk = {item.pk: item for item in items}
    motions = list(
        meeting.motions.exclude(state=Motion.State.VOID).select_related("resolution").order_by("pk")
    )
    for motion in motions:
        motion.meeting = meeting
        if motion.item_id in by_pk:
            motion.item = by_pk[motion.item_id]
    for number, item in enumerate(items, 1):
        item.number = number
        item.decided = next((m for m in reversed(motions) if m.item_id == item.pk and m.result), None)
    voting = next((motion for motion in motions if motion.state == Motion.State.OPEN), None)
    if voting:
        return Table(items, voting.item, voting)
    todo = [item for item in items if item.state == AgendaItem.State.ACCEPTED]
    item = next((item for item in todo if item.pk == meeting.current_item_id), todo[0] if todo else None)
    motion = next((motion for motion in reversed(motions) if item and motion.item_id == item.pk), None)
    return Table(items, item, motion)


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
