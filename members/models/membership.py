"""Belonging to the alliance: from joining to leaving."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Tracked

from .organization import Organization


class Membership(Tracked):
    """One unit's membership. Each member has one vote."""

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        ACTIVE = "active", _("Member")
        LEAVING = "leaving", _("Leaving")
        LEFT = "left", _("Former member")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    unit = models.ForeignKey(Organization, models.PROTECT, related_name="memberships", verbose_name=_("Unit"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.APPLIED)
    statement = models.TextField(_("Statement"), blank=True)
    joined_on = models.DateField(_("Member since"), null=True, blank=True)
    leaves_on = models.DateField(_("Leaves on"), null=True, blank=True)  # the last day as a member
    reason = models.TextField(_("Reason"), blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["joined_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(state__in=["applied", "active", "leaving"]),
                name="membership_one_open",
            ),
            models.CheckConstraint(
                condition=Q(leaves_on=None) | Q(joined_on=None) | Q(leaves_on__gte=F("joined_on")),
                name="membership_leaves_after_joining",
            ),
        ]
        indexes = [models.Index(fields=["state", "unit"])]

    def __str__(self):
        return str(self.unit)

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("members:membership", args=[self.pk])
