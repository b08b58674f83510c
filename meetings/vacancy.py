"""A vacancy: what happens when the chair unit resigns or leaves the alliance before its term ends?

The term then ends on the unit's last day, and the next unit in the order of rotation acts until the joint meeting has
decided. Meetings after that day are presided by the acting unit. When a unit recalls its notice of leaving in time,
its term runs on as decided.
"""

from datetime import datetime, time, timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import events
from core.clock import local_date
from core.permissions import NEVER
from core.workflow import Refused, verb
from members import membership
from members.mandates import Role, acts_as

from . import chair, rotation
from .models import ChairTerm, Meeting

State = ChairTerm.State
ONE_DAY = timedelta(days=1)
OVER = (Meeting.State.CLOSED, Meeting.State.ARCHIVED, Meeting.State.CANCELLED)


# --- who may ------------------------------------------------------------------------------


def own_delegate(user) -> Q:
    """The delegate of the chair unit."""
    return Q(unit=user.unit_id) if acts_as(user, Role.DELEGATE) else NEVER


# --- what can happen ----------------------------------------------------------------------


def _not_in_the_chair(term, by):
    standing = chair.term()
    if standing is None or standing.term.pk != term.pk:
        return _("This unit is not in the chair now.")
    if standing.term.acting_id:
        return _("%(unit)s stands in already.") % {"unit": standing.term.acting}
    return ""


@verb(
    ChairTerm,
    label=pgettext_lazy("chair term", "Resign"),
    from_=[State.DECIDED],
    may=own_delegate,
    guard=_not_in_the_chair,
    tells=chair.all_members,
    irreversible=True,
    consequence=gettext_lazy("The next unit in the order of rotation acts until the joint meeting decides."),
)
def resign(term, *, by, now, reason, last_day=None):
    """End the unit's time in the chair on ``last_day`` (default: today); the next in rotation then stands in."""
    today = local_date(now)
    last_day = last_day or today
    if last_day < max(today, term.starts_on):
        sentence = _("The last day cannot lie in the past.")
        raise Refused(sentence, {"last_day": [sentence]})
    if term.ends_on >= today and last_day > term.ends_on:
        sentence = _("The term ends on %(day)s anyway.") % {"day": term.ends_on.isoformat()}
        raise Refused(sentence, {"last_day": [sentence]})
    acting = rotation.stands_in(last_day + ONE_DAY, instead_of=term.unit)
    if acting is None:
        raise Refused(_("There is no other member unit that could act."))
    term.reason = reason
    term.planned_end = term.ends_on
    term.ends_on = min(term.ends_on, last_day)
    term.acting, term.acting_from = acting, last_day + ONE_DAY
    moved = _preside(term.unit, acting, from_=term.acting_from)
    return {"reason": reason, "acting": str(acting), "from": term.acting_from, "meetings": moved}


def _preside(unit, by_unit, *, from_) -> list[int]:
    """Let another unit preside over the meetings from a day on; returns their ids."""
    start = timezone.make_aware(datetime.combine(from_, time.min))
    rows = Meeting.objects.filter(chair=unit, starts_at__gte=start).exclude(state__in=OVER)
    ids = list(rows.values_list("pk", flat=True))
    Meeting.objects.filter(pk__in=ids).update(chair=by_unit, version=F("version") + 1)
    return ids


def nobody(user) -> Q:
    """What follows from the notice of leaving itself."""
    return NEVER


@verb(
    ChairTerm,
    label=pgettext_lazy("chair term", "Run on as decided"),
    from_=[State.DECIDED],
    may=nobody,
    tells=chair.all_members,
    hidden=True,
)
def run_on(term, *, by, now):
    """The unit stays in the alliance: its term is again as it was decided."""
    _preside(term.acting, term.unit, from_=term.acting_from)
    term.ends_on, term.planned_end = term.planned_end, None
    term.acting, term.acting_from, term.reason = None, None, ""


@verb(
    ChairTerm,
    label=pgettext_lazy("chair term", "Another unit stands in"),
    from_=[State.DECIDED],
    may=nobody,
    tells=chair.all_members,
    hidden=True,
)
def replace_acting(term, *, by, now, from_):
    """The unit that stands in leaves the alliance itself: the next in the order acts."""
    acting = rotation.stands_in(from_, instead_of=term.acting)
    if acting is None:
        raise Refused(_("There is no other member unit that could act."))
    _preside(term.acting, acting, from_=from_)
    term.acting = acting
    return {"acting": str(acting), "from": from_}


@events.listen("members.membership.leave")
def _chair_leaves(event, leaving):
    """A chair unit that leaves the alliance ends its term with its membership."""
    standing = chair.term(leaving.leaves_on)
    if standing is None:
        return
    term = standing.term
    if term.acting_id == leaving.unit_id:
        replace_acting(term, by=None, now=event.at, from_=leaving.leaves_on + ONE_DAY)
    elif term.unit_id == leaving.unit_id and not term.acting_id and _outlasts(term, leaving.leaves_on):
        reason = _("The unit leaves the alliance.")
        resign(term, by=None, now=event.at, reason=reason, last_day=leaving.leaves_on)


def _outlasts(term, day) -> bool:
    """Whether the unit would still chair, by its term or for the time being, on the day after."""
    return not ChairTerm.objects.filter(
        state=State.DECIDED, starts_on__gt=term.starts_on, starts_on__lte=day + ONE_DAY
    ).exists()


@events.listen("members.membership.recall_leave")
def _chair_stays(event, staying):
    rows = ChairTerm.objects.filter(
        state=State.DECIDED, unit=staying.unit, acting__isnull=False, acting_from__gt=local_date(event.at)
    )
    for term in rows:
        if membership.is_member(staying.unit_id, local_date(event.at)):
            run_on(term, by=None, now=event.at)
