"""Which lists the part "members" holds, as tabs for this reader."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import pages

from .. import mandates
from ..mandates import Role, acts_as

TABS = (
    # name of the list's address, its label, whether this reader has it
    ("zones", _("Zones"), lambda user: True),
    ("organizations", _("Organizations"), lambda user: bool(user.role)),
    ("memberships", _("Membership"), mandates.is_inside),
    ("mandates", _("Mandates"), lambda user: bool(user.role)),
    ("users", _("Accounts"), lambda user: acts_as(user, Role.SECRETARIAT, Role.DELEGATE)),
    ("accountinvitations", _("Invitations"), mandates.may_appoint),
)


def tabs(user, here) -> list[dict]:
    """The tabs this reader has; none for the public, who has only one list."""
    if not user.is_authenticated:
        return []
    shown = [
        {"label": label, "url": reverse(f"members:{name}"), "active": name == here}
        for name, label, may in TABS
        if may(user)
    ]
    return shown if len(shown) > 1 else []


class List(pages.List):
    """A list of this part; ``tab`` is the name of its address."""

    tab = ""
    template_name = "members/list.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(tabs=tabs(self.request.user, self.tab), **kwargs)

    def chosen(self, label, **query):
        """A ready filter: the list with just this query."""
        own = {key: self.request.GET.get(key, "") for key in query}
        address = "&".join(f"{key}={value}" for key, value in query.items() if value)
        return {"label": label, "url": f"?{address}", "active": own == query}


def crumb(name, label) -> dict:
    return {"label": label, "url": reverse(f"members:{name}")}
