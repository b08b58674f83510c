"""How notices leave the house: pending rows are claimed in batches, sent, and marked.

1. A batch is claimed with a lease in one short transaction; other workers pass over what is claimed.
2. Sending happens outside any transaction, over one mail connection a batch.
3. Rows that have left are marked every 20 letters or every second, because a commit costs more than a letter. Should
   the worker die in between, the lease runs out and those are sent again under the same Message-ID, so that a
   mailbox shows them once.
4. What fails for now is tried again after 1, 5, 30 minutes, 2 hours …, for a day. What the mail server refuses for
   good (5xx) has failed at once, and the row says why.
"""

import hashlib
import logging
import smtplib
import time
from collections import defaultdict
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import notices, robots
from .models import Channel, Notice, Robot

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 100
WAITS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 240)]
GIVE_UP = timedelta(hours=24)
PATIENCE = 15  # seconds the mail server may take for one answer
MARK_EVERY = 20  # letters, or
MARK_WITHIN = 1  # second
TURN = 20  # seconds after which a batch gives back what it has not sent yet
ROBOT_PAUSE = timedelta(seconds=15)
MOST_LISTED = 12  # titles in one digest

State = Notice.State


def sweep(*, now: datetime, limit: int = 10_000) -> int:
    """Send what waits and is due by ``now``, at most ``limit`` notices; returns how many have left."""
    watch = _Watch(now)
    return _sweep({Channel.MAIL}, _send_mails, watch, limit) + _sweep(
        notices.ROBOTS, _send_to_robots, watch, limit
    )


class _Watch:
    """The time that passes while a sweep that began at a given ``now`` goes on."""

    def __init__(self, now):
        self._now, self._started = now, time.monotonic()

    @property
    def now(self):
        return self._now + timedelta(seconds=self.seconds)

    @property
    def seconds(self):
        return time.monotonic() - self._started


def _sweep(channels, send, watch, limit):
    left = 0
    handled = 0
    # What fails is due again later than this; a sweep therefore ends.
    until = watch.now
    while handled < limit:
        batch = _claim(channels, watch.now, until, min(BATCH, limit - handled))
        if not batch:
            break
        handled += len(batch)
        sent, go_on = send(batch, watch)
        left += sent
        if not go_on:
            break
    return left


@transaction.atomic
def _claim(channels, now, until, size) -> list[Notice]:
    """Lease up to ``size`` due notices and return them with all that their letters read."""
    due = (
        Notice.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now), state=State.PENDING)
        .filter(channel__in=channels, next_try_at__lte=until)
        .order_by("next_try_at", "pk")
    )
    if transaction.get_connection().vendor == "sqlite":
        # SQLite uses a partial index only where the condition is written out.
        due = due.extra(where=["core_notice.state = 'pending'"])
    ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:size])
    if not ids:
        return []
    Notice.objects.filter(pk__in=ids).update(leased_until=now + LEASE)
    rows = Notice.objects.filter(pk__in=ids).select_related("event__actor", "event__unit", "person", "unit")
    return list(rows.prefetch_related("event__about").order_by("next_try_at", "pk"))


# --- what becomes of a notice -----------------------------------------------------------------


def _mark(ids, **values) -> int:
    """Close or put off claimed notices; those withdrawn meanwhile stay withdrawn."""
    return Notice.objects.filter(pk__in=ids, state=State.PENDING).update(leased_until=None, **values)


def _sent(ids, now):
    return _mark(ids, state=State.SENT, sent_at=now, attempts=F("attempts") + 1, error="")


def _failed(notice, why, now):
    _mark(
        [notice.pk], state=State.FAILED, attempts=notice.attempts + 1, error=str(why)[:1000], next_try_at=now
    )


