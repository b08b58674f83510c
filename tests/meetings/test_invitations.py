"""Answering the notice, here and by the link that needs no sign-in; did the notice arrive."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.utils import timezone

from core.delivery import message
from core.models import Event, Notice
from meetings import invitations, schedule
from meetings.models import Invitation

from .convening import again, called, invitation_of, start


@pytest.fixture
def meeting(cast):
    return called(cast)


@pytest.fixture
def mine(cast, meeting):
    return invitation_of(meeting, cast.zones["xiamen-torch"])


def link(cast, invitation, who="delegate"):
    return f"/r/{invitations.reply_token(invitation, cast.person(who))}/"


# --- in the application ---------------------------------------------------------------------


def test_a_delegate_says_who_comes(cast, mine):
    data = {
        "answer": "attending",
        "name": "张三",
        "title": "副主任",
        "capacity": "deputy",
        "phone": "13800000000",
        "lodging": "on",
        "plate": "闽D12345",
        "others": "李四 科长 13900000000\n王五",
    }
    assert cast.client("delegate").post(f"/meetings/invitations/{mine.pk}/reply/", data).status_code == 302
    assert again(mine).state == "attending"
    first, second, third = mine.attendees.all()
    assert (first.name, first.capacity, first.lodging, first.plate) == ("张三", "deputy", True, "闽D12345")
    assert (second.name, second.title, second.phone, second.capacity) == (
        "李四",
        "科长",
        "13900000000",
        "staff",
    )
    assert third.name == "王五"
    assert Notice.objects.filter(event__kind="meetings.invitation.reply", person=cast.secretariat).exists()


def test_an_excuse_needs_its_reason_and_nothing_is_half_written(cast, mine):
    browser = cast.client("delegate")
    assert browser.post(f"/meetings/invitations/{mine.pk}/reply/", {"answer": "declined"}).status_code == 400
    assert again(mine).state == "awaited"
    data = {"answer": "declined", "note": "出差"}
    assert browser.post(f"/meetings/invitations/{mine.pk}/reply/", data).status_code == 302
    assert (again(mine).state, again(mine).note) == ("declined", "出差")


def test_a_later_answer_takes_the_place_of_the_earlier(cast, mine):
    office = cast.person("delegate")
    invitations.reply(mine, by=office, answer="attending", attendees=[{"name": "张三"}])
    invitations.reply(mine, by=office, answer="declined", note="出差")
    assert again(mine).state == "declined"
    assert not mine.attendees.exists()


def test_another_unit_an_editor_and_a_stranger_cannot_answer(cast, mine):
    data = {"answer": "attending"}
    url = f"/meetings/invitations/{mine.pk}/reply/"
    assert cast.client("delegate_b").post(url, data).status_code == 403
    assert cast.client("editor").post(url, data).status_code == 403
    assert cast.client("stranger").post(url, data).status_code == 404
    assert cast.client("bank").post(url, data).status_code == 404
    assert again(mine).state == "awaited"


def test_replies_close_when_the_meeting_begins_or_is_called_off(cast, meeting, mine):
    url = f"/meetings/invitations/{mine.pk}/reply/"
    with time_machine.travel(meeting.starts_at + timedelta(minutes=1), tick=False):
        assert cast.client("delegate").post(url, {"answer": "attending"}).status_code == 409
    schedule.cancel(meeting, by=cast.person("secretariat"), reason="台风")
    answer = cast.api("delegate").post(f"/api/v1/invitations/{mine.pk}/reply/", {"answer": "attending"})
    assert answer.status_code == 409
    assert again(mine).state == "awaited"


def test_a_program_replies_and_an_unknown_answer_is_bad_input(cast, mine):
    program = cast.api("delegate")
    url = f"/api/v1/invitations/{mine.pk}/reply/"
    wrong = program.post(url, {"answer": "perhaps"})
    assert wrong.status_code == 400
    assert "answer" in wrong.json()["errors"]
    right = program.post(url, {"answer": "attending", "name": "张三", "phone": "13800000000"})
    assert right.status_code == 200
    assert right.json()["attendees"][0]["name"] == "张三"


# --- the link -------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing_and_pressing_answers(cast, mine):
    browser = cast.client()
    events = Event.objects.count()
    for _time in range(3):
        assert browser.get(link(cast, mine)).status_code == 200
    assert browser.head(link(cast, mine)).status_code == 200
    assert (again(mine).state, Event.objects.count()) == ("awaited", events)
    answer = browser.post(link(cast, mine), {"answer": "attending", "note": ""})
    assert answer.status_code == 302
    assert again(mine).state == "attending"
    assert again(mine).replied_by == cast.delegate
    assert "已记录：参加" in browser.get(answer.url).content.decode()
    assert "_auth_user_id" not in browser.session


def test_after_one_tap_the_link_leads_on_to_who_comes(cast, mine):
    browser = cast.client()
    next_page = browser.post(link(cast, mine), {"answer": "attending"}).url
    data = {"answer": "attending", "name": "张三", "capacity": "delegate", "phone": "13800000000"}
    assert browser.post(next_page, data).status_code == 302
    assert mine.attendees.get().name == "张三"


def test_an_excuse_by_the_link_needs_its_reason(cast, mine):
    browser = cast.client()
    assert browser.post(link(cast, mine), {"answer": "declined", "note": ""}).status_code == 400
    assert again(mine).state == "awaited"
    assert browser.post(link(cast, mine), {"answer": "declined", "note": "出差"}).status_code == 302
    assert again(mine).state == "declined"


def test_a_used_link_is_a_conflict_that_says_what_was_answered(cast, mine):
    used = link(cast, mine)
    browser = cast.client()
    browser.post(used, {"answer": "attending"})
    for answer in (browser.get(used), browser.post(used, {"answer": "declined", "note": "x"})):
        assert answer.status_code == 409
        assert "此链接已使用" in answer.content.decode()
    assert again(mine).state == "attending"


def test_a_link_ends_when_replies_are_due(cast, meeting, mine):
    address = link(cast, mine)
    with time_machine.travel(meeting.replies_due_at + timedelta(minutes=1), tick=False):
        for answer in (cast.client().get(address), cast.client().post(address, {"answer": "attending"})):
            assert answer.status_code == 403
            assert "截止" in answer.content.decode()
    assert again(mine).state == "awaited"


def test_a_forged_link_is_not_found(cast, mine):
    token = invitations.reply_token(mine, cast.person("delegate"))
    forged = signing.dumps([mine.pk, mine.round, cast.delegate.pk], salt="another")
    for bad in (token[:-2], forged, "x"):
        assert cast.client().post(f"/r/{bad}/", {"answer": "attending"}).status_code == 404
    assert again(mine).state == "awaited"


def test_a_link_of_somebody_who_no_longer_speaks_for_the_unit_is_refused(cast, mine):
    address = link(cast, mine)
    cast.delegate.mandates.update(ends_on=timezone.localdate() - timedelta(days=1))
    answer = cast.client().post(address, {"answer": "attending"})
    assert answer.status_code == 403
    assert again(mine).state == "awaited"


def test_a_link_of_before_a_change_that_asks_anew_is_a_conflict(cast, meeting, mine):
    office = cast.person("secretariat")
    invitations.reply(mine, by=cast.person("delegate"), answer="attending")
    old = link(cast, again(mine))
    schedule.change(
        meeting,
        by=office,
        starts_at=start(33),
        ends_at=start(33) + timedelta(hours=2),
        reason="改期",
        ask_again=True,
    )
    answer = cast.client().post(old, {"answer": "declined", "note": "x"})
    assert answer.status_code == 409
    assert "变更" in answer.content.decode()
    assert again(mine).state == "awaited"


def test_each_mail_of_the_notice_carries_its_own_readers_link_and_the_letter(cast, meeting, mine):
    for person, who in ((cast.delegate, "delegate"), (cast.liaison, "liaison")):
        notice = Notice.objects.get(event__kind="meetings.meeting.call", person=person, channel="mail")
        mail = message(notice)
        address = next(line for line in mail.body.splitlines() if "/r/" in line)
        path = address.replace("http://testserver", "")
        assert invitations.read_token(path.split("/")[2], now=timezone.now()).person == cast.person(who)
        endings = sorted(name.rsplit(".")[-1] for name, _content, _kind in mail.attachments)
        assert endings == ["docx", "ics"]


# --- receipts and reminding ------------------------------------------------------------------


def test_receipts_show_sent_failed_and_read_for_each_unit(cast, meeting):
    mails = Notice.objects.filter(event__kind="meetings.meeting.call", channel="mail")
    torch, quanzhou = cast.zones["xiamen-torch"], cast.zones["quanzhou"]
    mails.filter(unit=torch).update(state="sent")
    mails.filter(unit=quanzhou).update(state="failed", error="550 no such user")
    assert invitations.receipts(meeting)[torch.pk].state == "sent"
    assert invitations.receipts(meeting)[quanzhou.pk] == ("failed", 1, "550 no such user")
    Notice.objects.filter(unit=torch, person=cast.liaison, channel="inbox").update(read_at=timezone.now())
    assert invitations.receipts(meeting)[torch.pk].state == "read"
    page = cast.client("secretariat").get(f"/meetings/meetings/{meeting.pk}/?tab=replies").content.decode()
    assert "已读" in page
    assert "失败" in page
    seen = cast.client("delegate").get(f"/meetings/meetings/{meeting.pk}/?tab=replies").content.decode()
    assert "550" not in seen


def test_only_what_failed_is_sent_again(cast, meeting):
    mails = Notice.objects.filter(event__kind="meetings.meeting.call", channel="mail")
    mails.update(state="sent")
    office = cast.client("secretariat")
    assert office.post(f"/meetings/meetings/{meeting.pk}/resend/", {}).status_code == 409
    mails.filter(person=cast.delegate_b).update(state="failed")
    assert office.post(f"/meetings/meetings/{meeting.pk}/resend/", {}).status_code == 302
    assert list(mails.filter(state="pending").values_list("person", flat=True)) == [cast.delegate_b.pk]


def test_only_units_that_have_not_replied_are_reminded(cast, meeting, mine):
    invitations.reply(mine, by=cast.person("delegate"), answer="attending")
    office = cast.client("secretariat")
    assert office.post(f"/meetings/meetings/{meeting.pk}/remind_all/", {}).status_code == 302
    told = Notice.objects.filter(event__kind="meetings.meeting.remind_all", channel="mail")
    assert set(told.values_list("person", flat=True)) == {cast.chair.pk, cast.delegate_b.pk}
    assert cast.client("delegate").post(f"/meetings/meetings/{meeting.pk}/remind_all/", {}).status_code == 403


def test_one_unit_is_reminded_alone(cast, mine):
    assert cast.client("secretariat").post(f"/meetings/invitations/{mine.pk}/remind/", {}).status_code == 302
    told = Notice.objects.filter(event__kind="meetings.invitation.remind", channel="inbox")
    assert set(told.values_list("person", flat=True)) == {cast.delegate.pk, cast.liaison.pk}


def test_outsiders_see_no_replies_and_members_no_telephones(cast, meeting, mine):
    data = [{"name": "张三", "phone": "13800000000"}]
    invitations.reply(mine, by=cast.person("delegate"), answer="attending", attendees=data)
    page = cast.client("delegate_b").get(f"/meetings/meetings/{meeting.pk}/?tab=replies").content.decode()
    assert "张三" in page
    assert "13800000000" not in page
    program = cast.api("delegate_b").get(f"/api/v1/invitations/{mine.pk}/").json()
    assert program["attendees"][0]["name"] == "张三"
    assert "13800000000" not in str(program)
    for who in ("delegate", "secretariat"):
        assert "13800000000" in str(cast.api(who).get(f"/api/v1/invitations/{mine.pk}/").json())
    assert not invitations.visible_to(cast.person("bank")).exists()
    assert Invitation.objects.count() == 3


@pytest.mark.parametrize("units", [3, 11])
def test_the_tab_of_replies_costs_the_same_for_any_number_of_units(cast, units, django_assert_num_queries):
    if units == 11:
        cast.all_eleven()
    meeting = called(cast)
    browser = cast.client("secretariat")
    browser.get(f"/meetings/meetings/{meeting.pk}/?tab=replies")
    with django_assert_num_queries(QUERIES):
        browser.get(f"/meetings/meetings/{meeting.pk}/?tab=replies")


QUERIES = 12
