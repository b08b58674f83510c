"""Is it alive, and can it work? Three addresses for machines, none of which needs an account.

``/healthz`` says that the web process answers. ``/readyz`` says whether everything it leans on does:
200 when all is well, 503 when not, a word for each part. ``/metrics`` is for Prometheus: with
METRICS_TOKEN set it wants that token, otherwise it answers only to the machine itself.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from core.models import Heartbeat

from .celery import app

log = logging.getLogger(__name__)
WORKER_SILENCE = timedelta(minutes=3)


@never_cache
@require_safe
def healthz(request):
    """200 as long as this process answers at all; it asks nothing of the database."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request):
    """``{"status": "ok"|"failing", "checks": {part: "ok" or a short reason}}``, with 200 or 503."""
    now = timezone.now()
    checks = {
        "database": _tried("database", _database),
        "cache": _tried("cache", _cache),
        "broker": _tried("broker", _broker),
        "migrations": _tried("migrations", _migrations),
        "worker": _tried("worker", lambda: _worker(now)),
    }
    ready = all(word == "ok" for word in checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "failing", "checks": checks}, status=200 if ready else 503
    )


@never_cache
@require_safe
def metrics(request):
    """Prometheus text. To anybody else the page does not exist."""
    if not _may_measure(request):
        raise Http404
    return ExportToDjangoView(request)


def _may_measure(request):
    if settings.METRICS_TOKEN:
        return constant_time_compare(
            request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"
        )
    # A proxy on the same machine also comes from loopback, but says for whom it asks.
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and not forwarded


def _tried(part, check):
    """The check's word; an error of whatever library goes to the log, and only "unreachable" to the asker."""
    try:
        return check()
    except Exception:
        log.exception("readyz: %s", part)
        return "unreachable"


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _cache():
    token = get_random_string(12)
    cache.set("readyz", token, 10)
    return "ok" if cache.get("readyz") is not None else "forgets what it is given"


def _broker():
    with app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0)
    return "ok"


def _migrations():
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} to apply" if pending else "ok"


def _worker(now):
    last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return "never seen"
    silence = now - last
    return "ok" if silence < WORKER_SILENCE else f"silent for {int(silence.total_seconds())} s"
