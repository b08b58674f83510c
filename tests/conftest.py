"""What every test stands on: which tests use the database, and what happens where a service is missing."""

import pytest

from . import machine
from .cast import cast  # noqa: F401  the world that tests meet


def pytest_collection_modifyitems(items):
    fixtures = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}
    for item in items:
        if item.get_closest_marker("django_db") or fixtures & set(item.fixturenames):
            item.add_marker("database")


def pytest_runtest_setup(item):
    for marker in item.iter_markers("needs"):
        if reason := machine.missing(*marker.args):
            if machine.required():
                pytest.fail(f"{reason}, and CI or REQUIRE_SERVICES demands it", pytrace=False)
            pytest.skip(reason)
