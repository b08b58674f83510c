"""Where the play takes place: its clock, its people, its folder, and the one line that each step prints."""

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core import delivery, reminders
from core.exports import documents, docx, pdf
from core.models import Reminder
from core.workflow import Refused
from members.models import Organization, User

PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
BEGINNING = "2026-11-02 08:59"


def moment(text: str) -> datetime:
    """A local time, "2026-11-25 14:00"."""
    return timezone.make_aware(datetime.fromisoformat(text))


class Failed(Exception):
    """A step did not produce what it should have."""


class Stage:
    """The scene of one play. Steps keep on it what later steps and readers need: meeting, motions, tasks, minutes."""

    def __init__(self, folder: Path, say):
        self.folder = folder
        self.say = say
        self.steps = 0
        self.now = moment(BEGINNING)
        self.files: list[Path] = []

    # --- time -----------------------------------------------------------------------------

    def at(self, text: str):
        """Move the clock to a local time, "2026-11-25 14:00". It never goes back."""
        if moment(text) < self.now:
            raise Failed(f"the clock of the play would go back to {text}")
        self.now = moment(text)

    @contextmanager
    def running(self):
        """Within it the whole house lives at the time of the play, and its mail is written to the folder.

        Verbs are given the time as an argument; pages, rights and terms of office ask the machine for today. Both must
        agree, on whatever day the play is given.
        """
        mails = self.folder / "mails"
        mails.mkdir(parents=True, exist_ok=True)
        changes = {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(mails),
            # Pages are read here without the collected files that a web server gives.
            "STORAGES": settings.STORAGES | {"staticfiles": {"BACKEND": PLAIN_FILES}},
        }
        with mock.patch.object(timezone, "now", self.time), override_settings(**changes):
            yield self

    def time(self) -> datetime:
        return self.now

    # --- people ---------------------------------------------------------------------------

    def person(self, username: str) -> User:
        """Read anew each time: mandates and chair are remembered on the object, as within one request."""
        return User.objects.get(username=username)

    def unit(self, code: str) -> Organization:
        return Organization.objects.get(code=code)

    def browser(self, username: str | None = None) -> Client:
        """A browser, signed in or not."""
        client = Client(headers={"host": "127.0.0.1", "accept-language": "zh-hans"})
        if username:
            client.force_login(self.person(username))
        return client

    # --- steps ----------------------------------------------------------------------------

    def line(self, who, what, produced):
        """Print one step."""
        self.steps += 1
        when = timezone.localtime(self.now)
        self.say(f"{self.steps:02d}  {when:%Y-%m-%d %H:%M}  {who} · {what} → {produced}")

    def do(self, verb, obj=None, *, by, produced=None, **given):
        """Perform a verb as a person and print what came of it; returns the object."""
        person = self.person(by)
        result = (
            verb(obj, by=person, now=self.now, **given) if obj else verb(by=person, now=self.now, **given)
        )
        self.line(person.unit, verb.verb.label, produced(result) if produced else self.shown(result))
        return result

    def refused(self, verb, obj=None, *, by, **given):
        """Try what must be refused, and print the sentence of the refusal."""
        person = self.person(by)
        try:
            verb(obj, by=person, now=self.now, **given) if obj else verb(by=person, now=self.now, **given)
        except Refused as refusal:
            refused = _("refused (%(status)s): %(why)s")
            self.line(
                person.unit, verb.verb.label, refused % {"status": refusal.status, "why": refusal.sentence}
            )
        else:
            raise Failed(f"{verb.verb.name} should have been refused")

    @staticmethod
    def shown(obj) -> str:
        state = getattr(obj, "get_state_display", None)
        return f"{obj}（{state()}）" if state else str(obj)

    def check(self, holds, otherwise: str):
        if not holds:
            raise Failed(otherwise)

    # --- the worker -----------------------------------------------------------------------

    def send(self) -> int:
        """Send what waits, as the worker does, and print how many letters left."""
        left = delivery.sweep(now=self.now)
        self.line(_("Worker"), _("E-mail"), _("%(n)d messages sent") % {"n": left})
        return left

    def pass_time(self, until: str, kind: str, wanted: int):
        """Let the clock pass; the reminder of that kind must then fire for ``wanted`` people, and only once."""
        self.at(until)
        before = set(Reminder.objects.values_list("pk", flat=True))
        reminders.fire(now=self.now)
        fired = Reminder.objects.exclude(pk__in=before).filter(kind=kind).count()
        self.check(fired == wanted, f"{kind}: {fired} people reminded, {wanted} expected")
        self.check(reminders.fire(now=self.now) == 0, f"{kind} fired twice")
        label = next(each.label for each in reminders.all_kinds() if each.name == kind)
        produced = _("%(n)d persons reminded, a second run reminds nobody; %(sent)d messages sent")
        self.line(_("Clock"), label, produced % {"n": fired, "sent": delivery.sweep(now=self.now)})

    # --- files ----------------------------------------------------------------------------

    def keep(self, name: str, content: bytes) -> str:
        """Write a file of the play; returns what the line says of it."""
        path = self.folder / name
        path.write_bytes(content)
        self.files.append(path)
        return f"{name} {len(content) / 1000:.0f} kB"

    def papers(self, stem: str, document: documents.Document) -> str:
        """A document as Word, and as PDF where this machine can set one."""
        kept = [self.keep(f"{stem}.docx", docx.render(document))]
        try:
            kept.append(self.keep(f"{stem}.pdf", pdf.render(document)))
        except pdf.Unavailable as reason:
            kept.append(str(reason))
        return "，".join(kept)

    def material(self, stem: str, title: str, *paragraphs: str) -> SimpleUploadedFile:
        """A short real Word file, as a zone would attach it."""
        body = [documents.Paragraph(text) for text in paragraphs]
        return SimpleUploadedFile(f"{stem}.docx", docx.render(documents.Document(title=title, body=body)))
