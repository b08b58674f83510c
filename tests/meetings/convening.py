"""Meetings brought to a state the way people bring them there: drafted, approved, called."""

from datetime import timedelta

from django.utils import timezone

from meetings import schedule


def start(days=30):
    return timezone.localtime(timezone.now() + timedelta(days=days)).replace(
        hour=14, minute=30, second=0, microsecond=0
    )


def drafted(cast, days=30, **more):
    starts_at = start(days)
    given = {
        "title": "第二次全体成员联席会议",
        "place": "福州高新区",
        "ends_at": starts_at + timedelta(hours=3),
    }
    return schedule.draft(by=cast.person("secretariat"), starts_at=starts_at, **{**given, **more})


def collecting(cast, **more):
    return schedule.collect(drafted(cast, **more), by=cast.person("secretariat"))


def submitted(cast, **more):
    return schedule.submit(drafted(cast, **more), by=cast.person("secretariat"))


def approved(cast, **more):
    return schedule.approve(submitted(cast, **more), by=cast.person("chair"))


def called(cast, **more):
    return schedule.call(approved(cast, **more), by=cast.person("secretariat"))


def again(obj):
    return type(obj)._default_manager.get(pk=obj.pk)


def invitation_of(meeting, unit):
    return meeting.invitations.get(unit=unit)


def form_of(meeting, **changed):
    """What the change page would send for a meeting as it stands."""
    moment = "%Y-%m-%dT%H:%M"
    data = {
        name: getattr(meeting, name) or ""
        for name in ("title", "place", "video_url", "contact", "requirements", "version")
    }
    for name in ("starts_at", "ends_at", "items_due_at", "replies_due_at"):
        data[name] = timezone.localtime(getattr(meeting, name)).strftime(moment)
    return {**data, **changed}
