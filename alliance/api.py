"""Every collection of the API in one list."""

from rest_framework.routers import SimpleRouter

from meetings.api.agenda import Items
from meetings.api.attendance import Presences
from meetings.api.chair import ChairTerms
from meetings.api.governance import (
    CharterRules,
    CharterVersions,
    Handovers,
    Petitions,
    RotationPlaces,
    SecretariatPosts,
)
from meetings.api.invitations import Invitations
from meetings.api.minutes import Corrections, Errata, MinutesResource
from meetings.api.papers import Briefs, Letters
from meetings.api.resolutions import Resolutions
from meetings.api.schedule import Meetings
from meetings.api.tasks import Ladders, Routines, Supervisions, Tasks
from meetings.api.votes import Motions
from members.api.mandates import Mandates, Memberships
from members.api.organizations import Industries, Organizations, Zones

router = SimpleRouter()
router.register("industries", Industries, "industry")
router.register("organizations", Organizations, "organization")
router.register("zones", Zones, "zone")
router.register("mandates", Mandates, "mandate")
router.register("memberships", Memberships, "membership")
router.register("meetings", Meetings, "meeting")
router.register("items", Items, "item")
router.register("invitations", Invitations, "invitation")
router.register("presences", Presences, "presence")
router.register("motions", Motions, "motion")
router.register("resolutions", Resolutions, "resolution")
router.register("tasks", Tasks, "task")
router.register("chair-terms", ChairTerms, "chair-term")
router.register("minutes", MinutesResource, "minutes")
router.register("corrections", Corrections, "correction")
router.register("errata", Errata, "erratum")
router.register("charter-versions", CharterVersions, "charter-version")
router.register("charter-rules", CharterRules, "charter-rule")
router.register("petitions", Petitions, "petition")
router.register("rotation", RotationPlaces, "rotation")
router.register("handovers", Handovers, "handover")
router.register("secretariat-posts", SecretariatPosts, "secretariat-post")
router.register("briefs", Briefs, "brief")
router.register("letters", Letters, "letter")
router.register("routines", Routines, "routine")
router.register("supervisions", Supervisions, "supervision")
router.register("ladders", Ladders, "ladder")
