"""Invitations: each unit's answer to the notice.

A unit that is invited answers until the meeting begins: it comes, with whom and in which capacity, or it is excused and
says why. Its delegate or liaison answers here, or with one tap from the link in the notice, without signing in. Such a
link serves one answer, ends when replies are due, and opening it changes nothing: mail programs look at links too.
"""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import notices
from core.models import Channel, Notice
from core.permissions import NEVER, granted, seen_by
from core.templatetags.alliance import moment
from core.workflow import NotAllowed, Refused, WrongState, verb
from members.mandates import acts_as, people, secretariat
from members.models import Mandate, User

from .models import Attendee, Invitation, Meeting
from .parties import SPEAKERS, conveners

State = Invitation.State
Role = Mandate.Role
SALT = "meetings.invitation.reply"

# --- who may ------------------------------------------------------------------------------


def answerers(user) -> Q:
    """Delegate and liaison of a member, anybody of a unit that sits in; the secretariat for one that telephoned."""
    if acts_as(user, Role.SECRETARIAT):
        return conveners(user)
    if not getattr(user, "unit_id", None):
        return NEVER
    own = Q(unit=user.unit_id)
    return own if acts_as(user, *SPEAKERS) else own & Q(capacity=Invitation.Capacity.OBSERVER)


# --- what is seen -------------------------------------------------------------------------


@seen_by(Invitation)
def visible_to(user):
    """The secretariat and the presiding unit see all; members see who comes; others their own."""
    if not user.is_authenticated:
        return Invitation.objects.none()
    if acts_as(user, Role.SECRETARIAT):
        return Invitation.objects.all()
    seen = granted(user, "meetings.view_invitation")
    if user.unit_id:
        seen |= Q(unit=user.unit_id) | Q(meeting__chair=user.unit_id)
        if acts_as(user, Role.DELEGATE, Role.LIAISON):
            own = Invitation.objects.filter(
                meeting=OuterRef("meeting"), unit=user.unit_id, capacity=Invitation.Capacity.MEMBER
            )
            seen |= Q(Exists(own))
    return Invitation.objects.filter(seen)


def waiting_for(user):
    """Invitations this person's unit has not answered."""
    if not acts_as(user, *SPEAKERS, Role.OBSERVER, Role.DEPARTMENT):
        return Invitation.objects.none()
    return Invitation.objects.filter(
        unit=user.unit_id, state=State.AWAITED, meeting__state=Meeting.State.CALLED
    )


# --- who is told --------------------------------------------------------------------------


def speakers_of(invitation):
    roles = SPEAKERS if invitation.capacity == Invitation.Capacity.MEMBER else ()
    return people([invitation.unit], roles)


# --- what can happen ----------------------------------------------------------------------


def _not_open(invitation, by):
    meeting = invitation.meeting
    if meeting.state == Meeting.State.CALLED:
        return ""
    return translate("The meeting is “%s”; replies are closed.") % meeting.get_state_display()


@verb(
    Invitation,
    label=_("Reply"),
    may=answerers,
    from_=[State.AWAITED, State.ATTENDING, State.DECLINED],
    guard=_not_open,
    tells=lambda invitation, event: secretariat(),
    primary=True,
)
def reply(invitation, *, by, now, answer, attendees=None, note=""):
    """Answer for the unit: ``answer`` is "attending" or "declined" (then ``note`` says why).

    ``attendees`` are dicts of the fields of :class:`Attendee`; None keeps those named before. A later answer takes the
    place of the earlier one.
    """
    if now >= invitation.meeting.starts_at:
        raise WrongState(_("The meeting has begun; replies are closed."))
    if answer == State.DECLINED and not note:
        why = translate("Say briefly why the unit is excused.")
        raise Refused(why, {"note": [why]})
    invitation.state = State(answer)
    invitation.note = note
    invitation.replied_at, invitation.replied_by = now, by
    invitation.round += 1
    if attendees is not None or answer == State.DECLINED:
        invitation.attendees.all().delete()
        for person in attendees or ():
            attendee = Attendee(invitation=invitation, **person)
            attendee.full_clean(exclude=["invitation"])
            attendee.save()
    return {"answer": answer, "note": note, "attendees": invitation.attendees.count()}


@verb(
    Invitation,
    label=_("Remind"),
    may=conveners,
    from_=[State.AWAITED],
    guard=_not_open,
    tells=lambda invitation, event: speakers_of(invitation),
)
def remind(invitation, *, by):
    """Ask a unit that has not answered once more."""
    return {"unit": str(invitation.unit)}


def _owing(meeting):
    return meeting.invitations.filter(state=State.AWAITED)


@verb(
    Meeting,
    label=_("Remind who has not replied"),
    may=conveners,
    from_=[Meeting.State.CALLED],
    tells=lambda meeting, event: [r for i in _owing(meeting).select_related("unit") for r in speakers_of(i)],
    consequence=lambda meeting: (
        ngettext(
            "%(n)d unit that has not replied is reminded.",
            "%(n)d units that have not replied are reminded.",
            n,
        )
        % {"n": n}
        if (n := _owing(meeting).count())
        else translate("Every unit has replied.")
    ),
    hidden=True,
)
def remind_all(meeting, *, by):
    """Ask every unit that has not answered once more."""
    units = [str(invitation.unit) for invitation in _owing(meeting).select_related("unit")]
    if not units:
        raise WrongState(_("Every unit has replied."))
    return {"units": units}


