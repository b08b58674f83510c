"""What the verbs of minutes must be told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks
from core.permissions import visible

from .. import errata, minutes, minutes_review
from ..models import Meeting, Minutes


@asks(minutes.draft)
class DraftMinutesForm(VerbForm):
    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("Meeting"))

    def prepare(self):
        held = visible(Meeting, self.by).filter(state__in=minutes.HELD)
        without = held.filter(minutes=None)
        given = str(self.initial.get("meeting") or (self.data.get("meeting") if self.is_bound else "") or "")
        # A meeting that was named is looked at by the verb, which says why not; the list offers what is still due.
        self.fields["meeting"].queryset = held | held.filter(pk=given) if given.isdecimal() else without


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


@asks(minutes_review.recall)
class RecallForm(VerbForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


@asks(minutes_review.propose)
class CorrectionForm(VerbForm):
    """One paragraph, as the page names it (``?minutes=&paragraph=``)."""

    minutes = forms.ModelChoiceField(Minutes.objects.none(), widget=forms.HiddenInput)
    paragraph = forms.IntegerField(label=_("Paragraph"), min_value=1)
    after = forms.CharField(
        label=_("Wording proposed"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Leave it empty to have the paragraph struck."),
    )
    why = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self):
        self.fields["minutes"].queryset = visible(Minutes, self.by)
        pk, place = str(self.initial.get("minutes") or ""), str(self.initial.get("paragraph") or "")
        if self.is_bound or not (pk.isdecimal() and place.isdecimal()):
            return
        obj = self.fields["minutes"].queryset.filter(pk=pk).first()
        lines = obj.text.splitlines() if obj else []
        if 1 <= int(place) <= len(lines):
            self.fields["after"].initial = lines[int(place) - 1]


@asks(minutes_review.turn_down)
class TurnDownForm(VerbForm):
    reason = forms.CharField(label=_("Why it is not taken over"), widget=forms.Textarea(attrs={"rows": 3}))


@asks(errata.publish)
class ErratumForm(VerbForm):
    minutes = forms.ModelChoiceField(Minutes.objects.none(), label=_("Minutes"))
    text = forms.CharField(
        label=_("Correction"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Say which words are replaced by which."),
    )
    why = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self):
        self.fields["minutes"].queryset = visible(Minutes, self.by).filter(state=Minutes.State.ISSUED)
