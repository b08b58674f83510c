"""Sending: every notice leaves once, whatever the mail server and the workers do."""

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.mail import get_connection
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core import delivery, events, notices, robots
from core.models import CalendarDay, Notice, Preference, Robot
from tests.parallel import in_threads
from tests.servers import mail_server, robot_server

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
KIND = "core.calendarday.announce"


@pytest.fixture
def box(settings):
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box


@pytest.fixture
def day(db):
    return CalendarDay.objects.create(day="2026-11-23", working=False, name="例日")


def tell(day, *people, at=NOW, kind=KIND):
    notices.tell(events.record(day, kind, by=None, at=at), people, label="Announce")


def mails(**filters):
    return Notice.objects.filter(channel="mail", **filters).order_by("pk")


def test_a_mail_carries_letter_address_and_a_link(box, cast, day):
    tell(day, cast.delegate)
    assert delivery.sweep(now=NOW) == 1
    (mail,) = box.mails
    notice = mails().get()
    assert mail.to == ["xiamen-torch-delegate@example.org"]
    assert mail["Subject"] == "Announce：2026-11-23 例日"
    assert "http://testserver/" in mail.get_content()
    assert mail["Message-ID"] == delivery.message_id(notice)
    assert mail["Message-ID"].startswith(f"<notice-{notice.pk}.")
    assert mail["Message-ID"].endswith("@testserver>")
    assert notice.state == "sent"
    assert notice.sent_at is not None


def test_a_second_sweep_sends_nothing(box, cast, day):
    tell(day, cast.delegate)
    assert delivery.sweep(now=NOW) == 1
    assert delivery.sweep(now=NOW + timedelta(days=1)) == 0
    assert len(box.mails) == 1


def test_attachments_of_a_kind_go_along(box, cast, day, monkeypatch):
    monkeypatch.setattr(notices, "_attachments", {})

    @notices.attaches(KIND)
    def letter(notice):
        return [(f"{notice.event.about.name}.ics", b"BEGIN:VCALENDAR", "text/calendar")]

    tell(day, cast.delegate)
    delivery.sweep(now=NOW)
    (attachment,) = box.mails[0].iter_attachments()
    assert attachment.get_filename() == "例日.ics"


def test_a_hundred_mails_go_over_one_connection(box, cast, day, django_user_model):
    people = django_user_model.objects.bulk_create(
        django_user_model(username=f"person-{n}", email=f"person-{n}@example.org") for n in range(100)
    )
    tell(day, *people)
    assert delivery.sweep(now=NOW) == 100
    assert box.connections == 1


def test_what_fails_for_now_is_tried_again_later_and_later_for_a_day(box, cast, day):
    tell(day, cast.delegate)
    box.refusals["xiamen-torch-delegate@example.org"] = "451 try later"
    moment, waits = NOW, []
    while (notice := mails().get()).state == "pending":
        delivery.sweep(now=moment)
        notice = mails().get()
        waits.append(round((notice.next_try_at - moment) / timedelta(minutes=1)))
        moment = notice.next_try_at + timedelta(seconds=1)
    assert waits[:5] == [1, 5, 30, 120, 240]
    assert notice.state == "failed"
    assert "451 try later" in notice.error
    assert moment - NOW <= timedelta(hours=24, minutes=1)


def test_a_mail_that_got_through_on_a_later_try_shows_no_error(box, cast, day):
    tell(day, cast.delegate)
    box.refusals["xiamen-torch-delegate@example.org"] = "451 try later"
    delivery.sweep(now=NOW)
    assert delivery.sweep(now=NOW + timedelta(seconds=30)) == 0
    box.refusals.clear()
    assert delivery.sweep(now=NOW + timedelta(minutes=2)) == 1
    assert (mails().get().state, mails().get().error, mails().get().attempts) == ("sent", "", 2)


def test_what_is_refused_for_good_has_failed_at_once_and_says_why(box, cast, day):
    tell(day, cast.delegate, cast.delegate_b)
    box.refusals["xiamen-torch-delegate@example.org"] = "550 no such user"
    assert delivery.sweep(now=NOW) == 1
    assert mails(state="failed").get().error == "550 no such user"
    assert [mail.to for mail in box.mails] == [["quanzhou-delegate@example.org"]]


def test_a_cut_line_is_taken_up_again_for_the_others(box, cast, day):
    tell(day, cast.delegate, cast.delegate_b, cast.liaison)
    box.hang_up_on.add("xiamen-torch-delegate@example.org")
    assert delivery.sweep(now=NOW) == 2
    assert mails(state="pending").get().person == cast.delegate


