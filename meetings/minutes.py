"""Minutes: drafted from the facts in one click, edited, issued with a number, frozen.

When a meeting is closed, the secretariat drafts its minutes: who was there, what was dealt with, each vote with its
arithmetic, each resolution with its number, each task with its unit and day. The draft is edited, two editors never
overwriting each other unseen. Issuing gives it a number of its year, 联盟纪要〔2026〕1号, without gaps, freezes text
and facts under a SHA-256 digest, and tells every member. What is issued is never edited again.
"""

import hashlib
import json
import re
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import search
from core.clock import local_date
from core.exports.layout import heading_number
from core.permissions import ALWAYS, NEVER, seen_by, visible
from core.workflow import Refused, WrongState, verb
from members.mandates import acts_as, people
from members.models import Mandate

from . import minutes_draft, parties
from .models import Meeting, Minutes

State, Role = Minutes.State, Mandate.Role
HELD = (Meeting.State.CLOSED, Meeting.State.ARCHIVED)
#: So many others may take a number between our look at the last one and our own.
MOST_RACERS = 100
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
    """Issued minutes for whoever may see the meeting; drafts for the secretariat and the unit that presided."""
    rows = Minutes.objects.select_related("meeting", "meeting__chair").filter(
        meeting__in=visible(Meeting, user).order_by().values("pk")
    )
    if acts_as(user, Role.SECRETARIAT):
        return rows
    issued = Q(state=State.ISSUED)
    return rows.filter(
        issued | Q(meeting__chair=user.unit_id) if acts_as(user, *parties.SPEAKERS) else issued
    )


def waiting_for(user):
    """Drafts that this person can issue."""
    return visible_to(user).filter(issuers(user), state=State.DRAFT)


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


@verb(
    Minutes,
    label=pgettext_lazy("minutes", "Issue minutes"),
    from_=[State.DRAFT],
    to=State.ISSUED,
    may=issuers,
    tells=everybody,
    primary=True,
    consequence=gettext_lazy(
        "The minutes get their number and are frozen: nobody can edit them any more. All member units are told."
    ),
)
def issue(minutes, *, by, now):
    """Number and freeze them."""
    minutes.issued_at, minutes.year = now, local_date(now).year
    _number(minutes)
    minutes.sha256 = digest(minutes)
    return {"number": minutes.number, "sha256": minutes.sha256}


def _number(minutes):
    """Take the next number of the year. Whoever wants the same one waits at the unique index, then takes the next."""
    for _race in range(MOST_RACERS):
        last = Minutes.objects.filter(year=minutes.year).aggregate(last=Max("serial"))["last"]
        minutes.serial = (last or 0) + 1
        try:
            with transaction.atomic():
                Minutes.objects.filter(pk=minutes.pk).update(year=minutes.year, serial=minutes.serial)
        except IntegrityError:
            if not Minutes.objects.filter(year=minutes.year, serial=minutes.serial).exists():
                raise  # it was not the number that collided
        else:
            return
    raise WrongState(_("Too many minutes are being numbered at once. Try again."))


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
