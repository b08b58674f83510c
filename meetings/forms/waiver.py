"""What a waiver of notice and a petition must be told."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks

from .. import deadlines, petitions, waiver


def _reason(**kwargs):
    box = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(**{"label": _("Reason"), "widget": box, "max_length": 1000, **kwargs})


@asks(waiver.ask_waiver)
class AskWaiverForm(VerbForm):
    reason = _reason(help_text=_("Why the meeting cannot wait; every delegate reads it."))


class LinesField(forms.CharField):
    """One text a line; a program sends a list."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value):
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line for line in (str(line).strip()[:120] for line in lines) if line]

    def validate(self, value):
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        """Each line is a plain title; the verb counts them."""


@asks(petitions.start)
class StartForm(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    reason = _reason(label=_("Why a meeting is needed"))
    items = LinesField(label=_("Items"), help_text=_("One a line; they become the agenda."))


@asks(petitions.withdraw)
class WithdrawForm(VerbForm):
    reason = _reason(required=False)


@asks(petitions.convene)
class ConveneForm(VerbForm):
    starts_at = forms.DateTimeField(label=_("Starts"), widget=forms.DateTimeInput)
    ends_at = forms.DateTimeField(label=_("Ends"), widget=forms.DateTimeInput)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    urgent = forms.BooleanField(label=_("Urgent meeting"), required=False)

    def prepare(self):
        if not self.is_bound:
            start = deadlines.usual_start(timezone.now())
            self.initial |= {"starts_at": start, "ends_at": start + timedelta(hours=2)}
