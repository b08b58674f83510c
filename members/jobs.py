"""What the worker does for members: it sends the invitations that wait.

An invited person has no account, so the mail cannot be a notice. It is swept in the same way: the row says whether it
was sent, a lease keeps two workers apart, and a mail that fails is tried again with the next round.
"""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from .accounts import link
from .models import AccountInvitation

logger = logging.getLogger(__name__)
#: Longer than a mail server may take, so that a second worker never sends the same one meanwhile.
LEASE = timedelta(minutes=5)


def wake():
    """Ask a worker to send now; if the broker does not answer, the timetable sends soon anyway."""
    try:
        send_invitations.delay()
    except Exception:
        logger.warning("The broker did not take a wake-up; the next round will send.", exc_info=True)


@shared_task
def send_invitations() -> int:
    """Send every open invitation that was not sent yet; returns how many left."""
    now = timezone.now()
    waiting = AccountInvitation.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=now),
        sent_at=None,
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=now,
    )
    sent = 0
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)[:200]):
        if not waiting.filter(pk=pk).update(leased_until=now + LEASE):
            continue  # another worker took it
        invitation = AccountInvitation.objects.select_related("unit").get(pk=pk)
        try:
            _send(invitation)
        except Exception:
            # Whatever is wrong with one letter must not hold up the others; the lease is the pause before the next try.
            logger.warning("Invitation %s could not be sent; it will be tried again.", pk, exc_info=True)
            continue
        # Only the row as it was sent: a resend meanwhile has a new code and must go out as well.
        sent += AccountInvitation.objects.filter(pk=pk, code=invitation.code).update(sent_at=timezone.now())
    return sent


def _send(invitation):
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(
            "mail/members.accountinvitation.link.txt",
            {"object": invitation, "url": f"{settings.SITE_URL}{link(invitation)}"},
        ).strip()
    subject, body = text.split("\n", 1)
    send_mail(subject.strip(), body.strip(), settings.DEFAULT_FROM_EMAIL, [invitation.email])
