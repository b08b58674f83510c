"""Working days, lights and pausing clocks, against the published notices of the State Council."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.clock import Calendar, Clock, Light
from core.models import CalendarDay

NATIONAL = Calendar({})
BEIJING = ZoneInfo("Asia/Shanghai")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "working", "why"),
    [
        ("2026-11-25", True, "a Wednesday"),
        ("2026-11-28", False, "a Saturday"),
        ("2026-02-14", True, "a Saturday worked for the Spring Festival"),
        ("2026-09-20", True, "a Sunday worked for the National Day"),
        ("2026-10-10", True, "a Saturday worked for the National Day"),
        ("2026-02-16", False, "the eve of the Spring Festival"),
        ("2026-02-23", False, "a day exchanged for a weekend"),
        ("2026-04-06", False, "the day given for a holiday on a Sunday"),
        ("2025-01-26", True, "a Sunday worked in 2025"),
        ("2024-09-29", True, "a Sunday worked in 2024"),
        ("2018-12-29", True, "a Saturday worked for the next year's New Year"),
        ("2026-09-26", False, "a Saturday in the Mid-Autumn holiday"),
    ],
)
def test_a_day_is_worked_as_the_national_notice_says(text, working, why):
    assert NATIONAL.is_working_day(day(text)) is working, why


def test_worked_weekends_of_other_years_do_not_leak_into_a_year():
    for year in (2024, 2025, 2026, 2027):
        assert {d.year for d in clock.national_year(year).worked_weekends} <= {year}
    assert len(clock.national_year(2025).worked_weekends) == 5
    assert len(clock.national_year(2026).worked_weekends) == 6


def test_2026_has_as_many_working_days_as_the_notice_leaves():
    assert NATIONAL.between(day("2025-12-31"), day("2026-12-31")) == 248


def test_a_year_without_notice_is_provisional_until_its_worked_weekends_are_entered():
    assert not NATIONAL.is_provisional(day("2026-11-25"))
    assert NATIONAL.is_provisional(day("2027-03-01"))
    assert NATIONAL.is_provisional(day("2026-12-28")), (
        "a New Year notice may move the last week of the old year"
    )
    entered = Calendar({day("2027-02-14"): True})
    assert not entered.is_provisional(day("2027-03-01"))
    assert not Calendar({day("2027-03-01"): False}).is_provisional(day("2027-03-01"))
    assert Calendar({day("2027-03-01"): False}).is_provisional(day("2027-03-02"))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-25", 1, "2026-11-26"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-11-25", 0, "2026-11-25"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-11-30", -1, "2026-11-27"),
        ("2026-10-08", -7, "2026-09-21"),
    ],
)
def test_working_days_are_added_across_holidays_and_worked_weekends(start, days, end):
    assert NATIONAL.add(day(start), days) == day(end)


def test_a_datetime_keeps_its_local_time_of_day():
    moved = NATIONAL.add(at("2026-11-25T14:00").astimezone(ZoneInfo("UTC")), -7)
    assert moved == at("2026-11-16T14:00")
    assert timezone.is_aware(moved)


def test_the_date_of_a_moment_is_the_local_one():
    # 18:00 UTC on Friday is already Saturday in Beijing.
    assert clock.local_date(datetime(2026, 11, 27, 18, tzinfo=ZoneInfo("UTC"))) == day("2026-11-28")


dates = st.dates(date(2016, 1, 1), date(2028, 12, 31))


@given(dates, st.integers(1, 60))
def test_counting_undoes_adding(start, days):
    end = NATIONAL.add(start, days)
    assert NATIONAL.is_working_day(end)
    assert NATIONAL.between(start, end) == days


@given(dates, st.integers(0, 90), st.integers(0, 90))
def test_spans_laid_end_to_end_add_up(start, first, second):
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    assert NATIONAL.between(start, middle) + NATIONAL.between(middle, end) == NATIONAL.between(start, end)
    assert NATIONAL.between(end, start) == -NATIONAL.between(start, end)


# --- overrides --------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_day_entered_by_hand_wins_over_the_national_table():
    typhoon = day("2026-11-25")
    assert clock.is_working_day(typhoon)
    entry = CalendarDay.objects.create(day=typhoon, working=False, name="台风停工")
    assert not clock.is_working_day(typhoon)
    assert clock.add_working_days(day("2026-11-24"), 1) == day("2026-11-26")
    assert clock.working_days_between(day("2026-11-23"), day("2026-11-27")) == 3
    entry.delete()
    assert clock.is_working_day(typhoon)


@contextmanager
def a_request():
    """The signals around a request, without the closing of connections, as Django's own test client sends them."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        request_started.send(sender=None)
        yield
        request_finished.send(sender=None)
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)


