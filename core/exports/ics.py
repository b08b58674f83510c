"""How does a meeting get into the calendar a person already uses (RFC 5545, RFC 5546)?

A change is told by the same `uid` with a higher `sequence`; a cancelled event stays in the feed as cancelled.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone as django_timezone
from icalendar import Alarm, Calendar, vCalAddress, vText, vUri
from icalendar import Event as Component

from .text import legal

PRODUCT = "-//Alliance platform//Calendar//ZH"
METHODS = ("PUBLISH", "REQUEST", "CANCEL")
STATUSES = ("CONFIRMED", "TENTATIVE", "CANCELLED")
# RFC 5546 wants an organizer; this is the address calendars agree on for "nobody reads this".
NO_ADDRESS = "invalid:nomail"


@dataclass(frozen=True)
class Event:
    """One event. start, end, updated: aware datetimes, or dates for whole days (end is then exclusive).

    uid: stable for ever; sequence: rises with each change; alarms: timedeltas before the start;
    attendees: (name, e-mail), only for REQUEST and CANCEL.
    """

    uid: str
    sequence: int
    start: datetime.datetime | datetime.date
    end: datetime.datetime | datetime.date
    summary: str
    updated: datetime.datetime
    location: str = ""
    description: str = ""
    url: str = ""
    status: str = "CONFIRMED"
    organizer_name: str = ""
    organizer_email: str = ""
    attendees: Sequence[tuple[str, str]] = ()
    alarms: Sequence[datetime.timedelta] = ()

    def __post_init__(self):
        if self.status not in STATUSES:
            raise ValueError(f"An event's status is one of {', '.join(STATUSES)}.")
        for moment in (self.start, self.end, self.updated):
            if isinstance(moment, datetime.datetime) and moment.tzinfo is None:
                raise ValueError("An event's moments carry their time zone.")
        if self.end < self.start:
            raise ValueError("An event ends after it starts.")


def render(events, method="PUBLISH", name="", timezone=None):
    """The bytes of an .ics with `events` in the local time of `timezone` (Django's current one by default).

    PUBLISH is a feed or an attachment to add, REQUEST an invitation or its change, CANCEL calls off
    every event given. `name` is the calendar's name in a feed.
    """
    if method not in METHODS:
        raise ValueError(f"A calendar's method is one of {', '.join(METHODS)}.")
    zone = timezone or ZoneInfo(django_timezone.get_current_timezone_name())
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", _line(name))
        calendar.add("x-wr-calname", _line(name))
        calendar.add("x-wr-timezone", zone.key)
    events = list(events)
    for event in events:
        calendar.add_component(_component(event, method, zone))
    if events:
        # Zone rules from the first event on: readers need no daylight saving of decades ago.
        years = [event.start.year for event in events] + [event.end.year for event in events]
        calendar.add_missing_timezones(datetime.date(min(years), 1, 1), datetime.date(max(years) + 1, 12, 31))
    return calendar.to_ical()


def _component(event, method, zone):
    cancelled = method == "CANCEL" or event.status == "CANCELLED"
    component = Component()
    component.add("uid", _line(event.uid))
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.updated.astimezone(datetime.UTC))
    component.add("last-modified", event.updated.astimezone(datetime.UTC))
    component.add("dtstart", _local(event.start, zone))
    component.add("dtend", _local(event.end, zone))
    component.add("summary", _line(event.summary))
    component.add("status", "CANCELLED" if cancelled else event.status)
    component.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    if event.location:
        component.add("location", _line(event.location))
    if event.description:
        component.add("description", legal(event.description))
    if event.url:
        component.add("url", vUri(_line(event.url)))
    if event.organizer_name or event.organizer_email:
        component.add("organizer", _person(event.organizer_name, event.organizer_email), encode=0)
    if method != "PUBLISH":
        for attendee in event.attendees:
            component.add("attendee", _attendee(*attendee), encode=0)
    if not cancelled:
        for before in event.alarms:
            component.add_component(_alarm(event, before))
    return component


def _local(moment, zone):
    return moment.astimezone(zone) if isinstance(moment, datetime.datetime) else moment


def _line(text):
    """Text for a field of one line."""
    return " ".join(legal(text).split())


def _person(name, email):
    address = vCalAddress(f"mailto:{_line(email)}" if email else NO_ADDRESS)
    if name:
        address.params["CN"] = vText(_line(name).replace('"', "”"))
    return address


def _attendee(name, email):
    address = _person(name, email)
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText("NEEDS-ACTION")
    address.params["RSVP"] = vText("TRUE")
    return address


def _alarm(event, before):
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _line(event.summary))
    alarm.add("trigger", -before)
    return alarm
