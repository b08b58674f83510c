"""Which meetings does a person's calendar show, on our page and in their own program?

A feed has a secret address, because calendar programs cannot sign in. Renewing it makes the old address worthless.
"""

import calendar as months
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.exports import ics
from members.models import User

from .models import Meeting
from .parties import CONVENED, visible_to

SALT = "meetings.calendar"
#: How far back a feed goes; calendars keep what they have seen.
FEED_PAST = timedelta(days=365)
MOST_IN_FEED = 500
State = Meeting.State


def address(meeting) -> str:
    return f"{settings.SITE_URL}{meeting.get_absolute_url()}"


def entry(meeting) -> ics.Event:
    """A meeting as calendars hold it: its uid never changes, its sequence rises with each change."""
    cancelled = meeting.state == State.CANCELLED
    lines = [
        meeting.notice_number,
        _("Video: %(url)s") % {"url": meeting.video_url} if meeting.video_url else "",
        _("Contact: %(contact)s") % {"contact": meeting.contact} if meeting.contact else "",
        meeting.requirements,
    ]
    return ics.Event(
        uid=f"{meeting.uid}@alliance",
        sequence=meeting.sequence,
        start=meeting.starts_at,
        end=meeting.ends_at,
        summary=meeting.title,
        updated=meeting.updated_at,
        location=meeting.place or meeting.video_url,
        description="\n".join(line for line in lines if line),
        url=address(meeting),
        status="CANCELLED" if cancelled else "CONFIRMED",
        organizer_name=settings.ALLIANCE_NAME if cancelled else "",
        alarms=() if cancelled else (timedelta(days=1), timedelta(hours=2)),
    )


# --- the month page ---------------------------------------------------------------------------


def month(user, first: date) -> list[list[dict]]:
    """The weeks of a month, Monday first; each day with its meetings and whether it is worked. One query."""
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    begin, end = _start(weeks[0][0]), _start(weeks[-1][-1] + timedelta(days=1))
    rows = visible_to(user).filter(starts_at__gte=begin, starts_at__lt=end).order_by("starts_at", "pk")
    by_day: dict[date, list] = {}
    for meeting in rows:
        by_day.setdefault(clock.local_date(meeting.starts_at), []).append(meeting)
    today = timezone.localdate()
    return [
        [
            {
                "date": each,
                "meetings": by_day.get(each, []),
                "inside": each.month == first.month,
                "today": each == today,
                "off": not clock.is_working_day(each),
                "past": each < today,
            }
            for each in week
        ]
        for week in weeks
    ]


def _start(each: date) -> datetime:
    return timezone.make_aware(datetime.combine(each, time.min))


# --- the feed of one person -----------------------------------------------------------------


def token(user) -> str:
    """The secret part of a person's feed address."""
    return signing.Signer(salt=SALT).sign_object([user.pk, user.calendar_round])


def owner(secret: str) -> User | None:
    """Whose feed this is; None for an address that was never ours or was renewed since."""
    try:
        pk, round_ = signing.Signer(salt=SALT).unsign_object(secret)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, calendar_round=round_, is_active=True).first()


def renew(user) -> str:
    """Make the old address worthless; returns the new secret."""
    User.objects.filter(pk=user.pk).update(calendar_round=F("calendar_round") + 1)
    user.refresh_from_db(fields=["calendar_round"])
    return token(user)


def feed(user, *, now: datetime) -> bytes:
    """Everything this person is called to, under any mandate; what was cancelled stays as cancelled."""
    seen: dict[int, Meeting] = {}
    for mandate in user.current_mandates or [None]:
        user.act_under(mandate)
        rows = visible_to(user).filter(
            state__in=CONVENED, called_at__isnull=False, starts_at__gt=now - FEED_PAST
        )
        seen.update({meeting.pk: meeting for meeting in rows.order_by("-starts_at")[:MOST_IN_FEED]})
    events = [entry(meeting) for meeting in sorted(seen.values(), key=lambda m: (m.starts_at, m.pk))]
    return ics.render(events, name=str(settings.ALLIANCE_NAME))
