"""What the secretariat writes to the members besides notices and minutes: briefs, and letters that want an answer."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Document, Tracked
from members.models import Organization


class Brief(Tracked):
    """信息简报: what happened, for the members to know; numbered when it is published."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", pgettext_lazy("brief", "Published")

    title = models.CharField(_("Title"), max_length=120)
    text = models.TextField(_("Text"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveSmallIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    documents = GenericRelation(Document)

    class Meta:
        verbose_name = _("information brief")
        verbose_name_plural = _("information briefs")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "serial"], condition=Q(serial__isnull=False), name="brief_number_once"
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"])]

    def __str__(self):
        return self.title

    @property
    def number(self):
        return f"联盟简报〔{self.year}〕{self.serial}期" if self.serial else ""

    def get_absolute_url(self):
        return reverse("meetings:brief", args=[self.pk])


class Letter(Tracked):
    """联络函: a letter to some units, each of which owes an answer by a day."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", pgettext_lazy("letter", "Awaiting answers")
        CLOSED = "closed", pgettext_lazy("letter", "Closed")

    title = models.CharField(_("Title"), max_length=120)
    text = models.TextField(_("Text"))
    answer_on = models.DateField(_("Answer due"))
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveSmallIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, editable=False)
    documents = GenericRelation(Document)

    class Meta:
        verbose_name = _("liaison letter")
        verbose_name_plural = _("liaison letters")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "serial"], condition=Q(serial__isnull=False), name="letter_number_once"
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"]), models.Index(fields=["state", "answer_on"])]

    def __str__(self):
        return self.title

    @property
    def number(self):
        return f"联盟联络函〔{self.year}〕{self.serial}号" if self.serial else ""

    def get_absolute_url(self):
        return reverse("meetings:letter", args=[self.pk])


class Answer(models.Model):
    """One unit a letter goes to, and what it answered."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="answers")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    text = models.TextField(_("Answer"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    documents = GenericRelation(Document)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["letter", "unit"], name="answer_once")]
        indexes = [models.Index(fields=["unit"], name="answer_awaited", condition=Q(at=None))]

    def __str__(self):
        return f"{self.unit} · {self.letter}"
