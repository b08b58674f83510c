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
from django.db import transaction
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
    """Send what has come due up to ``now``; returns the number of persons reminded. Safe to run at any time, twice.

    A kind that fails does not keep the others from firing; what failed is raised together at the end.
    """
    count, faults = 0, []
    for kind in _kinds.values():
        try:
            count += _fire_kind(kind, now)
        except Exception as fault:
            fault.add_note(f"while firing {kind.name}")
            faults.append(fault)
    if faults:
        raise ExceptionGroup("Some kinds of reminders could not be fired.", faults)
    return count


def _fire_kind(kind: Kind, now: datetime) -> int:
    after = now - kind.catch_up
    found = [(due, _recipients(due.people)) for due in kind.find(after, now) if after < due.at <= now]
    if not found:
        return 0
    # One query for the whole kind tells what the ledger holds already.
    ledger = set(
        Reminder.objects.filter(
            kind=kind.name,
            due_at__gte=min(due.at for due, _ in found),
            due_at__lte=max(due.at for due, _ in found),
        ).values_list("content_type", "object_id", "due_at", "person")
    )
    count = 0
    for due, recipients in found:
        content_type = ContentType.objects.get_for_model(due.obj)
        key = (content_type.pk, due.obj.pk, due.at)
        if any((*key, person) not in ledger for person in recipients):
            count += _remind(kind, due, recipients, content_type, now)
    return count


def _recipients(people) -> dict[int, notices.Recipient]:
    """By person: each is reminded once, for the first unit named."""
    found = {}
    for entry in people:
        recipient = entry if isinstance(entry, notices.Recipient) else notices.Recipient(entry)
        found.setdefault(recipient.person.pk, recipient)
    return found


@transaction.atomic
def _remind(
    kind: Kind, due: Due, recipients: dict[int, notices.Recipient], content_type, now: datetime
) -> int:
    # The lock keeps the object's journal in order, and two timetables apart: the second reads the ledger of the first.
    locked = type(due.obj)._default_manager.select_for_update(of=("self",)).filter(pk=due.obj.pk).first()
    if locked is None:
        return 0
    key = {"kind": kind.name, "content_type": content_type, "object_id": locked.pk, "due_at": due.at}
    already = set(Reminder.objects.filter(**key).values_list("person", flat=True))
    fresh = [recipient for person, recipient in recipients.items() if person not in already]
    if not fresh:
        return 0
    Reminder.objects.bulk_create([Reminder(person=r.person, fired_at=now, **key) for r in fresh])
    event = events.record(locked, kind.name, by=None, at=now, data={"due_at": due.at})
    notices.tell(event, fresh, label=kind.label)
    return len(fresh)
