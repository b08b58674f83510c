"""Who is told: notices as rows.

A notice is one row for an event, a person and a channel, written in the transaction of the event. Telling twice is
therefore impossible to record. Sending is another matter and another module: :mod:`core.delivery` sweeps the rows
after the commit, and Celery only wakes it.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.template import Context
from django.template.loader import select_template
from django.utils import timezone, translation
from django.utils.text import Truncator

from .models import Channel, Event, Notice, Preference, Robot

logger = logging.getLogger(__name__)

ROBOTS = frozenset({Channel.WECOM, Channel.DINGTALK, Channel.FEISHU})
DEFAULT_CHANNELS = frozenset({Channel.INBOX, Channel.MAIL})
BATCH = 1000


class Recipient(NamedTuple):
    """A person who is told, and the unit for which (None: for themselves)."""

    person: Model
    unit: Model | None = None


#: kind → label, for everything anybody can be told; verbs and reminders declare theirs.
kinds: dict[str, str] = {}
_channels_of: dict[str, frozenset] = {}
_attachments = {}
_who_acts = []


def declare_kind(kind: str, label, *, channels=DEFAULT_CHANNELS):
    """Name a kind of notice; ``channels`` are those it takes for whoever has not chosen."""
    kinds[kind] = label
    _channels_of[kind] = frozenset(channels)


def default_channels(kind: str) -> frozenset:
    return _channels_of.get(kind, DEFAULT_CHANNELS) & frozenset(settings.NOTICE_CHANNELS)


def acts_for_the_unit(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of (person, unit) ids those who act for that unit today; until the members chapter says how, all."""
    for function in _who_acts:
        pairs = function(pairs)
    return pairs


def knows_who_acts(function):
    """Declare ``(pairs) -> pairs`` as the answer of :func:`acts_for_the_unit`."""
    _who_acts.append(function)
    return function


def attaches(kind: str):
    """Declare ``(notice) -> [(filename, bytes, mime type)]`` as the files that go with mails of this kind."""

    def declare(function):
        _attachments[kind] = function
        return function

    return declare


def attachments(notice: Notice) -> list[tuple[str, bytes, str]]:
    function = _attachments.get(notice.event.kind)
    return function(notice) if function else []


def tell(event: Event, recipients: Iterable, *, label="") -> int:
    """Write the notices of an event; returns their number. Whoever did it is not told of it.

    ``recipients`` are persons or :class:`Recipient`. A person named twice is told once, for the first unit named.
    """
    told: dict[int, Recipient] = {}
    for entry in recipients:
        recipient = entry if isinstance(entry, Recipient) else Recipient(entry)
        if recipient.person.pk != event.actor_id and recipient.person.is_active:
            told.setdefault(recipient.person.pk, recipient)
    wanted = _channels(event.kind, list(told))
    titles: dict[str, str] = {}
    rows = []
    for pk, recipient in told.items():
        language = recipient.person.language or settings.LANGUAGE_CODE
        if language not in titles:
            titles[language] = title(event, language, label)
        for channel in wanted[pk]:
            inbox = channel == Channel.INBOX
            rows.append(
                Notice(
                    event=event,
                    person=recipient.person,
                    unit=recipient.unit,
                    channel=channel,
                    title=titles[language],
                    state=Notice.State.SENT if inbox else Notice.State.PENDING,
                    sent_at=event.at if inbox else None,
                    created_at=event.at,
                    next_try_at=event.at,
                )
            )
    Notice.objects.bulk_create(rows, batch_size=BATCH)
    if any(row.state == Notice.State.PENDING for row in rows):
        transaction.on_commit(wake)
    return len(rows)


def wake():
    """Ask a worker to send now. If the broker does not answer, the timetable sends within seconds anyway."""
    from .jobs import sweep_notices

    try:
        sweep_notices.delay()
    except Exception:
        logger.warning("The broker did not take a wake-up; the next sweep will send.", exc_info=True)


def _channels(kind: str, people: list[int]) -> dict[int, set[str]]:
    """For each person the channels this kind reaches them by: default, own answers, robots only if registered."""
    known = frozenset(settings.NOTICE_CHANNELS)
    wanted = {pk: set(default_channels(kind)) for pk in people}
    robots = defaultdict(set)
    for start in range(0, len(people), BATCH):
        part = people[start : start + BATCH]
        for person, channel in Robot.objects.filter(person__in=part, enabled=True).values_list(
            "person", "channel"
        ):
            robots[person].add(channel)
        answers = Preference.objects.filter(person__in=part, kind=kind).values_list(
            "person", "channel", "wanted"
        )
        for person, channel, yes in answers:
            if not yes:
                wanted[person].discard(channel)
            elif channel in known and (channel not in ROBOTS or channel in robots[person]):
                wanted[person].add(channel)
    return wanted


def title(event: Event, language: str, label="") -> str:
    """The one line of an event, in a language: the first line of its mail."""
    with translation.override(language):
        line = _rendered(event, label=label).split("\n", 1)[0]
    return Truncator(" ".join(line.split())).chars(200)


def letter(notice: Notice) -> tuple[str, str]:
    """Subject and plain-text body of a notice in its reader's language."""
    with translation.override(notice.person.language or settings.LANGUAGE_CODE):
        body = _rendered(notice.event, notice).partition("\n")[2].strip()
    return notice.title, body or notice.title


def _rendered(event: Event, notice: Notice | None = None, label="") -> str:
    """First line, blank line, body, as plain text: nothing in it is escaped for HTML."""
    template = select_template([f"mail/{event.kind}.txt", "mail/default.txt"])
    about = event.about
    context = {
        "event": event,
        "label": label or kinds.get(event.kind, event.kind),
        "object": about,
        "notice": notice,
        "person": notice.person if notice else None,
        "unit": notice.unit if notice else None,
        "url": link(about),
        "data": event.data,
    }
    return template.template.render(Context(context, autoescape=False)).strip()


def link(obj) -> str:
    """The full address of an object's page; the front page if it has none of its own."""
    path = obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else "/"
    return f"{settings.SITE_URL}{path}"


def withdraw(obj, kinds: Iterable[str]) -> int:
    """Take back what has not left yet: unsent notices of these kinds about ``obj`` (it was moved or called off)."""
    return Notice.objects.filter(
        state=Notice.State.PENDING,
        event__content_type=ContentType.objects.get_for_model(obj),
        event__object_id=obj.pk,
        event__kind__in=list(kinds),
    ).update(state=Notice.State.CANCELLED)


def inbox(person):
    """A person's inbox, newest first."""
    return (
        person.notices.filter(channel=Channel.INBOX)
        .select_related("event", "unit")
        .order_by("-created_at", "-pk")
    )


def mark_read(person, *, notice: Notice | None = None, now=None) -> int:
    """Mark one notice, or all, as read by this person."""
    rows = person.notices.filter(channel=Channel.INBOX, read_at=None)
    if notice is not None:
        # Reading a thing in one channel is reading it.
        rows = person.notices.filter(event=notice.event_id, read_at=None)
    return rows.update(read_at=now or timezone.now())
