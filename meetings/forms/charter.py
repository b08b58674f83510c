"""What the charter desk must be told: the day of a version, the clauses of a draft, what a resolution confirms."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks
from core.permissions import visible
from core.workflow import Refused
from members.membership import members

from .. import charter, charter_desk, clauses, rules
from ..models import CharterRule, Resolution

Kind = CharterRule.Kind


def _text(label, rows=3, **kwargs):
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


@asks(charter_desk.draft)
class DraftForm(VerbForm):
    effective_on = forms.DateField(
        label=_("Effective from"), help_text=_("At the earliest from the day after it is adopted.")
    )
    note = _text(_("What is to change, and why"), required=False)


@asks(charter_desk.edit)
class EditForm(DraftForm):
    def prepare(self):
        if self.obj:
            self.initial |= {"effective_on": self.obj.effective_on, "note": self.obj.note}


@asks(charter_desk.take_back)
class TakeBackForm(VerbForm):
    reason = _text(_("Reason"))


@asks(charter_desk.withdraw)
class WithdrawForm(VerbForm):
    reason = _text(_("Reason"), required=False)


@asks(charter_desk.confirm)
class ConfirmForm(VerbForm):
    resolution = forms.ModelChoiceField(
        Resolution.objects.none(), label=_("Resolution"), empty_label=_("Choose a resolution")
    )
    rules = forms.ModelMultipleChoiceField(
        CharterRule.objects.none(), label=_("Rules it confirms"), widget=forms.CheckboxSelectMultiple
    )

    def prepare(self):
        self.fields["resolution"].queryset = visible(Resolution, self.by)
        if self.obj:
            self.fields["rules"].queryset = self.obj.rules.filter(confirmed=False)


@asks(clauses.edit)
class ClauseForm(VerbForm):
    """The fields a rule of its kind has; :meth:`sentences` is the preview of what is typed."""

    numerator = forms.IntegerField(label=_("Upper number of the fraction"), required=False)
    denominator = forms.IntegerField(label=_("Lower number of the fraction"), required=False)
    inclusive = forms.TypedChoiceField(
        label=_("The number itself"),
        choices=[
            ("1", _("is enough (this number or more)")),
            ("0", _("is not enough (more than this number)")),
        ],
        coerce=lambda value: value == "1",
        required=False,
        empty_value=None,
    )
    base = forms.ChoiceField(label=_("Of what"), choices=CharterRule.Base.choices, required=False)
    tie = forms.ChoiceField(label=_("At equal votes"), choices=CharterRule.Tie.choices, required=False)
    secret = forms.BooleanField(label=_("By secret ballot"), required=False)
    number = forms.IntegerField(label=_("Number"), required=False)
    text_zh = forms.CharField(label=_("Sentence in Chinese"), max_length=300, required=False)
    text_en = forms.CharField(label=_("Sentence in English"), max_length=400, required=False)

    SHARE = ("numerator", "denominator", "inclusive", "base", "tie", "secret")

    def prepare(self):
        if self.obj is None:
            return
        row = self.obj
        left_out = {Kind.FRACTION: ["number"], Kind.TEXT: [*self.SHARE, "number"]}.get(
            row.kind, [*self.SHARE]
        )
        if row.code in clauses.THRESHOLDS:
            left_out += ["base", "tie", "secret"]
        for name in left_out:
            del self.fields[name]
        for name in self.fields:
            self.initial[name] = getattr(row, name)
        if "inclusive" in self.fields:
            self.initial["inclusive"] = "1" if row.inclusive else "0"
        if "number" in self.fields:
            self.fields["number"].label = row.get_kind_display()

    def given(self):
        # What a program leaves out stays as it is; an unticked box of a page is an answer.
        sent = {name for name in self.fields if self.add_prefix(name) in self.data}
        if "text_zh" in sent and "secret" in self.fields:
            sent.add("secret")
        return {k: v for k, v in self.cleaned_data.items() if k in sent and v is not None}

    def sentences(self) -> dict:
        """What the rule says with what is typed: {"sentence", "provisos"} or {"refusal"}."""
        typed = {}
        if self.is_bound:
            self.full_clean()
            typed = self.given() if hasattr(self, "cleaned_data") else {}
        try:
            row = clauses.draft_of(self.obj, typed)
        except Refused as refused:
            return {"refusal": refused.sentence}
        if row.kind != Kind.FRACTION:
            clauses_text = typed.get("text_zh") or row.text_zh
            return {
                "sentence": _("%(number)s %(kind)s") % {"number": row.number, "kind": row.get_kind_display()}
                if row.number
                else clauses_text
            }
        exact = charter.arithmetic(row)
        return {
            "sentence": rules.describe(exact, members(timezone.localdate()).count()),
            "provisos": rules.provisos(exact) if isinstance(exact, rules.Rule) else [],
        }
