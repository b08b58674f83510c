"""What can a page be built of? Every component with example data, and the page patterns whole."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p

from . import examples


def styleguide(request):
    """The whole guide; ``?pattern=list|detail|verb|form|home`` shows one pattern, ``rows`` a list of that length."""
    patterns = {None: _parts, "list": _list, "detail": _detail, "verb": _verb, "form": _form, "home": _home}
    pattern = request.GET.get("pattern")
    if pattern not in patterns:
        raise Http404
    template, context = patterns[pattern](request)
    return render(request, template, context)


def _parts(request):
    now, soon, past = examples.moments()
    return "styleguide.html", {
        "page_title": _("Style guide"),
        "zones": examples.ZONES,
        "colours": examples.COLOURS,
        "icons": examples.icons(),
        "lights": ["ok", "warn", "overdue", "paused", "done"],
        "moments": [now + timedelta(hours=2), past, soon],
        "amounts": [55_500, 12_500_000, 380_000_000],
        "stages": examples.stages(),
        "tiles": examples.tiles(),
        "sum": examples.sum(),
        "bars": examples.bars(),
        "vote": examples.vote(),
        "vote_cast": {**examples.vote(), "cast": _p("vote", "For"), "undo_url": "#"},
        "timeline": examples.timeline(past, now),
        "facts": examples.facts(soon),
        "files": examples.files(past),
        "job": {
            "title": _("Sending the notice"),
            "done": 7,
            "total": 11,
            "state": "running",
            "sentence": _("You may leave this page; you are told when it is done."),
            "cancel_url": "#",
        },
        "notes": [
            examples.Note("success", _("The notice was sent to 11 units.")),
            examples.Note("info", _("Two units have not replied yet.")),
            examples.Note("warning", _("The list of items closes tomorrow.")),
            examples.Note("error", _("The file is larger than 20 MB. Please send a smaller one.")),
        ],
        "tabs": [
            {"label": _("Overview"), "url": "#", "active": True, "count": None},
            {"label": _("Agenda"), "url": "#", "active": False, "count": 6},
            {"label": _("Replies"), "url": "#", "active": False, "count": 11},
        ],
        "chips": examples.chips(),
        "meeting": examples.meeting(soon),
        "form": examples.Example({"title": "", "minutes": "x"}),
        "page": Paginator(range(2000), 25).get_page(request.GET.get("page", 7)),
        "table": examples.table(3),
        "next_step": examples.next_step(soon),
        "verbs": examples.verbs(),
        "duties": examples.duties(now),
        "parts": [
            {"label": _("Basic facts"), "url": "#", "state": "done"},
            {"label": _("Agenda"), "url": "#", "state": "doing", "hint": _("6 items, 2 without material")},
            {
                "label": _("Approval by the chair unit"),
                "state": "blocked",
                "hint": _("Open once the agenda is complete"),
            },
            {"label": _("Documents"), "url": "#", "state": "todo"},
        ],
        "result": {
            "title": _("Item submitted"),
            "number": "议题〔2026〕17号",
            "next": _("The secretariat accepts it or returns it with a reason."),
            "by_when": soon,
            "acts": [
                {"label": _("See the item"), "url": "#", "primary": True},
                {"label": _("Submit another"), "url": "#"},
            ],
        },
    }


def _list(request):
    rows = int(request.GET.get("rows", "11")) if request.GET.get("rows", "11").isdecimal() else 11
    page = Paginator(range(rows), 25).get_page(request.GET.get("page"))
    return "components/list_page.html", {
        "page_title": _("Meetings"),
        "primary": {"label": _("Prepare a meeting"), "url": "#", "icon": "add"},
        "chips": examples.chips(),
        "filter_form": examples.ExampleFilter(request.GET or None),
        "searchable": True,
        "table": examples.table(len(page.object_list)),
        "page": page,
        "export_url": "?export=xlsx",
        "empty": {
            "title": _("No meeting yet"),
            "hint": _("Start from a template or from a copy of the last one."),
            "action": {"label": _("Prepare a meeting"), "url": "#", "icon": "add"},
        },
    }


def _detail(request):
    now, soon, past = examples.moments()
    return "components/detail.html", {
        "crumbs": [{"label": _("Meetings"), "url": "?pattern=list"}],
        "number": "闽高联〔2026〕12号",
        "page_title": examples.MEETING,
        "badge": {"label": _("Called"), "tone": "blue"},
        "light": "warn",
        "next_step": examples.next_step(soon),
        "verbs": examples.verbs(),
        "facts": examples.facts(soon),
        "files": examples.files(past),
        "timeline": examples.timeline(past, now),
        "export_urls": [{"label": "Word", "url": "#", "icon": "word"}],
    }


def _verb(request):
    return "components/verb.html", {
        "verb": {"label": _("Send notice"), "url": "?pattern=verb"},
        "object": examples.MEETING,
        "consequence": _("The notice goes to 11 member units."),
        "form": examples.Confirm(),
        "cancel_url": "?pattern=detail",
        "irreversible": "irreversible" in request.GET,
    }


def _form(request):
    return "components/form_page.html", {
        "page_title": _("Propose an item"),
        "crumbs": [
            {"label": _("Meetings"), "url": "?pattern=list"},
            {"label": examples.MEETING, "url": "?pattern=detail"},
        ],
        "form": examples.Example(request.POST or None, request.FILES or None),
        "intro": _("The secretariat answers within three working days."),
        "submit_label": _("Submit item"),
        "cancel_url": "?pattern=detail",
    }


def _home(request):
    now, soon, _past = examples.moments()
    return "components/home_example.html", {
        "page_title": _("Workbench"),
        "duties": examples.duties(now),
        "meeting": examples.meeting(soon),
        "stats": [
            {"label": _("Replies owed"), "value": 2, "url": "#", "unit": "", "light": "warn"},
            {"label": _("Tasks overdue"), "value": 1, "url": "#", "unit": "", "light": "overdue"},
            {"label": _("Tasks on time"), "value": 2000, "url": "#", "unit": "", "light": "ok"},
        ],
    }
