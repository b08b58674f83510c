"""The journal: it only grows, and whoever goes round it is found out."""

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core import events
from core.models import CalendarDay, Event, Seal
from tests.parallel import in_threads

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def day(db):
    return CalendarDay.objects.create(day="2026-11-23", working=False, name="例日")


@pytest.fixture
def lines(day):
    return [events.record(day, f"core.calendarday.step{n}", by=None, at=NOW, data={"n": n}) for n in range(3)]


def forced(*statements):
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def unguarded(statement, *values):
    """What an owner of the database could do by force: take the guard off first."""
    if connection.vendor == "sqlite":
        guards = ["DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete"]
    else:
        guards = ["DROP TRIGGER journal_no_change ON core_event"]
    with connection.cursor() as cursor:
        for guard in guards:
            cursor.execute(guard)
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE core_event SET kind = 'x.y.z'", "DELETE FROM core_event"],
    ids=["changing", "deleting"],
)
def test_the_database_refuses_changing_and_deleting_a_line(lines, statement):
    with pytest.raises(DatabaseError, match="journal cannot be changed"):
        forced(statement)
    assert [event.kind for event in Event.objects.order_by("seq")] == [line.kind for line in lines]


def test_the_models_own_doors_are_refused_too(lines):
    lines[0].data = {"n": 9}
    with pytest.raises(DatabaseError), transaction.atomic():
        lines[0].save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all()._raw_delete("default")


def test_postgresql_refuses_to_empty_the_journal(lines):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no TRUNCATE")
    with pytest.raises(DatabaseError, match="journal cannot be changed"):
        forced("SET CONSTRAINTS ALL IMMEDIATE", "TRUNCATE core_event CASCADE")


def test_an_untouched_journal_is_whole_and_the_command_says_how_long_it_is(lines):
    events.seal(now=NOW + timedelta(hours=1))
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert "3 events, 1 seals" in out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        ("UPDATE core_event SET kind = 'core.calendarday.step9' WHERE id = %s", lambda line: (line.pk,)),
        ("UPDATE core_event SET data = %s WHERE id = %s", lambda line: ('{"n": 8}', line.pk)),
        ("UPDATE core_event SET at = %s WHERE id = %s", lambda line: ("2026-11-22 01:00:01+00", line.pk)),
        ("DELETE FROM core_event WHERE id = %s", lambda line: (line.pk,)),
    ],
    ids=["kind", "content", "time", "gone"],
)
def test_a_line_changed_by_force_is_found(lines, change):
    statement, values = change
    unguarded(statement, *values(lines[1]))
    assert events.verify()
    complaint = StringIO()
    with pytest.raises(CommandError, match="broken"):
        call_command("verify_journal", stderr=complaint)
    assert "event" in complaint.getvalue()


def test_cutting_off_the_end_is_found_by_the_seal_alone(lines):
    events.seal(now=NOW + timedelta(hours=1))
    unguarded("DELETE FROM core_event WHERE id = %s", lines[2].pk)
    (fault,) = events.verify()
    assert fault.startswith("seal")


def test_a_seal_leaves_young_lines_open_and_the_next_one_takes_them(day, lines):
    young = events.record(day, "core.calendarday.late", by=None, at=NOW + timedelta(hours=1))
    first = events.seal(now=NOW + timedelta(hours=1))
    assert (first.count, first.last_event) == (3, lines[2].pk)
    assert events.seal(now=NOW + timedelta(hours=1)) is None
    second = events.seal(now=NOW + timedelta(hours=2))
    assert (second.first_event, second.last_event, second.count) == (lines[2].pk + 1, young.pk, 1)
    assert events.verify() == []
    assert Seal.objects.count() == 2


def test_what_is_hashed_is_what_is_stored(day):
    events.record(
        day, "core.calendarday.odd", by=None, at=NOW, data={"when": NOW, "文": "é😀", "n": 1.5, "none": None}
    )
    assert events.verify() == []


def test_writers_on_one_object_keep_one_unbroken_order(transactional_db):
    day = CalendarDay.objects.create(day="2026-11-23", working=False, name="例日")

    def write():
        for _ in range(5):
            with transaction.atomic():
                locked = CalendarDay.objects.select_for_update().get(pk=day.pk)
                events.record(locked, "core.calendarday.step", by=None, at=NOW)

    assert in_threads(*[write] * 6) == []
    assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 31))
    assert events.verify() == []


def test_a_writer_on_another_object_does_not_wait(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time by design")
    one = CalendarDay.objects.create(day="2026-11-23", working=False, name="例日")
    other = CalendarDay.objects.create(day="2026-11-24", working=False, name="又一日")
    written, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            locked = CalendarDay.objects.select_for_update().get(pk=one.pk)
            events.record(locked, "core.calendarday.step", by=None, at=NOW)
            assert release.wait(30)

    def pass_by():
        try:
            with transaction.atomic():
                locked = CalendarDay.objects.select_for_update().get(pk=other.pk)
                events.record(locked, "core.calendarday.step", by=None, at=NOW)
            written.set()
        finally:
            release.set()

    assert in_threads(hold, pass_by) == []
    assert written.is_set()
    assert Event.objects.count() == 2