def _put_off(notice, why, now):
    """Try again later; a day after it was written it has failed."""
    wait = WAITS[min(notice.attempts, len(WAITS) - 1)]
    if now + wait > notice.created_at + GIVE_UP:
        _failed(notice, why, now)
    else:
        _mark([notice.pk], next_try_at=now + wait, attempts=notice.attempts + 1, error=str(why)[:1000])


def _still_to_be_told(batch) -> list[Notice]:
    """Whoever has left the house is told nothing more, and nothing for a unit they no longer act for."""
    pairs = {(notice.person_id, notice.unit_id) for notice in batch if notice.unit_id}
    acting = notices.acts_for_the_unit(pairs) if pairs else set()
    told, gone = [], []
    for notice in batch:
        stays = notice.unit_id is None or (notice.person_id, notice.unit_id) in acting
        (told if notice.person.is_active and stays else gone).append(notice)
    if gone:
        _mark([notice.pk for notice in gone], state=State.CANCELLED)
    return told


# --- mail ---------------------------------------------------------------------------------------


def message(notice: Notice) -> EmailMessage:
    """The mail of a notice, in its reader's language, under an identity that never changes."""
    subject, body = notices.letter(notice)
    url = notices.link(notice.event.about)
    with translation.override(notice.person.language or settings.LANGUAGE_CODE):
        if url not in body:
            body = f"{body}\n\n{url}"
        settings_url = settings.SITE_URL + reverse("notice_settings")
        choose = _("Choose what you are told and how:")
        body = f"{body}\n\n-- \n{settings.ALLIANCE_NAME}\n{choose} {settings_url}\n"
    mail = EmailMessage(
        " ".join(subject.split()),
        body,
        to=[notice.person.email],
        headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"},
    )
    for filename, content, kind in notices.attachments(notice):
        mail.attach(filename, content, kind)
    return mail


def message_id(notice: Notice) -> str:
    mark = hashlib.sha256(f"{notice.pk}:{notice.event.digest}".encode()).hexdigest()[:16]
    return f"<notice-{notice.pk}.{mark}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def _send_mails(batch, watch) -> tuple[int, bool]:
    batch = _still_to_be_told(batch)
    if not batch:
        return 0, True
    line = get_connection(timeout=PATIENCE)
    started = watch.seconds
    gone = _Gone(watch)
    slow = set()
    try:
        for place, notice in enumerate(batch):
            if watch.seconds - started > TURN:
                _mark([n.pk for n in batch[place:]])
                break
            if notice.person_id in slow:
                continue
            try:
                line.open()
            except (OSError, smtplib.SMTPException) as error:
                logger.warning("The mail server did not answer: %s", error)
                for waiting in batch[place:]:
                    _put_off(waiting, error, watch.now)
                return gone.mark(), False
            try:
                if _send_mail(line, notice, watch):
                    gone.add(notice)
            except (OSError, smtplib.SMTPServerDisconnected) as error:
                _hang_up(line)
                _put_off(notice, error, watch.now)
                # One mailbox that makes the server wait must not make everybody else wait once a letter.
                slow.add(notice.person_id)
                _wait_with(notice, watch.now)
    finally:
        gone.mark()
        _hang_up(line)
    return gone.count, True


class _Gone:
    """What has left and is marked in groups; ``count`` is how many in all."""

    def __init__(self, watch):
        self._watch, self._ids, self._since, self.count = watch, [], watch.seconds, 0

    def add(self, notice):
        self._ids.append(notice.pk)
        if len(self._ids) >= MARK_EVERY or self._watch.seconds - self._since >= MARK_WITHIN:
            self.mark()

    def mark(self) -> int:
        if self._ids:
            self.count += _sent(self._ids, self._watch.now)
        self._ids, self._since = [], self._watch.seconds
        return self.count


