"""Deciding without meeting: a sealed text, a window, a clock, and three units that want a meeting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import clock, reminders
from core.models import Notice
from meetings import chair, written
from meetings.models import AgendaItem, Meeting, Motion

GIVEN = {
    "title": "共享实验室收费办法",
    "text": "是否同意共享实验室收费办法？",
    "summary": "全文。",
    "days": 5,
}


@pytest.fixture
def zones(cast):
    return cast.all_eleven()


@pytest.fixture
def asked(cast, zones):
    return written.ask_in_writing(by=cast.person("secretariat"), **GIVEN)


def answer(cast, motion, code, choice, verb="cast", **more):
    client = cast.client(cast.delegate_of(code))
    return client.post(f"/meetings/motions/{motion.pk}/{verb}/", {"choice": choice, **more}).status_code


def test_the_secretariat_asks_all_units_and_the_text_is_sealed(cast, zones):
    client = cast.client("secretariat")
    assert "5 至 10 个工作日" in client.get("/meetings/motions/written/").content.decode()
    assert cast.client("delegate").get("/meetings/motions/written/").status_code == 403
    assert client.post("/meetings/motions/written/", GIVEN).status_code == 302
    motion = Motion.objects.get()
    assert (motion.method, motion.state, motion.meeting.kind) == ("written", "open", "written")
    assert motion.seats.count() == 11
    assert clock.working_days_between(motion.opened_at, motion.closes_at) == 5
    assert written.intact(motion)
    AgendaItem.objects.filter(pk=motion.item_id).update(summary="换了一句。")
    assert not written.intact(Motion.objects.get())
    assert Notice.objects.filter(event__kind="meetings.motion.ask_in_writing", person=cast.delegate).exists()


@pytest.mark.parametrize(
    "more",
    [{"days": 4}, {"days": 11}, {"rule": "expulsion"}, {"rule": "chair_election"}, {"rule": "ordinary"}],
)
def test_outside_the_bounds_and_on_persons_nothing_is_asked_in_writing(cast, zones, more):
    assert cast.client("secretariat").post("/meetings/motions/written/", {**GIVEN, **more}).status_code == 400
    assert not Meeting.objects.exists()


def test_a_nomination_is_not_decided_in_writing(cast, zones):
    nomination = chair.nominate(by=cast.person("delegate"), unit=cast.zones["xiamen-torch"])
    subject = f"meetings.chairterm:{nomination.pk}"
    assert (
        cast.client("secretariat")
        .post("/meetings/motions/written/", {**GIVEN, "subject": subject})
        .status_code
        == 400
    )


def test_units_answer_on_the_motions_page_and_may_change_it(cast, asked):
    page = cast.client("delegate").get(asked.get_absolute_url()).content.decode()
    assert 'name="choice" value="for"' in page
    assert asked.fingerprint in page
    assert answer(cast, asked, "xiamen-torch", "against") == 302
    assert answer(cast, asked, "xiamen-torch", "", verb="withdraw") == 302
    assert answer(cast, asked, "xiamen-torch", "for") == 302
    assert answer(cast, asked, "xiamen-torch", "for") == 409


def test_it_closes_by_the_clock_once_and_no_answer_is_no_vote(cast, asked):
    for code in list(cast.zones)[:5]:
        assert answer(cast, asked, code, "for") == 302
    assert cast.client("secretariat").post(f"/meetings/motions/{asked.pk}/close/").status_code == 409
    assert written.close_due(now=asked.closes_at - timedelta(seconds=1)) == 0
    assert written.close_due(now=asked.closes_at) == 1
    assert written.close_due(now=asked.closes_at) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.passed) == ("closed", False)
    assert "应到 11，答复 5" in asked.sentence.replace("收到答复", "答复")
    assert asked.meeting.state == "closed"
    assert Notice.objects.filter(event__kind="meetings.motion.close", person=cast.liaison).exists()


def test_six_of_eleven_carry_it_and_all_answers_let_it_be_closed_early(cast, asked):
    for number, code in enumerate(cast.zones):
        answer(cast, asked, code, "for" if number < 6 else "abstain")
    assert cast.client("secretariat").post(f"/meetings/motions/{asked.pk}/close/").status_code == 302
    asked.refresh_from_db()
    assert asked.passed


def test_an_answer_one_second_too_late_is_refused(cast, asked):
    from core.workflow import WrongState
    from meetings import votes

    person = cast.person("delegate")
    with pytest.raises(WrongState):
        votes.cast(asked, by=person, now=asked.closes_at, choice="for")
    votes.cast(asked, by=person, now=asked.closes_at - timedelta(seconds=1), choice="for")


def test_three_units_turn_it_into_a_meeting(cast, asked):
    codes = list(cast.zones)
    for code in codes[:2]:
        assert answer(cast, asked, code, "", verb="demand_meeting", reason="事关重大") == 302
    assert answer(cast, asked, codes[0], "", verb="demand_meeting", reason="再次") == 409
    asked.refresh_from_db()
    assert asked.state == "open"
    assert answer(cast, asked, codes[2], "", verb="demand_meeting", reason="需当面讨论") == 302
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("void", "3 家单位要求开会审议。")
    item = AgendaItem.objects.exclude(pk=asked.item_id).get()
    assert (item.title, item.state, item.meeting.kind) == (GIVEN["title"], "proposed", "joint")
    assert answer(cast, asked, codes[3], "for") == 409
    assert written.close_due(now=asked.closes_at) == 0


def test_those_who_have_not_answered_are_reminded_at_half_time_and_a_day_before(cast, asked):
    answer(cast, asked, "fuzhou", "for")
    half = asked.opened_at + (asked.closes_at - asked.opened_at) / 2
    for moment, kind in ((half, "remind_half"), (asked.closes_at - timedelta(days=1), "remind_last")):
        reminders.fire(now=moment + timedelta(seconds=1))
        reminders.fire(now=moment + timedelta(minutes=1))
        told = Notice.objects.filter(event__kind=f"meetings.motion.{kind}", channel="inbox")
        assert told.filter(person=cast.delegate).count() == 1
        assert not told.filter(person=cast.chair).exists()


def test_a_written_vote_has_no_door(cast, asked):
    given = {"meeting": asked.meeting_id, "pin": asked.meeting.pin}
    assert cast.client("delegate").post("/meetings/presences/new/", given).status_code == 409
    assert timezone.now() < asked.closes_at
