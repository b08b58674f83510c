"""The inbox and its settings, as a person uses them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import background, events, notices
from core.models import CalendarDay, Notice, Preference, Robot
from tests.servers import robot_server

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
KIND = "core.calendarday.announce"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aec-4bc4-97a0-0ec2f1fa5aaa"


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setattr(notices, "kinds", dict(notices.kinds))
    notices.declare_kind(KIND, "Announce")


@pytest.fixture
def told(cast):
    """Three notices to the delegate about three jobs of theirs, the oldest first."""
    made = []
    for n in range(3):
        job = background.start("export", label=f"第{n + 1}件", by=cast.person("delegate"))
        notices.tell(events.record(job, KIND, by=None, at=NOW + timedelta(hours=n)), [cast.delegate])
        made.append(Notice.objects.get(channel="inbox", event__object_id=job.pk, event__kind=KIND))
    return made


def test_opening_a_notice_marks_it_read_everywhere_and_leads_to_the_thing(cast, told):
    browser = cast.client("delegate")
    answer = browser.get(f"/inbox/{told[0].pk}/")
    assert answer.status_code == 302
    assert answer.url == told[0].event.about.get_absolute_url()
    assert not Notice.objects.filter(event=told[0].event, read_at=None).exists()
    assert Notice.objects.filter(channel="inbox", read_at=None).count() == 2


def test_unread_ones_come_first_and_can_be_shown_alone(cast, told):
    browser = cast.client("delegate")
    browser.get(f"/inbox/{told[2].pk}/")
    page = browser.get("/inbox/").content.decode()
    places = [page.index(f"第{n}件") for n in (2, 1, 3)]
    assert places == sorted(places)
    alone = browser.get("/inbox/?show=unread").content.decode()
    assert "第1件" in alone
    assert "第3件" not in alone


def test_all_can_be_marked_as_read_at_once(cast, told):
    browser = cast.client("delegate")
    assert browser.get("/inbox/read/").status_code == 405
    assert browser.post("/inbox/read/").status_code == 302
    assert not Notice.objects.filter(channel="inbox", read_at=None).exists()
    assert "没有未读通知" in browser.get("/inbox/?show=unread").content.decode()


def test_nobody_opens_a_notice_of_somebody_else(cast, told):
    assert cast.client("delegate_b").get(f"/inbox/{told[0].pk}/").status_code == 404
    assert "第1件" not in cast.client("delegate_b").get("/inbox/").content.decode()
    assert cast.client().get("/inbox/").status_code == 302


def test_a_notice_about_what_is_gone_says_so(cast, told):
    day = CalendarDay.objects.create(day="2026-11-23", working=False, name="例日")
    notices.tell(events.record(day, KIND, by=None, at=NOW), [cast.delegate])
    notice = Notice.objects.filter(channel="inbox").latest("pk")
    day.delete()
    page = cast.client("delegate").get(f"/inbox/{notice.pk}/", follow=True).content.decode()
    assert "已不存在" in page


def test_the_inbox_costs_the_same_for_one_and_for_three_rows(cast, told):
    def cost(person):
        browser = cast.client(person)
        browser.get("/inbox/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/inbox/").status_code == 200
        return len(queries)

    one = told[0].event
    notices.tell(one, [cast.delegate_b])
    assert cost("delegate_b") == cost("delegate") <= 8


def test_only_answers_that_differ_from_the_default_are_kept(cast):
    browser = cast.client("delegate")
    page = browser.get("/inbox/settings/").content.decode()
    assert f'name="{KIND}:mail" checked' in page
    everything = {f"{k}:{c}": "on" for k in notices.kinds for c in notices.default_channels(k)}
    browser.post("/inbox/settings/save/", everything)
    assert not Preference.objects.exists()
    del everything[f"{KIND}:mail"]
    browser.post("/inbox/settings/save/", everything)
    answer = Preference.objects.get()
    assert (answer.kind, answer.channel, answer.wanted) == (KIND, "mail", False)
    assert f'name="{KIND}:mail" aria' in browser.get("/inbox/settings/").content.decode()


def test_a_robot_is_added_by_its_address_tested_and_removed(cast, settings):
    browser = cast.client("delegate")
    given = {"channel": "wecom", "name": "联络群", "key": WECOM, "everything": "on"}
    assert browser.post("/inbox/robots/new/", given).status_code == 302
    robot = Robot.objects.get()
    assert robot.key == "693a91f6-7aec-4bc4-97a0-0ec2f1fa5aaa"
    assert Preference.objects.filter(channel="wecom", wanted=True).count() == len(notices.kinds)
    page = browser.get("/inbox/settings/").content.decode()
    assert "联络群" in page
    assert robot.key not in page
    with robot_server() as groups:
        settings.ROBOT_GATEWAY = groups.url
        page = browser.post(f"/inbox/robots/{robot.pk}/test/", follow=True).content.decode()
        assert "测试消息已发到群内" in page
        assert "厦门火炬高新区 成员代表" in groups.texts()[0]
        groups.answer = (200, {"errcode": 45009, "errmsg": "freq out of limit"})
        page = browser.post(f"/inbox/robots/{robot.pk}/test/", follow=True).content.decode()
        assert "45009" in page
    assert cast.client("delegate_b").post(f"/inbox/robots/{robot.pk}/remove/").status_code == 404
    browser.post(f"/inbox/robots/{robot.pk}/remove/")
    assert not Robot.objects.exists()
    assert not Preference.objects.exists()


@pytest.mark.parametrize(
    "address", ["", "http://evil.example/send?key=abc", WECOM.replace("weixin", "weixim")]
)
def test_a_wrong_robot_address_is_explained_and_what_was_typed_is_kept(cast, address):
    answer = cast.client("delegate").post(
        "/inbox/robots/new/", {"channel": "wecom", "name": "联络群", "key": address}
    )
    assert answer.status_code == 400
    assert "联络群" in answer.content.decode()
    assert not Robot.objects.exists()
