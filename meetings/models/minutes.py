"""The minutes of a meeting."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Tracked

from .meeting import Meeting


class Minutes(Tracked):
    """Drafted from the facts, edited by the secretariat, issued with a number and frozen with a digest.

    ``text`` is plain text, one paragraph a line; a line beginning with 一、 （一） 1. （1） is a heading of that level.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    title = models.CharField(_("Title"), max_length=120)
    text = models.TextField(_("Text"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveSmallIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)  # attendance and decisions as they stood when it was drafted
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
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
