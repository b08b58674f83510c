"""Who chairs the alliance, until when, and who is next?

One member unit is the chair unit (主任单位) for one year; the joint meeting decides which. The secretariat, or a member
for itself, nominates a unit; the nomination is put before the joint meeting as the subject of an agenda item. When the
motion is carried, the new term begins on the day after the present one ends, or on the day of the decision if that is
later. A term that has run out leaves no gap: the outgoing unit goes on until the next one is decided, and every page
says so. The delegate of the chair unit approves and signs for it; its liaison may prepare, not approve.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core import events, reminders, search, subjects
from core.clock import local_date
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import NotAllowed, Refused, WrongState, verb
from members import mandates, membership
from members.models import Mandate, Organization

from . import charter
from .models import AgendaItem, ChairTerm, Resolution

State, Role = ChairTerm.State, Mandate.Role
ONE_DAY = timedelta(days=1)


class Standing(NamedTuple):
    """A decided term as it stands on a day."""

    term: ChairTerm
    on: date

    number = property(lambda self: self.term.number)
    starts_on = property(lambda self: self.term.starts_on)
    ends_on = property(lambda self: self.term.ends_on)

    @property
    def unit(self) -> Organization:
        """Who acts: the unit of the term, or after it the one that stands in for it."""
        return self.term.acting if self.stood_in else self.term.unit

    @property
    def stood_in(self) -> bool:
        """The post fell vacant, and another unit acts until the next is decided."""
        return bool(self.term.acting_id and self.term.acting_from <= self.on)

    @property
    def expired(self) -> bool:
        """Run out, with no next term decided: the unit, or the one that stands in, acts for the time being."""
        return self.term.ends_on < self.on

    @property
    def days_left(self) -> int:
        """Days until the last one, negative once it has run out."""
        return (self.term.ends_on - self.on).days

    @property
    def sentence(self) -> str:
        """How it stands, in words: 任期已于 2026-11-16 届满，待联席会议决定"""
        day = self.term.ends_on.isoformat()
        if self.stood_in:
            return _("The post fell vacant after %(day)s; %(unit)s acts until the joint meeting decides.") % {
                "day": (self.term.acting_from - timedelta(days=1)).isoformat(),
                "unit": self.unit,
            }
        if self.expired:
            return _(
                "The term ended on %(day)s; the joint meeting has yet to decide the next chair unit."
            ) % {"day": day}
        return ngettext(
            "The term ends on %(day)s, %(count)d day from now.",
            "The term ends on %(day)s, %(count)d days from now.",
            self.days_left,
        ) % {"day": day, "count": self.days_left}


def term(on: date | None = None) -> Standing | None:
    """The term in force on a day (today, if none named), or the last one decided before it. None before the first."""
    on = on or timezone.localdate()
    found = (
        ChairTerm.objects.filter(state=State.DECIDED, starts_on__lte=on)
        .select_related("unit", "acting")
        .order_by("-starts_on")
        .first()
    )
    return Standing(found, on) if found else None


def chair_unit(on: date | None = None) -> Organization | None:
    """The unit that acts as chair unit on a day; after a term has run out, still the outgoing one."""
    standing = term(on)
    return standing.unit if standing else None


def is_chair(user, on: date | None = None) -> bool:
    """Whether the person acts, now, as the delegate of the chair unit: approves and signs for it."""
    return mandates.acts_as(user, Role.DELEGATE) and _is_of_chair(user, on)


def _is_of_chair(user, on):
    on = on or timezone.localdate()
    # Rules ask this many times a page; the answer is kept on the person's object, which lives for one request.
    remembered = user.__dict__.setdefault("_chair_unit", {})
    if on not in remembered:
        remember(user, on, term(on))
    return user.unit_id is not None and user.unit_id == remembered[on]


def remember(user, on: date, standing: Standing | None) -> None:
    """Keep who chairs on a day with the person, for the rest of the request."""
    user.__dict__.setdefault("_chair_unit", {})[on] = standing.unit.pk if standing else None


# --- who may ------------------------------------------------------------------------------


def may_nominate(user) -> bool:
    """The secretariat for any member; a member's delegate for the member itself."""
    if mandates.acts_as(user, Role.SECRETARIAT):
        return True
    return mandates.acts_as(user, Role.DELEGATE) and _members().filter(pk=user.unit_id).exists()


def nominators(user) -> Q:
    if mandates.acts_as(user, Role.SECRETARIAT):
        return ALWAYS
    return Q(unit=user.unit_id) if mandates.acts_as(user, Role.DELEGATE) else NEVER


