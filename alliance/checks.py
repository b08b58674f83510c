"""What must be true before the roof goes up over a public address."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.db import connection


@checks.register("accounts", checks.Tags.database)
def no_demo_accounts_in_public(app_configs, databases=(), **kwargs):
    """The passwords of demonstration accounts stand in the README."""
    if not databases or not settings.SITE_URL.startswith("https://"):
        return []
    User = get_user_model()
    if User._meta.db_table not in connection.introspection.table_names():
        return []
    names = list(User.objects.filter(is_demo=True).order_by("pk").values_list("username", flat=True)[:3])
    if not names:
        return []
    return [
        checks.Error(
            f"{settings.SITE_URL} is public, and this database holds demonstration accounts ({', '.join(names)} …), "
            "whose passwords everybody knows.",
            hint="Begin with an empty database; use `seed` without --demo.",
            id="alliance.E001",
        )
    ]
