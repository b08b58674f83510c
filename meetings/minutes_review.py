"""Minutes approved by rule: circulated, corrected paragraph by paragraph, signed off by each unit, approved.

The secretariat circulates a draft to the units of the roll, for as many working days as the charter's
``minutes_comment_days``. A unit proposes a correction of one paragraph, with the reason; the secretariat takes it over,
which changes the text, or refuses it with a reason. Each unit signs the wording it has read; a wording that changed
afterwards shows as such. Who
did not sign stands there as not signed: silence is recorded as "no objection" only where the charter's
``minutes_silence`` says so. Then the delegate of the unit that presided approves, and the minutes are issued.
"""

import difflib
import hashlib
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.clock import local_date
from core.permissions import NEVER, seen_by, visible
from core.reminders import Due, reminder
from core.templatetags.alliance import moment
from core.workflow import NotAllowed, Refused, WrongState, verb
from members import mandates
from members.mandates import acts_as, people
from members.membership import members
from members.models import Mandate

from . import charter, minutes
from .minutes import writers
from .models import Correction, Invitation, Minutes, SignOff
from .parties import INSIDE, SPEAKERS

State, Role = Minutes.State, Mandate.Role
CLOSE_OF_BUSINESS = time(18)

# --- who may ------------------------------------------------------------------------------


def approvers(user) -> Q:
    """The delegate of the unit that presided; the secretariat where nobody presided."""
    if acts_as(user, Role.SECRETARIAT):
        return Q(meeting__chair=None)
    return Q(meeting__chair=user.unit_id) if acts_as(user, Role.DELEGATE) else NEVER


def signers(user) -> Q:
    """Delegate and liaison of a unit of the roll."""
    if not acts_as(user, *SPEAKERS):
        return NEVER
    return Q(Exists(SignOff.objects.filter(minutes=OuterRef("pk"), unit=user.unit_id)))


def may_propose(user) -> bool:
    return acts_as(user, *SPEAKERS)


def own_unit(user) -> Q:
    return Q(unit=user.unit_id) if may_propose(user) else NEVER


# --- what is seen -------------------------------------------------------------------------


@seen_by(Correction)
def visible_to(user):
    """Every correction for who takes part in the review; those inside a unit see them with the minutes."""
    rows = Correction.objects.select_related("minutes", "unit", "by")
    if not acts_as(user, *INSIDE, Role.SECRETARIAT):
        return rows.none()
    return rows.filter(minutes__in=visible(Minutes, user).order_by().values("pk"))


def waiting_for(user):
    """Corrections the secretariat has to decide."""
    rows = visible_to(user).filter(state=Correction.State.PROPOSED)
    return rows if acts_as(user, Role.SECRETARIAT) else rows.none()


# --- what the page shows ------------------------------------------------------------------


def wording(obj: Minutes) -> str:
    """SHA-256 of title and text: what a signature is given for."""
    return hashlib.sha256(f"{obj.title}\n{obj.text}".encode()).hexdigest()


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """The change as pieces ("same" | "out" | "in", text), character by character."""
    pieces = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", before[a:b]))
            continue
        pieces += [(name, part) for name, part in (("out", before[a:b]), ("in", after[c:d])) if part]
    return pieces


def is_open(obj: Minutes, now: datetime) -> bool:
    """Whether the units may still comment."""
    return obj.state == State.CIRCULATED and now <= obj.comments_due_at


def says(row: SignOff, obj: Minutes, now: datetime) -> tuple[str, str, str]:
    """(label, tone, icon) of one unit of the grid."""
    if row.state == SignOff.State.AWAITED and obj.silence_agrees and now > obj.comments_due_at:
        return SignOff.State.NO_OBJECTION.label, "grey", "circle"
    if row.state == SignOff.State.SIGNED and obj.state == State.CIRCULATED and row.sha256 != wording(obj):
        return _("Signed an earlier wording"), "amber", "clock"
    tone, icon = {
        SignOff.State.SIGNED: ("green", "check"),
        SignOff.State.NO_OBJECTION: ("grey", "circle"),
        SignOff.State.AWAITED: ("amber", "clock"),
    }[row.state]
    return row.get_state_display(), tone, icon


# --- who is told --------------------------------------------------------------------------


