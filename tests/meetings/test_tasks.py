"""Tasks: given, reported, submitted, accepted; their lights, reminders, list, and what a meeting hears of them."""

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core import clock, reminders
from core.clock import Light
from core.models import Document, Notice
from core.workflow import NotAllowed, Refused, WrongState
from meetings import followup, lights, tasks
from meetings.models import Meeting, Task

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MONDAY = timezone.make_aware(datetime(2026, 11, 23, 10, 0))


def assigned(cast, **more):
    given = {
        "title": "起草联盟人才共享方案",
        "lead": cast.zones["xiamen-torch"],
        "due_on": cast.today + timedelta(days=40),
        **more,
    }
    return tasks.assign(by=cast.person("secretariat"), **given)


def evidence(name="方案.pdf"):
    return SimpleUploadedFile(name, PDF, "application/pdf")


def held(cast, day, kind="joint", **more):
    start = timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=9)))
    given = {
        "title": "联席会议",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "state": "closed",
        **more,
    }
    return Meeting.objects.create(kind=kind, **given)


def told(kind):
    return set(Notice.objects.filter(event__kind=f"meetings.task.{kind}").values_list("person", flat=True))


# --- the way of a task ----------------------------------------------------------------------


def test_the_secretariat_assigns_a_task_on_its_page_and_both_units_are_told(cast):
    page = cast.client("secretariat")
    form = {
        "title": "共享仪器目录",
        "lead": cast.zones["xiamen-torch"].pk,
        "assisting": [cast.zones["quanzhou"].pk],
        "due_on": "2027-03-01",
        "evidence": "目录文本",
    }
    answer = page.post(reverse("meetings:task_new"), form)
    task = Task.objects.get()
    assert answer.status_code == 302
    assert answer.url == task.get_absolute_url()
    assert told("assign") == {cast.delegate.pk, cast.liaison.pk, cast.delegate_b.pk}


def test_the_form_proposes_a_day_twenty_working_days_away(cast):
    page = cast.client("secretariat").get(reverse("meetings:task_new"))
    assert clock.add_working_days(cast.today, 20).isoformat() in page.content.decode()


@pytest.mark.parametrize("who", ["delegate", "chair", "observer", "company", "stranger"])
def test_only_the_secretariat_assigns(cast, who):
    assert cast.client(who).get(reverse("meetings:task_new")).status_code == 403


def test_a_due_day_in_the_past_is_refused_at_its_field(cast):
    form = {"title": "x", "lead": cast.zones["fuzhou"].pk, "due_on": "2020-01-01"}
    answer = cast.client("secretariat").post(reverse("meetings:task_new"), form)
    assert answer.status_code == 400
    assert "due_on" in answer.context["form"].errors


def test_the_leading_units_report_moves_the_progress_and_an_assisting_ones_does_not(cast):
    task = assigned(cast, assisting=[cast.zones["quanzhou"]])
    tasks.report(task, by=cast.person("liaison"), percent=40, text="完成初稿。")
    tasks.report(task, by=cast.person("delegate_b"), percent=80, text="已提供数据。")
    assert task.percent == 40
    assert task.reports.count() == 2


@pytest.mark.parametrize("who", ["delegate_b", "editor", "secretariat", "observer"])
def test_a_unit_that_does_not_work_on_it_cannot_report(cast, who):
    with pytest.raises(NotAllowed):
        tasks.report(assigned(cast), by=cast.person(who), percent=10, text="…")


def test_evidence_is_kept_with_its_report_and_read_by_whoever_sees_the_task(cast):
    task = assigned(cast)
    given = {"percent": "60", "text": "附材料。", "files": [evidence()]}
    answer = cast.client("liaison").post(reverse("meetings:task_verb", args=[task.pk, "report"]), given)
    assert answer.status_code == 302
    file = Document.objects.get()
    assert file.about.task == task
    assert cast.client("delegate_b").get(file.get_absolute_url()).status_code == 200
    assert cast.client("company").get(file.get_absolute_url()).status_code == 404


def test_without_the_evidence_asked_for_it_cannot_be_submitted(cast):
    task = assigned(cast, evidence="签署的协议")
    with pytest.raises(Refused, match="签署的协议"):
        tasks.submit(task, by=cast.person("delegate"), text="完成。")
    tasks.submit(task, by=cast.person("delegate"), text="完成。", files=[evidence()])
    assert (task.state, task.percent) == ("submitted", 100)
    assert cast.secretariat.pk in told("submit")


