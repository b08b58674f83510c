"""A person: an account that acts for units through mandates."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account. What it may do follows from the mandate it acts under, never from the account itself."""

    first_name = None
    last_name = None
    name = models.CharField(_("Name"), max_length=60, blank=True)
    phone = models.CharField(_("Telephone"), max_length=30, blank=True)
    language = models.CharField(_("Language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    is_demo = models.BooleanField(default=False, editable=False)
    calendar_round = models.PositiveIntegerField(
        default=1, editable=False
    )  # a calendar address serves one round

    unjournaled = frozenset({"password", "last_login"})

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __str__(self):
        return self.name or self.username

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("members:user", args=[self.pk])

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)

    @cached_property
    def current_mandates(self):
        """The mandates in force today, with their units; the first one is acted under unless another is chosen."""
        from .. import mandates

        return list(mandates.in_force(self))

    @property
    def mandate(self):
        """The mandate this person acts under now, or None."""
        if "_acting" in self.__dict__:
            return self.__dict__["_acting"]
        return self.current_mandates[0] if self.is_active and self.current_mandates else None

    def act_under(self, mandate):
        """Act under one of the current mandates from here on; rights follow from it at once."""
        if mandate is not None and mandate.person_id != self.pk:
            raise ValueError("a person acts only under a mandate of their own")
        self.__dict__["_acting"] = mandate
        self.__dict__.pop("_granted", None)

    @property
    def unit(self):
        """The organization this person acts for now, or None."""
        return self.mandate.unit if self.mandate else None

    @property
    def unit_id(self):
        return self.mandate.unit_id if self.mandate else None

    @property
    def role(self):
        """The role in which this person acts now (a value of ``Mandate.Role``), or an empty string."""
        return self.mandate.role if self.mandate else ""
