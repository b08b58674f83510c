"""What each verb must be told, by chapter."""

from . import agenda, attendance, chair, invitations, minutes, resolutions, room, schedule, tasks, votes  # noqa: F401
