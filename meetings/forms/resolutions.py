"""What a resolution must be told."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import VerbForm, asks
from core.permissions import visible

from .. import resolutions
from ..models import AgendaItem, Meeting, Motion


@asks(resolutions.adopt)
class AdoptForm(VerbForm):
    motion = forms.ModelChoiceField(
        Motion.objects.none(), label=gettext_lazy("Motion that passed"), required=False
    )
    item = forms.ModelChoiceField(
        AgendaItem.objects.none(), label=gettext_lazy("Item agreed on without a vote"), required=False
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("What was decided, in the words that will be published."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def prepare(self):
        meetings = visible(Meeting, self.by)
        motions = visible(Motion, self.by).filter(state=Motion.State.CLOSED)
        self.fields["motion"].queryset = motions
        self.fields["item"].queryset = AgendaItem.objects.filter(meeting__in=meetings)
        named = {name: self._named(name) for name in ("motion", "item")}
        for name, obj in named.items():
            if obj is not None:
                self.fields[name].widget = forms.HiddenInput()
                other = "item" if name == "motion" else "motion"
                if named[other] is None:
                    self.fields[other].widget = forms.HiddenInput()
        if motion := named["motion"]:
            self.initial.setdefault("title", motion.item.title)
            self.initial.setdefault("text", motion.item.summary or _agreed(motion.item))
        elif item := named["item"]:
            self.initial.setdefault("title", item.title)
            self.initial.setdefault("text", item.conclusion or item.summary or _agreed(item))

    def _named(self, name):
        given = self.data.get(name) if self.is_bound else self.initial.get(name)
        return self.fields[name].queryset.filter(pk=given).first() if str(given or "").isdecimal() else None


def _agreed(item):
    return _("The meeting agreed to: %(item)s.") % {"item": item.title}


@asks(resolutions.repeal)
class RepealForm(VerbForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
