"""Information briefs 信息简报: the secretariat writes what happened, publishes it to the members, and numbers it."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import documents, exports, search
from core.clock import local_date
from core.exports import docx
from core.exports.documents import Document, Paragraph
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import verb
from members.mandates import acts_as, is_inside
from members.models import Mandate

from . import numbering, parties
from .models import Brief
from .notice import ALLIANCE, SIGNED_BY

State, Role = Brief.State, Mandate.Role


def may_write(user) -> bool:
    return acts_as(user, Role.SECRETARIAT)


def writers(user) -> Q:
    return ALWAYS if may_write(user) else NEVER


@seen_by(Brief)
def visible_to(user):
    """Published ones for those inside the alliance, drafts for the secretariat."""
    if may_write(user):
        return Brief.objects.all()
    return Brief.objects.filter(state=State.PUBLISHED) if is_inside(user) else Brief.objects.none()


def every_member(brief, event):
    return parties.member_speakers()


@verb(Brief, label=pgettext_lazy("brief", "Write a brief"), may=may_write, creates=True, primary=True)
def write(*, by, now, title, text, files=()):
    brief = Brief.objects.create(title=title, text=text, created_at=now)
    for file in files:
        documents.attach(brief, file, by=by, purpose="material")
    return brief


@verb(Brief, label=pgettext_lazy("brief", "Edit"), from_=[State.DRAFT], may=writers)
def edit(brief, *, by, title, text, files=()):
    brief.title, brief.text = title, text
    for file in files:
        documents.attach(brief, file, by=by, purpose="material")


@verb(
    Brief,
    label=pgettext_lazy("brief", "Publish to members"),
    from_=[State.DRAFT],
    to=State.PUBLISHED,
    may=writers,
    tells=every_member,
    primary=True,
    consequence=gettext_lazy(
        "The brief gets its number; delegates and liaisons of all member units are told."
    ),
)
def publish(brief, *, by, now):
    brief.published_at = now
    numbering.take(brief, local_date(now).year)
    return {"number": brief.number}


# --- on paper -----------------------------------------------------------------------------


def document(brief: Brief) -> Document:
    return Document(
        title=brief.title,
        form="minutes",
        issuer=f"{ALLIANCE}\n信息简报",
        number=brief.number or "（草稿）",
        body=[Paragraph(brief.text)],
        signed_by=SIGNED_BY,
        date=timezone.localdate(brief.published_at) if brief.published_at else None,
        copies_to=["各成员单位"] if brief.published_at else [],
    )


def filename(brief: Brief) -> str:
    day = timezone.localdate(brief.published_at) if brief.published_at else None
    return exports.filename(f"{brief.number}{brief.title}", "docx", day)


def word(brief: Brief) -> bytes:
    return docx.render(document(brief))


# --- how it is found ----------------------------------------------------------------------

search.register(Brief, title="title", text=("number", "text"), visible=visible_to, date="created_at")
