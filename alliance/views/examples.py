"""With what does the style guide fill its components?

The zones are the real ones with their approximate places; meetings, people and figures are invented for show.
"""

import re
from datetime import timedelta
from pathlib import Path

from django import forms
from django.contrib.staticfiles import finders
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.utils.translation import pgettext as _p

from core.templatetags.alliance import SPRITE, moment, unit_name, when

ZONES = [
    {"short_zh": zh, "short_en": en, "level": level, "lat": lat, "lon": lon, "url": "#"}
    for zh, en, level, lat, lon in (
        ("福州高新区", "Fuzhou High-tech Zone", "national", 26.03, 119.19),
        ("厦门火炬高新区", "Xiamen Torch High-tech Zone", "national", 24.51, 118.12),
        ("泉州高新区", "Quanzhou High-tech Zone", "national", 24.89, 118.55),
        ("漳州高新区", "Zhangzhou High-tech Zone", "national", 24.46, 117.65),
        ("莆田高新区", "Putian High-tech Zone", "national", 25.46, 119.12),
        ("龙岩高新区", "Longyan High-tech Zone", "national", 25.03, 116.98),
        ("三明高新区", "Sanming High-tech Zone", "national", 26.42, 117.77),
        ("武平高新区", "Wuping High-tech Park", "provincial", 25.1, 116.1),
        ("泉州半导体高新区", "Quanzhou Semiconductor High-tech Park", "provincial", 24.66, 118.42),
        ("厦门海洋高新区", "Xiamen Ocean High-tech Park", "provincial", 24.55, 118.27),
        ("柘荣高新区", "Zherong High-tech Park", "provincial", 27.24, 119.9),
    )
]

COLOURS = [
    "page",
    "paper",
    "sunk",
    "ink",
    "ink-2",
    "line",
    "line-strong",
    "blue",
    "blue-tint",
    "green",
    "green-tint",
    "amber",
    "amber-tint",
    "red",
    "red-tint",
    "grey",
    "grey-tint",
]

MEETING = "2026年第四次联席会议"


