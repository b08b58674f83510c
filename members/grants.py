"""Who else may see this one object: exceptions that a person decides, given to a unit.

The mass of rights follows from columns and mandates. Now and then one file is opened to one more unit: a guest of a
meeting, a bank that may see a company. The secretariat gives such a right to the unit, whoever acts for it then has
it, and takes it back. A chapter that allows this says so in one line::

    grants.opens(Meeting, "meetings.view_meeting", label=_("May attend this meeting as a guest"))

and reads it in its ``visible_to`` by ``permissions.granted(user, "meetings.view_meeting")``. The model then has the
verbs ``grant`` and ``revoke``, with page, API and journal like every other verb.
"""

from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermission
from guardian.shortcuts import assign_perm, remove_perm

from core import permissions
from core.permissions import ALWAYS, NEVER
from core.workflow import Refused, verb

from .mandates import Role, acts_as, people
from .models import Organization

_opened: dict[type, dict[str, str]] = {}


def secretariat(user):
    return ALWAYS if acts_as(user, Role.SECRETARIAT) else NEVER


def offered(model) -> dict[str, str]:
    """The permissions on single objects of this model that may be given: {"app.codename": label}."""
    return _opened.get(model, {})


def listed(obj) -> list[dict]:
    """Who was given what on this object: [{"unit", "permission", "label"}], for its page: one query a permission."""
    found = []
    for permission, label in offered(type(obj)).items():
        for unit in holders(permission, obj):
            found.append({"unit": unit, "permission": permission, "label": label})
    return found


def holders(permission: str, obj):
    """The units to which the permission on this object was given."""
    groups = permissions.units_with(permission, obj).values("group")
    return Organization.objects.filter(group__in=groups).order_by("kind", "pinyin", "pk")


def _told(obj, event):
    return people([event.data["to"]])


def opens(model, permission: str, *, label):
    """Allow the secretariat to give ``permission`` on single objects of ``model`` to a unit; see the module."""
    first = model not in _opened
    _opened.setdefault(model, {})[permission] = label
    if not first:
        return

    @verb(model, label=_("Open to a unit"), may=secretariat, tells=_told, hidden=True)
    def grant(obj, *, unit, permission, by):
        """Give a unit a right on this one object."""
        if permission not in offered(model):
            raise Refused(
                _("Such a right is not given one by one."), {"permission": [_("Choose from the list.")]}
            )
        if holders(permission, obj).filter(pk=unit.pk).exists():
            raise Refused(_("This unit already has it."), {"unit": [_("Choose another unit.")]})
        if GroupObjectPermission.objects.filter(group=unit.group_id).count() >= permissions.MOST_GRANTS:
            raise Refused(_("This unit holds too many single rights. Give it a role instead."))
        assign_perm(permission, unit.group, obj)
        return {"to": unit.pk, "unit": unit.code, "permission": permission}

    @verb(model, label=_("Take the right back"), may=secretariat, tells=_told, hidden=True)
    def revoke(obj, *, unit, permission, by):
        """Take a right on this one object back from a unit."""
        if permission not in offered(model) or not holders(permission, obj).filter(pk=unit.pk).exists():
            raise Refused(_("This unit does not have it."), {"unit": [_("Choose from the list.")]})
        remove_perm(permission, unit.group, obj)
        return {"to": unit.pk, "unit": unit.code, "permission": permission}

    _ask(model, grant, revoke)


def _ask(model, grant, revoke):
    # Here and not in forms/: the verbs are made for each model that opens itself, and so are their questions.
    from django import forms

    from core.forms import VerbForm, asks

    class Opening(VerbForm):
        unit = forms.ModelChoiceField(Organization.objects.filter(active=True), label=_("Unit"))
        permission = forms.ChoiceField(label=_("Right"))

        def prepare(self):
            choices = [(code, text) for code, text in offered(model).items()]
            self.fields["permission"].choices = choices
            if len(choices) == 1:
                self.fields["permission"].initial = choices[0][0]
                self.fields["permission"].widget = forms.HiddenInput()

    class Closing(Opening):
        def prepare(self):
            super().prepare()
            if self.obj is not None:
                groups = [holders(permission, self.obj).values("pk") for permission in offered(model)]
                self.fields["unit"].queryset = Organization.objects.filter(
                    reduce(or_, (Q(pk__in=pks) for pks in groups))
                )

    asks(grant)(Opening)
    asks(revoke)(Closing)
