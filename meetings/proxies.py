"""Who votes for a unit that cannot come?

A unit entitled to vote in a meeting may let another such unit vote for it: by a written document, lodged with the
secretariat before the meeting begins, for all items or for those it names. One unit holds as many proxies as the
charter says. A proxy counts while its holder is in the room and the unit itself is not; the holder votes for it
separately, by name or with a second detached ballot. What an agent does within its authority is done by the principal
(Civil Code, articles 161 and 162), and charters of comparable bodies let the proxy stand for attendance: so a unit
represented counts as present, for the quorum too, unless the charter says otherwise (rule ``proxy_presence``).
"""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from core.documents import attach
from core.permissions import ALWAYS, NEVER, seen_by, visible
from core.workflow import NotAllowed, Refused, WrongState, verb
from members import mandates

from . import attendance
from .models import Meeting, Proxy
from .parties import SPEAKERS

State, Role = Proxy.State, mandates.Role


# --- who may ------------------------------------------------------------------------------


def may_lodge(user) -> bool:
    """The delegate or liaison of the unit that cannot come; the secretariat, to which the paper was handed."""
    return mandates.acts_as(user, Role.SECRETARIAT, *SPEAKERS)


def principals(user) -> Q:
    if mandates.acts_as(user, Role.SECRETARIAT):
        return ALWAYS
    return Q(principal=user.unit_id) if mandates.acts_as(user, *SPEAKERS) else NEVER


# --- what is seen -------------------------------------------------------------------------


@seen_by(Proxy)
def visible_to(user):
    """Whoever may see the meeting: who votes for whom is no secret."""
    return Proxy.objects.filter(meeting__in=visible(Meeting, user).order_by().values("pk")).select_related(
        "meeting", "principal", "holder"
    )


def holders(meeting, motion) -> dict[int, int]:
    """For each unit represented in a vote on this item, who votes for it."""
    rows = attendance.proxies_in_force().filter(meeting=meeting).prefetch_related("items")
    wanted = {motion.item_id, *motion.also.values_list("pk", flat=True)}
    found = {}
    for proxy in rows:
        named = {item.pk for item in proxy.items.all()}
        if not named or wanted <= named:
            found[proxy.principal_id] = proxy.holder_id
    return found


# --- who is told --------------------------------------------------------------------------


def both_and_secretariat(proxy, event):
    return [*mandates.people([proxy.principal_id, proxy.holder_id], SPEAKERS), *mandates.secretariat()]


# --- what can happen ------------------------------------------------------------------------


@verb(
    Proxy,
    label=pgettext_lazy("proxy", "Lodge a proxy"),
    may=may_lodge,
    creates=True,
    tells=both_and_secretariat,
)
def lodge(*, by, now, meeting, holder, documents=(), principal=None, items=(), scope=""):
    """Lodge a written proxy for one meeting, before it begins. ``items`` none: for all of them."""
    principal = principal or by.unit
    if principal.pk != by.unit_id and not mandates.acts_as(by, Role.SECRETARIAT):
        raise NotAllowed(_("You can give a proxy only for your own unit."))
    # The lock orders two proxies that arrive together.
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if meeting.state != Meeting.State.CALLED:
        raise WrongState(_("A proxy is lodged after the notice and before the meeting begins."))
    entitled = set(attendance.entitled_units(meeting).values_list("pk", flat=True))
    if holder.pk == principal.pk or not {holder.pk, principal.pk} <= entitled:
        sentence = _("A unit entitled to vote here gives its proxy to another one.")
        raise Refused(sentence, {"holder": [sentence]})
    if not documents:
        sentence = _("Attach the written proxy.")
        raise Refused(sentence, {"documents": [sentence]})
    lodged = Proxy.objects.filter(meeting=meeting, state=State.LODGED)
    if lodged.filter(principal=principal).exists():
        raise WrongState(_("%(unit)s has given a proxy already.") % {"unit": principal})
    most = _most(meeting)
    if lodged.filter(holder=holder).count() >= most:
        sentence = _("%(unit)s holds %(most)s already, as many as the charter allows.") % {
            "unit": holder,
            "most": most,
        }
        raise Refused(sentence, {"holder": [sentence]})
    if lodged.filter(Q(principal=holder) | Q(holder=principal)).exists():
        sentence = _("Whoever is represented represents nobody.")
        raise Refused(sentence, {"holder": [sentence]})
    proxy = Proxy.objects.create(
        meeting=meeting, principal=principal, holder=holder, scope=scope, created_at=now
    )
    proxy.items.set(items)
    for document in documents:
        attach(proxy, document, by=by, purpose="proxy")
    return proxy, {"principal": principal.pk, "holder": holder.pk, "items": [item.pk for item in items]}


def _most(meeting) -> int:
    return attendance.charter_rule(meeting, "proxies").number or 0


def _under_way(proxy, by):
    if proxy.meeting.state != Meeting.State.CALLED:
        return _("The meeting is “%(state)s”.") % {"state": proxy.meeting.get_state_display()}
    return ""


@verb(
    Proxy,
    label=pgettext_lazy("proxy", "Revoke the proxy"),
    from_=[State.LODGED],
    to=State.REVOKED,
    may=principals,
    guard=_under_way,
    tells=both_and_secretariat,
    reads=["meeting"],
)
def revoke(proxy, *, by, now, reason=""):
    """Take the proxy back before the meeting begins. By coming itself, the unit sets it aside in any case."""
    proxy.reason = reason
