"""Where is the secretariat? A post of its own, apart from the chair.

One unit hosts the secretariat until the joint meeting decides on another. The secretariat or the chair unit puts a
move forward; when the motion is carried, the new host begins on the day named, at the earliest on the day of the
decision, and the old one ends on the day before.
"""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import events, search, subjects
from core.clock import local_date
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import Refused, WrongState, verb
from members.mandates import Role, acts_as, is_inside, people, secretariat
from members.membership import is_member

from . import chair
from .models import AgendaItem, SecretariatPost
from .parties import member_speakers

State = SecretariatPost.State
ONE_DAY = timedelta(days=1)

# --- who may ------------------------------------------------------------------------------


def may_propose(user) -> bool:
    return acts_as(user, Role.SECRETARIAT) or chair.is_chair(user)


def proposers(user) -> Q:
    return ALWAYS if may_propose(user) else NEVER


def the_meeting_alone(user) -> Q:
    """No person moves the secretariat; it follows from a motion of the joint meeting."""
    return NEVER


# --- what is seen -------------------------------------------------------------------------


@seen_by(SecretariatPost)
def visible_to(user):
    """What was decided is open to everybody who is signed in; proposals to whoever belongs to the alliance."""
    if not user.is_authenticated:
        return SecretariatPost.objects.none()
    rows = SecretariatPost.objects.select_related("unit", "resolution")
    return rows if is_inside(user) else rows.filter(state=State.DECIDED)


def history():
    """Every decided host, the latest first."""
    rows = SecretariatPost.objects.filter(state=State.DECIDED)
    return rows.select_related("unit", "resolution").order_by("-starts_on")


def present(on):
    """The post in force on a day, or None."""
    return history().filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on).first()


# --- who is told --------------------------------------------------------------------------


def everybody(post, event):
    return [*secretariat(), *member_speakers()]


def desk_and_unit(post, event):
    return [*secretariat(), *people([post.unit_id], [Role.DELEGATE, Role.LIAISON])]


# --- what can happen ----------------------------------------------------------------------


@verb(
    SecretariatPost,
    label=pgettext_lazy("secretariat post", "Propose another host"),
    may=may_propose,
    creates=True,
    tells=desk_and_unit,
    consequence=gettext_lazy("The proposal is put before the joint meeting, which alone decides."),
)
def propose(*, by, now, unit, starts_on, reason):
    """Propose that the secretariat moves to another member unit from a day on."""
    today = local_date(now)
    if not is_member(unit.pk, today):
        raise Refused(_("Only a member hosts the secretariat."), {"unit": [_("This unit is not a member.")]})
    before = present(today)
    if before and before.unit_id == unit.pk:
        sentence = _("%(unit)s hosts the secretariat already.") % {"unit": unit}
        raise Refused(sentence, {"unit": [sentence]})
    if starts_on < today:
        sentence = _("The first day cannot lie in the past.")
        raise Refused(sentence, {"starts_on": [sentence]})
    if SecretariatPost.objects.filter(state=State.PROPOSED).exists():
        raise WrongState(_("Another host is proposed already. Decide about it, or withdraw it first."))
    return SecretariatPost.objects.create(
        unit=unit, starts_on=starts_on, state=State.PROPOSED, reason=reason, created_at=now
    )


@verb(
    SecretariatPost,
    label=pgettext_lazy("secretariat post", "Withdraw proposal"),
    may=proposers,
    from_=[State.PROPOSED],
    to=State.WITHDRAWN,
    guard=lambda post, by: (
        _("It is on the agenda of a meeting. Withdraw the agenda item first.") if open_item(post) else ""
    ),
    tells=desk_and_unit,
)
def withdraw(post, *, by, reason=""):
    """Take the proposal back before it is on an agenda."""
    return {"reason": reason}


@verb(
    SecretariatPost,
    label=pgettext_lazy("secretariat post", "Move the secretariat"),
    may=the_meeting_alone,
    from_=[State.PROPOSED],
    to=State.DECIDED,
    tells=everybody,
    hidden=True,
)
def move(post, *, by, now, decision=None):
    """The joint meeting has carried it: the old host ends on the day before the new one begins."""
    post.starts_on = max(post.starts_on, local_date(now))
    for before in SecretariatPost.objects.filter(state=State.DECIDED, ends_on=None):
        post.starts_on = max(post.starts_on, before.starts_on + ONE_DAY)
        before.ends_on = post.starts_on - ONE_DAY
        before.version += 1
        before.save()
    post.decision = decision
    return {"unit": str(post.unit), "starts_on": post.starts_on}


@verb(
    SecretariatPost,
    label=pgettext_lazy("secretariat post", "Not chosen"),
    may=the_meeting_alone,
    from_=[State.PROPOSED],
    to=State.REJECTED,
    tells=desk_and_unit,
    hidden=True,
)
def reject(post, *, by, now, decision=None):
    """The motion was lost; the present host stays."""
    post.decision = decision


subjects.register(
    SecretariatPost,
    label=gettext_lazy("Host of the secretariat"),
    adopted=lambda post, *, decision, by, now: move(post, by=None, now=now, decision=decision),
    rejected=lambda post, *, decision, by, now: reject(post, by=None, now=now, decision=decision),
    candidates=lambda: SecretariatPost.objects.filter(state=State.PROPOSED).select_related("unit"),
)


def open_item(post):
    """The agenda item that carries this proposal before a meeting, or None."""
    return (
        AgendaItem.objects.filter(
            subject_type=ContentType.objects.get_for_model(SecretariatPost),
            subject_id=post.pk,
            state__in=[AgendaItem.State.PROPOSED, AgendaItem.State.ACCEPTED],
        )
        .select_related("meeting")
        .order_by("-pk")
        .first()
    )


@events.listen("meetings.resolution.adopt")
def _remember_resolution(event, resolution):
    item = resolution.item
    if item is not None and item.subject_type_id == ContentType.objects.get_for_model(SecretariatPost).pk:
        SecretariatPost.objects.filter(pk=item.subject_id, state=State.DECIDED).update(resolution=resolution)


# --- how it is found ----------------------------------------------------------------------

search.register(
    SecretariatPost,
    title=lambda post: f"秘书处挂靠单位 {post.unit.name_zh} {post.unit.name_en}",
    text=("reason", "source"),
    visible=visible_to,
    date="starts_on",
)
