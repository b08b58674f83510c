"""How does a supervision letter look on paper? 督办单 in the letter format of GB/T 9704-2012."""

from django.utils import timezone

from core import exports
from core.exports import docx
from core.exports.documents import Document, Paragraph, Table
from core.notices import attaches

from .models import Supervision
from .notice import ALLIANCE, DOCX, SIGNED_BY


def _day(value) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def _name(unit) -> str:
    return unit.short_zh or unit.name_zh


def document(letter: Supervision) -> Document:
    task, issued = letter.task, timezone.localdate(letter.issued_at)
    assisting = "、".join(_name(row.unit) for row in task.assisting.select_related("unit"))
    source = task.resolution.number if task.resolution else (task.meeting.title if task.meeting else "—")
    late = (issued - letter.due_on).days
    rows = [
        ("督办事项", task.title),
        ("事项来源", source),
        ("牵头单位", _name(task.lead)),
        ("配合单位", assisting or "—"),
        ("原定时限", _day(letter.due_on)),
        ("目前进展", f"已报进度{letter.percent}%，逾期{late}日"),
        ("办理要求", letter.demand),
        ("反馈时限", _day(letter.answer_on)),
    ]
    return Document(
        title=f"关于“{task.title}”的督办单",
        form="letter",
        issuer=ALLIANCE,
        number=letter.number,
        addressees=[_name(task.lead)],
        body=[
            Paragraph("下列议定事项已超过办理时限，请抓紧办理，并按期反馈办理情况。"),
            Table(rows=rows, widths=(32, 124), labels=(0,), row_height=11),
        ],
        signed_by=SIGNED_BY,
        date=issued,
    )


def summary(letter: Supervision) -> str:
    """What the agenda says of the matter."""
    task = letter.task
    return (
        f"{_name(task.lead)}牵头的“{task.title}”原定{_day(letter.due_on)}前完成，目前进度{task.percent}%。"
        f"已发{letter.number}，要求：{letter.demand}"
    )


def filename(letter: Supervision, ending: str) -> str:
    return exports.filename(f"{letter.number}督办单", ending, timezone.localdate(letter.issued_at))


def word(letter: Supervision) -> bytes:
    return docx.render(document(letter))


@attaches("meetings.task.supervise")
def _with_letter(notice):
    number = notice.event.data.get("number")
    letter = next((row for row in notice.event.about.supervisions.all() if row.number == number), None)
    return [(filename(letter, "docx"), word(letter), DOCX)] if letter else []
