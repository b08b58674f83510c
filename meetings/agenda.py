"""The agenda: what a meeting deals with.

Any member unit proposes items, with material, until the day items are due. Whoever is later says so, and the meeting
itself must then agree to take the item up. The secretariat accepts an item or returns it with the reason, orders the
agenda and gives each item its minutes. A joint meeting begins with what became of the last one's decisions.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q
from django.utils.html import strip_tags
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from core import search
from core.documents import attach
from core.permissions import NEVER, seen_by
from core.templatetags.alliance import moment
from core.workflow import NotAllowed, Refused, WrongState, verb
from members.mandates import acts_as, people, secretariat
from members.membership import is_member
from members.models import Mandate

from .models import AgendaItem, Meeting, Motion
from .models.meeting import Kind
from .parties import SPEAKERS, conveners
from .parties import visible_to as meetings_visible_to

State = AgendaItem.State
Role = Mandate.Role
MeetingState = Meeting.State
LAST_TIME = "上次议定事项落实情况"
#: A meeting in one of these states takes items: before the notice by the deadline, after it as late ones.
TAKES_ITEMS = (
    MeetingState.DRAFT,
    MeetingState.COLLECTING,
    MeetingState.SUBMITTED,
    MeetingState.APPROVED,
    MeetingState.CALLED,
    MeetingState.IN_SESSION,
)
#: The agenda is ordered and edited until the meeting is over.
OVER = (MeetingState.CLOSED, MeetingState.ARCHIVED, MeetingState.CANCELLED)

# --- who may ------------------------------------------------------------------------------


def may_propose(user) -> bool:
    return acts_as(user, Role.SECRETARIAT) or (acts_as(user, *SPEAKERS) and is_member(user.unit_id))


def proposers(user) -> Q:
    """The unit that proposed an item, by its delegate or liaison; the secretariat for its own."""
    return Q(unit=user.unit_id) if acts_as(user, Role.SECRETARIAT, *SPEAKERS) else NEVER


def editors(user) -> Q:
    """Its proposer while it is proposed or returned; the secretariat always."""
    return conveners(user) | (proposers(user) & Q(state__in=[State.PROPOSED, State.RETURNED]))


# --- what is seen -------------------------------------------------------------------------


@seen_by(AgendaItem)
def visible_to(user):
    """What is on the agenda, with the meeting; what is only proposed, its unit, the secretariat, the presiding unit."""
    if not user.is_authenticated:
        return AgendaItem.objects.none()
    if acts_as(user, Role.SECRETARIAT):
        return AgendaItem.objects.all()
    settled = Q(state__in=[State.ACCEPTED, State.CONCLUDED])
    own = Q(unit=user.unit_id) | Q(meeting__chair=user.unit_id) if user.unit_id else NEVER
    return AgendaItem.objects.filter(
        settled | own, meeting__in=meetings_visible_to(user).order_by().values("pk")
    )


def waiting_for(user):
    """Proposals the secretariat must answer; for a unit, what came back to it while it can still be mended."""
    rows = visible_to(user).exclude(meeting__state__in=OVER)
    if acts_as(user, Role.SECRETARIAT):
        return rows.filter(state=State.PROPOSED)
    if acts_as(user, *SPEAKERS):
        return rows.filter(state=State.RETURNED, unit=user.unit_id)
    return rows.none()


# --- who is told --------------------------------------------------------------------------


def _proposing_unit(item):
    return people([item.unit], SPEAKERS)


# --- what can happen ----------------------------------------------------------------------


def begin(meeting, *, by, template=None, copy_of=None):
    """Put the usual items on a new meeting's agenda: the report on last time, a template's, and of an earlier meeting
    those that the secretariat itself had brought; what zones had brought was dealt with."""
    items = []
    if meeting.kind == Kind.JOINT:
        items.append({"title": LAST_TIME, "kind": AgendaItem.Kind.REPORT, "minutes": 15})
    if template:
        items += [
            {"title": given["title_zh"], **{k: given[k] for k in ("kind", "minutes", "rule") if k in given}}
            for given in template.items
        ]
    if copy_of:
        earlier = copy_of.items.filter(unit=by.unit_id, state__in=[State.ACCEPTED, State.CONCLUDED])
        items += [{"title": i.title, "kind": i.kind, "minutes": i.minutes, "rule": i.rule} for i in earlier]
    unique = {given["title"]: given for given in reversed(items)}
    for position, given in enumerate(reversed(unique.values()), 1):
        AgendaItem.objects.create(
            meeting=meeting, position=position, unit=by.unit, proposer=by, state=State.ACCEPTED, **given
        )


def is_late(meeting, now) -> bool:
    """Whether an item proposed now comes after the day for it, or after the notice."""
    called = meeting.state in (MeetingState.CALLED, MeetingState.IN_SESSION)
    return called or (meeting.items_due_at is not None and now > meeting.items_due_at)


def end_of(meeting) -> int:
    """The place after the last item."""
    return (meeting.items.aggregate(last=Max("position"))["last"] or 0) + 1


@verb(
    AgendaItem,
    label=_("Propose an item"),
    may=may_propose,
    creates=True,
    tells=lambda item, event: secretariat(),
    primary=True,
)
def propose(
    *,
    by,
    now,
    meeting,
    title,
    kind=AgendaItem.Kind.DELIBERATION,
    summary="",
    presenter="",
    minutes=10,
    rule="ordinary",
    late=False,
    subject=None,
    documents=(),
):
    """Propose an item for a meeting. After the day for it only as a late item, which the meeting itself must take up.

    The secretariat's own items are on the agenda at once.
    """
    # The meeting's row orders two proposals that arrive together.
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state not in TAKES_ITEMS:
        raise WrongState(
            translate("This meeting takes no more items: it is “%s”.") % meeting.get_state_display()
        )
    own = acts_as(by, Role.SECRETARIAT)
    if not own and meeting.state == MeetingState.DRAFT:
        raise NotAllowed(_("Items are not being collected yet."))
    overdue = is_late(meeting, now)
    if overdue and not late:
        sentence = translate(
            "Items were due on %(due)s. To propose it all the same, mark it as a late item: "
            "the meeting must then agree to take it up."
        ) % {"due": strip_tags(moment(meeting.items_due_at))}
        raise Refused(sentence, {"late": [sentence]})
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=end_of(meeting),
        title=title,
        kind=kind,
        summary=summary,
        presenter=presenter,
        minutes=minutes,
        rule=rule or "ordinary",
        unit=by.unit,
        proposer=by,
        late=overdue,
        state=State.ACCEPTED if own else State.PROPOSED,
        subject_type=ContentType.objects.get_for_model(subject) if subject else None,
        subject_id=subject.pk if subject else None,
        created_at=now,
    )
    _attach(item, documents, by)
    return item, {"late": overdue}


def _attach(item, files, by):
    for file in files:
        attach(item, file, by=by, purpose="material")


def _meeting_over(item, by):
    over = item.meeting.state in OVER
    return translate("The meeting is “%s”.") % item.meeting.get_state_display() if over else ""


def _keep_what_was_voted_on(item):
    """Refuse to take away what a vote that is open or decided is about."""
    if item.motions.filter(state__in=[Motion.State.OPEN, Motion.State.CLOSED]).exists():
        raise WrongState(_("The item has been put to the vote; what the vote is about stays as it is."))


@verb(
    AgendaItem,
    label=_("Put on the agenda"),
    may=conveners,
    from_=[State.PROPOSED, State.RETURNED],
    to=State.ACCEPTED,
    guard=_meeting_over,
    tells=lambda item, event: _proposing_unit(item),
    primary=True,
)
def accept(item, *, by, minutes=None):
    """Take the item onto the agenda, at its end."""
    item.reason = ""
    item.position = end_of(item.meeting)
    if minutes:
        item.minutes = minutes


@verb(
    AgendaItem,
    label=_("Return with a reason"),
    may=conveners,
    from_=[State.PROPOSED, State.ACCEPTED],
    to=State.RETURNED,
    guard=_meeting_over,
    tells=lambda item, event: _proposing_unit(item),
)
def return_item(item, *, by, reason):
    """Give the item back to the unit that proposed it."""
    _keep_what_was_voted_on(item)
    item.reason = reason
    return {"reason": reason}


@verb(
    AgendaItem,
    label=_("Edit"),
    may=editors,
    from_=[State.PROPOSED, State.RETURNED, State.ACCEPTED],
    guard=_meeting_over,
    tells=lambda item, event: secretariat() if item.state == State.PROPOSED else [],
)
def edit(item, *, by, documents=(), **given):
    """Change what is given of the item's words, time or ``subject``, add material. Mended after a return, it is
    proposed again."""
    subject = given.pop("subject", item.subject)
    if item.subject != subject or given.get("rule", item.rule) != item.rule:
        _keep_what_was_voted_on(item)
    for name, value in given.items():
        setattr(item, name, value)
    item.subject_type = ContentType.objects.get_for_model(subject) if subject else None
    item.subject_id = subject.pk if subject else None
    if item.state == State.RETURNED and not acts_as(by, Role.SECRETARIAT):
        item.state = State.PROPOSED
    _attach(item, documents, by)


def _on_a_sent_agenda(item, by):
    if item.state == State.ACCEPTED and item.meeting.state in (MeetingState.CALLED, MeetingState.IN_SESSION):
        return translate("The notice with this item has been sent; ask the secretariat.")
    return _meeting_over(item, by)


@verb(
    AgendaItem,
    label=_("Withdraw"),
    may=proposers,
    from_=[State.PROPOSED, State.RETURNED, State.ACCEPTED],
    to=State.WITHDRAWN,
    guard=_on_a_sent_agenda,
    tells=lambda item, event: secretariat(),
)
def withdraw(item, *, by, reason=""):
    """The unit takes its proposal back."""
    item.reason = reason
    return {"reason": reason} if reason else None


@verb(AgendaItem, label=_("Move"), may=conveners, from_=[State.ACCEPTED], guard=_meeting_over, hidden=True)
def move(item, *, by, position):
    """Put the item at a place of the agenda, counted from 1; the others close up."""
    others = list(
        AgendaItem.objects.select_for_update()
        .filter(meeting=item.meeting_id, state__in=[State.ACCEPTED, State.CONCLUDED])
        .exclude(pk=item.pk)
        .order_by("position", "pk")
    )
    place = min(max(position, 1), len(others) + 1)
    others.insert(place - 1, item)
    for number, each in enumerate(others, 1):
        each.position = number
    AgendaItem.objects.bulk_update([each for each in others if each is not item], ["position"])


def _not_in_session(item, by):
    running = item.meeting.state in (MeetingState.IN_SESSION, MeetingState.CLOSED)
    return "" if running else translate("Items are concluded once the meeting is open.")


@verb(
    AgendaItem,
    label=_("Conclude"),
    may=lambda user: conveners(user) | _presiding(user),
    from_=[State.ACCEPTED],
    to=State.CONCLUDED,
    guard=_not_in_session,
    primary=True,
)
def conclude(item, *, by, conclusion):
    """Say in one or two sentences how the item ended."""
    item.conclusion = conclusion


def _presiding(user) -> Q:
    return Q(meeting__chair=user.unit_id) if acts_as(user, Role.DELEGATE) else NEVER


# --- how it is found ----------------------------------------------------------------------

search.register(
    AgendaItem, title="title", text=("summary", "conclusion"), visible=visible_to, date="updated_at"
)
