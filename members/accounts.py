"""Accounts: how a person comes in, and how an account is closed.

Accounts come by invitation only. Whoever may appoint for a unit invites a person by e-mail to one role; the link in the
mail is signed, works once and expires. Accepting it opens an account with the mandate, or adds the mandate to the
account that already has this e-mail, once its owner has signed in. A closed account keeps its name in every record;
its sessions and tokens end at once.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.account.signals import password_changed, password_reset
from allauth.usersessions.models import UserSession
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.models import Token

from core import events, search
from core.permissions import ALWAYS, NEVER, seen_by
from core.workflow import Refused, WrongState, verb

from . import mandates
from .mandates import Role, acts_as
from .models import AccountInvitation, Mandate, User

#: How long a link works.
VALID = timedelta(days=14)
SALT = "members.accountinvitation"


# --- reading --------------------------------------------------------------------------------


def link(invitation) -> str:
    """The path of the page that accepts this invitation; it changes when the invitation is sent again."""
    return reverse(
        "members:accept_invitation", args=[signing.dumps([invitation.pk, invitation.code], salt=SALT)]
    )


def by_link(token: str) -> AccountInvitation | None:
    """The invitation that a link names, open or not; None when the link is not ours or was replaced."""
    try:
        pk, code = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return AccountInvitation.objects.filter(pk=pk, code=code).select_related("unit").first()


def account_with(email: str) -> User | None:
    """The open account whose owner has proven to have this e-mail; an address merely typed in proves nothing."""
    proven = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return User.objects.filter(pk__in=proven.values("user"), is_active=True).order_by("pk").first()


def why_shut(invitation, by=None, now=None) -> str:
    """Why the invitation cannot be accepted; empty when it can."""
    if invitation.accepted_at:
        return _("This invitation has been accepted.")
    if invitation.withdrawn_at:
        return _("This invitation has been withdrawn.")
    if invitation.expires_at <= (now or timezone.now()):
        return _("This invitation has expired. Ask whoever invited you to send it again.")
    return ""


def why_settled(invitation, by=None) -> str:
    """Why the invitation can neither be withdrawn nor sent again."""
    return "" if not (invitation.accepted_at or invitation.withdrawn_at) else why_shut(invitation)


# --- who may --------------------------------------------------------------------------------


def inviters(user) -> Q:
    """The secretariat; a delegate for the own unit's staff."""
    if acts_as(user, Role.SECRETARIAT):
        return ALWAYS
    if acts_as(user, Role.DELEGATE):
        return Q(unit=user.unit_id, role__in=mandates.STAFF)
    return NEVER


def oneself(user) -> Q:
    return Q(pk=user.pk) if getattr(user, "is_authenticated", False) else NEVER


def registrars(user) -> Q:
    """The secretariat, for everybody but oneself and the technical administrators."""
    return Q(is_superuser=False) & ~Q(pk=user.pk) if acts_as(user, Role.SECRETARIAT) else NEVER


# --- what is seen ---------------------------------------------------------------------------


@seen_by(AccountInvitation)
def invitations_visible_to(user):
    """Whoever may invite for the unit sees its invitations."""
    return AccountInvitation.objects.filter(inviters(user))


@seen_by(User)
def visible_to(user):
    """The secretariat sees every account, others those that act for the same unit, and everybody the own."""
    if acts_as(user, Role.SECRETARIAT):
        return User.objects.all()
    if not getattr(user, "is_authenticated", False):
        return User.objects.none()
    colleagues = Mandate.objects.filter(mandates.valid_on(timezone.localdate()), unit=user.unit_id)
    seen = Q(pk=user.pk)
    if user.unit_id:
        seen |= Q(pk__in=colleagues.values("person"))
    return User.objects.filter(seen)


# --- who is told ----------------------------------------------------------------------------


def unit_delegates(invitation, event):
    return mandates.people([invitation.unit_id], [Role.DELEGATE])


def the_person(person, event):
    return [person]


# --- what can happen: invitations -----------------------------------------------------------


@verb(
    AccountInvitation,
    label=_("Invite"),
    may=mandates.may_appoint,
    tells=unit_delegates,
    creates=True,
    primary=True,
)
def invite(*, email, name, unit, role, title="", ends_on=None, by, now):
    """Invite a person by e-mail to act for a unit in a role. The mail leaves after the commit."""
    mandates.check_fit(by, unit, role)
    open_ones = AccountInvitation.objects.filter(
        email__iexact=email, unit=unit, role=role, accepted_at=None, withdrawn_at=None, expires_at__gt=now
    )
    if open_ones.exists():
        raise Refused(
            _("This person has been invited to this role already. Send that invitation again instead.")
        )
    if ends_on is not None and ends_on < timezone.localdate(now):
        raise Refused(_("The last day lies in the past."), {"ends_on": [_("Choose a later day.")]})
    invitation = AccountInvitation.objects.create(
        email=email.lower(),
        name=name,
        unit=unit,
        role=role,
        title=title,
        ends_on=ends_on,
        expires_at=now + VALID,
    )
    transaction.on_commit(_wake)
    return invitation


