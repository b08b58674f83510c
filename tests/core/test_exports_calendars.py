"""Calendar files, read back the way a calendar would."""

import datetime
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from core.exports import ics

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENT = ics.Event(
    uid="meeting-7@alliance.example",
    sequence=2,
    start=datetime.datetime(2026, 11, 17, 1, tzinfo=datetime.UTC),
    end=datetime.datetime(2026, 11, 17, 4, tzinfo=datetime.UTC),
    summary="福建省国家高新区高质量发展（产业）联盟第二次全体成员联席会议；议题：甲, 乙; 丙",
    updated=datetime.datetime(2026, 11, 5, 8, tzinfo=SHANGHAI),
    location="福州高新区\n创新园",
    description="一、时间\n二、地点\\楼",
    url="https://alliance.example/meetings/7/?a=1,2",
    organizer_name="联盟秘书处",
    organizer_email="office@alliance.example",
    attendees=(("厦门火炬高新区", "xiamen@alliance.example"),),
    alarms=(datetime.timedelta(days=1), datetime.timedelta(hours=2)),
)


def read(*events, **options):
    return Calendar.from_ical(ics.render(events, timezone=SHANGHAI, **options))


def only(calendar):
    (event,) = calendar.walk("VEVENT")
    return event


def test_an_event_reads_back_in_shanghai_time_with_its_zone_rules():
    calendar = read(EVENT, name="联盟会议")
    event = only(calendar)
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event.decoded("DTSTART").strftime("%Y-%m-%d %H:%M %z") == "2026-11-17 09:00 +0800"
    assert event.decoded("DTEND") == EVENT.end
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["X-WR-CALNAME"] == "联盟会议"


def test_identity_and_moments_come_from_the_event_and_not_from_the_clock():
    assert ics.render([EVENT], timezone=SHANGHAI) == ics.render([EVENT], timezone=SHANGHAI)
    event = only(read(EVENT))
    assert event["UID"] == EVENT.uid
    assert event["SEQUENCE"] == 2
    assert event.decoded("DTSTAMP") == EVENT.updated
    assert event.decoded("LAST-MODIFIED") == EVENT.updated


def test_texts_are_escaped_and_lines_folded_at_75_octets():
    data = ics.render([EVENT], timezone=SHANGHAI)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    for line in data.split(b"\r\n"):
        line.decode()
    event = only(Calendar.from_ical(data))
    assert event["SUMMARY"] == EVENT.summary
    assert event["DESCRIPTION"] == EVENT.description
    assert event["LOCATION"] == "福州高新区 创新园"
    assert event["URL"] == EVENT.url


def test_a_line_end_in_a_text_adds_no_line_to_the_file():
    evil = replace(EVENT, summary="会\r\nATTENDEE:mailto:x@y", uid="a\r\nb", url="https://a/\r\nX-EVIL:1\x00")
    evil = replace(evil, organizer_name='a"\r\nX-EVIL:1', organizer_email="a@b\r\nX-EVIL:1")
    lines = ics.render([evil], timezone=SHANGHAI).replace(b"\r\n ", b"").split(b"\r\n")
    assert not [line for line in lines if line.startswith((b"X-EVIL", b"ATTENDEE"))]


def test_alarms_ring_before_the_start():
    alarms = only(read(EVENT)).walk("VALARM")
    assert [alarm.decoded("TRIGGER") for alarm in alarms] == [-before for before in EVENT.alarms]


def test_calling_off_tells_cancelled_with_the_same_identity_and_rings_no_more():
    calendar = read(replace(EVENT, sequence=3), method="CANCEL")
    event = only(calendar)
    assert calendar["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["UID"], event["SEQUENCE"]) == ("CANCELLED", EVENT.uid, 3)
    assert not event.walk("VALARM")
    assert only(read(replace(EVENT, status="CANCELLED")))["STATUS"] == "CANCELLED"


def test_only_an_invitation_names_those_invited():
    assert "ATTENDEE" not in only(read(EVENT))
    event = only(read(EVENT, method="REQUEST"))
    assert event["ATTENDEE"] == "mailto:xiamen@alliance.example"
    assert event["ORGANIZER"].params["CN"] == "联盟秘书处"


def test_whole_days_are_dates():
    event = only(read(replace(EVENT, start=datetime.date(2026, 11, 17), end=datetime.date(2026, 11, 18))))
    assert event.decoded("DTSTART") == datetime.date(2026, 11, 17)


def test_an_empty_feed_is_a_calendar():
    assert read(name="空")["VERSION"] == "2.0"


def test_moments_without_zone_unknown_states_and_methods_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        replace(EVENT, start=datetime.datetime(2026, 11, 17, 9))
    with pytest.raises(ValueError, match="status"):
        replace(EVENT, status="MAYBE")
    with pytest.raises(ValueError, match="ends after"):
        replace(EVENT, end=EVENT.start - datetime.timedelta(hours=1))
    with pytest.raises(ValueError, match="method"):
        ics.render([EVENT], method="REPLY", timezone=SHANGHAI)
