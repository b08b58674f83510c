"""The month, the feed, and the papers of a meeting."""

from datetime import timedelta
from io import BytesIO

import docx
import icalendar
import openpyxl
import pytest
from django.utils import timezone

from core.exports import pdf
from meetings import calendar, invitations, notice, schedule

from .convening import approved, called, drafted, invitation_of, start


def events(answer):
    return {str(each["uid"]): each for each in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


def test_the_month_shows_what_the_reader_may_see(cast):
    meeting = called(cast)
    month = f"{timezone.localtime(meeting.starts_at):%Y-%m}"
    shown = cast.client("delegate").get(f"/meetings/calendar/?month={month}").content.decode()
    assert meeting.title in shown
    hidden = cast.client("bank").get(f"/meetings/calendar/?month={month}").content.decode()
    assert meeting.title not in hidden


@pytest.mark.parametrize("month", ["2026-13", "x", "1700-01"])
def test_a_month_that_is_none_is_not_found(cast, month):
    assert cast.client("delegate").get(f"/meetings/calendar/?month={month}").status_code == 404


def test_a_feed_keeps_its_uid_while_the_sequence_rises_and_cancelled_stays(cast):
    meeting = called(cast)
    feed = f"/calendar/{calendar.token(cast.person('delegate'))}.ics"
    browser = cast.client()
    [(uid, first)] = events(browser.get(feed)).items()
    assert int(first["sequence"]) == 0
    schedule.change(
        meeting,
        by=cast.person("secretariat"),
        starts_at=start(33),
        ends_at=start(33) + timedelta(hours=2),
        reason="改期",
    )
    moved = events(browser.get(feed))[uid]
    assert int(moved["sequence"]) == 1
    assert moved["dtstart"].dt == start(33)
    schedule.cancel(meeting, by=cast.person("secretariat"), reason="台风")
    last = events(browser.get(feed))[uid]
    assert (int(last["sequence"]), str(last["status"])) == (2, "CANCELLED")


def test_a_feed_holds_only_what_its_owner_is_called_to(cast):
    called(cast)
    drafted(cast, title="另一次", days=60)
    answer = cast.client().get(f"/calendar/{calendar.token(cast.person('secretariat'))}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert len(events(answer)) == 1
    other = cast.client().get(f"/calendar/{calendar.token(cast.person('bank'))}.ics")
    assert not events(other)


def test_a_renewed_address_makes_the_old_one_worthless(cast):
    old = calendar.token(cast.person("delegate"))
    assert cast.client("delegate").post("/meetings/calendar/renew/").status_code == 302
    assert cast.client().get(f"/calendar/{old}.ics").status_code == 404
    assert cast.client().get("/calendar/forged.ics").status_code == 404
    assert cast.client().get(f"/calendar/{calendar.token(cast.person('delegate'))}.ics").status_code == 200
    assert cast.client("delegate").get("/meetings/calendar/renew/").status_code == 405


def test_the_notice_is_a_letter_with_agenda_and_reply_slip(cast):
    meeting = called(cast)
    answer = cast.client("delegate").get(f"/meetings/meetings/{meeting.pk}/notice.docx")
    document = docx.Document(BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "关于召开" in text.replace("\n", "")
    assert "各成员单位：" in text
    assert (
        meeting.notice_number
        in "".join(node.text or "" for node in document.element.iter() if node.tag.endswith("}t"))
        or meeting.notice_number in text
    )
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert "上次议定事项落实情况" in cells
    assert {"姓名", "职务", "车牌号"} <= cells


def test_the_notice_is_also_a_pdf(cast):
    if not pdf.available():
        pytest.skip("needs Pango")
    meeting = called(cast)
    answer = cast.client("delegate").get(f"/meetings/meetings/{meeting.pk}/notice.pdf")
    assert answer.content.startswith(b"%PDF")


def test_the_sign_in_sheet_has_telephones_and_is_for_the_secretariat_alone(cast):
    meeting = called(cast)
    mine = invitation_of(meeting, cast.zones["xiamen-torch"])
    invitations.reply(
        mine,
        by=cast.person("delegate"),
        answer="attending",
        attendees=[{"name": "=张三", "phone": "13800000000"}],
    )
    url = f"/meetings/meetings/{meeting.pk}/sign-in.xlsx"
    assert cast.client("delegate").get(url).status_code == 404
    sheet = openpyxl.load_workbook(BytesIO(cast.client("secretariat").get(url).content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 4
    named = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=张三")
    assert named.data_type == "s"
    assert cast.client("secretariat").get(f"/meetings/meetings/{meeting.pk}/sign-in.docx").status_code == 200
    assert cast.client("secretariat").get(f"/meetings/meetings/{meeting.pk}/sign-in.exe").status_code == 404


def test_a_notice_that_is_not_sent_is_no_paper_for_the_invited(cast):
    meeting = approved(cast)
    assert cast.client("delegate").get(f"/meetings/meetings/{meeting.pk}/notice.docx").status_code == 404
    assert cast.client("chair").get(f"/meetings/meetings/{meeting.pk}/notice.docx").status_code == 200


def test_the_text_for_chat_groups_is_short_and_holds_no_secret(cast):
    text = notice.chat_text(called(cast))
    assert "会议通知" in text
    assert "/r/" not in text
    assert len(text.splitlines()) <= 6
