"""The addresses of members."""

from django.urls import path

from core import pages

from .models import AccountInvitation, Mandate, Membership, Organization, User
from .views import accounts, mandates, memberships, organizations, zones

app_name = "members"
urlpatterns = [
    path("", organizations.directory, name="directory"),
    path("zones/", zones.ZoneList.as_view(), name="zones"),
    path("zones/<int:pk>/", zones.zone, name="zone"),
    path("organizations/", organizations.OrganizationList.as_view(), name="organizations"),
    path(
        "organizations/new/",
        pages.create,
        {"model": Organization, "verb": "register"},
        name="organization_new",
    ),
    path("organizations/<int:pk>/", organizations.organization, name="organization"),
    path(
        "organizations/<int:pk>/<slug:verb>/",
        pages.perform,
        {"model": Organization},
        name="organization_verb",
    ),
    path("memberships/", memberships.MembershipList.as_view(), name="memberships"),
    path("memberships/new/", pages.create, {"model": Membership, "verb": "apply"}, name="membership_new"),
    path("memberships/<int:pk>/", memberships.membership, name="membership"),
    path("memberships/<int:pk>/<slug:verb>/", pages.perform, {"model": Membership}, name="membership_verb"),
    path("mandates/", mandates.MandateList.as_view(), name="mandates"),
    path("mandates/new/", pages.create, {"model": Mandate, "verb": "appoint"}, name="mandate_new"),
    path("mandates/<int:pk>/", mandates.mandate, name="mandate"),
    path("mandates/<int:pk>/<slug:verb>/", pages.perform, {"model": Mandate}, name="mandate_verb"),
    path("accounts/", accounts.UserList.as_view(), name="users"),
    path("accounts/<int:pk>/", accounts.user, name="user"),
    path("accounts/<int:pk>/<slug:verb>/", pages.perform, {"model": User}, name="user_verb"),
    path("invitations/", accounts.InvitationList.as_view(), name="accountinvitations"),
    path(
        "invitations/new/",
        pages.create,
        {"model": AccountInvitation, "verb": "invite"},
        name="accountinvitation_new",
    ),
    path("invitations/<int:pk>/", accounts.invitation, name="accountinvitation"),
    path(
        "invitations/<int:pk>/<slug:verb>/",
        pages.perform,
        {"model": AccountInvitation},
        name="accountinvitation_verb",
    ),
    path("accept/<str:token>/", accounts.accept_invitation, name="accept_invitation"),
]
