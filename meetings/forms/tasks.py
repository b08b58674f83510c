"""What a task's verbs must be told."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.documents import DocumentField
from core.forms import VerbForm, asks
from core.permissions import visible
from members.membership import members
from members.models import Organization

from .. import tasks
from ..models import Meeting, Resolution


def task_units():
    """The units a task can be given to: the members and the secretariat."""
    secretariat = Organization.objects.filter(kind=Organization.Kind.SECRETARIAT, active=True)
    return Organization.objects.filter(pk__in=members().order_by().values("pk")) | secretariat


def reason(label):
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}))


@asks(tasks.assign)
class AssignForm(VerbForm):
    """From a resolution or a meeting (``?resolution=``, ``?meeting=``), or free."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("What must be done"), widget=forms.Textarea(attrs={"rows": 5}), required=False
    )
    resolution = forms.ModelChoiceField(
        Resolution.objects.none(),
        label=_("Resolution"),
        required=False,
        help_text=_("The decision it follows from."),
    )
    meeting = forms.ModelChoiceField(Meeting.objects.none(), required=False, widget=forms.HiddenInput)
    lead = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Leading unit"), empty_label=_("Choose a unit")
    )
    assisting = forms.ModelMultipleChoiceField(
        Organization.objects.none(),
        label=_("Assisting units"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = forms.DateField(label=_("Due"), help_text=_("Proposed: 20 working days from today."))
    evidence = forms.CharField(
        label=_("Evidence expected"),
        max_length=200,
        required=False,
        help_text=_("What shows that it is done, for example the signed agreement."),
    )

    def prepare(self):
        today = timezone.localdate()
        known = visible(Resolution, self.by).filter(state=Resolution.State.EFFECTIVE)
        recent = known.filter(year__gte=today.year - 1)
        given = str(self.initial.get("resolution") or "")
        self.fields["resolution"].queryset = recent | known.filter(pk=given) if given.isdecimal() else recent
        self.fields["meeting"].queryset = visible(Meeting, self.by)
        for name in ("lead", "assisting"):
            self.fields[name].queryset = task_units()
        self.fields["due_on"].initial = tasks.proposed_due(today)


@asks(tasks.report)
class ReportForm(VerbForm):
    percent = forms.IntegerField(
        label=_("Progress (%)"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"data-unit": "%", "inputmode": "numeric"}),
    )
    text = forms.CharField(label=_("What was done"), widget=forms.Textarea(attrs={"rows": 5}))
    files = DocumentField(label=_("Evidence"), required=False)

    def prepare(self):
        if self.obj is not None:
            self.fields["percent"].initial = self.obj.percent


@asks(tasks.submit)
class SubmitForm(VerbForm):
    text = forms.CharField(label=_("What was achieved"), widget=forms.Textarea(attrs={"rows": 5}))
    files = DocumentField(label=_("Evidence"), required=False)

    def prepare(self):
        if self.obj is not None and self.obj.evidence:
            self.fields["files"].label = self.obj.evidence


@asks(tasks.send_back)
class SendBackForm(VerbForm):
    reason = reason(_("What is missing"))


class DueDayForm(VerbForm):
    due_on = forms.DateField(label=_("New due day"))
    reason = reason(_("Reason"))

    def prepare(self):
        if self.obj is not None:
            asked = self.obj.extension_on
            self.fields["due_on"].initial = asked or clock.add_working_days(self.obj.due_on, 10)


@asks(tasks.ask_extension)
class AskExtensionForm(DueDayForm):
    pass


@asks(tasks.extend)
class ExtendForm(DueDayForm):
    def prepare(self):
        super().prepare()
        if self.obj is not None and self.obj.extension_reason:
            self.fields["reason"].initial = self.obj.extension_reason


@asks(tasks.refuse_extension)
class RefuseExtensionForm(VerbForm):
    reason = reason(_("Reason"))


@asks(tasks.cancel)
class CancelTaskForm(VerbForm):
    reason = reason(pgettext_lazy("task", "Why it is cancelled"))
