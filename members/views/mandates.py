"""The pages of mandates, and acting under another one."""

from datetime import timedelta

import django_filters
from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from core import pages, permissions, workflow
from core.pages import Column
from core.templatetags.alliance import day

from .. import doors, mandates
from ..models import Mandate
from . import rooms

SOON = timedelta(days=30)


class MandateFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(label=_("Role"), empty_label=_("All"), choices=Mandate.Role.choices)
    unit = django_filters.NumberFilter(field_name="unit", widget=forms.HiddenInput)
    when = django_filters.ChoiceFilter(
        method="at", widget=forms.HiddenInput, choices=[("now", ""), ("ending", ""), ("ended", "")]
    )

    class Meta:
        model = Mandate
        fields = []

    def at(self, rows, name, value):
        today = timezone.localdate()
        if value == "ended":
            return rows.filter(ends_on__lt=today)
        rows = rows.filter(mandates.valid_on(today))
        return rows.filter(ends_on__lte=today + SOON) if value == "ending" else rows


class MandateList(rooms.List):
    model = Mandate
    tab = "mandates"
    title = _("Mandates")
    filterset_class = MandateFilter
    ordering = ("unit", "role", "starts_on", "pk")
    empty = {
        "title": _("No mandates yet"),
        "hint": _("A person acts for a unit only under a mandate."),
        "action": None,
    }
    columns = (
        Column("person", _("Person"), lambda mandate: str(mandate.person)),
        Column("unit", _("Unit"), lambda mandate: str(mandate.unit), sort="unit"),
        Column("role", _("Role"), lambda mandate: mandate.get_role_display()),
        Column("title", _("Post"), lambda mandate: mandate.title),
        Column("starts_on", _("From"), lambda mandate: mandate.starts_on, show=lambda m: day(m.starts_on)),
        Column(
            "ends_on",
            _("Last day"),
            lambda mandate: mandate.ends_on,
            show=lambda m: day(m.ends_on),
            sort="ends_on",
        ),
    )

    def rows(self):
        return super().rows().select_related("person", "unit")

    def chips(self):
        return [
            self.chosen(_("All"), when=""),
            self.chosen(_("In force"), when="now"),
            self.chosen(_("Ending within 30 days"), when="ending"),
            self.chosen(_("Ended"), when="ended"),
        ]

    def badge_of(self, mandate):
        return badge(mandate)

    def primary(self):
        if not workflow.can_create(Mandate, self.request.user, "appoint"):
            return None
        return {"label": _("Appoint"), "url": reverse("members:mandate_new"), "icon": "add"}


def badge(mandate):
    today = timezone.localdate()
    if mandate.ends_on and mandate.ends_on < today:
        return {"label": _("Ended"), "tone": "grey"}
    if mandate.starts_on > today:
        return {"label": _("Not begun"), "tone": "blue"}
    return {"label": _("In force"), "tone": "green"}


def mandate(request, pk):
    """One mandate: who, for whom, in which role, until when."""
    found = permissions.find(Mandate, request.user, pk)
    facts = [
        {"label": _("Person"), "value": found.person},
        {"label": _("Unit"), "value": found.unit, "url": found.unit.get_absolute_url()},
        {"label": _("Role"), "value": found.get_role_display()},
        {"label": _("Post"), "value": found.title},
        {"label": _("From"), "value": day(found.starts_on)},
        {"label": _("Last day"), "value": day(found.ends_on) or pgettext("term", "open")},
        {"label": _("Why it ended"), "value": found.ended_reason, "wide": True},
    ]
    if permissions.visible(type(found.person), request.user).filter(pk=found.person_id).exists():
        facts[0]["url"] = found.person.get_absolute_url()
    return pages.detail(
        request,
        found,
        "members/mandates/detail.html",
        page_title=f"{found.person} · {found.get_role_display()}",
        badge=badge(found),
        crumbs=[rooms.crumb("mandates", _("Mandates"))],
        facts=facts if found.ended_reason else facts[:-1],
    )


@require_POST
def switch_mandate(request):
    """Act under another of one's own mandates in force; 404 for any other."""
    chosen = request.POST.get("mandate", "")
    if not doors.choose(request.user, chosen):
        raise Http404
    request.session[doors.SESSION_KEY] = int(chosen)
    # What the person was looking at may not be open to the other unit.
    return pages.go(request, "/")
