"""The pages of accounts: persons, the own profile, invitations and their acceptance."""

import django_filters
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from rest_framework.authtoken.models import Token

from core import pages, permissions, workflow
from core.pages import Column
from core.templatetags.alliance import day, moment

from .. import accounts, mandates
from ..forms.accounts import AcceptForm
from ..models import AccountInvitation, Mandate, User
from . import rooms

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


# --- persons --------------------------------------------------------------------------------


class UserFilter(django_filters.FilterSet):
    is_active = django_filters.ChoiceFilter(
        label=_("Account"),
        empty_label=_("All"),
        choices=[("True", pgettext_lazy("account", "Open")), ("False", pgettext_lazy("account", "Closed"))],
    )
    role = django_filters.ChoiceFilter(
        label=_("Role"), empty_label=_("All"), choices=Mandate.Role.choices, method="in_role"
    )

    class Meta:
        model = User
        fields = []

    def in_role(self, rows, name, value):
        held = Mandate.objects.filter(mandates.valid_on(timezone.localdate()), role=value)
        return rows.filter(pk__in=held.values("person"))


class UserList(rooms.List):
    model = User
    tab = "users"
    title = _("Accounts")
    filterset_class = UserFilter
    ordering = ("username",)
    empty = {"title": _("No accounts yet"), "hint": _("Accounts come by invitation."), "action": None}
    columns = (
        Column("name", _("Name"), str),
        Column("username", _("User name"), lambda person: person.username, sort="username"),
        Column("email", _("E-mail"), lambda person: person.email),
        Column("mandates", _("Acts for"), lambda person: "；".join(str(m) for m in person.held)),
        Column(
            "last_login",
            _("Last sign-in"),
            lambda person: timezone.localdate(person.last_login) if person.last_login else None,
        ),
    )

    def rows(self):
        held = (
            Mandate.objects.filter(mandates.valid_on(timezone.localdate()))
            .select_related("unit")
            .order_by("pk")
        )
        return super().rows().prefetch_related(Prefetch("mandates", held, to_attr="held"))

    def badge_of(self, person):
        return (
            {"label": pgettext("account", "Open"), "tone": "green"}
            if person.is_active
            else {"label": pgettext("account", "Closed")}
        )

    def primary(self):
        return invite_button(self.request.user)


def invite_button(user):
    if not workflow.can_create(AccountInvitation, user, "invite"):
        return None
    return {"label": _("Invite"), "url": reverse("members:accountinvitation_new"), "icon": "add"}


def user(request, pk):
    """One account: what it is called, for whom it acts and acted."""
    person = permissions.find(User, request.user, pk)
    return pages.detail(
        request,
        person,
        "members/accounts/detail.html",
        page_title=str(person),
        badge={"label": pgettext("account", "Open"), "tone": "green"}
        if person.is_active
        else {"label": pgettext("account", "Closed")},
        crumbs=[rooms.crumb("users", _("Accounts"))],
        facts=facts(person),
        mandates_held=person.mandates.select_related("unit").order_by("-starts_on", "-pk"),
    )


def facts(person):
    return [
        {"label": _("Name"), "value": person.name},
        {"label": _("User name"), "value": person.username},
        {"label": _("E-mail"), "value": person.email},
        {"label": _("Telephone"), "value": person.phone},
        {
            "label": _("Language of mails"),
            "value": person.get_language_display() or _("As the platform"),
        },
    ]


def profile(request):
    """My own account, whatever my mandate."""
    person = request.user
    return render(
        request,
        "members/accounts/profile.html",
        {
            "page_title": _("Profile"),
            "object": person,
            "facts": facts(person),
            "edit_url": f"{pages.verb_url(person, 'edit')}?next={reverse('profile')}",
            "mandates_held": person.mandates.select_related("unit").order_by("-starts_on", "-pk"),
            "has_token": Token.objects.filter(user=person).exists(),
        },
    )


def drop_token(request):
    """Make my API token useless."""
    if request.method == "POST":
        Token.objects.filter(user=request.user).delete()
        messages.success(request, _("The API token no longer works."))
    return redirect("profile")