def test_an_assisting_unit_does_not_submit(cast):
    with pytest.raises(NotAllowed):
        tasks.submit(
            assigned(cast, assisting=[cast.zones["quanzhou"]]), by=cast.person("delegate_b"), text="…"
        )


def test_what_was_sent_back_is_open_again_with_its_earlier_progress(cast):
    task = assigned(cast)
    tasks.report(task, by=cast.person("liaison"), percent=70, text="…")
    tasks.submit(task, by=cast.person("delegate"), text="完成。")
    tasks.send_back(task, by=cast.person("secretariat"), reason="缺少附件。")
    assert (task.state, task.percent, task.reason) == ("open", 70, "缺少附件。")


def test_accepting_closes_the_task(cast):
    task = assigned(cast)
    tasks.submit(task, by=cast.person("delegate"), text="完成。")
    tasks.accept(task, by=cast.person("secretariat"))
    assert task.state == "done"
    assert task.done_at is not None
    with pytest.raises(WrongState):
        tasks.report(task, by=cast.person("delegate"), percent=10, text="…")


def test_the_secretariats_own_task_is_accepted_by_the_chair_unit(cast):
    task = assigned(cast, lead=cast.secretariat_unit)
    tasks.submit(task, by=cast.person("secretariat"), text="完成。")
    with pytest.raises(NotAllowed):
        tasks.accept(task, by=cast.person("secretariat"))
    tasks.accept(task, by=cast.person("chair"))
    assert told("submit") == {cast.chair.pk}


def test_more_time_is_asked_before_the_due_day_and_never_after(cast):
    task = assigned(cast, due_on=cast.today)
    later = cast.today + timedelta(days=10)
    tasks.ask_extension(task, by=cast.person("delegate"), due_on=later, reason="等待数据。")
    assert tasks.waiting_for(cast.person("secretariat")).get() == task
    tasks.extend(task, by=cast.person("secretariat"), due_on=later, reason="同意。")
    assert (task.due_on, task.extension_on) == (later, None)
    Task.objects.filter(pk=task.pk).update(due_on=cast.today - timedelta(days=1))
    with pytest.raises(WrongState):
        tasks.ask_extension(task, by=cast.person("delegate"), due_on=later, reason="…")


def test_a_request_for_time_can_be_declined(cast):
    task = assigned(cast)
    asked = task.due_on + timedelta(days=10)
    tasks.ask_extension(task, by=cast.person("delegate"), due_on=asked, reason="等待数据。")
    tasks.refuse_extension(task, by=cast.person("secretariat"), reason="时限不变。")
    assert task.extension_on is None
    assert cast.delegate.pk in told("refuse_extension")


def test_a_cancelled_task_shows_no_light_and_no_verbs(cast):
    task = assigned(cast)
    tasks.cancel(task, by=cast.person("secretariat"), reason="决议废止。")
    assert lights.light(task, timezone.now()) == ""
    assert "决议废止" in cast.client("delegate").get(task.get_absolute_url()).content.decode()


def test_two_who_accept_at_once_leave_one_acceptance(cast):
    task = assigned(cast)
    tasks.submit(task, by=cast.person("delegate"), text="完成。")
    again = Task.objects.get(pk=task.pk)
    tasks.accept(task, by=cast.person("secretariat"))
    with pytest.raises(WrongState):
        tasks.accept(again, by=cast.person("secretariat"))


# --- lights -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "today", [date(2026, 9, 18), date(2026, 9, 30), date(2026, 11, 22), date(2026, 12, 31)]
)
def test_the_filter_by_light_and_the_light_of_one_task_never_disagree(cast, today):
    for offset in range(-3, 16):
        Task.objects.create(title="x", lead=cast.zones["fuzhou"], due_on=today + timedelta(days=offset))
    for state in ("submitted", "done", "cancelled"):
        Task.objects.create(title="x", lead=cast.zones["fuzhou"], due_on=today, state=state)
    now = timezone.make_aware(datetime.combine(today, datetime.min.time().replace(hour=12)))
    for wanted in Light:
        shown = {task.pk for task in Task.objects.all() if lights.light(task, now) == wanted}
        assert set(lights.with_light(Task.objects.all(), wanted, today).values_list("pk", flat=True)) == shown


