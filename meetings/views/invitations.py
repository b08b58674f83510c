"""The pages of replies: the tab of the meeting page, and the link that answers without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core import pages, workflow
from core.templatetags.alliance import unit_name
from members.mandates import Role, acts_as

from .. import invitations, notice
from ..forms.invitations import ReplyForm
from ..models import Invitation

State = Invitation.State
REPLIES = {
    State.AWAITED: ("amber", "due"),
    State.ATTENDING: ("green", "ok"),
    State.DECLINED: ("grey", "abstain"),
}


def _receipt_words():
    return {
        "read": (_("Read"), "green", "eye"),
        "sent": (_("Sent"), "blue", "send"),
        "sending": (_("Being sent"), "grey", "hourglass"),
        "failed": (_("Failed"), "red", "overdue"),
        None: (_("Nobody to tell"), "red", "warning"),
    }


def _reply_state(invitation):
    tone, icon = REPLIES[invitation.state]
    return {
        "label": pgettext("noun", "Reply"),
        "value": invitation.get_state_display(),
        "tone": tone,
        "icon": icon,
    }


def answers(user, meeting) -> list[Invitation]:
    """The invitations of a meeting that the reader may know of, members first: one query."""
    rows = invitations.visible_to(user).filter(meeting=meeting).select_related("unit", "replied_by")
    found = list(rows.order_by("capacity", "pk"))
    for each in found:
        each.meeting = meeting
    return found


def tiles(meeting) -> list[dict]:
    """A tile for each unit invited, from the ``answers`` the page of the meeting has read."""
    return [{"name": unit_name(each.unit), "states": [_reply_state(each)]} for each in meeting.answers]


def panel(request, meeting) -> dict:
    """The tab "replies": each unit's answer and people, and for the secretariat whether the notice arrived."""
    rows = meeting.answers
    prefetch_related_objects(rows, "attendees")
    staff = acts_as(request.user, Role.SECRETARIAT)
    receipts = invitations.receipts(meeting) if staff else {}
    words = _receipt_words()
    offers = workflow.offers(rows, request.user)
    found = []
    for each in rows:
        receipt = receipts.get(each.unit_id)
        label, tone, icon = words[receipt.state if receipt else None]
        found.append(
            {
                "invitation": each,
                "reply": _reply_state(each),
                "receipt": {
                    "label": label,
                    "tone": tone,
                    "icon": icon,
                    "error": receipt.error if receipt else "",
                },
                "people": list(each.attendees.all()),
                "verbs": [b for b in pages.buttons(each, request.user, offers[each.pk]) if b.open],
            }
        )
    open_ = meeting.state == meeting.State.CALLED
    return {
        "rows": found,
        "staff": staff,
        "tally": invitations.tally(rows),
        "chat_text": notice.chat_text(meeting) if staff else "",
        "remind_url": pages.verb_url(meeting, "remind_all")
        if staff and open_ and any(each.state == State.AWAITED for each in rows)
        else "",
        "resend_url": pages.verb_url(meeting, "resend")
        if staff and open_ and any(r.state == "failed" for r in receipts.values())
        else "",
    }


@login_not_required
@never_cache
def tap(request, token):
    """Answer from the link in the notice. GET only shows; POST answers, and leads on to who comes.

    404 for a link we never made, 403 once its right has ended, 409 when it was used.
    """
    now = timezone.now()
    try:
        link = invitations.read_token(token, now=now)
    except ValueError as forged:
        raise Http404 from forged
    except workflow.Refused as refused:
        return _closed(request, refused)
    invitation, person = link
    with override(person.language or get_language()):
        return _answer(request, invitation, person, now)


def _answer(request, invitation, person, now):
    answered = invitation.state != State.AWAITED
    data = request.POST if request.method == "POST" else None
    form = ReplyForm(_typed(data, invitation), obj=invitation, by=person)
    form.is_bound = data is not None
    status = 200
    if data is not None:
        if form.is_valid():
            given = form.given()
            if "name" not in data:  # one tap: who comes may follow
                given["attendees"] = None
            try:
                invitations.reply(invitation, by=person, now=now, **given)
            except workflow.WrongState as refused:
                return _closed(request, refused)
            except workflow.Refused as refused:
                form.add_error("note" if "note" in refused.errors else None, refused.sentence)
                status = refused.status
            else:
                return redirect("reply_link", token=invitations.reply_token(invitation, person))
        else:
            status = 400
    context = {
        "page_title": invitation.meeting.title,
        "invitation": invitation,
        "meeting": invitation.meeting,
        "answered": answered,
        "reply": _reply_state(invitation),
        "form": form,
        "people": list(invitation.attendees.all()),
        "login_url": f"{reverse('account_login')}?next={invitation.get_absolute_url()}",
    }
    return render(request, "meetings/invitations/tap.html", context, status=status)


def _typed(data, invitation):
    """A tap says only yes or no; the rest of the form then stands as it was."""
    if data is None:
        return None
    typed = data.copy()
    typed.setdefault("answer", invitation.state if invitation.state != State.AWAITED else "")
    return typed


def _closed(request, refused):
    context = {
        "page_title": pgettext("noun", "Reply"),
        "sentence": refused.sentence,
        "login_url": reverse("account_login"),
    }
    return render(request, "meetings/invitations/tap_closed.html", context, status=refused.status)
