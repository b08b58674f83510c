"""Before the meeting: what is done from the founding to the last reply?"""

from io import StringIO

from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import gettext as _

from core import notices
from core.exports import ics
from meetings import (
    agenda,
    calendar,
    chair,
    charter,
    invitations,
    notice,
    schedule,
)
from meetings.models import AgendaItem, Invitation
from members.membership import members
from members.models import Organization

from .cast import BY_LINK, CHAIR, COMING, EXCUSED, NOMINEE, OFFICE
from .stage import Stage, moment


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
    stage.pass_time("2026-11-06 09:00", "meetings.meeting.remind_items", 22)
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
    stage.check(stage.send() >= 22, "not every delegate and liaison got a letter")
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
    stage.pass_time("2026-11-18 13:45", "meetings.invitation.remind_half", owing)
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
    stage.send()


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
