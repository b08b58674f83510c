"""Liaison letters 联络函: a letter to some member units, each of which owes an answer by a day.

Sending numbers the letter and tells the delegates and liaisons of its addressees. A unit answers once, with files if it
likes; who has not answered is reminded a working day before and the day after the answer is due.
"""

from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock, documents, exports, search
from core.clock import local_date
from core.exports import docx
from core.exports.documents import Document, Paragraph
from core.permissions import ALWAYS, NEVER, seen_by
from core.reminders import Due, reminder
from core.workflow import Refused, verb
from members import mandates
from members.mandates import acts_as, people
from members.models import Mandate

from . import numbering
from .models import Answer, Letter
from .notice import ALLIANCE, SIGNED_BY
from .parties import INSIDE, SPEAKERS

State, Role = Letter.State, Mandate.Role
MORNING = time(9)


# --- who may ------------------------------------------------------------------------------


def may_write(user) -> bool:
    return acts_as(user, Role.SECRETARIAT)


def writers(user) -> Q:
    return ALWAYS if may_write(user) else NEVER


def addressees(user) -> Q:
    """Delegate and liaison of a unit the letter goes to."""
    return _to(user) if acts_as(user, *SPEAKERS) else NEVER


def _to(user):
    return Q(Exists(Answer.objects.filter(letter=OuterRef("pk"), unit=user.unit_id)))


# --- what is seen -------------------------------------------------------------------------


@seen_by(Letter)
def visible_to(user):
    """All for the secretariat; what was sent to it for each unit."""
    if may_write(user):
        return Letter.objects.all()
    if not acts_as(user, *INSIDE):
        return Letter.objects.none()
    return Letter.objects.filter(_to(user)).exclude(state=State.DRAFT)


@seen_by(Answer)
def answers_visible_to(user):
    """Every answer for the secretariat, its own for each unit."""
    rows = Answer.objects.select_related("unit", "by")
    if may_write(user):
        return rows
    return rows.filter(unit=user.unit_id) if acts_as(user, *INSIDE) else rows.none()


def waiting_for(user):
    """Letters that this person's unit has not answered."""
    rows = Letter.objects.filter(state=State.SENT)
    owed = Answer.objects.filter(letter=OuterRef("pk"), unit=getattr(user, "unit_id", None), at=None)
    return rows.filter(Exists(owed)) if acts_as(user, *SPEAKERS) else rows.none()


# --- who is told --------------------------------------------------------------------------


def asked(letter, event):
    return people(letter.answers.values_list("unit", flat=True), SPEAKERS)


def secretariat(letter, event):
    return mandates.secretariat()


# --- what can happen ----------------------------------------------------------------------


@verb(Letter, label=pgettext_lazy("letter", "Write a letter"), may=may_write, creates=True, primary=True)
def write(*, by, now, title, text, units, answer_on, files=()):
    letter = Letter.objects.create(title=title, text=text, answer_on=answer_on, created_at=now)
    _address(letter, units, files, by)
    return letter, {"units": [unit.pk for unit in units]}


@verb(Letter, label=pgettext_lazy("letter", "Edit"), from_=[State.DRAFT], may=writers)
def edit(letter, *, by, title, text, units, answer_on, files=()):
    letter.title, letter.text, letter.answer_on = title, text, answer_on
    letter.answers.all().delete()
    _address(letter, units, files, by)


def _address(letter, units, files, by):
    Answer.objects.bulk_create([Answer(letter=letter, unit=unit) for unit in units])
    for file in files:
        documents.attach(letter, file, by=by, purpose="material")


@verb(
    Letter,
    label=pgettext_lazy("letter", "Send"),
    from_=[State.DRAFT],
    to=State.SENT,
    may=writers,
    tells=asked,
    primary=True,
    consequence=gettext_lazy("The letter gets its number; each unit it goes to owes an answer."),
)
def send(letter, *, by, now):
    if letter.answer_on < local_date(now):
        raise Refused(_("The answer would be due before today. Edit the letter and choose a later day."))
    letter.sent_at = now
    numbering.take(letter, local_date(now).year)
    return {"number": letter.number}


def _answered(letter, by):
    if by is None:
        return ""
    row = next((row for row in letter.answers.all() if row.unit_id == by.unit_id), None)
    return _("Your unit has answered.") if row is not None and row.at else ""


@verb(
    Letter,
    label=pgettext_lazy("letter", "Answer"),
    from_=[State.SENT],
    may=addressees,
    guard=_answered,
    reads=("answers",),
    tells=secretariat,
    primary=True,
)
def answer(letter, *, by, now, text, files=()):
    row = letter.answers.get(unit=by.unit_id)
    row.text, row.by, row.at = text, by, now
    row.save()
    for file in files:
        documents.attach(row, file, by=by, purpose="answer")
    # The journal of the letter is read by every unit it went to: it does not repeat what one of them wrote.
    return {"unit": by.unit_id}


@verb(Letter, label=pgettext_lazy("letter", "Close"), from_=[State.SENT], to=State.CLOSED, may=writers)
def close(letter, *, by):
    """No more answers are taken."""


# --- what comes due -----------------------------------------------------------------------


def _owed(when):
    def find(after, until):
        span = timedelta(days=30)
        near = (local_date(after) - span, local_date(until) + span)
        for letter in Letter.objects.filter(state=State.SENT, answer_on__range=near):
            at = timezone.make_aware(datetime.combine(when(letter.answer_on), MORNING))
            if after < at <= until and at > letter.sent_at:
                silent = letter.answers.filter(at=None).values_list("unit", flat=True)
                yield Due(letter, at, people(silent, SPEAKERS))

    return find


reminder("meetings.letter.remind_soon", label=gettext_lazy("Answer to a letter due next working day"))(
    _owed(lambda due: clock.add_working_days(due, -1))
)
reminder("meetings.letter.remind_overdue", label=gettext_lazy("Answer to a letter overdue"))(
    _owed(lambda due: due + timedelta(days=1))
)


# --- on paper -----------------------------------------------------------------------------


def document(letter: Letter) -> Document:
    units = [row.unit.name_zh for row in letter.answers.select_related("unit")]
    due = letter.answer_on
    return Document(
        title=letter.title,
        form="letter",
        issuer=ALLIANCE,
        number=letter.number or "（草稿）",
        addressees=units,
        body=[
            Paragraph(letter.text),
            Paragraph(f"请于{due.year}年{due.month}月{due.day}日前在联盟平台答复，或书面函复秘书处。"),
        ],
        signed_by=SIGNED_BY,
        date=timezone.localdate(letter.sent_at) if letter.sent_at else None,
    )


def filename(letter: Letter) -> str:
    day = timezone.localdate(letter.sent_at) if letter.sent_at else None
    return exports.filename(f"{letter.number}{letter.title}", "docx", day)


def word(letter: Letter) -> bytes:
    return docx.render(document(letter))


# --- how it is found ----------------------------------------------------------------------

search.register(Letter, title="title", text=("number", "text"), visible=visible_to, date="created_at")
