"""What other programs rely on: the schema says what the API does, errors have one shape, lists page, search and sort,
tokens are given, and machines can ask whether the house is well."""

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import reverse
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from alliance.api import router
from meetings.models import Meeting
from tests.cast import PASSWORD
from tests.world import built, undone

pytestmark = pytest.mark.django_db

#: Collections by the word in their address → the object of the world that stands in them.
KNOWN = {
    "organizations": "company",
    "zones": "zone",
    "mandates": "mandate",
    "memberships": "membership",
    "meetings": "called",
    "items": "proposal",
    "invitations": "invitation",
    "presences": "presence",
    "motions": "motion",
    "resolutions": "resolution",
    "tasks": "task",
    "chair-terms": "chairterm",
    "minutes": "minutes",
    "corrections": "correction",
    "errata": "erratum",
}
EXAMPLES = 5  # made up for each operation, for each of two people
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built(django_db_blocker) as made:
        yield made


@pytest.fixture(scope="module")
def office(world):
    return world.cast.api("secretariat")


@pytest.fixture(scope="module")
def delegate(world):
    return world.cast.api("delegate")


# --- the schema ---------------------------------------------------------------------------------


def test_the_schema_is_valid_and_raises_no_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    assert (tmp_path / "schema.yml").read_text(encoding="utf-8").startswith("openapi: 3.1")


@pytest.fixture(scope="module")
def described(world):
    # As Django's own test client does: a request must not close the connection that the world lives in.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application())
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def tokens(world):
    return [world.cast.api(who)._credentials["HTTP_AUTHORIZATION"] for who in ("secretariat", "delegate")]


def test_the_api_answers_as_its_schema_says(described, world, tokens):
    """Every operation with input made up from its schema, by the secretariat and by a delegate."""
    wrong = []
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.path == "/api/v1/token/":  # throttled, and tried below
            continue
        wrong += [
            f"{operation.method.upper()} {operation.path}: {fault}"
            for fault in tried(operation, world, tokens)
        ]
    assert not wrong, "\n".join(wrong)


def tried(operation, world, tokens):
    """What was wrong with the answers of one operation, a sentence for each kind of fault."""
    noun = operation.path.split("/")[3]
    faults = {}

    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    def ask(case):
        if "{id}" in operation.path and noun in KNOWN:
            case.path_parameters["id"] = world.objects[KNOWN[noun]].pk
        for token in tokens:
            with undone():
                response = case.call(headers={"Authorization": token})
            for check in CHECKS:
                try:
                    case.validate_response(response, checks=[check])
                except FailureGroup as failures:
                    words = " ".join(str(failure) for failure in failures.exceptions)
                    faults[f"{response.status_code} {check.__name__}"] = words[:400]

    ask()
    return [f"{kind}: {words}" for kind, words in faults.items()]


# --- errors ---------------------------------------------------------------------------------------


def is_error(answer, status, *fields):
    """One shape for every refusal: a sentence, and for bad input the sentences of each field."""
    assert answer.status_code == status, answer.content
    said = answer.json()
    assert set(said) <= {"detail", "errors"}
    assert isinstance(said["detail"], str)
    assert said["detail"]
    for name, sentences in said.get("errors", {}).items():
        assert isinstance(name, str)
        assert all(isinstance(sentence, str) and sentence for sentence in sentences)
    assert set(fields) <= set(said.get("errors", {}))
    return said


def test_bad_input_names_its_fields(world, office):
    is_error(office.post("/api/v1/meetings/", {}), 400, "title", "starts_at")
    is_error(office.post("/api/v1/meetings/", "not json", content_type="application/json"), 400)
    is_error(office.get("/api/v1/meetings/?state=nonsense"), 400, "state")


def test_nobody_is_401_and_a_wrong_token_too(world):
    program = world.cast.api()
    is_error(program.get("/api/v1/meetings/"), 401)
    program.credentials(HTTP_AUTHORIZATION="Token no-such-token")
    is_error(program.get("/api/v1/meetings/"), 401)


def test_without_the_right_it_is_403_and_out_of_sight_404(world, delegate):
    is_error(delegate.post(f"/api/v1/meetings/{world.called.pk}/cancel/", {"reason": "x"}), 403)
    is_error(delegate.get(f"/api/v1/meetings/{world.draft.pk}/"), 404)
    is_error(delegate.get("/api/v1/meetings/999999/"), 404)
    is_error(delegate.get("/api/v1/no-such-thing/"), 404)
    is_error(delegate.get("/api/v1/meetings/?page=99"), 404)


