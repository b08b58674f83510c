"""What do the minutes say before anybody has written a word?

Reads what happened in a meeting — who was there, what was dealt with, decided and given out — as plain facts, and puts
them into the words of a 纪要. Official texts are Chinese whatever the reader's language.
"""

import re

from django.db.models import Prefetch
from django.utils import timezone, translation

from core.exports.layout import heading_number

from . import arithmetic, attendance, bulletins, charter, elections, votes, waiver
from .agenda import LAST_TIME
from .followup import followup, summary
from .models import Attendee, Invitation, Meeting, Motion, Task, TaskUnit
from .notice import ALLIANCE, on_agenda

LANGUAGE = "zh-hans"
#: How a vote was taken, in the words of minutes.
MANNERS = {
    Motion.Method.SHOW_OF_HANDS: "举手表决",
    Motion.Method.ACCLAMATION: "协商一致",
    Motion.Method.SECRET: "无记名投票",
    Motion.Method.PAPER: "无记名投票（纸质选票）",
    Motion.Method.WRITTEN: "书面表决",
}
OPENING = "现将议定事项纪要如下："
CLOSE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d)")


def facts(meeting: Meeting, now) -> dict:
    """Attendance, decisions and tasks as plain JSON, in Chinese, as they stand."""
    with translation.override(LANGUAGE):
        people = _attendance(meeting)
        return {
            "meeting": {
                "title": meeting.title,
                "kind": meeting.kind,
                "number": meeting.number,
                "starts_at": timezone.localtime(meeting.opened_at or meeting.starts_at).isoformat(
                    "T", "minutes"
                ),
                "place": meeting.place,
                "chair": _name(meeting.chair) if meeting.chair else "",
                "host": _name(meeting.host) if meeting.host else "",
                "presided_by": next(
                    (row["people"][0] for row in people["present"] if row["chairs"] and row["people"]), ""
                ),
            },
            "attendance": people,
            "quorum": _quorum(meeting, people),
            "waived": waiver.sentence(meeting),
            "followup": _followup(meeting, now),
            "items": _items(meeting),
            "tasks": [_task(task) for task in _tasks(meeting) if task.resolution is None],
        }


def _name(unit):
    return unit.short_zh or unit.name_zh


# --- who was there ------------------------------------------------------------------------


def _attendance(meeting):
    """出席, 请假, 缺席, 列席: units with the persons who came or were announced."""
    came = {}
    for presence in meeting.presences.select_related("unit").order_by("arrived_at", "pk"):
        names = came.setdefault(presence.unit_id, [])
        if presence.name and presence.name not in names:
            names.append(presence.name)
    found = {"present": [], "excused": [], "absent": [], "sitting_in": []}
    invitations = meeting.invitations.select_related("unit").prefetch_related("attendees").order_by("pk")
    for invitation in invitations:
        unit, announced = invitation.unit, list(invitation.attendees.all())
        row = {
            "unit": _name(unit),
            "people": [],
            "chairs": unit.pk == meeting.chair_id,
            "note": invitation.note,
        }
        helpers = [each.name for each in announced if each.capacity == Attendee.Capacity.STAFF]
        if unit.pk in came:
            speakers = [each.name for each in announced if each.capacity != Attendee.Capacity.STAFF]
            row["people"] = [name for name in came[unit.pk] if name not in helpers] or speakers
            voting = invitation.capacity == Invitation.Capacity.MEMBER
            found["present" if voting else "sitting_in"].append(row)
            if voting and helpers:
                found["sitting_in"].append({**row, "people": helpers, "chairs": False})
        elif invitation.capacity == Invitation.Capacity.MEMBER:
            declined = invitation.state == Invitation.State.DECLINED
            found["excused" if declined else "absent"].append(row)
    # The presiding unit leads the list.
    found["present"].sort(key=lambda row: not row["chairs"])
    return found


def _quorum(meeting, people):
    entitled = sum(len(people[group]) for group in ("present", "excused", "absent"))
    if not entitled or meeting.charter_id is None:
        return None
    rule = charter.arithmetic(attendance.charter_rule(meeting, "quorum"))
    result = arithmetic.quorum(rule, entitled, len(people["present"]))
    return {"entitled": entitled, "present": result.present, "needed": result.needed, "met": result.met}


# --- what was dealt with ------------------------------------------------------------------


def _items(meeting):
    decided = Motion.objects.filter(state=Motion.State.CLOSED).order_by("closed_at", "pk")
    items = on_agenda(meeting)
    motions, resolutions, tasks = {}, {}, {}
    for motion in decided.filter(meeting=meeting).prefetch_related("also", "candidates"):
        for item_id in {motion.item_id, *(item.pk for item in motion.also.all())}:
            motions.setdefault(item_id, []).append(motion)
    for resolution in meeting.resolutions.order_by("year", "serial"):
        resolutions.setdefault(resolution.item_id, []).append(resolution)
    for task in _tasks(meeting):
        if task.resolution is not None:
            tasks.setdefault(task.resolution_id, []).append(task)
    return [
        {
            "title": item.title,
            "unit": _name(item.unit),
            "kind": item.kind,
            "conclusion": item.conclusion,
            "last_time": item.title == LAST_TIME,
            "votes": [_vote(motion) for motion in motions.get(item.pk, [])],
            "resolutions": [
                {
                    "number": each.number,
                    "title": each.title,
                    "text": each.text,
                    "tasks": [_task(task) for task in tasks.get(each.pk, [])],
                }
                for each in resolutions.get(item.pk, [])
            ],
        }
        for item in items
    ]


