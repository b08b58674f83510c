"""The rotation desk: who chairs now, who did, who is nominated; and one term."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock, pages, workflow
from core.exports.layout import chinese_number
from core.permissions import find, visible
from core.templatetags.alliance import day, unit_name
from members.mandates import Role, acts_as, is_inside

from .. import agenda, chair, chair_line, handover, host, rotation
from ..arithmetic import Decision, Mismatch
from ..forms.agenda import subject_key
from ..models import AgendaItem, ChairTerm, Meeting, SecretariatPost
from ..models.meeting import Kind

State = ChairTerm.State


def desk(request):
    """/meetings/chair/"""
    today = timezone.localdate()
    terms = list(chair.history())
    begun = next((each for each in terms if each.starts_on <= today), None)
    standing = chair.Standing(begun, today) if begun else None
    chair.remember(request.user, today, standing)
    open_nominations = list(chair.nominations(request.user))
    opens = chair.nominations_open_on(today, terms[0]) if terms else None
    open_now = opens is None or opens <= today
    may = open_now and workflow.can_create(ChairTerm, request.user, "nominate")
    inside = is_inside(request.user)
    new = {"label": _("Nominate a chair unit"), "url": reverse("meetings:chairterm_new"), "icon": "add"}
    return render(
        request,
        "meetings/chair/desk.html",
        {
            "page_title": _("Chair unit"),
            "primary": new if may else None,
            "standing": standing,
            "progress": _progress(standing),
            "next_step": _next_step(request.user, standing, open_nominations, today),
            "nominations": open_nominations,
            "window": _window(opens, today),
            "line": chair_line.line(today, terms),
            "next_places": list(rotation.next_places()) if inside else [],
            "handovers": list(handover.visible_to(request.user).order_by("-pk")[:5]) if inside else [],
            "hosts": list(host.visible_to(request.user).order_by("-starts_on", "-pk")[:10]),
            "moves_host": workflow.can_create(SecretariatPost, request.user, "propose"),
            "inside": inside,
        },
    )


def _window(opens, today):
    """The sentence on nominations, while they are closed."""
    if opens is None or opens <= today:
        return ""
    return _("Nominations open on %(day)s.") % {"day": opens.isoformat()}


def _progress(standing):
    """How much of the term has run: whole days."""
    if standing is None:
        return None
    total = (standing.ends_on - standing.starts_on).days + 1
    return {"total": total, "run": min((standing.on - standing.starts_on).days + 1, total)}


def _next_step(user, standing, nominations, today):
    if standing is None:
        return pages.NextStep(_("The joint meeting decides the first chair unit."), whose=_("Joint meeting"))
    by_when = clock.end_of_day(standing.ends_on)
    shown = clock.light(standing.ends_on, timezone.now(), warn_working_days=40)
    if nominations:
        sentence = _("Put the nominations on the agenda of the next joint meeting and vote on them.")
        return pages.NextStep(sentence, whose=_("Secretariat"), by_when=by_when, light=shown)
    if standing.expired or standing.days_left <= 60:
        sentence = _("Nominate the next chair unit: a member nominates itself, the secretariat any member.")
        whose = _("Secretariat") if acts_as(user, Role.SECRETARIAT) else _("Member units")
        return pages.NextStep(sentence, whose=whose, by_when=by_when, light=shown)
    return None


def term(request, pk):
    """One term or nomination."""
    obj = find(ChairTerm, request.user, pk)
    nominated = obj.state == State.NOMINATED
    item = chair.open_item(obj) if nominated else None
    facts = [
        {"label": _("Unit"), "value": unit_name(obj.unit), "url": obj.unit.get_absolute_url()},
        {"label": _("Term"), "value": _("Term %(number)s") % {"number": obj.number}},
        {"label": _("Proposed from") if nominated else _("From"), "value": day(obj.starts_on)},
        {"label": _("Proposed until") if nominated else _("Until"), "value": day(obj.ends_on)},
        {"label": _("Statement"), "value": obj.statement, "wide": True},
    ]
    if obj.resolution:
        facts.append(
            {"label": _("Resolution"), "value": str(obj.resolution), "url": obj.resolution.get_absolute_url()}
        )
    if obj.acting:
        facts.append({"label": _("Acting after it"), "value": unit_name(obj.acting)})
    if passed := handover.visible_to(request.user).filter(term=obj).first():
        facts.append(
            {"label": _("Hand-over"), "value": passed.get_state_display(), "url": passed.get_absolute_url()}
        )
    if obj.source:
        facts.append({"label": _("Source"), "value": obj.source})
    if obj.reason:
        facts.append({"label": _("Reason"), "value": obj.reason})
    return pages.detail(
        request,
        obj,
        "meetings/chair/detail.html",
        page_title=str(obj),
        crumbs=[{"label": _("Chair unit"), "url": reverse("meetings:chair")}],
        badge=badge(obj),
        next_step=_step_of_term(obj, item),
        facts=[fact for fact in facts if fact["value"]],
        verbs=_verbs(request.user, obj, item) if nominated else _of_decided(request.user, obj),
        sentence=sentence_of(obj),
        item=item,
    )


def _verbs(user, obj, item):
    """The verbs of a nomination, led by the way to the next meeting while it is on no agenda."""
    url = _propose_url(user, obj) if item is None else ""
    put = [pages.Button(_("Put on the agenda"), url, "propose", True, "", True, False)] if url else []
    return put + pages.buttons(obj, user)


def _of_decided(user, obj):
    """What the unit in the chair may do; terms that are over offer nothing."""
    return [button for button in pages.buttons(obj, user) if button.open]


def _propose_url(user, obj):
    """Where the nomination is put before the next joint meeting that still takes items; empty if there is none."""
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
        "title": f"关于确定第{chinese_number(obj.number)}届主任单位的议题",
        "kind": AgendaItem.Kind.DECISION,
        "rule": "chair_election",
    }
    return f"{reverse('meetings:item_new')}?{urlencode(given)}"


def badge(obj):
    tones = {
        State.NOMINATED: "amber",
        State.DECIDED: "green",
        State.REJECTED: "grey",
        State.WITHDRAWN: "grey",
    }
    return {"label": obj.get_state_display(), "tone": tones[obj.state]}


def _step_of_term(obj, item):
    if obj.state != State.NOMINATED:
        return None
    if item is None:
        return pages.NextStep(
            _("Put the nomination on the agenda of the next joint meeting."), whose=_("Secretariat")
        )
    values = {"meeting": item.meeting.title}
    return pages.NextStep(
        _("It is before “%(meeting)s”, which decides.") % values,
        whose=_("Joint meeting"),
        by_when=item.meeting.starts_at,
    )


def sentence_of(obj):
    """The printed arithmetic of the vote that decided; empty where none is stored or it does not follow."""
    if not obj.decision:
        return ""
    try:
        return Decision.from_data(obj.decision).sentence()
    except (Mismatch, KeyError, TypeError):
        return ""