def asked(obj, event):
    """Delegates and liaisons of the roll."""
    return people(obj.signoffs.values_list("unit", flat=True), SPEAKERS)


def approving(obj, event):
    chairing = people([obj.meeting.chair_id], [Role.DELEGATE]) if obj.meeting.chair_id else []
    return [*mandates.secretariat(), *chairing]


# --- what can happen ----------------------------------------------------------------------


@verb(
    Minutes,
    label=pgettext_lazy("minutes", "Circulate for comment"),
    from_=[State.DRAFT],
    to=State.CIRCULATED,
    may=writers,
    tells=asked,
    primary=True,
    consequence=gettext_lazy(
        "Delegates and liaisons of all units of the roll are asked to read and sign it. "
        "From then on the text changes only through corrections."
    ),
)
def circulate(obj, *, by, now):
    """Ask the units entitled in the meeting; where none was invited, all members of the day."""
    today = local_date(now)
    rules = charter.numbers(today)
    member = Invitation.Capacity.MEMBER
    units = list(obj.meeting.invitations.filter(capacity=member).values_list("unit", flat=True)) or list(
        members(today).values_list("pk", flat=True)
    )
    until = clock.add_working_days(today, rules["minutes_comment_days"])
    obj.circulated_at = now
    obj.comments_due_at = timezone.make_aware(datetime.combine(until, CLOSE_OF_BUSINESS))
    obj.silence_agrees = bool(rules.get("minutes_silence"))
    obj.signoffs.all().delete()
    SignOff.objects.bulk_create([SignOff(minutes=obj, unit_id=unit) for unit in units])
    return {"units": units, "until": obj.comments_due_at}


def _signed_already(obj, by):
    if by is None:
        return ""
    row = next((row for row in obj.signoffs.all() if row.unit_id == by.unit_id), None)
    if row is not None and row.state == SignOff.State.SIGNED and row.sha256 == wording(obj):
        return _("Your unit has signed this wording.")
    return ""


@verb(
    Minutes,
    label=pgettext_lazy("minutes", "Sign off"),
    from_=[State.CIRCULATED],
    may=signers,
    guard=_signed_already,
    reads=("signoffs",),
    primary=True,
    consequence=gettext_lazy("Your unit agrees to the text as it stands now."),
)
def sign(obj, *, by, now):
    obj.signoffs.filter(unit=by.unit_id).update(
        state=SignOff.State.SIGNED, sha256=wording(obj), by=by, at=now
    )
    return {"unit": by.unit_id, "sha256": wording(obj)}


@verb(
    Minutes,
    label=pgettext_lazy("minutes", "Take back to draft"),
    from_=[State.CIRCULATED, State.APPROVED],
    to=State.DRAFT,
    may=writers,
    tells=asked,
    consequence=gettext_lazy("Signatures given so far lapse; the draft must be circulated anew."),
)
def recall(obj, *, by, reason):
    return {"reason": reason}


def _not_ready(obj, by):
    undecided = sum(row.state == Correction.State.PROPOSED for row in obj.corrections.all())
    if undecided:
        return _("Corrections still to be decided: %(n)s.") % {"n": undecided}
    missing = any(row.state == SignOff.State.AWAITED for row in obj.signoffs.all())
    if missing and is_open(obj, timezone.now()):
        until = strip_tags(moment(obj.comments_due_at))
        return _("Not all units have signed; they have time until %(until)s.") % {"until": until}
    return ""


@verb(
    Minutes,
    label=pgettext_lazy("minutes", "Approve minutes"),
    from_=[State.CIRCULATED],
    to=State.APPROVED,
    may=approvers,
    guard=_not_ready,
    reads=("signoffs", "corrections"),
    tells=approving,
    primary=True,
)
def approve(obj, *, by, now):
    """Settle the text. Silence becomes "no objection" only under a charter that says so."""
    obj.approved_at = now
    if obj.silence_agrees:
        silent = obj.signoffs.filter(state=SignOff.State.AWAITED)
        silent.update(state=SignOff.State.NO_OBJECTION, at=obj.comments_due_at)
    return {"signed": obj.signoffs.filter(state=SignOff.State.SIGNED).count()}


# --- corrections --------------------------------------------------------------------------


def _proposer(correction, event):
    return people([correction.unit_id], SPEAKERS)


