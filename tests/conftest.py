"""What every test stands on: which tests use the database, and what happens where a service is missing."""

import importlib

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

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


@pytest.fixture(autouse=True, scope="session")
def _journal_lets_tests_clean_up():
    """The database refuses to empty the journal, rightly; between two tests its guard steps aside and comes back."""
    guarding = importlib.import_module("core.migrations.0003_guard_journal")
    clean_up = TransactionTestCase._fixture_teardown

    def clean_up_unguarded(case):
        with connection.schema_editor() as editor:
            guarding.release(None, editor)
        try:
            clean_up(case)
        finally:
            with connection.schema_editor() as editor:
                guarding.guard(None, editor)

    TransactionTestCase._fixture_teardown = clean_up_unguarded
    yield
    TransactionTestCase._fixture_teardown = clean_up


@pytest.fixture(autouse=True)
def _everyone_begins_in_chinese():
    """A page asked for in English leaves its language to the thread; the next test must not inherit it."""
    translation.activate(settings.LANGUAGE_CODE)
