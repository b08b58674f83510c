"""The play: the joint meeting of November 2026, which must decide the chair unit after the first term.

The alliance, its zones and its charter are real; what happens in the meeting is invented, and every title that is
invented says so (演示). Each act is a function of the stage; a reader may stop between acts.
"""

from io import StringIO

from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import delivery, events, notices, reminders
from core.exports import ics
from core.models import Event, Reminder
from meetings import (
    agenda,
    attendance,
    calendar,
    chair,
    charter,
    invitations,
    minutes,
    minutes_document,
    notice,
    parties,
    resolutions,
    schedule,
    tasks,
    votes,
)
from meetings.models import AgendaItem, ChairTerm, Invitation, Motion
from members.membership import members
from members.models import Organization

from .stage import Stage, moment

OFFICE, CHAIR = "secretariat", "fuzhou-delegate"
NOMINEE = "xiamen-torch"
COMING = (
    "fuzhou",
    "xiamen-torch",
    "quanzhou",
    "zhangzhou",
    "putian",
    "longyan",
    "wuping",
    "quanzhou-semi",
    "zherong",
)
EXCUSED = {"sanming": "当日有省级检查（演示）", "xiamen-ocean": "主要负责同志出差（演示）"}
BY_LINK = "putian"  # answers with one tap from the mail
FOR = ("fuzhou", "xiamen-torch", "quanzhou", "zhangzhou", "putian", "longyan")  # each on its own telephone
FOR_ON_PAPER, AGAINST, ABSTAINING = "wuping", "quanzhou-semi", "zherong"


def _told(stage, who, what):
    """Send what waits, and print how many letters left."""
    left = delivery.sweep(now=stage.now)
    stage.line(who, what, _("%(n)d messages sent") % {"n": left})
    return left


def _fire(stage, at, kind, wanted):
    """Let the clock pass to a time; the reminder of that kind must fire for ``wanted`` people, and only once."""
    stage.at(at)
    before = set(Reminder.objects.values_list("pk", flat=True))
    reminders.fire(now=stage.now)
    fired = Reminder.objects.exclude(pk__in=before).filter(kind=kind).count()
    stage.check(fired == wanted, f"{kind}: {fired} people reminded, {wanted} expected")
    stage.check(reminders.fire(now=stage.now) == 0, f"{kind} fired twice")
    label = next(each.label for each in reminders.all_kinds() if each.name == kind)
    produced = _("%(n)d persons reminded, a second run reminds nobody; %(sent)d messages sent")
    sent = delivery.sweep(now=stage.now)
    stage.line(_("Clock"), label, produced % {"n": fired, "sent": sent})


def found_the_alliance(stage: Stage):
    stage.at("2026-11-02 09:00")
    call_command("seed", demo=True, stdout=StringIO())
    zones, others = members().count(), Organization.objects.exclude(kind="zone").count()
    version = charter.version(stage.now.date())
    stage.check(zones == 11, f"{zones} member zones instead of 11")
    produced = _("%(zones)d member zones, %(units)d other organizations, charter %(version)s")
    stage.line(
        _("Operator"), "manage.py seed", produced % {"zones": zones, "units": others, "version": version}
    )
    standing = chair.term(stage.now.date())
    stage.line(_("Operator"), _("Chair unit"), f"{standing.term}，{standing.sentence}")


