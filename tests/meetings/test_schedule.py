"""From the first draft to the archive, through the doors people use."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from core import clock
from core.models import Event, Notice
from core.reminders import fire
from meetings import deadlines, schedule
from meetings.models import Invitation, Meeting, Minutes
from members.models import Membership, User
from tests.parallel import in_threads

from .convening import again, approved, called, collecting, drafted, form_of, start, submitted


def url(meeting, verb=""):
    return f"/meetings/meetings/{meeting.pk}/" + (f"{verb}/" if verb else "")


# --- the main way ---------------------------------------------------------------------------


def test_the_secretariat_convenes_a_meeting_in_five_forms(cast):
    cast.all_eleven()
    for code in cast.zones:
        cast.delegate_of(code)
    office, chair = cast.client("secretariat"), cast.client("chair")
    form = office.get("/meetings/meetings/new/").context["form"]
    data = {
        name: form[name].value()
        if not hasattr(form[name].value(), "strftime")
        else form[name].value().strftime("%Y-%m-%dT%H:%M")
        for name in ("kind", "title", "starts_at", "ends_at", "place", "contact")
    }
    assert data["title"] == "第一次全体成员联席会议"
    made = office.post("/meetings/meetings/new/", {k: v or "" for k, v in data.items()})
    assert made.status_code == 302
    page = made.url
    assert office.post(f"{page}submit/", {}).status_code == 302
    assert chair.post(f"{page}approve/", {}).status_code == 302
    assert "11" in office.get(f"{page}call/").context["consequence"]
    assert office.post(f"{page}call/", {}).status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.state == "called"
    assert meeting.invitations.filter(capacity="member").count() == 11
    told = Notice.objects.filter(event__kind="meetings.meeting.call", channel="mail")
    assert set(told.values_list("unit__code", flat=True)) == set(cast.zones)


def test_a_draft_begins_with_what_became_of_last_time(cast):
    meeting = drafted(cast)
    assert [item.title for item in meeting.items.all()] == ["上次议定事项落实情况"]
    assert meeting.number == 1
    assert meeting.chair == cast.zones["fuzhou"]


def test_the_deadlines_are_counted_in_working_days(cast):
    meeting = drafted(cast)
    due = clock.local_date(meeting.items_due_at)
    assert clock.working_days_between(due, clock.local_date(meeting.starts_at)) == 7
    replies = clock.local_date(meeting.replies_due_at)
    assert clock.working_days_between(replies, clock.local_date(meeting.starts_at)) == 2


@pytest.mark.parametrize("when", ["0001-01-01T00:00", "9999-12-31T23:59", 5, 1.5, True, [1], {"at": 1}])
def test_a_moment_that_no_calendar_holds_is_bad_input(cast, when):
    meeting = drafted(cast)
    for verb, field in (("change", "replies_due_at"), ("change", "ends_at"), ("collect", "items_due_at")):
        answer = cast.api("secretariat").post(f"/api/v1/meetings/{meeting.pk}/{verb}/", {field: when})
        assert answer.status_code == 400, answer.content
        assert field in answer.json()["errors"]


def test_a_copy_takes_the_secretariats_items_and_the_next_number(cast):
    from meetings import agenda

    first = drafted(cast)
    agenda.propose(by=cast.person("secretariat"), meeting=first, title="通报财务情况")
    second = drafted(cast, title="第二次", copy_of=first)
    assert [item.title for item in second.items.all()] == ["上次议定事项落实情况", "通报财务情况"]
    assert second.number == 2


def test_items_are_collected_before_the_agenda_is_approved(cast):
    meeting = drafted(cast)
    office = cast.client("secretariat")
    due = timezone.localtime(meeting.items_due_at).strftime("%Y-%m-%dT%H:%M")
    assert office.post(url(meeting, "collect"), {"items_due_at": due}).status_code == 302
    assert again(meeting).state == "collecting"
    assert Notice.objects.filter(event__kind="meetings.meeting.collect", person=cast.delegate).exists()


def test_the_whole_life_of_a_meeting_ends_on_file(cast):
    meeting = called(cast)
    office = cast.client("secretariat")
    with time_machine.travel(meeting.starts_at, tick=False):
        assert cast.client("secretariat").post(url(meeting, "open"), {}).status_code == 302
        assert cast.client("chair").post(url(meeting, "close"), {}).status_code == 302
    refused = office.post(url(meeting, "archive"), {})
    assert refused.status_code == 409
    Minutes.objects.create(meeting=meeting, title="纪要", text="", state="issued")
    assert office.post(url(meeting, "archive"), {}).status_code == 302
    assert again(meeting).state == "archived"


# --- guards ---------------------------------------------------------------------------------


def test_a_notice_that_comes_too_late_is_refused_and_nothing_is_sent(cast):
    meeting = approved(cast, days=6)
    answer = cast.client("secretariat").post(url(meeting, "call"), {})
    assert answer.status_code == 400
    assert "10" in answer.content.decode()
    assert again(meeting).state == "approved"
    assert not Invitation.objects.exists()
    assert not Notice.objects.filter(event__kind="meetings.meeting.call").exists()


def test_an_urgent_meeting_may_be_called_on_the_shorter_notice(cast):
    meeting = called(cast, days=8, urgent=True)
    assert meeting.state == "called"


def test_the_last_day_of_notice_is_ten_days_before(cast):
    at = start(30)
    day = clock.local_date(at)
    now = timezone.now()
    assert deadlines.latest_notice(at, urgent=False, now=now) == day - timedelta(days=10)
    called_at = at - timedelta(days=10)
    assert not deadlines.too_short(at, urgent=False, called_at=called_at, now=now)
    assert deadlines.too_short(at, urgent=False, called_at=called_at + timedelta(days=1), now=now)


def test_an_agenda_with_unanswered_proposals_is_not_submitted(cast):
    from meetings import agenda

    meeting = collecting(cast)
    agenda.propose(by=cast.person("delegate"), meeting=meeting, title="共建中试基地")
    answer = cast.client("secretariat").post(url(meeting, "submit"), {})
    assert answer.status_code == 409
    assert again(meeting).state == "collecting"


@pytest.mark.parametrize("verb", ["approve", "open", "close", "archive", "call"])
def test_a_verb_in_the_wrong_state_is_a_conflict_with_a_sentence(cast, verb):
    meeting = drafted(cast)
    who = "chair" if verb == "approve" else "secretariat"
    answer = cast.client(who).post(url(meeting, verb), {})
    assert answer.status_code == 409
    assert "筹备" in answer.content.decode()
    assert again(meeting).state == "draft"


def test_only_the_presiding_units_delegate_approves(cast):
    meeting = submitted(cast)
    assert cast.client("secretariat").post(url(meeting, "approve"), {}).status_code == 403
    assert cast.client("delegate").post(url(meeting, "approve"), {}).status_code == 403
    assert again(meeting).state == "submitted"


def test_sending_back_needs_a_reason_and_says_it(cast):
    meeting = submitted(cast)
    chair = cast.client("chair")
    assert chair.post(url(meeting, "send_back"), {}).status_code == 400
    assert chair.post(url(meeting, "send_back"), {"reason": "议程过长"}).status_code == 302
    assert again(meeting).state == "draft"
    assert "议程过长" in cast.client("secretariat").get(url(meeting)).content.decode()


def test_an_old_version_of_the_page_does_not_overwrite(cast):
    meeting = drafted(cast)
    office = cast.client("secretariat")
    sent = form_of(meeting, place="厦门")
    assert office.post(url(meeting, "change"), sent).status_code == 302
    answer = office.post(url(meeting, "change"), form_of(meeting, place="泉州"))
    assert answer.status_code == 409
    assert again(meeting).place == "厦门"


def test_a_meeting_in_the_past_or_ending_before_it_starts_is_refused(cast):
    office = cast.client("secretariat")
    at = start(30).strftime("%Y-%m-%dT%H:%M")
    data = {"title": "会议", "starts_at": at, "ends_at": at}
    assert office.post("/meetings/meetings/new/", data).status_code == 400
    past = start(-3).strftime("%Y-%m-%dT%H:%M")
    assert office.post("/meetings/meetings/new/", {**data, "starts_at": past}).status_code == 400
    assert not Meeting.objects.exists()


def test_only_the_secretariat_drafts(cast):
    assert cast.client("delegate").get("/meetings/meetings/new/").status_code == 403
    assert cast.api("delegate").post("/api/v1/meetings/", {"title": "会议"}).status_code == 403


# --- change and cancel ----------------------------------------------------------------------


def test_moving_a_called_meeting_tells_what_was_and_what_is(cast):
    meeting = called(cast)
    moved = form_of(meeting, place="厦门火炬高新区", reason="场地调整")
    moved |= {
        "starts_at": start(33).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (start(33) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"),
    }
    assert cast.client("secretariat").post(url(meeting, "change"), moved).status_code == 302
    changed = again(meeting)
    assert changed.sequence == 1
    assert changed.replies_due_at > meeting.replies_due_at
    notice = Notice.objects.get(event__kind="meetings.meeting.change", person=cast.delegate, channel="mail")
    from core.delivery import message

    mail = message(notice)
    assert "福州高新区 → 厦门火炬高新区" in mail.body
    assert "场地调整" in mail.body
    names = [name for name, _content, _kind in mail.attachments]
    assert any(name.endswith(".ics") for name in names)
    entry = next(content for name, content, _kind in mail.attachments if name.endswith(".ics"))
    text = entry if isinstance(entry, str) else entry.decode()
    assert "SEQUENCE:1" in text
    assert str(meeting.uid) in text


def test_a_called_meeting_is_not_changed_without_a_reason(cast):
    meeting = called(cast)
    sent = form_of(meeting, place="厦门")
    assert cast.client("secretariat").post(url(meeting, "change"), sent).status_code == 400
    assert again(meeting).place == "福州高新区"


def test_replies_stand_or_are_asked_for_anew_when_the_day_moves(cast):
    meeting = called(cast)
    from meetings import invitations

    mine = meeting.invitations.get(unit=cast.zones["xiamen-torch"])
    invitations.reply(mine, by=cast.person("delegate"), answer="attending")
    keep = {"starts_at": start(31), "ends_at": start(31) + timedelta(hours=3), "reason": "改期"}
    schedule.change(meeting, by=cast.person("secretariat"), **keep)
    assert again(mine).state == "attending"
    anew = {"starts_at": start(32), "ends_at": start(32) + timedelta(hours=3), "reason": "改期"}
    schedule.change(meeting, by=cast.person("secretariat"), ask_again=True, **anew)
    assert again(mine).state == "awaited"
    assert again(mine).round == mine.round + 1


def test_a_called_meeting_cannot_be_moved_closer_than_the_notice_allows(cast):
    meeting = called(cast)
    near = {"starts_at": start(4), "ends_at": start(4) + timedelta(hours=1), "reason": "提前"}
    with pytest.raises(schedule.Refused):
        schedule.change(meeting, by=cast.person("secretariat"), **near)
    assert again(meeting).starts_at == meeting.starts_at


def test_a_new_time_after_the_approval_asks_for_approval_again(cast):
    meeting = approved(cast)
    schedule.change(
        meeting, by=cast.person("secretariat"), starts_at=start(40), ends_at=start(40) + timedelta(hours=2)
    )
    assert again(meeting).state == "submitted"
    assert Notice.objects.filter(event__kind="meetings.meeting.change", person=cast.chair).exists()


def test_cancelling_tells_everybody_invited_and_clears_calendars(cast):
    meeting = called(cast)
    assert cast.client("secretariat").post(url(meeting, "cancel"), {"reason": "台风"}).status_code == 302
    notice = Notice.objects.get(event__kind="meetings.meeting.cancel", person=cast.delegate, channel="mail")
    from core.delivery import message

    mail = message(notice)
    assert "台风" in mail.body
    [(_name, entry, _kind)] = mail.attachments
    text = entry if isinstance(entry, str) else entry.decode()
    assert "METHOD:CANCEL" in text
    assert "STATUS:CANCELLED" in text


def test_a_number_of_a_cancelled_meeting_is_free_again_but_its_notice_number_is_not(cast):
    first = called(cast)
    schedule.cancel(first, by=cast.person("secretariat"), reason="台风")
    second = called(cast)
    assert second.number == 1
    assert first.notice_number != second.notice_number


def test_two_notices_sent_at_the_same_moment_get_two_numbers(transactional_db, cast):
    meetings = [approved(cast), approved(cast, days=40)]
    office = cast.secretariat.pk
    works = [lambda m=m: schedule.call(again(m), by=User.objects.get(pk=office)) for m in meetings]
    assert in_threads(*works) == []
    numbers = sorted(again(m).notice_number.partition("〕")[2] for m in meetings)
    assert numbers == ["1号", "2号"]


# --- who sees what --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bring", "seen"),
    [
        (drafted, {"secretariat", "chair"}),
        (collecting, {"secretariat", "chair", "delegate", "liaison", "editor", "service"}),
        (approved, {"secretariat", "chair", "delegate", "liaison", "editor", "service"}),
        (called, {"secretariat", "chair", "delegate", "liaison", "editor", "service"}),
    ],
)
def test_who_sees_a_meeting_follows_its_state(cast, bring, seen):
    meeting = bring(cast)
    everybody = (
        "secretariat",
        "chair",
        "delegate",
        "liaison",
        "editor",
        "service",
        "company",
        "bank",
        "observer",
    )
    found = {who for who in everybody if cast.client(who).get(url(meeting)).status_code == 200}
    assert found == seen
    assert cast.client("stranger").get(url(meeting)).status_code == 404


def test_observers_see_it_once_it_is_on_file_or_when_they_are_invited(cast):
    meeting = approved(cast)
    schedule.call(meeting, by=cast.person("secretariat"), observers=[cast.guide_unit])
    assert cast.client("observer").get(url(meeting)).status_code == 200
    other = called(cast, title="另一次")
    assert cast.client("observer").get(url(other)).status_code == 404
    Meeting.objects.filter(pk=other.pk).update(state="archived")
    assert cast.client("observer").get(url(other)).status_code == 200


def test_a_guest_sees_it_by_a_grant(cast):
    from guardian.shortcuts import assign_perm

    meeting = called(cast)
    assert cast.client("bank").get(url(meeting)).status_code == 404
    assign_perm("meetings.view_meeting", cast.bank_unit.group, meeting)
    assert cast.client("bank").get(url(meeting)).status_code == 200


def test_a_unit_that_joined_after_the_call_is_not_on_the_roll(cast):
    meeting = called(cast)
    new = cast._zone("zhangzhou", "national", "漳州高新区", "漳州市")
    assert Membership.objects.filter(unit=new, state="active").exists()
    assert not meeting.invitations.filter(unit=new).exists()


def test_every_tab_answers_and_an_unknown_one_is_not_found(cast):
    meeting = called(cast)
    browser = cast.client("secretariat")
    for tab in ("overview", "agenda", "replies", "room", "decisions"):
        assert browser.get(f"{url(meeting)}?tab={tab}").status_code == 200, tab
    assert browser.get(f"{url(meeting)}?tab=nothing").status_code == 404


# --- reminders ------------------------------------------------------------------------------


def test_reminders_fire_once_a_week_a_day_and_two_hours_before(cast):
    meeting = called(cast)
    for ahead, kind in (
        (timedelta(days=7), "week"),
        (timedelta(days=1), "day"),
        (timedelta(hours=2), "hours"),
    ):
        now = meeting.starts_at - ahead + timedelta(minutes=1)
        fire(now=now)
        fire(now=now + timedelta(minutes=1))
        events = Event.objects.filter(kind=f"meetings.meeting.remind_{kind}")
        assert events.count() == 1, kind
        assert Notice.objects.filter(event__in=events, person=cast.delegate, channel="inbox").count() == 1


def test_a_meeting_that_moved_is_reminded_of_at_its_new_time(cast):
    meeting = called(cast)
    schedule.change(
        meeting,
        by=cast.person("secretariat"),
        starts_at=start(40),
        ends_at=start(40) + timedelta(hours=3),
        reason="改期",
    )
    fire(now=start(30) - timedelta(days=1) + timedelta(minutes=1))
    assert not Event.objects.filter(kind="meetings.meeting.remind_day").exists()
    fire(now=start(40) - timedelta(days=1) + timedelta(minutes=1))
    assert Event.objects.filter(kind="meetings.meeting.remind_day").count() == 1


def test_an_excused_unit_and_a_begun_meeting_are_not_reminded(cast):
    from meetings import invitations

    meeting = called(cast)
    mine = meeting.invitations.get(unit=cast.zones["xiamen-torch"])
    invitations.reply(mine, by=cast.person("delegate"), answer="declined", note="出差")
    fire(now=meeting.starts_at - timedelta(days=1) + timedelta(minutes=1))
    told = Notice.objects.filter(event__kind="meetings.meeting.remind_day")
    assert not told.filter(person__in=[cast.delegate, cast.liaison]).exists()
    assert told.filter(person=cast.chair).exists()
    fire(now=meeting.starts_at + timedelta(minutes=1))
    assert not Event.objects.filter(kind="meetings.meeting.remind_hours").exists()


def test_a_unit_that_owes_its_reply_is_reminded_half_way_and_on_the_last_day(cast):
    meeting = called(cast)
    half = meeting.called_at + (meeting.replies_due_at - meeting.called_at) / 2
    fire(now=half + timedelta(minutes=1))
    told = Notice.objects.filter(event__kind="meetings.invitation.remind_half", channel="inbox")
    assert told.filter(person=cast.delegate).count() == 1
    fire(now=meeting.replies_due_at - timedelta(days=1) + timedelta(minutes=1))
    assert Event.objects.filter(kind="meetings.invitation.remind_last").count() == 3


def test_members_are_reminded_of_the_day_for_items(cast):
    meeting = collecting(cast)
    fire(now=clock.working_days_before(meeting.items_due_at, 3) + timedelta(minutes=1))
    assert Notice.objects.filter(event__kind="meetings.meeting.remind_items", person=cast.delegate).exists()


# --- lists and programs -----------------------------------------------------------------------


def test_the_list_filters_by_state_kind_year_and_turn(cast):
    first = called(cast)
    second = drafted(cast, title="联络员会议", kind="liaison", days=60)
    office = cast.client("secretariat")

    def shown(query):
        page = office.get(f"/meetings/meetings/{query}")
        return {row["object"].pk for row in page.context["table"]["rows"]}

    assert shown("") == {first.pk, second.pk}
    assert shown("?state=called") == {first.pk}
    assert shown("?kind=liaison") == {second.pk}
    assert shown(f"?year={first.starts_at.year + 5}") == set()
    assert shown("?waiting=1") == {second.pk}


def test_a_meeting_is_found_by_two_characters_only_by_those_who_see_it(cast):
    drafted(cast)
    office = cast.client("secretariat").get("/meetings/meetings/?search=联席")
    assert len(office.context["table"]["rows"]) == 1
    other = cast.client("delegate").get("/meetings/meetings/?search=联席")
    assert not other.context["table"]["rows"]


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_as_many_queries_for_one_meeting_as_for_three(cast, many, django_assert_num_queries):
    for number in range(many):
        called(cast, title=f"会议{number}")
    browser = cast.client("delegate")
    browser.get("/meetings/meetings/")
    with django_assert_num_queries(QUERIES_LIST):
        browser.get("/meetings/meetings/")


@pytest.mark.parametrize("units", [3, 11])
def test_the_page_of_a_meeting_costs_the_same_for_any_number_of_units(cast, units, django_assert_num_queries):
    if units == 11:
        cast.all_eleven()
    meeting = called(cast)
    browser = cast.client("secretariat")
    browser.get(url(meeting))
    with django_assert_num_queries(QUERIES_DETAIL):
        browser.get(url(meeting))


def test_programs_draft_and_move_a_meeting_on_and_read_the_verbs_open_to_them(cast):
    program = cast.api("secretariat")
    at = start(30)
    made = program.post(
        "/api/v1/meetings/",
        {
            "title": "第二次联席会议",
            "starts_at": at.isoformat(),
            "ends_at": (at + timedelta(hours=2)).isoformat(),
        },
    )
    assert made.status_code == 201, made.json()
    assert {"collect", "submit", "change", "cancel"} <= set(made.json()["verbs"])
    address = f"/api/v1/meetings/{made.json()['id']}/"
    assert program.post(f"{address}submit/").json()["state"] == "submitted"
    assert cast.api("delegate").post(f"{address}approve/").status_code == 403
    assert cast.api("chair").post(f"{address}approve/").json()["state"] == "approved"
    assert program.post(f"{address}call/").json()["notice_number"].endswith("1号")
    wrong = program.post(f"{address}call/")
    assert wrong.status_code == 409
    assert wrong.json()["detail"]
    partial = program.post(f"{address}change/", {"place": "厦门", "reason": "换场地"})
    assert partial.status_code == 200, partial.json()
    assert partial.json()["place"] == "厦门"
    assert partial.json()["title"] == "第二次联席会议"


def test_programs_get_404_for_what_they_may_not_see_and_400_for_unknown_units(cast):
    meeting = approved(cast)
    assert cast.api("bank").get(f"/api/v1/meetings/{meeting.pk}/").status_code == 404
    assert cast.api("bank").post(f"/api/v1/meetings/{meeting.pk}/call/").status_code == 404
    unknown = cast.api("secretariat").post(f"/api/v1/meetings/{meeting.pk}/call/", {"observers": [999999]})
    assert unknown.status_code == 400
    assert "observers" in unknown.json()["errors"]
    assert again(meeting).state == "approved"


QUERIES_LIST = 7
QUERIES_DETAIL = 11