# --- invitations ----------------------------------------------------------------------------


class InvitationList(rooms.List):
    model = AccountInvitation
    tab = "accountinvitations"
    title = _("Invitations")
    ordering = ("-created_at", "-pk")
    searchable = False
    empty = {
        "title": _("No invitations yet"),
        "hint": _("Invite the first person by e-mail."),
        "action": None,
    }
    columns = (
        Column("name", _("Name"), lambda row: row.name),
        Column("email", _("E-mail"), lambda row: row.email),
        Column("unit", _("Unit"), lambda row: str(row.unit)),
        Column("role", _("Role"), lambda row: row.get_role_display()),
        Column(
            "expires_at",
            _("Link works until"),
            lambda row: timezone.localdate(row.expires_at),
            show=lambda row: day(row.expires_at),
        ),
    )

    def get(self, request, *args, **kwargs):
        if not mandates.may_appoint(request.user):
            raise PermissionDenied
        return super().get(request, *args, **kwargs)

    def rows(self):
        return super().rows().select_related("unit")

    def badge_of(self, row):
        return badge(row)

    def primary(self):
        return invite_button(self.request.user)


def badge(row):
    if row.accepted_at:
        return {"label": pgettext("invitation", "Accepted"), "tone": "green"}
    if row.withdrawn_at:
        return {"label": pgettext("invitation", "Withdrawn"), "tone": "grey"}
    if row.expires_at <= timezone.now():
        return {"label": _("Expired"), "tone": "red"}
    return (
        {"label": pgettext("invitation", "Sent"), "tone": "blue"} if row.sent_at else {"label": _("To send")}
    )


def invitation(request, pk):
    """One invitation, for whoever may invite for the unit. The link itself is in the mail only."""
    found = permissions.find(AccountInvitation, request.user, pk)
    return pages.detail(
        request,
        found,
        "members/accounts/invitation.html",
        page_title=found.name,
        badge=badge(found),
        crumbs=[rooms.crumb("accountinvitations", _("Invitations"))],
        facts=[
            {"label": _("Name"), "value": found.name},
            {"label": _("E-mail"), "value": found.email},
            {"label": _("Unit"), "value": found.unit, "url": found.unit.get_absolute_url()},
            {"label": _("Role"), "value": found.get_role_display()},
            {"label": _("Post"), "value": found.title},
            {"label": _("Mandate until"), "value": day(found.ends_on) or pgettext("term", "open")},
            {"label": _("Link works until"), "value": moment(found.expires_at)},
        ],
    )


@login_not_required
def accept_invitation(request, token):
    """Where the mailed link leads: a new account, or one more mandate for an account that exists."""
    found = accounts.by_link(token)
    now = timezone.now()
    shut = (
        accounts.why_shut(found, now=now) if found else _("This link is not valid, or a newer one was sent.")
    )
    known = None if shut else accounts.account_with(found.email)
    form, status = None, 410 if shut else 200
    if not shut and known is None:
        form = AcceptForm(request.POST or None, invitation=found)
    if request.method == "POST" and not shut and (known is None or known == request.user):
        if form is None or form.is_valid():
            given = {} if form is None else {k: form.cleaned_data[k] for k in ("name", "password")}
            try:
                person = accounts.accept(found, now=now, person=known, **given)
            except workflow.Refused as refused:
                shut, status, form = refused.sentence, refused.status, None
            else:
                if known is None:
                    login(request, person, backend=BACKEND)
                messages.success(request, _("Welcome. You now act for %(unit)s.") % {"unit": found.unit})
                return redirect("home")
        else:
            status = 400
    context = {
        "page_title": _("Invitation"),
        "invitation": found,
        "shut": shut,
        "known": known,
        "is_known": known is not None and known == request.user,
        "form": form,
        "login_url": f"{reverse('account_login')}?next={request.path}",
    }
    response = render(request, "members/accounts/accept.html", context, status=status)
    # The address is a key: it goes into no cache.
    patch_cache_control(response, private=True, no_store=True)
    return response
