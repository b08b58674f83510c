"""Minutes: drafted from what happened, edited without losing a word, numbered, frozen, and set by the standard."""

import io
import subprocess
import zipfile
from datetime import date, datetime, timedelta

import docx
import pytest
from django.urls import reverse
from django.utils import timezone
from docx.shared import Mm, Pt

from core.models import Notice
from core.workflow import NotAllowed, WrongState
from meetings import arithmetic, charter, minutes, minutes_document, tasks
from meetings.models import AgendaItem, Attendee, Invitation, Meeting, Minutes, Motion, Presence, Resolution

START = timezone.make_aware(datetime(2026, 11, 25, 14, 0))


def held(cast, **more):
    """A closed meeting of the three zones: two came, one is excused, the guiding unit sat in; one vote, two tasks."""
    fuzhou, torch, quanzhou = (cast.zones[code] for code in ("fuzhou", "xiamen-torch", "quanzhou"))
    given = {
        "number": 2,
        "title": "第二次全体成员联席会议",
        "state": "closed",
        "starts_at": START,
        "ends_at": START + timedelta(hours=2),
        "opened_at": START,
        "place": "福州高新区",
        "chair": fuzhou,
        "charter": cast.charter,
        **more,
    }
    meeting = Meeting.objects.create(**given)
    for unit, state in ((fuzhou, "attending"), (torch, "attending"), (quanzhou, "declined")):
        invitation = Invitation.objects.create(meeting=meeting, unit=unit, state=state)
        if unit == torch:
            Attendee.objects.create(invitation=invitation, name="随员甲", capacity="staff")
    Invitation.objects.create(meeting=meeting, unit=cast.guide_unit, capacity="observer", state="attending")
    for unit, name in ((torch, "火炬代表"), (fuzhou, "福州代表"), (cast.guide_unit, "指导同志")):
        Presence.objects.create(meeting=meeting, unit=unit, name=name, means="clerk", arrived_at=START)
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=1,
        title="关于联盟人才共享方案的议题",
        unit=torch,
        state="concluded",
        conclusion="会议原则同意人才共享方案",
    )
    rules = arithmetic.Rules(
        charter.arithmetic(charter.rule("ordinary", date(2026, 11, 25))),
        charter.arithmetic(charter.rule("quorum", date(2026, 11, 25))),
    )
    decision = arithmetic.decide(rules, entitled=3, present=2, for_=2, against=0, abstain=0)
    motion = Motion.objects.create(
        meeting=meeting,
        item=item,
        text="通过联盟人才共享方案",
        state="closed",
        result=decision.as_data(),
        passed=True,
        closed_at=START + timedelta(hours=1),
    )
    resolution = Resolution.objects.create(
        meeting=meeting,
        item=item,
        motion=motion,
        year=2026,
        serial=1,
        title="通过联盟人才共享方案",
        text="通过联盟人才共享方案",
        adopted_on=date(2026, 11, 25),
    )
    for title in ("制定实施细则", "公布人才目录"):
        tasks.assign(
            by=cast.person("secretariat"),
            now=START,
            title=title,
            lead=torch,
            assisting=[quanzhou],
            due_on=date(2027, 1, 15),
            resolution=resolution,
        )
    return meeting


def drafted(cast, **more):
    return minutes.draft(by=cast.person("secretariat"), meeting=held(cast, **more), now=START)


def issued(cast, **more):
    made = drafted(cast, **more)
    return minutes.issue(made, by=cast.person("chair"), now=START)


# --- the draft --------------------------------------------------------------------------------


def test_one_click_on_the_meetings_tab_drafts_the_minutes(cast):
    meeting = held(cast)
    page = cast.client("secretariat")
    assert (
        reverse("meetings:minutes_new")
        in page.get(meeting.get_absolute_url(), {"tab": "minutes"}).content.decode()
    )
    answer = page.post(reverse("meetings:minutes_new"), {"meeting": meeting.pk})
    made = Minutes.objects.get()
    assert answer.status_code == 302
    assert answer.url == made.get_absolute_url()


