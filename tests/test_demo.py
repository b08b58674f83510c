"""The play of ``manage.py demo``, from an empty database to its files, as an operator would run it."""

import docx
import icalendar
import pytest

from . import machine


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Folder of the files, folder of the database, and what was printed."""
    room = tmp_path_factory.mktemp("demo")
    printed = machine.manage("demo", "--to", room / "files", folder=room / "var", LOG_LEVEL="ERROR")
    return room / "files", room / "var", printed


def test_the_play_prints_a_numbered_line_a_step_and_says_that_it_is_invented(played):
    lines = [line for line in played[2].splitlines() if line[:2].isdigit()]
    assert [int(line[:2]) for line in lines] == list(range(1, len(lines) + 1))
    assert all(" → " in line for line in lines)
    assert "演示" in played[2].splitlines()[0]


def test_the_vote_prints_its_arithmetic(played):
    sentence = (
        "应到 11，实到 9，法定 8；同意 7，反对 1，弃权 1；发出票 9，收回票 9；通过线 5（到会过半数）→ 通过"
    )
    assert sentence in played[2]


def test_the_first_term_is_followed_by_a_second_without_a_gap_after_the_decision(played):
    assert "2026-11-25 — 2027-11-24" in played[2]


def test_the_notice_and_the_minutes_open_as_word_files(played):
    notice = docx.Document(played[0] / "会议通知.docx")
    minutes = docx.Document(played[0] / "会议纪要.docx")
    assert any("联盟函〔2026〕1号" in text for text in everything(notice))
    for fact in ("应到11", "联盟决议〔2026〕1号", "柘荣高新区", "三明高新区", "完成主任单位工作交接"):
        assert any(fact in text.replace(" ", "") for text in everything(minutes)), fact


def everything(document):
    """All texts of a Word file, in tables and headers too."""
    return [node.text for node in document.element.body.iter() if node.text] + [
        paragraph.text
        for section in document.sections
        for part in (section.header, section.first_page_header, section.footer)
        for paragraph in part.paragraphs
    ]


@pytest.mark.needs("pango", "poppler")
def test_the_papers_exist_as_pdf_too(played):
    for name in ("会议通知.pdf", "会议纪要.pdf"):
        assert (played[0] / name).read_bytes().startswith(b"%PDF")


def test_the_calendar_file_holds_the_meeting_at_its_time(played):
    calendar = icalendar.Calendar.from_ical((played[0] / "会议.ics").read_bytes())
    [entry] = calendar.walk("VEVENT")
    assert entry.decoded("DTSTART").isoformat() == "2026-11-25T14:00:00+08:00"
    feed = icalendar.Calendar.from_ical((played[0] / "日历订阅.ics").read_bytes())
    assert entry["UID"] in [each["UID"] for each in feed.walk("VEVENT")]


def test_letters_left_for_every_delegate_and_liaison_with_the_notice_attached(played):
    letters = "".join(path.read_text(encoding="utf-8") for path in (played[0] / "mails").iterdir())
    for zone in ("fuzhou", "zherong", "xiamen-ocean"):
        for role in ("delegate", "liaison"):
            assert f"To: {zone}-{role}@example.invalid" in letters
    assert "wordprocessingml.document" in letters


def test_the_journal_of_the_play_is_whole(played):
    machine.manage("verify_journal", folder=played[1])


def test_a_database_with_meetings_in_it_is_refused(played):
    printed = machine.manage("demo", folder=played[1], code=1)
    assert "empty database" in printed
