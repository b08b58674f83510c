"""Minutes: drafted from the facts in one click, edited, approved, issued with a number, frozen.

When a meeting is closed, the secretariat drafts its minutes: who was there, what was dealt with, each vote with its
arithmetic, each resolution with its number, each task with its unit and day. The draft is edited, two editors never
overwriting each other unseen. It is then circulated for comment and approved (:mod:`meetings.minutes_review`); where
the charter allows the short form, the delegate of the unit that presided may issue the draft at once: that is the
approval. Issuing gives a number of the year, 联盟纪要〔2026〕1号, without gaps, freezes text and facts under a SHA-256
digest, and tells every member. What is issued is never edited again; :mod:`meetings.errata` puts it right.
"""

import hashlib
import json
import re
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import search
from core.clock import local_date
from core.exports.layout import heading_number
from core.permissions import ALWAYS, NEVER, seen_by, visible
from core.workflow import Refused, WrongState, verb
from members.mandates import acts_as, people
from members.models import Mandate

from . import charter, minutes_draft, numbering, parties
from .models import Meeting, Minutes, SignOff

State, Role = Minutes.State, Mandate.Role
HELD = (Meeting.State.CLOSED, Meeting.State.ARCHIVED)
#: How a line of each heading level begins (GB/T 9704-2012, 7.3.3).
HEADINGS = (
    re.compile(r"^[一二三四五六七八九十]+、\s*"),
    re.compile(r"^（[一二三四五六七八九十]+）\s*"),
    re.compile(r"^\d+[.．](?!\d)\s*"),
    re.compile(r"^（\d+）\s*"),
)


# --- the text -----------------------------------------------------------------------------


class Part(NamedTuple):
    """One line: a heading of level 1–4 with its number, or running text (level 0)."""

    level: int
    number: str
    text: str


def parts(text: str) -> list[Part]:
    """The lines of a text, headings numbered anew so that none is skipped or doubled; empty lines fall out."""
    counts, found = [0, 0, 0, 0], []
    for line in (each.strip() for each in text.splitlines()):
        level = next((place for place, start in enumerate(HEADINGS, 1) if start.match(line)), 0)
        if level:
            counts[level - 1] += 1
            counts[level:] = [0] * (4 - level)
            words = HEADINGS[level - 1].sub("", line)
            found.append(Part(level, heading_number(level, counts[level - 1]), words))
        elif line:
            found.append(Part(0, "", line))
    return found


def tidy(text: str) -> str:
    return "\n".join(part.number + part.text for part in parts(text))


def digest(minutes: Minutes) -> str:
    """SHA-256 over number, title, text and facts, as canonical JSON."""
    content = [minutes.number, minutes.title, minutes.text, minutes.facts]
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def intact(minutes: Minutes) -> bool:
    """Whether issued minutes still are what was issued."""
    return minutes.state == State.ISSUED and digest(minutes) == minutes.sha256


# --- who may ------------------------------------------------------------------------------


def may_draft(user) -> bool:
    return acts_as(user, Role.SECRETARIAT)


def writers(user) -> Q:
    return ALWAYS if acts_as(user, Role.SECRETARIAT) else NEVER


def issuers(user) -> Q:
    """The secretariat, and the delegate of the unit that presided."""
    return writers(user) | (Q(meeting__chair=user.unit_id) if acts_as(user, Role.DELEGATE) else NEVER)


# --- what is seen -------------------------------------------------------------------------


@seen_by(Minutes)
def visible_to(user):
    """Issued minutes for whoever may see the meeting; circulated ones for the units asked; drafts for the secretariat
    and the unit that presided."""
    rows = Minutes.objects.select_related("meeting", "meeting__chair").filter(
        meeting__in=visible(Meeting, user).order_by().values("pk")
    )
    if acts_as(user, Role.SECRETARIAT):
        return rows
    seen = Q(state=State.ISSUED)
    if acts_as(user, *parties.SPEAKERS):
        seen |= Q(meeting__chair=user.unit_id)
    if acts_as(user, *parties.INSIDE):
        asked = Exists(SignOff.objects.filter(minutes=OuterRef("pk"), unit=user.unit_id))
        seen |= Q(state__in=[State.CIRCULATED, State.APPROVED]) & Q(asked)
    return rows.filter(seen)


def waiting_for(user):
    """What this person has to move on: drafts and approved ones, what its unit has not signed, what it approves."""
    mine = issuers(user) & Q(state__in=[State.DRAFT, State.APPROVED])
    if acts_as(user, *parties.SPEAKERS):
        unsigned = SignOff.objects.filter(
            minutes=OuterRef("pk"), unit=user.unit_id, state=SignOff.State.AWAITED
        )
        mine |= Q(state=State.CIRCULATED) & Q(Exists(unsigned))
    if acts_as(user, Role.DELEGATE):
        mine |= Q(state=State.CIRCULATED, meeting__chair=user.unit_id)
    return visible_to(user).filter(mine)


