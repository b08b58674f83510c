"""Mandates: who speaks for which unit, in which role, until when."""

from django.db.models import Q
from django.utils import timezone

from .models import Mandate


def in_force(person, today=None):
    """The person's mandates in force on a day, with their units, in a stable order."""
    return person.mandates.filter(valid_on(today or timezone.localdate())).select_related("unit").order_by("pk")


def valid_on(day, prefix=""):
    """The mandates in force on a day, as a Q; ``prefix`` reaches them from another table ("mandates__")."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def acts_as(user, *roles):
    """Whether the person acts, now, under a mandate of one of these roles. False for the anonymous user."""
    return getattr(user, "role", "") in roles if roles and getattr(user, "is_authenticated", False) else False


def people(units, roles=(), day=None):
    """Notices.Recipient for everyone who holds one of the roles (any, if none named) for one of the units on a day."""
    from core.notices import Recipient

    found = (
        Mandate.objects.filter(valid_on(day or timezone.localdate()), unit__in=units, person__is_active=True)
        .select_related("person", "unit")
        .order_by("pk")
    )
    if roles:
        found = found.filter(role__in=roles)
    return [Recipient(mandate.person, mandate.unit) for mandate in found]
