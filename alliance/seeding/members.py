"""Who belongs: the industries, the 11 zones with profile, figures and membership, and the institutions around them."""

from datetime import date
from decimal import Decimal

from members.models import Figure, Industry, Membership, Organization, Zone

from . import read, sources

FOUNDED = date(2025, 11, 17)
Kind = Organization.Kind
#: Zone committees are the zones themselves; an association and a service company fit no kind of unit we work with.
KINDS = {
    "government": Kind.DEPARTMENT,
    "university": Kind.INSTITUTE,
    "institute": Kind.INSTITUTE,
    "lab": Kind.INSTITUTE,
    "bank": Kind.BANK,
    "fund": Kind.FUND,
}


def load() -> dict[str, int]:
    """Everything of this chapter; returns how many rows were new, by what they are."""
    return {
        "industries": _industries(),
        "zones": _zones(),
        "secretariat": _secretariat(),
        "organizations": _institutions(),
    }


def _industries():
    made = [
        Industry.objects.get_or_create(
            code=row["code"], defaults={"name_zh": row["name_zh"], "name_en": row["name_en"]}
        )[1]
        for row in read("industries")
    ]
    return sum(made)


def _zones():
    industries = {industry.code: industry for industry in Industry.objects.all()}
    return sum(_zone(row, industries) for row in read("zones"))


def _zone(row, industries):
    unit, made = Organization.objects.get_or_create(
        code=row["code"],
        defaults={
            "kind": Kind.ZONE,
            "name_zh": row["name_zh"],
            "name_en": row["name_en"],
            "short_zh": row["short_zh"],
            "short_en": row["name_en"].split(" High-tech")[0][:60],
            "city": row["city"] or "",
            "description_zh": row["description_zh"] or "",
            "description_en": row["description_en"] or "",
            "website": row["website"] or "",
            "source": sources(row),
        },
    )
    if made:
        unit.industries.set(industries[code] for code in row["industry_codes"])
        Zone.objects.create(
            organization=unit,
            level=row["level"],
            county=row["county"] or "",
            founded_year=row["founded_year"],
            national_approval_year=row["national_approval_year"],
            provincial_approval_year=row["provincial_approval_year"],
            area_km2=_decimal(row["area_km2"], "0.01"),
            area_note=row["area_note"] or "",
            lat=_decimal(row["lat"], "0.0001"),
            lon=_decimal(row["lon"], "0.0001"),
        )
        for figure in row["figures"]:
            _figure(unit, figure)
        Membership.objects.create(unit=unit, state=Membership.State.ACTIVE, joined_on=FOUNDED)
    return made


def _figure(unit, row):
    Figure.objects.create(
        organization=unit,
        name_zh=row["name_zh"],
        name_en=row["name_en"] or "",
        value=_decimal(row["value"], "0.0001"),
        unit=row["unit"] or "",
        year=row["year"],
        scope=row["scope"] or "",
        note=row["note"] or "",
        source=row["source"],
    )


def _decimal(number, places):
    return None if number is None else Decimal(str(number)).quantize(Decimal(places))


def _secretariat():
    _unit, made = Organization.objects.get_or_create(
        code="secretariat",
        defaults={
            "kind": Kind.SECRETARIAT,
            "name_zh": "福建省国家高新区高质量发展（产业）联盟秘书处",
            "name_en": "Secretariat of the Alliance",
            "short_zh": "联盟秘书处",
            "short_en": "Secretariat",
            "city": "福州市",
            "zone": Organization.objects.get(code="fuzhou"),
        },
    )
    return int(made)


def _institutions():
    zones = {unit.code: unit for unit in Organization.objects.filter(kind=Kind.ZONE)}
    return sum(_institution(row, zones) for row in read("institutions") if row["kind"] in KINDS)


def _institution(row, zones):
    note = f"（{row['note']}）" if row["note"] else ""
    _unit, made = Organization.objects.get_or_create(
        code=row["code"],
        defaults={
            "kind": KINDS[row["kind"]],
            "name_zh": row["name_zh"],
            "name_en": row["name_en"] or "",
            "city": row["city_zh"] or "",
            # Several zones mean that it works with them, not that it lies in one.
            "zone": zones.get(row["zones"][0]) if len(row["zones"]) == 1 else None,
            "description_zh": f"{row['role_zh'] or ''}{note}",
            "description_en": row["role_en"] or "",
            "source": sources(row),
        },
    )
    return made
