"""What people come for, done as they do it: convening on a desk, answering and voting on a phone, by keyboard, and
without a line of script."""

import re

from playwright.sync_api import expect

from tests.cast import PASSWORD

from .house import Hand

PHONE = {"width": 390, "height": 844}
CHANGE = "更改表决"
#: The most the brief allows from signing in to the notice, both people's clicks counted.
MOST_CLICKS = 12


def test_a_meeting_is_convened_in_twelve_clicks(house, opens):
    office = Hand(opens(width=1440))
    office.sign_in(house, "secretariat", PASSWORD)
    page = office.page
    office.press("起草会议", role="link")
    office.press("起草会议")
    page.wait_for_url(re.compile(r"/meetings/meetings/\d+/$"))
    address = page.url
    office.press("提请审批", role="link")
    office.press("提请审批")
    page.wait_for_load_state()

    chair = Hand(opens(width=1440))
    chair.sign_in(house, "fuzhou-delegate", PASSWORD)
    chair.page.goto(address)
    chair.press("审批通过", role="link")
    chair.press("审批通过")
    chair.page.wait_for_load_state()

    page.goto(address)
    office.press("发出通知", role="link")
    expect(page.locator("dialog, main").filter(has_text="11").first).to_be_visible()
    office.press("发出通知")
    page.wait_for_load_state()
    page.goto(f"{address}?tab=replies")
    expect(page.locator(".replies > li")).to_have_count(11)
    assert office.clicks + chair.clicks <= MOST_CLICKS, (office.clicks, chair.clicks)


def test_a_delegate_answers_checks_in_and_votes_on_a_phone(house, opens):
    hand = Hand(opens(**PHONE))
    hand.sign_in(house, "xiamen-torch-delegate", PASSWORD)
    page = hand.page
    page.goto(house.path("reply"))
    page.get_by_label("参加", exact=True).check()
    hand.press("提交回执")
    expect(page.get_by_text("参加").first).to_be_visible()
    page.goto(house.path("room"))
    page.get_by_label("会场显示的6位签到码").fill(house.facts["pin"])
    hand.press("签到")
    expect(page.get_by_text("签到", exact=False).first).to_be_visible()
    before = hand.clicks
    hand.press("同意", exact=True)
    expect(page.get_by_text("已记录").first).to_be_visible()
    assert hand.clicks == before + 1
    assert not page.said

    # The same by keyboard alone: back, along to the answer, and pressed.
    tab_to(page, CHANGE).press("Enter")
    expect(page.get_by_role("button", name="反对")).to_be_visible()
    tab_to(page, "反对").press("Enter")
    expect(page.get_by_text("已记录").first).to_be_visible()

    # And without a line of script.
    bare = opens("delegate", java_script_enabled=False, **PHONE)
    bare.goto(house.path("room"))
    expect(bare.get_by_text("已记录").first).to_be_visible()
    Hand(bare).press(CHANGE)
    bare.goto(house.path("room"))
    Hand(bare).press("弃权", exact=True)
    bare.goto(house.path("room"))
    expect(bare.get_by_text("已记录").first).to_contain_text("弃权")


def tab_to(page, name):
    """Walks with the Tab key until what has this name holds the focus; returns it."""
    for _step in range(60):
        page.keyboard.press("Tab")
        held = page.locator(":focus")
        if held.count() and name in (held.inner_text() or held.get_attribute("aria-label") or ""):
            return held
    raise AssertionError(f"the Tab key never reached {name}")


def test_a_reply_needs_only_the_keyboard(house, opens):
    page = opens("delegate")
    page.goto(house.path("reply"))
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "answer":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.checked")
    tab_to(page, "提交回执").press("Enter")
    page.wait_for_url(re.compile(r"/meetings/meetings/\d+/"))
    assert not page.said


def test_the_link_in_the_notice_answers_without_signing_in_or_script(house, opens):
    page = opens(java_script_enabled=False, **PHONE)
    page.goto(house.path("tap once"))
    page.get_by_role("button", name="参加").click()
    expect(page.get_by_role("status").first).to_contain_text("参加")
