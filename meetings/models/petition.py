"""What units sign: a petition for an extraordinary meeting, and the waiver of a notice that came too late."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Tracked
from members.models import Organization

from .meeting import Meeting


class Petition(Tracked):
    """Units ask for an extraordinary meeting; with enough signatures the secretariat is bound to call it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("petition", "Collecting signatures")
        BINDING = "binding", pgettext_lazy("petition", "To be called")
        ANSWERED = "answered", pgettext_lazy("petition", "Meeting called")
        WITHDRAWN = "withdrawn", pgettext_lazy("petition", "Withdrawn")

    title = models.CharField(_("Title"), max_length=120)
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Started by"))
    reason = models.TextField(_("Why a meeting is needed"))
    items = models.JSONField(_("Items"), default=list)  # titles
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)
    needed = models.PositiveSmallIntegerField(null=True, editable=False)  # signatures, fixed when reached
    entitled = models.PositiveSmallIntegerField(null=True, editable=False)
    reached_at = models.DateTimeField(_("Reached"), null=True, editable=False)
    due_on = models.DateField(_("To be called by"), null=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="petitions")

    class Meta:
        verbose_name = _("petition for a meeting")
        verbose_name_plural = _("petitions for meetings")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["binding", "answered"])
                | Q(due_on__isnull=False, needed__isnull=False),
                name="petition_binding_has_due",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("meetings:petition", args=[self.pk])


class PetitionSignature(models.Model):
    """One unit's signature under a petition."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="signatures")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["petition", "unit"], name="petition_signed_once")]

    def __str__(self):
        return str(self.unit)


class NoticeWaiver(models.Model):
    """One unit agrees to a shorter notice, for one meeting at the time it then had."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="waivers")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()  # another start needs another signature
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "unit", "starts_at"], name="notice_waived_once"),
        ]

    def __str__(self):
        return str(self.unit)
