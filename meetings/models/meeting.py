"""A meeting, and the templates new ones are drafted from."""

import secrets
import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Tracked
from members.models import Organization

from .charter import CharterVersion


class Kind(models.TextChoices):
    JOINT = "joint", _("Joint meeting")
    LIAISON = "liaison", _("Liaison meeting")
    CHAIR = "chair", _("Chair's office meeting")
    WORKING = "working", _("Working group")
    WRITTEN = "written", _("Written vote")  # no room and no hour: its span is the window for answers


class MeetingTemplate(models.Model):
    """What a new meeting of a kind usually holds."""

    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    minutes = models.PositiveSmallIntegerField(default=120)
    items = models.JSONField(default=list)  # [{"title_zh", "title_en", "kind", "minutes", "rule"}]

    class Meta:
        verbose_name = _("meeting template")
        verbose_name_plural = _("meeting templates")

    def __str__(self):
        from django.utils.translation import get_language

        return self.name_en if get_language() == "en" else self.name_zh


def _pin():
    return f"{secrets.randbelow(10**6):06d}"


class Meeting(Tracked):
    """One meeting, from its first draft to its archived minutes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        COLLECTING = "collecting", _("Collecting items")
        SUBMITTED = "submitted", _("Awaiting approval")
        APPROVED = "approved", _("Approved")
        CALLED = "called", _("Notice sent")
        IN_SESSION = "in_session", _("In session")
        CLOSED = "closed", _("Minutes due")
        ARCHIVED = "archived", _("Archived")
        CANCELLED = "cancelled", _("Cancelled")

    unjournaled = frozenset({"pin", "check_in_code"})

    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.JOINT)
    number = models.PositiveSmallIntegerField(_("Number"), null=True, blank=True)  # the n-th of its kind
    title = models.CharField(_("Title"), max_length=120)
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.DRAFT)
    starts_at = models.DateTimeField(_("Starts"))
    ends_at = models.DateTimeField(_("Ends"))
    place = models.CharField(_("Place"), max_length=120, blank=True)
    video_url = models.URLField(_("Video link"), blank=True)
    host = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Host")
    )
    chair = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Presided by")
    )
    current_item = (
        models.ForeignKey(  # what is on the table, when the clerk chose another than the next in order
            "meetings.AgendaItem",
            models.SET_NULL,
            null=True,
            blank=True,
            related_name="+",
            verbose_name=_("On the table"),
        )
    )
    contact = models.CharField(_("Contact"), max_length=120, blank=True)
    requirements = models.TextField(_("Requirements"), blank=True)
    urgent = models.BooleanField(_("Urgent"), default=False)
    items_due_at = models.DateTimeField(_("Items due"), null=True, blank=True)
    replies_due_at = models.DateTimeField(_("Replies due"), null=True, blank=True)
    charter = models.ForeignKey(CharterVersion, models.PROTECT, null=True, related_name="+")
    notice_number = models.CharField(_("Notice number"), max_length=40, blank=True)
    approved_at = models.DateTimeField(null=True, editable=False)
    called_at = models.DateTimeField(null=True, editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(_("Reason"), blank=True)  # of a return, a change or a cancellation
    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)  # of the calendar entry
    pin = models.CharField(max_length=6, default=_pin, editable=False)
    check_in_code = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.UniqueConstraint(
                fields=["kind", "number"],
                condition=Q(number__isnull=False) & ~Q(state="cancelled"),
                name="meeting_number_once",
            ),
            models.UniqueConstraint(
                fields=["notice_number"], condition=~Q(notice_number=""), name="meeting_notice_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-starts_at", "-id"]),
            models.Index(fields=["state", "-starts_at"]),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("meetings:meeting", args=[self.pk])
