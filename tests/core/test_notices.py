"""Who is told: one row an event, person and channel, and never twice."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import events, notices
from core.models import CalendarDay, Event, Notice, Preference, Robot
from core.notices import Recipient

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
KIND = "core.calendarday.announce"


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setattr(notices, "kinds", dict(notices.kinds))
    notices.declare_kind(KIND, "Announce")


@pytest.fixture
def event(cast):
    day = CalendarDay.objects.create(day="2026-11-23", working=False, name="A&B <例日>")
    return events.record(day, KIND, by=cast.secretariat, at=NOW)


def rows():
    return set(Notice.objects.values_list("person__username", "channel", "state"))


def test_a_person_is_told_in_the_inbox_at_once_and_by_mail_later(cast, event):
    assert notices.tell(event, [cast.delegate]) == 2
    assert rows() == {
        ("xiamen-torch-delegate", "inbox", "sent"),
        ("xiamen-torch-delegate", "mail", "pending"),
    }


def test_whoever_did_it_and_whoever_left_are_not_told(cast, event):
    cast.delegate.is_active = False
    assert notices.tell(event, [cast.secretariat, cast.delegate]) == 0


def test_a_person_named_twice_is_told_once_for_the_first_unit(cast, event):
    quanzhou, fuzhou = cast.zones["quanzhou"], cast.zones["fuzhou"]
    notices.tell(event, [Recipient(cast.delegate, quanzhou), Recipient(cast.delegate, fuzhou)])
    assert set(Notice.objects.values_list("unit__code", flat=True)) == {"quanzhou"}


def test_telling_twice_cannot_be_recorded(cast, event):
    notices.tell(event, [cast.delegate])
    with pytest.raises(IntegrityError), transaction.atomic():
        notices.tell(event, [cast.delegate])


def test_what_was_rolled_back_told_nobody(cast):
    day = CalendarDay.objects.create(day="2026-11-23", working=False, name="例日")

    def come_to_nothing():
        with transaction.atomic():
            notices.tell(events.record(day, KIND, by=None, at=NOW), [cast.delegate])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        come_to_nothing()
    assert not Notice.objects.exists()
    assert not Event.objects.filter(kind=KIND).exists()


def test_an_own_answer_overrides_the_default_of_a_kind(cast, event):
    Preference.objects.create(person=cast.delegate, kind=KIND, channel="mail", wanted=False)
    Preference.objects.create(person=cast.delegate, kind="core.other.kind", channel="inbox", wanted=False)
    notices.tell(event, [cast.delegate])
    assert rows() == {("xiamen-torch-delegate", "inbox", "sent")}


def test_a_robot_is_used_only_where_one_was_named(cast, event):
    for person in (cast.delegate, cast.delegate_b):
        Preference.objects.create(person=person, kind=KIND, channel="wecom", wanted=True)
    Robot.objects.create(person=cast.delegate, channel="wecom", name="群", key="k" * 20)
    notices.tell(event, [cast.delegate, cast.delegate_b])
    assert set(Notice.objects.filter(channel="wecom").values_list("person__username", flat=True)) == {
        "xiamen-torch-delegate"
    }


def test_a_kind_may_be_for_the_inbox_alone(cast, event):
    notices.declare_kind(KIND, "Announce", channels={"inbox"})
    notices.tell(event, [cast.delegate])
    assert rows() == {("xiamen-torch-delegate", "inbox", "sent")}


def test_everybody_reads_their_own_language_and_plain_text(cast, event):
    cast.delegate_b.language = "en"
    cast.delegate_b.save()
    notices.tell(event, [cast.delegate, cast.delegate_b], label="Announce")
    titles = dict(Notice.objects.filter(channel="inbox").values_list("person__username", "title"))
    assert titles["xiamen-torch-delegate"] == "Announce：2026-11-23 A&B <例日>"
    assert titles["quanzhou-delegate"] == "Announce: 2026-11-23 A&B <例日>"
    _subject, body = notices.letter(Notice.objects.filter(person=cast.delegate_b, channel="mail").get())
    assert "秘书处 工作人员" in body


def test_what_has_not_left_can_be_taken_back(cast, event):
    notices.tell(event, [cast.delegate])
    assert notices.withdraw(event.about, ["core.other.kind"]) == 0
    assert notices.withdraw(event.about, [KIND]) == 1
    assert ("xiamen-torch-delegate", "mail", "cancelled") in rows()


def test_telling_many_costs_no_more_questions_than_telling_few(cast, event, django_user_model):
    many = django_user_model.objects.bulk_create(
        django_user_model(username=f"person-{n}", email=f"person-{n}@example.org") for n in range(300)
    )

    def cost(kind, people):
        told = events.record(event.about, kind, by=None, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            notices.tell(told, people)
        return len(queries)

    few = cost("core.calendarday.few", many[:3])
    # One more statement at most: SQLite takes only so many values at once.
    assert cost("core.calendarday.many", many) <= few + 10
    assert Notice.objects.count() == 2 * 303