class Example(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title of the item"), help_text=gettext_lazy("As it will stand in the notice.")
    )
    day = forms.DateField(label=gettext_lazy("Day of the meeting"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Time needed"),
        widget=forms.NumberInput(attrs={"data-unit": gettext_lazy("minutes")}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("How it is decided"),
        choices=[
            ("o", gettext_lazy("By more than half of those present")),
            ("s", gettext_lazy("By two thirds of all units")),
        ],
        widget=forms.RadioSelect,
    )
    zone = forms.ChoiceField(label=gettext_lazy("Lead unit"), choices=[("", "—")], required=False)
    text = forms.CharField(label=gettext_lazy("Reasons"), widget=forms.Textarea, required=False)
    file = forms.FileField(
        label=gettext_lazy("Material"), required=False, help_text=gettext_lazy("PDF or Word, at most 20 MB.")
    )
    urgent = forms.BooleanField(label=gettext_lazy("This cannot wait for the next meeting"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices += [(zone["short_en"], zone["short_zh"]) for zone in ZONES]


class ExampleFilter(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    after = forms.DateField(label=pgettext_lazy("filter", "From"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("All")), ("called", _("Called"))]


class Confirm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reasons"), widget=forms.Textarea(attrs={"rows": 3}))


def icons():
    """The names of all icons, read from the sprite itself."""
    return re.findall(r'<symbol id="([a-z-]+)"', Path(finders.find(SPRITE)).read_text())


def moments():
    now = timezone.localtime().replace(second=0, microsecond=0)
    return now, now + timedelta(days=12), now - timedelta(hours=3)


class Note:
    """Stands in for a Django message."""

    def __init__(self, tags, text):
        self.tags, self.text = tags, text

    def __str__(self):
        return self.text


def stages():
    words = [
        _p("stage", "Preparing"),
        _p("stage", "Collecting items"),
        _p("stage", "Notice sent"),
        _p("stage", "In session"),
        _p("stage", "Minutes"),
        _p("stage", "Filed"),
    ]
    states = ["done", "done", "current", "todo", "todo", "todo"]
    return [{"label": word, "state": state} for word, state in zip(words, states, strict=True)]


def tiles():
    replies = [
        (_("Attends"), "green", "yes"),
        (_("No reply"), "amber", "due"),
        (_("Excused"), "grey", "abstain"),
    ]
    tiles = []
    for place, zone in enumerate(ZONES):
        word, tone, picture = replies[0 if place not in (3, 8) else 1 if place == 3 else 2]
        here = place not in (3, 8, 10)
        tiles.append(
            {
                "name": unit_name(zone),
                "url": "#",
                "states": [
                    {"label": _("Reply"), "value": word, "tone": tone, "icon": picture},
                    {
                        "label": _("Check-in"),
                        "value": _("Present") if here else "—",
                        "tone": "green" if here else "grey",
                        "icon": "yes" if here else "abstain",
                    },
                    {
                        "label": _("Vote"),
                        "value": _("Cast") if here else "—",
                        "tone": "green" if here else "grey",
                        "icon": "yes" if here else "abstain",
                    },
                ],
            }
        )
    return tiles


def sum():
    basis = _("more than half of those present")
    return {
        "total": 11,
        "present": 9,
        "quorum": 8,
        "yes": 7,
        "no": 1,
        "abstain": 1,
        "line": 5,
        "basis": basis,
        "passed": True,
    }


def bars():
    return [
        {"label": _p("vote", "For"), "count": 7, "tone": "yes"},
        {"label": _p("vote", "Against"), "count": 1, "tone": "no"},
        {"label": _p("vote", "Abstain"), "count": 1, "tone": "abstain"},
    ]


def vote():
    choices = [{"value": bar["tone"], "label": bar["label"], "tone": bar["tone"]} for bar in bars()]
    return {"url": "#", "question": "关于确定第二届主任单位的议案", "choices": choices, "cast": None}


def timeline(past, now):
    return [
        {
            "at": past,
            "actor": _("Secretariat"),
            "unit": ZONES[0],
            "sentence": _("Notice sent to 11 units"),
            "files": [{"label": "会议通知.pdf", "url": "#"}],
        },
        {
            "at": now - timedelta(days=2),
            "actor": _("Delegate"),
            "unit": ZONES[1],
            "sentence": _("Item proposed"),
            "note": "建议列为第二项。",
        },
        {
            "at": now - timedelta(days=9),
            "actor": _("Secretariat"),
            "unit": ZONES[0],
            "sentence": _("Draft prepared"),
        },
    ]


def facts(soon):
    return [
        {"label": _("Time"), "value": moment(soon)},
        {"label": _("Place"), "value": "福州高新区海西园会议中心三楼"},
        {"label": _("Chair unit"), "value": "福州高新区", "url": "#"},
        {"label": _("Items close"), "value": moment(soon - timedelta(days=9))},
        {"label": _("Entitled units"), "value": 11},
        {"label": _("Remarks"), "value": "", "wide": True},
    ]


def files(past):
    return [
        {
            "label": "关于召开2026年第四次联席会议的通知.docx",
            "url": "#",
            "kind": "word",
            "size": 48_200,
            "at": past,
        },
        {"label": "会议议程.pdf", "url": "#", "kind": "pdf", "size": 240_000, "at": past},
    ]


def chips():
    return [
        {"label": _("All"), "url": "?pattern=list", "active": True, "count": 11},
        {"label": _("Being prepared"), "url": "?pattern=list&state=draft", "active": False, "count": 2},
        {"label": _("Called"), "url": "?pattern=list&state=called", "active": False, "count": 1},
        {"label": _("Held"), "url": "?pattern=list&state=held", "active": False, "count": 8},
    ]


def meeting(soon):
    return {
        "title": MEETING,
        "url": "?pattern=detail",
        "starts": soon,
        "place": "福州高新区海西园会议中心",
        "reply": {"label": _("Your unit has not replied"), "tone": "amber", "icon": "due"},
        "act": {"label": _("Reply to the notice"), "url": "#"},
    }


def table(length):
    _now, soon, _past = moments()
    columns = [
        {"key": "title", "label": _("Meeting"), "align": "", "sortable": True, "sort_url": "#", "sorted": ""},
        {
            "key": "chair",
            "label": _("Chair unit"),
            "align": "",
            "sortable": False,
            "sort_url": "",
            "sorted": "",
        },
        {
            "key": "starts",
            "label": _("Time"),
            "align": "",
            "sortable": True,
            "sort_url": "#",
            "sorted": "descending",
        },
        {
            "key": "items",
            "label": _("Items (number)"),
            "align": "end",
            "sortable": True,
            "sort_url": "#",
            "sorted": "",
        },
    ]
    badges = [(_("Called"), "blue"), (_("Being prepared"), ""), (_("Held"), "green")]
    rows = []
    for number in range(length):
        zone = ZONES[(number + 8) % len(ZONES)]
        label, tone = badges[number % 3]
        values = [
            f"2026年第{length - number}次联席会议",
            zone["short_zh"],
            when(soon - timedelta(days=30 * number)),
            number % 7 + 3,
        ]
        rows.append(
            {
                "object": values[0],
                "url": "?pattern=detail",
                "cells": [{"column": c, "value": v} for c, v in zip(columns, values, strict=True)],
                "badge": {"label": label, "tone": tone},
                "light": ["warn", "ok", ""][number % 3],
            }
        )
    return {"caption": _("Meetings"), "columns": columns, "rows": rows}


def next_step(soon):
    return {
        "sentence": _("Nine of eleven units have replied; remind the other two."),
        "whose": _("Secretariat"),
        "by_when": soon - timedelta(days=5),
        "light": "warn",
    }


def verbs():
    def verb(label, **more):
        return {"label": label, "url": "?pattern=verb", "open": True, "reason": "", **more}

    return [
        verb(_("Remind the units"), primary=True),
        verb(_("Change the meeting")),
        verb(_("Cancel the meeting"), irreversible=True),
        verb(
            _("Open the meeting"),
            open=False,
            reason=_("The meeting opens at the earliest one hour before its time."),
        ),
        verb(_("Approve the minutes"), open=False, reason=_("The minutes have not been drafted yet.")),
    ]


def duties(now):
    return [
        {
            "title": _("Reply to the notice") + "：" + MEETING,
            "url": "#",
            "whose": _("Secretariat"),
            "light": "warn",
            "due": now + timedelta(hours=20),
            "act": {"label": _p("verb", "Reply"), "url": "#"},
        },
        {
            "title": "跨区产业链协作目录（第一批）",
            "url": "#",
            "whose": "泉州半导体高新技术产业园区",
            "light": "overdue",
            "due": now - timedelta(days=3),
            "act": {"label": _("Report progress"), "url": "#"},
        },
        {
            "title": "高新区科创金融服务对接清单",
            "url": "#",
            "whose": "福州高新区",
            "light": "ok",
            "due": now + timedelta(days=30),
            "act": {"label": _("Report progress"), "url": "#"},
        },
    ]
