"""What does the notice of a meeting look like on paper, in a chat group and on the table by the door?

Official texts are Chinese whatever the reader's language; the layout (GB/T 9704-2012, letter) is the exports' affair.
"""

from functools import lru_cache

from django.db.models import prefetch_related_objects
from django.utils import timezone

from core import exports
from core.exports import documents, docx, ics, xlsx
from core.exports.layout import chinese_number
from core.notices import attaches

from . import calendar
from .models import AgendaItem, Invitation, Meeting
from .models.meeting import Kind

ALLIANCE = "福建省国家高新区高质量发展（产业）联盟"
SIGNED_BY = f"{ALLIANCE}秘书处"
WEEKDAYS = "一二三四五六日"
REPLY_ROWS = 4
NAMES = {
    Kind.JOINT: "全体成员联席会议",
    Kind.LIAISON: "联络员会议",
    Kind.CHAIR: "主任单位办公会议",
    Kind.WORKING: "工作组会议",
    Kind.WRITTEN: "书面表决",
}


def title_for(kind, number: int) -> str:
    """第二次全体成员联席会议"""
    return f"第{chinese_number(number)}次{NAMES[Kind(kind)]}"


def moment(value) -> str:
    """2026年11月25日（星期三）14:30"""
    local = timezone.localtime(value)
    return f"{local.year}年{local.month}月{local.day}日（星期{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def _day(value) -> str:
    local = timezone.localtime(value)
    return f"{local.year}年{local.month}月{local.day}日"


def span(meeting) -> str:
    start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    if start.date() == end.date():
        return f"{moment(start)}—{end:%H:%M}"
    return f"{moment(start)}至{moment(end)}"


def on_agenda(meeting) -> list[AgendaItem]:
    states = [AgendaItem.State.ACCEPTED, AgendaItem.State.CONCLUDED]
    return list(meeting.items.filter(state__in=states).select_related("unit").order_by("position", "pk"))


def letter(meeting) -> documents.Document:
    """The notice as a letter (信函格式) with the agenda and the reply slip as annexes."""
    items = on_agenda(meeting)
    rows = list(meeting.invitations.select_related("unit"))
    voting = [i.unit for i in rows if i.capacity == Invitation.Capacity.MEMBER]
    sitting_in = [i.unit for i in rows if i.capacity == Invitation.Capacity.OBSERVER]
    name = f"{ALLIANCE}{meeting.title}" if ALLIANCE not in meeting.title else meeting.title
    urgent = "本次会议按紧急会议办理。" if meeting.urgent else ""
    opening = (
        f"经主任单位同意，定于{_day(meeting.starts_at)}召开{meeting.title}。{urgent}现将有关事项通知如下："
    )
    attendance = "各成员单位负责同志1名、联络员1名" + (
        f"；列席单位：{'、'.join(u.name_zh for u in sitting_in)}" if sitting_in else ""
    )
    body = [
        documents.Paragraph(opening),
        documents.Heading(1, "会议时间"),
        documents.Paragraph(f"{span(meeting)}。"),
        documents.Heading(1, "会议地点"),
        documents.Paragraph(f"{meeting.place or '另行通知'}。" + _video(meeting)),
        documents.Heading(1, "参会人员"),
        documents.Paragraph(f"{attendance}。"),
        documents.Heading(1, "会议议程"),
        documents.Paragraph(f"共{len(items)}项，详见附件1。"),
        documents.Heading(1, "有关要求"),
        documents.Paragraph(_requirements(meeting)),
    ]
    if meeting.contact:
        body += [documents.Heading(1, "联系方式"), documents.Paragraph(meeting.contact)]
    return documents.Document(
        title=f"关于召开{name}的通知",
        form="letter",
        issuer=ALLIANCE,
        number=meeting.notice_number,
        addressees=["各成员单位"] if voting else [],
        body=body,
        annexes=[
            documents.Annex(f"{meeting.title}议程", [_agenda_table(items)]),
            documents.Annex(f"{meeting.title}回执", _reply_slip(meeting)),
        ],
        signed_by=SIGNED_BY,
        date=timezone.localdate(meeting.called_at) if meeting.called_at else None,
        copies_to=[unit.name_zh for unit in sitting_in],
    )


def _video(meeting):
    return f"线上接入：{meeting.video_url}" if meeting.video_url else ""


def _requirements(meeting):
    due = (
        f"请于{moment(meeting.replies_due_at)}前在联盟平台回执，或将附件2回复秘书处。"
        if meeting.replies_due_at
        else ""
    )
    return "\n".join(part for part in (due, meeting.requirements.strip()) if part) or "请准时参会。"


