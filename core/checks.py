"""What must be true before the application starts."""

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.database, deploy=True)
def sqlite_is_for_one_machine(app_configs, **kwargs):
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return [
            checks.Warning(
                "SQLite serves one machine. Set DATABASE_URL to use PostgreSQL for a public address.",
                id="core.W001",
            )
        ]
    return []
