"""Long work: done by the worker with the rights of whoever asked, seen on a page, left and cancelled."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import path
from openpyxl import load_workbook

import alliance.urls
from core import background, pages, permissions
from core.models import CalendarDay, Job, Notice
from tests.parallel import in_threads

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def works(monkeypatch):
    """A register of works of this test's own."""
    monkeypatch.setattr(background, "_works", dict(background._works))
    return background.work


@pytest.fixture
def ask(cast):
    def start(kind="test", by=cast.delegate, **params):
        return background.start(kind, label="一件长事", by=cast.person(by), params=params)

    return start


def test_a_job_runs_leaves_its_file_and_tells_its_owner(works, ask, cast):
    @works("test")
    def write(run):
        run.progress(0, 3)
        return background.Result(
            "结果.txt", f"{run.params['word']} {run.user.unit.code}".encode(), "三件完成"
        )

    job = ask(word="好")
    assert background.run_waiting(now=NOW) == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.message) == ("done", 3, 3, "三件完成")
    assert job.file.read().decode() == "好 xiamen-torch"
    notice = Notice.objects.get()
    assert (notice.person, notice.channel, notice.title) == (cast.delegate, "inbox", "一件长事：已完成")

    browser = cast.client("delegate")
    page = browser.get(job.get_absolute_url())
    assert "三件完成" in page.content.decode()
    answer = browser.get(f"/jobs/{job.pk}/file/")
    assert answer.getvalue().decode() == "好 xiamen-torch"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_job_acts_under_the_mandate_it_was_asked_under(works, cast):
    seen = []

    @works("test")
    def look(run):
        seen.append(run.user.unit.code)

    second = cast.appoint(cast.delegate, cast.zones["quanzhou"], "editor")
    person = cast.person("delegate")
    person.act_under(next(m for m in person.current_mandates if m.pk == second.pk))
    background.start("test", label="x", by=person)
    background.run_waiting(now=NOW)
    assert seen == ["quanzhou"]


def test_a_mandate_that_ended_meanwhile_ends_the_job_with_a_sentence(works, ask, cast):
    @works("test")
    def look(run):
        raise AssertionError("must not run")

    job = ask()
    cast.delegate.mandates.update(ends_on=date(2026, 1, 1))
    background.run_waiting(now=NOW)
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "发起该任务时所依据的授权已终止。")
    assert Notice.objects.get().title == "一件长事：未能完成"


def test_a_fault_of_ours_is_a_sentence_without_its_inside(works, ask):
    @works("test")
    def fall(run):
        raise RuntimeError("secret detail")

    job = ask()
    background.run_waiting(now=NOW)
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.message
    assert "secret" not in job.message


def test_work_that_died_with_its_worker_is_started_again_three_times_at_most(works, ask):
    starts = []

    @works("test")
    def die(run):
        starts.append(run.job.attempts)
        raise KeyboardInterrupt  # as near to kill -9 as one process can come

    job = ask()
    moment = NOW
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            background.run_waiting(now=moment)
        assert background.run_waiting(now=moment + timedelta(minutes=1)) == 0, "the lease still holds"
        moment += background.LEASE + timedelta(minutes=1)
    background.run_waiting(now=moment)
    job.refresh_from_db()
    assert starts == [1, 2, 3]
    assert job.state == "failed"


def test_progress_keeps_the_lease_alive(works, ask):
    leases = []

    @works("test")
    def slow(run):
        run._now += timedelta(hours=1)  # an hour goes by
        run.progress(5, 10)
        run.job.refresh_from_db()
        leases.append((run.job.done, run.job.total, run.job.leased_until > NOW + timedelta(hours=1)))

    ask()
    background.run_waiting(now=NOW)
    assert leases == [(5, 10, True)]


def test_a_cancelled_job_stops_at_its_next_step_and_leaves_nothing(works, ask, cast):
    @works("test")
    def long(run):
        run.progress(1, 10)
        answer = cast.client("delegate").post(f"/jobs/{run.job.pk}/cancel/")
        assert answer.status_code == 302
        run._reported = None  # a second goes by
        run.progress(2, 10)
        raise AssertionError("must have stopped")

    job = ask()
    background.run_waiting(now=NOW)
    job.refresh_from_db()
    assert (job.state, bool(job.file)) == ("cancelled", False)
    assert background.run_waiting(now=NOW + timedelta(days=1)) == 0
    assert not Notice.objects.exists()


def test_only_the_owner_sees_a_job(works, ask, cast):
    works("test")(lambda run: background.Result("a.txt", b"a"))
    job = ask()
    background.run_waiting(now=NOW)
    stranger = cast.client("delegate_b")
    for address in (f"/jobs/{job.pk}/", f"/jobs/{job.pk}/file/", f"/jobs/{job.pk}/cancel/"):
        assert stranger.get(address).status_code == 404
    assert cast.client("delegate").post(f"/jobs/{job.pk}/cancel/").status_code == 409


def test_a_waiting_page_asks_again_and_htmx_gets_its_moving_part(works, ask, cast):
    works("test")(lambda run: None)
    job = ask()
    browser = cast.client("delegate")
    page = browser.get(job.get_absolute_url()).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert 'http-equiv="refresh"' in page
    assert f'action="/jobs/{job.pk}/cancel/"' in page
    part = browser.get(job.get_absolute_url(), headers={"hx-request": "true"}).content.decode()
    assert part.lstrip().startswith(('<div class="job"', "<"))
    assert "<html" not in part


def test_a_result_is_kept_a_week(works, ask):
    works("test")(lambda run: background.Result("a.txt", b"a"))
    job = ask()
    background.run_waiting(now=NOW)
    job.refresh_from_db()
    stored = job.file.name
    background.run_waiting(now=NOW + timedelta(days=6))
    assert default_storage.exists(stored)
    background.run_waiting(now=NOW + timedelta(days=8))
    assert not default_storage.exists(stored)
    job.refresh_from_db()
    assert not job.file


def test_workers_side_by_side_do_each_job_once(transactional_db, works, ask):
    done = []
    works("test")(lambda run: done.append(run.job.pk))
    jobs = [ask().pk for _ in range(6)]
    assert in_threads(*[lambda: background.run_waiting(now=NOW)] * 3) == []
    background.run_waiting(now=NOW)
    assert sorted(done) == jobs


# --- lists as xlsx ------------------------------------------------------------------------------


class Days(pages.List):
    model = CalendarDay
    title = "特殊日期"
    columns = (
        pages.Column("day", "Day", lambda d: d.day, sort="day"),
        pages.Column("name", "Name", lambda d: d.name),
    )
    ordering = ("day",)
    searchable = False

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.filter(name=self.request.GET["name"]) if "name" in self.request.GET else rows


urlpatterns = [path("days/", Days.as_view()), *alliance.urls.urlpatterns]


@pytest.fixture
def days(cast, settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    monkeypatch.setitem(
        permissions._visible,
        CalendarDay,
        lambda user: CalendarDay.objects.all() if user.role == "delegate" else CalendarDay.objects.none(),
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(day=date(2027, 1, 1) + timedelta(days=n), working=False, name="=1+1" if n % 2 else "例日")
        for n in range(30)
    )


def sheet(content):
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_a_short_list_is_exported_at_once_as_it_is_filtered(days, cast):
    answer = cast.client("delegate").get("/days/?export=xlsx&name=%3D1%2B1")
    assert answer.status_code == 200
    assert ".xlsx" in answer.headers["Content-Disposition"]
    rows = sheet(answer.content)
    assert len(rows) == 16
    assert {row[1] for row in rows[1:]} == {"=1+1"}
    assert load_workbook(io.BytesIO(answer.content)).active["B2"].data_type == "s"


def test_a_long_list_is_exported_in_the_background_with_the_readers_rights(days, cast, monkeypatch):
    monkeypatch.setattr(background, "MOST_EXPORTED_AT_ONCE", 10)
    browser = cast.client("delegate")
    answer = browser.get("/days/?export=xlsx&name=%E4%BE%8B%E6%97%A5")
    job = Job.objects.get()
    assert answer.status_code == 302
    assert answer.url == job.get_absolute_url()
    background.run_waiting(now=NOW)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 15, 15), job.message
    rows = sheet(browser.get(f"/jobs/{job.pk}/file/").getvalue())
    assert len(rows) == 16
    assert {row[1] for row in rows[1:]} == {"例日"}


def test_rights_lost_before_the_export_ran_empty_it(days, cast, monkeypatch):
    monkeypatch.setattr(background, "MOST_EXPORTED_AT_ONCE", 10)
    cast.client("delegate").get("/days/?export=xlsx")
    cast.delegate.mandates.update(role="liaison")
    background.run_waiting(now=NOW)
    assert sheet(Job.objects.get().file.read()) == [["Day", "Name"]]
