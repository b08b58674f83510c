"""The rows of who belongs."""

from .mandate import AccountInvitation, Mandate
from .membership import Membership
from .organization import Figure, Industry, Organization, Zone
from .person import User

__all__ = [
    "AccountInvitation",
    "Figure",
    "Industry",
    "Mandate",
    "Membership",
    "Organization",
    "User",
    "Zone",
]
