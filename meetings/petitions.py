"""Petitions: units ask for an extraordinary meeting.

Any member unit starts one, with the items and the reason; starting it is its signature. The delegates of other units
sign, and may take a signature back, until the share the charter asks for is reached. From then on the secretariat is
bound: it calls the meeting within the working days the charter gives, and the petition waits on its workbench until the
notice has left. A meeting that is called off does not answer a petition.
"""

from datetime import datetime, time

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core import clock, events, reminders, search
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import Refused, WrongState, verb
from members.mandates import Role, acts_as, is_inside, people, secretariat
from members.membership import is_member, members

from . import agenda, arithmetic, charter, schedule
from .models import AgendaItem, Meeting, Petition, PetitionSignature
from .parties import member_speakers, of_a_member

State = Petition.State
MOST_ITEMS = 10

# --- who may ------------------------------------------------------------------------------


def may_start(user) -> bool:
    return acts_as(user, Role.DELEGATE) and is_member(user.unit_id)


def signers(user) -> Q:
    return of_a_member(user) if acts_as(user, Role.DELEGATE) else NEVER


def starters(user) -> Q:
    return Q(unit=user.unit_id) if acts_as(user, Role.DELEGATE) else NEVER


def signed(user) -> Q:
    """The delegate of a unit that has signed, and did not start it."""
    if not acts_as(user, Role.DELEGATE):
        return NEVER
    own = PetitionSignature.objects.filter(petition=OuterRef("pk"), unit=user.unit_id)
    return Q(Exists(own)) & ~Q(unit=user.unit_id)


def office(user) -> Q:
    return ALWAYS if acts_as(user, Role.SECRETARIAT) else NEVER


# --- what is seen -------------------------------------------------------------------------


@seen_by(Petition)
def visible_to(user):
    """Everybody inside the alliance."""
    rows = Petition.objects.select_related("unit", "meeting")
    return rows if is_inside(user) else rows.none()


def waiting_for(user):
    """For the secretariat: petitions that bind it, the most pressing first."""
    rows = visible_to(user)
    return rows.filter(state=State.BINDING) if acts_as(user, Role.SECRETARIAT) else rows.none()


def count(petition, on=None) -> arithmetic.QuorumResult:
    """Signatures of present members against those needed; as it was when they sufficed."""
    if petition.needed:
        signed_by = petition.signatures.count()
        return arithmetic.QuorumResult(petition.entitled, signed_by, petition.needed)
    on = on or timezone.localdate()
    units = members(on)
    rule = charter.arithmetic(charter.rule("extraordinary_call", on))
    signed_by = petition.signatures.filter(unit__in=units.order_by().values("pk")).count()
    return arithmetic.quorum(rule, units.count(), signed_by)


# --- who is told --------------------------------------------------------------------------


def everybody(petition, event):
    return [*secretariat(), *member_speakers()]


def after_signature(petition, event):
    """The unit that started it; with the last signature needed, everybody."""
    if petition.state == State.BINDING:
        return everybody(petition, event)
    return people([petition.unit_id], [Role.DELEGATE])


# --- what can happen ----------------------------------------------------------------------


@verb(
    Petition,
    label=pgettext_lazy("petition", "Ask for an extraordinary meeting"),
    may=may_start,
    creates=True,
    tells=everybody,
    primary=True,
    consequence=gettext_lazy("Your unit signs by starting it, and every member unit is asked to sign."),
)
def start(*, by, now, title, reason, items):
    """Start a petition with one item or more (their titles); the unit's own signature is the first."""
    items = [item.strip() for item in items if item.strip()]
    if not items or len(items) > MOST_ITEMS:
        sentence = _("Name at least one item, and at most %(most)d.") % {"most": MOST_ITEMS}
        raise Refused(sentence, {"items": [sentence]})
    if Petition.objects.filter(unit=by.unit_id, state=State.OPEN).exists():
        raise WrongState(
            _("A petition of your unit still collects signatures. Withdraw it before you start another.")
        )
    petition = Petition.objects.create(
        title=title.strip(), reason=reason.strip(), items=items, unit=by.unit, created_at=now
    )
    _add_signature(petition, by, now)
    if petition.state == State.BINDING:
        petition.save()
    return petition, {"items": items}


def _add_signature(petition, by, now):
    PetitionSignature.objects.create(petition=petition, unit=by.unit, person=by, at=now)
    today = clock.local_date(now)
    counted = count(petition, today)
    if counted.met:
        petition.state = State.BINDING
        petition.needed, petition.entitled = counted.needed, counted.entitled
        petition.reached_at = now
        petition.due_on = clock.add_working_days(today, charter.days("extraordinary_days", today))
    return counted


def _signed_already(petition, by):
    if by is not None and petition.signatures.filter(unit=by.unit_id).exists():
        return _("Your unit has signed already.")
    return ""


@verb(
    Petition,
    label=pgettext_lazy("petition", "Sign"),
    may=signers,
    from_=[State.OPEN],
    guard=_signed_already,
    tells=after_signature,
    primary=True,
    consequence=lambda petition: (
        _("Signed so far: %(have)d of the %(need)d units needed.")
        % {"have": (counted := count(petition)).present, "need": counted.needed}
    ),
)
def sign(petition, *, by, now):
    """Sign for the unit. The last signature needed binds the secretariat."""
    counted = _add_signature(petition, by, now)
    return {
        "unit": by.unit_id,
        "signatures": counted.present,
        "needed": counted.needed,
        "due_on": petition.due_on,
    }


