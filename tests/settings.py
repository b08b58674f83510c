"""Settings of a test run: the application's own, in a folder, a database and a key prefix that only this run has."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_room = Path(tempfile.mkdtemp(prefix="alliance-test-"))
atexit.register(shutil.rmtree, _room, ignore_errors=True)

os.environ["VAR_DIR"] = str(_room)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_room / 'alliance.sqlite3'}")
os.environ.setdefault("REDIS_URL", "")
os.environ["REDIS_PREFIX"] = f"alliance-test-{os.getpid()}"
# A developer's own .env must not reach the tests: a variable that is set, even if empty, is not read from it.
for _name in ("SECRET_KEY", "EMAIL_URL", "METRICS_TOKEN"):
    os.environ[_name] = ""
os.environ["SITE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"

from alliance.settings import *  # noqa: E402, F403
from alliance.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

# A file, not memory: threads then meet the same locks as in real life.
DATABASES["default"]["TEST"] = {
    "NAME": str(_room / "test.sqlite3")
    if DATABASES["default"]["ENGINE"].endswith("sqlite3")
    else f"alliance_test_{os.getpid()}"
}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
