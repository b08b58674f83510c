"""Who is next to chair, who stands in, what is handed over, and where the secretariat is."""

import itertools
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import clock, reminders, subjects
from core.models import Notice
from core.workflow import NotAllowed, Refused, WrongState
from meetings import chair, chair_line, handover, host, rotation, vacancy
from meetings.models import ChairTerm, Handover, RotationPlace, SecretariatPost
from members import membership
from members.models import Membership

from .convening import again, drafted

LAST_DAY = date(2026, 11, 16)


def moment(*given):
    return timezone.make_aware(datetime(*given))


@pytest.fixture
def places(cast):
    order = [cast.zones[code] for code in ("fuzhou", "quanzhou", "xiamen-torch")]
    rotation.set_out(by=cast.person("secretariat"), units=order)
    return {place.unit.code: place for place in RotationPlace.objects.select_related("unit")}


@pytest.fixture
def sitting_term(cast):
    """A term under way, whatever the day of the test."""
    ChairTerm.objects.filter(pk=cast.chair_term.pk).update(ends_on=timezone.localdate() + timedelta(days=200))
    return ChairTerm.objects.get(pk=cast.chair_term.pk)


def next_codes():
    return [place.unit.code for place in rotation.next_places()]


def test_a_round_names_every_member_once_and_waits_for_the_one_before(cast, places):
    clerk = cast.person("secretariat")
    assert next_codes() == ["fuzhou", "quanzhou", "xiamen-torch"]
    with pytest.raises(WrongState):
        rotation.set_out(by=clerk, units=list(cast.zones.values()))
    RotationPlace.objects.update(state="served")
    with pytest.raises(Refused):
        rotation.set_out(by=clerk, units=[cast.zones["fuzhou"]])
    with pytest.raises(NotAllowed):
        rotation.set_out(by=cast.person("delegate"), units=list(cast.zones.values()))
    assert rotation.set_out(by=clerk, units=list(cast.zones.values())).round == 2


def test_skip_decline_and_put_back_carry_their_reasons(cast, places):
    clerk = cast.person("secretariat")
    rotation.skip(places["fuzhou"], by=clerk, reason="已任首届主任单位")
    rotation.decline(places["quanzhou"], by=cast.person("delegate_b"), reason="机构调整")
    assert next_codes() == ["xiamen-torch"]
    with pytest.raises(NotAllowed):
        rotation.decline(places["xiamen-torch"], by=cast.person("delegate_b"), reason="代办")
    rotation.restore(places["quanzhou"], by=clerk, reason="调整完成")
    assert next_codes() == ["quanzhou", "xiamen-torch"]
    page = cast.client("delegate").get("/meetings/rotation/").content.decode()
    for words in ("已任首届主任单位", "机构调整", "调整完成"):
        assert words in page


def test_two_units_swap_only_when_both_agree(cast, places):
    mine, other = places["quanzhou"], places["xiamen-torch"]
    rotation.ask_swap(mine, by=cast.person("delegate_b"), other=other, reason="筹备未就绪")
    assert next_codes() == ["fuzhou", "quanzhou", "xiamen-torch"]
    with pytest.raises(NotAllowed):
        rotation.agree_swap(mine, by=cast.person("delegate_b"))
    rotation.agree_swap(mine, by=cast.person("delegate"))
    assert next_codes() == ["fuzhou", "xiamen-torch", "quanzhou"]
    with pytest.raises(Refused):
        rotation.ask_swap(again(mine), by=cast.person("delegate_b"), other=again(mine), reason="自换")


def test_whoever_is_decided_has_had_its_turn(cast, places):
    term = chair.nominate(by=cast.person("secretariat"), unit=cast.zones["quanzhou"])
    subjects.conclude(term, passed=True, decision={"format": 1}, by=None, now=timezone.now())
    assert again(places["quanzhou"]).state == "served"


# --- the window of nominations ----------------------------------------------------------------


