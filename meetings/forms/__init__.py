"""What each verb must be told, by chapter."""

from . import (  # noqa: F401
    agenda,
    attendance,
    ballots,
    chair,
    charter,
    invitations,
    ladder,
    minutes,
    papers,
    resolutions,
    room,
    rotation,
    schedule,
    tasks,
    votes,
    waiver,
)
