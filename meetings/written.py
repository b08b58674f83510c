"""How do we decide without meeting?

The secretariat puts one question to all member units in writing, for as many working days as the charter's bounds
allow. What is decided is sealed: a digest of title, question, explanation and documents, so that everybody answers the
same text. The base is all units; no answer is no vote. Each delegate answers for its unit and may change the answer
until the hour; then the vote closes by the clock, and every unit is told the result. Personnel matters are not decided
in writing. When as many units as the charter says demand it, the written vote ends void and the matter goes on the
agenda of a meeting.

A written vote is kept as a meeting of its own kind, whose span is the window for answers: so it has a roll of units
invited, resolutions, minutes and a place in the list like any other decision of the members.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, events
from core.documents import attach
from core.reminders import Due, reminder
from core.workflow import Refused, WrongState, verb
from members import mandates
from members.membership import members

from . import chair, charter, schedule, votes
from .models import AgendaItem, ChairTerm, CharterRule, Invitation, Meeting, Motion, Seat, Vote
from .models.meeting import Kind
from .motions import (
    Method,
    Role,
    State,
    everybody_invited,
    fingerprint,
    freeze,
    is_clerk,
    on_the_roll,
    write_roll,
)

#: The charter's rules on persons, beside those that want secrecy.
PERSONNEL = {"chair_election", "expulsion"}
RULE = "written_vote"


# --- what can happen ------------------------------------------------------------------------


def codes(on) -> dict[str, str]:
    """The rules a written vote can be put under, in words: its own, and those whose base is all units."""
    rows = charter.version(on).rules.filter(
        kind=CharterRule.Kind.FRACTION, base=CharterRule.Base.ALL, secret=False
    )
    return {
        row.code: str(row) for row in rows if row.code not in PERSONNEL | {"quorum", "extraordinary_call"}
    }


@verb(
    Motion,
    label=gettext_lazy("Put to a written vote"),
    may=is_clerk,
    creates=True,
    tells=everybody_invited,
    consequence=gettext_lazy("The text is sealed and every member unit is asked at once."),
)
def ask_in_writing(*, by, now, title, text, days, rule=RULE, summary="", subject=None, documents=()):
    """Ask all member units in writing. ``days``: working days for the answers, today not counted."""
    today = clock.local_date(now)
    least, most = charter.days("written_min_days", today), charter.days("written_max_days", today)
    if not least <= days <= most:
        sentence = _("A written vote lasts %(least)s to %(most)s working days.") % {
            "least": least,
            "most": most,
        }
        raise Refused(sentence, {"days": [sentence]})
    if rule in PERSONNEL or isinstance(subject, ChairTerm):
        sentence = _("Personnel matters are not decided in writing. Put them before a meeting.")
        raise Refused(sentence, {"rule": [sentence]})
    if rule not in codes(today):
        sentence = _("The charter has no such rule for a written vote.")
        raise Refused(sentence, {"rule": [sentence]})
    end = clock.end_of_day(clock.add_working_days(today, days)).replace(microsecond=0)
    meeting = Meeting.objects.create(
        kind=Kind.WRITTEN,
        number=schedule.next_number(Kind.WRITTEN),
        title=title,
        state=Meeting.State.IN_SESSION,
        starts_at=now,
        ends_at=end,
        chair=chair.chair_unit(today),
        charter=charter.version(today),
        called_at=now,
        opened_at=now,
        created_at=now,
    )
    Invitation.objects.bulk_create(
        [Invitation(meeting=meeting, unit=unit, created_at=now) for unit in members(today)]
    )
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=1,
        title=title,
        kind=AgendaItem.Kind.DECISION,
        summary=summary,
        unit=by.unit,
        proposer=by,
        state=AgendaItem.State.ACCEPTED,
        rule=rule,
        subject=subject,
    )
    files = [attach(item, file, by=by, purpose="material") for file in documents]
    motion = Motion(meeting=meeting, item=item, text=text.strip(), rule=rule, method=Method.WRITTEN)
    freeze(motion, charter.rule(rule, today), written=True)
    motion.state, motion.opened_at, motion.closes_at = State.OPEN, now, end
    motion.fingerprint = fingerprint(sealed_text(motion, files))
    motion.save()
    write_roll(motion, set(meeting.invitations.values_list("unit", flat=True)), {})
    events.record(meeting, "meetings.meeting.ask_in_writing", by=by, at=now, data={"motion": motion.pk})
    return motion, {"meeting": meeting.pk, "closes_at": end, "fingerprint": motion.fingerprint}


def sealed_text(motion, documents) -> dict:
    """What every unit answers: the text as it was shown, and the digests of its documents."""
    return {
        "title": motion.item.title,
        "question": motion.text,
        "explanation": motion.item.summary,
        "documents": [[document.name, document.sha256] for document in documents],
    }


def intact(motion) -> bool:
    """Whether the text is still what was put to the units."""
    documents = motion.item.documents.order_by("at", "pk")
    return fingerprint(sealed_text(motion, documents)) == motion.fingerprint


def _no_demand(motion, by):
    if motion.method != Method.WRITTEN:
        return _("This is no written vote.")
    seat = next((seat for seat in motion.seats.all() if seat.unit_id == by.unit_id), None)
    return _("Your unit has demanded a meeting already.") if seat and seat.demands_meeting else ""


@verb(
    Motion,
    label=gettext_lazy("Demand a meeting"),
    from_=[State.OPEN],
    may=on_the_roll,
    guard=_no_demand,
    tells=lambda motion, event: (
        everybody_invited(motion, event) if motion.state == State.VOID else mandates.secretariat()
    ),
    hidden=True,
    reads=["seats"],
)
def demand_meeting(motion, *, by, now, reason):
    """A unit wants the matter dealt with in a meeting; when enough do, the written vote ends void."""
    motion.seats.filter(unit=by.unit_id).update(demands_meeting=True)
    needed = charter.days("written_objection", clock.local_date(motion.opened_at))
    demanded = motion.seats.filter(demands_meeting=True).count()
    facts = {"unit": by.unit_id, "reason": reason, "demanded": demanded, "needed": needed}
    if demanded < needed:
        return facts
    motion.state = State.VOID
    motion.reason = _("%(count)s units demanded a meeting.") % {"count": demanded}
    target = _meeting_for(motion, now)
    old = motion.item
    item = AgendaItem.objects.create(
        meeting=target,
        position=target.items.count() + 1,
        title=old.title,
        kind=AgendaItem.Kind.DECISION,
        summary=old.summary,
        unit=old.unit,
        proposer=old.proposer,
        state=AgendaItem.State.PROPOSED,
        rule="ordinary" if old.rule == RULE else old.rule,
        subject=old.subject,
    )
    _end(motion.meeting, Meeting.State.CANCELLED, now, reason=motion.reason)
    return {**facts, "item": item.pk, "meeting": target.pk}


def _meeting_for(motion, now):
    """The next joint meeting that still takes items; else the draft of one, as early as a notice allows."""
    collecting = Meeting.objects.filter(
        kind=Kind.JOINT, state__in=[Meeting.State.DRAFT, Meeting.State.COLLECTING], starts_at__gt=now
    )
    if found := collecting.order_by("starts_at", "pk").first():
        return found
    ahead = charter.days("notice_days", clock.local_date(now)) + 1
    start = clock.add_working_days(now + timedelta(days=ahead), 1).replace(minute=0, second=0, microsecond=0)
    return Meeting.objects.create(
        kind=Kind.JOINT,
        number=schedule.next_number(Kind.JOINT),
        title=f"临时联席会议（{motion.item.title}）"[:120],
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        chair=chair.chair_unit(clock.local_date(now)),
        created_at=now,
    )


def _end(meeting, state, now, reason=""):
    meeting.state, meeting.closed_at, meeting.reason = state, now, reason
    meeting.version += 1
    meeting.save()
    events.record(meeting, "meetings.meeting.end_in_writing", by=None, at=now, data={"state": state})


@events.listen("meetings.motion.close")
def _window_ends_with_its_vote(event, motion):
    if motion.method == Method.WRITTEN:
        meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=motion.meeting_id)
        AgendaItem.objects.filter(pk=motion.item_id).update(state=AgendaItem.State.CONCLUDED)
        _end(meeting, Meeting.State.CLOSED, event.at)


# --- what comes due -------------------------------------------------------------------------


def close_due(*, now) -> int:
    """Close every written vote whose hour has come; returns how many. Safe to run at any time, twice."""
    due = Motion.objects.filter(method=Method.WRITTEN, state=State.OPEN, closes_at__lte=now)
    count = 0
    for motion in due.order_by("closes_at", "pk"):
        try:
            votes.close(motion, by=None, now=now)
        except WrongState:
            continue  # another worker has closed it meanwhile
        count += 1
    return count


def _unanswered(when):
    """Finder of written votes with the delegates of the units that have not answered."""

    def find(after, until):
        said = Vote.objects.filter(motion=OuterRef("motion"), unit=OuterRef("unit"))
        rows = Motion.objects.filter(method=Method.WRITTEN, state=State.OPEN, closes_at__gt=until)
        for motion in rows.select_related("item", "meeting"):
            at = when(motion)
            if after < at <= until:
                silent = Seat.objects.filter(~Exists(said), motion=motion, recused=False)
                yield Due(motion, at, mandates.people(silent.values("unit"), [Role.DELEGATE]))

    return find


reminder("meetings.motion.remind_half", label=gettext_lazy("Written vote: half of the time is over"))(
    _unanswered(lambda motion: motion.opened_at + (motion.closes_at - motion.opened_at) / 2)
)
reminder(
    "meetings.motion.remind_last",
    label=gettext_lazy("Written vote: one day left"),
    catch_up=timedelta(days=1),
)(_unanswered(lambda motion: motion.closes_at - timedelta(days=1)))
