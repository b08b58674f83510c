"""The rows of how we decide."""

from .agenda import AgendaItem
from .attendance import Attendee, Invitation, Presence
from .ballot import Candidate, Scrutineer, SealedBallot, SecretBallot
from .chair import ChairTerm, Handover, RotationPlace, SecretariatPost
from .charter import CharterRule, CharterVersion
from .meeting import Meeting, MeetingTemplate
from .minutes import Correction, Erratum, Minutes, SignOff
from .paper import Answer, Brief, Letter
from .petition import NoticeWaiver, Petition, PetitionSignature
from .proxy import Proxy
from .resolution import Resolution
from .task import Ladder, Milestone, Routine, Supervision, Task, TaskReport, TaskUnit
from .vote import Motion, Seat, Vote

__all__ = [
    "AgendaItem",
    "Answer",
    "Attendee",
    "Brief",
    "Candidate",
    "ChairTerm",
    "CharterRule",
    "CharterVersion",
    "Correction",
    "Erratum",
    "Handover",
    "Invitation",
    "Ladder",
    "Letter",
    "Meeting",
    "MeetingTemplate",
    "Milestone",
    "Minutes",
    "Motion",
    "NoticeWaiver",
    "Petition",
    "PetitionSignature",
    "Presence",
    "Proxy",
    "Resolution",
    "RotationPlace",
    "Routine",
    "Scrutineer",
    "SealedBallot",
    "Seat",
    "SecretBallot",
    "SecretariatPost",
    "SignOff",
    "Supervision",
    "Task",
    "TaskReport",
    "TaskUnit",
    "Vote",
]
