"""How a page answers: the one view that performs any verb, the one list, and what every detail page shows.

A chapter's own views stay a few lines because everything here reads the declarations: verbs from
:mod:`core.workflow`, rights from :mod:`core.permissions`, questions from :mod:`core.forms`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import ListView

from . import events, notices, permissions, search, workflow
from .forms import form_of
from .pagination import BoundedPaginator

PAGE_SIZES = (25, 50, 100)
#: Longer lists are exported in the background.
MOST_EXPORTED_AT_ONCE = 1000


# --- verbs --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Button:
    """A verb as the templates show it on one object's page."""

    label: str
    url: str
    name: str
    open: bool
    reason: str
    primary: bool
    irreversible: bool


def verb_url(obj: Model, name: str) -> str:
    """By convention the route of verbs is named "app:model_verb" and takes pk and verb."""
    meta = obj._meta
    return reverse(f"{meta.app_label}:{meta.model_name}_verb", args=[obj.pk, name])


def buttons(obj: Model, user, offers=None) -> list[Button]:
    """The verbs this reader has a right to, as buttons; those with their own control on the page are left out."""
    return [
        Button(o.label, verb_url(obj, o.name), o.name, o.open, o.reason, o.primary, o.irreversible)
        for o in (workflow.available(obj, user) if offers is None else offers)
        if not o.verb.hidden
    ]


def perform(request, model, pk, verb, template="components/verb.html", success_url=None):
    """The page and the act of any verb on one object: GET asks, POST does.

    404 for whoever may not see the object, 403 without the right, 409 in a wrong state, 400 for bad input; what was
    typed is kept.
    """
    obj = permissions.find(model, request.user, pk)
    declared = workflow.verbs_of(model).get(verb)
    if declared is None or declared.creates:
        raise Http404
    if not permissions.allowed(request.user, declared.may, obj):
        raise PermissionDenied
    form = form_of(declared)(request.POST or None, request.FILES or None, obj=obj, by=request.user)
    form.is_bound = request.method == "POST"
    reason = declared.why_closed(obj, request.user)
    status = 409 if reason else 200
    if request.method == "POST" and not reason:
        if form.is_valid():
            try:
                declared.run(
                    obj, by=request.user, version=request.POST.get("version") or None, **form.given()
                )
            except workflow.Refused as refused:
                status = _explain(form, refused)
            else:
                messages.success(request, _("%(verb)s: done.") % {"verb": declared.label})
                return go(request, request.POST.get("next") or success_url or obj.get_absolute_url())
        else:
            status = 400
    consequence = declared.consequence(obj) if callable(declared.consequence) else declared.consequence
    context = {
        "verb": declared,
        "object": obj,
        "form": form,
        "version": getattr(obj, "version", ""),
        "consequence": consequence,
        "closed_reason": reason,
        "irreversible": declared.irreversible,
        "cancel_url": obj.get_absolute_url(),
        "action": request.path,
        "next": request.GET.get("next", "") if _is_local(request.GET.get("next", "")) else "",
    }
    return render(request, template, context, status=status)


def create(request, model, verb, template="components/verb.html", **initial):
    """The page and the act of a verb that creates: like :func:`perform`, without an object yet."""
    declared = workflow.verbs_of(model)[verb]
    if not declared.may(request.user):
        raise PermissionDenied
    given = {**initial, **{k: v for k, v in request.GET.items() if k != "next"}}
    form = form_of(declared)(request.POST or None, request.FILES or None, by=request.user, initial=given)
    form.is_bound = request.method == "POST"
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = declared.run(by=request.user, **form.given())
            except workflow.Refused as refused:
                status = _explain(form, refused)
            else:
                messages.success(request, _("%(verb)s: done.") % {"verb": declared.label})
                return go(request, made.get_absolute_url())
        else:
            status = 400
    came_from = request.headers.get("Referer", "")
    context = {
        "verb": declared,
        "object": None,
        "form": form,
        "consequence": "" if callable(declared.consequence) else declared.consequence,
        "cancel_url": came_from if _is_local(came_from, request) else "/",
        "action": request.get_full_path(),
    }
    return render(request, template, context, status=status)


def go(request, url) -> HttpResponse:
    """Move on to another page, for a browser with or without htmx. Foreign addresses lead home."""
    if not _is_local(url):
        url = "/"
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": iri_to_uri(url)})
    return redirect(url)


def _is_local(url, request=None) -> bool:
    return url_has_allowed_host_and_scheme(url, {request.get_host()} if request else None)


def _explain(form, refused) -> int:
    """Put a refusal where the reader looks: at its fields, or above the form."""
    placed = False
    for name, sentences in refused.errors.items():
        if name in form.fields:
            form.add_error(name, sentences)
            placed = True
    if not placed:
        form.add_error(None, refused.sentence)
    return refused.status


class RefusalMiddleware:
    """A refusal that no view caught becomes a page with its sentence and its status."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, workflow.Refused):
            context = {"sentence": exception.sentence, "status": exception.status}
            return render(request, "refused.html", context, status=exception.status)
        return None


# --- detail -------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextStep:
    """Whose turn it is, by when, how urgent, in one sentence."""

    sentence: str
    whose: str = ""
    by_when: object = None
    light: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a timeline."""

    at: object
    actor: str
    unit: str
    sentence: str
    note: str = ""
    files: list = field(default_factory=list)


