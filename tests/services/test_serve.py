"""One command runs web, worker and timetable, and nothing of it is left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from .. import machine


@contextmanager
def serving(folder, port, **changes):
    """``manage.py serve`` in a folder of its own: yields the process once its pages answer."""
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    environment = machine.environment(folder, **changes)
    with (Path(folder) / "serve.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=machine.ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        machine.until(lambda: process.poll() is not None or get(port, "/healthz"), 90, "the first page")
        assert process.poll() is None, printed(folder)
        yield process
    finally:
        process.kill()
        process.wait()


def printed(folder):
    return (Path(folder) / "serve.log").read_text()


def get(port, path):
    """(status, body) of a page, or None while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return None


def processes(folder):
    """{pid: command line} of every process that was started for this folder, whoever its parent is now."""
    mark, found = f"VAR_DIR={folder}".encode(), {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def one(folder, words):
    """The process whose command line has these words, or None; the eldest if it has children of the same name."""
    return min((pid for pid, line in processes(folder).items() if words in line), default=None)


def ready(port):
    answer = get(port, "/readyz")
    return answer if answer and answer[0] == 200 else None


def test_it_runs_everything_heals_a_killed_part_and_stops_cleanly(tmp_path):
    port = machine.free_port()
    with serving(tmp_path, port) as process:
        assert get(port, "/healthz") == (200, {"status": "ok"})
        machine.until(lambda: ready(port), 60, "the worker's heartbeat")

        for part in (
            "celery --quiet -A alliance worker",
            "celery --quiet -A alliance beat",
            "gunicorn alliance.wsgi",
        ):
            killed = one(tmp_path, part)
            os.kill(killed, signal.SIGKILL)
            machine.until(lambda: one(tmp_path, part) not in (None, killed), 30, f"a new {part}")  # noqa: B023
        machine.until(lambda: get(port, "/healthz"), 60, "the web server's return")

        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        machine.until(lambda: not processes(tmp_path), 10, "the end of every process")
    words = printed(tmp_path)
    assert f"http://127.0.0.1:{port}/" in words
    assert "worker ended (signal SIGKILL); starting it again in 1 s" in words
    assert words.rstrip().endswith("stopped")
    assert "Traceback" not in words.partition("stopping")[2]


def test_nothing_outlives_it_when_it_is_killed_outright(tmp_path):
    port = machine.free_port()
    with serving(tmp_path, port) as process:
        machine.until(lambda: one(tmp_path, "celery --quiet -A alliance worker"), what="the worker")
        process.kill()
        machine.until(lambda: not processes(tmp_path), 20, "the end of every process")


def test_a_second_one_in_the_same_folder_is_refused_and_so_is_restore(tmp_path):
    with serving(tmp_path, machine.free_port()) as process:
        for command in (["serve", "--port", machine.free_port()], ["restore", "any.tar"]):
            words = machine.manage(*command, folder=tmp_path, code=1)
            assert f"as process {process.pid}" in words
            assert "Traceback" not in words


def test_a_port_in_use_is_said_in_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        words = machine.manage("serve", "--port", port, folder=tmp_path, code=1)
    assert f"Cannot listen on 127.0.0.1 port {port}" in words
    assert "Traceback" not in words


@pytest.mark.needs("postgresql_server", "redis_server")
def test_the_same_command_runs_on_postgresql_and_redis_and_readyz_names_the_part_that_fails(tmp_path):
    with machine.own_postgresql() as server, machine.own_redis(tmp_path) as (broker, redis):
        port = machine.free_port()
        with serving(tmp_path, port, DATABASE_URL=server + "postgres", REDIS_URL=broker) as process:
            machine.until(lambda: ready(port), 60, "the worker's heartbeat")
            redis.kill()
            status, answer = machine.until(lambda: get(port, "/readyz"), what="an answer")
            assert status == 503
            assert answer["checks"]["broker"] == answer["checks"]["cache"] == "unreachable"
            assert answer["checks"]["database"] == "ok"
            assert get(port, "/healthz") == (200, {"status": "ok"})
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
            machine.until(lambda: not processes(tmp_path), 10, "the end of every process")
