"""What the order of rotation, a hand-over, a resignation and a move of the secretariat must be told."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks
from members.membership import members
from members.models import Organization

from .. import chair, handover, host, rotation, vacancy
from ..models import RotationPlace


def _reason(**kwargs):
    box = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(**{"label": _("Reason"), "widget": box, "max_length": 1000, **kwargs})


class OrderedUnitsField(forms.CharField):
    """Units in an order, one name a line; a program may send a list of ids."""

    widget = forms.Textarea(attrs={"rows": 12})

    def offer(self, units):
        self.units = list(units)
        self.initial = "\n".join(unit.short_zh or unit.name_zh for unit in self.units)

    def to_python(self, value):
        return (
            value
            if isinstance(value, list)
            else [line.strip() for line in str(value or "").splitlines() if line.strip()]
        )

    def run_validators(self, value):
        """Whether every unit is there once is the verb's question."""

    def clean(self, value):
        known = {}
        for unit in getattr(self, "units", ()):
            for name in (
                unit.pk,
                str(unit.pk),
                unit.code,
                unit.name_zh,
                unit.name_en,
                unit.short_zh,
                unit.short_en,
            ):
                if name:
                    known.setdefault(name, unit)
        names = super().clean(value)
        unknown = [str(name) for name in names if name not in known]
        if unknown:
            raise forms.ValidationError(
                _("No member unit is called “%(names)s”."), params={"names": "、".join(unknown)}
            )
        return [known[name] for name in names]


@asks(rotation.set_out)
class SetOutForm(VerbForm):
    units = OrderedUnitsField(
        label=_("Order"), help_text=_("One member unit a line, the first to chair on top. Move the lines.")
    )

    def prepare(self):
        self.fields["units"].offer(members(timezone.localdate()))


class ReasonForm(VerbForm):
    reason = _reason()


for _act in (rotation.skip, rotation.decline, rotation.restore):
    asks(_act)(ReasonForm)


@asks(rotation.ask_swap)
class AskSwapForm(VerbForm):
    other = forms.ModelChoiceField(
        RotationPlace.objects.none(), label=_("Swap with"), empty_label=_("Choose a unit")
    )
    reason = _reason()

    def prepare(self):
        if self.obj:
            rows = RotationPlace.objects.filter(round=self.obj.round, state=rotation.WAITING)
            self.fields["other"].queryset = rows.exclude(pk=self.obj.pk).select_related("unit")


@asks(rotation.refuse_swap)
class RefuseSwapForm(VerbForm):
    reason = _reason(required=False)


@asks(handover.draw_up)
class DrawUpForm(VerbForm):
    note = forms.CharField(label=_("Remark"), widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def prepare(self):
        if self.obj:
            self.initial["note"] = self.obj.note

    def given(self):
        return self.cleaned_data if "note" in self.data else {}


@asks(vacancy.resign)
class ResignForm(VerbForm):
    last_day = forms.DateField(label=_("Last day in the chair"), required=False)
    reason = _reason()

    def prepare(self):
        self.initial.setdefault("last_day", timezone.localdate())


@asks(chair.restate)
class RestateForm(VerbForm):
    statement = forms.CharField(label=_("Statement"), widget=forms.Textarea(attrs={"rows": 5}))

    def prepare(self):
        if self.obj:
            self.initial["statement"] = self.obj.statement


@asks(host.propose)
class ProposeHostForm(VerbForm):
    unit = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Proposed host"), empty_label=_("Choose a unit")
    )
    starts_on = forms.DateField(label=_("From"))
    reason = _reason()

    def prepare(self):
        self.fields["unit"].queryset = members()


@asks(host.withdraw)
class WithdrawHostForm(VerbForm):
    reason = _reason(required=False)
