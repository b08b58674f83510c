"""What membership is asked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks

from .. import membership
from ..mandates import Role, acts_as
from ..models import Organization


@asks(membership.apply)
class ApplyForm(VerbForm):
    unit = forms.ModelChoiceField(Organization.objects.filter(kind="zone", active=True), label=_("Zone"))
    statement = forms.CharField(
        label=_("Statement"),
        widget=forms.Textarea,
        help_text=_("Why the zone wishes to join, and that it accepts the charter."),
    )

    def prepare(self):
        if self.by is not None and not acts_as(self.by, Role.SECRETARIAT):
            self.fields["unit"].queryset = Organization.objects.filter(pk=self.by.unit_id, kind="zone")
            self.fields["unit"].initial = self.by.unit_id


class ReasonForm(VerbForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea)


@asks(membership.refuse)
class RefuseForm(ReasonForm):
    pass


@asks(membership.leave)
class LeaveForm(ReasonForm):
    pass


@asks(membership.withdraw)
class WithdrawForm(VerbForm):
    reason = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea)
