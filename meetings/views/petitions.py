"""The pages of petitions: the list, one petition, and its counter as it moves."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock, pages, workflow
from core.permissions import find
from core.templatetags.alliance import day, moment, unit_name

from .. import petitions
from ..models import Petition

State = Petition.State
TONES = {State.OPEN: "blue", State.BINDING: "red", State.ANSWERED: "green", State.WITHDRAWN: "grey"}


class Petitions(pages.List):
    """Every petition, the latest first."""

    model = Petition
    title = gettext_lazy("Petitions for a meeting")
    ordering = ("-pk",)
    columns = (
        pages.Column("title", pgettext_lazy("petition", "Petition"), lambda p: p.title),
        pages.Column("unit", gettext_lazy("Started by"), lambda p: str(p.unit)),
        pages.Column(
            "due_on",
            gettext_lazy("To be called by"),
            lambda p: p.due_on,
            show=lambda p: day(p.due_on) if p.due_on else "—",
        ),
    )
    empty = {
        "title": gettext_lazy("No petition"),
        "hint": gettext_lazy("A member unit's delegate may ask for an extraordinary meeting."),
        "action": None,
    }

    def primary(self):
        if workflow.can_create(Petition, self.request.user, "start"):
            label = _("Ask for an extraordinary meeting")
            return {"label": label, "url": reverse("meetings:petition_new"), "icon": "add"}
        return None

    def badge_of(self, obj):
        return {"label": obj.get_state_display(), "tone": TONES[obj.state]}

    def light_of(self, obj):
        return petitions.light(obj, timezone.now()) if obj.state == State.BINDING else ""


def petition(request, pk):
    """One petition with its counter, its signatures and its items."""
    obj = find(Petition, request.user, pk)
    now = timezone.now()
    bound = obj.state == State.BINDING
    facts = [
        {"label": _("Started by"), "value": unit_name(obj.unit), "url": obj.unit.get_absolute_url()},
        {"label": _("Started on"), "value": moment(obj.created_at)},
        {"label": _("To be called by"), "value": day(obj.due_on) if obj.due_on else ""},
        {
            "label": _("Meeting"),
            "value": obj.meeting,
            "url": obj.meeting.get_absolute_url() if obj.meeting else "",
        },
        {"label": _("Why a meeting is needed"), "value": obj.reason, "wide": True},
    ]
    step = None
    if obj.state == State.OPEN:
        step = pages.NextStep(
            _("Delegates of member units sign, until the share the charter asks for is reached."),
            _("Member units"),
        )
    elif bound:
        step = pages.NextStep(
            _("The charter binds the secretariat to call this meeting."),
            _("Secretariat"),
            clock.end_of_day(obj.due_on),
            petitions.light(obj, now),
        )
    return pages.detail(
        request,
        obj,
        "meetings/petitions/detail.html",
        page_title=obj.title,
        crumbs=[{"label": _("Petitions for a meeting"), "url": reverse("meetings:petitions")}],
        badge={"label": obj.get_state_display(), "tone": TONES[obj.state]},
        facts=[fact for fact in facts if fact["value"]],
        next_step=step,
        **_count(obj),
    )


def counter(request, pk):
    """The counter alone, asked for again every few seconds while signatures come in."""
    obj = find(Petition, request.user, pk)
    return render(request, "meetings/petitions/_count.html", {"object": obj, **_count(obj)})


def _count(obj):
    return {
        "count": petitions.count(obj),
        "sentence": petitions.sentence(obj),
        "signatures": list(obj.signatures.select_related("unit", "person")),
        "collecting": obj.state == State.OPEN,
    }
