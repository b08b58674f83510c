"""The web server and the worker as `manage.py serve` starts them, on a free port of loopback."""

import http.client
import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from core.management.commands.serve import children, taken

PLATFORM = "alliance.wsgi"
FLOOR = "alliance.bench.floor"


class Web:
    """A running web server: its port and its master process."""

    def __init__(self, port, process):
        self.port = port
        self.process = process

    def resident(self) -> float:
        """Resident memory of the one web worker, in MB."""
        listed = subprocess.run(
            ["ps", "--ppid", str(self.process.pid), "-o", "rss="], capture_output=True, text=True, check=True
        )
        return max(int(line) for line in listed.stdout.split()) / 1024


@contextmanager
def web(application=PLATFORM, **environment):
    """A web server under the flags of ``serve``; yields a :class:`Web` that answers."""
    with taken("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        child = children(door)[0]
        command = [application if part == PLATFORM else part for part in child.command]
        with _running(command, pass_fds=child.keep, **environment, PORT=str(port)) as process:
            path = "/healthz" if application == PLATFORM else "/"
            _wait(lambda: _answers(port, path), process, "the web server")
            yield Web(port, process)


@contextmanager
def worker(application="alliance", **environment):
    """A Celery worker under the flags of ``serve``."""
    with taken("127.0.0.1", 0) as door:
        command = children(door)[1].command
    command = [application if part == "alliance" else part for part in command]
    with _running(command, **environment) as process:
        yield process


@contextmanager
def _running(command, pass_fds=(), **environment):
    log = settings.VAR_DIR / "servers.log"
    with open(log, "ab") as output:
        process = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=os.environ | {"LOG_LEVEL": "WARNING"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=pass_fds,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        with suppress(ProcessLookupError):  # already gone, which is what was wanted
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(condition, process, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{what} did not start; see {Path(settings.VAR_DIR) / 'servers.log'}")
        time.sleep(0.2)


def _answers(port, path):
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        caller.request("GET", path)
        return caller.getresponse().status < 500
    except OSError:
        return False
    finally:
        caller.close()