def prepare(stage: Stage):
    """Draft, collect, propose, settle, approve."""
    stage.at("2026-11-02 09:30")
    fuzhou = stage.unit("fuzhou")
    stage.meeting = stage.do(
        schedule.draft,
        by=OFFICE,
        title=f"{notice.title_for('joint', 2)}（演示）",
        starts_at=moment("2026-11-25 14:00"),
        ends_at=moment("2026-11-25 16:30"),
        place="福州高新区（演示会场）",
        host=fuzhou,
        contact="联盟秘书处（演示）",
        requirements="请各成员单位确定参会人员并按时回执。（演示）",
    )
    stage.do(schedule.collect, stage.meeting, by=OFFICE, items_due_at=moment("2026-11-10 18:00"))

    stage.at("2026-11-03 10:00")
    stage.term = stage.do(
        chair.nominate,
        by=f"{NOMINEE}-delegate",
        unit=stage.unit(NOMINEE),
        statement="愿承担下一届主任单位工作。（演示）",
    )
    stage.chair_item = stage.do(
        agenda.propose,
        by=OFFICE,
        meeting=stage.meeting,
        title="关于下一届主任单位人选的议题（演示）",
        kind=AgendaItem.Kind.DECISION,
        summary="首届主任单位任期一年，已于2026年11月16日届满，须由联席会议决定下一届主任单位。",
        minutes=20,
        rule="chair_election",
        subject=stage.term,
    )
    stage.at("2026-11-04 15:20")
    stage.platform_item = stage.do(
        agenda.propose,
        by="quanzhou-delegate",
        meeting=stage.meeting,
        title="关于共建共享中试平台的提案（演示）",
        kind=AgendaItem.Kind.DECISION,
        summary="建议由各园区共享中试平台目录并约定使用规则。",
        presenter="泉州高新区",
        minutes=20,
        documents=[stage.material("共享中试平台方案", "共享中试平台方案（演示）", "本方案为演示材料。")],
        produced=lambda item: f"{stage.shown(item)}，" + _("%(n)d file") % {"n": item.documents.count()},
    )
    stage.at("2026-11-05 11:05")
    stage.returned_item = stage.do(
        agenda.propose,
        by="zhangzhou-liaison",
        meeting=stage.meeting,
        title="关于举办产业对接活动的建议（演示）",
        summary="建议明年举办产业对接活动。",
        minutes=10,
        documents=[stage.material("对接活动建议", "产业对接活动建议（演示）", "本建议为演示材料。")],
    )
    _fire(stage, "2026-11-06 09:00", "meetings.meeting.remind_items", 22)
    stage.at("2026-11-09 09:10")
    stage.do(agenda.accept, stage.platform_item, by=OFFICE)
    stage.do(agenda.return_item, stage.returned_item, by=OFFICE, reason="请补充时间、地点和分工。（演示）")
    stage.do(agenda.move, stage.chair_item, by=OFFICE, position=2)
    stage.at("2026-11-11 08:40")
    late = {"meeting": stage.meeting, "title": "迟到的议题（演示）"}
    stage.refused(agenda.propose, by="longyan-delegate", **late)
    stage.at("2026-11-11 09:00")
    stage.do(schedule.submit, stage.meeting, by=OFFICE)
    stage.refused(schedule.approve, stage.meeting, by="quanzhou-delegate")
    stage.at("2026-11-12 16:00")
    stage.do(schedule.approve, stage.meeting, by=CHAIR)


def call(stage: Stage):
    """The notice to eleven zones, with its receipts."""
    stage.at("2026-11-13 09:00")
    stage.do(
        schedule.call,
        stage.meeting,
        by=OFFICE,
        produced=lambda meeting: f"{meeting.notice_number}，{meeting.get_state_display()}",
    )
    stage.line(_("Platform"), _("Notice"), stage.papers("会议通知", notice.letter(stage.meeting)))
    entry = ics.render([calendar.entry(stage.meeting)])
    stage.line(_("Platform"), _("Calendar"), stage.keep("会议.ics", entry))
    stage.check(_told(stage, _("Worker"), _("E-mail")) >= 22, "not every delegate and liaison got a letter")
    stage.at("2026-11-13 09:30")
    delegate = stage.person("zherong-delegate")
    notices.mark_read(delegate, notice=notices.inbox(delegate).first(), now=stage.now)
    receipts = invitations.receipts(stage.meeting)
    stage.check(len(receipts) == 11, f"receipts of {len(receipts)} units")
    states = [receipt.state for receipt in receipts.values()]
    stage.check(states.count("sent") == 10 and states.count("read") == 1, f"receipts: {states}")
    produced = _("%(units)d units: %(sent)d sent, %(read)d read, %(failed)d failed")
    counted = {state: states.count(state) for state in ("sent", "read", "failed")}
    stage.line(_("Platform"), _("Receipts"), produced % {"units": len(receipts), **counted})


def answer(stage: Stage):
    """Eleven replies: eight here, one by the signed link, two excused."""
    stage.at("2026-11-16 10:00")
    rows = {each.unit.code: each for each in stage.meeting.invitations.select_related("unit", "meeting")}
    stage.invitations = rows
    for code in COMING[:5]:
        _reply(stage, code)
    half = rows["longyan"].meeting
    owing = 2 * stage.meeting.invitations.filter(state=Invitation.State.AWAITED).count()
    stage.check(half.replies_due_at is not None, "no day for replies")
    _fire(stage, "2026-11-18 13:45", "meetings.invitation.remind_half", owing)
    stage.at("2026-11-18 13:50")
    for code in COMING[5:]:
        _reply(stage, code)
    for code, why in EXCUSED.items():
        stage.do(
            invitations.reply,
            rows[code],
            by=f"{code}-liaison",
            answer="declined",
            note=why,
            produced=lambda each: f"{each.unit} {each.get_state_display()}：{each.note}",
        )
    everybody = list(stage.meeting.invitations.all())
    stage.line(_("Platform"), _("Replies"), invitations.tally(everybody))
    stage.check(not any(each.state == Invitation.State.AWAITED for each in everybody), "a reply is missing")
    _told(stage, _("Worker"), _("E-mail"))


