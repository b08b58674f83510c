"""What the verbs of minutes must be told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks
from core.permissions import visible

from .. import minutes
from ..models import Meeting


@asks(minutes.draft)
class DraftMinutesForm(VerbForm):
    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("Meeting"))

    def prepare(self):
        held = visible(Meeting, self.by).filter(state__in=minutes.HELD)
        without = held.filter(minutes=None)
        given = str(self.initial.get("meeting") or (self.data.get("meeting") if self.is_bound else "") or "")
        # A meeting that was named is looked at by the verb, which says why not; the list offers what is still due.
        self.fields["meeting"].queryset = held | held.filter(pk=given) if given.isdigit() else without


@asks(minutes.edit)
class EditMinutesForm(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Text"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 24, "data-outline": "minutes-outline", "spellcheck": "false"}),
        help_text=_(
            "One paragraph a line. Lines that begin with 一、 （一） 1. （1） are headings; they are numbered anew."
        ),
    )

    def prepare(self):
        if self.obj is not None:
            self.fields["title"].initial, self.fields["text"].initial = self.obj.title, self.obj.text
