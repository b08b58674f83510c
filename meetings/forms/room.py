"""What the clerk says to take up another item."""

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import VerbForm, asks

from .. import room
from ..models import AgendaItem


@asks(room.take_up)
class TakeUpForm(VerbForm):
    item = forms.ModelChoiceField(AgendaItem.objects.none(), label=gettext_lazy("Agenda item"))

    def prepare(self):
        if self.obj is not None:
            self.fields["item"].queryset = self.obj.items.filter(state=AgendaItem.State.ACCEPTED)
