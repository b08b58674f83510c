"""How quickly is everybody told? Rows written by ``notices.tell``, and mails that arrive at a mailbox of our own."""

import asyncio
import threading
import time
from contextlib import contextmanager
from statistics import median

from django.db import transaction
from django.utils import timezone

from core import delivery, events, notices
from core.models import Channel, Notice
from meetings.models import Task
from members.models import User

from . import bare
from .filling import PEOPLE, ZONES
from .servers import worker

KIND = "meetings.task.assign"
ROUNDS = 4  # in each of which a quarter of the people is told by both ways
PATIENCE = 240  # seconds for one round


class Sink:
    """A mail server that takes everything and remembers only when; three answers a letter, as any other."""

    def __init__(self):
        self.arrivals: list[float] = []
        self.port = 0

    async def _talk(self, reader, writer):
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                self.arrivals.append(time.perf_counter())
            if word == b"QUIT":
                break
            writer.write(b"250 sink\r\n")
            await writer.drain()
        writer.close()

    @contextmanager
    def open(self):
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0, limit=2**24))
        self.port = server.sockets[0].getsockname()[1]
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    def rate(self, count, since=0) -> float:
        """Letters a second between the first and the last of the ``count`` that arrive from number ``since`` on."""
        end = time.monotonic() + PATIENCE
        while len(self.arrivals) < since + count:
            if time.monotonic() > end:
                raise RuntimeError(f"{len(self.arrivals) - since} of {count} letters arrived in {PATIENCE} s")
            time.sleep(0.05)
        return (count - 1) / (self.arrivals[since + count - 1] - self.arrivals[since])


def _tell(people) -> tuple[float, int]:
    """Tell all these people of one event, as a verb does; seconds and rows."""
    task = Task.objects.order_by("-pk").first()
    start = time.perf_counter()
    with transaction.atomic():
        event = events.record(task, KIND, by=None, at=timezone.now())
        rows = notices.tell(event, people)
    return time.perf_counter() - start, rows


def measure(report):
    """Adds the measures of a fan-out to ``report``: written, sent by us, sent by a bare task."""
    everybody = list(User.objects.filter(pk__gt=ZONES + 1).order_by("pk"))
    share = PEOPLE // ROUNDS
    written, ours, theirs = [], [], []
    with Sink().open() as sink:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        with worker(**mail), worker(bare.__name__, **mail):
            for turn in range(ROUNDS):
                people = everybody[turn * share : (turn + 1) * share]
                before = len(sink.arrivals)
                seconds, rows = _tell(people)
                written.append(rows / seconds)
                ours.append(sink.rate(share, since=before))
                theirs.append(_send_barely(sink, share))
    # The whole fan-out at once, when no worker runs that would take its share of the machine.
    seconds, rows = _tell(everybody)
    report.add("notices.fan_out.people", len(everybody), "people")
    report.add("notices.fan_out.rows", rows, "rows")
    report.add("notices.fan_out.written", rows / seconds, "rows/s", ">=1000")
    report.add("notices.written_by_parts", median(written), "rows/s")
    report.add("notices.sent", median(ours), "mails/s")
    report.add("notices.sent_by_bare_task", median(theirs), "mails/s")
    report.add(
        "notices.sent_over_bare", median(a / b for a, b in zip(ours, theirs, strict=True)), "times", ">=0.5"
    )


def _send_barely(sink, count):
    sample = (
        Notice.objects.filter(channel=Channel.MAIL)
        .select_related("event", "person", "unit")
        .order_by("-pk")[0]
    )
    letter = delivery.message(sample)
    since = len(sink.arrivals)
    with bare.app.connection_for_write() as line:
        for _each in range(count):
            bare.send.apply_async((letter.subject, letter.body, sample.person.email), connection=line)
    return sink.rate(count, since=since)
