"""The rows of members for technical administrators: to look at. Acts go through the pages and are journaled."""

from django.contrib import admin

from .models import AccountInvitation, Figure, Industry, Mandate, Membership, Organization, User, Zone


class Reading(admin.ModelAdmin):
    """Shows rows and changes none: a change here would pass rights, journal and notices by."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Industry)
class IndustryAdmin(admin.ModelAdmin):
    list_display = ("code", "name_zh", "name_en")


@admin.register(Organization)
class OrganizationAdmin(Reading):
    list_display = ("code", "kind", "name_zh", "city", "zone", "active")
    list_filter = ("kind", "active")
    search_fields = ("code", "name_zh", "name_en", "uscc")
    list_select_related = ("zone",)


@admin.register(Zone)
class ZoneAdmin(Reading):
    list_display = ("organization", "level", "county")
    list_select_related = ("organization",)


@admin.register(Figure)
class FigureAdmin(Reading):
    list_display = ("organization", "name_zh", "value", "unit", "year")
    list_select_related = ("organization",)


@admin.register(User)
class UserAdmin(Reading):
    list_display = ("username", "name", "email", "is_active", "is_staff", "is_demo", "last_login")
    list_filter = ("is_active", "is_staff", "is_demo")
    search_fields = ("username", "name", "email")
    exclude = ("password",)


@admin.register(Mandate)
class MandateAdmin(Reading):
    list_display = ("person", "unit", "role", "starts_on", "ends_on")
    list_filter = ("role",)
    list_select_related = ("person", "unit")


@admin.register(Membership)
class MembershipAdmin(Reading):
    list_display = ("unit", "state", "joined_on", "leaves_on")
    list_filter = ("state",)
    list_select_related = ("unit",)


@admin.register(AccountInvitation)
class AccountInvitationAdmin(Reading):
    list_display = ("name", "unit", "role", "expires_at", "accepted_at")
    # The code is half of the link that opens an account.
    exclude = ("code",)
    list_select_related = ("unit",)
