"""Who speaks for whom, in which role, from when to when; and the invitation that makes an account."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Tracked

from .organization import Organization


class Mandate(Tracked):
    """A person speaks for a unit in a role during a term. When a post changes hands, nothing else does."""

    class Role(models.TextChoices):
        SECRETARIAT = "secretariat", _("Secretariat staff")
        DELEGATE = "delegate", _("Delegate")
        LIAISON = "liaison", _("Liaison")
        EDITOR = "editor", _("Zone editor")
        SERVICE = "service", _("Zone service officer")
        COMPANY = "company", _("Company")
        BANK = "bank", _("Bank officer")
        DEPARTMENT = "department", _("Department officer")
        OBSERVER = "observer", _("Observer")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandates", verbose_name=_("Person")
    )
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="mandates", verbose_name=_("Unit"))
    role = models.CharField(_("Role"), max_length=12, choices=Role)
    title = models.CharField(_("Post"), max_length=60, blank=True)
    starts_on = models.DateField(_("From"), default=timezone.localdate)
    ends_on = models.DateField(_("Until"), null=True, blank=True)  # the last day in force
    ended_reason = models.CharField(_("Why it ended"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["unit", "role", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on") - 1),
                name="mandate_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "role"], condition=Q(ends_on=None), name="mandate_open_once"
            ),
        ]
        indexes = [models.Index(fields=["unit", "role"]), models.Index(fields=["ends_on"])]

    def __str__(self):
        return f"{self.unit} · {self.get_role_display()}"

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("members:mandate", args=[self.pk])


def _invitation_code():
    return secrets.token_urlsafe(32)


class AccountInvitation(Tracked):
    """An invitation to open an account for a mandate; the link in it works once, until it expires."""

    unjournaled = frozenset({"code", "sent_at", "leased_until"})

    email = models.EmailField(_("E-mail"))
    name = models.CharField(_("Name"), max_length=60)
    unit = models.ForeignKey(
        Organization, models.CASCADE, related_name="account_invitations", verbose_name=_("Unit")
    )
    role = models.CharField(_("Role"), max_length=12, choices=Mandate.Role)
    title = models.CharField(_("Post"), max_length=60, blank=True)
    ends_on = models.DateField(_("Mandate until"), null=True, blank=True)
    code = models.CharField(max_length=60, unique=True, default=_invitation_code, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    # The invited person has no account yet, so the mail cannot be a notice; it is swept from here in the same way.
    sent_at = models.DateTimeField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("account invitation")
        verbose_name_plural = _("account invitations")
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.name} ({self.unit})"

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("members:accountinvitation", args=[self.pk])
