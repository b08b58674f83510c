"""Who chairs, who hosts the secretariat: posts of units, for a term."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Tracked
from members.models import Organization

from .resolution import Resolution


class ChairTerm(Tracked):
    """One unit's term as chair unit: nominated first, then decided by the joint meeting.

    ``ends_on`` is its last day. The database refuses overlapping decided terms. The days of a nomination are a
    proposal; the ones that count are set when it is decided.
    """

    class State(models.TextChoices):
        NOMINATED = "nominated", pgettext_lazy("chair term", "Nominated")
        DECIDED = "decided", pgettext_lazy("chair term", "Decided")
        REJECTED = "rejected", pgettext_lazy("chair term", "Not chosen")
        WITHDRAWN = "withdrawn", pgettext_lazy("chair term", "Withdrawn")

    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Unit"))
    number = models.PositiveSmallIntegerField(_("Term"))
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DECIDED)
    statement = models.TextField(_("Statement"), blank=True)
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.JSONField(null=True, blank=True, editable=False)  # the arithmetic of the vote
    reason = models.TextField(_("Reason"), blank=True)
    source = models.CharField(_("Source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("chair term")
        verbose_name_plural = _("chair terms")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="chair_term_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state="decided"), name="chair_term_number_once"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state="nominated"), name="chair_term_nominated_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "-starts_on"])]

    def __str__(self):
        return _("Term %(number)s: %(unit)s") % {"number": self.number, "unit": self.unit}

    def get_absolute_url(self):
        return reverse("meetings:chairterm", args=[self.pk])


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
