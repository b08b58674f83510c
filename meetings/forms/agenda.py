"""What proposing, answering and ordering agenda items must be told."""

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import subjects
from core.documents import DocumentField
from core.forms import VerbForm, asks
from core.permissions import visible
from members.mandates import Role, acts_as

from .. import agenda, charter
from ..models import AgendaItem, Meeting

PRINTED = ("title", "kind", "summary", "presenter", "minutes", "rule")


def _reason(label=None, **kwargs):
    box = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label or _("Reason"), widget=box, max_length=500, **kwargs)


def subject_key(obj) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}"


class SubjectField(forms.ChoiceField):
    """Something another chapter lets a meeting decide: cleans to the object, or None."""

    def offer(self, current=None):
        self._objects = {}
        self.label_of = {}
        for subject in subjects.waiting():
            for obj in subject.candidates()[:100]:
                self._objects[subject_key(obj)] = obj
                self.label_of[subject_key(obj)] = f"{subject.label}：{obj}"
        if current is not None:
            self._objects[subject_key(current)] = current
            self.label_of[subject_key(current)] = str(current)
        self.choices = [("", "—"), *self.label_of.items()]

    def clean(self, value):
        key = super().clean(value)
        return self._objects[key] if key else None


class ItemForm(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=AgendaItem.Kind.choices, initial=AgendaItem.Kind.DELIBERATION, required=False
    )
    summary = forms.CharField(
        label=_("Summary"),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        help_text=_("What the meeting is asked to do, and why, in a few sentences."),
    )
    presenter = forms.CharField(label=_("Presenter"), max_length=60, required=False)
    minutes = forms.IntegerField(
        label=_("Time"),
        min_value=1,
        max_value=240,
        initial=10,
        required=False,
        widget=forms.NumberInput(attrs={"data-unit": _("minutes")}),
    )
    rule = forms.ChoiceField(
        label=_("Rule of the charter"),
        required=False,
        help_text=_("How it is decided, if the meeting votes on it."),
    )
    subject = SubjectField(
        label=_("Decides about"),
        required=False,
        help_text=_("What follows from the decision happens by itself."),
    )
    documents = DocumentField(required=False)

    def prepare(self):
        rules = charter.vote_codes(timezone.localdate())
        english = get_language() == "en"
        self.fields["rule"].choices = [
            (rule.code, rule.text_en if english else rule.text_zh) for rule in rules
        ]
        self.initial.setdefault("rule", "ordinary")
        self.fields["subject"].offer(self.obj.subject if self.obj and self.obj.subject_id else None)
        if len(self.fields["subject"].choices) == 1:
            self.fields["subject"].widget = forms.HiddenInput()

    def given(self):
        given = dict(self.cleaned_data)
        for name, usual in (("kind", AgendaItem.Kind.DELIBERATION), ("minutes", 10), ("rule", "ordinary")):
            if name in given:
                given[name] = given[name] or usual
        return given


@asks(agenda.propose)
class ProposeForm(ItemForm):
    late = forms.BooleanField(
        label=_("Propose as a late item"),
        required=False,
        help_text=_("The meeting takes it up only if more than half of the units present agree."),
    )
    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("Meeting"))
    field_order = ["meeting"]

    def prepare(self):
        super().prepare()
        rows = visible(Meeting, self.by).exclude(state__in=agenda.OVER).order_by("starts_at")
        if not acts_as(self.by, Role.SECRETARIAT):
            rows = rows.exclude(state=Meeting.State.DRAFT)
        # A meeting that is over stays choosable by a program, so that it learns why (409) and not only that (400).
        self.fields["meeting"].queryset = visible(Meeting, self.by) if self.is_bound else rows
        given = str(self.initial.get("meeting") or "")
        chosen = rows.filter(pk=given).first() if given.isdecimal() else rows.first()
        if chosen is None:
            return
        self.initial["meeting"] = chosen.pk
        if not self.is_bound and not agenda.is_late(chosen, timezone.now()):
            self.fields["late"].widget = forms.HiddenInput()


@asks(agenda.edit)
class EditForm(ItemForm):
    def prepare(self):
        super().prepare()
        if self.obj is None:
            return
        for name in PRINTED:
            self.initial[name] = getattr(self.obj, name)
        if self.obj.subject_id:
            self.initial["subject"] = subject_key(self.obj.subject)
        # A page sends every field; what a program leaves out stays as it is.
        if self.is_bound:
            for name in (*PRINTED, "subject"):
                if name not in self.data:
                    del self.fields[name]


@asks(agenda.accept)
class AcceptForm(VerbForm):
    minutes = forms.IntegerField(
        label=_("Time"),
        min_value=1,
        max_value=240,
        required=False,
        widget=forms.NumberInput(attrs={"data-unit": _("minutes")}),
    )

    def prepare(self):
        if self.obj:
            self.initial.setdefault("minutes", self.obj.minutes)


@asks(agenda.return_item)
class ReturnForm(VerbForm):
    reason = _reason()


@asks(agenda.withdraw)
class WithdrawForm(VerbForm):
    reason = _reason(required=False)


@asks(agenda.move)
class MoveForm(VerbForm):
    position = forms.IntegerField(label=_("Place on the agenda"), min_value=1)


@asks(agenda.conclude)
class ConcludeForm(VerbForm):
    conclusion = _reason(_("Conclusion"))