def test_a_mailbox_that_makes_the_server_wait_delays_nobody_else(box, cast, day, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", 0.3)
    for n in range(5):
        tell(day, cast.delegate, kind=f"core.calendarday.step{n}")
    tell(day, cast.delegate_b, cast.liaison)
    box.silent_for.add("xiamen-torch-delegate@example.org")
    assert delivery.sweep(now=NOW) == 2
    assert box.connections == 2  # the silent mailbox was asked once, not once a letter
    waiting = mails(person=cast.delegate)
    assert (
        waiting.count()
        == waiting.filter(state="pending", leased_until=None, next_try_at__gt=NOW).count()
        == 5
    )


def test_a_slow_batch_gives_back_what_it_has_not_sent(box, cast, day, monkeypatch):
    tell(day, cast.delegate, cast.delegate_b, cast.liaison)
    monkeypatch.setattr(delivery, "TURN", -1)
    batch = delivery._claim({"mail"}, NOW, NOW, 100)
    assert delivery._send_mails(batch, delivery._Watch(NOW)) == (0, True)
    assert mails(state="pending", leased_until=None, attempts=0).count() == 3


def test_no_mail_server_loses_nothing(settings, box, cast, day):
    tell(day, cast.delegate)
    settings.EMAIL_PORT = 9  # nobody listens to "discard" here
    assert delivery.sweep(now=NOW) == 0
    assert mails().get().state == "pending"
    settings.EMAIL_PORT = box.port
    assert delivery.sweep(now=NOW + timedelta(minutes=2)) == 1


def test_a_worker_that_died_is_followed_by_one_that_uses_the_same_message_id(box, cast, day):
    tell(day, cast.delegate)
    # The first worker: it claimed and sent, and died before it could mark.
    (notice,) = delivery._claim({"mail"}, NOW, NOW, 100)
    get_connection().send_messages([delivery.message(notice)])
    assert delivery.sweep(now=NOW + timedelta(minutes=1)) == 0, "its lease still holds"
    assert delivery.sweep(now=NOW + delivery.LEASE) == 1
    first, second = box.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_person_who_left_and_a_notice_taken_back_are_not_sent(box, cast, day):
    tell(day, cast.delegate, cast.delegate_b)
    cast.delegate.is_active = False
    cast.delegate.save()
    mails(person=cast.delegate_b).update(state="cancelled")
    assert delivery.sweep(now=NOW) == 0
    assert box.mails == []
    assert mails(state="cancelled").count() == 2


def test_a_person_whose_mandate_has_ended_gets_no_mail_for_that_unit_any_more(box, cast, day):
    tell(
        day,
        notices.Recipient(cast.delegate, cast.zones["xiamen-torch"]),
        notices.Recipient(cast.delegate_b, cast.zones["quanzhou"]),
    )
    yesterday = cast.today - timedelta(days=1)
    cast.delegate.mandates.update(ends_on=yesterday)
    assert delivery.sweep(now=NOW) == 1
    assert [mail.to for mail in box.mails] == [["quanzhou-delegate@example.org"]]
    assert mails(state="cancelled").get().person == cast.delegate


def test_a_person_without_an_address_is_a_visible_failure(box, cast, day):
    cast.delegate.email = ""
    cast.delegate.save()
    tell(day, cast.delegate)
    delivery.sweep(now=NOW)
    assert mails(state="failed").get().error


def test_a_letter_that_cannot_be_written_does_not_hold_up_the_others(box, cast, day, monkeypatch):
    monkeypatch.setattr(notices, "_attachments", {})

    @notices.attaches(KIND)
    def letter(notice):
        if notice.person == cast.delegate:
            raise ValueError("no such template")
        return []

    tell(day, cast.delegate, cast.delegate_b)
    assert delivery.sweep(now=NOW) == 1
    assert "no such template" in mails(state="pending").get().error


def test_workers_side_by_side_send_each_once(
    transactional_db, box, cast, day, django_user_model, monkeypatch
):
    monkeypatch.setattr(delivery, "BATCH", 7)
    people = django_user_model.objects.bulk_create(
        django_user_model(username=f"person-{n}", email=f"person-{n}@example.org") for n in range(60)
    )
    tell(day, *people)
    assert in_threads(*[lambda: delivery.sweep(now=NOW)] * 4) == []
    assert len(box.mails) == len({mail["Message-ID"] for mail in box.mails}) == 60


def test_nothing_is_sent_inside_the_claiming_transaction(transactional_db, box, cast, day):
    tell(day, cast.delegate)
    # The server's own connection writes while the mail is on its way: a lock held by the sender would block it.
    written = threading.Event()

    def write(mail):
        Notice.objects.filter(channel="inbox").update(read_at=NOW)
        connection.close()
        written.set()

    box.on_mail = write
    delivery.sweep(now=NOW)
    assert written.is_set()


def test_the_command_says_how_many_left(box, cast, day):
    tell(day, cast.delegate, at=timezone.now())
    out = StringIO()
    call_command("sweep_notices", stdout=out)
    assert out.getvalue() == "1 notices sent\n"


# --- group robots -------------------------------------------------------------------------------


@pytest.fixture
def groups(settings):
    with robot_server() as groups:
        settings.ROBOT_GATEWAY = groups.url
        yield groups


def robot(person, channel="wecom", key="693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", **more):
    return Robot.objects.create(person=person, channel=channel, name="工作群", key=key, tokens_at=NOW, **more)


def tell_group(day, person, channel, count=1):
    for n in range(count):
        kind = f"core.calendarday.step{n}"
        Preference.objects.get_or_create(person=person, kind=kind, channel=channel, wanted=True)
        tell(day, person, kind=kind)


@pytest.mark.parametrize(
    ("channel", "key", "path"),
    [
        (
            "wecom",
            "693a91f6-7aec-4bc4-97a0-0ec2sifa5aaa",
            "/cgi-bin/webhook/send?key=693a91f6-7aec-4bc4-97a0-0ec2sifa5aaa",
        ),
        ("dingtalk", "a" * 40, f"/robot/send?access_token={'a' * 40}"),
        (
            "feishu",
            "f0a1b2c3-d4e5-4f60-8a9b-0c1d2e3f4a5b",
            "/open-apis/bot/v2/hook/f0a1b2c3-d4e5-4f60-8a9b-0c1d2e3f4a5b/",
        ),
    ],
)
def test_a_robot_of_each_service_says_the_title_and_the_address(box, groups, cast, day, channel, key, path):
    robot(cast.delegate, channel, key)
    tell_group(day, cast.delegate, channel)
    assert delivery.sweep(now=NOW) == 2
    ((asked, _body),) = groups.said
    assert asked == path
    (text,) = groups.texts()
    assert "例日" in text
    assert "http://testserver/" in text


def test_a_signing_robot_signs(box, groups, cast, day):
    robot(cast.delegate, "dingtalk", "a" * 40, secret="SEC123")
    tell_group(day, cast.delegate, "dingtalk")
    delivery.sweep(now=NOW)
    assert "&timestamp=" in groups.said[0][0]
    assert "&sign=" in groups.said[0][0]


def test_a_robot_that_answers_with_an_error_code_has_not_heard(box, groups, cast, day):
    groups.answer = (200, {"errcode": 93000, "errmsg": "invalid webhook url"})
    robot(cast.delegate)
    tell_group(day, cast.delegate, "wecom")
    delivery.sweep(now=NOW)
    notice = Notice.objects.get(channel="wecom")
    assert notice.state == "pending"
    assert "93000 invalid webhook url" in notice.error
    groups.answer = (200, {"errcode": 0})
    delivery.sweep(now=NOW + timedelta(minutes=2))
    notice.refresh_from_db()
    assert notice.state == "sent"


def test_more_than_a_group_may_take_becomes_one_digest(box, groups, cast, day):
    robot(cast.delegate)
    tell_group(day, cast.delegate, "wecom", count=12)
    delivery.sweep(now=NOW)
    (text,) = groups.texts()
    assert text.startswith("12 条提醒")
    assert "1. Announce：" in text
    assert text.endswith("http://testserver/inbox/")
    assert len(text.encode()) <= 2048
    assert Notice.objects.filter(channel="wecom", state="sent").count() == 12


def test_no_minute_ever_holds_more_than_twenty_messages(cast):
    one = robot(cast.delegate)
    times = []
    for second in range(300):
        moment = NOW + timedelta(seconds=second)
        while robots.take(one, 1, moment):
            times.append(second)
    assert times[:10] == [0] * 10
    assert max(sum(1 for t in times if start <= t < start + 60) for start in range(240)) <= 20
    assert len(times) >= 55


def test_an_empty_bucket_keeps_notices_until_it_fills(box, groups, cast, day):
    robot(cast.delegate, tokens=0)
    tell_group(day, cast.delegate, "wecom", count=2)
    delivery.sweep(now=NOW)
    assert groups.said == []
    delivery.sweep(now=NOW + timedelta(seconds=30))
    assert len(groups.said) == 2


def test_two_persons_of_one_group_share_its_bucket_and_hear_an_event_once(box, groups, cast, day):
    for person in (cast.delegate, cast.liaison):
        robot(person)
        Preference.objects.create(person=person, kind=KIND, channel="wecom", wanted=True)
    tell(day, cast.delegate, cast.liaison)
    delivery.sweep(now=NOW)
    assert len(groups.said) == 1
    assert Notice.objects.filter(channel="wecom", state="sent").count() == 2


def test_a_robot_taken_away_ends_its_notices(box, groups, cast, day):
    one = robot(cast.delegate)
    tell_group(day, cast.delegate, "wecom")
    one.delete()
    delivery.sweep(now=NOW)
    assert groups.said == []
    assert Notice.objects.get(channel="wecom").state == "cancelled"