def _send_mail(line, notice, watch) -> bool:
    """Send one; False when it was put off or has failed. Raises what means that the line itself is broken."""
    if not notice.person.email:
        _failed(notice, _("This person has no e-mail address."), watch.now)
        return False
    try:
        mail = message(notice)
    except Exception as error:
        # One letter that cannot be written must not hold up the others; it is tried again once that is mended.
        logger.exception("Notice %s could not be written.", notice.pk)
        _put_off(notice, f"{type(error).__name__}: {error}", watch.now)
        return False
    try:
        line.send_messages([mail])
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, UnicodeError) as error:
        code, why = _verdict(error)
        (_failed if code >= 500 else _put_off)(notice, f"{code} {why}".strip(), watch.now)
        if code == 421:  # the server says that it closes the line
            _hang_up(line)
        return False
    return True


def _verdict(error) -> tuple[int, str]:
    """The server's code and words. An address that cannot even be written in a mail is refused like any other."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = max(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    elif isinstance(error, UnicodeError):
        code, words = 553, str(error)
    else:
        code, words = 0, str(error)
    return code, words.decode(errors="replace") if isinstance(words, bytes) else str(words)


def _hang_up(line):
    try:
        line.close()
    except (OSError, smtplib.SMTPException):
        logger.info("The mail server did not say goodbye.")
        line.connection = None


def _wait_with(notice, now):
    """Put off all other mails to the same person as well, without counting it as a try."""
    Notice.objects.filter(
        person=notice.person_id, channel=Channel.MAIL, state=State.PENDING, next_try_at__lte=now
    ).update(next_try_at=now + WAITS[0], leased_until=None)


# --- group robots -------------------------------------------------------------------------------


def _send_to_robots(batch, watch) -> tuple[int, bool]:
    batch = _still_to_be_told(batch)
    known = {
        (robot.person_id, robot.channel): robot
        for robot in Robot.objects.filter(person__in={notice.person_id for notice in batch}, enabled=True)
    }
    groups = defaultdict(list)
    for notice in batch:
        robot = known.get((notice.person_id, notice.channel))
        if robot is None:
            _mark([notice.pk], state=State.CANCELLED)
        else:
            groups[robot.channel, robot.key].append((notice, robot))
    return sum(_send_to_group(entries, watch) for entries in groups.values()), True


def _send_to_group(entries, watch) -> int:
    """One message an event; when the group may not take so many now, one message that lists them."""
    robot = entries[0][1]
    by_event = defaultdict(list)
    for notice, _robot in entries:
        by_event[notice.event_id].append(notice)
    granted = robots.take(robot, len(by_event), watch.now)
    if not granted:
        _mark([notice.pk for notice, _robot in entries], next_try_at=watch.now + ROBOT_PAUSE)
        return 0
    if granted < len(by_event):
        messages = [
            (_digest([same[0] for same in by_event.values()]), [notice for notice, _robot in entries])
        ]
    else:
        messages = [(_line(same[0]), same) for same in by_event.values()]
    left = 0
    refusal = None
    for text, told in messages:
        if refusal is None:
            try:
                robots.say(robot, text)
            except robots.Unheard as error:
                refusal = error
        if refusal is None:
            left += _sent([notice.pk for notice in told], watch.now)
        else:
            for notice in told:
                _put_off(notice, refusal, watch.now)
    return left


def _line(notice) -> str:
    return f"{notice.title}\n{notices.link(notice.event.about)}"


def _digest(waiting: list[Notice]) -> str:
    """ "12 notices", then the title and address of as many as fit, then where the rest is."""
    with translation.override(waiting[0].person.language or settings.LANGUAGE_CODE):
        count = len(waiting)
        head = ngettext("%(n)d notice", "%(n)d notices", count) % {"n": count}
        inbox = settings.SITE_URL + reverse("inbox")
        rest = _("All of them: %(url)s") % {"url": inbox}
    lines = [f"{place}. {_line(notice)}" for place, notice in enumerate(waiting[:MOST_LISTED], 1)]
    text = f"{head}\n" + "\n".join(lines)
    room = 2048 - len(rest.encode()) - 1
    return f"{robots.fitting(text, room)}\n{rest}"
