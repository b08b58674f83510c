"""When must what be in before a meeting? The charter's periods, counted back from its start.

The day of the act is not counted (Civil Code, article 201): a notice of 10 days for the 25th leaves on the 15th at the
latest.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.templatetags.alliance import day

from . import charter

CLOSE_OF_BUSINESS = time(18, 0)
USUAL_START = time(14, 30)
#: Working days a new meeting leaves the units to propose items before they are due.
TIME_TO_PROPOSE = 5


def _at(on: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, hour))


def _periods(moment: datetime) -> dict[str, int]:
    return charter.numbers(clock.local_date(moment))


def items_due(starts_at: datetime, *, urgent: bool, now: datetime) -> datetime:
    """By when items reach the secretariat: the charter's working days before, for an urgent meeting its notice's."""
    periods = _periods(now)
    days = periods["urgent_notice_days"] if urgent else periods["item_days"]
    return _at(clock.add_working_days(clock.local_date(starts_at), -days), CLOSE_OF_BUSINESS)


def replies_due(starts_at: datetime, *, urgent: bool, now: datetime) -> datetime:
    """By when the units answer; never earlier than a day from now and never after the start."""
    days = 1 if urgent else _periods(now)["reply_days"]
    due = _at(clock.add_working_days(clock.local_date(starts_at), -days), CLOSE_OF_BUSINESS)
    return min(max(due, now + timedelta(days=1)), starts_at)


def latest_notice(starts_at: datetime, *, urgent: bool, now: datetime) -> date:
    """The last day on which the notice may leave."""
    periods = _periods(now)
    on = clock.local_date(starts_at)
    if urgent:
        return clock.add_working_days(on, -periods["urgent_notice_days"])
    return on - timedelta(days=periods["notice_days"])


def too_short(starts_at: datetime, *, urgent: bool, called_at: datetime, now: datetime) -> str:
    """A sentence when a notice that leaves at ``called_at`` comes too late for the start, else nothing."""
    latest = latest_notice(starts_at, urgent=urgent, now=now)
    if clock.local_date(called_at) <= latest:
        return ""
    periods = _periods(now)
    last = strip_tags(day(latest))
    if urgent:
        days = periods["urgent_notice_days"]
        return ngettext(
            "An urgent meeting needs %(n)d working day of notice; its last day was %(day)s. Choose a later day.",
            "An urgent meeting needs %(n)d working days of notice; its last day was %(day)s. Choose a later day.",
            days,
        ) % {"n": days, "day": last}
    return _(
        "A meeting needs %(n)d days of notice; its last day was %(day)s. "
        "Choose a later day, make it an urgent meeting, or let every member unit agree to shorter notice."
    ) % {"n": periods["notice_days"], "day": last}


def usual_start(now: datetime) -> datetime:
    """The first usual start that leaves time to propose items, to approve them and to give notice."""
    periods = _periods(now)
    today = clock.local_date(now)
    on = clock.add_working_days(today, periods["item_days"] + TIME_TO_PROPOSE)
    earliest = today + timedelta(days=periods["notice_days"] + 1)
    while on < earliest or not clock.is_working_day(on):
        on += timedelta(days=1)
    return _at(on, USUAL_START)
