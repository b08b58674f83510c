"""One running house and one browser for all tests of this folder."""

import pytest
from playwright.sync_api import sync_playwright

from tests import machine

from .house import opened


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")
            item.add_marker(pytest.mark.needs("chromium"))


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    if reason := machine.missing("chromium"):
        pytest.skip(reason)
    with opened(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium(house):
    with sync_playwright() as driver:
        # As root there is no sandbox; the pages are our own.
        browser = driver.chromium.launch(executable_path=machine.chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opens(house, chromium):
    """``opens("delegate", width=390)`` is a page of that reader's own window; ``page.said`` holds its complaints."""
    windows = []

    def window(who=None, *, width=1440, height=900, language="zh-CN", **more):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale=language, reduced_motion="reduce", **more
        )
        context.set_default_timeout(15_000)
        windows.append(context)
        if who:
            cookie = {"name": "sessionid", "value": house.facts["sessions"][who], "url": house.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.said, page.asked = [], []
        page.on(
            "console", lambda line: page.said.append(line.text) if line.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda fault: page.said.append(str(fault)))
        page.on("request", lambda request: page.asked.append(request.url))
        return page

    yield window
    for context in windows:
        context.close()
