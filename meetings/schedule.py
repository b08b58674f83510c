"""The schedule: a meeting from its first draft to the archive.

The secretariat drafts a meeting, collects items from the members and submits the agenda to the unit that presides. With
that unit's approval the notice goes to every member, no later than the charter allows. A meeting that was called is
never quietly undone: it is changed or cancelled with a reason, and everybody invited is told. It is opened, closed, and
archived once its minutes are out.
"""

from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import clock, notices, search
from core.workflow import Refused, verb
from members.mandates import acts_as, secretariat
from members.membership import members
from members.models import Mandate

from . import agenda, changes, charter, deadlines, numbering, waiver
from . import chair as chair_desk
from .models import AgendaItem, Invitation, Meeting, Minutes
from .models.meeting import Kind
from .parties import (
    approvers,
    concerned,
    conveners,
    conveners_or_approvers,
    invited,
    member_speakers,
    presiding,
    visible_to,
)

State = Meeting.State
Role = Mandate.Role
NOTICE_CODE = "联盟函"


def may_draft(user) -> bool:
    return acts_as(user, Role.SECRETARIAT)


# --- what can happen ----------------------------------------------------------------------


def next_number(kind) -> int:
    """The number the next meeting of a kind bears."""
    last = Meeting.objects.filter(kind=kind, number__isnull=False).exclude(state=State.CANCELLED)
    return (last.order_by("-number").values_list("number", flat=True).first() or 0) + 1


@verb(Meeting, label=_("Draft a meeting"), may=may_draft, creates=True, primary=True)
def draft(
    *,
    by,
    now,
    title,
    starts_at,
    ends_at,
    kind=Kind.JOINT,
    place="",
    video_url="",
    contact="",
    requirements="",
    host=None,
    urgent=False,
    template=None,
    copy_of=None,
):
    """Begin a meeting, with the usual items of a template or the secretariat's items of an earlier meeting."""
    _check_times(starts_at, ends_at, now)
    meeting = Meeting(
        kind=kind,
        number=next_number(kind),
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        video_url=video_url,
        contact=contact,
        requirements=requirements,
        host=host,
        urgent=urgent,
        chair=chair_desk.chair_unit(clock.local_date(now)),
        items_due_at=deadlines.items_due(starts_at, urgent=urgent, now=now),
        replies_due_at=deadlines.replies_due(starts_at, urgent=urgent, now=now),
        created_at=now,
    )
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError as taken:
        raise Refused(
            _("Somebody else has just drafted a meeting of this kind. Please try again.")
        ) from taken
    agenda.begin(meeting, by=by, template=template, copy_of=copy_of)
    return meeting, {
        "copy_of": copy_of.pk if copy_of else None,
        "template": template.pk if template else None,
    }


def _check_times(starts_at, ends_at, now):
    if starts_at <= now:
        raise Refused(_("The meeting must lie in the future."), {"starts_at": [_("Choose a later time.")]})
    if ends_at <= starts_at:
        raise Refused(_("A meeting ends after it starts."), {"ends_at": [_("Choose a later time.")]})


@verb(
    Meeting,
    label=_("Collect items"),
    may=conveners,
    from_=[State.DRAFT],
    to=State.COLLECTING,
    tells=lambda meeting, event: member_speakers(),
    primary=True,
    consequence=lambda meeting: (
        translate("All %(n)d member units are asked for items.") % {"n": _count_members()}
    ),
)
def collect(meeting, *, by, now, items_due_at=None):
    """Ask every member for items, until the day the charter gives."""
    if items_due_at is not None:
        meeting.items_due_at = items_due_at
    if meeting.items_due_at <= now:
        late = translate(
            "The day for items has passed. Give a later one, or submit the agenda without collecting."
        )
        raise Refused(late, {"items_due_at": [late]})
    if meeting.items_due_at >= meeting.starts_at:
        late = translate("Items are due before the meeting starts.")
        raise Refused(late, {"items_due_at": [late]})


def _count_members() -> int:
    return members(timezone.localdate()).count()


def _item_states(meeting):
    # In Python, so that a list that fetched the items beforehand asks nothing more.
    return [item.state for item in meeting.items.all()]


