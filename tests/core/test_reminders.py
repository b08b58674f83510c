"""Reminders: each fires once for its due time, whatever happens to the timetable."""

from datetime import UTC, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import notices, reminders
from core.models import CalendarDay, Event, Notice, Reminder
from tests.parallel import in_threads

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
NAME = "core.calendarday.remind_eve"


@pytest.fixture
def kind(cast, monkeypatch):
    """A throw-away kind: the members' liaison is reminded when a special day begins, unless it became a working day."""
    monkeypatch.setattr(reminders, "_kinds", {})
    monkeypatch.setattr(notices, "kinds", dict(notices.kinds))
    people = [cast.liaison, cast.editor]

    @reminders.reminder(NAME, label="Special day", catch_up=timedelta(days=2))
    def eve(after, until):
        for day in CalendarDay.objects.filter(working=False):
            yield reminders.Due(day, beginning(day), people)

    return people


def beginning(day):
    return timezone.make_aware(datetime.combine(day.day, time(8)))


@pytest.fixture
def day(db):
    made = CalendarDay.objects.create(day="2026-11-22", working=False, name="例日")
    made.refresh_from_db()
    return made


def told():
    return sorted(Notice.objects.filter(channel="inbox").values_list("person__username", flat=True))


def test_it_fires_for_everybody_once_and_the_second_run_does_nothing(kind, day):
    assert reminders.fire(now=NOW) == 2
    assert told() == ["xiamen-torch-editor", "xiamen-torch-liaison"]
    assert reminders.fire(now=NOW) == 0
    assert reminders.fire(now=NOW + timedelta(minutes=1)) == 0
    assert len(told()) == 2
    assert Event.objects.filter(kind=NAME).count() == 1


def test_nothing_fires_before_its_time(kind, day):
    assert reminders.fire(now=beginning(day) - timedelta(seconds=1)) == 0
    assert reminders.fire(now=beginning(day)) == 2


def test_a_missed_run_is_caught_up_but_not_after_it_lost_its_sense(kind, day):
    late = beginning(day) + timedelta(hours=47)
    assert reminders.fire(now=late) == 2
    Reminder.objects.all().delete()
    assert reminders.fire(now=beginning(day) + timedelta(hours=48)) == 0


def test_a_moved_due_time_fires_anew(kind, day):
    assert reminders.fire(now=NOW) == 2
    CalendarDay.objects.update(day="2026-11-23")
    assert reminders.fire(now=NOW) == 0
    assert reminders.fire(now=NOW + timedelta(days=1)) == 2
    assert len(told()) == 4


def test_what_was_called_off_never_fires(kind, day):
    CalendarDay.objects.update(working=True)
    assert reminders.fire(now=NOW) == 0
    assert told() == []


def test_a_person_who_joins_later_is_reminded_alone(kind, day, cast):
    assert reminders.fire(now=NOW) == 2
    kind.append(cast.delegate)
    assert reminders.fire(now=NOW) == 1
    assert told() == ["xiamen-torch-delegate", "xiamen-torch-editor", "xiamen-torch-liaison"]


def test_a_kind_that_breaks_does_not_keep_the_others_from_firing(kind, day):
    def broken(after, until):
        raise RuntimeError("no such table")

    reminders._kinds = {
        "a.b.broken": reminders.Kind("a.b.broken", "Broken", broken, timedelta(1)),
        **reminders._kinds,
    }
    with pytest.raises(ExceptionGroup) as caught:
        reminders.fire(now=NOW)
    assert "a.b.broken" in caught.value.exceptions[0].__notes__[0]
    assert len(told()) == 2


def test_a_run_with_nothing_new_costs_the_same_for_one_and_for_many(kind, day):
    def cost():
        reminders.fire(now=NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert reminders.fire(now=NOW) == 0
        return len(queries)

    one = cost()
    CalendarDay.objects.create(day="2026-11-21", working=False, name="前日")
    assert cost() == one == 2  # the finder's own query and the ledger's


def test_two_timetables_at_once_have_one_effect(transactional_db, kind, day):
    counts = []
    assert in_threads(*[lambda: counts.append(reminders.fire(now=NOW))] * 4) == []
    assert sorted(counts) == [0, 0, 0, 2]
    assert len(told()) == 2


def test_the_command_says_how_many_were_reminded(kind, day, monkeypatch):
    CalendarDay.objects.update(day=timezone.localdate() - timedelta(days=1))
    out = StringIO()
    call_command("fire_reminders", stdout=out)
    assert out.getvalue() == "2 persons reminded\n"
