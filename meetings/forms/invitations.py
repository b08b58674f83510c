"""What a unit says when it answers an invitation."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import VerbForm, asks

from .. import invitations
from ..models import Attendee, Invitation

State = Invitation.State
ANSWERS = (
    (State.ATTENDING, pgettext_lazy("reply", "We attend")),
    (State.DECLINED, pgettext_lazy("reply", "We are excused")),
)
PERSON = ("name", "title", "capacity", "phone", "lodging", "plate")


@asks(invitations.reply)
class ReplyForm(VerbForm):
    """Who comes, filled in with what was said before or with whoever answers."""

    answer = forms.ChoiceField(
        label=pgettext_lazy("noun", "Reply"), choices=ANSWERS, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    title = forms.CharField(label=_("Post"), max_length=60, required=False)
    capacity = forms.ChoiceField(label=_("Comes as"), choices=Attendee.Capacity.choices, required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    lodging = forms.BooleanField(label=_("Needs lodging"), required=False)
    plate = forms.CharField(label=_("Licence plate"), max_length=20, required=False)
    others = forms.CharField(
        label=_("Who else comes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One person a line: name, post, telephone."),
    )
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("If the unit is excused: why.")
    )

    def prepare(self):
        if self.obj is None:
            return
        people = list(self.obj.attendees.all())
        own = self.by is not None and self.by.unit_id == self.obj.unit_id
        self.initial.setdefault(
            "answer", self.obj.state if self.obj.state != State.AWAITED else State.ATTENDING
        )
        self.initial.setdefault("note", self.obj.note)
        if people:
            for field in PERSON:
                self.initial.setdefault(field, getattr(people[0], field))
            lines = [" ".join(p for p in (o.name, o.title, o.phone) if p) for o in people[1:]]
            self.initial.setdefault("others", "\n".join(lines))
        elif own:
            self.initial.setdefault("name", self.by.name)
            self.initial.setdefault("title", self.by.mandate.title)
            self.initial.setdefault("phone", self.by.phone)

    def clean_others(self):
        lines = [line.split() for line in self.cleaned_data["others"].replace("，", " ").splitlines()]
        return [
            {
                "name": words[0][:60],
                "title": " ".join(w for w in words[1:] if not _is_phone(w))[:60],
                "phone": next((w for w in words[1:] if _is_phone(w)), "")[:30],
                "capacity": Attendee.Capacity.STAFF,
            }
            for words in lines
            if words
        ]

    def given(self):
        data = self.cleaned_data
        people = []
        if data["answer"] == State.ATTENDING:
            if data["name"]:
                people.append(
                    {field: data[field] for field in PERSON}
                    | {"capacity": data["capacity"] or Attendee.Capacity.DELEGATE}
                )
            people += data["others"]
        return {"answer": data["answer"], "note": data["note"], "attendees": people}


def _is_phone(word):
    return sum(character.isdigit() for character in word) >= 7