def _agenda_unsettled(meeting, by):
    states = _item_states(meeting)
    waiting = states.count(AgendaItem.State.PROPOSED)
    if waiting:
        return ngettext(
            "%(n)d proposed item still waits to be accepted or returned.",
            "%(n)d proposed items still wait to be accepted or returned.",
            waiting,
        ) % {"n": waiting}
    if AgendaItem.State.ACCEPTED not in states:
        return translate("There is nothing on the agenda yet.")
    return "" if meeting.chair_id else translate("No unit presides, so nobody can approve the agenda.")


@verb(
    Meeting,
    label=_("Submit for approval"),
    may=conveners,
    from_=[State.DRAFT, State.COLLECTING],
    to=State.SUBMITTED,
    guard=_agenda_unsettled,
    tells=lambda meeting, event: presiding(meeting),
    primary=True,
    consequence=lambda meeting: (
        translate("%(unit)s is asked to approve the agenda.") % {"unit": meeting.chair}
    ),
)
def submit(meeting, *, by):
    """Put the agenda before the unit that presides."""
    meeting.reason = ""


@verb(
    Meeting,
    label=_("Approve the agenda"),
    may=approvers,
    from_=[State.SUBMITTED],
    to=State.APPROVED,
    tells=lambda meeting, event: secretariat(),
    primary=True,
    consequence=_("The secretariat may then send the notice."),
)
def approve(meeting, *, by, now):
    """The presiding unit agrees to time, place and agenda."""
    meeting.approved_at = now


@verb(
    Meeting,
    label=_("Send back"),
    may=conveners_or_approvers,
    from_=[State.SUBMITTED, State.APPROVED],
    to=State.DRAFT,
    tells=lambda meeting, event: secretariat() + presiding(meeting),
)
def send_back(meeting, *, by, reason):
    """Return the agenda to the secretariat, with the reason."""
    meeting.reason, meeting.approved_at = reason, None
    return {"reason": reason}


def _nothing_to_call(meeting, by):
    return "" if AgendaItem.State.ACCEPTED in _item_states(meeting) else _agenda_unsettled(meeting, by)


def _sentence_of_call(meeting):
    units = _count_members()
    return ngettext(
        "The notice will go to %(n)d member unit.", "The notice will go to %(n)d member units.", units
    ) % {"n": units}


@verb(
    Meeting,
    label=_("Send the notice"),
    may=conveners,
    from_=[State.APPROVED],
    to=State.CALLED,
    guard=_nothing_to_call,
    tells=lambda meeting, event: invited(meeting),
    primary=True,
    consequence=_sentence_of_call,
)
def call(meeting, *, by, now, observers=()):
    """Call the meeting: freeze the roll of members, number the notice, and send it to every unit."""
    problem = deadlines.too_short(meeting.starts_at, urgent=meeting.urgent, called_at=now, now=now)
    if problem and not waiver.complete(meeting, now):
        raise Refused(problem, {"starts_at": [problem]})
    voting = list(members(clock.local_date(now)))
    sitting_in = [unit for unit in observers if unit not in voting]
    Invitation.objects.bulk_create(
        [Invitation(meeting=meeting, unit=unit, created_at=now) for unit in voting]
        + [
            Invitation(meeting=meeting, unit=unit, capacity=Invitation.Capacity.OBSERVER, created_at=now)
            for unit in sitting_in
        ]
    )
    meeting.charter = charter.version(clock.local_date(now))
    meeting.called_at = now
    numbering.take_text(meeting, "notice_number", partial(_next_notice_number, clock.local_date(now).year))
    if meeting.replies_due_at is None or meeting.replies_due_at <= now:
        meeting.replies_due_at = deadlines.replies_due(meeting.starts_at, urgent=meeting.urgent, now=now)
    waived = {"notice_waived_by": [each.unit_id for each in waiver.signatures(meeting)]} if problem else {}
    return {"members": len(voting), "observers": len(sitting_in), **waived}