# --- the list and the page --------------------------------------------------------------------


def test_the_list_shows_unfinished_tasks_and_finds_the_others_by_address(cast):
    open_task, done = assigned(cast), assigned(cast, title="已完成事项")
    Task.objects.filter(pk=done.pk).update(state="done")
    page = cast.client("delegate")
    listed = page.get(reverse("meetings:tasks")).content.decode()
    assert open_task.title in listed
    assert done.title not in listed
    assert done.title in page.get(reverse("meetings:tasks"), {"state": "done"}).content.decode()
    assert done.title in page.get(reverse("meetings:tasks"), {"state": "all"}).content.decode()


def test_the_list_filters_by_unit_and_by_what_is_mine(cast):
    mine = assigned(cast, title="牵头事项甲")
    helped = assigned(
        cast, title="配合事项乙", lead=cast.zones["fuzhou"], assisting=[cast.zones["xiamen-torch"]]
    )
    other = assigned(cast, title="其他事项丙", lead=cast.zones["quanzhou"])
    page = cast.client("liaison")
    shown = page.get(reverse("meetings:tasks"), {"mine": "1"}).content.decode()
    assert mine.title in shown
    assert helped.title in shown
    assert other.title not in shown
    shown = page.get(reverse("meetings:tasks"), {"lead": cast.zones["quanzhou"].pk}).content.decode()
    assert other.title in shown
    assert mine.title not in shown


def test_the_list_counts_by_light_and_no_further_than_it_pays(cast, monkeypatch):
    for days in (-3, -2, 30):
        Task.objects.create(title="x", lead=cast.zones["fuzhou"], due_on=cast.today + timedelta(days=days))
    assert lights.counts(Task.objects.all(), cast.today) == {"all": 3, "overdue": 2, "warn": 0, "paused": 0}
    monkeypatch.setattr(lights, "MOST_COUNTED", 2)
    assert lights.counts(Task.objects.all(), cast.today)["all"] == "2+"
    assert "2+" in cast.client("delegate").get(reverse("meetings:tasks")).content.decode()


def test_a_company_sees_only_the_tasks_it_works_on(cast):
    hidden, shown = assigned(cast), assigned(cast, title="企业牵头", lead=cast.company_unit)
    page = cast.client("company")
    assert page.get(hidden.get_absolute_url()).status_code == 404
    assert page.get(shown.get_absolute_url()).status_code == 200


