"""One unit, one vote, on a frozen roll, decided by printed arithmetic."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import events, subjects
from core.models import Notice
from core.workflow import NotAllowed
from meetings import attendance, schedule, votes
from meetings.models import CharterRule, Motion, Presence, Seat, Vote
from members.models import Mandate

from .sitting import QUESTION, Sitting


@pytest.fixture
def sitting(cast):
    return Sitting(cast)


@pytest.fixture
def full(cast):
    """The eleven real zones, nine of them in the room."""
    cast.all_eleven()
    sitting = Sitting(cast)
    sitting.arrive(*list(cast.zones)[:9])
    return sitting


def say(client, motion, choice, verb="cast"):
    return client.post(f"/meetings/motions/{motion.pk}/{verb}/", {"choice": choice} if choice else {})


# --- putting and opening ----------------------------------------------------------------------


def test_the_clerk_puts_a_question_under_the_rule_of_the_item(cast, sitting):
    client = cast.client("secretariat")
    page = client.get(f"/meetings/motions/new/?item={sitting.item.pk}").content.decode()
    assert "是否同意：建立产业链合作机制？" in page
    answer = client.post("/meetings/motions/new/", {"item": sitting.item.pk, "text": QUESTION, "rule": ""})
    motion = Motion.objects.get()
    assert answer["Location"] == f"/meetings/motions/{motion.pk}/"
    assert (motion.rule, motion.state, motion.meeting) == ("ordinary", "draft", sitting.meeting)


def test_an_item_has_one_motion_at_a_time(cast, sitting):
    first = sitting.motion()
    program = cast.api("secretariat")
    given = {"item": sitting.item.pk, "text": QUESTION}
    assert program.post("/api/v1/motions/", given).status_code == 409
    votes.void(first, by=sitting.by, reason="表述不清")
    assert program.post("/api/v1/motions/", given).status_code == 201


def test_a_rule_that_is_not_in_the_charter_is_refused(cast, sitting):
    program = cast.api("secretariat")
    for rule in ("nonsense", "quorum", "notice_days"):
        answer = program.post("/api/v1/motions/", {"item": sitting.item.pk, "text": QUESTION, "rule": rule})
        assert answer.status_code == 400
        assert "rule" in answer.data["errors"]


def test_delegates_put_no_motions(cast, sitting):
    given = {"item": sitting.item.pk, "text": QUESTION}
    assert cast.client("delegate").post("/meetings/motions/new/", given).status_code == 403


def test_without_a_quorum_no_vote_is_opened_and_the_sum_says_why(cast, sitting):
    sitting.arrive("fuzhou")
    motion = sitting.motion()
    answer = say(cast.client("secretariat"), motion, None, "open")
    assert answer.status_code == 409
    assert "应到 3，实到 1，法定 2" in answer.content.decode()
    assert not Seat.objects.exists()


def test_before_the_meeting_is_opened_no_vote_is(cast):
    sitting = Sitting(cast, opened=False)
    sitting.arrive()
    assert say(cast.client("secretariat"), sitting.motion(), None, "open").status_code == 409


def test_two_votes_are_never_open_at_once(cast, sitting):
    sitting.voting()
    second = sitting.motion(item=sitting.add_item("另一议题"))
    answer = say(cast.client("secretariat"), second, None, "open")
    assert answer.status_code == 409
    assert QUESTION in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Motion.objects.filter(pk=second.pk).update(state="open")


def test_the_presiding_unit_may_open_and_close_and_no_other_unit(cast, sitting):
    sitting.arrive()
    motion = sitting.motion()
    assert say(cast.client("delegate"), motion, None, "open").status_code == 403
    assert say(cast.client("chair"), motion, None, "open").status_code == 302
    assert say(cast.client("delegate"), motion, None, "close").status_code == 403
    assert say(cast.client("chair"), motion, None, "close").status_code == 302


def test_opening_freezes_roll_rule_and_quorum(cast, full):
    motion = votes.open(full.motion(), by=full.by)
    CharterRule.objects.filter(code="ordinary").update(numerator=2, denominator=3)
    late = list(cast.zones)[9]
    full.arrive(late)
    motion.refresh_from_db()
    assert motion.frozen["rules"]["vote"]["fraction"] == "1/2"
    assert motion.charter.number == 1
    assert motion.seats.count() == 11
    assert motion.seats.filter(present=True).count() == 9
    answer = say(cast.client(cast.delegate_of(late)), motion, "for")
    assert answer.status_code == 409
    assert "尚未签到" in answer.content.decode()


def test_the_delegates_in_the_room_are_told_that_a_vote_is_open(cast, sitting):
    sitting.voting("fuzhou", "xiamen-torch")
    told = Notice.objects.filter(event__kind="meetings.motion.open", channel="inbox")
    assert {notice.person for notice in told} == {cast.chair, cast.delegate}
    assert told[0].title == "请投票：建立产业链合作机制"


# --- voting -----------------------------------------------------------------------------------


def test_a_delegate_votes_and_may_take_it_back_until_the_close(cast, sitting):
    motion = sitting.voting()
    client = cast.client("delegate")
    assert say(client, motion, "for").status_code == 302
    assert Vote.objects.get().choice == "for"
    assert say(client, motion, None, "withdraw").status_code == 302
    assert not Vote.objects.exists()
    assert say(client, motion, None, "withdraw").status_code == 409
    assert say(client, motion, "against").status_code == 302
    votes.close(motion, by=sitting.by)
    assert say(client, motion, None, "withdraw").status_code == 409
    assert Vote.objects.get().choice == "against"


def test_the_second_vote_of_a_unit_is_refused_with_the_first_named(cast, sitting):
    motion = sitting.voting()
    client = cast.client("delegate")
    say(client, motion, "for")
    answer = say(client, motion, "against")
    assert answer.status_code == 409
    assert "贵单位已投票：同意" in answer.content.decode()
    assert Vote.objects.get().choice == "for"


def test_two_delegates_of_one_unit_have_one_vote(cast, sitting):
    motion = sitting.voting()
    cast.appoint(cast.editor, cast.zones["xiamen-torch"], "delegate")
    mandate = cast.editor.mandates.get(role="delegate")
    assert say(cast.client("delegate"), motion, "for").status_code == 302
    program = cast.api("editor")
    answer = program.post(
        f"/api/v1/motions/{motion.pk}/cast/", {"choice": "for"}, headers={"X-Mandate": mandate.pk}
    )
    assert answer.status_code == 409


def test_the_database_holds_one_vote_a_unit(cast, sitting):
    motion = sitting.voting()
    sitting.cast_vote(motion, "fuzhou", "for")
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(
            motion=motion, unit=cast.zones["fuzhou"], choice="against", by=cast.chair, at=timezone.now()
        )


@pytest.mark.parametrize("who", ["liaison", "editor", "secretariat"])
def test_whoever_holds_no_delegates_mandate_has_no_vote(cast, sitting, who):
    motion = sitting.voting()
    assert say(cast.client(who), motion, "for").status_code == 403
    assert cast.api(who).post(f"/api/v1/motions/{motion.pk}/cast/", {"choice": "for"}).status_code == 403


@pytest.mark.parametrize("who", ["company", "bank", "observer", "stranger"])
def test_to_outsiders_the_motion_does_not_exist(cast, sitting, who):
    motion = sitting.voting()
    assert say(cast.client(who), motion, "for").status_code == 404
    assert cast.client(who).get(f"/meetings/motions/{motion.pk}/").status_code == 404
    assert cast.api(who).get(f"/api/v1/motions/{motion.pk}/").status_code == 404


def test_a_mandate_that_has_ended_votes_no_more(cast, sitting):
    motion = sitting.voting()
    cast.delegate.mandates.update(ends_on=date(2025, 12, 31))
    assert say(cast.client("delegate"), motion, "for").status_code == 404
    with pytest.raises(NotAllowed):
        votes.cast(motion, by=cast.person("delegate"), choice="for")


@pytest.mark.parametrize("choice", ["", "yes", "同意"])
def test_only_for_against_and_abstain_are_votes(cast, sitting, choice):
    motion = sitting.voting()
    answer = cast.client("delegate").post(f"/meetings/motions/{motion.pk}/cast/", {"choice": choice})
    assert answer.status_code == 400
    assert not Vote.objects.exists()


def test_a_vote_before_the_opening_and_one_after_the_close_are_refused(cast, sitting):
    sitting.arrive()
    motion = sitting.motion()
    Seat.objects.create(motion=motion, unit=cast.zones["xiamen-torch"], present=False)
    client = cast.client("delegate")
    assert say(client, motion, "for").status_code == 409
    votes.open(motion, by=sitting.by)
    votes.close(motion, by=sitting.by)
    answer = say(client, motion, "for")
    assert answer.status_code == 409
    assert "已表决" in answer.content.decode()


def test_a_delegate_is_shown_what_waits_for_the_vote(cast, sitting):
    motion = sitting.voting("fuzhou", "xiamen-torch")
    assert list(votes.waiting_for(cast.person("delegate"))) == [motion]
    assert not votes.waiting_for(cast.person("delegate_b")).exists()
    assert not votes.waiting_for(cast.person("liaison")).exists()
    sitting.cast_vote(motion, "xiamen-torch", "for")
    assert not votes.waiting_for(cast.person("delegate")).exists()


# --- recusal -----------------------------------------------------------------------------------


def test_a_unit_recuses_itself_before_it_votes(cast, full):
    motion = votes.open(full.motion(), by=full.by)
    client = cast.client("delegate")
    answer = client.post(f"/meetings/motions/{motion.pk}/recuse/", {"reason": "为该项目承办单位"})
    assert answer.status_code == 302
    assert say(client, motion, "for").status_code == 409
    for code in ("fuzhou", "quanzhou", "zhangzhou", "putian"):
        full.cast_vote(motion, code, "for")
    votes.close(motion, by=full.by)
    # Nine are there, one of them recused: the base is eight, and more than half of it is five.
    decision = votes.decision(motion)
    assert (decision.base, decision.needed, decision.passed) == (8, 5, False)


def test_recusal_comes_before_the_vote_and_only_once(cast, sitting):
    motion = sitting.voting()
    sitting.cast_vote(motion, "xiamen-torch", "for")
    address = f"/meetings/motions/{motion.pk}/recuse/"
    assert cast.client("delegate").post(address, {"reason": "利害关系"}).status_code == 409
    assert cast.client("chair").post(address, {"reason": "利害关系"}).status_code == 302
    assert cast.client("chair").post(address, {"reason": "利害关系"}).status_code == 409
    assert Vote.objects.count() == 1


def test_a_recusal_made_before_the_opening_is_on_the_frozen_roll(cast, sitting):
    sitting.arrive()
    motion = sitting.motion()
    votes.recuse(motion, by=cast.person("delegate"), reason="利害关系")
    votes.open(motion, by=sitting.by)
    assert motion.seats.count() == 3
    seat = motion.seats.get(unit__code="xiamen-torch")
    assert (seat.present, seat.recused) == (True, True)


def test_a_reason_is_owed_and_another_unit_is_not_recused_by_a_delegate(cast, sitting):
    motion = sitting.voting()
    address = f"/meetings/motions/{motion.pk}/recuse/"
    assert cast.client("delegate").post(address, {}).status_code == 400
    given = {"reason": "利害关系", "unit": cast.zones["fuzhou"].pk}
    assert cast.client("delegate").post(address, given).status_code == 400
    assert cast.client("secretariat").post(address, given).status_code == 302
    assert cast.client("secretariat").post(address, {**given, "unit": 999_999}).status_code == 400


# --- votes from paper ----------------------------------------------------------------------------


def test_the_clerk_types_votes_from_paper_and_corrects_them(cast, sitting):
    motion = sitting.voting()
    fuzhou, quanzhou = cast.zones["fuzhou"].pk, cast.zones["quanzhou"].pk
    program = cast.api("secretariat")
    address = f"/api/v1/motions/{motion.pk}/enter/"
    answer = program.post(address, {"votes": {str(fuzhou): "for", str(quanzhou): "against"}})
    assert answer.status_code == 200, answer.data
    assert set(Vote.objects.values_list("unit", "choice", "means")) == {
        (fuzhou, "for", "paper"),
        (quanzhou, "against", "paper"),
    }
    program.post(address, {"votes": {str(fuzhou): "abstain", str(quanzhou): ""}})
    assert list(Vote.objects.values_list("unit", "choice")) == [(fuzhou, "abstain")]


def test_a_units_own_vote_is_never_overwritten_and_nothing_is_half_written(cast, sitting):
    motion = sitting.voting()
    sitting.cast_vote(motion, "xiamen-torch", "against")
    own, other = cast.zones["xiamen-torch"].pk, cast.zones["fuzhou"].pk
    address = f"/api/v1/motions/{motion.pk}/enter/"
    answer = cast.api("secretariat").post(address, {"votes": {str(other): "for", str(own): "for"}})
    assert answer.status_code == 409
    assert list(Vote.objects.values_list("unit", "choice")) == [(own, "against")]


def test_a_unit_whose_vote_was_typed_is_told_and_cannot_vote_again(cast, sitting):
    motion = sitting.voting()
    votes.enter(motion, by=sitting.by, votes={cast.zones["xiamen-torch"].pk: "for"})
    told = Notice.objects.filter(event__kind="meetings.motion.enter", channel="inbox")
    assert {notice.person for notice in told} == {cast.delegate, cast.liaison}
    assert say(cast.client("delegate"), motion, "against").status_code == 409
    assert say(cast.client("delegate"), motion, None, "withdraw").status_code == 409


@pytest.mark.parametrize(
    "given",
    [
        {"999999": "for"},
        {"x": "for"},
        {"9" * 40: "for"},
        {},
        [],
        "for",
        None,
    ],
)
def test_unknown_units_and_malformed_votes_are_bad_input(cast, sitting, given):
    motion = sitting.voting()
    answer = cast.api("secretariat").post(f"/api/v1/motions/{motion.pk}/enter/", {"votes": given})
    assert answer.status_code == 400, answer.data
    assert not Vote.objects.exists()


def test_a_choice_nobody_knows_is_bad_input(cast, sitting):
    motion = sitting.voting()
    address = f"/api/v1/motions/{motion.pk}/enter/"
    for choice in ("perhaps", 3, ["for"], {"for": 1}):
        given = {"votes": {str(cast.zones["fuzhou"].pk): choice}}
        assert cast.api("secretariat").post(address, given).status_code == 400


def test_an_absent_unit_has_no_paper_either(cast, sitting):
    motion = sitting.voting("fuzhou", "quanzhou")
    given = {"votes": {str(cast.zones["xiamen-torch"].pk): "for"}}
    assert cast.api("secretariat").post(f"/api/v1/motions/{motion.pk}/enter/", given).status_code == 409


def test_only_the_clerk_types_votes(cast, sitting):
    motion = sitting.voting()
    given = {"votes": {str(cast.zones["fuzhou"].pk): "for"}}
    assert cast.api("chair").post(f"/api/v1/motions/{motion.pk}/enter/", given).status_code == 403


# --- the close -----------------------------------------------------------------------------------


def test_the_close_prints_the_whole_sum(cast, full):
    motion = votes.open(full.motion(), by=full.by)
    codes = list(cast.zones)[:9]
    for code in codes[:7]:
        full.cast_vote(motion, code, "for")
    full.cast_vote(motion, codes[7], "against")
    full.cast_vote(motion, codes[8], "abstain")
    answer = say(cast.client("secretariat"), motion, None, "close")
    assert answer.status_code == 302
    page = cast.client("delegate").get(f"/meetings/motions/{motion.pk}/").content.decode()
    assert "应到 11，实到 9，法定 8；同意 7，反对 1，弃权 1；通过线 5（到会过半数）→ 通过" in page
    assert Motion.objects.get(pk=motion.pk).passed is True


def test_everybody_invited_is_told_the_result(cast, sitting):
    motion = sitting.voting("fuzhou", "xiamen-torch")
    votes.close(motion, by=sitting.by)
    told = Notice.objects.filter(event__kind="meetings.motion.close", channel="inbox")
    assert {notice.person for notice in told} == {cast.chair, cast.delegate, cast.liaison, cast.delegate_b}
    assert told[0].title == "表决未通过：建立产业链合作机制"


def test_a_second_close_changes_nothing(cast, sitting):
    motion = sitting.voting()
    client = cast.client("secretariat")
    say(client, motion, None, "close")
    before = Motion.objects.values().get()
    assert say(client, motion, None, "close").status_code == 409
    assert Motion.objects.values().get() == before
    assert events.timeline(motion).filter(kind="meetings.motion.close").count() == 1


def test_what_is_closed_is_neither_opened_nor_voided(cast, sitting):
    motion = sitting.voting()
    votes.close(motion, by=sitting.by)
    client = cast.client("secretariat")
    assert say(client, motion, None, "open").status_code == 409
    assert client.post(f"/meetings/motions/{motion.pk}/void/", {"reason": "重来"}).status_code == 409


def test_before_closing_the_clerk_reads_who_has_not_voted(cast, sitting):
    motion = sitting.voting()
    sitting.cast_vote(motion, "fuzhou", "for")
    page = cast.client("secretariat").get(f"/meetings/motions/{motion.pk}/close/").content.decode()
    assert "尚有2家单位未投票：厦门火炬高新区、泉州高新区" in page


def test_a_vote_that_comes_while_the_clerk_reads_does_not_stop_the_close(cast, sitting):
    motion = sitting.voting()
    client = cast.client("secretariat")
    page = client.get(f"/meetings/motions/{motion.pk}/close/").content.decode()
    assert 'name="version"' not in page
    sitting.cast_vote(motion, "fuzhou", "for")
    assert say(client, motion, None, "close").status_code == 302


def test_equal_votes_go_to_the_chair_unit_where_the_charter_says_so(cast, sitting):
    CharterRule.objects.filter(code="ordinary").update(tie="chair", base="for_against")
    motion = sitting.voting()
    sitting.cast_vote(motion, "fuzhou", "for")
    sitting.cast_vote(motion, "quanzhou", "against")
    client = cast.client("secretariat")
    address = f"/meetings/motions/{motion.pk}/close/"
    assert client.post(address, {}).status_code == 400
    assert Motion.objects.get().state == "open"
    assert client.post(address, {"casting": "for"}).status_code == 302
    motion.refresh_from_db()
    assert motion.passed is True
    assert votes.decision(motion).counts.casting is True


def test_while_the_vote_is_open_nobody_reads_what_the_others_said(cast, sitting):
    motion = sitting.voting()
    sitting.cast_vote(motion, "fuzhou", "against")
    answer = cast.api("delegate").get(f"/api/v1/motions/{motion.pk}/").data
    assert [seat["voted"] for seat in answer["roll"]] == [True, False, False]
    assert {seat["choice"] for seat in answer["roll"]} == {None}
    votes.close(motion, by=sitting.by)
    answer = cast.api("delegate").get(f"/api/v1/motions/{motion.pk}/").data
    assert [seat["choice"] for seat in answer["roll"]] == ["against", None, None]
    assert answer["sentence"].startswith("entitled 3, present 3, quorum 2")


def test_the_subject_of_the_item_learns_what_was_decided_in_the_same_transaction(cast, sitting, monkeypatch):
    heard = []
    monkeypatch.setattr(subjects, "_subjects", {})
    subjects.register(
        type(cast.chair_term),
        label="",
        adopted=lambda obj, **how: heard.append(("adopted", obj, how)),
        rejected=lambda obj, **how: heard.append(("rejected", obj, how)),
    )
    item = sitting.add_item("主任单位", subject=cast.chair_term)
    motion = sitting.voting(item=item)
    for code in ("fuzhou", "quanzhou"):
        sitting.cast_vote(motion, code, "for")
    votes.close(motion, by=sitting.by)
    word, obj, how = heard.pop()
    assert (word, obj, how["decision"]) == ("adopted", cast.chair_term, motion.result)


def test_a_subject_that_refuses_undoes_the_close(cast, sitting, monkeypatch):
    def refuse(obj, **how):
        raise votes.Refused("任期重叠。")

    monkeypatch.setattr(subjects, "_subjects", {})
    subjects.register(type(cast.chair_term), label="", adopted=refuse, rejected=refuse)
    motion = sitting.voting(item=sitting.add_item("主任单位", subject=cast.chair_term))
    answer = say(cast.client("secretariat"), motion, None, "close")
    assert answer.status_code == 400
    assert "任期重叠" in answer.content.decode()
    motion = Motion.objects.get(pk=motion.pk)
    assert (motion.state, motion.result) == ("open", None)


def test_a_meeting_is_not_closed_over_an_open_vote(cast, sitting):
    motion = sitting.voting()
    assert cast.client("secretariat").post(f"/api/v1/motions/{motion.pk}/void/").status_code in (400, 403)
    votes.void(motion, by=sitting.by, reason="表述不清")
    schedule.close(sitting.meeting, by=sitting.by)
    assert sitting.fresh().state == "closed"


def test_whoever_leaves_stays_on_the_frozen_roll(cast, sitting):
    motion = sitting.voting()
    attendance.leave(Presence.objects.get(unit__code="quanzhou"), by=sitting.by)
    sitting.cast_vote(motion, "quanzhou", "for")
    votes.close(motion, by=sitting.by)
    assert votes.decision(motion).counts.present == 3


# --- cost ------------------------------------------------------------------------------------------


def test_a_list_of_motions_costs_the_same_for_one_and_for_three(cast, sitting, django_assert_num_queries):
    sitting.arrive()
    program = cast.api("delegate")

    def decide():
        motion = votes.open(sitting.motion(item=sitting.add_item("议题")), by=sitting.by)
        sitting.cast_vote(motion, "fuzhou", "for")
        votes.close(motion, by=sitting.by)

    decide()
    program.get("/api/v1/motions/")
    for wanted in (1, 3):
        with django_assert_num_queries(10):
            assert len(program.get("/api/v1/motions/").data["results"]) == wanted
        decide()
        decide()


def test_a_motions_page_stays_within_its_queries(cast, sitting, django_assert_max_num_queries):
    motion = sitting.voting()
    sitting.cast_vote(motion, "fuzhou", "for")
    votes.close(motion, by=sitting.by)
    client = cast.client("delegate")
    client.get(f"/meetings/motions/{motion.pk}/")
    with django_assert_max_num_queries(12):
        assert client.get(f"/meetings/motions/{motion.pk}/").status_code == 200


@pytest.mark.parametrize("ended", [False, True], ids=["switched in a second window", "mandate ended"])
def test_a_vote_pressed_on_a_page_of_another_unit_is_nobodys(cast, sitting, ended):
    """One person speaks for two units; the page was opened for the first."""
    motion = sitting.voting()
    second = cast.appoint(cast.delegate, cast.zones["quanzhou"], "delegate")
    first = Mandate.objects.get(person=cast.delegate, unit=cast.zones["xiamen-torch"])
    browser = cast.client("delegate")
    page = browser.get(f"/meetings/meetings/{sitting.meeting.pk}/room/").content.decode()
    assert f'"X-Mandate": "{first.pk}"' in page
    if ended:
        Mandate.objects.filter(pk=first.pk).update(ends_on=cast.today - timedelta(days=1))
    else:
        browser.post("/mandate/", {"mandate": second.pk})
    pressed = {"HX-Request": "true", "HX-Target": "room", "X-Mandate": str(first.pk)}
    answer = browser.post(f"/meetings/motions/{motion.pk}/cast/", {"choice": "for"}, headers=pressed)
    assert answer.status_code == 409
    assert answer["HX-Refresh"] == "true"
    assert not Vote.objects.exists()


def test_a_form_of_another_unit_is_refused_in_a_browser_without_htmx_too(cast, sitting):
    second = cast.appoint(cast.delegate, cast.zones["quanzhou"], "delegate")
    first = Mandate.objects.get(person=cast.delegate, unit=cast.zones["xiamen-torch"])
    browser = cast.client("delegate")
    mark = f'name="opened_for" value="{first.pk}"'
    assert mark in browser.get(f"/meetings/check-in/{sitting.meeting.check_in_code}/").content.decode()
    motion = sitting.voting()
    assert mark in browser.get(f"/meetings/motions/{motion.pk}/cast/").content.decode()
    browser.post("/mandate/", {"mandate": second.pk})
    said = {"choice": "for", "opened_for": first.pk}
    answer = browser.post(f"/meetings/motions/{motion.pk}/cast/", said)
    assert answer.status_code == 409
    assert "本次操作没有执行" in answer.content.decode()
    assert not Vote.objects.exists()
    said["opened_for"] = second.pk
    assert browser.post(f"/meetings/motions/{motion.pk}/cast/", said).status_code != 409


def test_what_a_vote_is_about_stays_as_it_is_once_it_is_open(cast, sitting):
    sitting.voting()
    office = cast.api("secretariat")
    url = f"/api/v1/items/{sitting.item.pk}/"
    other = {"title": sitting.item.title, "rule": "charter_change"}
    assert office.post(f"{url}edit/", other).status_code == 409
    assert office.post(f"{url}return_item/", {"reason": "另议"}).status_code == 409
    assert office.post(f"{url}edit/", {"title": "建立产业链合作机制（修订）"}).status_code == 200
