"""How often a page asks the database: a fixed number for each page and role, never more than twelve, and the same
for one, three and eleven rows of everything it shows.

The numbers are literal, so that a page which begins to ask more is seen in the change that made it so. Where a page
asks less than before, write the smaller number down.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import events
from core.models import Notice
from meetings.models import (
    AgendaItem,
    Invitation,
    Meeting,
    Minutes,
    Motion,
    Presence,
    Resolution,
    Seat,
    Task,
    TaskReport,
    TaskUnit,
    Vote,
)
from members.models import AccountInvitation, Mandate, Membership, Organization, User, Zone
from tests.world import built, undone

pytestmark = pytest.mark.django_db

MOST = 12
READERS = ("secretariat", "delegate", "observer")


def page(name, *about, query=""):
    """An address by its route and the names of what it is about in the world."""
    return lambda world: reverse(name, args=[world.objects[each].pk for each in about]) + query


#: page → (address, queries asked for secretariat, delegate, observer)
PAGES = {
    "home": (page("home"), 13, 14, 5),
    "inbox": (page("inbox"), 6, 6, 6),
    "notice_settings": (page("notice_settings"), 7, 7, 7),
    "profile": (page("profile"), 6, 6, 6),
    "search": (page("search", query="?q=联席会议"), 28, 27, 26),
    "zones": (page("members:zones"), 9, 9, 9),
    "zone": (page("members:zone", "zone"), 12, 12, 12),
    "organizations": (page("members:organizations"), 10, 10, 10),
    "organization": (page("members:organization", "company"), 11, 9, 9),
    "memberships": (page("members:memberships"), 6, 7, 6),
    "membership": (page("members:membership", "membership"), 8, 8, 8),
    "mandates": (page("members:mandates"), 6, 6, 6),
    "mandate": (page("members:mandate", "mandate"), 10, 10, 10),
    "accounts": (page("members:users"), 7, 7, 7),
    "account": (page("members:user", "user"), 8, 8, None),
    "invitations": (page("members:accountinvitations"), 6, 6, None),
    "minutes/one": (page("meetings:minutes", "minutes"), 8, None, None),
    "meetings": (page("meetings:meetings"), 6, 7, 7),
    "meeting": (page("meetings:meeting", "meeting"), 11, 12, 12),
    "meeting/agenda": (page("meetings:meeting", "meeting", query="?tab=agenda"), 10, 12, 11),
    "meeting/replies": (page("meetings:meeting", "meeting", query="?tab=replies"), 12, 12, 12),
    "meeting/room": (page("meetings:meeting", "meeting", query="?tab=room"), 11, 12, 12),
    "meeting/decisions": (page("meetings:meeting", "held", query="?tab=decisions"), 11, 12, 12),
    "meeting/tasks": (page("meetings:meeting", "held", query="?tab=tasks"), 11, 12, 12),
    "meeting/minutes": (page("meetings:meeting", "held", query="?tab=minutes"), 10, 11, 11),
    "items": (page("meetings:items"), 7, 9, 8),
    "item": (page("meetings:item", "agendaitem"), 10, 11, 11),
    "calendar": (page("meetings:calendar"), 6, 7, 7),
    "charter": (page("meetings:charter"), 11, 10, 10),
    "room": (page("meetings:room", "meeting"), 10, 11, 11),
    "room/live": (page("meetings:room_live", "meeting"), 9, 10, 10),
    "projector": (page("meetings:projector", "meeting"), 9, 10, 10),
    "motion": (page("meetings:motion", "motion"), 11, 12, 12),
    "motion/decided": (page("meetings:motion", "decided_motion"), 10, 11, 11),
    "resolutions": (page("meetings:resolutions"), 6, 6, 6),
    "resolution": (page("meetings:resolution", "resolution"), 11, 11, 11),
    "tasks": (page("meetings:tasks"), 9, 9, 9),
    "task": (page("meetings:task", "task"), 11, 12, 11),
    "followup": (page("meetings:followup", "meeting"), 8, 9, 9),
    "minutes": (page("meetings:minutes_list"), 6, 7, 7),
    "chair": (page("meetings:chair"), 11, 12, 11),
    "chairterm": (page("meetings:chairterm", "chairterm"), 10, 9, 9),
}

#: Pages that may ask more than twelve times, each with the reason.
UNBOUNDED = {
    "search": "one query for each kind of thing that can be found, and two for each kind that was",
    "home": "one query for each thing that may wait for a delegate: votes, agendas, replies, items, tasks, the chair",
}

#: collection of the API → queries asked for secretariat, delegate, observer
COLLECTIONS = {
    "industry": (3, 3, 3),
    "organization": (7, 6, 6),
    "zone": (8, 7, 7),
    "mandate": (5, 5, 5),
    "membership": (5, 5, 5),
    "meeting": (9, 10, 9),
    "item": (5, 6, 6),
    "invitation": (6, 7, 7),
    "presence": (5, 6, 6),
    "motion": (9, 10, 10),
    "resolution": (5, 5, 5),
    "task": (8, 9, 8),
    "chair-term": (5, 5, 5),
    "minutes": (7, 7, 7),
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built(django_db_blocker) as made:
        yield made


@pytest.fixture(scope="module")
def browsers(world):
    return {who: world.cast.client(who) for who in READERS}


@pytest.fixture(scope="module")
def programs(world):
    return {who: world.cast.api(who) for who in READERS}


def asked(door, path):
    """The queries of one reading, after one before it that filled what is remembered between requests.

    None for whoever has no right to the page; who has is the business of test_rights.
    """
    if door.get(path).status_code in (403, 404):
        return None
    with CaptureQueriesContext(connection) as captured:
        answer = door.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]


def grow(world, count):
    """So many more of everything: beside what is there, and inside the meetings, motions and tasks that are there."""
    cast, now = world.cast, timezone.now()
    own = cast.zones["xiamen-torch"]
    for number in range(count):
        mark = f"{number}-{count}"
        zone = Organization.objects.create(
            code=f"zone-{mark}", kind="zone", name_zh=f"高新区{mark}", zone=None
        )
        Zone.objects.create(organization=zone, level="provincial")
        Membership.objects.create(
            unit=zone, state="active", joined_on=timezone.localdate() - timedelta(days=1)
        )
        Organization.objects.create(code=f"company-{mark}", kind="company", name_zh=f"企业{mark}", zone=own)
        person = User.objects.create(
            username=f"person-{mark}", email=f"{mark}@example.org", name=f"联络员{mark}"
        )
        Mandate.objects.create(person=person, unit=own, role="liaison")
        Mandate.objects.create(person=person, unit=zone, role="delegate")
        AccountInvitation.objects.create(
            email=f"new-{mark}@example.org", name="新人", unit=own, role="editor", expires_at=now
        )
        for meeting in (world.meeting, world.called, world.held):
            _seat(meeting, zone, now)
            copied = Meeting.objects.get(pk=meeting.pk)
            fresh = {
                "pk": None,
                "number": 100 * count + 10 * number + meeting.pk,
                "_state": type(copied._state)(),
            }
            for name in ("uid", "check_in_code"):
                fresh[name] = Meeting._meta.get_field(name).get_default()
            copied.__dict__.update(fresh)
            copied.id, copied.current_item_id = None, None
            copied.notice_number = f"联盟函{mark}-{meeting.pk}"
            copied.save(force_insert=True)
            for unit in (own, cast.guide_unit, zone, cast.zones["fuzhou"]):
                _seat(copied, unit, now)
            _deal(world, copied, zone, now, mark)
        for meeting in (world.meeting, world.held):
            _deal(world, meeting, zone, now, mark)
        for motion in (world.motion, world.decided_motion):
            Seat.objects.create(motion=motion, unit=zone, present=True)
            Vote.objects.create(motion=motion, unit=zone, choice="for", means="paper", by=world.clerk, at=now)
        AgendaItem.objects.create(
            meeting=world.collecting, title=f"提案{mark}", unit=own, position=50 + number, state="proposed"
        )
        for task in (world.task, world.own_task):
            TaskReport.objects.create(task=task, unit=own, by=cast.delegate, percent=10, text="进展", at=now)
            TaskUnit.objects.create(task=task, unit=zone)
        for who in READERS:
            event = events.record(world.called, "meetings.meeting.change", by=None, at=now)
            Notice.objects.create(event=event, person=cast.persons[who], channel="inbox", title=f"通知{mark}")


def _seat(meeting, unit, now):
    Invitation.objects.create(meeting=meeting, unit=unit)
    Presence.objects.create(meeting=meeting, unit=unit, name="代表", means="clerk", arrived_at=now)


def _deal(world, meeting, unit, now, mark):
    item = AgendaItem.objects.create(
        meeting=meeting, title=f"事项{mark}", unit=unit, position=30, state="accepted"
    )
    motion = Motion.objects.create(meeting=meeting, item=item, text="是否同意？", rule="ordinary")
    decided = Resolution.objects.create(
        meeting=meeting,
        item=item,
        motion=motion,
        year=2030,
        serial=Resolution.objects.count() + 100,
        title=f"决议{mark}",
        text="同意。",
        adopted_on=timezone.localdate(),
    )
    Task.objects.create(
        resolution=decided,
        meeting=meeting,
        title=f"任务{mark}",
        lead=world.cast.zones["xiamen-torch"],
        due_on=timezone.localdate() + timedelta(days=3),
    )
    if not Minutes.objects.filter(meeting=meeting).exists():
        Minutes.objects.create(meeting=meeting, title=f"纪要{mark}", text="一、出席", facts={})


def compared(doors, path, world, numbers, most=MOST):
    """What is wrong with a page: too much, not as written, or more with more rows."""
    wrong = []
    few = {who: asked(door, path) for who, door in doors.items()}
    readers = {who: door for who, door in doors.items() if few[who] is not None}
    for rows in (2, 10):
        with undone():
            grow(world, rows)
            for who, door in readers.items():
                many = asked(door, path)
                if len(many) != len(few[who]):
                    extra = next((sql for sql in many if sql not in few[who]), "")
                    wrong.append(
                        f"{who}: {len(few[who])} queries, {len(many)} with {rows} more rows: {extra[:300]}"
                    )
    found = tuple(None if few[who] is None else len(few[who]) for who in doors)
    if found != numbers:
        wrong.append(f"asked {found}, written {numbers}")
    if max(len(few[who]) for who in readers) > most:
        wrong.append(f"more than {most} queries")
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_as_often_as_written_whatever_the_rows(name, world, browsers):
    address, *numbers = PAGES[name]
    most = 99 if name in UNBOUNDED else MOST
    assert not compared(browsers, address(world), world, tuple(numbers), most)


@pytest.mark.parametrize("basename", COLLECTIONS)
def test_a_collection_of_the_api_asks_as_often_as_written_whatever_the_rows(basename, world, programs):
    assert not compared(programs, reverse(f"{basename}-list"), world, COLLECTIONS[basename])
