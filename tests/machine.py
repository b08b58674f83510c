"""What this machine has: databases, brokers, browsers, office programs, and servers of a test's own.

A test says what it needs with ``@pytest.mark.needs("chromium")``. Where that is missing the test is skipped, but under
CI or with REQUIRE_SERVICES=1 it fails. ``python -m tests.machine postgresql redis`` tells make the same.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_URL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


def required():
    return os.environ.get("CI", "") not in ("", "0", "false") or os.environ.get("REQUIRE_SERVICES") == "1"


def postgresql():
    import psycopg

    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return f"PostgreSQL does not answer at {POSTGRES_URL}: {error}".strip()
    return ""


def redis():
    import redis as client

    try:
        with closing(client.Redis.from_url(REDIS_URL, socket_connect_timeout=3)) as server:
            server.ping()
    except client.RedisError as error:
        return f"Redis does not answer at {REDIS_URL}: {error}"
    return ""


def chromium():
    return "" if chromium_path() else "Chromium is not installed"


def chromium_path():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def libreoffice():
    return "" if shutil.which("soffice") else "LibreOffice is not installed"


def poppler():
    return "" if shutil.which("pdftotext") else "poppler-utils is not installed"


def pango():
    from core.exports import pdf

    return "" if pdf.available() else "WeasyPrint or its library Pango is not installed"


def gettext():
    return "" if shutil.which("msgfmt") else "gettext is not installed"


def redis_server():
    return "" if shutil.which("redis-server") else "the program redis-server is not installed"


def postgresql_server():
    return "" if postgres_program("initdb") else "the PostgreSQL server programs are not installed"


def postgres_program(name):
    """A server program's path: Debian keeps them off PATH, one folder a version."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debian[-1]) if debian else None)


CHECKS = {
    check.__name__: check
    for check in (
        postgresql,
        redis,
        chromium,
        libreoffice,
        poppler,
        pango,
        gettext,
        redis_server,
        postgresql_server,
    )
}


def missing(*names):
    """A sentence about the first thing that is not there, or ""."""
    return next((reason for name in names if (reason := CHECKS[name]())), "")


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def until(condition, seconds=30, what="the condition"):
    """Waits for ``condition()`` to be true and returns its value; fails with a sentence."""
    end = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come about within {seconds} s")
        time.sleep(0.1)


@contextmanager
def own_redis(folder):
    """A Redis of this test's own, to be broken at will: yields (url, process)."""
    port = free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: _answers(port), what="Redis")
            yield f"redis://127.0.0.1:{port}/0", process
        finally:
            process.kill()


@contextmanager
def own_postgresql():
    """A PostgreSQL of this test's own: yields its URL without a database name, ending in "/"."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        become = []
        if os.getuid() == 0:  # the server refuses to run as root
            become = ["runuser", "-u", "postgres", "--"]
            shutil.chown(data, "postgres")
        initdb = [postgres_program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        control = [*become, postgres_program("pg_ctl"), "-D", data, "-w"]
        options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c fsync=off"
        quiet = {"cwd": "/", "stdout": subprocess.DEVNULL}
        subprocess.run([*become, *initdb, "--locale=C.UTF-8", "--no-sync"], check=True, **quiet)
        subprocess.run([*control, "-l", f"{data}/log", "-o", options, "start"], check=True, **quiet)
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, **quiet)


def environment(folder, **changes):
    """Variables for a program of ours that runs outside this process, in a folder of its own."""
    ours = {
        "VAR_DIR": str(folder),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "alliance.settings",
    }
    plain = {"SITE_URL": "http://127.0.0.1", "LANGUAGE_CODE": "zh-hans", "LOG_FORMAT": "plain"}
    return os.environ | ours | plain | changes


def manage(*arguments, folder, code=0, **changes):
    """Runs ``manage.py`` as an operator would; returns what it printed, and fails unless it ends with the code."""
    command = [sys.executable, "manage.py", *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(folder, **changes),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    printed = done.stdout + done.stderr
    assert done.returncode == code, f"{' '.join(command)} ended with {done.returncode}:\n{printed}"
    return printed


def _answers(port):
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    if reason := missing(*sys.argv[1:]):
        print(reason, file=sys.stderr)
        sys.exit(1)
