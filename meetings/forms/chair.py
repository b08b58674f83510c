"""What a nomination must be told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks
from members.mandates import Role, acts_as
from members.membership import members
from members.models import Organization

from .. import chair


@asks(chair.nominate)
class NominateForm(VerbForm):
    unit = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Nominated unit"), empty_label=_("Choose a unit")
    )
    statement = forms.CharField(
        label=_("Statement"),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        help_text=_("Why this unit, and what it plans for its term."),
    )

    def prepare(self):
        units = members()
        if not acts_as(self.by, Role.SECRETARIAT):
            units = units.filter(pk=self.by.unit_id)
            self.fields["unit"].initial = self.by.unit_id
        self.fields["unit"].queryset = units


@asks(chair.withdraw)
class WithdrawForm(VerbForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
