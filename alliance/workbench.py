"""What waits for me, what comes due, what I wait for: the workbench, gathered over every subject.

A pile is one query on an index, at most :data:`SEEN` rows, and its heading leads to the list with the same filter.
Which rows wait for whom is said by each chapter; here they are only put side by side.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.pages import verb_url
from meetings import agenda, chair, handover, parties, petitions, tasks, votes
from meetings.models import AgendaItem, Invitation, Meeting, Task
from members.mandates import acts_as
from members.membership import members
from members.models import Mandate
from members.views.zones import tile

Role = Mandate.Role
#: Rows read of one pile; counting goes no further, and "99+" says so.
SEEN = 99
#: Rows shown of one pile.
SHOWN = 5
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Duty:
    """One row: what, from whom, by when, how urgent, and the one button."""

    title: str
    url: str
    whose: str = ""
    due: object = None
    light: str = ""
    act: dict | None = None


@dataclass(frozen=True)
class Pile:
    label: str
    url: str
    count: int
    more: bool
    duties: list[Duty]


@dataclass
class Block:
    """One of the three parts of the workbench."""

    key: str
    title: str
    empty: dict
    piles: list[Pile] = field(default_factory=list)

    def add(self, label, url, rows, row: Callable):
        """Add a pile of ``rows`` (a queryset or a list), unless there is nothing in it."""
        found = list(rows[: SEEN + 1])
        if found:
            duties = [row(obj) for obj in found[:SHOWN]]
            self.piles.append(Pile(label, url, min(len(found), SEEN), len(found) > SEEN, duties))

    @property
    def count(self):
        return sum(pile.count for pile in self.piles)

    @property
    def more(self):
        return any(pile.more for pile in self.piles)


def build(user, now: datetime) -> dict:
    """The context of the workbench for one person, in a bounded number of queries (see tests/test_budgets.py)."""
    mine = Block("mine", _("Waiting for me"), {"title": _("Nothing waits for you today"), **_idle(user)})
    soon = Block("soon", _("Due soon"), {"title": _("Nothing is due in the next 30 days")})
    others = Block("others", _("Waiting for others"), {"title": _("You wait for nobody")})
    invited = _invited(user, now)
    with clock.one_reading():
        if acts_as(user, Role.SECRETARIAT):
            _for_secretariat(user, now, mine, soon, others)
        elif acts_as(user, *parties.INSIDE):
            _for_zone(user, now, invited, mine, soon, others)
    return {
        "blocks": [mine, soon, others],
        "meeting": _card(user, invited),
        "chair_notice": _chair_notice(user, now),
        "shortcuts": _shortcuts(user),
    }


def _idle(user):
    """What to say, and to suggest, when nothing waits."""
    if acts_as(user, Role.SECRETARIAT):
        act = {"label": _("Draft a meeting"), "url": reverse("meetings:meeting_new"), "icon": "add"}
        return {"hint": _("A good moment to draft the next meeting."), "action": act}
    if acts_as(user, *parties.INSIDE):
        act = {"label": _("To the meetings"), "url": reverse("meetings:meetings"), "icon": "meeting"}
        return {"hint": _("You may propose an item for the next meeting."), "action": act}
    return {"hint": _("What you are asked to do will be listed here.")}


def _for_secretariat(user, now, mine, soon, others):
    meetings = reverse("meetings:meetings")
    items = reverse("meetings:items")
    mine.add(
        _("Meetings to move on"),
        f"{meetings}?waiting=1",
        parties.waiting_for(user).order_by("starts_at"),
        _meeting,
    )
    mine.add(
        _("Items to accept or return"),
        f"{items}?state=proposed",
        agenda.waiting_for(user).select_related("unit", "meeting").order_by("meeting__starts_at", "pk"),
        lambda item: Duty(item.title, item.get_absolute_url(), str(item.unit), item.meeting.items_due_at),
    )
    mine.add(
        _("Extraordinary meetings to call"),
        reverse("meetings:petitions"),
        petitions.waiting_for(user).order_by("due_on", "pk"),
        lambda row: Duty(
            row.title,
            row.get_absolute_url(),
            str(row.unit),
            clock.end_of_day(row.due_on),
            petitions.light(row, now),
        ),
    )
    _tasks(user, now, mine, soon, others)
    awaited = (
        Invitation.objects.filter(state=Invitation.State.AWAITED, meeting__state=Meeting.State.CALLED)
        .filter(meeting__starts_at__gt=now)
        .select_related("unit", "meeting")
        .order_by("meeting__starts_at", "pk")
    )
    others.add(
        _("Replies awaited"),
        f"{meetings}?state=called",
        awaited,
        lambda row: Duty(
            row.meeting.title,
            f"{row.meeting.get_absolute_url()}?tab=replies",
            str(row.unit),
            row.meeting.replies_due_at,
            clock.light(row.meeting.replies_due_at, now, warn_working_days=2),
        ),
    )
    others.add(
        _("Awaiting the chair unit's approval"),
        f"{meetings}?state=submitted",
        Meeting.objects.filter(state=Meeting.State.SUBMITTED).select_related("chair").order_by("starts_at"),
        lambda row: Duty(row.title, row.get_absolute_url(), str(row.chair or ""), row.starts_at),
    )


def _for_zone(user, now, invited, mine, soon, others):
    room = lambda motion: reverse("meetings:room", args=[motion.meeting_id])  # noqa: E731
    speaks = acts_as(user, *parties.SPEAKERS)
    if acts_as(user, Role.DELEGATE):
        mine.add(
            _("Votes open now"),
            reverse("meetings:meetings"),
            votes.waiting_for(user).order_by("pk"),
            lambda motion: Duty(motion.text, room(motion), act={"label": _("Vote"), "url": room(motion)}),
        )
        mine.add(
            _("Agendas to approve"),
            f"{reverse('meetings:meetings')}?state=submitted",
            parties.waiting_for(user).order_by("starts_at"),
            lambda row: _meeting(
                row, act={"label": _("Approve the agenda"), "url": verb_url(row, "approve")}
            ),
        )
        mine.add(
            _("Hand-overs to sign"),
            reverse("meetings:chair"),
            handover.waiting_for(user).order_by("due_on", "pk"),
            lambda row: Duty(
                str(row),
                row.get_absolute_url(),
                "",
                clock.end_of_day(row.due_on),
                clock.light(row.due_on, now, warn_working_days=2),
                {"label": _("Sign the hand-over"), "url": verb_url(row, "sign")},
            ),
        )
    mine.add(
        _("Replies owed"),
        f"{reverse('meetings:meetings')}?state=called",
        [
            row
            for row in invited
            if speaks and row.state == Invitation.State.AWAITED and row.meeting.state == Meeting.State.CALLED
        ],
        lambda row: Duty(
            row.meeting.title,
            row.get_absolute_url(),
            "",
            row.meeting.replies_due_at,
            clock.light(row.meeting.replies_due_at, now, warn_working_days=2),
            {"label": _("Reply"), "url": verb_url(row, "reply")},
        ),
    )
    items = list(
        AgendaItem.objects.filter(
            unit=user.unit_id, state__in=[AgendaItem.State.RETURNED, AgendaItem.State.PROPOSED]
        )
        .select_related("meeting")
        .order_by("meeting__starts_at", "pk")[:SEEN]
    )
    own = reverse("meetings:items")
    mine.add(
        _("Items returned to you"),
        f"{own}?state=returned",
        [item for item in items if item.state == AgendaItem.State.RETURNED],
        lambda item: Duty(item.title, item.get_absolute_url(), item.reason, item.meeting.items_due_at),
    )
    others.add(
        _("Items under review"),
        f"{own}?state=proposed",
        [item for item in items if item.state == AgendaItem.State.PROPOSED],
        lambda item: Duty(item.title, item.get_absolute_url(), _("Secretariat"), item.meeting.items_due_at),
    )
    _tasks(user, now, mine, soon, others)


def _tasks(user, now, mine, soon, others):
    """Tasks of my unit, or to accept; one query, put where they belong by their light."""
    url = reverse("meetings:tasks")
    rows = list(tasks.waiting_for(user).select_related("lead").order_by("due_on", "pk")[:SEEN])
    lights = {task.pk: clock.light(task.due_on, now) for task in rows}
    staff = acts_as(user, Role.SECRETARIAT)

    def row(task):
        return Duty(
            task.title,
            task.get_absolute_url(),
            str(task.lead),
            clock.end_of_day(task.due_on),
            lights[task.pk],
        )

    is_open = [task for task in rows if task.state == Task.State.OPEN]
    submitted = [task for task in rows if task.state == Task.State.SUBMITTED]
    pressing = [task for task in is_open if lights[task.pk] in (clock.Light.WARN, clock.Light.OVERDUE)]
    horizon = clock.local_date(now + SOON)
    later = [task for task in is_open if task not in pressing and task.due_on <= horizon]
    (mine if staff else others).add(
        _("Tasks to accept") if staff else _("Tasks awaiting acceptance"),
        f"{url}?state=submitted",
        submitted,
        row,
    )
    (others if staff else mine).add(_("Tasks pressing or overdue"), f"{url}?state=open", pressing, row)
    soon.add(_("Tasks due within 30 days"), f"{url}?state=open", later, row)


def _meeting(row, act=None):
    return Duty(row.title, row.get_absolute_url(), row.get_state_display(), row.starts_at, act=act)


def _invited(user, now) -> list[Invitation]:
    """The invitations of this person's unit to meetings that are still to end, the next one first.

    Whoever runs the schedule is invited by nobody; an unsaved invitation then carries the next meeting.
    """
    ahead = {"state__in": [Meeting.State.CALLED, Meeting.State.IN_SESSION], "ends_at__gt": now}
    if acts_as(user, Role.SECRETARIAT):
        row = Meeting.objects.filter(**ahead).order_by("starts_at").first()
        return [Invitation(meeting=row, unit=user.unit, capacity=Invitation.Capacity.OBSERVER)] if row else []
    if not user.unit_id:
        return []
    rows = Invitation.objects.filter(
        unit=user.unit_id, **{f"meeting__{name}": of for name, of in ahead.items()}
    )
    return list(rows.select_related("meeting").order_by("meeting__starts_at", "pk")[:SEEN])


def _card(user, invited):
    """The next meeting as the countdown card wants it, or None."""
    if not invited:
        return None
    reply, row = invited[0], invited[0].meeting
    card = {"title": row.title, "url": row.get_absolute_url(), "starts": row.starts_at, "place": row.place}
    if row.state == Meeting.State.IN_SESSION:
        card["act"] = {"label": _("To the meeting room"), "url": reverse("meetings:room", args=[row.pk])}
    elif reply.pk:
        words = {
            Invitation.State.AWAITED: ("amber", "clock"),
            Invitation.State.ATTENDING: ("green", "ok"),
            Invitation.State.DECLINED: ("grey", "abstain"),
        }
        tone, icon = words[reply.state]
        card["reply"] = {"label": reply.get_state_display(), "tone": tone, "icon": icon}
        if reply.state == Invitation.State.AWAITED and acts_as(user, *parties.SPEAKERS):
            card["act"] = {"label": _("Reply"), "url": verb_url(reply, "reply")}
    return card


def _chair_notice(user, now):
    """A sentence when the chair unit's term has run out or soon will, for those whose business it is."""
    if not acts_as(user, Role.SECRETARIAT, Role.DELEGATE, Role.LIAISON):
        return None
    term = chair.term(clock.local_date(now))
    if term is None:
        return None
    if term.days_left > 60:
        return None
    return {
        "sentence": f"{term.unit}：{term.sentence}",
        "url": reverse("meetings:chair"),
        "label": _("To the chair desk"),
    }


def _shortcuts(user):
    links = []

    def add(icon, label, name):
        links.append({"icon": icon, "label": label, "url": reverse(name)})

    if acts_as(user, Role.SECRETARIAT):
        add("add", _("Draft a meeting"), "meetings:meeting_new")
        add("task", _("Assign a task"), "meetings:task_new")
    if acts_as(user, *parties.INSIDE, Role.SECRETARIAT):
        add("calendar", _("Calendar"), "meetings:calendar")
        add("document", _("Resolutions"), "meetings:resolutions")
        add("unit", _("Chair unit"), "meetings:chair")
    add("members", _("Member zones"), "members:zones")
    return links


def front(now) -> dict:
    """The context of the public front page."""
    today = clock.local_date(now)
    zones = list(members(today).select_related("zone_profile"))
    return {"zones": zones, "map_zones": [tile(zone) for zone in zones], "chair": chair.term(today)}
