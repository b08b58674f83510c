"""The pages of membership."""

import django_filters
from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import pages, permissions, workflow
from core.pages import Column, NextStep
from core.templatetags.alliance import day

from .. import membership as chapter
from ..models import Membership
from . import rooms

State = Membership.State
TONES = {State.APPLIED: "blue", State.ACTIVE: "green", State.LEAVING: "amber", State.REFUSED: "red"}


class MembershipFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), empty_label=_("All"), choices=State.choices, widget=forms.HiddenInput
    )

    class Meta:
        model = Membership
        fields = []


class MembershipList(rooms.List):
    model = Membership
    tab = "memberships"
    title = _("Membership")
    filterset_class = MembershipFilter
    ordering = ("joined_on", "pk")
    empty = {
        "title": _("No memberships yet"),
        "hint": _("A zone applies, the joint meeting admits."),
        "action": None,
    }
    columns = (
        Column("unit", _("Unit"), lambda row: row.unit.full_name, show=lambda row: str(row.unit)),
        Column(
            "joined_on",
            _("Member since"),
            lambda row: row.joined_on,
            show=lambda row: day(row.joined_on),
            sort="joined_on",
        ),
        Column("leaves_on", _("Leaves on"), lambda row: row.leaves_on, show=lambda row: day(row.leaves_on)),
        Column("state", _("State"), chapter.state_word, show=lambda row: shown(badge(row))),
    )

    def rows(self):
        return super().rows().select_related("unit")

    def chips(self):
        return [
            self.chosen(_("All"), state=""),
            *(
                self.chosen(state.label, state=state.value)
                for state in (State.APPLIED, State.ACTIVE, State.LEAVING)
            ),
        ]

    def primary(self):
        if not workflow.can_create(Membership, self.request.user, "apply"):
            return None
        user = self.request.user
        if user.unit.kind == "zone" and chapter.is_member(user.unit_id):
            return None
        return {
            "label": _("Apply for membership"),
            "url": reverse("members:membership_new"),
            "icon": "add",
        }


def shown(badge):
    return render_to_string("components/badge.html", badge)


def badge(row):
    tone = "grey" if chapter.lapsed(row) else TONES.get(row.state, "grey")
    return {"label": chapter.state_word(row), "tone": tone}


def membership(request, pk):
    """One membership, from the application on."""
    found = permissions.find(Membership, request.user, pk)
    facts = [
        {"label": _("Unit"), "value": found.unit, "url": found.unit.get_absolute_url()},
        {"label": _("Member since"), "value": day(found.joined_on)},
    ]
    if found.leaves_on:
        facts.append({"label": _("Leaves on"), "value": day(found.leaves_on)})
    if found.reason:
        facts.append({"label": _("Reason"), "value": found.reason, "wide": True})
    return pages.detail(
        request,
        found,
        "members/memberships/detail.html",
        page_title=str(found.unit),
        badge=badge(found),
        crumbs=[rooms.crumb("memberships", _("Membership"))],
        next_step=next_step(found),
        facts=facts,
    )


def next_step(found):
    if found.state == State.APPLIED:
        return NextStep(
            _("The secretariat checks the application and puts it on the agenda of a joint meeting."),
            whose=_("Secretariat"),
        )
    if found.state == State.LEAVING and not chapter.lapsed(found):
        days = (found.leaves_on - timezone.localdate()).days
        return NextStep(
            _(
                "The membership ends in %(n)d days. Until then the unit keeps its vote and may recall the notice."
            )
            % {"n": days},
            whose=str(found.unit),
            by_when=found.leaves_on,
        )
    return None
