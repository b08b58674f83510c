"""What the secretariat writes and what comes back by itself: the ledger, routine tasks, briefs, liaison letters."""

import io
from datetime import date, timedelta

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.models import Notice
from core.reminders import fire
from core.workflow import NotAllowed, Refused, WrongState
from meetings import briefs, letters, routines
from meetings.models import Answer, Brief, Letter, Resolution, Routine, Task

from .test_ladder import TODAY, assigned, moment
from .test_minutes import held


def routine(cast, **more):
    given = {"title": "编报月度简报", "lead": cast.zones["quanzhou"], "every": "month", "due_after": 5}
    given["starts_on"] = date(2026, 11, 10)
    return routines.begin(by=cast.person("secretariat"), **{**given, **more})


# --- the ledger -----------------------------------------------------------------------------------


def test_the_ledger_tells_of_each_resolution_what_became_of_it(cast):
    held(cast)
    resolution = Resolution.objects.get()
    first, second = Task.objects.filter(resolution=resolution)
    Task.objects.filter(pk=first.pk).update(state="done", percent=100, done_at=timezone.now())
    Task.objects.filter(pk=second.pk).update(percent=50, due_on=TODAY() - timedelta(days=1))
    page = cast.client("delegate")
    shown = page.get(reverse("meetings:ledger")).content.decode()
    for part in (resolution.number, "1/2", "75%"):
        assert part in shown
    assert resolution.number in page.get(reverse("meetings:ledger"), {"light": "overdue"}).content.decode()
    assert resolution.number not in page.get(reverse("meetings:ledger"), {"light": "paused"}).content.decode()
    sheet = page.get(reverse("meetings:ledger"), {"export": "xlsx"})
    assert resolution.number in [
        cell.value for row in openpyxl.load_workbook(io.BytesIO(sheet.content)).active for cell in row
    ]


# --- routine tasks --------------------------------------------------------------------------------


def test_a_month_that_has_ended_gives_one_task_however_often_the_clock_runs(cast):
    made = routine(cast)
    assert routines.run(now=moment("2026-11-30 23:59")) == 0
    assert routines.run(now=moment("2026-12-01 00:10")) == 1
    assert routines.run(now=moment("2026-12-01 00:20")) == 0
    task = Task.objects.get()
    assert (task.title, task.period) == ("编报月度简报（2026年11月）", "2026-11")
    assert task.due_on == date(2026, 12, 7)  # the fifth is a Saturday
    assert Notice.objects.filter(event__kind="meetings.task.assign", person=cast.delegate_b).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(
            routine=made, period="2026-11", title="x", lead=cast.zones["quanzhou"], due_on=task.due_on
        )


@pytest.mark.parametrize(
    ("every", "day", "key", "last"),
    [
        ("month", date(2028, 2, 10), "2028-02", date(2028, 2, 29)),
        ("month", date(2026, 12, 31), "2026-12", date(2026, 12, 31)),
        ("quarter", date(2026, 11, 1), "2026-Q4", date(2026, 12, 31)),
        ("quarter", date(2027, 1, 1), "2027-Q1", date(2027, 3, 31)),
        ("year", date(2027, 6, 1), "2027", date(2027, 12, 31)),
    ],
)
def test_periods_end_where_the_calendar_ends_them(every, day, key, last):
    period = routines.period_of(every, day)
    assert (period.key, period.last) == (key, last)


def test_what_was_missed_is_caught_up_and_what_was_ended_is_not(cast):
    made = routine(cast)
    assert routines.run(now=moment("2027-02-01 08:00")) == 3
    routines.end(made, by=cast.person("secretariat"))
    assert routines.run(now=moment("2027-06-01 08:00")) == 0
    with pytest.raises(NotAllowed):
        routines.fall_due(
            routine(cast, title="乙"),
            by=cast.person("secretariat"),
            period=routines.period_of("month", date(2026, 11, 1)),
        )


def test_a_routine_is_begun_on_its_page(cast):
    form = {"title": "季度统计", "every": "quarter", "due_after": 10, "lead": cast.zones["fuzhou"].pk}
    answer = cast.client("secretariat").post(reverse("meetings:routine_new"), form)
    assert answer.status_code == 302
    assert cast.client("delegate").get(Routine.objects.get().get_absolute_url()).status_code == 200
    assert cast.client("delegate").post(reverse("meetings:routine_new"), form).status_code == 403


# --- briefs ---------------------------------------------------------------------------------------


