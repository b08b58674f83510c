"""What comes due before a meeting: items, replies, the meeting itself.

Reminders that no longer help are left out: of a meeting that has begun, to a unit that is excused, for a time that had
passed before the notice left.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from core import clock
from core.reminders import Due, reminder
from members.mandates import people

from .models import Invitation, Meeting
from .parties import SPEAKERS, invited, member_speakers

State = Meeting.State


def _before_start(ahead: timedelta):
    def find(after, until):
        rows = Meeting.objects.filter(
            state=State.CALLED, starts_at__gt=max(after + ahead, until), starts_at__lte=until + ahead
        ).select_related("chair")
        for meeting in rows:
            at = meeting.starts_at - ahead
            if at > meeting.called_at:
                yield Due(meeting, at, invited(meeting, except_declined=True))

    return find


# A reminder that comes much too late would contradict its own words, so each is caught up for a short while only.
for _name, _label, _ahead, _late in (
    ("week", _("Meeting in 7 days"), timedelta(days=7), timedelta(days=1)),
    ("day", _("Meeting tomorrow"), timedelta(days=1), timedelta(hours=12)),
    ("hours", _("Meeting in 2 hours"), timedelta(hours=2), timedelta(hours=2)),
):
    reminder(f"meetings.meeting.remind_{_name}", label=_label, catch_up=_late)(_before_start(_ahead))


def _owed_replies(when):
    """Finder of unanswered invitations; ``when(meeting)`` is the moment of the reminder."""

    def find(after, until):
        rows = Invitation.objects.filter(
            state=Invitation.State.AWAITED,
            meeting__state=State.CALLED,
            meeting__starts_at__gt=until,
            meeting__replies_due_at__gt=until,
        ).select_related("meeting", "unit")
        for invitation in rows:
            at = when(invitation.meeting)
            if after < at <= until and at > invitation.meeting.called_at:
                roles = SPEAKERS if invitation.capacity == Invitation.Capacity.MEMBER else ()
                yield Due(invitation, at, people([invitation.unit], roles))

    return find


def _half_way(meeting):
    return meeting.called_at + (meeting.replies_due_at - meeting.called_at) / 2


reminder("meetings.invitation.remind_half", label=_("Reply owed: half of the time is over"))(
    _owed_replies(_half_way)
)
reminder("meetings.invitation.remind_last", label=_("Reply owed: last day"), catch_up=timedelta(days=1))(
    _owed_replies(lambda meeting: meeting.replies_due_at - timedelta(days=1))
)


def _items_due(when):
    def find(after, until):
        for meeting in Meeting.objects.filter(state=State.COLLECTING, items_due_at__gt=until):
            if after < (at := when(meeting.items_due_at)) <= until:
                yield Due(meeting, at, member_speakers())

    return find


reminder("meetings.meeting.remind_items", label=_("Items due in 3 working days"))(
    _items_due(lambda due: clock.working_days_before(due, 3))
)
reminder("meetings.meeting.remind_items_last", label=_("Items due tomorrow"), catch_up=timedelta(days=1))(
    _items_due(lambda due: due - timedelta(days=1))
)