@verb(
    Petition,
    label=pgettext_lazy("petition", "Take the signature back"),
    may=signed,
    from_=[State.OPEN],
    tells=after_signature,
)
def take_back(petition, *, by):
    """Take the unit's signature back, while there are not enough."""
    petition.signatures.filter(unit=by.unit_id).delete()
    return {"unit": by.unit_id}


@verb(
    Petition,
    label=pgettext_lazy("petition", "Withdraw the petition"),
    may=starters,
    from_=[State.OPEN],
    to=State.WITHDRAWN,
    tells=everybody,
)
def withdraw(petition, *, by, reason=""):
    """Give the petition up. What binds the secretariat already is not undone by one unit."""
    return {"reason": reason}


def _in_preparation(petition, by):
    meeting = petition.meeting
    if meeting is not None and meeting.state != Meeting.State.CANCELLED:
        return _("“%(meeting)s” is being prepared from it.") % {"meeting": meeting}
    return ""


@verb(
    Petition,
    label=pgettext_lazy("petition", "Draft the meeting"),
    may=office,
    from_=[State.BINDING],
    guard=_in_preparation,
    reads=("meeting",),
    primary=True,
    tells=lambda petition, event: people([petition.unit_id], [Role.DELEGATE]),
    consequence=gettext_lazy(
        "A joint meeting with the items of the petition is drafted; it must still be approved and called."
    ),
)
def convene(petition, *, by, now, starts_at, ends_at, place="", urgent=False):
    """Draft the extraordinary meeting with the items asked for. The petition is answered once its notice has left."""
    meeting = schedule.draft(
        by=by, now=now, title=petition.title, starts_at=starts_at, ends_at=ends_at, place=place, urgent=urgent
    )
    for title in petition.items:
        AgendaItem.objects.create(
            meeting=meeting,
            position=agenda.end_of(meeting),
            title=title,
            summary=petition.reason,
            unit=petition.unit,
            proposer=by,
            state=AgendaItem.State.ACCEPTED,
            created_at=now,
        )
    petition.meeting = meeting
    return {"meeting": meeting.pk}


def nobody(user) -> Q:
    """What follows from the notice itself."""
    return NEVER


@verb(
    Petition,
    label=pgettext_lazy("petition", "Meeting called"),
    may=nobody,
    from_=[State.BINDING],
    to=State.ANSWERED,
    hidden=True,
)
def answer(petition, *, by, now):
    """The notice of its meeting has left."""
    return {"meeting": petition.meeting_id}


@verb(
    Petition,
    label=pgettext_lazy("petition", "Meeting called off"),
    may=nobody,
    from_=[State.ANSWERED, State.BINDING],
    to=State.BINDING,
    tells=everybody,
    hidden=True,
)
def reopen(petition, *, by, now):
    """Its meeting was cancelled: the secretariat is bound again, by the same day or, if past, from now."""
    petition.meeting = None
    today = clock.local_date(now)
    if petition.due_on < today:
        petition.due_on = clock.add_working_days(today, charter.days("extraordinary_days", today))


@events.listen("meetings.meeting.call")
def _called(event, meeting):
    for petition in Petition.objects.filter(meeting=meeting, state=State.BINDING):
        answer(petition, by=None, now=event.at)


@events.listen("meetings.meeting.cancel")
def _called_off(event, meeting):
    for petition in Petition.objects.filter(meeting=meeting):
        reopen(petition, by=None, now=event.at)


# --- what comes due -----------------------------------------------------------------------


def light(petition, now):
    """How pressing it is for the secretariat."""
    return clock.light(petition.due_on, now, done=petition.state == State.ANSWERED, warn_working_days=2)


def sentence(petition) -> str:
    """How it stands, in words: 4/4 家已联署，秘书处应于 … 前发出会议通知"""
    counted = count(petition)
    if petition.state == State.OPEN:
        return ngettext(
            "%(have)d of %(need)d units have signed; %(short)d more is needed.",
            "%(have)d of %(need)d units have signed; %(short)d more are needed.",
            counted.short,
        ) % {"have": counted.present, "need": counted.needed, "short": counted.short}
    if petition.state == State.BINDING:
        return _("%(have)d of %(need)d units have signed. The secretariat calls the meeting by %(day)s.") % {
            "have": counted.present,
            "need": counted.needed,
            "day": petition.due_on.isoformat(),
        }
    return petition.get_state_display()


def _due(days):
    """Binding petitions, so many working days before (after, if negative) their day, at nine o'clock."""

    def find(after, until):
        for petition in Petition.objects.filter(state=State.BINDING).select_related("unit"):
            on = clock.add_working_days(petition.due_on, -days) if days else petition.due_on
            at = timezone.make_aware(datetime.combine(on, time(9)))
            if after < at <= until and at > petition.reached_at:
                yield reminders.Due(petition, at, secretariat())

    return find


reminders.reminder(
    "meetings.petition.remind_due", label=gettext_lazy("Extraordinary meeting to be called by tomorrow")
)(_due(1))
reminders.reminder(
    "meetings.petition.remind_overdue", label=gettext_lazy("Extraordinary meeting not called in time")
)(_due(-1))


# --- how it is found ----------------------------------------------------------------------

search.register(
    Petition,
    title="title",
    text=lambda petition: "\n".join([petition.reason, *petition.items]),
    visible=visible_to,
    date="created_at",
)
