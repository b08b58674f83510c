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
            chair,
            charter,
            errata,
            forms,
            invitations,
            minutes,
            minutes_review,
            notice,
            reminders,
            resolutions,
            room,
            schedule,
            tasks,
            votes,
        )
