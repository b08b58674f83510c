"""What a motion and a vote must be told."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import VerbForm, asks
from core.permissions import visible
from members.models import Organization

from .. import attendance, motions, votes
from ..models import AgendaItem, Meeting, Vote
from ..rules import Tie


@asks(votes.put)
class PutForm(VerbForm):
    item = forms.ModelChoiceField(AgendaItem.objects.none(), label=gettext_lazy("Agenda item"))
    text = forms.CharField(
        label=gettext_lazy("Question"),
        help_text=gettext_lazy("One question that can be answered with for, against or abstain."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rule = forms.ChoiceField(label=gettext_lazy("Rule of the charter"), required=False)
    method = forms.ChoiceField(
        label=gettext_lazy("How it is voted on"),
        choices=[
            ("", gettext_lazy("As the rule says")),
            *((method.value, method.label) for method in motions.IN_A_MEETING),
        ],
        required=False,
    )
    also = forms.ModelMultipleChoiceField(
        AgendaItem.objects.none(),
        label=gettext_lazy("Items decided by the same vote"),
        help_text=gettext_lazy("Each gets the same result. Only items under the same rule."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def prepare(self):
        self.fields["item"].queryset = AgendaItem.objects.filter(
            state=AgendaItem.State.ACCEPTED,
            meeting__in=visible(Meeting, self.by).filter(state__in=votes.BEFORE_THE_END),
        )
        item = self._item()
        codes = votes.rule_codes(item.meeting) if item else {}
        self.fields["rule"].choices = [("", _("As the item says")), *codes.items()]
        others = (
            self.fields["item"].queryset.filter(meeting=item.meeting_id)
            if item
            else AgendaItem.objects.none()
        )
        self.fields["also"].queryset = others.exclude(pk=item.pk) if item else others
        if not self.fields["also"].queryset.exists():
            self.fields["also"].widget = forms.MultipleHiddenInput()
        if item:
            self.fields["item"].widget = forms.HiddenInput()
            self.initial.setdefault("rule", item.rule if item.rule in codes else "")
            self.initial.setdefault("text", _("Is this agreed: %(item)s?") % {"item": item.title})

    def _item(self):
        given = self.data.get("item") if self.is_bound else self.initial.get("item")
        found = self.fields["item"].queryset.select_related("meeting")
        return found.filter(pk=given).first() if str(given or "").isdecimal() else None


@asks(votes.cast)
class CastForm(VerbForm):
    choice = forms.ChoiceField(
        label=gettext_lazy("Your unit's vote"),
        choices=Vote.Choice.choices,
        widget=forms.RadioSelect,
    )
    unit = forms.ModelChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("For the unit"),
        help_text=gettext_lazy("Empty: your own. Or a unit whose proxy you hold."),
        required=False,
        widget=forms.HiddenInput,
    )

    def prepare(self):
        self.fields["unit"].queryset = votable(self.obj, self.by)


def votable(motion, user):
    """The units for which this person votes on a motion."""
    if motion is None:
        return Organization.objects.none()
    return Organization.objects.filter(pk__in=motion.seats.filter(motions.own_or_held(user)).values("unit"))


@asks(votes.withdraw)
class WithdrawForm(VerbForm):
    unit = forms.ModelChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("For the unit"),
        required=False,
        widget=forms.HiddenInput,
    )

    def prepare(self):
        self.fields["unit"].queryset = votable(self.obj, self.by)


@asks(votes.recuse)
class RecuseForm(VerbForm):
    unit = forms.ModelChoiceField(Organization.objects.none(), label=gettext_lazy("Unit"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The conflict of interest, in one sentence. It is shown with the result."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self):
        if self.obj is None:
            return
        entitled = attendance.entitled_units(self.obj.meeting)
        if votes.is_clerk(self.by):
            self.fields["unit"].queryset = entitled
            self.fields["unit"].required = True
        else:
            self.fields["unit"].queryset = entitled.filter(pk=self.by.unit_id)
            self.fields["unit"].widget = forms.HiddenInput()


@asks(votes.enter)
class EnterForm(VerbForm):
    """Votes from paper as ``{"unit id": "for"}``; a page may send one field ``unit-<id>`` for each unit instead."""

    votes = forms.JSONField(
        label=gettext_lazy("Votes by unit"),
        required=False,
        widget=forms.HiddenInput,
        help_text=gettext_lazy("Unit id → for, against, abstain, or empty to take a typed vote back."),
    )

    def clean_votes(self):
        given = self.cleaned_data["votes"]
        if given is not None and not isinstance(given, dict):
            raise forms.ValidationError(_("Send one choice for each unit id."))
        return given or {}

    def clean(self):
        cleaned = super().clean()
        sent = {key.removeprefix("unit-"): self.data[key] for key in self.data if key.startswith("unit-")}
        entries = {**cleaned.get("votes", {}), **sent}
        if self.errors:
            return cleaned
        if not entries:
            self.add_error("votes", _("Send one choice for each unit id."))
        elif not all(str(unit).isdecimal() and len(str(unit)) < 19 for unit in entries):
            self.add_error("votes", _("This unit is not entitled to vote in this meeting."))
        elif not all(choice in ("", *Vote.Choice.values) for choice in entries.values()):
            self.add_error("votes", _("Choose for, against or abstain."))
        else:
            cleaned["votes"] = {int(unit): choice for unit, choice in entries.items()}
        return cleaned


@asks(votes.close)
class CloseForm(VerbForm):
    for_ = forms.IntegerField(label=gettext_lazy("Hands for"), min_value=0, required=False)
    against = forms.IntegerField(label=gettext_lazy("Hands against"), min_value=0, required=False)
    abstain = forms.IntegerField(label=gettext_lazy("Hands in abstention"), min_value=0, required=False)
    casting = forms.ChoiceField(
        label=gettext_lazy("The chair unit's decision at equal votes"),
        choices=[("", gettext_lazy("Not needed")), *Vote.Choice.choices[:2]],
        required=False,
    )

    def prepare(self):
        if self.obj is None:
            return
        if self.obj.frozen and self.obj.frozen["rules"]["vote"]["tie"] != Tie.CHAIR:
            del self.fields["casting"]
        for name in ("for_", "against", "abstain"):
            if self.obj.method != motions.Method.SHOW_OF_HANDS:
                del self.fields[name]

    def given(self):
        said = self.cleaned_data.pop("casting", "")
        return {**self.cleaned_data, "casting": said == Vote.Choice.FOR if said else None}


@asks(votes.void)
class VoidForm(VerbForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
