"""What drafting, changing and calling a meeting must be told."""

from datetime import timedelta

from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks
from core.permissions import visible
from members.mandates import Role, valid_on
from members.models import Mandate, Organization

from .. import deadlines, notice, schedule
from ..models import Meeting, MeetingTemplate
from ..models.meeting import Kind

State = Meeting.State

#: A written vote is kept as a meeting, but begun by its own question.
MEETINGS = [choice for choice in Kind.choices if choice[0] != Kind.WRITTEN]


def _moment(label, **kwargs):
    return forms.DateTimeField(label=label, widget=forms.DateTimeInput, **kwargs)


def _text(label, rows=3, **kwargs):
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


#: A choice that fills in the rest of the form anew.
REFILL = {
    "hx-get": "",
    "hx-trigger": "change",
    "hx-target": "#main",
    "hx-select": "#main",
    "hx-swap": "outerHTML",
    "hx-push-url": "true",
}


@asks(schedule.draft)
class DraftForm(VerbForm):
    """Filled in beforehand: the next number, the first usual day the charter allows, place and contact of last time."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=MEETINGS, required=False, widget=forms.Select(attrs=REFILL)
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    starts_at = _moment(_("Starts"))
    ends_at = _moment(_("Ends"))
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    video_url = forms.URLField(label=_("Video link"), required=False, assume_scheme="https")
    template = forms.ModelChoiceField(MeetingTemplate.objects.none(), label=_("Usual items"), required=False)
    copy_of = forms.ModelChoiceField(Meeting.objects.none(), label=_("Items as at"), required=False)
    contact = forms.CharField(
        label=_("Contact"),
        max_length=120,
        required=False,
        help_text=_("Name and telephone, printed in the notice."),
    )
    requirements = _text(_("Requirements"), required=False)
    host = forms.ModelChoiceField(Organization.objects.none(), label=_("Host"), required=False)
    urgent = forms.BooleanField(
        label=_("Urgent meeting"),
        required=False,
        help_text=_("The shorter notice of the charter applies, and the notice says so."),
    )

    def prepare(self):
        now = timezone.now()
        kind = self.initial.get("kind") if self.initial.get("kind") in Kind.values else Kind.JOINT
        self.initial["kind"] = kind
        templates = MeetingTemplate.objects.filter(kind=kind).order_by("pk")
        self.fields["template"].queryset = MeetingTemplate.objects.all()
        earlier = visible(Meeting, self.by).exclude(state=State.CANCELLED).order_by("-starts_at", "-pk")
        self.fields["copy_of"].queryset = earlier
        self.fields["host"].queryset = Organization.objects.filter(
            kind__in=[Organization.Kind.ZONE, Organization.Kind.SECRETARIAT], active=True
        )
        if not self.initial.get("copy_of"):
            self.fields["copy_of"].widget = forms.HiddenInput()
        if self.is_bound:
            return
        self.fields["kind"].required = True
        template = templates.first()
        minutes = template.minutes if template else 120
        start = deadlines.usual_start(now)
        last = earlier.filter(kind=kind).first()
        proposed = {
            "title": notice.title_for(kind, schedule.next_number(kind)),
            "starts_at": start,
            "ends_at": start + timedelta(minutes=minutes),
            "template": template,
        }
        if last:
            proposed |= {
                "place": last.place,
                "video_url": last.video_url,
                "contact": last.contact,
                "requirements": last.requirements,
                "host": last.host_id,
            }
        for name, value in proposed.items():
            self.initial.setdefault(name, value)

    def given(self):
        return {**self.cleaned_data, "kind": self.cleaned_data["kind"] or Kind.JOINT}


@asks(schedule.collect)
class CollectForm(VerbForm):
    items_due_at = _moment(_("Items due"), required=False)

    def prepare(self):
        self.initial.setdefault("items_due_at", self.obj and self.obj.items_due_at)

    def given(self):
        return {k: v for k, v in self.cleaned_data.items() if v is not None}


@asks(schedule.send_back)
class SendBackForm(VerbForm):
    reason = _text(_("Reason"))


@asks(schedule.call)
class CallForm(VerbForm):
    observers = forms.ModelMultipleChoiceField(
        Organization.objects.none(),
        label=_("Also invited to sit in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self):
        guides = Mandate.objects.filter(
            valid_on(timezone.localdate()), unit=OuterRef("pk"), role=Role.OBSERVER
        )
        self.fields["observers"].queryset = Organization.objects.filter(Exists(guides), active=True)


@asks(schedule.change)
class ChangeForm(VerbForm):
    """Everything a meeting says of itself, as it stands; only what differs is changed."""

    title = forms.CharField(label=_("Title"), max_length=120)
    starts_at = _moment(_("Starts"))
    ends_at = _moment(_("Ends"))
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    video_url = forms.URLField(label=_("Video link"), required=False, assume_scheme="https")
    items_due_at = _moment(
        _("Items due"), required=False, help_text=_("Counted again when the meeting moves.")
    )
    replies_due_at = _moment(
        _("Replies due"), required=False, help_text=_("Counted again when the meeting moves.")
    )
    contact = forms.CharField(label=_("Contact"), max_length=120, required=False)
    requirements = _text(_("Requirements"), required=False)
    urgent = forms.BooleanField(label=_("Urgent meeting"), required=False)
    ask_again = forms.BooleanField(
        label=_("Ask for new replies if the day moves"),
        required=False,
        help_text=_("Otherwise the replies given stand."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Everybody invited reads it."))

    OWN = (
        "title",
        "starts_at",
        "ends_at",
        "place",
        "video_url",
        "items_due_at",
        "replies_due_at",
        "contact",
        "requirements",
        "urgent",
    )

    def prepare(self):
        if self.obj is None:
            return
        for name in self.OWN:
            self.initial.setdefault(name, getattr(self.obj, name))
        closed = ("items_due_at", "urgent") if self.obj.state == State.CALLED else ("ask_again", "reason")
        for name in closed:
            del self.fields[name]
        # A page sends every text; what a program leaves out stays as it is.
        own = [name for name in self.OWN if name in self.fields]
        if self.is_bound and any(name not in self.data for name in own if name != "urgent"):
            for name in own:
                if name not in self.data:
                    del self.fields[name]

    def given(self):
        given = dict(self.cleaned_data)
        for name in ("starts_at", "ends_at", "items_due_at", "replies_due_at"):
            before = getattr(self.obj, name)
            # The page shows minutes only; a moment it shows unchanged is unchanged.
            if name in given and before and given[name] == before.replace(second=0, microsecond=0):
                given[name] = before
        return given


@asks(schedule.cancel)
class CancelForm(VerbForm):
    reason = _text(_("Reason"), help_text=_("Everybody concerned reads it."))
