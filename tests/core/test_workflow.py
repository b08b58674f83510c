"""Verbs: lock, check, change, record, tell, in one transaction; and the same through every door."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from core import events, notices, workflow
from core.models import Event, Notice
from core.permissions import ALWAYS, NEVER
from core.workflow import NotAllowed, Refused, WrongState, verb
from members.models import Organization
from tests.parallel import in_threads

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def unit(cast):
    return cast.bank_unit


@pytest.fixture(autouse=True)
def _own_verbs(monkeypatch):
    """Verbs a test declares on units are gone after it."""
    monkeypatch.setattr(workflow, "_verbs", {model: dict(verbs) for model, verbs in workflow._verbs.items()})
    monkeypatch.setattr(notices, "kinds", dict(notices.kinds))


def renaming(**declared):
    given = {"label": "Rename", "may": lambda user: ALWAYS, **declared}

    @verb(Organization, **given)
    def rename(unit, *, by, now, name):
        unit.name_zh = name
        if name == "坏":
            raise ValidationError({"name": "坏名"})
        if name == "险":
            raise RuntimeError("fell in the middle")
        return {"why": "because"}

    return rename


def test_a_verb_changes_records_and_tells_at_once(cast, unit):
    rename = renaming(tells=lambda unit, event: [cast.delegate, cast.secretariat])
    assert rename(unit, by=cast.secretariat, now=NOW, name="新名") is unit
    assert (unit.name_zh, unit.version) == ("新名", 2)
    unit.refresh_from_db()
    assert (unit.name_zh, unit.version) == ("新名", 2)
    event = events.timeline(unit).get(kind="members.organization.rename")
    assert (event.actor, event.unit, event.at) == (cast.secretariat, cast.secretariat_unit, NOW)
    assert event.data["why"] == "because"
    assert event.data["changes"]["name_zh"] == ["示例银行", "新名"]
    assert set(Notice.objects.values_list("person__username", "channel")) == {
        ("xiamen-torch-delegate", "inbox"),
        ("xiamen-torch-delegate", "mail"),
    }


@pytest.mark.parametrize("fault", ["body", "telling"])
def test_what_fails_in_the_middle_leaves_nothing(cast, unit, fault):
    def fall(unit, event):
        raise RuntimeError("fell while telling")

    rename = renaming(tells=fall if fault == "telling" else None)
    with pytest.raises(RuntimeError):
        rename(unit, by=cast.secretariat, name="险" if fault == "body" else "新名")
    unit.refresh_from_db()
    assert (unit.name_zh, unit.version) == ("示例银行", 1)
    assert not Event.objects.filter(kind="members.organization.rename").exists()
    assert not Notice.objects.exists()


def test_rights_are_asked_of_the_row_as_it_stands(cast, unit):
    rename = renaming(may=lambda user: Q(city="福州市"))
    unit.city = "福州市"  # only the caller's copy says so
    with pytest.raises(NotAllowed):
        rename(unit, by=cast.secretariat, name="新名")
    Organization.objects.filter(pk=unit.pk).update(city="福州市")
    rename(unit, by=cast.secretariat, name="新名")


def test_a_guard_closes_a_verb_with_its_sentence(cast, unit):
    rename = renaming(guard=lambda unit, by: "已有此名。" if unit.name_zh == "新名" else "")
    rename(unit, by=cast.secretariat, name="新名")
    with pytest.raises(WrongState, match="已有此名"):
        rename(unit, by=cast.secretariat, name="新名")
    (offer,) = [o for o in workflow.available(unit, cast.person("secretariat")) if o.name == "rename"]
    assert (offer.open, offer.reason) == (False, "已有此名。")


def test_invalid_input_names_its_field(cast, unit):
    with pytest.raises(Refused) as refused:
        renaming()(unit, by=cast.secretariat, name="坏")
    assert refused.value.status == 400
    assert refused.value.errors == {"name": ["坏名"]}


def test_an_old_version_is_a_conflict_and_an_odd_one_bad_input(cast, unit):
    rename = renaming()
    rename(unit, by=cast.secretariat, version=1, name="甲")
    with pytest.raises(WrongState):
        rename(unit, by=cast.secretariat, version="1", name="乙")
    for odd in ("²", "x", [], "1.5"):
        with pytest.raises(Refused) as refused:
            rename(unit, by=cast.secretariat, version=odd, name="丙")
        assert refused.value.status == 400
    rename(unit, by=cast.secretariat, version="2", name="丁")


def test_what_is_gone_is_a_sentence(cast, unit):
    gone = Organization(pk=999_999)
    with pytest.raises(WrongState):
        renaming()(gone, by=cast.secretariat, name="新名")


def test_the_clock_acts_without_a_right_and_nobody_else_does(cast, unit):
    rename = renaming(may=lambda user: NEVER)
    with pytest.raises(NotAllowed):
        rename(unit, by=cast.secretariat, name="新名")
    rename(unit, by=None, name="新名")
    assert events.timeline(unit).first().actor is None


def test_secrets_do_not_enter_the_journal(cast, unit, monkeypatch):
    monkeypatch.setattr(Organization, "unjournaled", frozenset({"name_zh"}))
    renaming()(unit, by=cast.secretariat, name="新名")
    assert "changes" not in events.timeline(unit).first().data


def test_offers_of_many_objects_are_one_question_and_one_for_what_guards_read(cast):
    user = cast.person("secretariat")
    assert user.unit  # the mandate is read once
    units = list(Organization.objects.all())
    with CaptureQueriesContext(connection) as queries:
        offers = workflow.offers(units, user)
    assert len(queries) == 2
    assert set(offers) == {unit.pk for unit in units}


def test_fifty_identical_acts_at_once_leave_one_effect(transactional_db, cast, unit):
    rename = renaming(
        guard=lambda unit, by: "已有此名。" if unit.name_zh == "新名" else "",
        tells=lambda u, e: [cast.delegate],
    )
    refusals = []

    def act():
        for _ in range(2):
            mine = Organization.objects.get(pk=unit.pk)
            try:
                rename(mine, by=cast.secretariat, name="新名")
            except WrongState as refused:
                refusals.append(refused)

    assert in_threads(*[act] * 25) == []
    assert len(refusals) == 49
    unit.refresh_from_db()
    assert unit.version == 2
    assert Event.objects.filter(kind="members.organization.rename").count() == 1
    assert Notice.objects.count() == 2
    assert events.verify() == []


# --- through the pages --------------------------------------------------------------------------


def page(unit, name):
    return f"/members/organizations/{unit.pk}/{name}/"


def test_a_stranger_learns_nothing_a_member_without_the_right_is_told_so(cast):
    company = cast.company_unit
    for method in ("get", "post"):
        assert getattr(cast.client("bank"), method)(page(company, "edit")).status_code == 404
        assert getattr(cast.client("delegate_b"), method)(page(company, "edit")).status_code == 403
        assert getattr(cast.client("secretariat"), method)(page(company, "vanish")).status_code == 404
        assert getattr(cast.client("secretariat"), method)(page(company, "register")).status_code == 404
    assert cast.client().post(page(company, "edit")).status_code == 302


def test_bad_input_is_explained_and_what_was_typed_is_kept(cast, unit):
    answer = cast.client("bank").post(page(unit, "edit"), {"name_zh": "", "city": "我写的城市"})
    assert answer.status_code == 400
    assert "我写的城市" in answer.content.decode()
    unit.refresh_from_db()
    assert unit.version == 1


def test_a_version_conflict_keeps_what_was_typed_and_the_second_try_goes_through(cast, unit):
    browser = cast.client("bank")
    assert 'name="version" value="1"' in browser.get(page(unit, "edit")).content.decode()
    Organization.objects.filter(pk=unit.pk).update(version=2)
    given = {"name_zh": unit.name_zh, "city": "我写的城市", "version": "1"}
    answer = browser.post(page(unit, "edit"), given)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "我写的城市" in text
    assert 'name="version" value="2"' in text
    assert browser.post(page(unit, "edit"), {**given, "version": "2"}).status_code == 302
    unit.refresh_from_db()
    assert (unit.city, unit.version) == ("我写的城市", 3)


def test_an_odd_version_is_bad_input_not_a_fault(cast, unit):
    answer = cast.client("bank").post(page(unit, "edit"), {"name_zh": "x", "version": "abc"})
    assert answer.status_code == 400


def test_a_closed_verb_says_why(cast, unit):
    browser = cast.client("secretariat")
    assert browser.post(page(unit, "restore")).status_code == 409
    assert browser.post(page(unit, "retire"), {"reason": "并入他行"}).status_code == 302
    assert browser.post(page(unit, "restore")).status_code == 302


def test_nobody_is_led_to_a_foreign_address(cast, unit):
    for foreign in ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"):
        answer = cast.client("secretariat").post(
            page(unit, "edit"), {"name_zh": unit.name_zh, "next": foreign}
        )
        assert answer.status_code == 302
        assert answer.url == "/"


@pytest.mark.parametrize(
    "where",
    [
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example/",
        "https://evil.example/",
        "javascript:x",
        "/\nx",
    ],
)
def test_after_an_act_nobody_is_led_to_a_foreign_address(cast, where):
    for headers in ({}, {"HX-Request": "true"}):
        answer = cast.client("delegate").post(
            f"/members/accounts/{cast.delegate.pk}/edit/", {"name": "张三", "next": where}, headers=headers
        )
        led = answer.headers.get("HX-Redirect") or answer.headers["Location"]
        assert "evil" not in led
        assert not led.startswith(("javascript", "//"))