def _vote(motion):
    decision = votes.decision(motion)
    # Documents set figures close to the words; the space of the screen would be stretched.
    sentence = CLOSE.sub("", decision.sentence()) if decision else ""
    return {"question": motion.text, "sum": sentence, "passed": motion.passed, "proof": _proof(motion)}


def _proof(motion):
    """How a vote was taken that was not by name, who got how many ballots, and the digest that proves them."""
    said = []
    if motion.round > 1:
        said.append(f"第{motion.round}轮")
    if motion.method != Motion.Method.ROLL_CALL:
        said.append(MANNERS[motion.method])
    if motion.is_election:
        standing = sorted(motion.candidates.all(), key=lambda c: (-elections.votes_for(c), c.number))
        said.append("得票：" + "、".join(f"{c.name}{elections.votes_for(c)}票" for c in standing))
        elected = "、".join(c.name for c in standing if c.elected)
        said.append(f"{elected}当选" if elected else "无人当选")
    if motion.bulletin:
        said.append(f"选票公报SHA-256摘要{bulletins.digest(motion)}")
    return "，".join(said)


def _tasks(meeting):
    return (
        Task.objects.filter(meeting=meeting)
        .exclude(state=Task.State.CANCELLED)
        .select_related("lead", "resolution")
        .prefetch_related(Prefetch("assisting", TaskUnit.objects.select_related("unit")))
        .order_by("due_on", "pk")
    )


def _task(task):
    return {
        "title": task.title,
        "lead": _name(task.lead),
        "assisting": [_name(helper.unit) for helper in task.assisting.all()],
        "due_on": task.due_on.isoformat(),
    }


def _followup(meeting, now):
    return summary(followup(meeting, now))


# --- in words -------------------------------------------------------------------------------


def text(given: dict) -> str:
    """The facts of :func:`facts` as the text of the minutes: one paragraph a line, headings numbered."""
    lines = [_preamble(given)]
    for number, item in enumerate(given["items"], 1):
        lines.append(heading_number(1, number) + item["title"])
        lines += _about(item, given["followup"])
    if given["tasks"]:
        lines.append(heading_number(1, len(given["items"]) + 1) + "其他议定事项")
        lines += _duties(given["tasks"])
    return "\n".join(lines)


def _preamble(given):
    meeting, people, quorum = given["meeting"], given["attendance"], given["quorum"]
    start = timezone.datetime.fromisoformat(meeting["starts_at"])
    half = "上午" if start.hour < 12 else "下午" if start.hour < 18 else "晚上"
    where = f"在{meeting['place']}" if meeting["place"] else ""
    sentences = [f"{start.year}年{start.month}月{start.day}日{half}，{ALLIANCE}{where}召开{meeting['title']}"]
    if meeting["chair"]:
        person = f"（{meeting['presided_by']}）" if meeting["presided_by"] else ""
        sentences.append(f"会议由主任单位{meeting['chair']}{person}主持")
    if quorum:
        fits = "符合规定人数" if quorum["met"] else "未达到规定人数"
        sentences.append(
            f"会议应到成员单位{quorum['entitled']}家，实到{quorum['present']}家，"
            f"法定人数{quorum['needed']}家，{fits}"
        )
    elif people["present"]:
        sentences.append(f"实到成员单位{len(people['present'])}家")
    if given.get("waived"):
        sentences.append(given["waived"].rstrip("。"))
    return "。".join(sentences) + "。" + OPENING


def _about(item, before):
    lines = []
    if item["last_time"]:
        lines.append(_last_time(before))
    elif not item["conclusion"] and not item["votes"] and not item["resolutions"]:
        lines.append(
            f"会议听取了{item['unit']}的汇报。"
            if item["kind"] == "report"
            else f"会议讨论了{item['unit']}提出的本项议题。"
        )
    if item["conclusion"]:
        lines.append(_sentence(item["conclusion"]))
    lines += [
        f"会议就“{vote['question'].rstrip('。？?')}”进行表决：{vote['sum']}。"
        + (f"（{vote['proof']}。）" if vote.get("proof") else "")
        for vote in item["votes"]
    ]
    for resolution in item["resolutions"]:
        lines.append(f"会议形成决议：{_sentence(resolution['title'])[:-1]}（{resolution['number']}）。")
        if resolution["text"].strip() and resolution["text"].strip() != resolution["title"]:
            lines += [_sentence(line) for line in resolution["text"].splitlines() if line.strip()]
        lines += _duties(resolution["tasks"])
    return lines


def _last_time(before):
    if not before["all"]:
        return "会议听取了上次议定事项落实情况的汇报，目前没有未办结的任务。"
    return (
        f"会议听取了上次议定事项落实情况的汇报。应报告任务{before['all']}项，其中已办结{before['done']}项，"
        f"推进中{before['open']}项，已逾期{before['overdue']}项。"
    )


def _duties(tasks):
    lines = []
    for number, task in enumerate(tasks, 1):
        due = timezone.datetime.fromisoformat(task["due_on"])
        helped = f"，{'、'.join(task['assisting'])}配合" if task["assisting"] else ""
        sign = f"{number}. " if len(tasks) > 1 else ""
        lines.append(
            f"{sign}由{task['lead']}牵头{helped}，于{due.year}年{due.month}月{due.day}日前完成：{_sentence(task['title'])}"
        )
    return lines


def _sentence(words):
    words = words.strip()
    return words if words.endswith(("。", "！", "？", "；", "：")) else words + "。"