def _next_notice_number(year):
    # Numbers are never used again, so the cancelled are counted with the others.
    used = Meeting.objects.filter(notice_number__startswith=f"{NOTICE_CODE}〔{year}〕").count()
    return f"{NOTICE_CODE}〔{year}〕{used + 1}号"


@verb(
    Meeting,
    label=_("Change"),
    may=conveners,
    from_=[State.DRAFT, State.COLLECTING, State.APPROVED, State.CALLED],
    tells=lambda meeting, event: changes.told(meeting),
)
def change(meeting, *, by, now, ask_again=False, reason="", **given):
    """Change what a meeting says of itself. Once it is called, everybody invited is told what was and what is now.

    A change of time after the approval asks for the approval again. When a called meeting moves, replies stand
    unless ``ask_again``.
    """
    before = {name: getattr(meeting, name) for name in given}
    for name, value in given.items():
        setattr(meeting, name, value)
    changed = {name for name in given if before[name] != given[name]}
    if not changed:
        raise Refused(_("Nothing was changed."))
    moved = "starts_at" in changed
    if changed & {"starts_at", "ends_at"}:
        _check_times(meeting.starts_at, meeting.ends_at, now)
    if moved or "urgent" in changed:
        changes.move_deadlines(meeting, changed, now)
    facts = {"reason": reason} if reason else {}
    if meeting.state == State.APPROVED and changed & {"starts_at", "urgent"}:
        meeting.state, meeting.approved_at = State.SUBMITTED, None
    elif meeting.state == State.CALLED:
        if not reason:
            why = translate("Say why: everybody invited is told.")
            raise Refused(why, {"reason": [why]})
        facts["asked_again"] = changes.tell_calendars(meeting, changed, moved and ask_again, now)
        meeting.reason = reason
    return facts


@verb(
    Meeting,
    label=_("Cancel the meeting"),
    may=conveners,
    from_=[State.DRAFT, State.COLLECTING, State.SUBMITTED, State.APPROVED, State.CALLED],
    to=State.CANCELLED,
    tells=lambda meeting, event: invited(meeting) if meeting.called_at else concerned(meeting),
    irreversible=True,
    consequence=lambda meeting: translate("Everybody concerned is told, and calendars remove the meeting."),
)
def cancel(meeting, *, by, reason):
    """Call the meeting off, with the reason."""
    meeting.reason = reason
    meeting.sequence += 1
    notices.withdraw(meeting, changes.REMINDERS)
    return {"reason": reason}


@verb(
    Meeting,
    label=_("Open the meeting"),
    may=conveners_or_approvers,
    from_=[State.CALLED],
    to=State.IN_SESSION,
    primary=True,
)
def open(meeting, *, by, now):
    """The meeting begins; not before its day."""
    if clock.local_date(now) < clock.local_date(meeting.starts_at):
        raise Refused(_("The meeting is opened on its day."))
    meeting.opened_at = now


def _still_voting(meeting, by):
    voting = any(motion.state == "open" for motion in meeting.motions.all())
    return translate("A vote is still open.") if voting else ""


@verb(
    Meeting,
    label=_("Close the meeting"),
    may=conveners_or_approvers,
    from_=[State.IN_SESSION],
    to=State.CLOSED,
    guard=_still_voting,
    primary=True,
    consequence=_("Nothing more can be voted on. The minutes come next."),
)
def close(meeting, *, by, now):
    """The meeting is over; its minutes are due."""
    meeting.closed_at = now


def _minutes_due(meeting, by):
    minutes = getattr(meeting, "minutes", None)
    issued = minutes is not None and minutes.state == Minutes.State.ISSUED
    return "" if issued else translate("The minutes are not issued yet.")


@verb(
    Meeting,
    label=_("Archive"),
    may=conveners,
    from_=[State.CLOSED],
    to=State.ARCHIVED,
    guard=_minutes_due,
    primary=True,
)
def archive(meeting, *, by):
    """Put the meeting on file, open to those who guide the alliance."""


# --- how it is found ----------------------------------------------------------------------

search.register(
    Meeting,
    title="title",
    text=("place", "notice_number", "requirements"),
    visible=visible_to,
    date="starts_at",
)