def test_nominations_open_sixty_days_before_the_end(cast):
    by, unit = cast.person("secretariat"), cast.zones["quanzhou"]
    with pytest.raises(WrongState, match="2026-09-17"):
        chair.nominate(by=by, unit=unit, now=moment(2026, 9, 16, 12))
    assert chair.nominate(by=by, unit=unit, now=moment(2026, 9, 17, 0, 1)).state == "nominated"


def test_the_window_is_a_rule_of_the_charter(cast):
    cast.charter.rules.filter(code="nomination_days").update(number=30)
    with pytest.raises(WrongState, match="2026-10-17"):
        chair.nominate(
            by=cast.person("secretariat"), unit=cast.zones["quanzhou"], now=moment(2026, 9, 20, 12)
        )


def test_a_candidate_puts_its_statement_in_other_words(cast):
    term = chair.nominate(by=cast.person("delegate"), unit=cast.zones["xiamen-torch"], statement="一")
    chair.restate(term, by=cast.person("delegate"), statement="二")
    assert again(term).statement == "二"
    with pytest.raises(NotAllowed):
        chair.restate(term, by=cast.person("delegate_b"), statement="三")


# --- vacancy ----------------------------------------------------------------------------------


def test_after_a_resignation_the_next_in_the_order_acts_until_the_meeting_decides(cast, places, sitting_term):
    meeting = drafted(cast)
    rotation.skip(places["fuzhou"], by=cast.person("secretariat"), reason="在任")
    today = timezone.localdate()
    vacancy.resign(sitting_term, by=cast.person("chair"), reason="机构撤并")
    assert chair.chair_unit(today) == cast.zones["fuzhou"]
    tomorrow = today + timedelta(days=1)
    assert chair.chair_unit(tomorrow) == cast.zones["quanzhou"]
    assert chair.is_chair(cast.person("delegate_b"), tomorrow)
    assert not chair.is_chair(cast.person("chair"), tomorrow)
    assert again(meeting).chair == cast.zones["quanzhou"]
    assert chair.nominate(by=cast.person("secretariat"), unit=cast.zones["xiamen-torch"])
    with pytest.raises(WrongState):
        vacancy.resign(again(sitting_term), by=cast.person("chair"), reason="再辞")
    page = cast.client("delegate").get("/meetings/chair/").content.decode()
    assert "机构撤并" in page or "quanzhou" in page or "泉州高新区" in page


def test_only_its_own_delegate_resigns_and_not_backwards(cast, sitting_term):
    with pytest.raises(NotAllowed):
        vacancy.resign(sitting_term, by=cast.person("delegate"), reason="代辞")
    with pytest.raises(Refused):
        vacancy.resign(
            sitting_term,
            by=cast.person("chair"),
            reason="倒填",
            last_day=timezone.localdate() - timedelta(days=1),
        )


def test_a_chair_unit_that_leaves_the_alliance_ends_its_term_with_its_membership(cast, sitting_term):
    row = Membership.objects.get(unit=cast.zones["fuzhou"])
    membership.leave(row, by=cast.person("chair"), reason="调整")
    term = again(sitting_term)
    assert term.ends_on == row.leaves_on
    assert chair.chair_unit(row.leaves_on + timedelta(days=1)) == term.acting
    membership.recall_leave(row, by=cast.person("chair"))
    assert again(sitting_term).ends_on == sitting_term.ends_on
    assert again(sitting_term).acting is None


def test_a_unit_that_leaves_after_its_term_has_run_out_is_replaced(cast):
    row = Membership.objects.get(unit=cast.zones["fuzhou"])
    membership.leave(row, by=cast.person("chair"), reason="调整")
    term = again(cast.chair_term)
    assert term.ends_on == LAST_DAY
    assert chair.chair_unit(row.leaves_on) == cast.zones["fuzhou"]
    assert chair.chair_unit(row.leaves_on + timedelta(days=1)) == term.acting


def test_the_line_of_chairs_has_no_gap_and_no_overlap(cast):
    term = chair.nominate(by=cast.person("secretariat"), unit=cast.zones["quanzhou"])
    subjects.conclude(term, passed=True, decision={"format": 1}, by=None, now=moment(2026, 11, 25, 15))
    periods = chair_line.line(date(2027, 12, 31))[::-1]
    assert [(p.unit.code, p.acting) for p in periods] == [
        ("fuzhou", False),
        ("fuzhou", True),
        ("quanzhou", False),
        ("quanzhou", True),
    ]
    for before, after in itertools.pairwise(periods):
        assert after.starts_on == before.ends_on + timedelta(days=1)
    assert periods[-1].ends_on is None