@verb(
    Correction,
    label=pgettext_lazy("correction", "Propose a correction"),
    may=may_propose,
    creates=True,
    tells=lambda correction, event: mandates.secretariat(),
)
def propose(*, by, now, minutes, paragraph, after, why):
    """Ask that one paragraph (counted from 1) read otherwise; an empty wording asks to strike it."""
    # The lock keeps the paragraph as it is while it is quoted.
    obj = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if not SignOff.objects.filter(minutes=obj, unit=by.unit_id).exists():
        raise NotAllowed(_("Your unit is not among those asked about these minutes."))
    if obj.state != State.CIRCULATED:
        raise WrongState(_("These minutes are not open to comment."))
    if now > obj.comments_due_at:
        until = strip_tags(moment(obj.comments_due_at))
        raise WrongState(_("Comments were open until %(until)s.") % {"until": until})
    lines = obj.text.splitlines()
    if not 1 <= paragraph <= len(lines):
        _refuse("paragraph", _("The minutes have paragraphs 1 to %(n)s.") % {"n": len(lines)})
    after = after.strip()
    if after == lines[paragraph - 1].strip():
        _refuse("after", _("This is the present wording. Write how it should read."))
    return Correction.objects.create(
        minutes=obj,
        unit=by.unit,
        by=by,
        paragraph=paragraph,
        before=lines[paragraph - 1],
        after=after,
        why=why,
        created_at=now,
    )


def _refuse(field, sentence):
    raise Refused(sentence, {field: [sentence]})


def _settled(correction, by):
    if correction.minutes.state in (State.DRAFT, State.CIRCULATED):
        return ""
    return _("The minutes are “%(state)s”.") % {"state": correction.minutes.get_state_display()}


@verb(
    Correction,
    label=pgettext_lazy("correction", "Take over"),
    from_=[Correction.State.PROPOSED],
    to=Correction.State.ACCEPTED,
    may=writers,
    guard=_settled,
    reads=("minutes",),
    tells=_proposer,
    primary=True,
)
def take_over(correction, *, by, now):
    """Put the wording into the text, where the paragraph still reads as it was quoted."""
    obj = Minutes.objects.select_for_update().get(pk=correction.minutes_id)
    lines = obj.text.splitlines()
    places = [place for place, line in enumerate(lines) if line == correction.before]
    if not places:
        raise WrongState(_("This paragraph reads otherwise by now. Refuse the correction and say why."))
    place = min(places, key=lambda found: abs(found + 1 - correction.paragraph))
    lines[place : place + 1] = correction.after.splitlines()
    text = minutes.tidy("\n".join(lines))
    if not text:
        raise WrongState(_("Minutes without text say nothing."))
    obj.text, obj.version = text, obj.version + 1
    obj.save()
    correction.decided_at = now
    return {"sha256": wording(obj)}


@verb(
    Correction,
    label=pgettext_lazy("correction", "Do not take over"),
    from_=[Correction.State.PROPOSED],
    to=Correction.State.REFUSED,
    may=writers,
    guard=_settled,
    reads=("minutes",),
    tells=_proposer,
)
def turn_down(correction, *, by, now, reason):
    correction.reason, correction.decided_at = reason, now
    return {"reason": reason}


# --- what comes due -----------------------------------------------------------------------


def _unsigned(when):
    """Finder of circulated minutes; ``when(minutes)`` is the moment at which those who have not signed are reminded."""

    def find(after, until):
        rows = Minutes.objects.filter(state=State.CIRCULATED, comments_due_at__gt=until)
        for obj in rows.select_related("meeting"):
            at = when(obj)
            if after < at <= until and at > obj.circulated_at:
                silent = obj.signoffs.filter(state=SignOff.State.AWAITED).values_list("unit", flat=True)
                yield Due(obj, at, people(silent, SPEAKERS))

    return find


def _half_way(obj):
    return obj.circulated_at + (obj.comments_due_at - obj.circulated_at) / 2


reminder("meetings.minutes.remind_half", label=gettext_lazy("Minutes to sign: half of the time is over"))(
    _unsigned(_half_way)
)
reminder(
    "meetings.minutes.remind_last",
    label=gettext_lazy("Minutes to sign: last day"),
    catch_up=timedelta(days=1),
)(_unsigned(lambda obj: obj.comments_due_at - timedelta(days=1)))
