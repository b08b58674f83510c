"""What frames every page: the rooms the reader may enter, for whom they act, what lies in the inbox."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from members.models import Mandate

Role = Mandate.Role
OUTSIDE = {Role.COMPANY, Role.BANK, Role.DEPARTMENT}

#: (url name, path prefix by which it is shown as open, icon, label, roles that see it; None is everyone)
ROOMS = (
    ("home", "/", "home", lambda: _("Workbench"), None),
    ("meetings:meetings", "/meetings/meetings/", "meeting", lambda: _("Meetings"), "inside"),
    ("meetings:tasks", "/meetings/tasks/", "task", lambda: _("Tasks"), "inside"),
    ("meetings:resolutions", "/meetings/resolutions/", "document", lambda: _("Resolutions"), "inside"),
    ("members:zones", "/members/zones/", "members", lambda: _("Members"), None),
    ("members:mandates", "/members/mandates/", "settings", lambda: _("Administration"), "secretariat"),
)


def frame(request):
    """The context of every template. Lazy: a page without a frame costs no query."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "alliance_name": settings.ALLIANCE_NAME,
        "icp_number": settings.ICP_NUMBER,
        "police_number": settings.POLICE_NUMBER,
        "nav": SimpleLazyObject(lambda: _rooms(request, user) if known else []),
        "mandate": SimpleLazyObject(lambda: user.mandate) if known and user.mandate else None,
        "mandates": SimpleLazyObject(lambda: _others(user)) if known else [],
        "inbox_count": SimpleLazyObject(lambda: _unread(user)) if known else 0,
    }


def _rooms(request, user):
    rooms = []
    for name, prefix, icon, label, whose in ROOMS:
        if whose == "inside" and (not user.role or user.role in OUTSIDE):
            continue
        if whose == "secretariat" and user.role != Role.SECRETARIAT:
            continue
        url = reverse(name)
        active = request.path == "/" if prefix == "/" else request.path.startswith(prefix)
        rooms.append({"url": url, "icon": icon, "label": label(), "active": active, "count": 0})
    return rooms


def _others(user):
    return [mandate for mandate in user.current_mandates if mandate.pk != user.mandate.pk]


def _unread(user):
    from core.models import Channel

    # Counting to a hundred is enough to say "99+".
    return user.notices.filter(channel=Channel.INBOX, read_at=None)[:100].count()