def _agenda_table(items):
    rows = [
        (number, item.title, item.presenter or item.unit.short_zh or item.unit.name_zh, f"{item.minutes}分钟")
        for number, item in enumerate(items, 1)
    ]
    return documents.Table(rows=rows, head=("序号", "议题", "汇报单位", "时间"), widths=(14, 82, 38, 22))


def _reply_slip(meeting):
    blank = [("", "", "", "", "", "") for _row in range(REPLY_ROWS)]
    return [
        documents.Facts([("单位（盖章）", "")]),
        documents.Table(
            rows=blank,
            head=("姓名", "职务", "参会身份", "联系电话", "是否住宿", "车牌号"),
            widths=(24, 30, 26, 32, 24, 20),
            row_height=11,
        ),
        documents.Paragraph("参会身份填写：本人、代会、列席。不能参会的，请注明事由。"),
    ]


def sign_in(meeting) -> documents.Document:
    """The sheet people sign by the door."""
    rows = [
        (number, row["unit"], row["name"], row["title"], row["capacity"], "")
        for number, row in enumerate(expected(meeting), 1)
    ]
    return documents.Document(
        title=f"{meeting.title}签到表",
        body=[
            documents.Facts([("时间", span(meeting)), ("地点", meeting.place or "—")]),
            documents.Table(
                rows=rows,
                head=("序号", "单位", "姓名", "职务", "身份", "签名"),
                widths=(14, 44, 24, 30, 18, 26),
                row_height=11,
            ),
        ],
    )


def sign_in_table(meeting) -> xlsx.Sheet:
    """The same, and what the hotel and the gate need to know, as a table."""
    return xlsx.Sheet(
        "签到表",
        ("序号", "单位", "回执", "姓名", "职务", "身份", "电话", "住宿", "车牌号", "签名"),
        [
            (
                number,
                row["unit"],
                row["reply"],
                row["name"],
                row["title"],
                row["capacity"],
                row["phone"],
                row["lodging"],
                row["plate"],
                "",
            )
            for number, row in enumerate(expected(meeting), 1)
        ],
    )


REPLIES = {
    Invitation.State.AWAITED: "未回复",
    Invitation.State.ATTENDING: "参加",
    Invitation.State.DECLINED: "请假",
}
CAPACITIES = {"delegate": "本人", "deputy": "代会", "staff": "列席"}


def expected(meeting) -> list[dict]:
    """A row for each announced person, and one for each unit that announced nobody and is not excused."""
    invitations = list(meeting.invitations.select_related("unit"))
    prefetch_related_objects(invitations, "attendees")
    rows = []
    for invitation in invitations:
        base = {
            "unit": invitation.unit.short_zh or invitation.unit.name_zh,
            "reply": REPLIES[invitation.state],
            "name": "",
            "title": "",
            "capacity": "",
            "phone": "",
            "lodging": "",
            "plate": "",
        }
        people = list(invitation.attendees.all())
        if not people and invitation.state != Invitation.State.DECLINED:
            rows.append(base)
        rows += [
            {
                **base,
                "name": person.name,
                "title": person.title,
                "capacity": CAPACITIES[person.capacity],
                "phone": person.phone,
                "lodging": "是" if person.lodging else "",
                "plate": person.plate,
            }
            for person in people
        ]
    return rows


def chat_text(meeting) -> str:
    """A text to paste into a chat group: short lines, nothing secret, the address at the end."""
    lines = [
        f"【会议通知】{meeting.title}",
        f"时间：{span(meeting)}",
        f"地点：{meeting.place or '另行通知'}",
        f"文号：{meeting.notice_number}" if meeting.notice_number else "",
        f"请各单位于{moment(meeting.replies_due_at)}前回执。" if meeting.replies_due_at else "",
        calendar.address(meeting),
    ]
    return "\n".join(line for line in lines if line)


# --- what goes with the mails ----------------------------------------------------------------


@lru_cache(maxsize=8)
def _files(pk, version, method):
    """The same letter and entry go to everyone, so a fan-out sets them once."""
    meeting = Meeting.objects.select_related("host", "chair").get(pk=pk)
    files = []
    if method == "REQUEST":
        name = exports.filename(f"{meeting.title}通知", "docx", timezone.localdate(meeting.called_at))
        files.append((name, docx.render(letter(meeting)), DOCX))
    entry = ics.render([calendar.entry(meeting)], method=method if method == "CANCEL" else "PUBLISH")
    files.append((exports.filename(meeting.title, "ics"), entry, "text/calendar"))
    return files


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@attaches("meetings.meeting.call")
@attaches("meetings.meeting.change")
def _with_notice(notice):
    meeting = notice.event.about
    return _files(meeting.pk, meeting.version, "REQUEST") if meeting.called_at else []


@attaches("meetings.meeting.cancel")
def _with_cancellation(notice):
    meeting = notice.event.about
    return _files(meeting.pk, meeting.version, "CANCEL") if meeting.called_at else []
