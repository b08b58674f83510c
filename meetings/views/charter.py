"""The pages of the charter: the version in force, and each earlier one."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import pages
from members.membership import members

from .. import charter, rules
from ..models import CharterRule


def in_force(request):
    return _show(request, charter.version(timezone.localdate()))


def version(request, pk):
    return _show(request, get_object_or_404(charter.visible_to(request.user), pk=pk))


def _show(request, found):
    units = members(timezone.localdate()).count()
    by_code = {rule.code: rule for rule in found.rules.all()}
    chapters = []
    for title, codes in charter.CHAPTERS:
        rows = [_row(by_code.pop(code), units) for code in codes if code in by_code]
        chapters.append({"title": title, "rules": rows})
    if by_code:
        chapters.append(
            {"title": _("Other rules"), "rules": [_row(rule, units) for rule in by_code.values()]}
        )
    every = [rule for chapter in chapters for rule in chapter["rules"]]
    return pages.detail(
        request,
        found,
        "meetings/charter/detail.html",
        page_title=_("Charter rules"),
        crumbs=[{"label": _("Meetings"), "url": reverse("meetings:meetings")}],
        chapters=[chapter for chapter in chapters if chapter["rules"]],
        units=units,
        unconfirmed=sum(not rule["rule"].confirmed for rule in every),
        versions=list(charter.visible_to(request.user).order_by("-number")[:20]),
    )


def _row(rule, units):
    is_share = rule.kind == CharterRule.Kind.FRACTION
    exact = charter.arithmetic(rule) if is_share else None
    return {
        "rule": rule,
        "sentence": charter.sentence(rule, units) if is_share else "",
        "provisos": rules.provisos(exact) if isinstance(exact, rules.Rule) else [],
    }
