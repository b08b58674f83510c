"""What the founding settled: charter version 1, the founding meeting, the first chair, the host of the secretariat.

The reports of the founding name no hour, no agenda and no attendance, and number no resolution: nothing of that is
invented here. The four facts they report are entered as resolutions with their source.
"""

from datetime import date, datetime, time

from django.utils import timezone

from meetings import charter
from meetings.models import ChairTerm, Meeting, Resolution, SecretariatPost
from members.models import Organization

from . import citation, read

NOT_REPORTED = "公开报道未载明会议时刻、议程全文和实到名单，本条按全天登记。来源：{source}。"
NOT_NUMBERED = "{text}。\n来源：{source}。公开报道未载文号，此编号由本平台登记。"


def load() -> dict[str, int]:
    """Everything of this chapter; returns how many rows were new, by what they are."""
    charter.install_defaults()
    data = read("meetings")
    units = {unit.code: unit for unit in Organization.objects.filter(kind=Organization.Kind.ZONE)}
    founding, made = _meeting(data["meetings"][0], units)
    resolutions = _resolutions(founding, data["meetings"][0])
    return {
        "meetings": int(made),
        "resolutions": resolutions,
        "chair terms": sum(_term(row, units, founding) for row in data["chair_terms"]),
        "secretariat posts": _post(data["secretariat"], units),
    }


def _meeting(row, units):
    day = date.fromisoformat(row["date"])
    starts, ends = (timezone.make_aware(datetime.combine(day, at)) for at in (time(0), time(23, 59)))
    return Meeting.objects.get_or_create(
        kind="joint",
        number=row["seq"],
        defaults={
            "title": row["title_zh"],
            "state": Meeting.State.ARCHIVED,
            "starts_at": starts,
            "ends_at": ends,
            "place": row["place_zh"],
            "host": units[row["host_zone"]],
            "chair": units[row["chair_zone"]],
            "charter": charter.version(day),
            "requirements": NOT_REPORTED.format(source=citation(row)),
            "opened_at": starts,
            "closed_at": ends,
        },
    )


def _resolutions(founding, row):
    day = date.fromisoformat(row["date"])
    made = 0
    for serial, fact in enumerate(row["resolutions_known"], start=1):
        _resolution, new = Resolution.objects.get_or_create(
            year=day.year,
            serial=serial,
            defaults={
                "meeting": founding,
                "title": fact["zh"],
                "text": NOT_NUMBERED.format(text=fact["zh"], source=citation(fact)),
                "adopted_on": day,
            },
        )
        made += new
    return made


def _term(row, units, founding):
    settled = founding.resolutions.filter(title__contains="首届主任单位").first()
    _term, made = ChairTerm.objects.get_or_create(
        number=row["seq"],
        defaults={
            "unit": units[row["zone"]],
            "starts_on": date.fromisoformat(row["start"]),
            "ends_on": date.fromisoformat(row["end_computed"]),
            "resolution": settled,
            "source": "起止日按成立日与“任期一年”推算，报道未写具体日期",
        },
    )
    return made


def _post(row, units):
    _post, made = SecretariatPost.objects.get_or_create(
        unit=units[row["host_zone"]],
        starts_on=date.fromisoformat(row["since"]),
        defaults={"source": "海峡网 2025-11-18"},
    )
    return int(made)
