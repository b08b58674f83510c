"""What a secret ballot, an election, a written vote and a proxy must be told."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents import DocumentField
from core.forms import VerbForm, asks
from core.permissions import visible
from members.models import Organization

from .. import attendance, ballots, charter, elections, motions, proxies, written
from ..models import AgendaItem, Meeting
from .agenda import SubjectField
from .votes import votable

TEXT = {"rows": 3}


@asks(ballots.name_scrutineers)
class ScrutineersForm(VerbForm):
    units = forms.ModelMultipleChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("Scrutineers"),
        help_text=gettext_lazy(
            "Two units that do not stand for election. They confirm the opening and the closing."
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self):
        if self.obj is not None:
            standing = [c.unit_id for c in self.obj.candidates.all() if c.unit_id]
            self.fields["units"].queryset = attendance.entitled_units(self.obj.meeting).exclude(
                pk__in=standing
            )


@asks(ballots.hand_in)
class BallotForm(VerbForm):
    """``choice`` repeats in an election. The code comes from the voter's own browser or program."""

    choice = forms.MultipleChoiceField(label=gettext_lazy("Your ballot"), required=False)
    code = forms.CharField(label=gettext_lazy("Receipt code"), max_length=32, widget=forms.HiddenInput)
    unit = forms.ModelChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("For the unit"),
        required=False,
        widget=forms.HiddenInput,
    )

    def prepare(self):
        self.fields["unit"].queryset = votable(self.obj, self.by)
        if self.obj is not None:
            self.fields["choice"].choices = ballots.options(self.obj).items()


@asks(ballots.enter_count)
class CountForm(VerbForm):
    issued = forms.IntegerField(label=gettext_lazy("Papers issued"), min_value=0, max_value=10_000)
    received = forms.IntegerField(label=gettext_lazy("Papers returned"), min_value=0, max_value=10_000)
    invalid = forms.IntegerField(
        label=gettext_lazy("Invalid papers"), min_value=0, max_value=10_000, initial=0
    )

    def prepare(self):
        if self.obj is not None:
            for mark, words in ballots.options(self.obj).items():
                self.fields[f"mark_{mark}"] = forms.IntegerField(label=words, min_value=0, max_value=10_000)


@asks(elections.elect)
class ElectForm(VerbForm):
    item = forms.ModelChoiceField(AgendaItem.objects.none(), label=gettext_lazy("Agenda item"))
    text = forms.CharField(label=gettext_lazy("What is elected"), max_length=300)
    rule = forms.ChoiceField(label=gettext_lazy("Rule of the charter"), required=False)
    method = forms.ChoiceField(
        label=gettext_lazy("How it is voted on"),
        choices=[(m.value, m.label) for m in (motions.Method.SECRET, motions.Method.PAPER)],
        required=False,
    )
    places = forms.IntegerField(
        label=gettext_lazy("Places"),
        help_text=gettext_lazy("A ballot names at most so many."),
        min_value=1,
        max_value=20,
        initial=1,
        required=False,
    )
    names = forms.CharField(
        label=gettext_lazy("Further candidates"),
        help_text=gettext_lazy(
            "One a line: name, a colon, statement. Units nominated on the agenda are candidates already."
        ),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs=TEXT),
    )

    def prepare(self):
        self.fields["item"].queryset = AgendaItem.objects.filter(
            state=AgendaItem.State.ACCEPTED,
            meeting__in=visible(Meeting, self.by).filter(state__in=motions.BEFORE_THE_END),
        )
        given = self.data.get("item") if self.is_bound else self.initial.get("item")
        found = self.fields["item"].queryset.select_related("meeting")
        item = found.filter(pk=given).first() if str(given or "").isdecimal() else None
        codes = motions.rule_codes(item.meeting) if item else {}
        self.fields["rule"].choices = [("", _("As the item says")), *codes.items()]
        if item:
            self.fields["item"].widget = forms.HiddenInput()
            self.initial.setdefault("rule", item.rule if item.rule in codes else "")
            self.initial.setdefault("text", item.title)

    def clean_places(self):
        return self.cleaned_data["places"] or 1

    def clean_names(self):
        lines = (line.replace("：", ":").strip() for line in self.cleaned_data["names"].splitlines())
        return [
            (name.strip()[:120], said.strip())
            for name, _colon, said in (x.partition(":") for x in lines if x)
        ]


@asks(written.ask_in_writing)
class WrittenForm(VerbForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Question"),
        help_text=gettext_lazy("One question that can be answered with for, against or abstain."),
        max_length=1000,
        widget=forms.Textarea(attrs=TEXT),
    )
    summary = forms.CharField(
        label=gettext_lazy("Explanation"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    rule = forms.ChoiceField(label=gettext_lazy("Rule of the charter"), required=False)
    days = forms.IntegerField(label=gettext_lazy("Working days for the answers"), min_value=1, max_value=250)
    subject = SubjectField(label=gettext_lazy("What it decides"), required=False)
    documents = DocumentField(required=False)

    def prepare(self):
        today = clock.local_date(timezone.now())
        least, most = charter.days("written_min_days", today), charter.days("written_max_days", today)
        self.fields["rule"].choices = written.codes(today).items()
        self.fields["days"].help_text = _("%(least)s to %(most)s; the vote closes by itself.") % {
            "least": least,
            "most": most,
        }
        self.initial.setdefault("days", least)
        self.fields["subject"].offer(None)
        if len(self.fields["subject"].choices) == 1:
            self.fields["subject"].widget = forms.HiddenInput()

    def clean_rule(self):
        return self.cleaned_data["rule"] or written.RULE


@asks(written.demand_meeting)
class DemandForm(VerbForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs=TEXT))


@asks(proxies.lodge)
class LodgeForm(VerbForm):
    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=gettext_lazy("Meeting"))
    principal = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Represented unit"), required=False
    )
    holder = forms.ModelChoiceField(Organization.objects.none(), label=gettext_lazy("Proxy holder"))
    items = forms.ModelMultipleChoiceField(
        AgendaItem.objects.none(),
        label=gettext_lazy("Items"),
        help_text=gettext_lazy("None chosen: all items of the meeting."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    scope = forms.CharField(
        label=gettext_lazy("Scope"), max_length=1000, required=False, widget=forms.Textarea(attrs=TEXT)
    )
    documents = DocumentField(label=gettext_lazy("The written proxy"))

    def prepare(self):
        called = visible(Meeting, self.by).filter(state=Meeting.State.CALLED)
        self.fields["meeting"].queryset = called
        given = self.data.get("meeting") if self.is_bound else self.initial.get("meeting")
        meeting = called.filter(pk=given).first() if str(given or "").isdecimal() else None
        entitled = attendance.entitled_units(meeting) if meeting else Organization.objects.none()
        self.fields["holder"].queryset = entitled.exclude(pk=self.by.unit_id)
        self.fields["principal"].queryset = entitled
        if not motions.is_clerk(self.by):
            self.fields["principal"].widget = forms.HiddenInput()
        if meeting:
            self.fields["meeting"].widget = forms.HiddenInput()
            self.fields["items"].queryset = meeting.items.filter(state=AgendaItem.State.ACCEPTED)


@asks(proxies.revoke)
class RevokeForm(VerbForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs=TEXT)
    )
