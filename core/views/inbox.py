"""The inbox: what I was told, unread first."""

from django.contrib import messages
from django.db.models import BooleanField, Case, Value, When
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import notices
from ..pagination import BoundedPaginator
from ..templatetags.alliance import when

PAGE = 25


def inbox(request):
    """``?show=unread`` leaves out what was read."""
    unread_only = request.GET.get("show") == "unread"
    rows = notices.inbox(request.user)
    if unread_only:
        rows = rows.filter(read_at=None)
    else:
        rows = rows.annotate(
            was_read=Case(
                When(read_at=None, then=Value(False)), default=Value(True), output_field=BooleanField()
            )
        ).order_by("was_read", "-created_at", "-pk")
    page = BoundedPaginator(rows, PAGE).get_page(request.GET.get("page"))
    here = reverse("inbox")
    columns = [
        {"key": "title", "label": _("Notice")},
        {"key": "kind", "label": _("Matter")},
        {"key": "unit", "label": _("Told for")},
        {"key": "when", "label": _("When")},
    ]
    context = {
        "page_title": _("Inbox"),
        "page": page,
        "table": {"columns": columns, "rows": [_row(notice, columns) for notice in page]},
        "chips": [
            {"label": _("All"), "url": here, "active": not unread_only},
            {"label": _("Unread"), "url": f"{here}?show=unread", "active": unread_only},
        ],
        "any_unread": any(notice.read_at is None for notice in page),
        "empty": {
            "title": _("Nothing unread") if unread_only else _("No notices yet"),
            "hint": _("When something concerns you or your unit, it appears here."),
        },
    }
    return render(request, "core/notices/list.html", context)


def _row(notice, columns):
    values = [notice.title, notices.kinds.get(notice.event.kind, ""), notice.unit, when(notice.created_at)]
    return {
        "object": notice,
        "url": reverse("notice", args=[notice.pk]),
        "badge": None if notice.read_at else {"label": _("Unread"), "tone": "blue"},
        "cells": [{"column": column, "value": value} for column, value in zip(columns, values, strict=True)],
    }


def open_notice(request, pk):
    """Reading a notice: it counts as read, and the reader stands before the thing itself."""
    notice = request.user.notices.filter(pk=pk).select_related("event").first()
    if notice is None:
        raise Http404
    notices.mark_read(request.user, notice=notice, now=timezone.now())
    about = notice.event.about
    if not hasattr(about, "get_absolute_url"):
        messages.info(request, _("What this notice was about is no longer there."))
        return redirect("inbox")
    return redirect(about.get_absolute_url())


@require_POST
def read_all(request):
    notices.mark_read(request.user, now=timezone.now())
    messages.success(request, _("All notices are marked as read."))
    return redirect("inbox")
