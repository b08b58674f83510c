"""What mandates are asked."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import VerbForm, asks

from .. import mandates
from ..models import Mandate, Organization
from .fields import PersonField


class PostForm(VerbForm):
    """Which post: the unit, the role, the title and the term. Narrowed to what the reader may give."""

    unit = forms.ModelChoiceField(Organization.objects.none(), label=_("Unit"))
    role = forms.ChoiceField(label=_("Role"))
    title = forms.CharField(label=_("Post"), max_length=60, required=False)

    def prepare(self):
        units = mandates.offered_units(self.by).order_by("kind", "pinyin", "pk") if self.by else None
        if units is not None:
            self.fields["unit"].queryset = units
            if not mandates.acts_as(self.by, mandates.Role.SECRETARIAT):
                self.fields["unit"].initial = self.by.unit_id
        roles = mandates.offered_roles(self.by) if self.by else list(Mandate.Role)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]


@asks(mandates.appoint)
class AppointForm(PostForm):
    person = PersonField()
    starts_on = forms.DateField(label=_("From"), initial=timezone.localdate)
    ends_on = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty for an open term.")
    )

    field_order = ["person"]


@asks(mandates.extend)
class ExtendForm(VerbForm):
    ends_on = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty for an open term.")
    )


@asks(mandates.hand_over)
class HandOverForm(VerbForm):
    person = PersonField(label=_("Successor's account"))
    title = forms.CharField(label=_("Post"), max_length=60, required=False)
    on = forms.DateField(
        label=_("Last day of the predecessor"),
        initial=timezone.localdate,
        help_text=_("The successor begins the day after."),
    )


@asks(mandates.end)
class EndForm(VerbForm):
    on = forms.DateField(
        label=_("Last day"), initial=timezone.localdate, help_text=_("Yesterday ends it at once.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