def test_the_list_is_exported_as_it_is_filtered(cast):
    assigned(cast)
    answer = cast.client("delegate").get(reverse("meetings:tasks"), {"export": "xlsx"})
    assert answer.status_code == 200
    assert "spreadsheet" in answer["Content-Type"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_and_page_take_the_same_queries_for_one_row_and_for_three(
    cast, rows, django_assert_max_num_queries
):
    for _row in range(rows):
        task = assigned(cast, assisting=[cast.zones["quanzhou"], cast.zones["fuzhou"]][:rows])
        for _report in range(rows):
            tasks.report(task, by=cast.person("liaison"), percent=30, text="…", files=[evidence()])
    page = cast.client("delegate")
    page.get(reverse("meetings:tasks"))
    with django_assert_max_num_queries(12):
        page.get(reverse("meetings:tasks"))
    with django_assert_max_num_queries(12):
        page.get(task.get_absolute_url())


# --- what a meeting hears ---------------------------------------------------------------------


def test_a_meeting_hears_of_open_tasks_and_of_those_finished_since_the_one_before(cast):
    held(cast, cast.today - timedelta(days=100))
    next_one = held(cast, cast.today + timedelta(days=5), state="called")
    still_open = assigned(cast)
    finished, long_ago = assigned(cast, title="新近完成"), assigned(cast, title="早已完成")
    now = timezone.now()
    Task.objects.filter(pk=finished.pk).update(state="done", done_at=now - timedelta(days=3))
    Task.objects.filter(pk=long_ago.pk).update(state="done", done_at=now - timedelta(days=200))
    assigned(cast, title="本次会议的任务", meeting=next_one)
    rows = followup.followup(next_one)
    assert {row.task.pk for row in rows} == {still_open.pk, finished.pk}
    assert followup.summary(rows) == {"all": 2, "done": 1, "overdue": 0, "open": 1}


@pytest.mark.parametrize("rows", [1, 3])
def test_what_a_meeting_hears_takes_three_queries(cast, rows, django_assert_num_queries):
    meeting = held(cast, cast.today + timedelta(days=5), state="called")
    for _row in range(rows):
        assigned(cast, assisting=[cast.zones["quanzhou"]])
    with django_assert_num_queries(3):
        followup.followup(meeting)


# --- reminders --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        # 2026-12-07 is a Monday; five working days before it is Monday 2026-11-30.
        ("remind_due_soon", datetime(2026, 11, 30, 9)),
        ("remind_due_today", datetime(2026, 12, 7, 9)),
        ("remind_overdue_1", datetime(2026, 12, 8, 9)),
        ("remind_overdue_5", datetime(2026, 12, 12, 9)),
        ("remind_overdue_15", datetime(2026, 12, 22, 9)),
    ],
)
def test_the_leading_unit_is_reminded_at_its_time_and_once(cast, kind, moment):
    assigned(cast, due_on=date(2026, 12, 7))
    at = timezone.make_aware(moment)
    reminders.fire(now=at - timedelta(minutes=1))
    assert not told(kind)
    reminders.fire(now=at)
    watched = {
        "remind_overdue_5": {cast.secretariat.pk},
        "remind_overdue_15": {cast.secretariat.pk, cast.chair.pk},
    }
    assert told(kind) == {cast.delegate.pk, cast.liaison.pk} | watched.get(kind, set())
    before = Notice.objects.count()
    reminders.fire(now=at + timedelta(hours=2))
    assert Notice.objects.count() == before


def test_nobody_is_reminded_of_what_is_submitted_done_or_moved(cast):
    submitted, moved = assigned(cast, due_on=date(2026, 12, 7)), assigned(cast, due_on=date(2026, 12, 7))
    tasks.submit(submitted, by=cast.person("delegate"), text="完成。")
    tasks.extend(moved, by=cast.person("secretariat"), due_on=date(2027, 3, 1), reason="…")
    reminders.fire(now=timezone.make_aware(datetime(2026, 12, 8, 10)))
    assert not told("remind_overdue_1")
    assert not told("remind_due_today")


# --- programs ---------------------------------------------------------------------------------


def test_a_program_assigns_reads_and_reports(cast):
    made = cast.api("secretariat").post(
        "/api/v1/tasks/",
        {"title": "接口任务", "lead": cast.zones["xiamen-torch"].pk, "due_on": "2027-01-15", "assisting": []},
    )
    assert made.status_code == 201, made.json()
    body = made.json()
    assert (body["state"], body["light"]) == ("open", "ok")
    told_verbs = cast.api("liaison").get(f"/api/v1/tasks/{body['id']}/").json()["verbs"]
    assert {"report", "submit", "ask_extension"} <= set(told_verbs)
    done = cast.api("liaison").post(f"/api/v1/tasks/{body['id']}/report/", {"percent": 20, "text": "ok"})
    assert done.json()["percent"] == 20
    wrong = cast.api("liaison").post(f"/api/v1/tasks/{body['id']}/report/", {"percent": 120, "text": "ok"})
    assert wrong.status_code == 400
    assert "percent" in wrong.json()["errors"]
    assert cast.api("liaison").post(f"/api/v1/tasks/{body['id']}/accept/").status_code == 403
    assert cast.api("secretariat").post(f"/api/v1/tasks/{body['id']}/accept/").status_code == 409
    assert cast.api("company").get(f"/api/v1/tasks/{body['id']}/").status_code == 404


@pytest.mark.parametrize("number", [2**63, 10**40, -1, "²"])
def test_a_filter_by_an_id_that_cannot_be_finds_nothing_and_no_fault(cast, number):
    assigned(cast)
    for name in ("resolution", "meeting"):
        page = cast.client("secretariat").get("/meetings/tasks/", {name: number})
        program = cast.api("secretariat").get("/api/v1/tasks/", {name: number})
        assert page.status_code == 200
        assert program.status_code in (200, 400)
