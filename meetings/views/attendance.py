"""The pages of check-in, and the meeting page's tab of who is in the room."""

import qrcode
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import pages, permissions, workflow

from .. import attendance
from ..models import Invitation, Meeting


def check_in(request, code):
    """Where the code in the room leads: one button that checks the reader's unit in."""
    meeting = permissions.visible(Meeting, request.user).filter(check_in_code=code).first()
    if meeting is None:
        raise Http404
    invitation = meeting.invitations.filter(unit=request.user.unit_id).first()
    present = attendance.open_presences(meeting).filter(unit=request.user.unit_id).first()
    refusal, status = "", 200
    if request.method == "POST":
        try:
            attendance.check_in(by=request.user, meeting=meeting, code=code)
        except workflow.Refused as refused:
            refusal, status = refused.sentence, refused.status
        else:
            return pages.go(request, reverse("meetings:room", args=[meeting.pk]))
    context = {
        "page_title": _("Check in"),
        "meeting": meeting,
        "invitation": invitation,
        "present": present,
        "refusal": refusal,
        "may": invitation is not None
        and attendance.may_check_in(request.user)
        and meeting.state in attendance.DOORS_OPEN,
    }
    return render(request, "meetings/attendance/check_in.html", context, status=status)


def door(request, meeting) -> dict:
    """What hangs at the door: the six digits, the address, and the same address as a picture."""
    url = request.build_absolute_uri(reverse("meetings:check_in", args=[meeting.check_in_code]))
    return {"pin": meeting.pin, "url": url, "svg": qr_svg(url)}


def qr_svg(text) -> str:
    """A QR code as inline SVG, one path of black squares on white."""
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="qr" viewBox="0 0 {n} {n}" role="img" aria-label="{label}" shape-rendering="crispEdges">'
        '<rect width="{n}" height="{n}" fill="#fff"/><path d="{path}" fill="#000"/></svg>',
        n=len(rows),
        label=_("QR code for check-in"),
        path=path,
    )


def panel(request, meeting) -> dict:
    """The tab "in the room" of the meeting page."""
    tiles = attendance.board(meeting)
    return {
        "quorum": attendance.quorum_of(meeting, tiles),
        "tiles": [_tile(tile) for tile in tiles],
        "in_session": meeting.state == Meeting.State.IN_SESSION,
        "doors_open": meeting.state in attendance.DOORS_OPEN,
        "room_url": reverse("meetings:room", args=[meeting.pk]),
        "projector_url": reverse("meetings:projector", args=[meeting.pk]),
        "clerk": request.user.role == attendance.Role.SECRETARIAT,
    }


def _tile(invitation):
    if invitation.presence_id:
        state = {"value": _("Present"), "tone": "green", "icon": "ok"}
    elif invitation.holder_id:
        state = {"value": _("Represented by proxy"), "tone": "green", "icon": "people"}
    elif invitation.left:
        state = {"value": _("Left"), "tone": "grey", "icon": "signout"}
    elif invitation.state == Invitation.State.DECLINED:
        state = {"value": _("Excused"), "tone": "grey", "icon": "abstain"}
    else:
        state = {"value": _("Not yet"), "tone": "amber", "icon": "due"}
    answers = {
        Invitation.State.AWAITED: ("amber", "due"),
        Invitation.State.ATTENDING: ("green", "ok"),
        Invitation.State.DECLINED: ("grey", "abstain"),
    }
    tone, icon = answers[invitation.state]
    reply = {
        "label": pgettext("noun", "Reply"),
        "value": invitation.get_state_display(),
        "tone": tone,
        "icon": icon,
    }
    return {"name": invitation.unit, "states": [reply, {"label": _("Check-in"), **state}]}