def _reply(stage, code):
    if code == BY_LINK:
        return _tap(stage, code)
    who = [{"name": f"{stage.unit(code).short_zh}代表（演示）", "title": "", "capacity": "delegate"}]
    return stage.do(
        invitations.reply,
        stage.invitations[code],
        by=f"{code}-delegate",
        answer="attending",
        attendees=who,
        produced=lambda each: f"{each.unit} {each.get_state_display()}",
    )


def _tap(stage, code):
    """Open the link of the mail without signing in, then answer with one tap; used again, it is refused."""
    invitation, person = stage.invitations[code], stage.person(f"{code}-delegate")
    address = reverse("reply_link", args=[invitations.reply_token(invitation, person)])
    browser = stage.browser()
    shown, tapped = browser.get(address), browser.post(address, {"answer": "attending"})
    again = browser.post(address, {"answer": "declined", "note": "—"})
    invitation.refresh_from_db()
    codes = (shown.status_code, tapped.status_code, again.status_code)
    stage.check(codes == (200, 302, 409), f"the signed link answered {codes}")
    stage.check(invitation.state == Invitation.State.ATTENDING, "the tap was not recorded")
    produced = _("%(unit)s %(state)s, without signing in; the same link used again: 409")
    facts = {"unit": invitation.unit, "state": invitation.get_state_display()}
    stage.line(invitation.unit, _("Signed link"), produced % facts)


def gather(stage: Stage):
    """The reminders before the day, then who is in the room."""
    speakers = 2 * len(COMING)
    _fire(stage, "2026-11-18 14:00", "meetings.meeting.remind_week", speakers)
    _fire(stage, "2026-11-24 14:00", "meetings.meeting.remind_day", speakers)
    _fire(stage, "2026-11-25 12:00", "meetings.meeting.remind_hours", speakers)
    stage.at("2026-11-25 13:35")
    meeting = stage.meeting
    _come = {
        "meeting": meeting,
        "produced": lambda presence: f"{presence.unit}（{presence.get_means_display()}）",
    }
    wrong = "000000" if meeting.pin != "000000" else "111111"
    stage.refused(attendance.check_in, by="xiamen-torch-delegate", meeting=meeting, pin=wrong)
    stage.do(attendance.check_in, by="xiamen-torch-delegate", pin=meeting.pin, **_come)
    stage.do(attendance.check_in, by="quanzhou-delegate", code=meeting.check_in_code, **_come)
    for code in [each for each in COMING if each not in ("xiamen-torch", "quanzhou", "zherong")]:
        stage.do(attendance.check_in, by=OFFICE, unit=stage.unit(code), **_come)
    stage.line(_("Platform"), _("Quorum"), attendance.quorum(meeting).sentence())
    stage.at("2026-11-25 13:58")
    stage.do(attendance.check_in, by="zherong-delegate", pin=meeting.pin, **_come)
    there = attendance.quorum(meeting)
    stage.check(there.met and there.present == len(COMING), there.sentence())
    stage.line(_("Platform"), _("Quorum"), there.sentence())


def open_the_vote(stage: Stage):
    """The session opens; the vote on the chair unit is under way."""
    stage.at("2026-11-25 14:00")
    stage.do(schedule.open, stage.meeting, by=CHAIR)
    first = stage.meeting.items.filter(title=agenda.LAST_TIME).get()
    stage.at("2026-11-25 14:12")
    stage.do(agenda.conclude, first, by=OFFICE, conclusion="会议听取了上次议定事项落实情况。（演示）")
    stage.motion = stage.do(
        votes.put,
        by=OFFICE,
        item=stage.chair_item,
        text=f"是否同意{stage.unit(NOMINEE).short_zh}担任下一届主任单位？（演示，公开表决）",
    )
    stage.do(votes.open, stage.motion, by=CHAIR)
    stage.at("2026-11-25 14:20")
    for code in FOR[:3]:
        _cast(stage, code, "for")


