"""The pages of zones: the map and list of members, and each zone's profile. Open to the public."""

import django_filters
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from core import pages
from core.filters import ObjectFilter
from core.pages import Column
from core.templatetags.alliance import day

from .. import mandates, zones
from ..mandates import Role, acts_as
from ..membership import belongs_on, holds
from ..models import Industry, Membership, Organization, Zone
from . import rooms


def cities(request=None):
    """The cities in which zones lie: one query over few rows."""
    found = Organization.objects.filter(kind="zone").exclude(city="").order_by("city")
    return [(city, city) for city in found.values_list("city", flat=True).distinct()]


class ZoneFilter(django_filters.FilterSet):
    level = django_filters.ChoiceFilter(
        label=_("Level"), empty_label=_("All"), field_name="zone_profile__level", choices=Zone.Level.choices
    )
    industry = ObjectFilter(
        label=_("Industry"), empty_label=_("All"), field_name="industries", queryset=Industry.objects.all()
    )
    city = django_filters.ChoiceFilter(label=_("City"), empty_label=_("All"), choices=cities)

    class Meta:
        model = Organization
        fields = []


@method_decorator(login_not_required, name="dispatch")
class ZoneList(rooms.List):
    model = Organization
    tab = "zones"
    title = _("Member zones")
    template_name = "members/zones/list.html"
    filterset_class = ZoneFilter
    ordering = ("zone_profile__level", "pk")
    export_stem = _("Member zones")
    empty = {
        "title": _("No zones yet"),
        "hint": _("The secretariat registers the zones of the alliance."),
        "action": None,
    }
    columns = (
        Column("name", _("Zone"), lambda zone: zone.full_name, show=str, sort="pinyin"),
        Column("level", _("Level"), lambda zone: level(zone)),
        Column("city", _("City"), lambda zone: zone.city),
        Column("industries", _("Industries"), lambda zone: "、".join(str(i) for i in zone.industries.all())),
        Column(
            "joined", _("Member since"), lambda zone: zone.joined_on, show=lambda zone: day(zone.joined_on)
        ),
    )

    def rows(self):
        today = timezone.localdate()
        own = Membership.objects.filter(belongs_on(today), unit=OuterRef("pk"))
        return (
            zones.visible_to(self.request.user)
            .prefetch_related("industries")
            .annotate(joined_on=own.values("joined_on")[:1], belongs=Exists(own))
        )

    def badge_of(self, zone):
        return None if zone.belongs else {"label": _("Not a member"), "tone": "grey"}

    def primary(self):
        if acts_as(self.request.user, Role.SECRETARIAT):
            url = f"{reverse('members:organization_new')}?kind=zone"
            return {"label": _("Register organization"), "url": url, "icon": "add"}
        return None

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if not context["filtered"]:
            context["map_zones"] = [tile(row["object"]) for row in context["table"]["rows"]]
        return context


def profile(zone):
    """The zone's profile, or None when nobody has entered it yet."""
    return getattr(zone, "zone_profile", None)


def level(zone):
    return profile(zone).get_level_display() if profile(zone) else ""


def tile(zone):
    """A zone as the schematic map takes it."""
    own = profile(zone)
    return {
        "short_zh": zone.short_zh,
        "name_zh": zone.name_zh,
        "short_en": zone.short_en,
        "name_en": zone.name_en,
        "url": zone.get_absolute_url(),
        "level": own.level if own else "",
        "lat": own.lat if own else None,
        "lon": own.lon if own else None,
    }


@login_not_required
def zone(request, pk):
    """A zone's profile. A year or figure that nobody knows shows a dash, never a guess."""
    try:
        found = (
            zones.visible_to(request.user).prefetch_related("industries", "figures", "memberships").get(pk=pk)
        )
    except Organization.DoesNotExist as missing:
        raise Http404 from missing
    user = request.user
    today = timezone.localdate()
    membership = next((own for own in found.memberships.all() if holds(own, today)), None)
    contacts = (
        mandates.visible_to(user)
        .filter(mandates.valid_on(today), unit=found, role__in=(Role.DELEGATE, Role.LIAISON))
        .select_related("person")
        if mandates.is_inside(user)
        else []
    )
    located = zones.located(found, user) if user.is_authenticated and user.role else []
    for row in located:
        row["url"] = f"{reverse('members:organizations')}?kind={row['kind']}&zone={found.pk}"
    return pages.detail(
        request,
        found,
        "members/zones/detail.html",
        page_title=found.full_name,
        badge={"label": _("Member"), "tone": "green"} if membership else {"label": _("Not a member")},
        crumbs=[rooms.crumb("zones", _("Member zones"))],
        facts=facts(found, membership),
        figures=found.figures.all(),
        may_remove_figures=acts_as(user, Role.SECRETARIAT)
        or (acts_as(user, *zones.KEEPERS) and user.unit_id == found.pk),
        contacts=contacts,
        located=located,
    )


def facts(found, membership):
    own = profile(found) or Zone(organization=found)
    area = f"{own.area_km2.normalize():f} km²" if own.area_km2 else None
    return [
        {"label": _("Level"), "value": own.get_level_display() if own.level else None},
        {"label": _("Member since"), "value": day(membership.joined_on) if membership else None},
        {"label": _("City"), "value": found.city},
        {"label": _("County"), "value": own.county},
        {"label": _("Founded"), "value": own.founded_year},
        {"label": _("National since"), "value": own.national_approval_year},
        {"label": _("Provincial since"), "value": own.provincial_approval_year},
        {"label": _("Area"), "value": area},
        {"label": _("What the area covers"), "value": own.area_note, "wide": True},
        {
            "label": _("Industries"),
            "value": "、".join(str(i) for i in found.industries.all()),
            "wide": True,
        },
        {"label": _("Website"), "value": found.website, "url": found.website, "wide": True},
    ]