def test_the_draft_says_who_was_there_what_was_decided_and_who_does_what(cast):
    text = drafted(cast).text
    for words in (
        "2026年11月25日下午",
        "在福州高新区召开第二次全体成员联席会议",
        "由主任单位福州高新区（福州代表）主持",
        "应到成员单位3家，实到2家，法定人数2家",
        "现将议定事项纪要如下：",
        "一、关于联盟人才共享方案的议题",
        "会议原则同意人才共享方案。",
        "应到3，实到2，法定2；同意2，反对0，弃权0",
        "联盟决议〔2026〕1号",
        "1. 由厦门火炬高新区牵头，泉州高新区配合，于2027年1月15日前完成：制定实施细则。",
        "2. 由厦门火炬高新区牵头",
    ):
        assert words in text


def test_present_excused_and_sitting_in_are_told_apart(cast):
    made = drafted(cast)
    assert minutes_document.people(made, "present") == ["福州高新区 福州代表", "厦门火炬高新区 火炬代表"]
    assert minutes_document.people(made, "excused") == ["泉州高新区"]
    assert minutes_document.people(made, "sitting_in") == ["厦门火炬高新区 随员甲", "指导单位 指导同志"]


def test_the_draft_is_chinese_for_an_english_reader_too(cast):
    answer = cast.api("secretariat").post("/api/v1/minutes/", {"meeting": held(cast).pk})
    assert answer.status_code == 201, answer.json()
    assert "应到3" in answer.json()["text"]


def test_minutes_are_drafted_after_the_meeting_and_once(cast):
    with pytest.raises(WrongState):
        drafted(cast, state="in_session")
    meeting = Meeting.objects.get()
    Meeting.objects.filter(pk=meeting.pk).update(state="closed")
    minutes.draft(by=cast.person("secretariat"), meeting=meeting)
    answer = cast.client("secretariat").post(reverse("meetings:minutes_new"), {"meeting": meeting.pk})
    assert answer.status_code == 409


def test_drafting_anew_takes_over_what_was_added_since(cast):
    made = drafted(cast)
    minutes.edit(made, by=cast.person("secretariat"), title=made.title, text="手写文本")
    tasks.assign(
        by=cast.person("secretariat"),
        title="补充任务",
        lead=cast.zones["fuzhou"],
        due_on=date(2027, 2, 1),
        meeting=made.meeting,
    )
    minutes.redraft(made, by=cast.person("secretariat"))
    assert "其他议定事项" in made.text
    assert "补充任务" in made.text


# --- editing ----------------------------------------------------------------------------------


def test_headings_are_numbered_anew_and_a_decimal_is_no_heading():
    text = "一、甲\n\n一、乙\n（三）子\n3. 丙\n3. 丁\n3.5亿元的资金\n二、戊"
    assert minutes.tidy(text) == "一、甲\n二、乙\n（一）子\n1. 丙\n2. 丁\n3.5亿元的资金\n三、戊"


def test_who_edits_an_older_version_keeps_every_word_and_sees_the_other_text(cast):
    made = drafted(cast)
    old = made.version
    minutes.edit(made, by=cast.person("secretariat"), title=made.title, text="同事的文本")
    form = {"title": made.title, "text": "我的长篇修改", "version": old}
    answer = cast.client("secretariat").post(reverse("meetings:minutes_verb", args=[made.pk, "edit"]), form)
    assert answer.status_code == 409
    assert "我的长篇修改" in answer.content.decode()
    assert "同事的文本" in answer.content.decode()
    made.refresh_from_db()
    assert made.text == "同事的文本"


def test_members_do_not_see_a_draft_and_the_presiding_unit_does(cast):
    made = drafted(cast)
    assert cast.client("delegate").get(made.get_absolute_url()).status_code == 404
    assert cast.client("chair").get(made.get_absolute_url()).status_code == 200
    with pytest.raises(NotAllowed):
        minutes.edit(made, by=cast.person("chair"), title="x", text="y")


# --- issuing ----------------------------------------------------------------------------------


def test_issuing_numbers_freezes_and_tells_every_member(cast):
    made = issued(cast)
    assert made.number == "联盟纪要〔2026〕1号"
    assert minutes.intact(made)
    told = set(Notice.objects.filter(event__kind="meetings.minutes.issue").values_list("person", flat=True))
    assert {cast.delegate.pk, cast.liaison.pk, cast.delegate_b.pk, cast.observer.pk} <= told
    assert cast.client("delegate").get(made.get_absolute_url()).status_code == 200


def test_what_was_issued_is_not_edited(cast):
    made = issued(cast)
    form = {"title": "改", "text": "改"}
    answer = cast.client("secretariat").post(reverse("meetings:minutes_verb", args=[made.pk, "edit"]), form)
    assert answer.status_code == 409
    assert cast.api("secretariat").post(f"/api/v1/minutes/{made.pk}/edit/", form).status_code == 409


