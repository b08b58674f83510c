"""The whole application on one machine: web, worker and timetable, in one process tree.

1. One ``serve`` a folder: a lock on ``var/serve.lock`` refuses a second one.
2. The port is taken here and handed to the web server, so it is never lost while that restarts.
3. The database is brought up to date, then three children start: gunicorn, ``celery worker``, ``celery beat``.
   The timetable has its own process: embedded in the worker it would outlive a killed worker, and tick twice.
4. A child that dies is started again, after 1, 2, 4 … at most 30 seconds.
5. Ctrl-C or SIGTERM stops all of them. Should this process be killed outright, the kernel ends its children.
"""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

PR_SET_PDEATHSIG = 1
GRACE = (
    8  # seconds a child may take to finish what it holds; whatever is cut short is a row and is done again
)
LONGEST_PAUSE = 30  # seconds before a dead child is tried again
STEADY = 60  # seconds of life after which a child's earlier deaths are forgotten

_libc = ctypes.CDLL(None, use_errno=True)


class Command(BaseCommand):
    help = "Run web, worker and timetable together on this machine, until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--port", type=int, default=int(os.environ.get("PORT") or 8000), help="port to listen on"
        )

    def handle(self, *, host, port, **options):
        for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job is born deaf to the first
            signal.signal(number, signal.default_int_handler)
        os.environ["PORT"] = str(port)  # the children build their links from it
        try:
            with only_one(), taken(host, port) as door:
                call_command("migrate", verbosity=0, interactive=False, skip_checks=False)
                call_command("createcachetable", verbosity=0)
                self._greet(host, port)
                supervise(children(door), say=self._say)
        except KeyboardInterrupt:
            pass
        self._say("stopped")

    def _say(self, sentence):
        self.stdout.write(f"{timezone.localtime():%H:%M:%S} {sentence}")
        self.stdout.flush()

    def _greet(self, host, port):
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"\nAlliance platform: http://{shown}:{port}/   (Ctrl-C stops it)\n")
        accounts = settings.VAR_DIR / "demo-accounts.txt"
        if accounts.exists():
            self.stdout.write("\n" + accounts.read_text(encoding="utf-8").rstrip() + "\n")
        self.stdout.write("\n")
        self.stdout.flush()


@contextmanager
def only_one():
    """Holds the lock of this var/ folder. Also ``restore`` takes it, so that nothing runs under its feet."""
    with open(settings.VAR_DIR / "serve.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                f"Already running from {settings.VAR_DIR} as process {lock.read().strip() or 'unknown'}. "
                "Stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def taken(host, port):
    """A listening socket on the address, or a sentence that says why it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CommandError(
                f"Cannot listen on {host} port {port}: {reason}. Choose another one, for example "
                f"PORT={port % 60000 + 1} make run."
            ) from None
        door.listen(512)
        yield door


def children(door):
    """The three programs of one machine. ``door`` is the listening socket the web server inherits."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "alliance"]
    return [
        Child(
            "web",
            [sys.executable, "-m", "gunicorn", "alliance.wsgi", "--bind", f"fd://{door.fileno()}"]
            + ["--workers", "1", "--threads", "8", "--graceful-timeout", str(GRACE - 2)]
            + ["--log-level", "warning", "--no-control-socket"],
            keep=(door.fileno(),),
        ),
        Child(
            "worker", celery + ["worker", "-P", "threads", "-c", "4", "--without-gossip", "--without-mingle"]
        ),
        Child("timetable", celery + ["beat", "--pidfile", ""]),
    ]


class Child:
    """One program that is kept running, with its process group, its deaths and when to try again."""

    def __init__(self, name, command, keep=()):
        self.name = name
        self.command = command
        self.keep = keep
        self.process = None
        self.deaths = 0
        self.started = 0.0
        self.again_at = 0.0

    def start(self):
        self.started = time.monotonic()
        # A group of its own, so that Ctrl-C in the terminal reaches only the supervisor, which stops all in order.
        self.process = subprocess.Popen(
            self.command,
            cwd=settings.BASE_DIR,
            env=os.environ | {"PYTHONWARNINGS": "ignore:You're running the worker"},
            stdin=subprocess.DEVNULL,
            pass_fds=self.keep,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    def watch(self, say):
        """Starts the program, or starts it again once its pause is over."""
        if self.process is None:
            if time.monotonic() >= self.again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.signal_group(signal.SIGKILL)  # what the dead one may have left behind
        self.deaths = 1 if time.monotonic() - self.started > STEADY else self.deaths + 1
        pause = min(2 ** (self.deaths - 1), LONGEST_PAUSE)
        self.again_at = time.monotonic() + pause
        self.process = None
        say(f"{self.name} ended ({_why(code)}); starting it again in {pause} s")

    def signal_group(self, number):
        with suppress(ProcessLookupError):  # already gone, which is what was wanted
            os.killpg(self.process.pid, number)


def supervise(programs, say):
    """Keeps the programs running until Ctrl-C or SIGTERM, then stops them all before it returns."""
    try:
        while True:
            for child in programs:
                child.watch(say)
            time.sleep(0.3)
    finally:
        _stop([child for child in programs if child.process], say)


def _stop(running, say):
    def at_once(*_):
        for child in running:
            child.signal_group(signal.SIGKILL)

    # A second Ctrl-C means: do not wait.
    signal.signal(signal.SIGINT, at_once)
    signal.signal(signal.SIGTERM, at_once)
    say("stopping")
    for child in running:
        child.process.terminate()
    end = time.monotonic() + GRACE
    for child in running:
        try:
            child.process.wait(max(0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{child.name} did not finish within {GRACE} s and is ended")
        child.signal_group(signal.SIGKILL)
        child.process.wait()


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _why(code):
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
