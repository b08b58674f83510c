"""One object of every kind, made by the verbs of the chapters: what tests of rights, words and budgets go over.

The cast's zone ``xiamen-torch`` owns what can be owned, so ``delegate`` is its own delegate and ``delegate_b`` that of
another zone; ``fuzhou`` presides. Nothing here may be changed by a test: each undoes what it did.
"""

from contextlib import contextmanager
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from core.documents import attach
from core.models import Job, Robot
from meetings import (
    agenda,
    attendance,
    ballots,
    briefs,
    chair,
    charter_desk,
    errata,
    handover,
    host,
    invitations,
    ladder,
    letters,
    minutes,
    minutes_review,
    petitions,
    proxies,
    resolutions,
    rotation,
    routines,
    schedule,
    tasks,
    votes,
)
from meetings.models import AgendaItem, Handover, Minutes, RotationPlace
from members import accounts
from members.models import Mandate, Membership, Organization, Zone

from .cast import Cast

OWN = "xiamen-torch"


class World:
    """``world.cast`` and, by name in ``world.objects``, one object of each kind."""

    def __init__(self):
        self.cast = Cast()
        self.now = timezone.now()
        self.clerk = self.cast.person("secretariat")
        self.objects = {}
        self._members()
        self._sitting()
        self._preparing()
        self._held()
        self._follow_up()
        self._reviewed()
        self._floor()
        self._governance()

    def __getattr__(self, name):
        try:
            return self.__dict__["objects"][name]
        except KeyError:
            raise AttributeError(name) from None

    def _meeting(self, title, weeks, *, until="call", at=None):
        """A meeting that starts so many weeks from now, brought as far as the verb ``until`` six weeks before."""
        at = at or self.now - timedelta(weeks=6)
        starts_at = self.now + timedelta(weeks=weeks)
        meeting = schedule.draft(
            by=self.clerk,
            now=at,
            title=title,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
            place="福州高新区",
        )
        chairing = self.cast.person("chair")
        steps = {
            "submit": lambda: schedule.submit(meeting, by=self.clerk, now=at),
            "approve": lambda: schedule.approve(meeting, by=chairing, now=at),
            "call": lambda: schedule.call(meeting, by=self.clerk, now=at, observers=[self.cast.guide_unit]),
        }
        for name, step in steps.items() if until in steps else ():
            step()
            if name == until:
                break
        return meeting

    def _members(self):
        cast = self.cast
        applicant = Organization.objects.create(
            code="applicant",
            kind="zone",
            name_zh="申请高新技术产业开发区",
            name_en="Applicant High-tech Zone",
        )
        Zone.objects.create(organization=applicant, level="provincial")
        self.objects |= {
            "zone": cast.zones[OWN],
            "company": cast.company_unit,
            "membership": Membership.objects.get(unit=cast.zones[OWN]),
            "application": Membership.objects.create(unit=applicant, statement="申请加入联盟"),
            "mandate": Mandate.objects.get(person=cast.liaison),
            "user": cast.editor,
            "accountinvitation": accounts.invite(
                by=self.clerk,
                email="new@example.org",
                name="新联络员",
                unit=cast.zones[OWN],
                role=Mandate.Role.LIAISON,
            ),
        }

    def _sitting(self):
        cast, by, now = self.cast, self.clerk, self.now
        meeting = self._meeting("第二次联席会议", 0, at=now - timedelta(weeks=6))
        meeting.__class__.objects.filter(pk=meeting.pk).update(starts_at=now - timedelta(minutes=30))
        meeting.refresh_from_db()
        items = [
            AgendaItem.objects.create(
                meeting=meeting, title=title, unit=cast.secretariat_unit, state="accepted", position=place
            )
            for place, title in enumerate(("建立产业链合作机制", "共享大型仪器"), 2)
        ]
        schedule.open(meeting, by=by, now=now)
        present = [
            attendance.check_in(by=by, now=now, meeting=meeting, unit=cast.zones[code]) for code in cast.zones
        ]
        motion = votes.put(by=by, now=now, item=items[0], text="是否同意建立产业链合作机制？")
        votes.open(motion, by=by, now=now)
        self.objects |= {
            "meeting": meeting,
            "agendaitem": items[0],
            "motion": motion,
            "secret": self._secret(meeting),
            "prepared": votes.put(by=by, now=now, item=items[1], text="是否同意共享大型仪器？"),
            "presence": next(p for p in present if p.unit_id == cast.zones[OWN].pk),
        }

    def _secret(self, meeting):
        """A question for a secret ballot, its scrutineers named."""
        item = AgendaItem.objects.create(
            meeting=meeting, title="推选专家组", unit=self.cast.secretariat_unit, state="accepted", position=4
        )
        motion = votes.put(
            by=self.clerk, now=self.now, item=item, text="是否同意专家组名单？", method="secret"
        )
        units = [self.cast.zones[OWN], self.cast.zones["quanzhou"]]
        return ballots.name_scrutineers(motion, by=self.clerk, now=self.now, units=units)

    def _preparing(self):
        draft = self._meeting("第四次联席会议", 10, until="draft")
        collecting = self._meeting("第五次联席会议", 12, until="draft")
        schedule.collect(collecting, by=self.clerk, now=self.now)
        called = self._meeting("第三次联席会议", 6, at=self.now)
        proposal = agenda.propose(
            by=self.cast.person("delegate"), now=self.now, meeting=collecting, title="共建中试平台"
        )
        paper = ContentFile("中试平台建设方案".encode(), name="方案.txt")
        self.objects |= {
            "draft": draft,
            "collecting": collecting,
            "called": called,
            "proposal": proposal,
            "document": attach(proposal, paper, by=self.cast.delegate, purpose="material"),
            "proxy": proxies.lodge(
                by=self.cast.person("delegate"),
                now=self.now,
                meeting=called,
                holder=self.cast.zones["quanzhou"],
                documents=[ContentFile("委托书".encode(), name="委托书.txt")],
            ),
            "invitation": called.invitations.get(unit=self.cast.zones[OWN]),
            "chairterm": chair.nominate(
                by=self.cast.person("delegate"), now=self.now, unit=self.cast.zones[OWN], statement="愿意承担"
            ),
        }
        self.reply_token = invitations.reply_token(self.objects["invitation"], self.cast.delegate)

    def _held(self):
        cast, by, now = self.cast, self.clerk, self.now
        meeting = self._meeting("第一次联席会议", -1, at=now - timedelta(weeks=8))
        day = now - timedelta(weeks=1)
        schedule.open(meeting, by=by, now=day)
        for unit in cast.zones.values():
            attendance.check_in(by=by, now=day, meeting=meeting, unit=unit)
        item = AgendaItem.objects.create(
            meeting=meeting, title="年度工作计划", unit=cast.secretariat_unit, state="accepted", position=2
        )
        motion = votes.put(by=by, now=day, item=item, text="是否同意年度工作计划？")
        votes.open(motion, by=by, now=day)
        for who in ("chair", "delegate"):
            votes.cast(motion, by=cast.person(who), now=day, choice="for")
        votes.close(motion, by=by, now=day)
        schedule.close(meeting, by=by, now=day)
        decided = resolutions.adopt(
            by=by, now=day, motion=motion, title="年度工作计划", text="通过年度工作计划。"
        )
        task = tasks.assign(
            by=by,
            now=day,
            title="编制实施方案",
            text="按决议编制",
            lead=cast.zones[OWN],
            due_on=timezone.localdate(now) + timedelta(days=20),
            assisting=[cast.zones["quanzhou"]],
            resolution=decided,
        )
        tasks.report(task, by=cast.person("delegate"), now=day, percent=10, text="已成立工作组")
        self.objects |= {
            "held": meeting,
            "decided_motion": motion,
            "resolution": decided,
            "task": task,
            "own_task": tasks.assign(
                by=by,
                now=day,
                title="汇总台账",
                lead=cast.secretariat_unit,
                due_on=timezone.localdate(now) + timedelta(days=3),
                meeting=meeting,
            ),
            "minutes": minutes.draft(by=by, now=day, meeting=meeting),
        }

    def _reviewed(self):
        """Minutes before the units, with a correction; and issued ones, put right by a notice."""
        by, now = self.clerk, self.now
        before = minutes.draft(by=by, now=now, meeting=self._closed("第一次办公会议", -2))
        minutes_review.circulate(before, by=by, now=now)
        correction = minutes_review.propose(
            by=self.cast.person("delegate"),
            now=now,
            minutes=before,
            paragraph=1,
            after="一、概况",
            why="更准确",
        )
        issued = minutes.draft(by=by, now=now, meeting=self._closed("第二次办公会议", -3))
        minutes_review.circulate(issued, by=by, now=now)
        Minutes.objects.filter(pk=issued.pk).update(comments_due_at=now)
        minutes_review.approve(issued, by=self.cast.person("chair"), now=now + timedelta(minutes=1))
        minutes.issue(issued, by=by, now=now)
        self.objects |= {
            "reviewed": before,
            "correction": correction,
            "issued": issued,
            "erratum": errata.publish(by=by, now=now, minutes=issued, text="第一段应为……", why="笔误"),
        }

    def _closed(self, title, weeks):
        day = self.now + timedelta(weeks=weeks)
        meeting = self._meeting(title, weeks, at=self.now - timedelta(weeks=12))
        schedule.open(meeting, by=self.clerk, now=day)
        for unit in self.cast.zones.values():
            attendance.check_in(by=self.clerk, now=day, meeting=meeting, unit=unit)
        return schedule.close(meeting, by=self.clerk, now=day)

    def _follow_up(self):
        """What follows a decision: the ladder, what comes back by the calendar, briefs and letters."""
        cast, by, now = self.cast, self.clerk, self.now
        late = tasks.assign(
            by=by,
            now=now - timedelta(weeks=4),
            title="报送年度总结",
            lead=cast.zones[OWN],
            due_on=timezone.localdate(now) - timedelta(days=20),
            resolution=self.resolution,
        )
        ladder.supervise(late, by=by, now=now, demand="请说明原因。")
        given = {"title": "关于报送目录的函", "text": "请报送目录。", "units": [cast.zones[OWN]]}
        given["answer_on"] = timezone.localdate(now) + timedelta(days=7)
        sent = letters.write(by=by, now=now, **given)
        letters.send(sent, by=by, now=now)
        self.objects |= {
            "late_task": late,
            "supervision": late.supervisions.get(),
            "ladder": ladder.current(),
            "routine": routines.begin(
                by=by, now=now, title="月度简报", lead=cast.secretariat_unit, every="month", due_after=5
            ),
            "brief": briefs.write(by=by, now=now, title="联盟动态", text="要情"),
            "letter": letters.write(by=by, now=now, **given),
            "sent_letter": sent,
        }

    def _governance(self):
        cast, day = self.cast, timezone.localdate(self.now)
        draft = charter_desk.draft(by=self.clerk, now=self.now, effective_on=day + timedelta(days=60))
        rotation.set_out(by=self.clerk, now=self.now, units=list(cast.zones.values()))
        place = RotationPlace.objects.get(unit=cast.zones[OWN])
        rotation.ask_swap(
            place,
            by=cast.person("delegate"),
            now=self.now,
            other=RotationPlace.objects.get(unit=cast.zones["quanzhou"]),
            reason="筹备时间不足",
        )
        self.objects |= {
            "charterversion": draft,
            "charterrule": draft.rules.get(code="quorum"),
            "petition": petitions.start(
                by=cast.person("delegate"),
                now=self.now,
                title="提请召开临时联席会议",
                reason="产业链协作机制需紧急协商",
                items=["产业链协作机制"],
            ),
            "rotationplace": place,
            "handover": Handover.objects.create(
                term=cast.chair_term,
                outgoing=cast.zones[OWN],
                incoming=cast.zones["fuzhou"],
                checklist=handover.checklist(cast.zones[OWN], day),
                due_on=day + timedelta(days=7),
            ),
            "secretariatpost": host.propose(
                by=self.clerk,
                now=self.now,
                unit=cast.zones["quanzhou"],
                starts_on=day + timedelta(days=90),
                reason="挂靠单位轮换",
            ),
        }

    def _floor(self):
        self.objects |= {
            "job": Job.objects.create(kind="test", label="导出会议", by=self.cast.delegate),
            "notice": self.cast.delegate.notices.filter(channel="inbox").order_by("pk").first(),
            "robot": Robot.objects.create(
                person=self.cast.delegate, channel="wecom", name="会务群", key="not-a-key"
            ),
        }


@contextmanager
def undone():
    """Whatever happens to the database inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def built(django_db_blocker):
    """A world for a whole module, gone after it; its tests still need the mark ``django_db``."""
    with django_db_blocker.unblock(), undone():
        yield World()
