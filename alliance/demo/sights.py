"""Which pages make up the face of the product, at which moments of the play, and who comes to see them?

A page is tried for every role of its moment. Who may not see it gets no picture, and the index says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings import invitations, votes
from members.models import Mandate

#: role → account of the demonstration; None is the public.
ROLES = {
    "public": None,
    "secretariat": "secretariat",
    "chair": "fuzhou-delegate",
    "delegate": "zherong-delegate",
    "liaison": "zherong-liaison",
    "editor": "xiamen-torch-editor",
    "service": "xiamen-torch-service",
    "company": "company-1",
    "bank": "bank-officer",
    "department": "department-officer",
    "observer": "observer",
}
#: For whom the dark and the English face are pictured as well.
SUBSET = ("secretariat", "delegate")


@dataclass(frozen=True)
class Sight:
    """One page; ``of(stage)`` gives the arguments of its address from what the play has made."""

    name: str
    route: str
    of: Callable = lambda stage: ()
    query: str = ""

    def path(self, stage) -> str:
        query = self.query.format(meeting=stage.meeting.pk)
        return reverse(self.route, args=self.of(stage)) + query


def _meeting(stage):
    return (stage.meeting.pk,)


def _zone(stage):
    return (stage.unit("xiamen-torch").pk,)


def _company(stage):
    return (stage.unit("company-1").pk,)


def _link(stage):
    """A fresh link of a unit that has not answered."""
    unit = stage.meeting.invitations.get(unit__code="zherong")
    return (invitations.reply_token(unit, stage.person("zherong-delegate")),)


def _own_invitation(stage):
    return (stage.meeting.invitations.get(unit__code="zherong").pk, invitations.reply.verb.name)


def _returned(stage):
    return (stage.returned_item.pk,)


COLLECTING = (
    Sight("home", "home"),
    Sight("meeting", "meetings:meeting", _meeting),
    Sight("meeting-agenda", "meetings:meeting", _meeting, "?tab=agenda"),
    Sight("item-new", "meetings:item_new", query="?meeting={meeting}"),
    Sight("item", "meetings:item", _returned),
    Sight("meeting-new", "meetings:meeting_new"),
    Sight("meeting-change", "meetings:meeting_verb", lambda stage: (stage.meeting.pk, "change")),
    Sight("chair", "meetings:chair"),
)
CALLED = (
    Sight("home", "home"),
    Sight("meeting", "meetings:meeting", _meeting),
    Sight("meeting-replies", "meetings:meeting", _meeting, "?tab=replies"),
    Sight("reply", "meetings:invitation_verb", _own_invitation),
    Sight("reply-link", "reply_link", _link),
    Sight("meeting-cancel", "meetings:meeting_verb", lambda stage: (stage.meeting.pk, "cancel")),
    Sight("inbox", "inbox"),
    Sight("calendar", "meetings:calendar"),
)
VOTING = (
    Sight("home", "home"),
    Sight("meeting", "meetings:meeting", _meeting),
    Sight("meeting-room", "meetings:meeting", _meeting, "?tab=room"),
    Sight("room", "meetings:room", _meeting),
    Sight("projector", "meetings:projector", _meeting),
    Sight("check-in", "meetings:check_in", lambda stage: (stage.meeting.check_in_code,)),
    Sight("motion", "meetings:motion", lambda stage: (stage.motion.pk,)),
    Sight("vote-close", "meetings:motion_verb", lambda stage: (stage.motion.pk, votes.close.verb.name)),
)
AFTERWARDS = (
    Sight("home", "home"),
    Sight("inbox", "inbox"),
    Sight("notice-settings", "notice_settings"),
    Sight("search", "search", query="?q=主任"),
    Sight("meetings", "meetings:meetings"),
    Sight("meeting", "meetings:meeting", _meeting),
    Sight("meeting-decisions", "meetings:meeting", _meeting, "?tab=decisions"),
    Sight("meeting-tasks", "meetings:meeting", _meeting, "?tab=tasks"),
    Sight("meeting-minutes", "meetings:meeting", _meeting, "?tab=minutes"),
    Sight("items", "meetings:items"),
    Sight("item", "meetings:item", lambda stage: (stage.chair_item.pk,)),
    Sight("motion", "meetings:motion", lambda stage: (stage.motion.pk,)),
    Sight("resolutions", "meetings:resolutions"),
    Sight("resolution", "meetings:resolution", lambda stage: (stage.resolution.pk,)),
    Sight("tasks", "meetings:tasks"),
    Sight("task", "meetings:task", lambda stage: (stage.second_task.pk,)),
    Sight("task-report", "meetings:task_verb", lambda stage: (stage.second_task.pk, "report")),
    Sight("task-new", "meetings:task_new"),
    Sight("followup", "meetings:followup", _meeting),
    Sight("minutes", "meetings:minutes", lambda stage: (stage.minutes.pk,)),
    Sight("minutes-list", "meetings:minutes_list"),
    Sight("chair", "meetings:chair"),
    Sight("term", "meetings:chairterm", lambda stage: (stage.term.pk,)),
    Sight("charter", "meetings:charter"),
    Sight("calendar", "meetings:calendar", query="?month=2026-11"),
    Sight("directory", "members:directory"),
    Sight("zones", "members:zones"),
    Sight("zone", "members:zone", _zone),
    Sight("organizations", "members:organizations"),
    Sight("organization", "members:organization", _company),
    Sight("organization-new", "members:organization_new"),
    Sight("memberships", "members:memberships"),
    Sight("mandates", "members:mandates"),
    Sight(
        "mandate", "members:mandate", lambda stage: (Mandate.objects.get(unit=stage.unit("demo-bank")).pk,)
    ),
    Sight("mandate-new", "members:mandate_new"),
    Sight("users", "members:users"),
    Sight("invitations", "members:accountinvitations"),
    Sight("invite", "members:accountinvitation_new"),
    Sight("login", "account_login"),
    Sight("password-reset", "account_reset_password"),
    Sight("second-factor", "mfa_index"),
    Sight("sessions", "usersessions_list"),
    Sight("styleguide", "styleguide"),
)
INSIDERS = ("secretariat", "chair", "delegate")
#: act after which → (title, pages, roles that come)
MOMENTS = {
    "prepare": (_("Agenda settled, before the notice"), COLLECTING, INSIDERS),
    "call": (_("Notice sent, replies awaited"), CALLED, (*INSIDERS, "public")),
    "open_the_vote": (_("In session, a vote is open"), VOTING, (*INSIDERS, "liaison")),
    "verify": (_("Afterwards: everything"), AFTERWARDS, tuple(ROLES)),
}
