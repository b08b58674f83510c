"""Load the real alliance: zones, institutions, charter, founding meeting; with ``--demo`` accounts for a trial.

Safe to run again. ``--secretariat`` invites the first person: everybody else is then invited on the pages.
"""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from alliance.seeding import demo as trial
from alliance.seeding import meetings, members
from core import events
from members import accounts
from members.mandates import Role
from members.models import AccountInvitation, Organization


class Command(BaseCommand):
    help = "Load the alliance as it was founded; --demo adds role accounts with a published password."

    def add_arguments(self, parser):
        parser.add_argument(
            "--demo", action="store_true", help="role accounts and fictional companies for a trial"
        )
        parser.add_argument(
            "--secretariat", metavar="EMAIL", help="invite the first person of the secretariat"
        )

    @transaction.atomic
    def handle(self, *, demo: bool, secretariat: str | None, **options):
        for chapter in (members, meetings) + ((trial,) if demo else ()):
            for noun, count in chapter.load().items():
                self.stdout.write(f"{noun}: {count} new")
        if secretariat:
            self._invite(secretariat.lower())

    def _invite(self, email):
        now = timezone.now()
        invitation = AccountInvitation.objects.create(
            email=email,
            name=email.split("@")[0],
            unit=Organization.objects.get(code="secretariat"),
            role=Role.SECRETARIAT,
            expires_at=now + accounts.VALID,
        )
        events.record(invitation, accounts.invite.verb.kind, by=None, at=now, data={"command": "seed"})
        # The operator at the console is trusted with the link; the mail goes out as well.
        self.stdout.write(f"invitation: {settings.SITE_URL}{accounts.link(invitation)}")
