"""Who chairs, who hosts the secretariat: posts of units, for a term."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Tracked
from members.models import Organization

from .resolution import Resolution


class ChairTerm(Tracked):
    """One unit's term as chair unit. ``ends_on`` is its last day. The database refuses overlapping terms."""

    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Unit"))
    number = models.PositiveSmallIntegerField(_("Term"), unique=True)
    starts_on = models.DateField(_("From"), unique=True)
    ends_on = models.DateField(_("Until"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(_("Source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("chair term")
        verbose_name_plural = _("chair terms")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="chair_term_ends_after_start"),
        ]

    def __str__(self):
        return f"{self.unit} {self.starts_on}～{self.ends_on}"

    def get_absolute_url(self):
        return reverse("meetings:chair_terms")


class SecretariatPost(Tracked):
    """Which unit hosts the secretariat, a post separate from the chair."""

    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Unit"))
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"), null=True, blank=True)
    source = models.CharField(_("Source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("secretariat post")
        verbose_name_plural = _("secretariat posts")
        ordering = ["-starts_on"]

    def __str__(self):
        return str(self.unit)
