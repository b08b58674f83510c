"""A task that does not move: the ladder and its letter, what holds it up, milestones, and the other views of tasks."""

import io
from datetime import date, datetime, timedelta

import docx
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from core import delivery
from core.models import Document, Notice
from core.reminders import fire
from core.workflow import NotAllowed, Refused, WrongState
from meetings import hindrances, ladder, lights, milestones, schedule, scoreboard, tasks
from meetings.models import AgendaItem, Supervision, Task

TODAY = timezone.localdate


def assigned(cast, *, late=0, lead="xiamen-torch", title="建设仪器共享平台", **more):
    """A task that is ``late`` days overdue today."""
    due = TODAY() - timedelta(days=late)
    return tasks.assign(
        by=cast.person("secretariat"),
        now=timezone.now() - timedelta(days=400),
        title=title,
        lead=cast.zones[lead],
        due_on=due,
        **more,
    )


def moment(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def told(kind):
    return set(Notice.objects.filter(event__kind=f"meetings.task.{kind}").values_list("person", flat=True))


def joint_meeting(cast):
    start = timezone.now() + timedelta(weeks=6)
    return schedule.draft(
        by=cast.person("secretariat"),
        title="下次联席会议",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
    )


# --- the ladder -----------------------------------------------------------------------------------


def test_the_days_of_the_ladder_are_the_secretariats_to_set(cast):
    task = assigned(cast)
    Task.objects.filter(pk=task.pk).update(due_on=date(2026, 12, 7))
    row = ladder.current()
    with pytest.raises(NotAllowed):
        ladder.adjust(
            row, by=cast.person("chair"), remind_days=3, urge_days=2, supervise_days=4, table_days=9
        )
    path = reverse("meetings:ladder_verb", args=[row.pk, "adjust"])
    form = {"remind_days": 3, "urge_days": 2, "supervise_days": 4, "table_days": 9}
    assert cast.client("secretariat").post(path, {**form, "table_days": 4}).status_code == 400
    assert cast.client("secretariat").post(path, form).status_code == 302
    for kind, at in (
        ("remind_due_soon", "2026-12-02 09:00"),
        ("remind_overdue_1", "2026-12-09 09:00"),
        ("remind_overdue_5", "2026-12-11 09:00"),
        ("remind_overdue_15", "2026-12-16 09:00"),
    ):
        fire(now=moment(at) - timedelta(minutes=1))
        assert not told(kind), kind
        fire(now=moment(at) + timedelta(minutes=1))
        assert cast.delegate.pk in told(kind), kind


def test_a_supervision_letter_is_numbered_and_reaches_the_leading_unit_as_word(cast):
    task = assigned(cast, late=6)
    page = cast.client("secretariat")
    form = {"demand": "请说明原因并明确完成时限。"}
    answer = page.post(reverse("meetings:task_verb", args=[task.pk, "supervise"]), form)
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    letter = Supervision.objects.get()
    assert letter.number == f"联盟督办〔{TODAY().year}〕1号"
    delivery.sweep(now=timezone.now() + timedelta(minutes=1))
    [sent] = [m for m in mail.outbox if m.to == [cast.delegate.email] and letter.number in m.subject]
    [(name, content, _kind)] = sent.attachments
    assert name.endswith(".docx")
    words = "\n".join(
        node.text for node in docx.Document(io.BytesIO(content)).element.body.iter() if node.text
    )
    for part in (letter.number, task.title, "请说明原因并明确完成时限", "逾期6日", "厦门火炬高新区"):
        assert part in words
    path = reverse("meetings:supervision_file", args=[letter.pk])
    assert cast.client("delegate").get(path).status_code == 200
    assert cast.client("company").get(path).status_code == 404


def test_nothing_is_supervised_before_it_is_overdue(cast):
    with pytest.raises(WrongState):
        ladder.supervise(assigned(cast), by=cast.person("secretariat"), demand="x")


def test_one_click_puts_the_task_on_the_next_joint_meeting_with_its_letter(cast):
    task = assigned(cast, late=16)
    by = cast.person("secretariat")
    with pytest.raises(WrongState):
        ladder.table(task, by=by)
    ladder.supervise(task, by=by, demand="请说明原因。")
    with pytest.raises(WrongState):
        ladder.table(task, by=by)  # no meeting takes items
    meeting = joint_meeting(cast)
    cast.client("secretariat").post(reverse("meetings:task_verb", args=[task.pk, "table"]))
    item = AgendaItem.objects.get(title__contains=task.title)
    assert (item.meeting, item.state) == (meeting, "accepted")
    assert "联盟督办〔" in item.summary
    assert item.documents.get().name.endswith(".docx")
    assert Document.objects.count() == 1
    task.refresh_from_db()
    with pytest.raises(WrongState):
        ladder.table(task, by=by)


# --- what holds it up -----------------------------------------------------------------------------


def test_a_task_held_up_waits_for_the_other_unit_and_its_clock_runs_on(cast):
    task = assigned(cast)
    hindrances.block(task, by=cast.person("liaison"), unit=cast.zones["quanzhou"], what="仪器清单")
    assert task in tasks.waiting_for(cast.person("delegate_b"))
    assert lights.light(task, timezone.now()) == "warn"
    assert "仪器清单" in cast.client("delegate_b").get(task.get_absolute_url()).content.decode()
    hindrances.unblock(task, by=cast.person("delegate_b"), note="已提供")
    assert task not in tasks.waiting_for(cast.person("delegate_b"))


def test_the_secretariat_lets_the_clock_stand_still_and_the_due_day_moves_by_what_passed(cast):
    task = assigned(cast)
    Task.objects.filter(pk=task.pk).update(due_on=date(2026, 12, 4))
    task.refresh_from_db()
    hindrances.block(task, by=cast.person("delegate"), unit=cast.zones["quanzhou"], what="仪器清单")
    with pytest.raises(NotAllowed):
        hindrances.pause(task, by=cast.person("delegate"), reason="x")
    by = cast.person("secretariat")
    hindrances.pause(task, by=by, now=moment("2026-11-30 10:00"), reason="确需对方提供")
    late = moment("2026-12-08 10:00")
    assert lights.light(task, late) == "paused"
    assert task in lights.with_light(Task.objects.all(), "paused", late.date())
    assert task not in lights.with_light(Task.objects.all(), "overdue", late.date())
    fire(now=moment("2026-12-05 09:01"))
    assert not told("remind_overdue_1")
    hindrances.resume(task, by=by, now=moment("2026-12-07 10:00"))
    # Monday 30 November to Monday 7 December: five working days
    assert task.due_on == date(2026, 12, 11)
    assert task.paused_on is None


# --- milestones -----------------------------------------------------------------------------------


def test_milestones_are_planned_and_reached(cast):
    task = assigned(cast)
    Task.objects.filter(pk=task.pk).update(due_on=TODAY() + timedelta(days=40))
    day = TODAY() + timedelta(days=10)
    page = cast.client("delegate")
    path = reverse("meetings:task_verb", args=[task.pk, "plan"])
    assert page.post(path, {"milestones": "初稿"}).status_code == 400
    late = TODAY() + timedelta(days=41)
    assert page.post(path, {"milestones": f"{late} 初稿"}).status_code == 400
    assert page.post(path, {"milestones": f"{day} 初稿\n{day} 送审稿"}).status_code == 302
    first = task.milestones.first()
    answer = page.post(reverse("meetings:task_verb", args=[task.pk, "reach"]), {"milestone": first.pk})
    assert answer.status_code == 302
    first.refresh_from_db()
    assert first.done_on == TODAY()
    with pytest.raises(Refused):
        milestones.reach(task, by=cast.person("delegate"), milestone=first)


# --- other views ----------------------------------------------------------------------------------

VIEWS = ("task_board", "task_month", "task_chart", "scoreboard", "ledger", "tasks", "ladder")


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_of_tasks_costs_the_same_whatever_the_rows(name, cast, django_assert_max_num_queries):
    page = cast.client("liaison")
    for count in (1, 3):
        while Task.objects.count() < count:
            assigned(cast, late=Task.objects.count(), title=f"任务{Task.objects.count()}")
        page.get(reverse(f"meetings:{name}"))
        with django_assert_max_num_queries(12):
            answer = page.get(reverse(f"meetings:{name}"))
        assert answer.status_code == 200
    if name in ("task_board", "task_month", "task_chart", "tasks"):
        assert "任务1" in answer.content.decode()
        assert "style=" not in answer.content.decode().split("<main")[1]


def test_a_month_that_is_no_month_shows_the_present_one(cast):
    assert cast.client("liaison").get(reverse("meetings:task_month"), {"month": "2026-13"}).status_code == 200


def done(cast, lead, number, *, late):
    for _each in range(number):
        task = assigned(cast, lead=lead)
        Task.objects.filter(pk=task.pk).update(
            state="done", done_at=timezone.now(), due_on=TODAY() - timedelta(days=late)
        )


def test_a_zone_with_few_tasks_shows_its_number_and_is_never_ranked(cast):
    done(cast, "quanzhou", 5, late=0)
    done(cast, "quanzhou", 1, late=3)
    done(cast, "fuzhou", 5, late=1)
    done(cast, "xiamen-torch", 4, late=0)
    scores = {row.unit.code: row for row in scoreboard.scores(TODAY())}
    assert (scores["quanzhou"].percent, scores["quanzhou"].place) == (83, 1)
    assert (scores["fuzhou"].percent, scores["fuzhou"].place) == (0, 2)
    assert (scores["xiamen-torch"].percent, scores["xiamen-torch"].place) == (100, None)
    assert [row.unit.code for row in scoreboard.scores(TODAY())][:2] == ["quanzhou", "fuzhou"]
    assert "(4/4)" in cast.client("liaison").get(reverse("meetings:scoreboard")).content.decode()


def test_on_monday_morning_liaisons_and_the_secretariat_get_one_mail_about_the_week(cast):
    day = date(2026, 12, 7)
    for title, due in (("到期任务", day + timedelta(days=2)), ("逾期任务", day - timedelta(days=3))):
        task = assigned(cast, title=title)
        Task.objects.filter(pk=task.pk).update(due_on=due)
    other = assigned(cast, title="别家任务", lead="quanzhou")
    Task.objects.filter(pk=other.pk).update(due_on=day + timedelta(days=1))
    fire(now=moment("2026-12-07 09:01"))
    fire(now=moment("2026-12-07 10:00"))
    rows = Notice.objects.filter(event__kind="meetings.ladder.remind_week", channel="mail")
    assert set(rows.values_list("person", flat=True)) == {cast.liaison.pk, cast.secretariat.pk}
    delivery.sweep(now=moment("2026-12-07 10:01"))
    [letter] = [m for m in mail.outbox if m.to == [cast.liaison.email] and "到期任务" in m.body]
    assert "逾期任务" in letter.body
    assert "别家任务" not in letter.body
    [office] = [
        m
        for m in mail.outbox
        if m.to == [cast.secretariat.email] and "别家任务" in m.body and "到期任务" in m.body
    ]
    assert office.subject == letter.subject
