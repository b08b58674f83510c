"""The rows under every subject: what happened, who is told, what came due, what is kept.

No word of the alliance's trade appears here. Two foreign keys point upwards by setting, as Django
itself does for users: ``AUTH_USER_MODEL`` is a person, ``UNIT_MODEL`` is what a person acts for.
"""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Tracked(models.Model):
    """A row that verbs change: it counts its versions, so that two editors cannot overwrite each other unseen."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    #: Fields whose values never enter the journal (secrets, codes).
    unjournaled = frozenset()

    class Meta:
        abstract = True


class About(models.Model):
    """A row about some other row of any table."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    about = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True


class Event(About):
    """What happened: one line of the journal. The database refuses to change or delete it.

    ``digest`` chains the events of one object: SHA-256 over the digest before it and this event's content.
    """

    kind = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(settings.UNIT_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("journal")
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "seq"], name="event_once_in_chain"),
        ]
        indexes = [models.Index(fields=["kind", "at"]), models.Index(fields=["at"])]

    def __str__(self):
        return f"{self.kind} #{self.seq}"


class Seal(models.Model):
    """A digest over every event up to ``last_event``: removing the end of a chain breaks the next seal."""

    first_event = models.PositiveBigIntegerField()
    last_event = models.PositiveBigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["last_event"]


class Channel(models.TextChoices):
    INBOX = "inbox", _("Inbox")
    MAIL = "mail", _("E-mail")
    WECOM = "wecom", _("WeCom robot")
    DINGTALK = "dingtalk", _("DingTalk robot")
    FEISHU = "feishu", _("Feishu robot")


class Notice(models.Model):
    """Who is told: one row an event, person and channel, written in the transaction of the event itself."""

    class State(models.TextChoices):
        PENDING = "pending", _("To send")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Withdrawn")

    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    unit = models.ForeignKey(settings.UNIT_MODEL, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="notice_told_once"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="notice_to_send", condition=models.Q(state="pending")),
            models.Index(fields=["person", "channel", "-created_at"], name="notice_inbox"),
            models.Index(
                fields=["person"], name="notice_unread", condition=models.Q(channel="inbox", read_at=None)
            ),
        ]

    def __str__(self):
        return self.title


class Preference(models.Model):
    """A person's own answer to "tell me of this kind by this channel"; absent means the kind's default."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=80)
    channel = models.CharField(max_length=12, choices=Channel)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="preference_once"),
        ]


class Robot(models.Model):
    """A group robot that a person has told us to use. It is a door into a chat group, so its key is secret."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="robots")
    channel = models.CharField(_("Service"), max_length=12, choices=Channel)
    name = models.CharField(_("Group name"), max_length=60)
    key = models.CharField(_("Robot key"), max_length=200)
    secret = models.CharField(_("Signing secret"), max_length=200, blank=True)
    enabled = models.BooleanField(default=True)
    tokens = models.FloatField(default=10)  # messages it may take now; see core.robots
    tokens_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel"], name="robot_once"),
        ]

    def __str__(self):
        return self.name


class Reminder(About):
    """The once-only ledger of reminders: the same thing is never recalled twice for the same due time."""

    kind = models.CharField(max_length=80)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "content_type", "object_id", "person", "due_at"], name="reminder_once"
            ),
        ]


class CalendarDay(models.Model):
    """A day whose working state differs from the national table, or is announced before the table knows it."""

    day = models.DateField(_("Day"), unique=True)
    working = models.BooleanField(_("Working day"))
    name = models.CharField(_("Name"), max_length=60)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"


class SearchEntry(About):
    """How one object is found: its title and text, cut into two-character terms."""

    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    tokens = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="search_entry_once"),
        ]
        indexes = [models.Index(fields=["content_type", "-updated_at"])]


def _document_path(document, filename):
    """Unguessable and without the user's own name: the name is a column, never a path."""
    return f"documents/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class Document(About):
    """A file somebody attached to an object. Whoever may see the object may read it, nobody else."""

    purpose = models.CharField(max_length=30, blank=True)
    name = models.CharField(_("File name"), max_length=200)
    file = models.FileField(upload_to=_document_path)
    size = models.PositiveIntegerField()
    content_kind = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(settings.UNIT_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("document", args=[self.pk])


class Job(models.Model):
    """Long work somebody asked for: it shows its progress, can be left, cancelled, and tells when it is done."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs")
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="jobs/%Y/%m/", blank=True)
    filename = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # starts; also tells one start from a later one
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        indexes = [
            models.Index(fields=["by", "-created_at"]),
            models.Index(
                fields=["created_at"], name="job_to_run", condition=models.Q(state__in=["waiting", "running"])
            ),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("job", args=[self.pk])


class Heartbeat(models.Model):
    """When a process of the worker was last seen alive."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
