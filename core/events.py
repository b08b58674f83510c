"""What happened: the journal.

Every state change writes one event in its own transaction. The events of one object form a hash chain. Because a
verb holds the lock of its object while it writes, chains of different objects never wait for each other. Every
hour :func:`seal` closes everything older with one digest over all chains, so that cutting the end off a chain is
seen as well. The database itself refuses UPDATE and DELETE on events.
"""

import hashlib
import json
from collections import defaultdict
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max, Model, QuerySet

from .models import Event, Seal

#: No transaction of this application stays open so long; younger events may still be overtaken by older ids.
SEAL_MARGIN = timedelta(minutes=10)

_listeners = defaultdict(list)


def listen(kind: str):
    """Call the function with ``(event, obj)`` inside the transaction in which an event of this kind is recorded."""

    def declare(listener):
        _listeners[kind].append(listener)
        return listener

    return declare


def kind_of(obj_or_model, verb: str) -> str:
    """ "app.noun.verb", the one name of a happening in journal, mail template and preferences."""
    meta = obj_or_model._meta
    return f"{meta.app_label}.{meta.model_name}.{verb}"


def record(obj: Model, kind: str, *, by, at: datetime, data: dict | None = None) -> Event:
    """Append an event to the chain of ``obj``, whose row the caller has locked. ``by`` None is the clock itself."""
    content_type = ContentType.objects.get_for_model(obj)
    last = (
        Event.objects.filter(content_type=content_type, object_id=obj.pk)
        .order_by("-seq")
        .values_list("seq", "digest")
        .first()
    )
    seq, previous = (last[0] + 1, last[1]) if last else (1, "")
    event = Event(
        kind=kind,
        content_type=content_type,
        object_id=obj.pk,
        seq=seq,
        actor=by if by is not None and by.pk else None,
        unit=getattr(by, "unit", None),
        at=at,
        # Through JSON and back, so that what is hashed is what is stored.
        data=json.loads(json.dumps(data or {}, cls=DjangoJSONEncoder)),
    )
    event.digest = digest(event, previous)
    event.save(force_insert=True)
    event.about = obj
    for listener in _listeners[kind]:
        listener(event, obj)
    return event


def digest(event: Event, previous: str) -> str:
    """SHA-256 in hex over the digest before it and the event's own content, as canonical JSON."""
    content = [
        previous,
        event.kind,
        event.content_type_id,
        event.object_id,
        event.seq,
        event.actor_id,
        event.unit_id,
        round(event.at.timestamp() * 1_000_000),
        event.data,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def timeline(obj: Model) -> QuerySet[Event]:
    """The events of one object, newest first, with who did it for whom."""
    return (
        Event.objects.filter(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk)
        .select_related("actor", "unit")
        .order_by("-seq")
    )


@transaction.atomic
def seal(*, now: datetime) -> Seal | None:
    """Close every event older than ten minutes that no seal holds yet. None if there is nothing to close."""
    last = Seal.objects.select_for_update().order_by("-last_event").first()
    start = last.last_event if last else 0
    young = Event.objects.filter(pk__gt=start, at__gt=now - SEAL_MARGIN).order_by("pk").first()
    rows = Event.objects.filter(pk__gt=start)
    if young:
        rows = rows.filter(pk__lt=young.pk)
    top = rows.aggregate(top=Max("pk"))["top"]
    if top is None:
        return None
    value, count = _seal_digest(last.digest if last else "", start, top)
    return Seal.objects.create(first_event=start + 1, last_event=top, count=count, digest=value, at=now)


def _seal_digest(previous: str, after: int, until: int) -> tuple[str, int]:
    running = hashlib.sha256(previous.encode())
    count = 0
    rows = Event.objects.filter(pk__gt=after, pk__lte=until).order_by("pk").values_list("pk", "digest")
    for pk, value in rows.iterator(chunk_size=5000):
        running.update(f"{pk}:{value}\n".encode())
        count += 1
    return running.hexdigest(), count


def verify() -> list[str]:
    """Read the whole journal again; return a sentence for each break in a chain or a seal, none when it is whole."""
    faults = []
    chain, seq, previous = None, 0, ""
    for event in Event.objects.order_by("content_type_id", "object_id", "seq").iterator(chunk_size=5000):
        key = (event.content_type_id, event.object_id)
        if key != chain:
            chain, seq, previous = key, 0, ""
        if event.seq != seq + 1:
            faults.append(f"event {event.pk}: follows number {seq} of its chain with number {event.seq}")
        if digest(event, previous) != event.digest:
            faults.append(f"event {event.pk}: its content does not match its digest")
        seq, previous = event.seq, event.digest
    previous, end = "", 0
    for row in Seal.objects.order_by("last_event"):
        value, count = _seal_digest(previous, end, row.last_event)
        if value != row.digest or count != row.count:
            faults.append(
                f"seal {row.pk}: {row.count} events were sealed, {count} are there, or their digests differ"
            )
        previous, end = row.digest, row.last_event
    return faults
