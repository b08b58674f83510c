"""In the meeting: who is there, how is it voted, what is resolved?"""

import secrets

from django.utils.translation import gettext as _

from meetings import (
    agenda,
    attendance,
    ballots,
    bulletins,
    resolutions,
    schedule,
    votes,
)
from meetings.models import ChairTerm

from .cast import ABSTAINING, AGAINST, ALSO_FOR, CHAIR, COMING, FOR, NOMINEE, OFFICE, SCRUTINEERS
from .stage import Stage


def gather(stage: Stage):
    """The reminders before the day, then who is in the room."""
    speakers = 2 * len(COMING)
    stage.pass_time("2026-11-18 14:00", "meetings.meeting.remind_week", speakers)
    stage.pass_time("2026-11-24 14:00", "meetings.meeting.remind_day", speakers)
    stage.pass_time("2026-11-25 12:00", "meetings.meeting.remind_hours", speakers)
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
        text=f"是否同意{stage.unit(NOMINEE).short_zh}担任下一届主任单位？（演示）",
    )
    stage.refused(votes.open, stage.motion, by=CHAIR)
    watching = [stage.unit(code) for code in SCRUTINEERS]
    stage.do(
        ballots.name_scrutineers,
        stage.motion,
        by=OFFICE,
        units=watching,
        produced=lambda motion: "、".join(map(str, watching)),
    )
    _confirm(stage)
    stage.do(votes.open, stage.motion, by=CHAIR)
    stage.at("2026-11-25 14:20")
    for code in FOR[:3]:
        _hand_in(stage, code, "for")


def _confirm(stage):
    for code in SCRUTINEERS:
        stage.do(ballots.confirm, stage.motion, by=f"{code}-delegate")


def _hand_in(stage, code, choice):
    return stage.do(
        ballots.hand_in,
        stage.motion,
        by=f"{code}-delegate",
        choice=choice,
        code=secrets.token_hex(16),
        produced=lambda motion: (
            _("%(n)d ballots in the box") % {"n": motion.seats.filter(voted=True).count()}
        ),
    )


def decide(stage: Stage):
    """Ballots, bulletin, arithmetic, term, resolutions."""
    stage.at("2026-11-25 14:22")
    for code in FOR[3:]:
        _hand_in(stage, code, "for")
    again = {"choice": "against", "code": secrets.token_hex(16)}
    stage.refused(ballots.hand_in, stage.motion, by=f"{FOR[0]}-delegate", **again)
    stage.refused(ballots.hand_in, stage.motion, by=f"{FOR[0]}-liaison", **again)
    for code, choice in {ALSO_FOR: "for", AGAINST: "against", ABSTAINING: "abstain"}.items():
        _hand_in(stage, code, choice)
    _confirm(stage)
    stage.at("2026-11-25 14:25")
    stage.do(votes.close, stage.motion, by=CHAIR, produced=lambda motion: motion.sentence)
    stage.line(_("Platform"), _("Bulletin"), f"SHA-256 {bulletins.digest(stage.motion)}")
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
