"""Proposing, answering and ordering items."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.models import Document, Notice
from meetings import agenda, schedule
from meetings.models import AgendaItem

from .convening import again, called, collecting, drafted


def propose(cast, meeting, who="delegate", **more):
    return agenda.propose(by=cast.person(who), meeting=meeting, **{"title": "共建中试基地", **more})


def url(item, verb=""):
    return f"/meetings/items/{item.pk}/" + (f"{verb}/" if verb else "")


def test_a_zone_proposes_an_item_with_material(cast):
    meeting = collecting(cast)
    file = SimpleUploadedFile("方案.txt", "共建中试基地的方案".encode(), "text/plain")
    answer = cast.client("delegate").post(
        "/meetings/items/new/",
        {
            "meeting": meeting.pk,
            "title": "共建中试基地",
            "kind": "decision",
            "minutes": 20,
            "documents": file,
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    item = AgendaItem.objects.get(title="共建中试基地")
    assert (item.state, item.unit, item.late) == ("proposed", cast.zones["xiamen-torch"], False)
    assert Document.objects.get(object_id=item.pk, purpose="material").name == "方案.txt"
    assert Notice.objects.filter(event__kind="meetings.agendaitem.propose", person=cast.secretariat).exists()


@pytest.mark.parametrize("named", ["abc", "²", "-1", "9" * 40])
def test_an_address_that_names_no_meeting_still_shows_the_form(cast, named):
    collecting(cast)
    assert cast.client("delegate").get(f"/meetings/items/new/?meeting={named}").status_code == 200


def test_what_an_edit_leaves_out_stays_as_it_is(cast):
    item = propose(cast, collecting(cast), kind="decision", summary="为什么", presenter="张三", minutes=25)
    assert cast.client("delegate").post(url(item, "edit"), {"summary": "新的理由"}).status_code == 302
    item = again(item)
    assert (item.title, item.kind, item.presenter, item.minutes) == ("共建中试基地", "decision", "张三", 25)
    assert item.summary == "新的理由"


def test_a_late_item_is_refused_with_a_reason_unless_it_says_that_it_is_late(cast):
    meeting = collecting(cast)
    with time_machine.travel(meeting.items_due_at + timedelta(hours=1), tick=False):
        browser = cast.client("delegate")
        data = {"meeting": meeting.pk, "title": "临时动议"}
        refused = browser.post("/meetings/items/new/", data)
        assert refused.status_code == 400
        assert "议题截止时间为" in refused.content.decode()
        assert not AgendaItem.objects.filter(title="临时动议").exists()
        assert browser.post("/meetings/items/new/", {**data, "late": "on"}).status_code == 302
    assert AgendaItem.objects.get(title="临时动议").late


def test_an_item_after_the_notice_is_late_even_before_the_day_for_items(cast):
    meeting = called(cast)
    assert propose(cast, meeting, late=True).late
    with pytest.raises(agenda.Refused):
        propose(cast, meeting)


def test_a_meeting_that_is_over_takes_no_items(cast):
    meeting = drafted(cast)
    schedule.cancel(meeting, by=cast.person("secretariat"), reason="台风")
    answer = cast.api("secretariat").post("/api/v1/items/", {"meeting": meeting.pk, "title": "议题"})
    assert answer.status_code == 409
    assert answer.json()["detail"]


def test_an_unknown_or_unseen_meeting_is_bad_input(cast):
    hidden = drafted(cast)
    program = cast.api("delegate")
    for pk in (hidden.pk, 999999):
        answer = program.post("/api/v1/items/", {"meeting": pk, "title": "议题"})
        assert answer.status_code == 400
        assert "meeting" in answer.json()["errors"]


def test_whoever_does_not_speak_for_a_member_may_not_propose(cast):
    meeting = collecting(cast)
    for who in ("editor", "service", "company", "bank", "observer", "stranger"):
        answer = cast.client(who).post("/meetings/items/new/", {"meeting": meeting.pk, "title": "议题"})
        assert answer.status_code == 403, who
    assert not AgendaItem.objects.filter(title="议题").exists()


def test_the_secretariat_accepts_an_item_or_returns_it_with_a_reason(cast):
    meeting = collecting(cast)
    first, second = propose(cast, meeting), propose(cast, meeting, who="delegate_b", title="互认人才")
    office = cast.client("secretariat")
    assert office.post(url(first, "accept"), {"minutes": 25}).status_code == 302
    assert (again(first).state, again(first).minutes) == ("accepted", 25)
    assert office.post(url(second, "return_item"), {}).status_code == 400
    assert office.post(url(second, "return_item"), {"reason": "请补充预算"}).status_code == 302
    assert "请补充预算" in cast.client("delegate_b").get(url(second)).content.decode()
    assert Notice.objects.filter(
        event__kind="meetings.agendaitem.return_item", person=cast.delegate_b
    ).exists()


def test_a_returned_item_that_its_unit_mends_is_proposed_again(cast):
    item = propose(cast, collecting(cast))
    agenda.return_item(item, by=cast.person("secretariat"), reason="请补充预算")
    data = {"title": "共建中试基地（修订）", "minutes": 15, "version": again(item).version}
    assert cast.client("delegate").post(url(item, "edit"), data).status_code == 302
    assert (again(item).state, again(item).title) == ("proposed", "共建中试基地（修订）")


def test_another_zone_neither_sees_nor_changes_a_proposal(cast):
    item = propose(cast, collecting(cast))
    other = cast.client("delegate_b")
    assert other.get(url(item)).status_code == 404
    assert other.post(url(item, "withdraw"), {}).status_code == 404
    agenda.accept(item, by=cast.person("secretariat"))
    assert other.get(url(item)).status_code == 200
    assert other.post(url(item, "withdraw"), {}).status_code == 403


def test_a_unit_withdraws_its_proposal_but_not_from_a_sent_agenda(cast):
    meeting = collecting(cast)
    item, kept = propose(cast, meeting), propose(cast, meeting, title="互认人才")
    assert cast.client("delegate").post(url(item, "withdraw"), {}).status_code == 302
    office = cast.person("secretariat")
    agenda.accept(kept, by=office)
    schedule.call(schedule.approve(schedule.submit(meeting, by=office), by=cast.person("chair")), by=office)
    assert cast.client("delegate").post(url(kept, "withdraw"), {}).status_code == 409


def test_items_are_ordered_by_place_and_close_up(cast):
    meeting = drafted(cast)
    office = cast.person("secretariat")
    for title in ("甲", "乙", "丙"):
        agenda.propose(by=office, meeting=meeting, title=title)
    last = meeting.items.get(title="丙")
    browser = cast.client("secretariat")
    assert browser.post(url(last, "move"), {"position": 2}).status_code == 302
    order = list(meeting.items.order_by("position").values_list("title", flat=True))
    assert order == ["上次议定事项落实情况", "丙", "甲", "乙"]
    assert list(meeting.items.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]
    assert (
        browser.post(url(last, "move"), {"position": "99"}, headers={"X-Requested-With": "drag"}).status_code
        == 204
    )
    assert again(last).position == 4
    assert browser.post(url(last, "move"), {"position": "x"}).status_code == 400
    assert cast.client("chair").post(url(last, "move"), {"position": 1}).status_code == 403


def test_the_time_of_all_items_is_shown_beside_that_of_the_meeting(cast):
    meeting = drafted(cast)
    agenda.propose(by=cast.person("secretariat"), meeting=meeting, title="甲", minutes=200)
    page = cast.client("secretariat").get(f"/meetings/meetings/{meeting.pk}/?tab=agenda")
    assert page.context["planned"] == 215
    assert "超出 35 分钟" in page.content.decode()


def test_an_item_is_concluded_once_the_meeting_is_open(cast):
    meeting = called(cast)
    item = meeting.items.get()
    office = cast.client("secretariat")
    assert office.post(url(item, "conclude"), {"conclusion": "同意"}).status_code == 409
    with time_machine.travel(meeting.starts_at, tick=False):
        schedule.open(meeting, by=cast.person("secretariat"), now=timezone.now())
        assert (
            cast.client("secretariat").post(url(item, "conclude"), {"conclusion": "同意"}).status_code == 302
        )
    assert (again(item).state, again(item).conclusion) == ("concluded", "同意")


def test_an_item_carries_what_another_chapter_lets_the_meeting_decide(cast):
    from meetings import chair

    term = chair.nominate(
        by=cast.person("secretariat"), unit=cast.zones["xiamen-torch"], statement="愿意承担"
    )
    meeting = collecting(cast)
    browser = cast.client("delegate")
    choices = dict(
        browser.get(f"/meetings/items/new/?meeting={meeting.pk}").context["form"].fields["subject"].choices
    )
    key = f"meetings.chairterm:{term.pk}"
    assert key in choices
    data = {"meeting": meeting.pk, "title": "第二届主任单位", "subject": key, "rule": "chair_election"}
    assert browser.post("/meetings/items/new/", data).status_code == 302
    assert AgendaItem.objects.get(title="第二届主任单位").subject == term
    unknown = browser.post("/meetings/items/new/", {**data, "subject": "meetings.chairterm:99999"})
    assert unknown.status_code == 400


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_items_costs_the_same_for_one_and_for_three(cast, many, django_assert_num_queries):
    meeting = collecting(cast)
    AgendaItem.objects.all().delete()
    for number in range(many):
        propose(cast, meeting, title=f"议题{number}")
    browser = cast.client("secretariat")
    browser.get("/meetings/items/")
    with django_assert_num_queries(7):
        browser.get("/meetings/items/")


@pytest.mark.parametrize("many", [1, 3])
def test_the_agenda_tab_costs_the_same_for_one_item_and_for_three(cast, many, django_assert_num_queries):
    meeting = collecting(cast)
    for number in range(many):
        propose(cast, meeting, title=f"议题{number}")
    browser = cast.client("secretariat")
    browser.get(f"/meetings/meetings/{meeting.pk}/?tab=agenda")
    with django_assert_num_queries(11):
        browser.get(f"/meetings/meetings/{meeting.pk}/?tab=agenda")
