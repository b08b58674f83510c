"""The pages of the agenda: items, one item, and the tab of the meeting page."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import documents, pages, permissions, workflow
from core.filters import ObjectFilter
from core.templatetags.alliance import moment, unit_name
from members.mandates import Role, acts_as

from .. import agenda, charter
from ..models import AgendaItem, CharterRule, Meeting

State = AgendaItem.State
TONES = {
    State.PROPOSED: "amber",
    State.ACCEPTED: "green",
    State.RETURNED: "red",
    State.WITHDRAWN: "grey",
    State.CONCLUDED: "grey",
}


class ItemFilter(django_filters.FilterSet):
    """The filters of the list and of the API."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=State.choices, empty_label=gettext_lazy("Any state")
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=AgendaItem.Kind.choices, empty_label=gettext_lazy("Any kind")
    )
    meeting = ObjectFilter(
        label=gettext_lazy("Meeting"),
        queryset=lambda request: permissions.visible(Meeting, request.user).order_by("-starts_at"),
        empty_label=gettext_lazy("Any meeting"),
    )

    class Meta:
        model = AgendaItem
        fields = ["state", "kind", "meeting"]


class Items(pages.List):
    model = AgendaItem
    title = gettext_lazy("Agenda items")
    filterset_class = ItemFilter
    ordering = ("-pk",)
    columns = (
        pages.Column("title", gettext_lazy("Item"), lambda i: i.title),
        pages.Column("meeting", gettext_lazy("Meeting"), lambda i: i.meeting.title),
        pages.Column("unit", gettext_lazy("Proposed by"), lambda i: unit_name(i.unit)),
        pages.Column("kind", gettext_lazy("Kind"), lambda i: i.get_kind_display()),
        pages.Column("minutes", gettext_lazy("Minutes"), lambda i: i.minutes, align="end"),
    )
    empty = {
        "title": gettext_lazy("No items here"),
        "hint": gettext_lazy("Items are proposed while a meeting collects them."),
        "action": None,
    }

    def rows(self):
        return super().rows().select_related("meeting", "unit")

    def primary(self):
        if workflow.can_create(AgendaItem, self.request.user, "propose"):
            return {"label": _("Propose an item"), "url": reverse("meetings:item_new"), "icon": "add"}
        return None

    def chips(self):
        asked = self.request.GET.get("state")
        return [{"label": _("All"), "url": "?", "active": not asked}] + [
            {"label": state.label, "url": f"?state={state}", "active": asked == state}
            for state in (State.PROPOSED, State.ACCEPTED, State.RETURNED, State.CONCLUDED)
        ]

    def badge_of(self, obj):
        return {"label": obj.get_state_display(), "tone": TONES[obj.state]}


def item(request, pk):
    rows = agenda.visible_to(request.user).select_related("meeting", "unit", "subject_type")
    found = get_object_or_404(rows, pk=pk)
    rule = CharterRule.objects.filter(version=charter.version(timezone.localdate()), code=found.rule).first()
    facts = [
        {
            "label": _("Meeting"),
            "value": found.meeting,
            "url": f"{found.meeting.get_absolute_url()}?tab=agenda",
        },
        {"label": _("Proposed by"), "value": unit_name(found.unit)},
        {"label": _("Kind"), "value": found.get_kind_display()},
        {"label": _("Presenter"), "value": found.presenter},
        {"label": _("Time"), "value": _("%(n)d minutes") % {"n": found.minutes}},
        {"label": _("Rule of the charter"), "value": rule or found.rule},
    ]
    if found.subject_id and found.subject:
        facts.append({"label": _("Decides about"), "value": found.subject, "wide": True})
    if found.summary:
        facts.append({"label": _("Summary"), "value": found.summary, "wide": True})
    if found.conclusion:
        facts.append({"label": _("Conclusion"), "value": found.conclusion, "wide": True})
    return pages.detail(
        request,
        found,
        "meetings/items/detail.html",
        next_step=_next_step(found),
        page_title=found.title,
        badge={"label": found.get_state_display(), "tone": TONES[found.state]},
        crumbs=[
            {"label": _("Meetings"), "url": reverse("meetings:meetings")},
            {"label": found.meeting.title, "url": f"{found.meeting.get_absolute_url()}?tab=agenda"},
        ],
        facts=facts,
        files=documents.listed(documents.of(found)),
    )


def _next_step(found):
    late = _("Late item: the meeting must first agree to take it up.") if found.late else ""
    if found.state == State.PROPOSED:
        words = _("The secretariat puts it on the agenda or returns it with a reason.")
        return pages.NextStep(" ".join(part for part in (words, late) if part), _("Secretariat"))
    if found.state == State.RETURNED:
        return pages.NextStep(_("Returned: %(reason)s") % {"reason": found.reason}, unit_name(found.unit))
    if found.state == State.ACCEPTED:
        words = _("It is dealt with at the meeting on %(moment)s.") % {
            "moment": _plain(found.meeting.starts_at)
        }
        return pages.NextStep(late or words)
    return None


def _plain(value):
    return strip_tags(moment(value))


def panel(request, meeting, brief=False) -> dict:
    """The tab "agenda": items in order with minutes and result, those proposed, and the time they take."""
    rows = list(agenda.visible_to(request.user).filter(meeting=meeting).select_related("unit"))
    rows.sort(key=lambda i: (i.position, i.pk))
    on_it = [i for i in rows if i.state in (State.ACCEPTED, State.CONCLUDED)]
    planned = sum(i.minutes for i in on_it)
    room = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    found = {"items": on_it, "planned": planned, "room": room, "over": planned - room}
    if brief:
        return found
    staff = acts_as(request.user, Role.SECRETARIAT)
    waiting = [i for i in rows if i.state in (State.PROPOSED, State.RETURNED)]
    for each in rows:
        each.badge = {"label": each.get_state_display(), "tone": TONES[each.state]}
    open_to_items = meeting.state in agenda.TAKES_ITEMS and (staff or meeting.state != Meeting.State.DRAFT)
    new = open_to_items and workflow.can_create(AgendaItem, request.user, "propose")
    return found | {
        "waiting": waiting,
        "sortable": staff and meeting.state not in agenda.OVER and len(on_it) > 1,
        "new_url": f"{reverse('meetings:item_new')}?meeting={meeting.pk}" if new else "",
        "late": agenda.is_late(meeting, timezone.now()),
    }


@require_POST
def move(request, pk):
    """Put an item at another place: from the arrows, or from dragging (which needs no new page)."""
    found = permissions.find(AgendaItem, request.user, pk)
    if not permissions.allowed(request.user, agenda.move.verb.may, found):
        raise PermissionDenied
    position = request.POST.get("position", "")
    if not position.isdecimal():
        raise workflow.Refused(_("Say the place on the agenda as a number."))
    agenda.move(found, by=request.user, position=int(position))
    if request.headers.get("X-Requested-With") == "drag":
        return HttpResponse(status=204)
    return pages.go(request, f"{found.meeting.get_absolute_url()}?tab=agenda")