def timeline(obj: Model, limit: int = 20) -> list[Line]:
    """The last happenings of an object in words: two queries."""
    lines = []
    for event in events.timeline(obj)[:limit]:
        name = event.kind.rsplit(".", 1)[-1]
        declared = workflow.verbs_of(type(obj)).get(name)
        label = declared.label if declared else notices.kinds.get(event.kind, name)
        lines.append(
            Line(
                at=event.at,
                actor=str(event.actor) if event.actor else _("System"),
                unit=str(event.unit or ""),
                sentence=str(label),
                note=str(event.data.get("note") or event.data.get("reason") or ""),
            )
        )
    return lines


def detail(
    request, obj: Model, template: str, *, next_step: NextStep | None = None, **context
) -> HttpResponse:
    """Answer with the page of one object that the reader may see: facts, open verbs, timeline.

    A page that words or orders its verbs itself gives ``verbs``.
    """
    if "verbs" not in context:
        context["verbs"] = buttons(obj, request.user) if request.user.is_authenticated else []
    return render(
        request,
        template,
        {
            "object": obj,
            "next_step": next_step,
            "timeline": timeline(obj) if request.user.is_authenticated else [],
            **context,
        },
    )


# --- lists --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One column of a list, on the page and in its export.

    ``value(obj)`` gives what the export writes; ``show(obj)`` what the page shows (the value, if not given).
    ``sort`` is the field (or "field,tie") an indexed order exists for.
    """

    key: str
    label: str
    value: Callable
    show: Callable | None = None
    sort: str = ""
    align: str = ""


class List(ListView):
    """A list page: what the reader may see, filtered and sorted by the address, on paper as xlsx.

    Subclasses name ``model``, ``title``, ``columns``, ``filterset_class``, ``ordering``, with ``reads`` the only fields
    that a row is made of (reading all of a wide table costs as much as showing it), and may override
    :meth:`rows` (joins the columns need), :meth:`primary`, :meth:`chips`, :meth:`light_of`, :meth:`badge_of`.
    """

    model: type[Model]
    title = ""
    columns: tuple[Column, ...] = ()
    filterset_class = None
    reads: tuple[str, ...] = ()
    template_name = "components/list_page.html"
    paginator_class = BoundedPaginator
    searchable = True
    empty = {"title": "", "hint": "", "action": None}
    export_stem = ""

    def rows(self) -> QuerySet:
        """The visible objects with the joins that the columns need."""
        return permissions.visible(self.model, self.request.user)

    def primary(self):
        """The page's one main act: {"label", "url", "icon"} or None."""
        return

    def chips(self) -> list[dict]:
        """Ready-made filters: [{"label", "url", "active", "count"}]."""
        return []

    def light_of(self, obj) -> str:
        return ""

    def badge_of(self, obj):
        return None

    def url_of(self, obj) -> str:
        return obj.get_absolute_url()

    @cached_property
    def filterset(self):
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.GET or None, queryset=self.rows(), request=self.request)

    def get_queryset(self):
        rows = self.filterset.qs if self.filterset else self.rows()
        if self.searchable and (text := self.request.GET.get("search", "").strip()):
            rows = search.filter(rows, text)
        rows = rows.order_by(*self._order())
        return rows.only(*self.reads) if self.reads else rows

    def _order(self):
        wanted = self.request.GET.get("ordering", "")
        by_key = {column.key: column for column in self.columns if column.sort}
        if column := by_key.get(wanted.lstrip("-")):
            sign = "-" if wanted.startswith("-") else ""
            return [sign + name for name in column.sort.split(",")] + [sign + "pk"]
        return list(self.ordering)

    def get_paginate_by(self, queryset):
        size = self.request.GET.get("page_size", "")
        return int(size) if size.isdecimal() and int(size) in PAGE_SIZES else PAGE_SIZES[0]

    def get(self, request, *args, **kwargs):
        if request.GET.get("export") == "xlsx":
            return self.export()
        return super().get(request, *args, **kwargs)

    def export(self):
        """All rows of the list as it is filtered, as xlsx; a long one in the background."""
        from . import background

        columns = [(str(column.label), column.value) for column in self.columns]
        return background.export_list(
            self.request,
            stem=str(self.export_stem or self.title),
            columns=columns,
            rows=self.get_queryset(),
            view=self,
        )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        query = self.request.GET.copy()
        query.pop("page", None)
        export = query.copy()
        export["export"] = "xlsx"
        context.update(
            page_title=self.title,
            primary=self.primary(),
            chips=self.chips(),
            filter_form=self.filterset.form if self.filterset else None,
            searchable=self.searchable,
            search_text=self.request.GET.get("search", ""),
            table={"columns": self._heads(), "rows": [self._row(obj) for obj in context["object_list"]]},
            page=context["page_obj"],
            export_url=f"?{export.urlencode()}",
            empty=self.empty,
            filtered=bool(query),
        )
        return context

    def _heads(self):
        wanted = self.request.GET.get("ordering", "") or (self.ordering[0] if self.ordering else "")
        heads = []
        for column in self.columns:
            ascending = wanted in (column.key, column.sort.split(",")[0] if column.sort else None)
            descending = wanted.startswith("-") and wanted[1:] in (column.key, column.sort.split(",")[0])
            query = self.request.GET.copy()
            query.pop("page", None)
            query["ordering"] = f"-{column.key}" if ascending else column.key
            heads.append(
                {
                    "key": column.key,
                    "label": column.label,
                    "align": column.align,
                    "sortable": bool(column.sort),
                    "sort_url": f"?{query.urlencode()}",
                    "sorted": "ascending" if ascending else "descending" if descending else "",
                }
            )
        return heads

    def _row(self, obj):
        return {
            "object": obj,
            "url": self.url_of(obj),
            "light": self.light_of(obj),
            "badge": self.badge_of(obj),
            "cells": [{"column": c, "value": (c.show or c.value)(obj)} for c in self.columns],
        }