@verb(
    AccountInvitation,
    label=_("Send again"),
    may=inviters,
    tells=unit_delegates,
    guard=why_settled,
    consequence=_("A new link is sent; the one sent before stops working."),
)
def resend(invitation, *, by, now):
    """Send a new link with a new term; the old link is dead from now on."""
    invitation.code = AccountInvitation._meta.get_field("code").get_default()
    invitation.expires_at = now + VALID
    invitation.sent_at = None
    invitation.leased_until = None
    transaction.on_commit(_wake)


@verb(
    AccountInvitation,
    label=_("Withdraw invitation"),
    may=inviters,
    tells=unit_delegates,
    guard=why_settled,
)
def withdraw(invitation, *, by, now):
    """Make the link useless."""
    invitation.withdrawn_at = now


def _wake():
    from .jobs import wake

    wake()


@transaction.atomic
def accept(invitation, *, now, password="", name="", person=None):
    """Take an invitation up: opens the account (``password``, ``name``), or gives the mandate to ``person``.

    No declared verb, because whoever accepts has no account and so no right: the link is the right. Returns the
    person. Raises WrongState when the invitation is shut, Refused when an account with this e-mail must sign in first.
    """
    locked = (
        AccountInvitation.objects.select_for_update(of=("self",)).select_related("unit").get(pk=invitation.pk)
    )
    if locked.code != invitation.code or (reason := why_shut(locked, now=now)):
        raise WrongState(
            reason if locked.code == invitation.code else _("This link has been replaced by a newer one.")
        )
    known = account_with(locked.email)
    if known is not None and known != person:
        raise Refused(_("An account with this e-mail exists. Sign in with it, then accept."))
    if known is None:
        person = _open_account(locked.email, name or locked.name, password)
    # The inviter's right was asked when the invitation was made; it may be withdrawn until now.
    mandate = mandates.create(
        person=person, unit=locked.unit, role=locked.role, title=locked.title, ends_on=locked.ends_on, now=now
    )
    locked.accepted_at = now
    locked.accepted_by = person
    locked.version += 1
    locked.save()
    person.__dict__.pop("current_mandates", None)
    events.record(locked, events.kind_of(locked, "accept"), by=person, at=now, data={"mandate": mandate.pk})
    events.record(
        mandate, events.kind_of(mandate, "appoint"), by=person, at=now, data={"invitation": locked.pk}
    )
    return person


def _open_account(email, name, password):
    try:
        # Its own savepoint: the unique user name is what two acceptances at once meet.
        with transaction.atomic():
            person = User.objects.create_user(username=email[:150], email=email, password=password, name=name)
    except IntegrityError as taken:
        raise Refused(
            _("An account with this name exists or was closed. Please ask the secretariat.")
        ) from taken
    # The link reached this mailbox, so the address is proven.
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
    return person


# --- what can happen: accounts --------------------------------------------------------------


@verb(User, label=_("Edit my details"), may=oneself)
def edit(person, *, name, phone="", language="", by):
    """Change the own name, telephone and language."""
    person.name, person.phone, person.language = name, phone, language


def is_closed(person, by):
    return "" if person.is_active else _("This account is closed.")


def is_open(person, by):
    return _("This account is open.") if person.is_active else ""


@verb(
    User,
    label=_("Close account"),
    may=registrars,
    guard=is_closed,
    consequence=_(
        "All sessions and API tokens of this person end at once. What the person did stays on record."
    ),
)
def deactivate(person, *, reason, by):
    """Close an account: nobody can sign in with it, and it is told nothing more."""
    person.is_active = False
    end_sessions(person)
    Token.objects.filter(user=person).delete()
    return {"reason": reason}


@verb(User, label=_("Reopen account"), may=registrars, guard=is_open, tells=the_person)
def reactivate(person, *, by):
    """Let the person sign in again, under whatever mandates are in force."""
    person.is_active = True


@receiver([password_changed, password_reset])
def _a_new_password_ends_the_token(sender, user, **kwargs):
    """Whoever changes the password because somebody else knew it must not leave that one a key."""
    Token.objects.filter(user=user).delete()


def end_sessions(person):
    """Sign a person out everywhere."""
    for session in UserSession.objects.filter(user=person):
        session.end()


# --- how it is found ------------------------------------------------------------------------

search.register(User, title=str, text=("username",), visible=visible_to)