# --- hand-over --------------------------------------------------------------------------------


@pytest.fixture
def passing(cast):
    drafted(cast)
    term = chair.nominate(by=cast.person("secretariat"), unit=cast.zones["quanzhou"])
    subjects.conclude(term, passed=True, decision={"format": 1}, by=None, now=timezone.now())
    return Handover.objects.get()


def test_a_decided_term_draws_up_a_hand_over_that_both_sign(cast, passing):
    parts = {line["part"] for line in passing.checklist}
    assert {"meetings", "mandates"} <= parts
    handover.sign(passing, by=cast.person("chair"))
    assert passing.state == "open"
    with pytest.raises(WrongState):
        handover.sign(passing, by=cast.person("chair"))
    with pytest.raises(WrongState):
        handover.draw_up(passing, by=cast.person("secretariat"))
    with pytest.raises(NotAllowed):
        handover.sign(passing, by=cast.person("delegate"))
    answer = cast.client("delegate_b").post(f"/meetings/handovers/{passing.pk}/sign/")
    assert answer.status_code == 302
    assert again(passing).state == "complete"


def test_the_database_knows_no_complete_hand_over_with_one_signature(cast, passing):
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=passing.pk).update(state="complete")


def test_an_unsigned_hand_over_is_recalled_after_five_working_days(cast, passing):
    assert passing.due_on == clock.add_working_days(timezone.localdate(), 5)
    handover.sign(passing, by=cast.person("chair"))
    day = passing.due_on + timedelta(days=1)
    reminders.fire(now=moment(day.year, day.month, day.day, 9, 5))
    told = Notice.objects.filter(event__kind="meetings.handover.remind_unsigned").values_list(
        "person", flat=True
    )
    assert set(told) == {cast.secretariat.pk, cast.delegate_b.pk}


def test_the_pages_of_the_rotation_ask_little(cast, passing, places, django_assert_max_num_queries):
    browser = cast.client("delegate")
    for url in ("/meetings/rotation/", f"/meetings/handovers/{passing.pk}/", "/meetings/chair/"):
        with django_assert_max_num_queries(12):
            assert browser.get(url).status_code == 200


# --- the secretariat ----------------------------------------------------------------------------


def test_the_secretariat_moves_only_by_decision_and_leaves_no_gap(cast):
    post = host.propose(
        by=cast.person("secretariat"),
        unit=cast.zones["quanzhou"],
        starts_on=timezone.localdate(),
        reason="轮换",
    )
    with pytest.raises(NotAllowed):
        host.move(post, by=cast.person("secretariat"))
    subjects.conclude(post, passed=True, decision={"format": 1}, by=None, now=timezone.now())
    old, new = SecretariatPost.objects.order_by("starts_on")
    assert old.ends_on == new.starts_on - timedelta(days=1)
    assert host.present(timezone.localdate()).unit == cast.zones["quanzhou"]
    with pytest.raises(IntegrityError), transaction.atomic():
        SecretariatPost.objects.create(unit=cast.zones["fuzhou"], starts_on=date(2026, 1, 1))
    assert "泉州" in cast.client("delegate").get(f"/meetings/secretariat/{post.pk}/").content.decode()


def test_a_host_is_another_member_and_one_proposal_waits_at_a_time(cast):
    by, day = cast.person("secretariat"), timezone.localdate()
    for unit in (cast.zones["fuzhou"], cast.bank_unit):
        with pytest.raises(Refused):
            host.propose(by=by, unit=unit, starts_on=day, reason="轮换")
    host.propose(by=by, unit=cast.zones["quanzhou"], starts_on=day, reason="轮换")
    with pytest.raises(WrongState):
        host.propose(by=by, unit=cast.zones["xiamen-torch"], starts_on=day, reason="轮换")
