"""Mandates: who may appoint whom, how a post changes hands, when rights begin and end."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core import reminders
from core.models import Event, Notice
from members import mandates
from members.models import Mandate


def given(cast, **more):
    return {
        "person": "stranger",
        "unit": cast.zones["xiamen-torch"].pk,
        "role": "liaison",
        "starts_on": cast.today.isoformat(),
        **more,
    }


def test_the_secretariat_appoints_a_delegate_who_then_acts(cast):
    answer = cast.client("secretariat").post(
        "/members/mandates/new/", given(cast, role="delegate", title="副主任")
    )
    assert answer.status_code == 302
    person = cast.person("stranger")
    assert (person.unit, person.role) == (cast.zones["xiamen-torch"], "delegate")
    told = Notice.objects.filter(event__kind="members.mandate.appoint", channel="inbox")
    assert {notice.person for notice in told} == {cast.stranger, cast.delegate}
    assert told.first().title == "无授权账号已获授权，以“成员代表”身份代表厦门火炬高新区"


def test_a_delegate_appoints_staff_of_the_own_unit(cast):
    assert cast.api("delegate").post("/api/v1/mandates/", given(cast)).status_code == 201


@pytest.mark.parametrize(("field", "value"), [("role", "delegate"), ("unit", "quanzhou")])
def test_a_delegate_appoints_neither_delegates_nor_for_others(cast, field, value):
    value = cast.zones[value].pk if field == "unit" else value
    answer = cast.api("delegate").post("/api/v1/mandates/", given(cast, **{field: value}))
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not cast.stranger.mandates.exists()


@pytest.mark.parametrize("who", ["liaison", "editor", "company", "observer", "stranger"])
def test_others_appoint_nobody(cast, who):
    assert cast.api(who).post("/api/v1/mandates/", given(cast)).status_code == 403


def test_a_role_must_fit_the_kind_of_unit(cast):
    wrong = given(cast, role="bank")
    answer = cast.api("secretariat").post("/api/v1/mandates/", wrong)
    assert answer.status_code == 400
    assert "role" in answer.json()["errors"]


def test_the_same_post_is_not_given_twice(cast):
    answer = cast.api("secretariat").post("/api/v1/mandates/", given(cast, person="xiamen-torch-liaison"))
    assert answer.status_code == 400


def test_an_unknown_account_is_to_be_invited(cast):
    answer = cast.api("secretariat").post("/api/v1/mandates/", given(cast, person="nobody@example.org"))
    assert "Invite" in answer.json()["errors"]["person"][0]


def test_a_post_changes_hands_and_nothing_else_does(cast):
    old = Mandate.objects.get(person=cast.liaison)
    answer = cast.client("delegate").post(
        f"/members/mandates/{old.pk}/hand_over/", {"person": "stranger", "on": cast.today.isoformat()}
    )
    assert answer.status_code == 302
    old.refresh_from_db()
    new = Mandate.objects.get(person=cast.stranger)
    assert old.ends_on == cast.today
    assert (new.unit, new.role, new.starts_on) == (old.unit, old.role, cast.today + timedelta(days=1))
    # No day without and no day with two.
    tomorrow = cast.today + timedelta(days=1)
    assert [m.person for m in mandates.people([old.unit], ["liaison"])] == [cast.liaison]
    assert [m.person for m in mandates.people([old.unit], ["liaison"], day=tomorrow)] == [cast.stranger]
    assert Event.objects.get(kind="members.mandate.hand_over").data["successor"] == new.pk


def test_the_delegate_of_another_unit_cannot_hand_over(cast):
    mine = Mandate.objects.get(person=cast.liaison)
    answer = cast.client("delegate_b").post(f"/members/mandates/{mine.pk}/hand_over/", {"person": "stranger"})
    assert answer.status_code == 403


def test_rights_end_with_the_last_day_without_anything_running(cast):
    Mandate.objects.filter(person=cast.liaison).update(ends_on=cast.today - timedelta(days=1))
    assert cast.person("liaison").unit is None
    assert cast.client("liaison").get("/members/mandates/").status_code == 200
    assert cast.client("liaison").get(f"/members/organizations/{cast.bank_unit.pk}/").status_code == 404


def test_a_mandate_ends_at_once_or_on_a_day(cast):
    mandate = Mandate.objects.get(person=cast.liaison)
    yesterday = cast.today - timedelta(days=1)
    address = f"/api/v1/mandates/{mandate.pk}/end/"
    assert cast.api("delegate").post(address, {"on": "2020-01-01", "reason": "调离"}).status_code == 400
    assert (
        cast.api("delegate").post(address, {"on": yesterday.isoformat(), "reason": "调离"}).status_code == 200
    )
    assert cast.person("liaison").unit is None
    assert (
        cast.api("delegate").post(address, {"on": yesterday.isoformat(), "reason": "调离"}).status_code == 409
    )


def test_the_last_mandate_of_the_secretariat_cannot_end(cast):
    only = Mandate.objects.get(role="secretariat")
    answer = cast.api("secretariat").post(
        f"/api/v1/mandates/{only.pk}/end/", {"on": cast.today, "reason": "x"}
    )
    assert answer.status_code == 400
    only.refresh_from_db()
    assert only.ends_on is None


def test_an_extended_mandate_has_a_later_last_day_or_none(cast):
    mandate = Mandate.objects.get(person=cast.liaison)
    later = cast.today + timedelta(days=90)
    address = f"/api/v1/mandates/{mandate.pk}/extend/"
    assert cast.api("secretariat").post(address, {"ends_on": later}).json()["ends_on"] == later.isoformat()
    assert cast.api("secretariat").post(address, {}).json()["ends_on"] is None


def test_an_ending_mandate_is_recalled_a_month_and_a_week_before_once(cast):
    ends = timezone.localdate() + timedelta(days=60)
    Mandate.objects.filter(person=cast.liaison).update(ends_on=ends)

    def fire(days, hour=10):
        morning = datetime.combine(ends - timedelta(days=days), datetime.min.time()).replace(hour=hour)
        return reminders.fire(now=timezone.make_aware(morning))

    def told():
        rows = Notice.objects.filter(event__kind__startswith="members.mandate.remind", channel="inbox")
        return sorted(rows.values_list("event__kind", "person__username"))

    fire(31)
    assert told() == []
    fire(30)
    fire(30, hour=11)
    people = ["secretariat", "xiamen-torch-delegate", "xiamen-torch-liaison"]
    assert told() == [("members.mandate.remind_end_month", name) for name in people]
    fire(7)
    assert len(told()) == 6


def test_no_recall_when_somebody_follows(cast):
    ends = timezone.localdate() + timedelta(days=30)
    old = Mandate.objects.get(person=cast.liaison)
    Mandate.objects.filter(pk=old.pk).update(ends_on=ends)
    cast.appoint(cast.stranger, old.unit, "liaison", starts_on=ends + timedelta(days=1))
    reminders.fire(now=timezone.now() + timedelta(days=1))
    assert not Notice.objects.filter(event__kind__startswith="members.mandate.remind").exists()


def test_a_person_switches_between_mandates(cast):
    second = cast.appoint(cast.delegate, cast.zones["quanzhou"], "delegate")
    browser = cast.client("delegate")
    assert browser.post("/mandate/", {"mandate": second.pk}).status_code == 302
    page = browser.get("/profile/")
    assert page.context["user"].unit == cast.zones["quanzhou"]
    foreign = Mandate.objects.get(person=cast.chair)
    assert browser.post("/mandate/", {"mandate": foreign.pk}).status_code == 404
    assert browser.get("/mandate/").status_code == 405


def test_a_program_names_the_mandate_it_acts_under(cast):
    second = cast.appoint(cast.delegate, cast.zones["quanzhou"], "delegate")
    program = cast.api("delegate")
    address = f"/api/v1/zones/{cast.zones['quanzhou'].pk}/"
    assert "edit" not in program.get(address).json()["verbs"]
    assert "edit" in program.get(address, headers={"X-Mandate": str(second.pk)}).json()["verbs"]
    assert program.get(address, headers={"X-Mandate": "999999"}).status_code == 403


def test_who_sees_which_mandates(cast):
    def seen(who):
        rows = cast.api(who).get("/api/v1/mandates/?page_size=100").json()["results"]
        return {row["person"] for row in rows}

    assert len(seen("secretariat")) == 11
    assert cast.editor.pk in seen("delegate")
    assert cast.editor.pk not in seen("delegate_b")
    assert cast.delegate.pk in seen("delegate_b")
    assert seen("company") == {cast.company.pk}
    assert seen("stranger") == set()


def test_the_list_costs_the_same_for_more_rows(cast, django_assert_num_queries):
    browser = cast.client("secretariat")
    for _round in range(2):
        with django_assert_num_queries(6):
            assert browser.get("/members/mandates/?when=now").status_code == 200
        cast.all_eleven()
        for code in ("zhangzhou", "putian", "longyan"):
            cast.delegate_of(code)


def test_the_page_of_a_mandate_costs_at_most_the_budget(cast, django_assert_max_num_queries):
    mandate = Mandate.objects.get(person=cast.liaison)
    browser = cast.client("secretariat")
    with django_assert_max_num_queries(12):
        assert browser.get(mandate.get_absolute_url()).status_code == 200
