"""What machines and browsers are told on every answer: is it well, is it safe, which request was it."""

import json
import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.test import RequestFactory
from django.utils import timezone

from alliance import logs
from alliance.celery import app
from core.models import Heartbeat

from . import machine


def beat(ago=timedelta()):
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now() - ago})


def test_healthz_asks_nothing_of_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_readyz_is_well_only_while_the_worker_beats(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == "never seen"

    beat()
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json()
    assert answer.json() == {
        "status": "ok",
        "checks": dict.fromkeys(["database", "cache", "broker", "migrations", "worker"], "ok"),
    }

    beat(timedelta(minutes=4))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"].startswith("silent for 24")


def test_readyz_says_how_many_migrations_are_missing(client, db):
    from django.db.migrations.recorder import MigrationRecorder

    beat()
    MigrationRecorder.Migration.objects.filter(app="admin").delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "3 to apply"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_the_health_pages_only_answer_reading(client, db, path):
    assert client.post(path).status_code == 405


def test_metrics_are_for_the_machine_itself(client, db):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"django_http_requests_total" in answer.content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def test_metrics_with_a_token_are_for_whoever_has_it(client, db, settings):
    settings.METRICS_TOKEN = "long-and-random"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    known = {"Authorization": "Bearer long-and-random", "X-Forwarded-For": "203.0.113.9"}
    assert client.get("/metrics", headers=known).status_code == 200


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/healthz", "testserver", 200),
        ("/no/such/page", "testserver", 404),
        ("/accounts/login/", "evil.example", 400),
    ],
)
def test_errors_carry_the_same_safety_headers_as_pages(client, db, path, host, status):
    answer = client.get(path, headers={"host": host})
    assert answer.status_code == status
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_request_keeps_the_id_it_came_with_if_that_is_fit_to_print(client, db):
    assert (
        client.get("/healthz", headers={"X-Request-ID": "proxy-12345678"})["X-Request-ID"] == "proxy-12345678"
    )
    assert len(client.get("/healthz", headers={"X-Request-ID": "a b\n<c>"})["X-Request-ID"]) == 32


@pytest.fixture
def written():
    """What the log would say, as JSON lines."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(logs.RequestFilter())
    handler.setFormatter(logs.JSONFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_a_request_is_one_line_without_body_query_or_address(client, db, written):
    client.post(
        "/healthz?q=secret-query", {"password": "secret-body"}, headers={"X-Request-ID": "proxy-12345678"}
    )
    (line,) = [line for line in written() if line["logger"] == "alliance.request"]
    assert line.pop("at").endswith("Z")
    assert line.pop("ms") >= 0
    assert line == {
        "level": "INFO",
        "logger": "alliance.request",
        "message": line["message"],
        "request": "proxy-12345678",
        "method": "POST",
        "route": "healthz",
        "status": 405,
    }
    assert "secret" not in json.dumps(written())


def test_the_log_names_the_route_of_a_failed_secret_link_and_not_the_link(written):
    request = RequestFactory().get("/calendar/secret-token.ics")
    request.resolver_match = None
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("django.request").error(
            "Internal Server Error: %s", request.path, exc_info=True, extra={"request": request}
        )
    (line,) = written()
    assert line["message"] == "Internal Server Error: (no page)"
    assert line["error"].endswith("ValueError: broken")
    assert "secret-token" not in json.dumps(line)


PUBLIC = {
    "SITE_URL": "https://alliance.example",
    "LOG_LEVEL": "ERROR",
    "ALLOWED_HOSTS": "alliance.example",
    "SECRET_KEY": "0123456789" * 6 + "abcdef",
}
ASK = """
from django.test import Client
page = Client(headers={"host": "alliance.example"}).get("/accounts/login/", secure=True)
print(page.status_code, page["Strict-Transport-Security"], sorted(page.cookies), page.cookies.output())
plain = Client(headers={"host": "alliance.example"}).get("/accounts/login/")
print(plain.status_code, plain["Location"], plain["Content-Security-Policy"], plain["X-Content-Type-Options"])
print(Client(headers={"host": "alliance.example"}).get("/healthz").status_code)
"""


def test_a_public_address_means_tls_strict_cookies_and_a_key_of_its_own(tmp_path):
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    machine.manage("check", "--deploy", "--fail-level", "WARNING", folder=tmp_path, **PUBLIC, **nowhere)
    machine.manage("collectstatic", "--noinput", folder=tmp_path)
    machine.manage("migrate", "--verbosity", 0, folder=tmp_path, **PUBLIC)
    page, plain, health = machine.manage(
        "shell", "--no-imports", "-c", ASK, folder=tmp_path, **PUBLIC
    ).splitlines()[-3:]
    assert page.startswith("200 max-age=31536000; includeSubDomains; preload ['__Host-csrftoken'")
    assert "Secure" in page
    assert "Path=/" in page
    assert "Domain=" not in page
    assert plain.startswith("301 https://alliance.example/accounts/login/ ")
    assert "default-src 'self'" in plain
    assert plain.endswith("nosniff")
    assert health == "200"

    without_key = machine.manage("check", folder=tmp_path, code=1, **PUBLIC | {"SECRET_KEY": ""})
    assert "Set SECRET_KEY" in without_key


def test_a_public_address_refuses_demonstration_accounts(tmp_path):
    machine.manage("migrate", "--verbosity", 0, folder=tmp_path)
    add = "from members.models import User; User.objects.create(username='secretariat', is_demo=True)"
    machine.manage("shell", "--no-imports", "-c", add, folder=tmp_path)
    machine.manage("migrate", folder=tmp_path)
    for command in (["migrate"], ["serve"], ["shell", "--no-imports", "-c", "import alliance.wsgi"]):
        words = machine.manage(*command, folder=tmp_path, code=1, **PUBLIC)
        assert "demonstration accounts (secretariat …)" in words


def test_everything_on_the_timetable_is_a_task_the_worker_knows(settings):
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
