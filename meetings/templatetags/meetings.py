"""What the mails about meetings say beyond the meeting's own words: the reply link, and what a change changed."""

from django import template
from django.utils.html import strip_tags

from core.templatetags import alliance

from .. import changes, invitations, scoreboard
from ..models import Invitation, Meeting

register = template.Library()


@register.simple_tag
def reply_link(about, person, unit):
    """The signed address by which this person answers for the unit; empty for who has no answer to give."""
    if person is None or unit is None:
        return ""
    if isinstance(about, Meeting):
        about = about.invitations.filter(unit=unit).first()
    if not isinstance(about, Invitation) or about.unit_id != unit.pk:
        return ""
    awaited = about.state == Invitation.State.AWAITED and about.meeting.state == Meeting.State.CALLED
    return invitations.reply_link(about, person) if awaited else ""


@register.filter
def changed(event):
    """What a change changed, as (label, old, new)."""
    return changes.in_words(event)


@register.filter
def at(value):
    """A moment in words without markup, for plain text."""
    return strip_tags(alliance.moment(value))


@register.simple_tag
def week_of(unit, at):
    """The tasks of a unit's week: {"overdue", "due", "done"}; empty while nobody in particular is told."""
    return scoreboard.week(unit, at) if unit else {}
