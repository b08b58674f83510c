"""How do minutes look on paper? 纪要格式 of GB/T 9704-2012 (10.3), as Word and PDF."""

from django.utils import timezone

from core import exports
from core.exports import docx, pdf
from core.exports.documents import Annex, Document, Facts, Heading, Paragraph, Table

from .minutes import parts
from .models import Minutes
from .models.meeting import Kind
from .notice import ALLIANCE

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADS = {
    Kind.JOINT: "联席会议纪要",
    Kind.LIAISON: "联络员会议纪要",
    Kind.CHAIR: "主任单位办公会议纪要",
    Kind.WORKING: "工作组会议纪要",
    Kind.WRITTEN: "书面表决纪要",
}
DRAFTS = {"draft": "（草稿）", "circulated": "（征求意见稿）", "approved": "（审定稿）"}
#: How the draft's papers call what became of a correction, and of a signature.
OUTCOMES = {"proposed": "待处理", "accepted": "采纳", "refused": "未采纳"}
SIGNED = {"awaited": "未会签", "signed": "已会签", "silent": "无异议"}
GROUPS = (("出席", "present"), ("请假", "excused"), ("缺席", "absent"), ("列席", "sitting_in"))


def document(minutes: Minutes) -> Document:
    """The minutes as an official document; a draft says so where the number will stand."""
    issued = minutes.state == Minutes.State.ISSUED
    return Document(
        title=minutes.title,
        form="minutes",
        issuer=f"{ALLIANCE}\n{HEADS[Kind(minutes.meeting.kind)]}",
        number=minutes.number if issued else DRAFTS[minutes.state],
        body=[
            Heading(part.level, part.text) if part.level else Paragraph(part.text)
            for part in parts(minutes.text)
        ],
        annexes=_errata(minutes) if issued else _review(minutes),
        attendance=[(label, people(minutes, group)) for label, group in GROUPS],
        signed_by="联盟秘书处",
        date=timezone.localdate(minutes.issued_at) if issued else None,
        copies_to=["各成员单位", *_observers(minutes)] if issued else [],
    )


def _errata(minutes):
    """What puts issued minutes right, each notice with its number and digest."""
    body = []
    for row in minutes.errata.all():
        row.minutes = minutes
        issued = timezone.localdate(row.issued_at)
        body += [
            Facts(
                [
                    ("文号", row.number),
                    ("日期", f"{issued.year}年{issued.month}月{issued.day}日"),
                    ("事由", row.why),
                    ("摘要值", f"SHA-256 {row.sha256}"),
                ]
            ),
            Paragraph(row.text),
        ]
    return [Annex(f"{minutes.number}更正", body)] if body else []


def _review(minutes):
    """What the units said of a draft; it does not go out with the issued minutes."""
    corrections = [
        (row.paragraph, _short(row.unit), row.before, row.after or "（删去）", _outcome(row))
        for row in minutes.corrections.select_related("unit")
    ]
    signed = [
        (number, _short(row.unit), SIGNED[row.state])
        for number, row in enumerate(minutes.signoffs.select_related("unit"), 1)
    ]
    annexes = []
    if corrections:
        head, widths = ("段落", "单位", "原文", "建议修改为", "处理结果"), (14, 26, 42, 42, 32)
        annexes.append(Annex("修改意见及采纳情况", [Table(rows=corrections, head=head, widths=widths)]))
    if signed:
        table = Table(rows=signed, head=("序号", "单位", "会签情况"), widths=(20, 90, 46))
        annexes.append(Annex("会签情况", [table]))
    return annexes


def _outcome(row):
    return OUTCOMES[row.state] + (f"：{row.reason}" if row.reason else "")


def _short(unit):
    return unit.short_zh or unit.name_zh


def people(minutes: Minutes, group: str) -> list[str]:
    """The lines of one attendance group: 福州高新区 张某、李某."""
    rows = minutes.facts.get("attendance", {}).get(group, [])
    return [" ".join(part for part in (row["unit"], "、".join(row["people"])) if part) for row in rows]


def _observers(minutes):
    members = {row["unit"] for row in minutes.facts.get("attendance", {}).get("present", [])}
    units = [row["unit"] for row in minutes.facts.get("attendance", {}).get("sitting_in", [])]
    return [unit for unit in dict.fromkeys(units) if unit not in members]


def filename(minutes: Minutes, ending: str) -> str:
    day = timezone.localdate(minutes.issued_at) if minutes.issued_at else None
    return exports.filename(f"{minutes.number}{minutes.title}", ending, day)


def word(minutes: Minutes) -> bytes:
    return docx.render(document(minutes))


def paper(minutes: Minutes) -> bytes:
    """The PDF. ``core.exports.pdf.Unavailable`` where the machine cannot write one."""
    return pdf.render(document(minutes))
