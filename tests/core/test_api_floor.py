"""The one viewset: objects, their open verbs, every verb as POST, and one shape of errors."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Event
from members.models import Organization
from tests.meetings.sitting import Sitting
from tests.parallel import in_threads

UNITS = "/api/v1/organizations/"


@pytest.fixture
def unit(cast):
    return cast.bank_unit


def address(unit, name=""):
    return f"{UNITS}{unit.pk}/{name}/" if name else f"{UNITS}{unit.pk}/"


def test_an_object_lists_the_verbs_open_to_the_caller(cast, unit):
    seen = {
        who: cast.api(who).get(address(unit)).json()["verbs"] for who in ("secretariat", "bank", "liaison")
    }
    assert "edit" in seen["secretariat"]
    assert "retire" in seen["secretariat"]
    assert "restore" not in seen["secretariat"]  # it is listed already
    assert seen["bank"] == ["edit"]
    assert seen["liaison"] == []


def test_a_verb_is_a_post_and_answers_with_the_object_as_it_is_now(cast, unit):
    answer = cast.api("bank").post(address(unit, "edit"), {"name_zh": "新名", "version": 1})
    assert answer.status_code == 200, answer.content
    assert answer.json()["id"] == unit.pk
    unit.refresh_from_db()
    assert (unit.name_zh, unit.version) == ("新名", 2)


@pytest.mark.parametrize(
    ("who", "which", "name", "given", "status"),
    [
        (None, "bank_unit", "edit", {}, 401),
        ("bank", "company_unit", "edit", {"name_zh": "x"}, 404),
        ("liaison", "company_unit", "edit", {"name_zh": "x"}, 403),
        ("bank", "bank_unit", "edit", {"name_zh": ""}, 400),
        ("bank", "bank_unit", "edit", {"name_zh": "x", "version": "²"}, 400),
        ("bank", "bank_unit", "edit", {"name_zh": "x", "version": 7}, 409),
        ("bank", "bank_unit", "edit", [1, 2], 400),
        ("secretariat", "bank_unit", "restore", {}, 409),
        ("secretariat", "bank_unit", "vanish", {}, 404),
    ],
)
def test_every_refusal_has_its_status_and_one_shape(cast, who, which, name, given, status):
    unit = getattr(cast, which)
    answer = cast.api(who).post(address(unit, name), given)
    assert answer.status_code == status, answer.content
    said = answer.json()
    assert set(said) <= {"detail", "errors"}
    assert said["detail"]
    assert all(
        isinstance(s, list) and all(isinstance(t, str) for t in s) for s in said.get("errors", {}).values()
    )
    unit.refresh_from_db()
    assert unit.version == 1


def test_broken_json_is_bad_input(cast, unit):
    answer = cast.api("bank").generic("POST", address(unit, "edit"), b"{", content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 100_000, b'{"name_zh": "\\ud800"}'],
    ids=["list", "object", "half a character"],
)
def test_json_that_no_database_or_stack_can_hold_is_bad_input(cast, unit, body):
    for url in (address(unit, "edit"), "/api/v1/token/"):
        answer = cast.api("bank").generic("POST", url, body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["detail"]


@pytest.mark.parametrize("industries", [[2**70], ["²"], [None], [[1]], "x", 7, {}])
def test_a_list_of_ids_that_cannot_be_is_bad_input(cast, unit, industries):
    answer = cast.api("bank").post(address(unit, "edit"), {"name_zh": "新名", "industries": industries})
    assert answer.status_code in (200, 400), answer.content
    assert list(unit.industries.all()) == []


def test_a_version_sent_for_what_has_none_is_passed_over(cast):
    presence = Sitting(cast)
    presence.arrive("xiamen-torch")
    pk = presence.meeting.presences.get().pk
    assert cast.api("delegate").post(f"/api/v1/presences/{pk}/leave/", {"version": 7}).status_code == 200


def test_a_refused_field_is_named(cast, unit):
    answer = cast.api("bank").post(address(unit, "edit"), {"name_zh": ""})
    assert "name_zh" in answer.json()["errors"]


def test_a_list_is_paged_and_costs_the_same_for_one_and_for_three(cast):
    program = cast.api("secretariat")

    def cost(size):
        with CaptureQueriesContext(connection) as queries:
            answer = program.get(UNITS, {"page_size": size}).json()
        assert len(answer["results"]) == size
        assert answer["count"] == Organization.objects.count()
        return len(queries)

    assert cost(1) == cost(3) <= 12


def test_paging_beyond_the_end_and_a_huge_page_are_bounded(cast):
    program = cast.api("secretariat")
    assert program.get(UNITS, {"page": 999}).status_code == 404
    assert program.get(UNITS, {"page": "x"}).status_code == 404
    assert program.get(UNITS, {"page_size": 10_000}).status_code == 200
    assert program.get(UNITS, {"ordering": "password", "search": "'\"\\"}).status_code == 200


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999", "-1", "x"])
def test_an_id_that_cannot_be_is_simply_not_there(cast, pk):
    assert cast.api("secretariat").get(f"{UNITS}{pk}/").status_code == 404


def test_identical_posts_at_once_leave_one_effect_and_no_fault(transactional_db, cast, unit):
    codes = []
    programs = [cast.api("secretariat") for _ in range(10)]

    def act(program):
        for _ in range(5):
            codes.append(program.post(address(unit, "retire"), {"reason": "并入他行"}).status_code)

    assert in_threads(*[lambda program=program: act(program) for program in programs]) == []
    assert sorted(codes) == [200] + [409] * 49
    assert Event.objects.filter(kind="members.organization.retire").count() == 1
