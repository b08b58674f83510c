"""Membership: application, admission by the joint meeting, leaving with notice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import subjects
from core.models import Event, Notice
from members import membership
from members.models import Membership, Organization, Zone


@pytest.fixture
def newcomer(cast):
    unit = Organization.objects.create(
        code="nanping", kind="zone", name_zh="南平高新技术产业园区", short_zh="南平高新区"
    )
    Zone.objects.create(organization=unit, level="provincial")
    cast.appoint(cast.stranger, unit, "delegate")
    return unit


@pytest.fixture
def applied(cast, newcomer):
    answer = cast.client("stranger").post(
        "/members/memberships/new/", {"unit": newcomer.pk, "statement": "承诺遵守章程。"}
    )
    found = Membership.objects.get(unit=newcomer)
    assert answer.url == found.get_absolute_url()
    return found


def conclude(application, passed, by):
    subjects.conclude(application, passed=passed, decision={"for": 3}, by=by, now=timezone.now())
    application.refresh_from_db()


def test_members_are_listed_national_first_and_by_day(cast):
    cast.all_eleven()
    assert [unit.code for unit in membership.members()][:2] == ["fuzhou", "xiamen-torch"]
    assert membership.members().count() == 11
    assert membership.members(cast.chair_term.starts_on - timedelta(days=1)).count() == 0


def test_an_application_reaches_the_secretariat_and_makes_no_member(cast, applied):
    assert applied.state == "applied"
    assert not membership.is_member(applied.unit_id)
    assert Notice.objects.filter(person=cast.secretariat, event__kind="members.membership.apply").exists()
    assert list(membership.waiting_for(cast.secretariat)) == [applied]
    assert "提交联席会议审议" in cast.client("secretariat").get(applied.get_absolute_url()).content.decode()


def test_a_member_does_not_apply_again(cast, applied):
    assert (
        cast.api("delegate")
        .post("/api/v1/memberships/", {"unit": cast.zones["xiamen-torch"].pk, "statement": "x"})
        .status_code
        == 400
    )
    assert (
        cast.api("stranger")
        .post("/api/v1/memberships/", {"unit": applied.unit_id, "statement": "x"})
        .status_code
        == 400
    )


def test_a_delegate_applies_for_the_own_unit_only(cast, newcomer):
    answer = cast.api("delegate").post("/api/v1/memberships/", {"unit": newcomer.pk, "statement": "x"})
    assert answer.status_code == 400
    assert not Membership.objects.filter(unit=newcomer).exists()


def test_nobody_admits_but_the_joint_meeting(cast, applied):
    for who in ("secretariat", "chair", "stranger"):
        assert cast.client(who).post(f"/members/memberships/{applied.pk}/admit/").status_code == 403
    conclude(applied, True, cast.chair)
    assert applied.state == "active"
    assert applied.joined_on == timezone.localdate()
    assert membership.is_member(applied.unit_id)
    event = Event.objects.get(kind="members.membership.admit")
    assert event.data["decision"] == {"for": 3}
    assert event.data["concluded_by"] == cast.chair.pk
    assert Notice.objects.filter(person=cast.delegate, event=event).exists()


def test_a_rejected_application_is_refused_with_its_decision(cast, applied):
    conclude(applied, False, cast.chair)
    assert applied.state == "refused"
    assert not membership.is_member(applied.unit_id)
    assert Notice.objects.filter(person=cast.stranger, event__kind="members.membership.refuse").exists()


def test_the_secretariat_refuses_for_want_of_form_with_a_reason(cast, applied):
    address = f"/api/v1/memberships/{applied.pk}/refuse/"
    assert cast.api("secretariat").post(address, {}).status_code == 400
    assert cast.api("delegate").post(address, {"reason": "x"}).status_code == 403
    assert cast.api("secretariat").post(address, {"reason": "材料不全"}).json()["reason"] == "材料不全"


def test_an_application_is_withdrawn_by_its_own_unit(cast, applied):
    address = f"/members/memberships/{applied.pk}/withdraw/"
    assert cast.client("delegate").post(address).status_code == 403
    assert cast.client("stranger").post(address).status_code == 302
    assert cast.client("stranger").post(address).status_code == 409


def test_leaving_takes_the_days_of_the_charter_and_can_be_recalled(cast):
    own = Membership.objects.get(unit=cast.zones["quanzhou"])
    page = f"/members/memberships/{own.pk}/"
    last = cast.today + timedelta(days=30)
    assert last.isoformat() in cast.client("delegate_b").get(f"{page}leave/").content.decode()
    assert cast.client("delegate_b").post(f"{page}leave/", {"reason": "区划调整"}).status_code == 302
    own.refresh_from_db()
    assert (own.state, own.leaves_on) == ("leaving", last)
    assert membership.is_member(own.unit_id, last)
    assert not membership.is_member(own.unit_id, last + timedelta(days=1))
    assert Notice.objects.filter(person=cast.delegate, event__kind="members.membership.leave").exists()
    assert cast.client("delegate_b").post(f"{page}recall_leave/").status_code == 302
    assert membership.is_member(own.unit_id, last + timedelta(days=1))


def test_another_units_delegate_cannot_make_it_leave(cast):
    own = Membership.objects.get(unit=cast.zones["quanzhou"])
    assert (
        cast.api("delegate").post(f"/api/v1/memberships/{own.pk}/leave/", {"reason": "x"}).status_code == 403
    )


def test_a_lapsed_member_is_a_former_member_and_may_apply_anew(cast):
    own = Membership.objects.get(unit=cast.zones["quanzhou"])
    Membership.objects.filter(pk=own.pk).update(state="leaving", leaves_on=cast.today - timedelta(days=1))
    assert cast.zones["quanzhou"] not in membership.members()
    assert "原成员" in cast.client("secretariat").get(f"/members/memberships/{own.pk}/").content.decode()
    assert cast.client("delegate_b").post(f"/members/memberships/{own.pk}/recall_leave/").status_code == 409
    answer = cast.api("delegate_b").post(
        "/api/v1/memberships/", {"unit": own.unit_id, "statement": "重新加入"}
    )
    assert answer.status_code == 201
    own.refresh_from_db()
    assert own.state == "left"
    assert membership.is_member(own.unit_id, cast.today - timedelta(days=1))


def test_companies_see_no_applications(cast, applied):
    assert cast.client("company").get(applied.get_absolute_url()).status_code == 404
    assert cast.client("delegate").get(applied.get_absolute_url()).status_code == 200


def test_the_list_and_the_page_keep_their_budget(
    cast, applied, django_assert_num_queries, django_assert_max_num_queries
):
    browser = cast.client("secretariat")
    with django_assert_max_num_queries(12):
        browser.get(applied.get_absolute_url())
    for _round in range(2):
        with django_assert_num_queries(6):
            browser.get("/members/memberships/")
        cast.all_eleven()
