"""Who is invited, who answers, who comes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Tracked
from members.models import Organization

from .meeting import Meeting


class Invitation(Tracked):
    """A called meeting and one unit: entitled or not, what it answered."""

    class Capacity(models.TextChoices):
        MEMBER = "member", _("Member")
        OBSERVER = "observer", _("Sitting in")

    class State(models.TextChoices):
        AWAITED = "awaited", _("Reply awaited")
        ATTENDING = "attending", _("Attending")
        DECLINED = "declined", _("Excused")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Unit"))
    capacity = models.CharField(_("Capacity"), max_length=10, choices=Capacity, default=Capacity.MEMBER)
    state = models.CharField(_("Reply"), max_length=10, choices=State, default=State.AWAITED)
    replied_at = models.DateTimeField(null=True, editable=False)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("Note"), max_length=300, blank=True)
    round = models.PositiveSmallIntegerField(default=1, editable=False)  # a signed link serves one round

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["capacity", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "unit"], name="invitation_once")]
        indexes = [models.Index(fields=["unit", "state"])]

    def __str__(self):
        return f"{self.meeting} · {self.unit}"

    def get_absolute_url(self):
        return self.meeting.get_absolute_url()


class Attendee(models.Model):
    """One person a unit announces in its reply."""

    class Capacity(models.TextChoices):
        DELEGATE = "delegate", _("Delegate")
        DEPUTY = "deputy", _("In the delegate's place")
        STAFF = "staff", _("Sitting in")

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="attendees")
    name = models.CharField(_("Name"), max_length=60)
    title = models.CharField(_("Post"), max_length=60, blank=True)
    capacity = models.CharField(_("Capacity"), max_length=10, choices=Capacity, default=Capacity.DELEGATE)
    phone = models.CharField(_("Telephone"), max_length=30, blank=True)
    lodging = models.BooleanField(_("Needs lodging"), default=False)
    plate = models.CharField(_("Licence plate"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Presence(models.Model):
    """A unit in the room, from its check-in until it leaves."""

    class Means(models.TextChoices):
        QR = "qr", _("QR code")
        PIN = "pin", _("Code")
        CLERK = "clerk", _("By the clerk")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="presences")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Unit"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("Name"), max_length=60, blank=True)
    means = models.CharField(_("Checked in by"), max_length=6, choices=Means)
    arrived_at = models.DateTimeField(_("Arrived"))
    left_at = models.DateTimeField(_("Left"), null=True, blank=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        ordering = ["arrived_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "unit"], condition=Q(left_at=None), name="presence_open_once"
            ),
        ]

    def __str__(self):
        return f"{self.unit} {timezone.localtime(self.arrived_at):%H:%M}"

    def get_absolute_url(self):
        return reverse("meetings:room", args=[self.meeting_id])
