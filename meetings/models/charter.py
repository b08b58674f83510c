"""The charter as data: versions with an effective date, each holding its rules."""

from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import Tracked


class CharterVersion(Tracked):
    """The rules that hold from a day on. A decision stores the version it was made under."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ADOPTED = "adopted", _("In force")

    number = models.PositiveSmallIntegerField(_("Version"), unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    effective_on = models.DateField(_("Effective from"))
    note = models.TextField(_("Note"), blank=True)

    class Meta:
        verbose_name = _("charter version")
        verbose_name_plural = _("charter versions")
        ordering = ["-number"]

    def __str__(self):
        return f"v{self.number}"

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("meetings:charter_version", args=[self.pk])


class CharterRule(models.Model):
    """One rule: a fraction of a base, a number of days, or a count. Never a float."""

    class Kind(models.TextChoices):
        FRACTION = "fraction", _("Share")
        DAYS = "days", _("Days")
        WORKING_DAYS = "working_days", _("Working days")
        COUNT = "count", _("Number")
        TEXT = "text", _("Statement")

    class Base(models.TextChoices):
        ALL = "all", _("all units")
        PRESENT = "present", _("units present")
        VALID = "valid", _("valid votes")
        FOR_AGAINST = "for_against", _("votes for and against")

    class Tie(models.TextChoices):
        FAIL = "fail", _("rejected")
        CHAIR = "chair", _("the chair unit decides")
        REVOTE = "revote", _("vote again")

    version = models.ForeignKey(CharterVersion, models.CASCADE, related_name="rules")
    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind)
    base = models.CharField(max_length=12, choices=Base, blank=True)
    numerator = models.PositiveSmallIntegerField(null=True, blank=True)
    denominator = models.PositiveSmallIntegerField(null=True, blank=True)
    inclusive = models.BooleanField(default=True)
    tie = models.CharField(max_length=8, choices=Tie, default=Tie.FAIL)
    secret = models.BooleanField(default=False)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    text_zh = models.CharField(max_length=300)
    text_en = models.CharField(max_length=400)
    confirmed = models.BooleanField(default=False)  # a resolution of the joint meeting, or a published source, says so
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("charter rule")
        verbose_name_plural = _("charter rules")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="charter_rule_once"),
            models.CheckConstraint(
                condition=~Q(kind="fraction")
                | Q(numerator__gt=0, denominator__gt=0, numerator__lte=models.F("denominator")),
                name="charter_rule_true_fraction",
            ),
        ]

    def __str__(self):
        return self.text_en if get_language() == "en" else self.text_zh

    @property
    def fraction(self):
        return Fraction(self.numerator, self.denominator)
