"""After the meeting: what has to be done, what is on paper, what does the clock bring, is the record whole?"""

from django.utils.translation import gettext as _

from core import events
from core.models import Event
from meetings import calendar, minutes, minutes_document, parties, schedule, tasks
from meetings.models import Motion

from .cast import CHAIR, NOMINEE, OFFICE
from .stage import Stage, moment


def assign(stage: Stage):
    """Two tasks, the end of the session, the minutes."""
    stage.at("2026-11-25 15:30")
    due = lambda task: f"{task}，{task.lead}，{task._meta.get_field('due_on').verbose_name} {task.due_on}"  # noqa: E731
    stage.task = stage.do(
        tasks.assign,
        by=OFFICE,
        title="完成主任单位工作交接（演示）",
        text="移交文件、账号和未尽事项清单。",
        lead=stage.unit("fuzhou"),
        assisting=[stage.unit(NOMINEE)],
        due_on=moment("2026-12-18 00:00").date(),
        evidence="交接清单",
        resolution=stage.resolution,
        produced=due,
    )
    stage.second_task = stage.do(
        tasks.assign,
        by=OFFICE,
        title="提出中试平台共享目录（演示）",
        lead=stage.unit("quanzhou"),
        assisting=[stage.unit("xiamen-ocean"), stage.unit("quanzhou-semi")],
        due_on=moment("2027-01-15 00:00").date(),
        evidence="共享目录",
        resolution=stage.second_resolution,
        produced=due,
    )
    stage.at("2026-11-25 16:20")
    stage.do(schedule.close, stage.meeting, by=CHAIR)
    stage.at("2026-11-26 09:00")
    stage.minutes = stage.do(minutes.draft, by=OFFICE, meeting=stage.meeting)
    stage.do(
        minutes.issue,
        stage.minutes,
        by=CHAIR,
        produced=lambda issued: f"{issued.number}，SHA-256 {issued.sha256[:12]}…",
    )
    stage.check(minutes.intact(stage.minutes), "the minutes do not match their digest")
    paper = minutes_document.document(stage.minutes)
    stage.line(_("Platform"), _("Minutes"), stage.papers("会议纪要", paper))
    stage.send()


def follow_up(stage: Stage):
    """The clock passes: reminder, progress, evidence, done."""
    stage.pass_time("2026-12-11 09:30", "meetings.task.remind_due_soon", len(parties.SPEAKERS))
    stage.at("2026-12-14 10:00")
    evidence = stage.material("交接清单", "主任单位工作交接清单（演示）", "本清单为演示材料。")
    stage.do(
        tasks.report,
        stage.task,
        by=CHAIR,
        percent=60,
        text="文件和账号已移交，未尽事项正在核对。（演示）",
        files=[evidence],
        produced=lambda task: f"{task.percent}%，交接清单.docx",
    )
    stage.at("2026-12-16 15:00")
    stage.do(tasks.submit, stage.task, by=CHAIR, text="交接全部完成。（演示）")
    stage.at("2026-12-17 09:00")
    stage.do(tasks.accept, stage.task, by=OFFICE)
    stage.do(schedule.archive, stage.meeting, by=OFFICE)
    feed = calendar.feed(stage.person("xiamen-torch-delegate"), now=stage.now)
    stage.line(_("Platform"), _("Calendar"), stage.keep("日历订阅.ics", feed))
    stage.send()


def verify(stage: Stage):
    """The journal, read from its first line to its last."""
    stage.at("2026-12-17 10:00")
    seal = events.seal(now=stage.now)
    faults = events.verify()
    stage.check(not faults, "; ".join(faults[:3]))
    produced = _("%(events)d events, %(sealed)d sealed, every chain whole")
    facts = {"events": Event.objects.count(), "sealed": seal.count}
    stage.line(_("Operator"), "manage.py verify_journal", produced % facts)
    stage.check(Motion.objects.filter(passed=True).count() == 2, "two motions were to pass")
