"""What accounts are asked."""

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks

from .. import accounts
from ..models import User
from .mandates import PostForm


@asks(accounts.invite)
class InviteForm(PostForm):
    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), max_length=60)
    ends_on = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty for an open term.")
    )

    field_order = ["email", "name"]


@asks(accounts.edit)
class DetailsForm(VerbForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput({"autocomplete": "tel"})
    )
    language = forms.ChoiceField(
        label=_("Language of mails"),
        choices=[("", _("As the platform")), *settings.LANGUAGES],
        required=False,
    )

    def prepare(self):
        if self.obj is not None:
            for name, field in self.fields.items():
                field.initial = getattr(self.obj, name)


@asks(accounts.deactivate)
class DeactivateForm(VerbForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class AcceptForm(forms.Form):
    """The one question of an invitation: who you are, and a password for the new account."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not a common word."),
    )
    again = forms.CharField(
        label=_("Password again"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args, invitation, **kwargs):
        super().__init__(*args, initial={"name": invitation.name}, **kwargs)
        self.person = User(username=invitation.email, email=invitation.email, name=invitation.name)

    def clean(self):
        data = super().clean()
        password = data.get("password")
        if password and data.get("again") is not None and password != data["again"]:
            self.add_error("again", _("The two passwords differ."))
        if password:
            try:
                password_validation.validate_password(password, self.person)
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        return data
