"""What does a change of a meeting mean for deadlines, replies, reminders and calendars, and how is it put in words?"""

from django.db.models import F
from django.utils.html import strip_tags
from django.utils.text import capfirst

from core import notices
from core.templatetags.alliance import moment
from core.workflow import Refused

from . import deadlines
from .models import Invitation, Meeting
from .parties import invited, presiding

State = Meeting.State
#: What a change of these fields means to a calendar.
IN_CALENDARS = ("starts_at", "ends_at", "place", "video_url", "title")
#: What no longer holds once a meeting moves or is called off.
REMINDERS = tuple(f"meetings.meeting.remind_{when}" for when in ("week", "day", "hours"))
#: What readers of a change are shown, in this order.
SHOWN = ("title", "starts_at", "ends_at", "place", "video_url", "replies_due_at", "contact", "requirements")


def move_deadlines(meeting, changed, now):
    """Count the deadlines again from the new start, where they were not given; refuse a start the notice is too
    short for."""
    if meeting.state == State.CALLED:
        problem = deadlines.too_short(
            meeting.starts_at, urgent=meeting.urgent, called_at=meeting.called_at, now=now
        )
        if problem:
            raise Refused(problem, {"starts_at": [problem]})
    elif "items_due_at" not in changed:
        meeting.items_due_at = deadlines.items_due(meeting.starts_at, urgent=meeting.urgent, now=now)
    if "replies_due_at" not in changed:
        meeting.replies_due_at = deadlines.replies_due(meeting.starts_at, urgent=meeting.urgent, now=now)


def tell_calendars(meeting, changed, ask_again, now) -> int:
    """Make calendars take the change over; returns how many replies were made void."""
    if changed & set(IN_CALENDARS):
        meeting.sequence += 1
        notices.withdraw(meeting, REMINDERS)
    if not ask_again:
        return 0
    return meeting.invitations.exclude(state=Invitation.State.AWAITED).update(
        state=Invitation.State.AWAITED,
        round=F("round") + 1,
        version=F("version") + 1,
        replied_at=None,
        replied_by=None,
        updated_at=now,
    )


def told(meeting):
    if meeting.state == State.CALLED:
        return invited(meeting)
    return presiding(meeting) if meeting.state == State.SUBMITTED else []


def in_words(event) -> list[tuple[str, str, str]]:
    """What an event changed that readers are shown: (label, old, new), in the language in force."""
    changed = event.data.get("changes", {})
    lines = []
    for name in SHOWN:
        if name in changed:
            field = Meeting._meta.get_field(name)
            old, new = (_shown(field, value) for value in changed[name])
            lines.append((capfirst(str(field.verbose_name)), old, new))
    return lines


def _shown(field, text) -> str:
    value = field.to_python(text) if text else text
    if hasattr(value, "isoformat"):
        return strip_tags(moment(value))
    return str(value or "—")
