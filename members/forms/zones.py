"""What zones are asked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks

from .. import zones
from ..mandates import Role, acts_as
from ..models import Figure, Zone


def year(label, **kwargs):
    return forms.IntegerField(label=label, min_value=1949, max_value=2100, **kwargs)


@asks(zones.edit_profile)
class ProfileForm(VerbForm):
    level = forms.ChoiceField(label=_("Level"), choices=Zone.Level.choices, required=False)
    county = forms.CharField(label=_("County"), max_length=60, required=False)
    founded_year = year(_("Founded"), required=False)
    national_approval_year = year(_("National since"), required=False)
    provincial_approval_year = year(_("Provincial since"), required=False)
    area_km2 = forms.DecimalField(
        label=_("Area"),
        max_digits=9,
        decimal_places=2,
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs={"data-unit": "km²"}),
    )
    area_note = forms.CharField(label=_("What the area covers"), max_length=300, required=False)
    lat = forms.DecimalField(
        label=_("Latitude"), max_digits=7, decimal_places=4, min_value=-90, max_value=90, required=False
    )
    lon = forms.DecimalField(
        label=_("Longitude"), max_digits=7, decimal_places=4, min_value=-180, max_value=180, required=False
    )

    def prepare(self):
        if self.by is not None and not acts_as(self.by, Role.SECRETARIAT):
            del self.fields["level"]
        profile = getattr(self.obj, "zone_profile", None)
        for name, field in self.fields.items():
            field.initial = getattr(profile, name, None)


@asks(zones.add_figure)
class FigureForm(VerbForm):
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    value = forms.DecimalField(label=_("Value"), max_digits=18, decimal_places=4)
    unit = forms.CharField(label=_("Unit of measure"), max_length=30, required=False)
    year = year(_("Year"))
    scope = forms.CharField(
        label=_("Scope"), max_length=200, required=False, help_text=_("What the figure covers.")
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False)
    publisher = forms.CharField(label=_("Published by"), max_length=120)
    url = forms.URLField(label=_("Address of the source"), required=False, assume_scheme="https")
    source_date = forms.DateField(label=_("Published on"), required=False)


@asks(zones.remove_figure)
class RemoveFigureForm(VerbForm):
    figure = forms.ModelChoiceField(Figure.objects.none(), label=_("Figure"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def prepare(self):
        if self.obj is not None:
            self.fields["figure"].queryset = self.obj.figures.all()
