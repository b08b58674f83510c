"""What was decided for good: resolutions, numbered 联盟决议〔year〕n号 without gaps.

A resolution is adopted from a motion that passed, or from an item on which the meeting agreed without a vote; what the
charter wants decided by more than an ordinary majority is never adopted without one. A resolution holds until it is
repealed with a reason; its number is never used again.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import search
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import Refused, WrongState, verb
from members import mandates
from members.models import Mandate

from . import numbering, parties
from .models import AgendaItem, Meeting, Motion, Resolution

Role = Mandate.Role

# --- who may ------------------------------------------------------------------------------


def may_adopt(user) -> bool:
    return mandates.acts_as(user, Role.SECRETARIAT)


def clerks(user) -> Q:
    return ALWAYS if may_adopt(user) else NEVER


# --- what is seen -------------------------------------------------------------------------


@seen_by(Resolution)
def visible_to(user):
    """Members, the secretariat and the guiding units see every resolution."""
    rows = Resolution.objects.select_related("meeting")
    return rows if mandates.is_inside(user) else rows.none()


# --- who is told --------------------------------------------------------------------------


def every_member(resolution, event):
    """The delegates and liaisons of all members."""
    return parties.member_speakers()


# --- what can happen ------------------------------------------------------------------------


@verb(
    Resolution,
    label=gettext_lazy("Adopt a resolution"),
    may=may_adopt,
    creates=True,
    tells=every_member,
)
def adopt(*, by, now, title, text, motion=None, item=None):
    """Write down what was decided, by the motion that passed or, agreed without a vote, on the item; numbers it."""
    if (motion is None) == (item is None):
        raise Refused(_("Name the motion that passed, or the item agreed on without a vote."))
    if motion is not None:
        motion = _passed(motion)
        item, meeting, decided_at = motion.item, motion.meeting, motion.closed_at
    else:
        item = _agreed(item)
        meeting, decided_at = item.meeting, item.meeting.opened_at or now
    day = timezone.localdate(decided_at)
    resolution = numbering.take(
        Resolution(meeting=meeting, item=item, motion=motion, title=title, text=text, adopted_on=day),
        day.year,
    )
    return resolution, {"number": resolution.number, "motion": motion and motion.pk, "item": item.pk}


def _passed(motion):
    # The lock keeps two clerks from adopting the same motion twice.
    motion = (
        Motion.objects.select_related("item", "meeting").select_for_update(of=("self",)).get(pk=motion.pk)
    )
    if motion.state != Motion.State.CLOSED or not motion.passed:
        raise WrongState(_("This motion has not been passed."))
    before = Resolution.objects.filter(motion=motion).first()
    if before:
        raise WrongState(_("This motion is %(number)s already.") % {"number": before.number})
    return motion


def _agreed(item):
    item = AgendaItem.objects.select_related("meeting").select_for_update(of=("self",)).get(pk=item.pk)
    if item.meeting.state not in (Meeting.State.IN_SESSION, Meeting.State.CLOSED):
        raise WrongState(_("The meeting is “%(state)s”.") % {"state": item.meeting.get_state_display()})
    if item.state not in (AgendaItem.State.ACCEPTED, AgendaItem.State.CONCLUDED):
        raise WrongState(_("The item is “%(state)s”.") % {"state": item.get_state_display()})
    if item.motions.exclude(state=Motion.State.VOID).exists():
        raise WrongState(_("This item was put to the vote: adopt from the motion that passed."))
    if item.subject_id is not None or item.rule != "ordinary":
        raise WrongState(_("The charter wants a vote on this item."))
    before = item.resolutions.first()
    if before:
        raise WrongState(_("This item is %(number)s already.") % {"number": before.number})
    return item


@verb(
    Resolution,
    label=gettext_lazy("Repeal"),
    from_=[Resolution.State.EFFECTIVE],
    to=Resolution.State.REPEALED,
    may=clerks,
    tells=every_member,
    irreversible=True,
)
def repeal(resolution, *, by, now, reason):
    """End the force of a resolution, with the reason. Its number and text stay on the list."""
    resolution.reason = reason


# --- how it is found ------------------------------------------------------------------------

search.register(
    Resolution,
    title=lambda resolution: f"{resolution.number} {resolution.title}",
    text="text",
    visible=visible_to,
    url="meetings:resolution",
    date="adopted_on",
)
