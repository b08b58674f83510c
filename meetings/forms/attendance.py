"""What check-in must be told."""

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import VerbForm, asks
from core.permissions import visible
from members.mandates import acts_as
from members.models import Organization

from .. import attendance
from ..models import Meeting


@asks(attendance.check_in)
class CheckInForm(VerbForm):
    """The six digits for whoever sits in the room; the clerk names the unit instead."""

    meeting = forms.ModelChoiceField(
        Meeting.objects.none(), label=gettext_lazy("Meeting"), widget=forms.HiddenInput
    )
    pin = forms.CharField(
        label=gettext_lazy("Six digits shown in the room"),
        max_length=6,
        required=False,
        error_messages={"required": gettext_lazy("Type the six digits shown in the room.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9]{6}"}
        ),
    )
    code = forms.UUIDField(required=False, widget=forms.HiddenInput)
    unit = forms.ModelChoiceField(Organization.objects.none(), label=gettext_lazy("Unit"), required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, required=False)

    def prepare(self):
        self.fields["meeting"].queryset = visible(Meeting, self.by)
        if acts_as(self.by, attendance.Role.SECRETARIAT):
            self.fields["unit"].queryset = Organization.objects.filter(active=True)
            self.fields["unit"].required = True
            del self.fields["pin"], self.fields["code"]
        else:
            self.fields["pin"].required = not self.data.get("code")
            self.fields["unit"].queryset = Organization.objects.filter(pk=self.by.unit_id)
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["name"].widget = forms.HiddenInput()

    def clean(self):
        given = super().clean()
        if (meeting := given.get("meeting")) and given.get("pin") is not None:
            attendance.refuse_guessing(meeting, given["pin"], self.by)
        return given