def test_a_brief_is_written_published_numbered_and_told_to_every_member(cast):
    form = {"title": "联盟动态", "text": "本月要情。\n下月安排。"}
    assert cast.client("secretariat").post(reverse("meetings:brief_new"), form).status_code == 302
    brief = Brief.objects.get()
    assert cast.client("delegate").get(brief.get_absolute_url()).status_code == 404
    briefs.publish(brief, by=cast.person("secretariat"))
    assert brief.number == f"联盟简报〔{TODAY().year}〕1期"
    assert Notice.objects.filter(event__kind="meetings.brief.publish", person=cast.delegate_b).exists()
    assert cast.client("delegate").get(brief.get_absolute_url()).status_code == 200
    assert cast.client("company").get(brief.get_absolute_url()).status_code == 404
    file = cast.client("delegate").get(reverse("meetings:brief_file", args=[brief.pk]))
    assert brief.number in "\n".join(
        paragraph.text for paragraph in docx.Document(io.BytesIO(file.content)).paragraphs
    )
    with pytest.raises(WrongState):
        briefs.edit(brief, by=cast.person("secretariat"), title="x", text="y")


# --- liaison letters ------------------------------------------------------------------------------


def letter(cast, *, sent=True, **more):
    given = {
        "title": "关于报送仪器目录的联络函",
        "text": "请报送本区大型仪器目录。",
        "units": [cast.zones["xiamen-torch"], cast.zones["quanzhou"]],
        "answer_on": TODAY() + timedelta(days=7),
    }
    made = letters.write(by=cast.person("secretariat"), **{**given, **more})
    return letters.send(made, by=cast.person("secretariat")) if sent else made


def test_a_letter_reaches_its_units_and_each_answers_for_itself(cast):
    made = letter(cast)
    assert made.number == f"联盟联络函〔{TODAY().year}〕1号"
    assert cast.client("chair").get(made.get_absolute_url()).status_code == 404
    assert made in letters.waiting_for(cast.person("liaison"))
    form = {"text": "我区目录见附件。", "files": SimpleUploadedFile("目录.txt", "仪器".encode())}
    page = cast.client("liaison")
    path = reverse("meetings:letter_verb", args=[made.pk, "answer"])
    assert page.post(path, form).status_code == 302
    assert page.post(path, {"text": "再答"}).status_code == 409
    assert made not in letters.waiting_for(cast.person("liaison"))
    assert made in letters.waiting_for(cast.person("delegate_b"))
    assert "我区目录见附件" in cast.client("secretariat").get(made.get_absolute_url()).content.decode()
    assert "我区目录见附件" not in cast.client("delegate_b").get(made.get_absolute_url()).content.decode()
    file = Answer.objects.get(unit=cast.zones["xiamen-torch"]).documents.get()
    assert cast.client("delegate_b").get(file.get_absolute_url()).status_code == 404
    shown = cast.api("delegate_b").get(f"/api/v1/letters/{made.pk}/").json()
    assert [row["unit"] for row in shown["answers"]] == [cast.zones["quanzhou"].pk]


def test_who_has_not_answered_is_reminded_before_and_after_the_day(cast):
    made = letter(cast, sent=False, answer_on=date(2026, 12, 9))
    letters.send(made, by=cast.person("secretariat"), now=moment("2026-11-30 10:00"))
    letters.answer(made, by=cast.person("liaison"), text="已答")
    for kind, at in (("remind_soon", "2026-12-08 09:01"), ("remind_overdue", "2026-12-10 09:01")):
        fire(now=moment(at))
        rows = Notice.objects.filter(event__kind=f"meetings.letter.{kind}")
        assert set(rows.values_list("person", flat=True)) == {cast.delegate_b.pk}


def test_a_letter_whose_answer_is_due_already_is_not_sent(cast):
    made = letter(cast, sent=False, answer_on=TODAY() - timedelta(days=1))
    with pytest.raises(Refused):
        letters.send(made, by=cast.person("secretariat"))


def test_the_letter_is_a_letter_on_paper(cast):
    made = letter(cast)
    file = cast.client("delegate").get(reverse("meetings:letter_file", args=[made.pk]))
    word = docx.Document(io.BytesIO(file.content))
    words = "\n".join(paragraph.text for paragraph in word.paragraphs)
    for part in ("厦门火炬", "请报送本区大型仪器目录", "关于报送仪器目录的联络函"):
        assert part in words.replace("\n", "")


@pytest.mark.parametrize("name", ["routines", "briefs", "letters", "supervisions"])
def test_the_lists_cost_few_queries(name, cast, django_assert_max_num_queries):
    for number in range(3):
        routine(cast, title=f"例行{number}")
        briefs.write(by=cast.person("secretariat"), title=f"简报{number}", text="x")
        letter(cast, title=f"函{number}")
    assigned(cast)
    page = cast.client("secretariat")
    page.get(reverse(f"meetings:{name}"))
    with django_assert_max_num_queries(12):
        assert page.get(reverse(f"meetings:{name}")).status_code == 200
    assert Letter.objects.count() == 3