@pytest.mark.django_db
def test_overrides_are_read_once_a_request_and_a_change_is_seen_at_once(django_assert_num_queries):
    with a_request():
        with django_assert_num_queries(1):
            for _row in range(25):
                clock.light(at("2026-12-25T18:00"), at("2026-11-25T09:00"))
        CalendarDay.objects.create(day=day("2026-11-26"), working=False, name="台风停工")
        assert not clock.is_working_day(day("2026-11-26"))
    CalendarDay.objects.update(working=True)
    assert clock.is_working_day(day("2026-11-26")), "nothing is kept after the request"


@pytest.mark.django_db
def test_a_loop_can_ask_for_one_reading(django_assert_num_queries):
    with django_assert_num_queries(1), clock.one_reading():
        for n in range(10):
            clock.is_working_day(day("2026-11-25") + timedelta(days=n))


# --- lights -----------------------------------------------------------------------------
DUE = "2026-11-27T23:59:59"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2026-11-19T23:59", Light.OK),
        ("2026-11-20T00:00", Light.WARN),
        ("2026-11-27T23:59", Light.WARN),
        ("2026-11-28T00:00", Light.OVERDUE),
    ],
)
def test_a_light_warns_five_working_days_before_and_turns_red_after_the_due_day(now, shown):
    assert clock.light(at(DUE), at(now)) is shown
    assert clock.light(day("2026-11-27"), at(now)) is shown


def test_what_is_closed_or_paused_is_never_red():
    late = at("2027-01-20T09:00")
    assert clock.light(at(DUE), late, done=True) is Light.DONE
    assert clock.light(at(DUE), late, paused=True) is Light.PAUSED
    assert clock.light(at(DUE), late, done=True, paused=True) is Light.DONE
    assert clock.light(None, late) is Light.OK


def test_lights_carry_the_words_of_the_ministry():
    with translation.override("zh-hans"):
        assert [str(each.label) for each in Light] == ["正常", "提醒", "逾期", "暂停", "办结"]


# --- pausing clocks ---------------------------------------------------------------------
@pytest.mark.django_db
def test_a_clock_counts_working_days_from_the_day_after_its_start():
    case = Clock(at("2026-11-23T10:00"), limit=5)
    assert case.elapsed(at("2026-11-23T18:00")) == 0
    assert case.elapsed(at("2026-11-26T09:00")) == 3
    assert case.left(at("2026-11-26T09:00")) == 2
    assert case.due(at("2026-11-26T09:00")) == clock.end_of_day(day("2026-11-30"))


@pytest.mark.django_db
def test_a_pause_moves_the_due_day_by_the_days_it_lasted():
    case = Clock(at("2026-11-23T10:00"), 5, pauses=((at("2026-11-24T11:00"), at("2026-11-26T09:00")),))
    later = at("2026-11-30T09:00")
    assert case.paused_days(later) == 2
    assert case.elapsed(later) == 3
    assert case.due(later) == clock.end_of_day(day("2026-12-02"))
    assert not case.is_paused(later)
    assert case.is_paused(at("2026-11-25T00:00"))


@pytest.mark.django_db
def test_a_pause_that_ends_on_its_own_day_costs_nothing():
    case = Clock(at("2026-11-23T10:00"), 5, pauses=((at("2026-11-24T09:00"), at("2026-11-24T17:00")),))
    assert case.elapsed(at("2026-11-25T09:00")) == 2


@pytest.mark.django_db
def test_overlapping_pauses_are_counted_once():
    pauses = (
        (at("2026-11-24T09:00"), at("2026-11-26T09:00")),
        (at("2026-11-25T09:00"), at("2026-11-27T09:00")),
    )
    case = Clock(at("2026-11-23T10:00"), 5, pauses=pauses)
    assert case.paused_days(at("2026-12-10T09:00")) == 3


@pytest.mark.django_db
def test_an_open_pause_holds_the_clock_and_pushes_the_due_day_on():
    case = Clock(at("2026-11-23T10:00"), 5, pauses=((at("2026-11-24T09:00"), None),))
    for now in ("2026-11-26T09:00", "2026-12-31T09:00"):
        assert case.elapsed(at(now)) == 1
        assert case.left(at(now)) == 4
        assert case.light(at(now)) is Light.PAUSED
    assert case.due(at("2026-11-26T09:00")) == clock.end_of_day(day("2026-12-02"))


@pytest.mark.django_db
def test_a_closed_case_stops_its_clock():
    case = Clock(at("2026-11-23T10:00"), 5, stopped=at("2026-11-25T10:00"))
    assert case.elapsed(at("2027-03-01T09:00")) == 2
    assert case.light(at("2027-03-01T09:00")) is Light.DONE


@pytest.mark.django_db
def test_an_unanswered_case_turns_red_and_counts_the_days_it_owes():
    case = Clock(at("2026-11-23T10:00"), 2)
    assert case.light(at("2026-11-25T23:00")) is Light.WARN
    assert case.light(at("2026-11-26T00:00")) is Light.OVERDUE
    assert case.left(at("2026-11-27T09:00")) == -2
