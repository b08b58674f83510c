from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self):
        # The chapters declare their verbs, rules, reminders and search entries when they are read.
        # The forms say what the verbs must be told.
        from . import (  # noqa: F401
            agenda,
            attendance,
            ballots,
            briefs,
            chair,
            charter,
            charter_desk,
            clauses,
            elections,
            errata,
            forms,
            handover,
            hindrances,
            host,
            invitations,
            ladder,
            ladder_paper,
            letters,
            milestones,
            minutes,
            minutes_review,
            notice,
            petitions,
            proxies,
            reminders,
            resolutions,
            room,
            rotation,
            routines,
            schedule,
            scoreboard,
            tasks,
            vacancy,
            votes,
            waiver,
            written,
        )
