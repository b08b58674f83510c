"""The pages of the rotation: the order and its history, a hand-over, and who hosts the secretariat."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock, pages, workflow
from core.permissions import find, visible
from core.templatetags.alliance import day, unit_name
from members.mandates import Role, acts_as

from .. import agenda, host, rotation
from .. import handover as handovers
from ..forms.agenda import subject_key
from ..models import AgendaItem, Handover, Meeting, RotationPlace, SecretariatPost
from ..models.meeting import Kind

TONES = {"waiting": "blue", "served": "green", "skipped": "amber", "declined": "grey"}


def order(request):
    """/meetings/rotation/"""
    user = request.user
    places = list(rotation.order(user))
    offers = workflow.offers(places, user)
    for place in places:
        place.tone = TONES[place.state]
        open_offers = [offer for offer in offers.get(place.pk, []) if offer.open]
        place.verbs = pages.buttons(place, user, open_offers)
    new = {"label": _("Set out a round"), "url": reverse("meetings:rotationplace_new"), "icon": "add"}
    may = workflow.can_create(RotationPlace, user, "set_out")
    done = not any(place.state == rotation.WAITING for place in places)
    return render(
        request,
        "meetings/rotation/order.html",
        {
            "page_title": _("Order of rotation"),
            "crumbs": [{"label": _("Chair unit"), "url": reverse("meetings:chair")}],
            "primary": new if may and done else None,
            "places": places,
            "round": places[0].round if places else 0,
            "happenings": [_line(event) for event in rotation.happenings()] if places else [],
        },
    )


def _line(event):
    declared = workflow.verbs_of(RotationPlace).get(event.kind.rsplit(".", 1)[-1])
    label = declared.label if declared else event.kind
    return {
        "at": event.at,
        "actor": event.actor or _("System"),
        "unit": event.unit or "",
        "sentence": _("%(what)s: %(unit)s") % {"what": label, "unit": event.place.unit},
        "note": event.data.get("reason", ""),
    }


def handover(request, pk):
    """/meetings/handovers/<pk>/"""
    obj = find(Handover, request.user, pk)
    open_ = obj.state == Handover.State.OPEN
    light = clock.light(obj.due_on, timezone.now(), done=not open_, warn_working_days=2)
    missing = handovers.unsigned(obj)
    whose = "、".join(str(unit) for unit in (obj.outgoing, obj.incoming) if unit.pk in missing)
    step = pages.NextStep(
        _("The delegates of both units look over the list and sign it."),
        whose,
        clock.end_of_day(obj.due_on),
        light,
    )
    sides = [
        {"label": _("Outgoing unit"), "unit": obj.outgoing, "by": obj.outgoing_by, "at": obj.outgoing_at},
        {"label": _("Incoming unit"), "unit": obj.incoming, "by": obj.incoming_by, "at": obj.incoming_at},
    ]
    facts = [
        {"label": _("Term"), "value": str(obj.term), "url": obj.term.get_absolute_url()},
        {"label": _("To be signed by"), "value": day(obj.due_on)},
        {"label": _("Remark"), "value": obj.note, "wide": True},
    ]
    return pages.detail(
        request,
        obj,
        "meetings/rotation/handover.html",
        page_title=str(obj),
        crumbs=[{"label": _("Chair unit"), "url": reverse("meetings:chair")}],
        badge={"label": obj.get_state_display(), "tone": "amber" if open_ else "green"},
        next_step=step if open_ else None,
        facts=[fact for fact in facts if fact["value"]],
        sides=sides,
        parts=handovers.parts(obj),
    )


def post(request, pk):
    """/meetings/secretariat/<pk>/"""
    obj = find(SecretariatPost, request.user, pk)
    proposed = obj.state == SecretariatPost.State.PROPOSED
    item = host.open_item(obj) if proposed else None
    facts = [
        {"label": _("Unit"), "value": unit_name(obj.unit), "url": obj.unit.get_absolute_url()},
        {"label": _("From"), "value": day(obj.starts_on)},
        {"label": _("Until"), "value": day(obj.ends_on) if obj.ends_on else ""},
        {"label": _("Reason"), "value": obj.reason, "wide": True},
        {
            "label": _("Resolution"),
            "value": obj.resolution and str(obj.resolution),
            "url": obj.resolution.get_absolute_url() if obj.resolution else "",
        },
        {"label": _("Source"), "value": obj.source},
    ]
    url = put_on_agenda(
        request.user, obj, _("Move of the secretariat to %(unit)s") % {"unit": obj.unit}, "ordinary"
    )
    put = [pages.Button(_("Put on the agenda"), url, "propose", True, "", True, False)]
    return pages.detail(
        request,
        obj,
        "meetings/chair/detail.html",
        page_title=str(obj),
        crumbs=[{"label": _("Chair unit"), "url": reverse("meetings:chair")}],
        badge={"label": obj.get_state_display(), "tone": "amber" if proposed else "green"},
        verbs=(put if url and proposed and item is None else [])
        + (pages.buttons(obj, request.user) if proposed else []),
        facts=[fact for fact in facts if fact["value"]],
        item=item,
    )


def put_on_agenda(user, obj, title, rule) -> str:
    """Where a subject is put before the next joint meeting that still takes items; empty if there is none."""
    if not acts_as(user, Role.SECRETARIAT):
        return ""
    meeting = (
        visible(Meeting, user)
        .filter(kind=Kind.JOINT, state__in=agenda.TAKES_ITEMS)
        .order_by("starts_at", "pk")
        .first()
    )
    if meeting is None:
        return ""
    given = {
        "meeting": meeting.pk,
        "subject": subject_key(obj),
        "title": title,
        "kind": AgendaItem.Kind.DECISION,
        "rule": rule,
    }
    return f"{reverse('meetings:item_new')}?{urlencode(given)}"
