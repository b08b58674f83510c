"""What the log says: one line a request, with who asked and how long it took, and nothing that is nobody's business.

A line names the route, not the address, because addresses of signed links and calendars are secrets; it
never holds a body, a query string or a header. The request's id is in every line written while it is
served and goes back to the browser as ``X-Request-ID``, so that a member can quote it.
"""

import json
import logging
import re
import time
import uuid
from contextvars import ContextVar

request_id = ContextVar("request_id", default="-")
_access = logging.getLogger("alliance.request")
_QUOTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")

#: What a logging call of ours may add to its line.
FIELDS = ("method", "route", "object", "status", "ms", "user", "task")


class RequestLogMiddleware:
    """Gives each request an id, and writes its one line when the answer is ready."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "")
        name = given if _QUOTABLE.fullmatch(given) else uuid.uuid4().hex
        request_id.set(
            name
        )  # stays until the thread's next request: Django reports some errors after we return
        began = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = name
        self._write(request, response, began)
        return response

    def _write(self, request, response, began):
        line = {
            "method": request.method,
            "route": _route(request),
            "object": request.resolver_match.kwargs.get("pk") if request.resolver_match else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - began) * 1000),
            "user": _reader(request),
        }
        level = logging.WARNING if response.status_code >= 500 else logging.INFO
        _access.log(level, "%(method)s %(route)s %(status)s %(ms)s ms", line, extra=line)


def _route(request):
    return request.resolver_match.route if request.resolver_match else "(no page)"


def _reader(request):
    """The account's number if the page looked it up; asking here would cost every page a query and a cookie."""
    cached = getattr(request, "_cached_user", None)
    return cached.pk if cached is not None else None


class RequestFilter(logging.Filter):
    """Marks each line with its request, and takes the address out of Django's own lines."""

    def filter(self, record):
        record.request_id = request_id.get()
        request = getattr(record, "request", None)
        if hasattr(request, "path") and isinstance(record.args, tuple):
            record.args = tuple(_route(request) if arg == request.path else arg for arg in record.args)
        return True


class JSONFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, request, the fields above, the traceback."""

    def format(self, record):
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_id", "-"),
        }
        line |= {name: getattr(record, name) for name in FIELDS if getattr(record, name, None) is not None}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
