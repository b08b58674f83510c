"""One box over every kind of object, through the reader's own rights."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from core import search as finder

FEW, MANY = 5, 50


def search(request):
    """``?q=`` words, ``?kind=`` one kind only (then up to fifty hits of it)."""
    words = request.GET.get("q", "").strip()[:200]
    kind = request.GET.get("kind", "")
    known = {model._meta.label_lower for model in finder.registered()}
    kinds = [kind] if kind in known else None
    groups = finder.search(request.user, words, kinds=kinds, limit=MANY if kinds else FEW) if words else []
    return render(
        request,
        "alliance/search.html",
        {
            "page_title": _("Search"),
            "search_words": words,
            "groups": groups,
            "kind": kind if kinds else "",
            "total": sum(group.count for group in groups),
        },
    )
