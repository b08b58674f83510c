"""Fields that several chapters ask: a person by account name, a unit by choice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..accounts import account_with
from ..models import User


class PersonField(forms.CharField):
    """An account, named by its user name or e-mail. Cleans to the open account; never lists who has one."""

    default_error_messages = {
        "unknown": _("No open account has this name or e-mail. Invite the person instead."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Account"))
        kwargs.setdefault("help_text", _("User name or e-mail of the person."))
        super().__init__(max_length=254, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        found = User.objects.filter(username=text, is_active=True).first()
        found = found or account_with(text)
        if found is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return found
