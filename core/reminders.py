"""What comes due: reminders, each fired once.

A chapter declares for each kind of reminder which objects come due in a span of time and who is then reminded.
Nothing is scheduled: what is due is read from the rows as they stand, so moving a meeting moves its reminders, and a
person who lost a right is not reminded. The ledger (:class:`core.models.Reminder`) makes each one happen once; a
missed run is caught up by the next, and a second run at the same time sends nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model

from . import events, notices
from .models import Reminder

#: How long after its due time a reminder is still worth sending, unless its kind says otherwise.
CATCH_UP = timedelta(days=2)


class Due(NamedTuple):
    """One object that comes due at a time, and who is to be reminded (persons or notices.Recipient)."""

    obj: Model
    at: datetime
    people: Iterable


@dataclass(frozen=True)
class Kind:
    name: str
    label: str
    find: Callable  # (after, until) -> Iterable[Due], due times in (after, until]
    catch_up: timedelta


_kinds: dict[str, Kind] = {}


def reminder(name: str, *, label, catch_up: timedelta = CATCH_UP):
    """Declare ``(after, until) -> Iterable[Due]`` as the finder of one kind, named "app.noun.remind_something".

    The finder leaves out what needs no reminder any more (the meeting has begun, the reply has come).
    """

    def declare(find):
        _kinds[name] = Kind(name, label, find, catch_up)
        notices.declare_kind(name, label)
        return find

    return declare


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def fire(*, now: datetime) -> int:
    """Send what has come due up to ``now``; returns the number of persons reminded. Safe to run at any time, twice."""
    return sum(_fire_kind(kind, now) for kind in _kinds.values())


def _fire_kind(kind: Kind, now: datetime) -> int:
    count = 0
    for due in kind.find(now - kind.catch_up, now):
        recipients = [p if isinstance(p, notices.Recipient) else notices.Recipient(p) for p in due.people]
        if recipients:
            count += _remind(kind, due, recipients, now)
    return count


def _remind(kind: Kind, due: Due, recipients: list[notices.Recipient], now: datetime) -> int:
    content_type = ContentType.objects.get_for_model(due.obj)
    key = {"kind": kind.name, "content_type": content_type, "object_id": due.obj.pk, "due_at": due.at}
    already = set(Reminder.objects.filter(**key).values_list("person", flat=True))
    fresh = list({r.person.pk: r for r in recipients if r.person.pk not in already}.values())
    if not fresh:
        return 0
    try:
        with transaction.atomic():
            # The lock keeps the object's journal in order; the unique ledger rows keep two timetables apart.
            locked = type(due.obj)._default_manager.select_for_update(of=("self",)).get(pk=due.obj.pk)
            Reminder.objects.bulk_create([Reminder(person=r.person, fired_at=now, **key) for r in fresh])
            event = events.record(locked, kind.name, by=None, at=now, data={"due_at": due.at})
            notices.tell(event, fresh, label=kind.label)
    except IntegrityError:
        return 0  # another timetable was reminding the same persons of the same thing
    return len(fresh)
