"""A meeting in session, made by the verbs of its chapters: what every test of the room begins with."""

from datetime import timedelta

from django.utils import timezone

from meetings import attendance, schedule, votes
from meetings.models import AgendaItem, Meeting

QUESTION = "是否同意建立产业链合作机制？"


class Sitting:
    """``sitting.meeting`` was called three weeks ago and is open now; nobody has checked in yet."""

    def __init__(self, cast, opened=True):
        self.cast = cast
        self.by = cast.person("secretariat")
        now = timezone.now()
        before, start = now - timedelta(days=21), now - timedelta(minutes=30)
        self.meeting = schedule.draft(
            by=self.by,
            now=before,
            title="第二次联席会议",
            starts_at=start,
            ends_at=start + timedelta(hours=3),
            place="福州高新区",
        )
        AgendaItem.objects.filter(meeting=self.meeting).delete()
        self.item = self.add_item("建立产业链合作机制")
        schedule.submit(self.meeting, by=self.by, now=before)
        schedule.approve(self.meeting, by=cast.person("chair"), now=before)
        schedule.call(self.meeting, by=self.by, now=before)
        if opened:
            schedule.open(self.meeting, by=self.by, now=now)

    def add_item(self, title, **more):
        return AgendaItem.objects.create(
            meeting=self.meeting,
            title=title,
            unit=self.cast.secretariat_unit,
            state=AgendaItem.State.ACCEPTED,
            position=self.meeting.items.count() + 1,
            **more,
        )

    def arrive(self, *codes):
        """The clerk checks these zones in (default: all of the cast)."""
        for code in codes or self.cast.zones:
            attendance.check_in(by=self.by, meeting=self.meeting, unit=self.cast.zones[code])

    def motion(self, item=None, text=QUESTION, **more):
        return votes.put(by=self.by, item=item or self.item, text=text, **more)

    def voting(self, *codes, **more):
        """An open vote with these zones (default: all) in the room."""
        self.arrive(*codes)
        motion = self.motion(**more)
        return votes.open(motion, by=self.by)

    def cast_vote(self, motion, code, choice):
        return votes.cast(motion, by=self.cast.delegate_of(code), choice=choice)

    def fresh(self):
        return Meeting.objects.get(pk=self.meeting.pk)
