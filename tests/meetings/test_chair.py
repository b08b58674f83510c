"""Who chairs, until when, who is next: the term, its end, nominations, and the one way a term begins."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import reminders, subjects
from core.models import Notice
from core.workflow import NotAllowed, Refused, WrongState
from meetings import chair
from meetings.models import ChairTerm

FOUNDED, LAST_DAY = date(2025, 11, 17), date(2026, 11, 16)
DECIDED_AT = timezone.make_aware(datetime(2026, 11, 25, 15, 0))


def nominated(cast, zone="xiamen-torch", by="secretariat"):
    return chair.nominate(by=cast.person(by), unit=cast.zones[zone], statement="愿承担第二届主任单位职责。")


def decide(term, passed=True, at=DECIDED_AT):
    subjects.conclude(term, passed=passed, decision={"format": 1}, by=None, now=at)
    term.refresh_from_db()
    return term


def test_the_founding_term_is_in_force_on_its_first_and_last_day(cast):
    for day in (FOUNDED, LAST_DAY):
        assert chair.chair_unit(day) == cast.zones["fuzhou"]
        assert not chair.term(day).expired
    assert chair.term(LAST_DAY).days_left == 0
    assert chair.chair_unit(FOUNDED - timedelta(days=1)) is None


def test_after_its_end_the_outgoing_unit_acts_on_and_the_term_says_so(cast):
    standing = chair.term(date(2026, 11, 22))
    assert standing.unit == cast.zones["fuzhou"]
    assert standing.expired
    assert "2026-11-16" in standing.sentence
    assert chair.is_chair(cast.person("chair"), date(2026, 11, 22))


def test_only_the_delegate_of_the_chair_unit_is_the_chair(cast):
    liaison = cast._person("fuzhou-liaison", "福州高新区 联络员")
    cast.appoint(liaison, cast.zones["fuzhou"], "liaison")
    assert not chair.is_chair(liaison)
    assert not chair.is_chair(cast.person("delegate"))
    assert not chair.is_chair(cast.person("secretariat"))


def test_the_database_refuses_overlapping_decided_terms_but_not_nominations(cast):
    overlap = {
        "unit": cast.zones["quanzhou"],
        "number": 2,
        "starts_on": LAST_DAY,
        "ends_on": date(2027, 11, 15),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ChairTerm.objects.create(**overlap)
    row = ChairTerm.objects.create(**overlap, state="nominated")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChairTerm.objects.filter(pk=row.pk).update(state="decided")
    ChairTerm.objects.filter(pk=row.pk).update(state="decided", starts_on=LAST_DAY + timedelta(days=1))


def test_a_carried_motion_begins_a_term_of_one_year_and_ends_the_other_nominations(cast):
    term, other = nominated(cast), nominated(cast, "quanzhou")
    decide(term)
    assert (term.state, term.number, term.starts_on) == ("decided", 2, date(2026, 11, 25))
    assert term.ends_on == date(2027, 11, 24)
    other.refresh_from_db()
    assert other.state == "rejected"
    assert chair.chair_unit(date(2026, 11, 24)) == cast.zones["fuzhou"]
    assert chair.chair_unit(date(2026, 11, 25)) == cast.zones["xiamen-torch"]
    told = Notice.objects.filter(event__kind="meetings.chairterm.start_term").values_list("person", flat=True)
    assert {cast.chair.pk, cast.delegate.pk, cast.delegate_b.pk, cast.secretariat.pk} <= set(told)


def test_a_term_decided_early_begins_on_the_day_after_the_present_one(cast):
    term = decide(nominated(cast), at=timezone.make_aware(datetime(2026, 11, 10, 15, 0)))
    assert (term.starts_on, term.ends_on) == (date(2026, 11, 17), date(2027, 11, 16))


def test_a_lost_motion_leaves_the_outgoing_unit_in_the_chair(cast):
    term = decide(nominated(cast), passed=False)
    assert term.state == "rejected"
    assert chair.chair_unit(date(2026, 12, 1)) == cast.zones["fuzhou"]


def test_nobody_begins_a_term_by_hand(cast):
    term = nominated(cast)
    for who in ("secretariat", "chair", "delegate"):
        with pytest.raises(NotAllowed):
            chair.start_term(term, by=cast.person(who))


def test_a_member_nominates_only_itself_and_only_once(cast):
    nominated(cast, "quanzhou", by="delegate_b")
    with pytest.raises(NotAllowed):
        nominated(cast, "quanzhou", by="delegate")
    with pytest.raises(Refused):
        nominated(cast, "quanzhou")
    with pytest.raises(NotAllowed):
        nominated(cast, "xiamen-torch", by="company")


def test_only_a_member_can_be_nominated(cast):
    with pytest.raises(Refused, match=r"member|成员"):
        chair.nominate(by=cast.person("secretariat"), unit=cast.bank_unit)


def test_a_decided_nomination_cannot_be_withdrawn(cast):
    term = decide(nominated(cast))
    with pytest.raises(WrongState):
        chair.withdraw(term, by=cast.person("secretariat"))


@pytest.mark.parametrize(("days", "kind"), [(60, "nominations"), (30, "30")])
def test_the_end_of_a_term_is_recalled_once_to_the_secretariat_and_all_delegates(cast, days, kind):
    kind = f"meetings.chairterm.remind_{kind}"
    at = timezone.make_aware(
        datetime.combine(LAST_DAY - timedelta(days=days), datetime.min.time().replace(hour=9))
    )
    reminders.fire(now=at - timedelta(minutes=1))
    assert not Notice.objects.filter(event__kind=kind).exists()
    reminders.fire(now=at)
    told = set(Notice.objects.filter(event__kind=kind).values_list("person", flat=True))
    assert told == {cast.secretariat.pk, cast.chair.pk, cast.delegate.pk, cast.delegate_b.pk}
    assert reminders.fire(now=at + timedelta(hours=1)) == 0


def test_no_reminder_once_the_next_term_is_decided(cast):
    decide(nominated(cast), at=timezone.make_aware(datetime(2026, 9, 1, 12, 0)))
    reminders.fire(now=timezone.make_aware(datetime(2026, 9, 17, 10, 0)))
    assert not Notice.objects.filter(event__kind="meetings.chairterm.remind_nominations").exists()
