from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self):
        # The chapters declare their verbs, rules, reminders and search entries when they are read.
        from . import (  # noqa: F401
            agenda,
            attendance,
            chair,
            charter,
            invitations,
            minutes,
            notice,
            reminders,
            resolutions,
            room,
            schedule,
            tasks,
            votes,
        )
        # The forms say what the verbs must be told.
        from . import forms  # noqa: F401