def test_a_hand_in_the_database_is_seen_by_the_digest(cast):
    made = issued(cast)
    Minutes.objects.filter(pk=made.pk).update(text="另一文本")
    assert not minutes.intact(Minutes.objects.get(pk=made.pk))


def test_numbers_run_without_gaps_over_the_year_and_begin_again(cast):
    first = issued(cast)
    later = Meeting.objects.create(
        title="第三次",
        number=3,
        state="closed",
        starts_at=START,
        ends_at=START + timedelta(hours=1),
        chair=cast.zones["fuzhou"],
    )
    second = minutes.draft(by=cast.person("secretariat"), meeting=later, now=START)
    minutes.issue(second, by=cast.person("chair"), now=START)
    assert (first.serial, second.serial) == (1, 2)
    next_year = Meeting.objects.create(
        title="第四次", number=4, state="closed", starts_at=START, ends_at=START + timedelta(hours=1)
    )
    third = minutes.draft(by=cast.person("secretariat"), meeting=next_year, now=START)
    minutes.issue(third, by=cast.person("secretariat"), now=START + timedelta(days=60))
    assert (third.year, third.serial) == (2027, 1)


@pytest.mark.parametrize("who", ["delegate", "observer", "company"])
def test_nobody_else_issues(cast, who):
    made = drafted(cast)
    with pytest.raises(NotAllowed):
        minutes.issue(made, by=cast.person(who))


# --- the file ---------------------------------------------------------------------------------


def word_of(cast):
    made = issued(cast)
    answer = cast.client("delegate").get(reverse("meetings:minutes_file", args=[made.pk, "docx"]))
    assert answer.status_code == 200
    assert "wordprocessingml" in answer["Content-Type"]
    return answer.content


def test_the_word_file_keeps_margins_fonts_and_sizes_of_the_standard(cast):
    word = docx.Document(io.BytesIO(word_of(cast)))
    section = word.sections[0]
    measured = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert all(abs(got - Mm(want)) < Mm(1) for got, want in zip(measured, (37, 26, 35, 28), strict=True))
    heading = next(p for p in word.paragraphs if p.text.startswith("一、"))
    assert heading.style.name == "Heading 1"
    fonts = {name: word.styles[name] for name in ("Normal", "Title", "Heading 1")}
    assert [fonts[name].font.size for name in fonts] == [Pt(16), Pt(22), Pt(16)]
    with zipfile.ZipFile(io.BytesIO(word_of_bytes(word))) as package:
        styles = package.read("word/styles.xml").decode()
    for name in ("仿宋_GB2312", "方正小标宋简体", "黑体"):
        assert f'w:eastAsia="{name}"' in styles


def word_of_bytes(word):
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


@pytest.mark.needs("libreoffice")
def test_an_office_program_opens_it_and_reads_the_same_words(cast, tmp_path):
    (tmp_path / "minutes.docx").write_bytes(word_of(cast))
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/office",
        "--convert-to",
        "txt:Text (encoded):UTF8",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "minutes.docx")], check=True, timeout=180
    )
    words = (tmp_path / "minutes.txt").read_text(encoding="utf-8-sig")
    for part in (
        "联席会议纪要",
        "联盟纪要〔2026〕1号",
        "一、关于联盟人才共享方案的议题",
        "出席：",
        "请假：泉州高新区",
        "列席：",
    ):
        assert part in words


@pytest.mark.needs("pango")
def test_the_pdf_is_a_pdf(cast):
    made = issued(cast)
    answer = cast.client("delegate").get(reverse("meetings:minutes_file", args=[made.pk, "pdf"]))
    assert answer.content.startswith(b"%PDF-")
    assert "%E7%BA%AA%E8%A6%81" in answer["Content-Disposition"]


def test_the_page_reads_as_a_document_and_costs_few_queries(cast, django_assert_max_num_queries):
    made = issued(cast)
    page = cast.client("delegate")
    page.get(made.get_absolute_url())
    with django_assert_max_num_queries(12):
        answer = page.get(made.get_absolute_url())
    assert 'href="#part-2"' in answer.content.decode()
    with django_assert_max_num_queries(12):
        page.get(reverse("meetings:minutes_list"))
