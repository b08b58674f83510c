"""How do minutes look on paper? 纪要格式 of GB/T 9704-2012 (10.3), as Word and PDF."""

from django.utils import timezone

from core import exports
from core.exports import docx, pdf
from core.exports.documents import Document, Heading, Paragraph

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
}
GROUPS = (("出席", "present"), ("请假", "excused"), ("缺席", "absent"), ("列席", "sitting_in"))


def document(minutes: Minutes) -> Document:
    """The minutes as an official document; a draft says so where the number will stand."""
    issued = minutes.state == Minutes.State.ISSUED
    return Document(
        title=minutes.title,
        form="minutes",
        issuer=f"{ALLIANCE}\n{HEADS[Kind(minutes.meeting.kind)]}",
        number=minutes.number if issued else "（草稿）",
        body=[
            Heading(part.level, part.text) if part.level else Paragraph(part.text)
            for part in parts(minutes.text)
        ],
        attendance=[(label, people(minutes, group)) for label, group in GROUPS],
        signed_by="联盟秘书处",
        date=timezone.localdate(minutes.issued_at) if issued else None,
        copies_to=["各成员单位", *_observers(minutes)] if issued else [],
    )


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