# --- who is told --------------------------------------------------------------------------


def everybody(minutes, event):
    """The delegates and liaisons of all members, and whoever sat in."""
    invited = minutes.meeting.invitations.values_list("unit", flat=True)
    observers = minutes.meeting.invitations.filter(capacity="observer").values_list("unit", flat=True)
    return [*parties.member_speakers(), *people(invited, parties.SPEAKERS), *people(observers)]


# --- what can happen ----------------------------------------------------------------------


@verb(Minutes, label=pgettext_lazy("minutes", "Draft minutes"), may=may_draft, creates=True, primary=True)
def draft(*, by, now, meeting):
    """Write the first draft from what happened in the meeting."""
    # Two clerks who click at once meet here, and the second finds the first one's draft.
    meeting = (
        Meeting.objects.select_related("chair", "host").select_for_update(of=("self",)).get(pk=meeting.pk)
    )
    if meeting.state not in HELD:
        raise WrongState(_("Minutes are drafted once the meeting is closed."))
    if Minutes.objects.filter(meeting=meeting).exists():
        raise WrongState(_("This meeting has its minutes already."))
    facts = minutes_draft.facts(meeting, now)
    title = f"{meeting.title}纪要"[:120]
    return Minutes.objects.create(
        meeting=meeting, title=title, facts=facts, text=tidy(minutes_draft.text(facts)), created_at=now
    )


def short_form(on) -> bool:
    """Whether the charter of a day lets the presiding unit issue a draft that was not circulated."""
    return bool(charter.numbers(on).get("minutes_short_form"))


def _short_form_now(by) -> bool:
    today = local_date(timezone.now())
    # A list asks this for every row; the answer is kept on the person's object, which lives for one request.
    remembered = by.__dict__.setdefault("_short_form", {}) if by is not None else {}
    if today not in remembered:
        remembered[today] = short_form(today)
    return remembered[today]


def _approval_missing(minutes, by):
    if minutes.state != State.DRAFT or minutes.meeting.chair_id is None:
        return ""
    if not _short_form_now(by):
        return _("The charter wants the draft circulated and approved first.")
    if by is not None and by.unit_id == minutes.meeting.chair_id:
        return ""
    return _(
        "A draft that was not circulated is issued by the delegate of the unit that presided. "
        "Otherwise circulate it for comment."
    )


def _review(minutes):
    """What the units said of the draft, as it is frozen with it."""
    return {
        "signoffs": [
            {"unit": row.unit.short_zh or row.unit.name_zh, "state": row.state}
            for row in minutes.signoffs.select_related("unit")
        ],
        "corrections": [
            {
                "unit": row.unit.short_zh or row.unit.name_zh,
                "paragraph": row.paragraph,
                "before": row.before,
                "after": row.after,
                "state": row.state,
                "reason": row.reason,
            }
            for row in minutes.corrections.select_related("unit")
        ],
    }


@verb(
    Minutes,
    label=pgettext_lazy("minutes", "Issue minutes"),
    from_=[State.DRAFT, State.APPROVED],
    to=State.ISSUED,
    may=issuers,
    guard=_approval_missing,
    reads=("meeting",),
    tells=everybody,
    primary=True,
    consequence=gettext_lazy(
        "The minutes get their number and are frozen: nobody can edit them any more. All member units are told."
    ),
)
def issue(minutes, *, by, now):
    """Number and freeze them."""
    minutes.issued_at = now
    numbering.take(minutes, local_date(now).year)
    if minutes.state == State.APPROVED:
        minutes.facts = {**minutes.facts, "review": _review(minutes)}
    minutes.sha256 = digest(minutes)
    return {"number": minutes.number, "sha256": minutes.sha256}


@verb(Minutes, label=pgettext_lazy("minutes", "Edit minutes"), from_=[State.DRAFT], may=writers)
def edit(minutes, *, by, title, text):
    """Change the words. Headings are numbered anew."""
    text = tidy(text)
    if not text:
        raise Refused(_("Minutes without text say nothing."), {"text": [_("Write the text.")]})
    minutes.title, minutes.text = title, text


@verb(
    Minutes,
    label=pgettext_lazy("minutes", "Draft anew from the facts"),
    from_=[State.DRAFT],
    may=writers,
    consequence=gettext_lazy(
        "What was written by hand is replaced by a new draft from attendance, votes and tasks."
    ),
)
def redraft(minutes, *, by, now):
    """Throw the text away and draft it again, for example after resolutions or tasks were added."""
    minutes.facts = minutes_draft.facts(minutes.meeting, now)
    minutes.text = tidy(minutes_draft.text(minutes.facts))


# --- how it is found ----------------------------------------------------------------------

search.register(Minutes, title="title", text=("number", "text"), visible=visible_to, date="created_at")
