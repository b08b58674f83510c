"""What was decided, numbered for good."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Tracked

from .agenda import AgendaItem
from .meeting import Meeting
from .vote import Motion


class Resolution(Tracked):
    """A decision of a meeting with its number 〔year〕serial."""

    class State(models.TextChoices):
        EFFECTIVE = "effective", _("In force")
        REPEALED = "repealed", _("Repealed")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="resolutions")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, related_name="resolutions")
    motion = models.OneToOneField(Motion, models.PROTECT, null=True, related_name="resolution")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveSmallIntegerField()
    title = models.CharField(_("Title"), max_length=120)
    text = models.TextField(_("Text"))
    adopted_on = models.DateField(_("Adopted on"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.EFFECTIVE)
    reason = models.TextField(_("Reason"), blank=True)

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ["-year", "-serial"]
        constraints = [models.UniqueConstraint(fields=["year", "serial"], name="resolution_number_once")]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def number(self):
        return f"联盟决议〔{self.year}〕{self.serial}号"

    def get_absolute_url(self):
        return reverse("meetings:resolution", args=[self.pk])
