"""The charter as data: versions with an effective date, each holding its rules."""

from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.models import Tracked


class CharterVersion(Tracked):
    """The rules that hold from a day on. A decision stores the version it was made under."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", pgettext_lazy("charter version", "Before the joint meeting")
        ADOPTED = "adopted", pgettext_lazy("charter version", "Adopted")
        REJECTED = "rejected", pgettext_lazy("charter version", "Not adopted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.PositiveSmallIntegerField(_("Version"), unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    effective_on = models.DateField(_("Effective from"))
    note = models.TextField(_("Note"), blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    resolution = models.ForeignKey(
        "meetings.Resolution", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.JSONField(null=True, blank=True, editable=False)  # the arithmetic of the vote

    class Meta:
        verbose_name = _("charter version")
        verbose_name_plural = _("charter versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state__in=["draft", "proposed"]), name="charter_one_draft"
            ),
            models.UniqueConstraint(
                fields=["effective_on"], condition=Q(state="adopted"), name="charter_one_version_a_day"
            ),
        ]

    def __str__(self):
        return f"v{self.number}"

    def get_absolute_url(self):
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
    confirmed = models.BooleanField(
        default=False
    )  # a resolution of the joint meeting, or a published source, says so
    confirmed_by = models.ForeignKey(
        "meetings.Resolution", models.PROTECT, null=True, blank=True, related_name="+"
    )
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

    def get_absolute_url(self):
        return f"{reverse('meetings:charter_version', args=[self.version_id])}#rule-{self.code}"

    @property
    def fraction(self):
        return Fraction(self.numerator, self.denominator)