# --- the link that answers without signing in ---------------------------------------------


class Pass(NamedTuple):
    """What a good link stands for."""

    invitation: Invitation
    person: User


def reply_token(invitation, person) -> str:
    """What lets this person answer for the unit once, without signing in."""
    return signing.dumps([invitation.pk, invitation.round, person.pk], salt=SALT, compress=True)


def reply_link(invitation, person) -> str:
    return settings.SITE_URL + reverse("reply_link", args=[reply_token(invitation, person)])


def read_token(token: str, *, now: datetime) -> Pass:
    """The invitation and person of a link, with the person acting under the mandate for that unit.

    ValueError for what we never signed. NotAllowed (403) when the link's right has ended: replies were due, or the
    person no longer speaks for the unit. WrongState (409) when it was used: the unit has an answer it would overwrite.
    """
    try:
        pk, round_, person_pk = signing.loads(token, salt=SALT)
    except signing.BadSignature as forged:
        raise ValueError("not a link of ours") from forged
    invitation = Invitation.objects.select_related("meeting", "unit", "meeting__host").filter(pk=pk).first()
    person = User.objects.filter(pk=person_pk, is_active=True).first()
    if invitation is None or person is None:
        raise ValueError("its invitation or person is gone")
    meeting = invitation.meeting
    if meeting.state != Meeting.State.CALLED:
        raise WrongState(_not_open(invitation, person))
    if now >= min(meeting.replies_due_at or meeting.starts_at, meeting.starts_at):
        raise NotAllowed(
            translate(
                "This link ended on %(moment)s, when replies were due. Sign in to reply, or call the secretariat."
            )
            % {"moment": strip_tags(moment(meeting.replies_due_at or meeting.starts_at))}
        )
    mandate = next((m for m in person.current_mandates if m.unit_id == invitation.unit_id), None)
    if mandate is None:
        raise NotAllowed(_("You no longer speak for this unit. Its present delegate or liaison can reply."))
    person.act_under(mandate)
    if round_ != invitation.round:
        raise WrongState(_used(invitation))
    return Pass(invitation, person)


def _used(invitation) -> str:
    if invitation.state == State.AWAITED:
        return translate(
            "The meeting was changed since this link was sent. Please use the link in the latest notice."
        )
    return translate(
        "This link was used: %(unit)s answered “%(answer)s” on %(moment)s. "
        "To change it, sign in or call the secretariat."
    ) % {
        "unit": invitation.unit,
        "answer": invitation.get_state_display(),
        "moment": strip_tags(moment(invitation.replied_at)),
    }


# --- receipts: did the notice arrive? ------------------------------------------------------


class Receipt(NamedTuple):
    """How far the notice got with one unit. ``state``: read, sent, sending, failed, nobody."""

    state: str
    people: int
    error: str


def _notices_of_call(meeting):
    # A meeting is called once, so these are the rows of one event.
    return Notice.objects.filter(
        event__content_type=ContentType.objects.get_for_model(meeting),
        event__object_id=meeting.pk,
        event__kind="meetings.meeting.call",
    )


def receipts(meeting) -> dict[int, Receipt]:
    """By unit, from the rows of the notice itself: one query. Units where nobody could be told are missing."""
    found: dict[int, list[Notice]] = {}
    for notice in _notices_of_call(meeting).only(
        "unit_id", "person_id", "channel", "state", "read_at", "error"
    ):
        found.setdefault(notice.unit_id, []).append(notice)
    return {unit: _receipt(rows) for unit, rows in found.items()}


def _receipt(rows) -> Receipt:
    told = {row.person_id for row in rows}
    mails = [row for row in rows if row.channel != Channel.INBOX]
    failed = [row for row in mails if row.state == Notice.State.FAILED]
    if any(row.read_at for row in rows):
        state = "read"
    elif failed and len(failed) == len(mails):
        state = "failed"
    elif any(row.state == Notice.State.PENDING for row in mails):
        state = "sending"
    else:
        state = "sent"
    return Receipt(state, len(told), failed[0].error if failed else "")


@verb(Meeting, label=_("Send again what failed"), may=conveners, from_=[Meeting.State.CALLED], hidden=True)
def resend(meeting, *, by, now):
    """Send again what of the notice could not be delivered, and nothing else."""
    failed = _notices_of_call(meeting).filter(state=Notice.State.FAILED).values_list("pk", flat=True)
    count = Notice.objects.filter(pk__in=list(failed)).update(
        state=Notice.State.PENDING, attempts=0, next_try_at=now, leased_until=None, created_at=now, error=""
    )
    if not count:
        raise WrongState(_("Nothing of the notice has failed."))
    transaction.on_commit(notices.wake)
    return {"messages": count}


def tally(invitations) -> str:
    """How it stands in one line: 11 家应到，8 家参加，1 家请假，2 家未回复"""
    voting = [i for i in invitations if i.capacity == Invitation.Capacity.MEMBER]
    count = {state: sum(1 for i in voting if i.state == state) for state in State}
    return ngettext(
        "%(all)d member unit: %(come)d attending, %(excused)d excused, %(open)d not yet answered",
        "%(all)d member units: %(come)d attending, %(excused)d excused, %(open)d not yet answered",
        len(voting),
    ) % {
        "all": len(voting),
        "come": count[State.ATTENDING],
        "excused": count[State.DECLINED],
        "open": count[State.AWAITED],
    }