def the_meeting_alone(user) -> Q:
    """No person decides a term; it follows from a motion of the joint meeting."""
    return NEVER


def _members(on=None):
    return membership.members(on or timezone.localdate())


# --- what is seen -------------------------------------------------------------------------


@seen_by(ChairTerm)
def visible_to(user):
    """Decided terms are public; nominations are seen by the members and the secretariat."""
    rows = ChairTerm.objects.select_related("unit", "resolution")
    if mandates.acts_as(user, Role.SECRETARIAT, Role.DELEGATE, Role.LIAISON, Role.EDITOR, Role.OBSERVER):
        return rows
    return rows.filter(state=State.DECIDED)


def history():
    """Every decided term, the latest first."""
    return (
        ChairTerm.objects.filter(state=State.DECIDED)
        .select_related("unit", "acting", "resolution")
        .order_by("-starts_on")
    )


def nominations(user):
    """The open nominations that the person may see, in the order in which they came."""
    return visible_to(user).filter(state=State.NOMINATED).order_by("created_at", "pk")


# --- who is told --------------------------------------------------------------------------


def _secretariat():
    return mandates.people(
        Organization.objects.filter(kind=Organization.Kind.SECRETARIAT), [Role.SECRETARIAT]
    )


def _own(obj):
    return mandates.people([obj.unit_id], [Role.DELEGATE, Role.LIAISON])


def desk_and_chair(obj, event):
    """The secretariat, the acting chair unit and the unit itself."""
    standing = term(local_date(event.at))
    chairing = mandates.people([standing.unit.pk], [Role.DELEGATE]) if standing else []
    return [*_secretariat(), *chairing, *_own(obj)]


def the_unit(obj, event):
    return [*_own(obj), *_secretariat()]


def all_members(obj, event):
    members = _members(local_date(event.at))
    return [*_secretariat(), *mandates.people(members, [Role.DELEGATE, Role.LIAISON])]


# --- what can happen ----------------------------------------------------------------------


def following(on: date) -> tuple[date, date, int]:
    """First day, last day and number of the term that a decision on the day ``on`` would begin."""
    last = ChairTerm.objects.filter(state=State.DECIDED).order_by("-ends_on").first()
    start = max(last.ends_on + timedelta(days=1), on) if last else on
    return start, _last_day(start), last.number + 1 if last else 1


def _last_day(start: date) -> date:
    year = start.year + charter.rule("chair_term_years", start).number
    # A term from 29 February runs to the 28th: the day before its anniversary, which then is 1 March.
    try:
        return start.replace(year=year) - timedelta(days=1)
    except ValueError:
        return date(year, 2, 28)


def nominations_open_on(on: date, last: ChairTerm | None = None) -> date | None:
    """The first day of nominations for the term after the last one decided; None before any, always open."""
    last = last or ChairTerm.objects.filter(state=State.DECIDED).order_by("-ends_on").first()
    return last and last.ends_on - timedelta(days=charter.days("nomination_days", on))


@verb(
    ChairTerm,
    label=pgettext_lazy("chair term", "Nominate a chair unit"),
    may=may_nominate,
    creates=True,
    tells=desk_and_chair,
    consequence=gettext_lazy("The nomination is put before the joint meeting, which alone decides."),
)
def nominate(*, by, now, unit, statement=""):
    if not mandates.acts_as(by, Role.SECRETARIAT) and unit.pk != by.unit_id:
        raise NotAllowed(_("A member nominates itself only; the secretariat may nominate any member."))
    opens = nominations_open_on(local_date(now))
    if opens and local_date(now) < opens:
        raise WrongState(
            _("Nominations open on %(day)s, %(n)d days before the term ends.")
            % {"day": opens.isoformat(), "n": charter.days("nomination_days", local_date(now))}
        )
    if not _members(local_date(now)).filter(pk=unit.pk).exists():
        raise Refused(_("Only a member can become chair unit."), {"unit": [_("This unit is not a member.")]})
    if ChairTerm.objects.filter(unit=unit, state=State.NOMINATED).exists():
        raise Refused(_("This unit is already nominated."), {"unit": [_("This unit is already nominated.")]})
    starts_on, ends_on, number = following(local_date(now))
    return ChairTerm.objects.create(
        unit=unit,
        number=number,
        starts_on=starts_on,
        ends_on=ends_on,
        state=State.NOMINATED,
        statement=statement,
        created_at=now,
    )


@verb(
    ChairTerm,
    label=pgettext_lazy("chair term", "Withdraw nomination"),
    from_=[State.NOMINATED],
    to=State.WITHDRAWN,
    may=nominators,
    tells=the_unit,
)
def withdraw(obj, *, by, reason=""):
    if open_item(obj):
        raise WrongState(_("It is on the agenda of a meeting. Withdraw the agenda item first."))
    obj.reason = reason


