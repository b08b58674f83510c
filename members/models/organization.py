"""Organizations of every kind, and what only a zone has."""

from django.contrib.auth.models import Group
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import Tracked

from ..pinyin import initials, spelled


class Industry(models.Model):
    """One of the directions the alliance works on."""

    code = models.SlugField(unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ["pk"]

    def __str__(self):
        return self.name_en if get_language() == "en" else self.name_zh


class Organization(Tracked):
    """A unit: whatever a person can act for. Votes, obligations and data belong to it, never to the person."""

    class Kind(models.TextChoices):
        ZONE = "zone", _("High-tech zone")
        SECRETARIAT = "secretariat", _("Secretariat")
        COMPANY = "company", _("Company")
        BANK = "bank", _("Bank")
        DEPARTMENT = "department", _("Government department")
        INSTITUTE = "institute", _("University or institute")
        FUND = "fund", _("Fund")

    code = models.SlugField(_("Code"), unique=True, max_length=60)
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    short_zh = models.CharField(_("Chinese short name"), max_length=40, blank=True)
    short_en = models.CharField(_("English short name"), max_length=60, blank=True)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)  # sort key of the Chinese name
    initials = models.CharField(max_length=60, blank=True, editable=False)
    uscc = models.CharField(
        _("Unified social credit code"), max_length=18, unique=True, null=True, blank=True
    )
    city = models.CharField(_("City"), max_length=40, blank=True)
    zone = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="located", verbose_name=_("Zone")
    )
    industries = models.ManyToManyField(Industry, blank=True, verbose_name=_("Industries"))
    description_zh = models.TextField(_("Chinese description"), blank=True)
    description_en = models.TextField(_("English description"), blank=True)
    website = models.URLField(_("Website"), blank=True)
    source = models.JSONField(_("Source"), default=list, blank=True)
    group = models.OneToOneField(
        Group, models.PROTECT, null=True, editable=False, related_name="organization"
    )
    active = models.BooleanField(_("Listed"), default=True)

    #: All that its name in any language is made of.
    WORDS = ("kind", "name_zh", "name_en", "short_zh", "short_en")

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["kind", "pinyin", "pk"]
        indexes = [
            models.Index(fields=["kind", "pinyin", "id"]),
            models.Index(fields=["zone", "kind"]),
        ]

    def __str__(self):
        if get_language() == "en":
            return self.short_en or self.name_en or self.name_zh
        return self.short_zh or self.name_zh

    def save(self, *args, **kwargs):
        # Grants on single objects are given to a unit's group, so no unit may be without one.
        if self.group_id is None:
            self.group, _created = Group.objects.get_or_create(name=f"unit:{self.code}")
        self.pinyin = spelled(self.short_zh or self.name_zh)[:200]
        self.initials = initials(self.short_zh or self.name_zh)[:60]
        super().save(*args, **kwargs)

    @property
    def full_name(self):
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def description(self):
        return self.description_en if get_language() == "en" and self.description_en else self.description_zh

    def get_absolute_url(self):
        noun = "zone" if self.kind == self.Kind.ZONE else "organization"
        return reverse(f"members:{noun}", args=[self.pk])


class Zone(models.Model):
    """What only a high-tech zone has: level, years, area, place on the map."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("National")
        PROVINCIAL = "provincial", _("Provincial")

    organization = models.OneToOneField(
        Organization, models.CASCADE, primary_key=True, related_name="zone_profile"
    )
    level = models.CharField(_("Level"), max_length=12, choices=Level)
    county = models.CharField(_("County"), max_length=60, blank=True)
    founded_year = models.PositiveSmallIntegerField(_("Founded"), null=True, blank=True)
    national_approval_year = models.PositiveSmallIntegerField(_("National since"), null=True, blank=True)
    provincial_approval_year = models.PositiveSmallIntegerField(_("Provincial since"), null=True, blank=True)
    area_km2 = models.DecimalField(_("Area (km²)"), max_digits=9, decimal_places=2, null=True, blank=True)
    area_note = models.CharField(_("What the area covers"), max_length=300, blank=True)
    lat = models.DecimalField(_("Latitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    lon = models.DecimalField(_("Longitude"), max_digits=7, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("zone profile")
        verbose_name_plural = _("zone profiles")

    def __str__(self):
        return str(self.organization)


class Figure(models.Model):
    """One reported figure: never without its year, unit, scope and source, because definitions differ."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="figures")
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    value = models.DecimalField(_("Value"), max_digits=18, decimal_places=4)
    unit = models.CharField(_("Unit"), max_length=30, blank=True)
    year = models.PositiveSmallIntegerField(_("Year"), null=True, blank=True)
    scope = models.CharField(_("Scope"), max_length=200, blank=True)
    note = models.CharField(_("Note"), max_length=400, blank=True)
    source = models.JSONField(_("Source"), default=dict, blank=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["-year", "pk"]

    def __str__(self):
        return f"{self.name_zh} {self.plain_value}{self.unit}"

    @property
    def plain_value(self):
        """The value without the zeros the column adds: 193, 5.5."""
        short = self.value.normalize()
        return short.quantize(1) if short == short.to_integral_value() else short

    @property
    def name(self):
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh
