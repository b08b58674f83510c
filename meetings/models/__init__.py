"""The rows of how we decide."""

from .agenda import AgendaItem
from .attendance import Attendee, Invitation, Presence
from .chair import ChairTerm, SecretariatPost
from .charter import CharterRule, CharterVersion
from .meeting import Meeting, MeetingTemplate
from .minutes import Minutes
from .resolution import Resolution
from .task import Task, TaskReport, TaskUnit
from .vote import Motion, Seat, Vote

__all__ = [
    "AgendaItem",
    "Attendee",
    "ChairTerm",
    "CharterRule",
    "CharterVersion",
    "Invitation",
    "Meeting",
    "MeetingTemplate",
    "Minutes",
    "Motion",
    "Presence",
    "Resolution",
    "Seat",
    "SecretariatPost",
    "Task",
    "TaskReport",
    "TaskUnit",
    "Vote",
]