def _cast(stage, code, choice):
    return stage.do(
        votes.cast,
        stage.motion,
        by=f"{code}-delegate",
        choice=choice,
        produced=lambda motion: motion.votes.get(unit=stage.unit(code)).get_choice_display(),
    )


def decide(stage: Stage):
    """Votes, arithmetic, term, resolutions."""
    stage.at("2026-11-25 14:22")
    for code in FOR[3:]:
        _cast(stage, code, "for")
    stage.refused(votes.cast, stage.motion, by=f"{FOR[0]}-delegate", choice="against")
    stage.refused(votes.cast, stage.motion, by=f"{FOR[0]}-liaison", choice="for")
    papers = {FOR_ON_PAPER: "for", AGAINST: "against", ABSTAINING: "abstain"}
    stage.do(
        votes.enter,
        stage.motion,
        by=OFFICE,
        votes={stage.unit(code).pk: choice for code, choice in papers.items()},
        produced=lambda motion: _("%(n)d votes from paper") % {"n": len(papers)},
    )
    stage.at("2026-11-25 14:25")
    stage.do(votes.close, stage.motion, by=CHAIR, produced=lambda motion: motion.sentence)
    stage.check(stage.motion.passed, stage.motion.sentence)
    stage.term = ChairTerm.objects.select_related("unit").get(pk=stage.term.pk)
    stage.check(stage.term.state == ChairTerm.State.DECIDED, "the term did not begin")
    days = f"{stage.term.starts_on} — {stage.term.ends_on}"
    stage.line(_("Joint meeting"), _("Chair unit"), f"{stage.term}，{days}（演示）")
    stage.resolution = stage.do(
        resolutions.adopt,
        by=OFFICE,
        motion=stage.motion,
        title="关于下一届主任单位的决议（演示）",
        text=f"会议决定由{stage.term.unit.name_zh}担任下一届主任单位，任期一年。（演示）",
    )
    _second_motion(stage)


def _second_motion(stage):
    stage.at("2026-11-25 14:50")
    stage.do(agenda.conclude, stage.chair_item, by=CHAIR, conclusion=f"{stage.motion.sentence}。")
    stage.second = stage.do(
        votes.put, by=OFFICE, item=stage.platform_item, text="是否同意共建共享中试平台？（演示）"
    )
    stage.do(
        votes.recuse,
        stage.second,
        by="quanzhou-delegate",
        reason="平台由本园区运营（演示）",
        produced=lambda motion: _("%(unit)s takes no part in this vote") % {"unit": stage.unit("quanzhou")},
    )
    stage.do(votes.open, stage.second, by=CHAIR)
    rest = [stage.unit(code).pk for code in COMING if code != "quanzhou"]
    stage.do(
        votes.enter,
        stage.second,
        by=OFFICE,
        votes=dict.fromkeys(rest, "for"),
        produced=lambda motion: _("%(n)d votes from paper") % {"n": len(rest)},
    )
    stage.do(votes.close, stage.second, by=CHAIR, produced=lambda motion: motion.sentence)
    stage.check(stage.second.passed, stage.second.sentence)
    stage.second_resolution = stage.do(
        resolutions.adopt,
        by=OFFICE,
        motion=stage.second,
        title="关于共建共享中试平台的决议（演示）",
        text="会议同意共建共享中试平台，由泉州高新区牵头。（演示）",
    )
    stage.do(agenda.conclude, stage.platform_item, by=CHAIR, conclusion=f"{stage.second.sentence}。")


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
    _told(stage, _("Worker"), _("E-mail"))


def follow_up(stage: Stage):
    """The clock passes: reminder, progress, evidence, done."""
    _fire(stage, "2026-12-11 09:30", "meetings.task.remind_due_soon", len(parties.SPEAKERS))
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
    _told(stage, _("Worker"), _("E-mail"))


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


ACTS = {
    "found": (found_the_alliance, gettext_lazy("The alliance as it was founded")),
    "prepare": (prepare, gettext_lazy("Preparing the meeting")),
    "call": (call, gettext_lazy("The notice")),
    "answer": (answer, gettext_lazy("The replies")),
    "gather": (gather, gettext_lazy("Check-in")),
    "open_the_vote": (open_the_vote, gettext_lazy("In session")),
    "decide": (decide, gettext_lazy("The decisions")),
    "assign": (assign, gettext_lazy("Tasks and minutes")),
    "follow_up": (follow_up, gettext_lazy("The clock passes")),
    "verify": (verify, gettext_lazy("The journal")),
}
