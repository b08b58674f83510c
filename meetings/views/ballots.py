"""The pages of a secret ballot: the paper, the receipt, the bulletin; and of a proxy.

The paper's page and answer are stored by nobody: no session is written, no address or message holds a choice.
"""

import io
import secrets
import zipfile
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core import documents, pages, permissions, workflow
from core.forms import form_of

from .. import ballots, bulletins, motions
from ..models import Motion, Proxy

VERIFIER = Path(ballots.__file__).parent / "verify.py"


@never_cache
@sensitive_post_parameters()
def paper(request, pk):
    """``/meetings/motions/<pk>/hand_in/``: GET shows the ballot paper, POST hands it in and shows the receipt once."""
    motion = permissions.find(Motion, request.user, pk)
    verb = workflow.verbs_of(Motion)["hand_in"]
    if not permissions.allowed(request.user, verb.may, motion):
        raise PermissionDenied
    reason = verb.why_closed(motion, request.user)
    status, form = 409 if reason else 200, form_of(verb)(obj=motion, by=request.user)
    if request.method == "POST" and not reason:
        given = request.POST.copy()
        # Without scripts the server draws the code; it is shown once and kept nowhere.
        given["code"] = given.get("code") or secrets.token_hex(16)
        form = form_of(verb)(given, obj=motion, by=request.user)
        if form.is_valid():
            try:
                ballots.hand_in(motion, by=request.user, **form.given())
            except workflow.Refused as refused:
                form.add_error(None, refused.sentence)
                status = refused.status
            else:
                return render(request, "meetings/ballots/receipt.html", _receipt(motion, given["code"]))
        else:
            status = 400
    context = {
        "page_title": _("Ballot paper"),
        "motion": motion,
        "form": form,
        "closed_reason": reason,
        "candidates": motion.candidates.all() if motion.is_election else [],
        "choices": ballots.options(motion).items(),
        "papers": _papers(motion, request.user),
    }
    return render(request, "meetings/ballots/paper.html", context, status=status)


def _papers(motion, user):
    """The seats for which this person may still hand in a ballot: its own, and those held by proxy."""
    seats = motion.seats.filter(motions.own_or_held(user), present=True, recused=False, voted=False)
    return list(seats.select_related("unit").order_by("holder", "pk"))


def _receipt(motion, code):
    return {
        "page_title": _("Your receipt"),
        "motion": motion,
        "code": " ".join(code[at : at + 4] for at in range(0, len(code), 4)),
    }


def bulletin(request, pk, ending):
    """The published bulletin as JSON, or as a ZIP with the program that counts it again."""
    motion = permissions.find(Motion, request.user, pk)
    if not motion.bulletin:
        raise Http404
    if ending == "json":
        return HttpResponse(motion.bulletin, content_type="application/json")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in (
            ("bulletin.json", motion.bulletin),
            ("bulletin.sha256", f"{bulletins.digest(motion)}  bulletin.json\n"),
            ("verify.py", VERIFIER.read_text(encoding="utf-8")),
        ):
            # One fixed date: the same bulletin gives the same file.
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    answer = HttpResponse(content.getvalue(), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="bulletin-{motion.pk}.zip"'
    return answer


def summary(motion) -> dict:
    """What the page of a motion says of a secret ballot: who watches, how many came in, the published lines."""
    seats = motion.seats.all()
    published = bulletins.published(motion) if motion.bulletin else None
    return {
        "watching": list(motion.scrutineers.select_related("unit")),
        "handed_in": sum(seat.voted for seat in seats),
        "may_vote": sum(seat.may_vote for seat in seats),
        "published": published,
        "digest": bulletins.digest(motion),
    }


def proxy(request, pk):
    """One proxy: who votes for whom, on what, with the paper itself."""
    obj = permissions.find(Proxy, request.user, pk)
    return pages.detail(
        request,
        obj,
        "meetings/proxies/detail.html",
        page_title=str(obj),
        badge={"label": obj.get_state_display(), "tone": "green" if obj.state == "lodged" else "grey"},
        crumbs=[{"label": obj.meeting.title, "url": obj.meeting.get_absolute_url()}],
        items=list(obj.items.all()),
        files=documents.listed(documents.of(obj)),
    )
