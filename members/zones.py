"""Zones: what only a high-tech zone has.

Level, years, area, place, and the figures it reports. A figure always names its year, scope and source, because
definitions differ from zone to zone: figures stand beside each other and are never ranked or added up. The zone's own
delegate or editor keeps the profile; its level is set by the secretariat, since a province or a ministry grants it.
"""

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from core.permissions import NEVER, visible
from core.workflow import Refused, verb

from .mandates import Role, acts_as
from .models import Figure, Organization, Zone
from .organizations import KEEPERS, Kind, own_people

#: Fields of the profile that ``edit_profile`` sets as they are given.
PROFILE = (
    "county",
    "founded_year",
    "national_approval_year",
    "provincial_approval_year",
    "area_km2",
    "area_note",
    "lat",
    "lon",
)


# --- who may --------------------------------------------------------------------------------


def editors(user) -> Q:
    """The zone's own delegate or editor, and the secretariat."""
    if acts_as(user, Role.SECRETARIAT):
        return Q(kind=Kind.ZONE)
    return Q(kind=Kind.ZONE, pk=user.unit_id) if acts_as(user, *KEEPERS) else NEVER


# --- what is seen ---------------------------------------------------------------------------


def visible_to(user):
    """The zones this reader (perhaps anonymous) may see, with their profiles; national first, as the alliance lists
    itself."""
    rows = visible(Organization, user).filter(kind=Kind.ZONE).select_related("zone_profile")
    return rows.order_by("zone_profile__level", "pk")


def located(zone, user) -> list[dict]:
    """What lies in a zone, as this reader may see it: [{"kind", "label", "count"}]."""
    counts = (
        visible(Organization, user)
        .filter(zone=zone)
        .order_by("kind")
        .values("kind")
        .annotate(count=Count("pk"))
    )
    return [{"kind": row["kind"], "label": Kind(row["kind"]).label, "count": row["count"]} for row in counts]


# --- what can happen ------------------------------------------------------------------------


@verb(Organization, label=_("Edit profile"), may=editors, tells=own_people)
def edit_profile(zone, *, level=None, by, **plain):
    """Change what only a zone has. The level changes by the secretariat's hand alone."""
    profile = Zone.objects.select_for_update().filter(organization=zone).first()
    if profile is None:
        profile = Zone(organization=zone, level=level or Zone.Level.PROVINCIAL)
    changed = {}
    if level and level != profile.level:
        if not acts_as(by, Role.SECRETARIAT):
            raise Refused(
                _("The level of a zone is set by the secretariat."), {"level": [_("Leave it as it was.")]}
            )
        changed["level"] = [profile.level, level]
        profile.level = level
    for name in PROFILE:
        if name in plain and plain[name] != getattr(profile, name):
            changed[name] = [str(getattr(profile, name)), str(plain[name])]
            setattr(profile, name, plain[name])
    profile.full_clean(exclude=["organization"])
    profile.save()
    return {"profile": changed}


@verb(Organization, label=_("Add a figure"), may=editors, tells=own_people)
def add_figure(
    zone,
    *,
    name_zh,
    value,
    by,
    name_en="",
    unit="",
    year,
    scope="",
    note="",
    publisher,
    url="",
    source_date=None,
):
    """Report a figure with its year and source."""
    source = {
        "publisher": publisher,
        "url": url or None,
        "date": source_date.isoformat() if source_date else None,
    }
    figure = Figure.objects.create(
        organization=zone,
        name_zh=name_zh,
        name_en=name_en,
        value=value,
        unit=unit,
        year=year,
        scope=scope,
        note=note,
        source=source,
    )
    return {"figure": str(figure), "year": year, "source": source}


@verb(Organization, label=_("Take a figure out"), may=editors, tells=own_people, hidden=True)
def remove_figure(zone, *, figure, reason, by):
    """Take out a figure that is wrong. What it said stays in the journal."""
    if figure.organization_id != zone.pk:
        raise Refused(_("This figure belongs to another zone."), {"figure": [_("Choose from the list.")]})
    facts = {"figure": str(figure), "year": figure.year, "source": figure.source, "reason": reason}
    figure.delete()
    return facts