@verb(
    ChairTerm,
    label=pgettext_lazy("chair term", "Edit the statement"),
    from_=[State.NOMINATED],
    may=nominators,
)
def restate(obj, *, by, statement):
    """The candidate's statement in other words, until the meeting decides; the journal keeps the earlier ones."""
    obj.statement = statement


@verb(
    ChairTerm,
    label=pgettext_lazy("chair term", "Begin the term"),
    from_=[State.NOMINATED],
    to=State.DECIDED,
    may=the_meeting_alone,
    tells=all_members,
    hidden=True,
)
def start_term(obj, *, by, now, decision=None):
    """The joint meeting has carried it: fix the days, end the other nominations."""
    obj.starts_on, obj.ends_on, obj.number = following(local_date(now))
    obj.decision = decision
    for other in ChairTerm.objects.filter(state=State.NOMINATED).exclude(pk=obj.pk).order_by("pk"):
        reject(other, by=None, now=now, reason=_("Another unit was decided."))
    return {"unit": str(obj.unit), "starts_on": obj.starts_on, "ends_on": obj.ends_on}


@verb(
    ChairTerm,
    label=pgettext_lazy("chair term", "Not chosen"),
    from_=[State.NOMINATED],
    to=State.REJECTED,
    may=the_meeting_alone,
    tells=the_unit,
    hidden=True,
)
def reject(obj, *, by, reason="", decision=None):
    obj.reason = str(reason)
    obj.decision = decision
    return {"reason": obj.reason}


def _adopted(obj, *, decision, by, now):
    # The meeting decides, not whoever closed the vote: hence no person acts here.
    start_term(obj, by=None, now=now, decision=decision)


def _rejected(obj, *, decision, by, now):
    reject(obj, by=None, now=now, decision=decision, reason=_("The motion was not carried."))


subjects.register(
    ChairTerm,
    label=pgettext_lazy("chair term", "Chair unit of the next term"),
    adopted=_adopted,
    rejected=_rejected,
    candidates=lambda: ChairTerm.objects.filter(state=State.NOMINATED).select_related("unit"),
)


def open_item(obj):
    """The agenda item that carries this nomination before a meeting, or None."""
    return (
        AgendaItem.objects.filter(
            subject_type=ContentType.objects.get_for_model(ChairTerm),
            subject_id=obj.pk,
            state__in=[AgendaItem.State.PROPOSED, AgendaItem.State.ACCEPTED],
        )
        .select_related("meeting")
        .order_by("-pk")
        .first()
    )


@events.listen("meetings.resolution.adopt")
def _remember_resolution(event, resolution: Resolution):
    """A resolution adopted on the item of a chair term is the term's own."""
    item = resolution.item
    if item is not None and item.subject_type_id == ContentType.objects.get_for_model(ChairTerm).pk:
        ChairTerm.objects.filter(pk=item.subject_id, state=State.DECIDED).update(resolution=resolution)


# --- what comes due -----------------------------------------------------------------------


def _ending(days, after, until):
    """Terms whose last day is ``days`` away at nine o'clock, and which no decided term follows."""
    first, last = local_date(after) + timedelta(days=days), local_date(until) + timedelta(days=days)
    decided = ChairTerm.objects.filter(state=State.DECIDED)
    followed = decided.filter(starts_on__gt=models.OuterRef("ends_on"))
    ending = decided.filter(ends_on__range=(first, last)).exclude(models.Exists(followed))
    for found in ending.select_related("unit"):
        at = timezone.make_aware(datetime.combine(found.ends_on - timedelta(days=days), time(9)))
        if after < at <= until:
            members = mandates.people(_members(local_date(at)), [Role.DELEGATE])
            yield reminders.Due(found, at, [*_secretariat(), *_own(found), *members])


@reminders.reminder(
    "meetings.chairterm.remind_nominations", label=gettext_lazy("Nominations for the chair unit are open")
)
def remind_nominations(after, until):
    return _ending(charter.days("nomination_days", local_date(until)), after, until)


@reminders.reminder("meetings.chairterm.remind_30", label=gettext_lazy("The chair term ends in 30 days"))
def remind_30(after, until):
    return _ending(30, after, until)


# --- how it is found ----------------------------------------------------------------------


search.register(
    ChairTerm,
    title=lambda obj: f"第{obj.number}届主任单位 {obj.unit.name_zh} {obj.unit.name_en}",
    text=("statement", "source"),
    visible=visible_to,
    date="starts_on",
)
