"""What organizations are asked."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks

from .. import organizations, uscc
from ..models import Industry, Organization


class CodeField(forms.CharField):
    """A unified social credit code. Empty cleans to an empty text."""

    def clean(self, value):
        text = super().clean(value)
        return uscc.checked(text) if text else ""


class EntryForm(VerbForm):
    """What is said about a unit."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    short_zh = forms.CharField(label=_("Chinese short name"), max_length=40, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    short_en = forms.CharField(label=_("English short name"), max_length=60, required=False)
    uscc = CodeField(
        label=_("Unified social credit code"),
        max_length=24,
        required=False,
        help_text=_("18 characters, as on the licence."),
    )
    city = forms.CharField(label=_("City"), max_length=40, required=False)
    zone = forms.ModelChoiceField(
        Organization.objects.filter(kind="zone", active=True), label=_("Located in zone"), required=False
    )
    industries = forms.ModelMultipleChoiceField(
        Industry.objects.all(), label=_("Industries"), required=False, widget=forms.CheckboxSelectMultiple
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    description_zh = forms.CharField(label=_("Chinese description"), required=False, widget=forms.Textarea)
    description_en = forms.CharField(label=_("English description"), required=False, widget=forms.Textarea)

    def prepare(self):
        if self.by is not None and not organizations.acts_as(self.by, organizations.Role.SECRETARIAT):
            # Where a unit lies is the secretariat's to say; a zone registers its own companies.
            del self.fields["zone"]


@asks(organizations.register)
class RegisterForm(EntryForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Organization.Kind.choices)

    field_order = ["kind"]

    def prepare(self):
        super().prepare()
        kinds = organizations.offered_kinds(self.by) if self.by is not None else list(Organization.Kind)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]

    def clean(self):
        is_company = self.cleaned_data.get("kind") == Organization.Kind.COMPANY
        if is_company and self.cleaned_data.get("uscc") == "":
            self.add_error("uscc", ValidationError(_("A company is registered under its code.")))
        return super().clean()


@asks(organizations.edit)
class EditForm(EntryForm):
    def prepare(self):
        super().prepare()
        if self.obj is None:
            return
        for name, field in self.fields.items():
            field.initial = (
                list(self.obj.industries.all()) if name == "industries" else getattr(self.obj, name) or ""
            )
        if self.obj.kind in (Organization.Kind.ZONE, Organization.Kind.SECRETARIAT):
            self.fields.pop("zone", None)


class ReasonForm(VerbForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea)


@asks(organizations.retire)
class RetireForm(ReasonForm):
    pass
