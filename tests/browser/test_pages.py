"""Every main page in a real browser: fits the phone, asks no other host, breaks no policy, complains of nothing, and
has no fault that axe knows, in light and in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = {
    "secretariat": (
        *(
            "home",
            "meetings",
            "meeting_new",
            "called",
            "sitting",
            "held",
            "draft",
            "room",
            "projector",
            "items",
        ),
        *(
            "item",
            "calendar",
            "charter",
            "resolutions",
            "resolution object",
            "tasks",
            "task object",
            "minutes_list",
        ),
        *("minutes object", "chair", "chairterm", "motion", "zones", "zone", "organizations", "organization"),
        *("mandates", "mandate", "memberships", "inbox", "notice_settings", "profile", "search"),
    ),
    "delegate": (
        "home",
        "meetings",
        "called",
        "sitting",
        "room",
        "tasks",
        "task object",
        "chair",
        "reply",
        "inbox",
    ),
    "observer": ("home", "meetings", "held"),
    "company": ("home", "zones"),
    None: ("home", "account_login", "zones", "zone", "tap"),
}
EACH = [(who, name) for who, names in PAGES.items() for name in names]
axe = Axe()


def named(pair):
    return f"{pair[0] or 'public'}-{pair[1]}".replace(" ", "-")


@pytest.mark.parametrize("pair", EACH, ids=named)
def test_a_page_fits_the_phone_and_keeps_to_this_house(pair, house, opens):
    who, name = pair
    page = opens(who, width=360, height=780)
    answer = page.goto(house.path(name))
    assert answer.status == 200
    page.wait_for_load_state("load")
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert excess <= 0, page.evaluate(WIDER)
    assert not [url for url in page.asked if not url.startswith((house.url, "data:"))]
    assert not page.said


#: The elements that stick out, for the message of a failed test.
WIDER = """[...document.querySelectorAll("main *")].reverse()
  .filter(each => each.scrollWidth > each.clientWidth && getComputedStyle(each).overflowX === "visible")
  .slice(0, 5).map(each => each.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pair", EACH, ids=named)
def test_a_page_has_no_fault_that_axe_knows(pair, scheme, house, opens):
    who, name = pair
    page = opens(who, width=1440, color_scheme=scheme, bypass_csp=True)
    page.goto(house.path(name))
    found = faults(page)
    assert not found, "\n".join(found)


def faults(page):
    """axe's violations, each with its rule and the first element."""
    rows = axe.run(page).response["violations"]
    return [f"{row['id']} ({len(row['nodes'])}): {row['nodes'][0]['html'][:160]}" for row in rows]


PLANTED = '<img src="/favicon.ico"><button></button>'


def test_axe_sees_a_planted_fault(house, opens):
    page = opens("delegate", bypass_csp=True)
    page.goto(house.path("home"))
    before = faults(page)
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/favicon.ico\"><button></button>')"
    )
    planted = {fault.split(" ")[0] for fault in faults(page)} - {fault.split(" ")[0] for fault in before}
    assert planted == {"image-alt", "button-name"}


def test_the_width_check_sees_a_page_too_wide(house, opens):
    page = opens(width=360)
    page.goto(house.path("home"))
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<hr width=\"900\">')")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 0
