"""What an administrator of the machine may look at: read-only wherever a verb or the clock writes."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import CalendarDay, Document, Event, Heartbeat, Job, Notice, Reminder, Robot, Seal


class ReadOnly(admin.ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ("at", "kind", "content_type", "object_id", "seq", "actor", "unit")
    list_select_related = ("content_type", "actor", "unit")
    search_fields = ("=kind",)
    ordering = ("-pk",)


@admin.register(Seal)
class SealAdmin(ReadOnly):
    list_display = ("at", "first_event", "last_event", "count", "digest")
    ordering = ("-last_event",)


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ("created_at", "title", "person", "channel", "state", "attempts", "error")
    list_filter = ("state", "channel")
    list_select_related = ("person",)
    ordering = ("-pk",)
    actions = ("send_again",)

    @admin.action(description=_("Send the failed ones again"), permissions=["view"])
    def send_again(self, request, queryset):
        now = timezone.now()
        count = queryset.filter(state=Notice.State.FAILED).update(
            state=Notice.State.PENDING, attempts=0, next_try_at=now, leased_until=None, created_at=now
        )
        self.message_user(request, _("%(count)d notices will be sent again.") % {"count": count})


@admin.register(Reminder)
class ReminderAdmin(ReadOnly):
    list_display = ("fired_at", "kind", "content_type", "object_id", "person", "due_at")
    list_select_related = ("content_type", "person")
    ordering = ("-pk",)


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ("created_at", "label", "by", "state", "done", "total", "attempts", "message")
    list_filter = ("state",)
    list_select_related = ("by",)
    ordering = ("-pk",)


@admin.register(Document)
class DocumentAdmin(ReadOnly):
    list_display = ("at", "name", "content_kind", "size", "by")
    list_select_related = ("by",)
    fields = ("name", "size", "content_kind", "sha256", "by", "unit", "at")
    ordering = ("-pk",)


@admin.register(Robot)
class RobotAdmin(ReadOnly):
    list_display = ("person", "channel", "name", "enabled")
    list_select_related = ("person",)
    fields = ("person", "channel", "name", "enabled")  # the key opens somebody's chat group


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly):
    list_display = ("name", "at")


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    list_display = ("day", "name", "working", "source")
    list_filter = ("working",)
