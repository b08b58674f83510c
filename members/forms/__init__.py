"""What each verb must be told, by chapter."""

from . import accounts, mandates, membership, organizations, zones  # noqa: F401
