"""The pages of the charter: a version, two side by side, one tried on a past meeting, and the editor of a clause."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import pages, workflow
from core.permissions import allowed, find, visible
from members.membership import members

from .. import charter, charter_desk, charter_trial, clauses, rules
from ..forms.charter import ClauseForm
from ..models import CharterRule, CharterVersion, Meeting
from .rotation import put_on_agenda

State = CharterVersion.State
TONES = {
    State.DRAFT: "blue",
    State.PROPOSED: "amber",
    State.ADOPTED: "green",
    State.REJECTED: "grey",
    State.WITHDRAWN: "grey",
}


def in_force(request):
    return _show(request, charter.version(timezone.localdate()))


def version(request, pk):
    return _show(
        request, get_object_or_404(charter.visible_to(request.user).select_related("resolution"), pk=pk)
    )


def _show(request, found):
    today = timezone.localdate()
    units = members(today).count()
    edits = found.state == State.DRAFT and charter_desk.may_draft(request.user)
    rows = list(found.rules.select_related("confirmed_by"))
    versions = list(charter.visible_to(request.user).order_by("-number")[:20])
    adopted = [each for each in versions if each.state == State.ADOPTED and each.effective_on <= today]
    holding = max(adopted, key=lambda each: (each.effective_on, each.number), default=None)
    chapters = _chapters(rows, units)
    new = {"label": _("Draft a new version"), "url": reverse("meetings:charterversion_new"), "icon": "add"}
    drafting = any(each.state in charter_desk.OPEN for each in versions)
    return pages.detail(
        request,
        found,
        "meetings/charter/detail.html",
        page_title=_("Charter rules"),
        crumbs=[{"label": _("Meetings"), "url": reverse("meetings:meetings")}],
        badge=_badge(found, holding),
        verbs=_verbs(request.user, found),
        next_step=_step(found),
        primary=new if workflow.can_create(CharterVersion, request.user, "draft") and not drafting else None,
        chapters=chapters,
        units=units,
        edits=edits,
        unconfirmed=sum(not row.confirmed for row in rows),
        in_force=found.state == State.ADOPTED,
        versions=versions,
        others=[each for each in versions if each.pk != found.pk],
        tries=found.state in charter_desk.OPEN,
    )


def _badge(found, holding):
    if found.state != State.ADOPTED:
        return {"label": found.get_state_display(), "tone": TONES[found.state]}
    if holding is not None and found.pk == holding.pk:
        return {"label": pgettext("charter version", "In force"), "tone": "green"}
    coming = holding is None or found.effective_on > holding.effective_on
    label = (
        pgettext("charter version", "Not yet in force")
        if coming
        else pgettext("charter version", "Earlier version")
    )
    return {"label": label, "tone": "amber" if coming else "grey"}


def _verbs(user, found):
    shown = [
        button for button in pages.buttons(found, user) if button.open or found.state in charter_desk.OPEN
    ]
    if found.state == State.PROPOSED and charter_desk.open_item(found) is None:
        title = f"关于修改联盟章程规则（第{found.number}版）的议题"
        if url := put_on_agenda(user, found, title, "charter_change"):
            shown.insert(0, pages.Button(_("Put on the agenda"), url, "propose", True, "", True, False))
    return shown


def _step(found):
    if found.state == State.DRAFT:
        sentence = _(
            "Edit the clauses, try them on a past meeting, then put the draft before the joint meeting."
        )
        return pages.NextStep(sentence, _("Secretariat"))
    if found.state == State.PROPOSED:
        return pages.NextStep(_("The joint meeting decides about this version."), _("Joint meeting"))
    return None


def _chapters(rows, units):
    by_code = {rule.code: rule for rule in rows}
    chapters = []
    for title, codes in charter.CHAPTERS:
        chapters.append(
            {"title": title, "rules": [_row(by_code.pop(code), units) for code in codes if code in by_code]}
        )
    if by_code:
        chapters.append(
            {"title": _("Other rules"), "rules": [_row(rule, units) for rule in by_code.values()]}
        )
    return [chapter for chapter in chapters if chapter["rules"]]


def _row(rule, units):
    is_share = rule.kind == CharterRule.Kind.FRACTION
    exact = charter.arithmetic(rule) if is_share else None
    return {
        "rule": rule,
        "sentence": charter.sentence(rule, units) if is_share else "",
        "provisos": rules.provisos(exact) if isinstance(exact, rules.Rule) else [],
    }


def compare(request, pk):
    """Two versions side by side; ``?with=`` names the other, else the one adopted before it."""
    found = get_object_or_404(charter.visible_to(request.user), pk=pk)
    rows = charter.visible_to(request.user).exclude(pk=found.pk)
    wanted = request.GET.get("with", "")
    other = (
        get_object_or_404(rows, pk=wanted)
        if wanted.isdecimal()
        else rows.filter(state=State.ADOPTED, number__lt=found.number).order_by("-number").first()
    )
    if other is None or (wanted and not wanted.isdecimal()):
        raise Http404
    before, after = sorted((found, other), key=lambda each: each.number)
    units = members(timezone.localdate()).count()
    pairs = [
        {
            "changed": pair.changed,
            "before": pair.before and _row(pair.before, units),
            "after": pair.after and _row(pair.after, units),
        }
        for pair in charter_trial.compare(before, after)
    ]
    pairs.sort(key=lambda pair: not pair["changed"])
    return render(
        request,
        "meetings/charter/compare.html",
        {
            "page_title": _("Version %(a)d and version %(b)d") % {"a": before.number, "b": after.number},
            "crumbs": [{"label": _("Charter rules"), "url": found.get_absolute_url()}],
            "before": before,
            "after": after,
            "pairs": pairs,
            "changed": sum(pair["changed"] for pair in pairs),
        },
    )


def trial(request, pk):
    """A version tried on a past meeting; ``?meeting=`` names it, else the last one held."""
    found = get_object_or_404(charter.visible_to(request.user), pk=pk)
    held = visible(Meeting, request.user).filter(state__in=charter_trial.TRIED).order_by("-starts_at")
    meetings = list(held.select_related("charter")[:30])
    wanted = request.GET.get("meeting", "")
    meeting = next(
        (each for each in meetings if str(each.pk) == wanted), None if wanted else (meetings or [None])[0]
    )
    if wanted and meeting is None:
        raise Http404
    return render(
        request,
        "meetings/charter/trial.html",
        {
            "page_title": _("Try version %(number)d on a past meeting") % {"number": found.number},
            "crumbs": [{"label": _("Charter rules"), "url": found.get_absolute_url()}],
            "version": found,
            "meetings": meetings,
            "trial": charter_trial.trial(found, meeting) if meeting else None,
        },
    )


def rule(request, pk, verb):
    """A verb of one rule; with ``preview`` sent, only what the clause would say: for htmx, and for a button without."""
    if request.method == "POST" and "preview" in request.POST and verb == "edit":
        row = find(CharterRule, request.user, pk)
        if not allowed(request.user, clauses.drafters, row):
            return pages.perform(request, CharterRule, pk, verb)
        form = ClauseForm(request.POST, obj=row, by=request.user)
        template = "meetings/charter/_preview.html" if request.htmx else "meetings/charter/clause.html"
        return render(request, template, {"form": form, "object": row, "verb": clauses.edit.verb})
    return pages.perform(request, CharterRule, pk, verb, template="meetings/charter/clause.html")
