"""Statutory guards: the petition that binds the secretariat, and the notice waived by all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import clock, reminders
from core.models import Notice
from core.workflow import NotAllowed, Refused, WrongState
from meetings import minutes_draft, petitions, schedule, waiver
from meetings.models import Petition

from .convening import again, approved, start

ITEMS = ["应急协作机制"]


def begun(cast, who="delegate", **more):
    given = {
        "title": "提请召开临时联席会议",
        "reason": "产业链出现断点，需紧急协商。",
        "items": ITEMS,
        **more,
    }
    return petitions.start(by=cast.person(who), **given)


def test_four_of_eleven_bind_the_secretariat_with_a_due_day(cast):
    cast.all_eleven()
    petition = begun(cast)
    assert petitions.count(petition) == petitions.arithmetic.QuorumResult(11, 1, 4)
    for code in ("quanzhou", "zhangzhou"):
        petitions.sign(petition, by=cast.delegate_of(code))
    assert petition.state == "open"
    page = cast.client("delegate_b").get(f"/meetings/petitions/{petition.pk}/").content.decode()
    assert "3/4" in page
    petitions.sign(petition, by=cast.delegate_of("putian"))
    assert petition.state == "binding"
    assert petition.due_on == clock.add_working_days(timezone.localdate(), 5)
    assert Notice.objects.filter(event__kind="meetings.petition.sign", person=cast.secretariat).exists()
    assert petition in petitions.waiting_for(cast.person("secretariat"))
    home = cast.client("secretariat").get("/").content.decode()
    assert petition.title in home


def test_a_unit_signs_once_and_may_take_it_back_before_the_share_is_reached(cast):
    cast.all_eleven()
    petition = begun(cast)
    with pytest.raises(WrongState):
        petitions.sign(petition, by=cast.person("delegate"))
    petitions.sign(petition, by=cast.person("delegate_b"))
    petitions.take_back(petition, by=cast.person("delegate_b"))
    assert petitions.count(petition).present == 1
    with pytest.raises(NotAllowed):
        petitions.sign(petition, by=cast.person("liaison"))
    with pytest.raises(NotAllowed):
        petitions.withdraw(petition, by=cast.person("delegate_b"))
    petitions.withdraw(petition, by=cast.person("delegate"), reason="已另行协商")
    with pytest.raises(WrongState):
        petitions.sign(petition, by=cast.person("delegate_b"))


def test_a_petition_names_items_and_comes_from_a_member(cast):
    with pytest.raises(Refused):
        begun(cast, items=["  "])
    with pytest.raises(NotAllowed):
        begun(cast, "company")
    cast.all_eleven()
    begun(cast)
    with pytest.raises(WrongState):
        begun(cast)


def test_its_meeting_answers_it_once_called_and_a_cancelled_one_does_not(cast):
    petition = begun(cast)  # of three units, one is a third
    assert petition.state == "binding"
    clerk = cast.person("secretariat")
    petitions.convene(petition, by=clerk, starts_at=start(30), ends_at=start(30) + timedelta(hours=2))
    meeting = petition.meeting
    assert ITEMS[0] in meeting.items.values_list("title", flat=True)
    with pytest.raises(WrongState):
        petitions.convene(petition, by=clerk, starts_at=start(30), ends_at=start(30) + timedelta(hours=2))
    schedule.submit(meeting, by=clerk)
    schedule.approve(meeting, by=cast.person("chair"))
    assert again(petition).state == "binding"
    schedule.call(meeting, by=clerk)
    assert again(petition).state == "answered"
    schedule.cancel(meeting, by=clerk, reason="台风")
    assert again(petition).state == "binding"
    assert again(petition).meeting is None


def test_the_secretariat_is_reminded_before_and_after_the_day(cast):
    petition = begun(cast)
    for kind, days in (("remind_due", -1), ("remind_overdue", 1)):
        day = clock.add_working_days(petition.due_on, days)
        at = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 9, 5))
        reminders.fire(now=at)
        told = Notice.objects.filter(event__kind=f"meetings.petition.{kind}").values_list("person", flat=True)
        assert set(told) == {cast.secretariat.pk}


def test_petitions_through_pages_and_programs(cast):
    cast.all_eleven()
    browser = cast.client("delegate")
    sent = {"title": "临时会议", "reason": "急事", "items": "第一项\n\n第二项"}
    assert browser.post("/meetings/petitions/new/", sent).status_code == 302
    petition = Petition.objects.get()
    assert petition.items == ["第一项", "第二项"]
    answer = cast.api("delegate_b").post(f"/api/v1/petitions/{petition.pk}/sign/")
    assert answer.status_code == 200
    assert "2/4" in browser.get(f"/meetings/petitions/{petition.pk}/count/").content.decode()
    assert browser.get("/meetings/petitions/").status_code == 200
    assert cast.client("company").get(f"/meetings/petitions/{petition.pk}/").status_code == 404


# --- the waiver of notice -------------------------------------------------------------------


def test_a_short_notice_leaves_only_once_every_unit_has_signed(cast):
    meeting = approved(cast, days=6)
    clerk = cast.person("secretariat")
    with pytest.raises(Refused):
        schedule.call(meeting, by=clerk)
    waiver.ask_waiver(meeting, by=clerk, reason="省里部署，须尽快传达")
    asked = Notice.objects.filter(event__kind="meetings.meeting.ask_waiver").values_list("person", flat=True)
    assert set(asked) == {cast.chair.pk, cast.delegate.pk, cast.delegate_b.pk}
    for who in ("chair", "delegate"):
        waiver.waive_notice(meeting, by=cast.person(who))
    with pytest.raises(Refused):
        schedule.call(meeting, by=clerk)
    with pytest.raises(WrongState):
        waiver.waive_notice(meeting, by=cast.person("delegate"))
    with pytest.raises(NotAllowed):
        waiver.waive_notice(meeting, by=cast.person("liaison"))
    answer = cast.client("delegate_b").post(f"/meetings/meetings/{meeting.pk}/waive_notice/", {"version": ""})
    assert answer.status_code == 302
    schedule.call(again(meeting), by=clerk)
    meeting = again(meeting)
    assert meeting.state == "called"
    assert waiver.used(meeting)
    page = cast.client("delegate").get(meeting.get_absolute_url()).content.decode()
    assert "缩短通知期限" in page
    assert "缩短通知期限" in minutes_draft.text(minutes_draft.facts(meeting, timezone.now()))


def test_signatures_hold_for_the_time_the_meeting_had(cast):
    meeting = approved(cast, days=6)
    for who in ("chair", "delegate", "delegate_b"):
        waiver.waive_notice(meeting, by=cast.person(who))
    assert waiver.complete(meeting, timezone.now())
    meeting.starts_at -= timedelta(days=1)
    assert not waiver.complete(meeting, timezone.now())


def test_a_notice_in_time_needs_no_waiver(cast):
    meeting = approved(cast, days=30)
    with pytest.raises(WrongState):
        waiver.waive_notice(meeting, by=cast.person("delegate"))