def test_a_wrong_state_and_an_old_version_are_409(world, office):
    is_error(office.post(f"/api/v1/meetings/{world.held.pk}/cancel/", {"reason": "x"}), 409)
    path = f"/api/v1/meetings/{world.called.pk}/change/"
    shown = office.get(f"/api/v1/meetings/{world.called.pk}/").json()
    given = {name: shown[name] for name in ("starts_at", "ends_at", "kind")}
    old = {**given, "title": "改名", "reason": "更正", "version": shown["version"] + 5}
    is_error(office.post(path, old), 409)


def test_a_body_beyond_all_measure_is_413(office, settings):
    settings.UPLOAD_LIMIT = 1000
    body = "x" * (1024**2 + 5 * settings.UPLOAD_LIMIT + 1)
    is_error(office.post("/api/v1/meetings/", body, content_type="application/json"), 413)


def test_a_method_that_is_not_offered_is_405(office, world):
    is_error(office.delete(f"/api/v1/meetings/{world.called.pk}/"), 405)


# --- collections ------------------------------------------------------------------------------------


def test_a_collection_pages(office):
    first = office.get("/api/v1/meetings/?page_size=2").json()
    assert set(first) == {"count", "next", "previous", "results"}
    assert first["count"] == Meeting.objects.count() == 7
    assert first["previous"] is None
    pages = [first]
    while pages[-1]["next"]:
        pages.append(office.get(pages[-1]["next"]).json())
    ids = [row["id"] for page in pages for row in page["results"]]
    assert len(ids) == len(set(ids)) == 7


def test_a_collection_is_searched_and_sorted(office, world):
    found = office.get("/api/v1/meetings/?search=第三次").json()["results"]
    assert [row["id"] for row in found] == [world.called.pk]
    starts = [row["starts_at"] for row in office.get("/api/v1/meetings/").json()["results"]]
    assert starts == sorted(starts, reverse=True)
    turned = [
        row["starts_at"] for row in office.get("/api/v1/meetings/?ordering=starts_at").json()["results"]
    ]
    assert turned == sorted(starts)


@pytest.mark.parametrize("prefix", [prefix for prefix, _viewset, _name in router.registry])
def test_every_collection_can_be_searched_sorted_and_paged(prefix, office):
    answer = office.get(f"/api/v1/{prefix}/?search=联席&ordering=-id&page=1&page_size=1")
    assert answer.status_code == 200
    assert set(answer.json()) == {"count", "next", "previous", "results"}


def test_an_object_lists_the_verbs_open_to_the_caller(world, office, delegate):
    path = f"/api/v1/invitations/{world.invitation.pk}/"
    assert office.get(path).json()["verbs"] == ["reply", "remind"]
    assert delegate.get(path).json()["verbs"] == ["reply"]
    assert "cast" in delegate.get(f"/api/v1/motions/{world.motion.pk}/").json()["verbs"]
    assert world.cast.api("observer").get(f"/api/v1/motions/{world.motion.pk}/").json()["verbs"] == []


def test_the_verbs_of_a_list_are_those_of_each_object(office, delegate):
    for program in (office, delegate):
        for prefix in ("meetings", "motions", "items", "tasks", "invitations", "minutes"):
            for row in program.get(f"/api/v1/{prefix}/").json()["results"]:
                assert row["verbs"] == program.get(f"/api/v1/{prefix}/{row['id']}/").json()["verbs"]


# --- tokens -----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _nobody_tried_yet():
    cache.clear()


def test_a_token_is_given_for_the_password_and_opens_the_api(world):
    program = world.cast.api()
    answer = program.post("/api/v1/token/", {"username": "secretariat", "password": PASSWORD})
    assert answer.status_code == 200
    assert set(answer.json()) == {"token"}
    program.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    assert program.get("/api/v1/meetings/").status_code == 200


def test_a_wrong_password_is_400_and_guessing_is_429(world):
    program = world.cast.api()
    is_error(program.post("/api/v1/token/", {"username": "secretariat"}), 400, "password")
    answers = [
        program.post("/api/v1/token/", {"username": "secretariat", "password": f"wrong-{number}"})
        for number in range(12)
    ]
    is_error(answers[0], 400)
    is_error(answers[-1], 429)


# --- for machines -------------------------------------------------------------------------------------


def test_health_readiness_and_measures_answer(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert set(ready["checks"]) == {"database", "cache", "broker", "migrations", "worker"}
    assert b"django_http_requests_total" in client.get("/metrics").content


def test_a_calendar_speaks_the_format_calendars_speak(world, client):
    from meetings import calendar

    feed = client.get(reverse("calendar_feed", args=[calendar.token(world.cast.delegate)]))
    assert feed["Content-Type"].startswith("text/calendar")
    lines = feed.content.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert f"UID:{world.called.uid}@alliance" in lines
    assert "SEQUENCE:0" in lines
    assert client.get("/calendar/no-such-address.ics").status_code == 404
