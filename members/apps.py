from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")

    def ready(self):
        # The chapters declare their verbs, rules, reminders and search entries when they are read; the forms say
        # what the verbs must be told.
        from . import accounts, forms, mandates, membership, organizations, zones  # noqa: F401
