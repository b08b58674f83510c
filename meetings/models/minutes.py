"""The minutes of a meeting, what the units say of the draft, and what is put right after they were issued."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Tracked
from members.models import Organization

from .meeting import Meeting


class Minutes(Tracked):
    """Drafted from the facts, circulated, approved, issued with a number and frozen with a digest.

    ``text`` is plain text, one paragraph a line; a line beginning with 一、 （一） 1. （1） is a heading of that level.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CIRCULATED = "circulated", pgettext_lazy("minutes", "Open to comment")
        APPROVED = "approved", pgettext_lazy("minutes", "Approved")
        ISSUED = "issued", _("Issued")

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    title = models.CharField(_("Title"), max_length=120)
    text = models.TextField(_("Text"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveSmallIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)  # attendance and decisions as they stood when it was drafted
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    circulated_at = models.DateTimeField(null=True, editable=False)
    comments_due_at = models.DateTimeField(_("Comments due"), null=True, blank=True)
    silence_agrees = models.BooleanField(
        default=False, editable=False
    )  # as the charter said when it was circulated
    approved_at = models.DateTimeField(null=True, editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "serial"], condition=Q(serial__isnull=False), name="minutes_number_once"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def number(self):
        return f"联盟纪要〔{self.year}〕{self.serial}号" if self.serial else ""

    def get_absolute_url(self):
        return reverse("meetings:minutes", args=[self.pk])


class SignOff(models.Model):
    """One unit of the roll of circulated minutes: what it has said of them. ``sha256`` is of the text it signed."""

    class State(models.TextChoices):
        AWAITED = "awaited", pgettext_lazy("sign-off", "Not signed")
        SIGNED = "signed", pgettext_lazy("sign-off", "Signed")
        NO_OBJECTION = "silent", pgettext_lazy("sign-off", "No objection")

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="signoffs")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.AWAITED)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["minutes", "unit"], name="sign_off_once")]
        indexes = [models.Index(fields=["unit", "state"])]

    def __str__(self):
        return f"{self.unit} · {self.get_state_display()}"


class Correction(Tracked):
    """What a unit wants changed in one paragraph of circulated minutes, and what became of it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("correction", "Proposed")
        ACCEPTED = "accepted", pgettext_lazy("correction", "Taken over")
        REFUSED = "refused", pgettext_lazy("correction", "Not taken over")

    minutes = models.ForeignKey(
        Minutes, models.PROTECT, related_name="corrections", verbose_name=_("Minutes")
    )
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Unit"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    paragraph = models.PositiveSmallIntegerField(_("Paragraph"))  # counted from 1
    before = models.TextField(_("Present wording"))
    after = models.TextField(_("Wording proposed"))
    why = models.TextField(_("Reason"))
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.PROPOSED)
    reason = models.TextField(_("Why it was not taken over"), blank=True)
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["paragraph", "pk"]
        indexes = [models.Index(fields=["minutes", "state"]), models.Index(fields=["state", "created_at"])]

    def __str__(self):
        return _("Paragraph %(n)s: %(unit)s") % {"n": self.paragraph, "unit": self.unit}

    def get_absolute_url(self):
        return f"{reverse('meetings:minutes', args=[self.minutes_id])}#correction-{self.pk}"


class Erratum(Tracked):
    """A numbered notice that puts issued minutes right; the minutes themselves stay as they were issued."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="errata", verbose_name=_("Minutes"))
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveSmallIntegerField()
    text = models.TextField(_("Text"))
    why = models.TextField(_("Reason"))
    sha256 = models.CharField(max_length=64, editable=False)
    issued_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("correction notice")
        verbose_name_plural = _("correction notices")
        ordering = ["year", "serial"]
        constraints = [models.UniqueConstraint(fields=["year", "serial"], name="erratum_number_once")]

    def __str__(self):
        return self.number

    @property
    def number(self):
        return f"联盟更正〔{self.year}〕{self.serial}号"

    def get_absolute_url(self):
        return f"{reverse('meetings:minutes', args=[self.minutes_id])}#erratum-{self.pk}"
