"""The pages of organizations."""

import django_filters
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import pages, permissions, workflow
from core.filters import ObjectFilter
from core.pages import Column

from .. import grants, uscc
from ..mandates import Role, acts_as
from ..models import Industry, Organization
from . import rooms
from .zones import cities


def member_zones(request=None):
    zones = Organization.objects.filter(kind="zone", active=True)
    return zones.order_by("pinyin", "pk").only(*Organization.WORDS)


class OrganizationFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), empty_label=_("All"), choices=Organization.Kind.choices
    )
    zone = ObjectFilter(label=_("Located in zone"), empty_label=_("All"), queryset=member_zones)
    industry = ObjectFilter(
        label=_("Industry"), empty_label=_("All"), field_name="industries", queryset=Industry.objects.all()
    )
    city = django_filters.ChoiceFilter(label=_("City"), empty_label=_("All"), choices=cities)

    class Meta:
        model = Organization
        fields = []


class OrganizationList(rooms.List):
    model = Organization
    tab = "organizations"
    title = _("Organizations")
    filterset_class = OrganizationFilter
    reads = (
        *Organization.WORDS,
        *("city", "uscc", "active"),
        *(f"zone__{word}" for word in Organization.WORDS),
    )
    ordering = ("kind", "pinyin", "pk")
    empty = {
        "title": _("No organizations yet"),
        "hint": _("Register companies, banks and departments."),
        "action": None,
    }
    columns = (
        Column(
            "name",
            pgettext_lazy("organization", "Name"),
            lambda unit: unit.full_name,
            show=str,
            sort="pinyin",
        ),
        Column("kind", _("Kind"), lambda unit: unit.get_kind_display(), sort="kind,pinyin"),
        Column("city", _("City"), lambda unit: unit.city),
        Column("zone", _("Located in zone"), lambda unit: str(unit.zone or "")),
        Column("industries", _("Industries"), lambda unit: "、".join(str(i) for i in unit.industries.all())),
        Column("uscc", _("Unified social credit code"), lambda unit: unit.uscc or ""),
    )

    def rows(self):
        return super().rows().select_related("zone").prefetch_related("industries")

    def badge_of(self, unit):
        return None if unit.active else {"label": _("Retired"), "tone": "grey"}

    def primary(self):
        if not workflow.can_create(Organization, self.request.user, "register"):
            return None
        url = reverse("members:organization_new")
        return {"label": _("Register organization"), "url": url, "icon": "add"}


def organization(request, pk):
    """A unit's entry. Zones have a page of their own."""
    unit = permissions.find(Organization, request.user, pk)
    if unit.kind == Organization.Kind.ZONE:
        return redirect(unit)
    may_grant = acts_as(request.user, Role.SECRETARIAT) and unit.kind == Organization.Kind.COMPANY
    facts = [
        {"label": _("Kind"), "value": unit.get_kind_display()},
        {"label": _("City"), "value": unit.city},
        {
            "label": _("Located in zone"),
            "value": unit.zone,
            "url": unit.zone and unit.zone.get_absolute_url(),
        },
        {"label": _("Unified social credit code"), "value": unit.uscc},
        {
            "label": _("Industries"),
            "value": "、".join(str(i) for i in unit.industries.all()),
            "wide": True,
        },
        {"label": _("Website"), "value": unit.website, "url": unit.website, "wide": True},
    ]
    return pages.detail(
        request,
        unit,
        "members/organizations/detail.html",
        page_title=unit.full_name,
        badge=None if unit.active else {"label": _("Retired"), "tone": "grey"},
        crumbs=[rooms.crumb("organizations", _("Organizations"))],
        facts=facts,
        doubt=uscc.doubt(unit.uscc) if unit.uscc else "",
        access=grants.listed(unit) if may_grant else None,
    )


@login_not_required
def directory(request):
    """``/members/`` leads to the zones."""
    return redirect("members:zones")
