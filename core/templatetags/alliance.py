"""How a value looks on every page: icons, lights, money, moments, names, addresses that keep their query.

Loaded as a builtin, so templates need no ``{% load %}``.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.clock import Light

register = template.Library()

SPRITE = "vendor/bootstrap-icons/sprite.svg"
WEEKDAYS_ZH = "一二三四五六日"


def _chinese():
    return (get_language() or "zh").startswith("zh")


# --- pictures -----------------------------------------------------------------------------


@register.simple_tag
@lru_cache(maxsize=1000)
def icon(name, css="", label=""):
    """One icon of the sprite. Decorative unless ``label`` is given, which screen readers then speak."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {} focusable="false"><use href="{}#{}"></use></svg>',
        css,
        spoken,
        static(SPRITE),
        name,
    )


LIGHTS = {
    Light.OK: ("green", "ok"),
    Light.WARN: ("amber", "due"),
    Light.OVERDUE: ("red", "overdue"),
    Light.PAUSED: ("grey", "paused"),
    Light.DONE: ("quiet", "yes"),
}


@register.filter
def light(value, word=""):
    """A ``clock.Light`` or its value (ok, warn, overdue, paused, done) as colour, icon and word; empty is empty."""
    if not value:
        return ""
    kind = Light(value)
    tone, picture = LIGHTS[kind]
    return format_html('<span class="light tone-{}">{}{}</span>', tone, icon(picture), word or kind.label)


# --- numbers --------------------------------------------------------------------------------


@register.filter
def money(yuan):
    """元 as 万元, from one 亿 as 亿元 with two decimals (English: CNY, million, billion). Nothing shows as a dash."""
    if yuan is None or yuan == "":
        return "—"
    yuan = Decimal(yuan)
    size = abs(yuan)
    if _chinese():
        return f"{yuan / 10**8:,.2f} 亿元" if size >= 10**8 else f"{_short(yuan / 10**4)} 万元"
    if size >= 10**9:
        return f"CNY {yuan / 10**9:,.2f} billion"
    return f"CNY {_short(yuan / 10**6)} million" if size >= 10**6 else f"CNY {_short(yuan)}"


def _short(number):
    """At most two decimals, without idle zeros. Groups of three: Django's Chinese format would group by four."""
    whole, decimals = f"{number:,.2f}".split(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


@register.filter
def grouped(number):
    """2000 → 2,000; a text such as 10,000+ passes through."""
    return f"{number:,}" if isinstance(number, int | Decimal) else number


# --- days and moments -------------------------------------------------------------------------


def _day_text(day):
    if _chinese():
        return f"{day:%Y-%m-%d}（周{WEEKDAYS_ZH[day.weekday()]}）"
    return f"{day:%a} {day.day} {day:%b %Y}"


@register.filter
def day(value):
    """A date as ``2026-11-25（周三）``."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        value = value.date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), _day_text(value))


@register.filter
def day_long(value):
    """A date as documents write it: ``2026年11月25日``."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    text = f"{value.year}年{value.month}月{value.day}日" if _chinese() else f"{value.day} {value:%B %Y}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


def _absolute(moment):
    text = _day_text(moment.date())
    return f"{text}{moment:%H:%M}" if _chinese() else f"{text}, {moment:%H:%M}"


def _relative(gap):
    minutes = int(abs(gap).total_seconds() // 60)
    hours = minutes // 60
    if minutes < 1:
        return _("now")
    if gap > timedelta(0):
        if hours:
            return ngettext("in %(n)d hour", "in %(n)d hours", hours) % {"n": hours}
        return ngettext("in %(n)d minute", "in %(n)d minutes", minutes) % {"n": minutes}
    if hours:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}


@register.filter
def when(value):
    """A moment as ``2026-11-25（周三）14:00``; within 24 hours of now relative, with the full moment as title."""
    if not value:
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return day(value)
    moment = timezone.localtime(value) if timezone.is_aware(value) else timezone.make_aware(value)
    gap = moment - timezone.now()
    full = _absolute(moment)
    if abs(gap) < timedelta(hours=24):
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            moment.isoformat(timespec="minutes"),
            full,
            _relative(gap),
        )
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="minutes"), full)


@register.filter
def moment(value):
    """Like ``when`` but never relative: for notices, minutes and print."""
    if not value:
        return ""
    value = timezone.localtime(value) if timezone.is_aware(value) else timezone.make_aware(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="minutes"), _absolute(value))


@register.filter
def countdown(value):
    """``{"number", "word"}`` until a moment: days, under a day hours, under an hour minutes; None once it passed."""
    if not value:
        return None
    minutes = int((value - timezone.now()).total_seconds() // 60)
    if minutes < 0:
        return None
    if minutes < 60:
        return {"number": minutes, "word": ngettext("minute", "minutes", minutes)}
    if minutes < 24 * 60:
        return {"number": minutes // 60, "word": ngettext("hour", "hours", minutes // 60)}
    days = (timezone.localtime(value).date() - timezone.localdate()).days
    return {"number": days, "word": ngettext("day", "days", days)}


# --- names --------------------------------------------------------------------------------------


@register.filter
def unit_name(unit):
    """The short name of a unit in the reader's language, from an object or a mapping; else its text."""
    if not unit:
        return ""
    keys = ("short_zh", "name_zh") if _chinese() else ("short_en", "name_en", "short_zh")
    for key in keys:
        value = unit.get(key) if isinstance(unit, dict) else getattr(unit, key, None)
        if value:
            return value
    return str(unit)


@register.filter
def tile_name(unit):
    """The name without what all zones have in common, for small tiles: 泉州半导体高新区 → 泉州半导体."""
    name = unit_name(unit)
    for ending in ("高新技术产业开发区", "高新技术产业园区", "高新区", " High-tech Zone", " High-tech Park"):
        name = name.removesuffix(ending)
    return name


@register.filter
def html_lang(code):
    """The language tag browsers pick the right Chinese glyphs by."""
    return "zh-CN" if (code or "zh").startswith("zh") else code


# --- addresses ----------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def url_with(context, **changes):
    """The query string of this page with some keys changed; an empty value removes its key."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def keep_query(context, form=None, searchable=False):
    """Hidden inputs for what the query string holds beyond the form's own fields and the page number."""
    own = {form.add_prefix(name) for name in form.fields} if form else set()
    if searchable:
        own.add("search")
    pairs = [
        (key, value)
        for key, values in context["request"].GET.lists()
        if key not in own | {"page"}
        for value in values
    ]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


# --- small aids for components --------------------------------------------------------------------


@register.simple_tag
def page_numbers(page):
    """The page numbers to offer, with … for gaps."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def has_state(rows):
    """Whether any row of a table carries a badge or a light, so that the column is worth its room."""
    return any(row.get("badge") or row.get("light") for row in rows)


@register.simple_tag
def table_rows(table, stateful):
    """The rows of a table; written in :mod:`core.tables`, because they are most of a list page's work."""
    from core.tables import body  # it writes lights by the filter above

    return body(table, stateful)


@register.filter
def ticks(total):
    """1 … total-1 as separators of a counted bar; none when they would melt into each other."""
    return range(1, total) if 1 < total <= 40 else ()


@register.filter
def bottom_bar(nav):
    """The four places the phone's bottom bar holds: those marked ``bar``, else the first four."""
    nav = list(nav or [])
    return [item for item in nav if item.get("bar")][:4] or nav[:4]


@register.filter
def beyond_bar(nav):
    """The places the bottom bar has no room for; they open from its last button."""
    nav = list(nav or [])
    shown = bottom_bar(nav)
    return [item for item in nav if item not in shown]


@register.filter
def percent_of(part, whole):
    """Whole percent, 0 for an empty whole."""
    return round(100 * part / whole) if whole else 0


@register.tag
def capture(parser, token):
    """``{% capture name %}…{% endcapture %}``: renders once, to use in several places or to see whether it is empty."""
    name = token.split_contents()[1]
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


class CaptureNode(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist = nodelist
        self.name = name

    def render(self, context):
        # Its own nodes have escaped everything already; strip() alone would forget that.
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308
        return ""


# --- the schematic map ------------------------------------------------------------------------------


@register.filter
def tile_places(units, size="5x6"):
    """Places units on a grid by their coordinates, each on a cell of its own.

    ``units``: objects or mappings with ``lat`` and ``lon`` in degrees; ``size``: columns x rows. Returns
    ``[{"unit", "row", "column"}]`` counted from 1, north up. Starts from the nearest free cell and swaps while that
    brings tiles nearer to where they are; units without coordinates, or more than there are cells, are left out.
    """
    columns, rows = (int(part) for part in size.split("x"))

    def read(unit, key):
        return unit.get(key) if isinstance(unit, dict) else getattr(unit, key, None)

    placed = [unit for unit in units if read(unit, "lat") is not None and read(unit, "lon") is not None]
    placed = placed[: columns * rows]
    if not placed:
        return []
    lats = [float(read(unit, "lat")) for unit in placed]
    lons = [float(read(unit, "lon")) for unit in placed]
    height, width = (max(lats) - min(lats)) or 1, (max(lons) - min(lons)) or 1
    wished = [
        ((max(lats) - lat) / height * (rows - 1), (lon - min(lons)) / width * (columns - 1))
        for lat, lon in zip(lats, lons, strict=True)
    ]

    def cost(index, cell):
        return (wished[index][0] - cell[0]) ** 2 + (wished[index][1] - cell[1]) ** 2

    cells = [(row, column) for row in range(rows) for column in range(columns)]
    taken = {}
    for index in range(len(placed)):
        taken[index] = min(
            (cell for cell in cells if cell not in taken.values()), key=lambda c: cost(index, c)
        )
    better = True
    while better:
        better = False
        holder = {cell: index for index, cell in taken.items()}
        for index in range(len(placed)):
            for cell in cells:
                other, mine = holder.get(cell), taken[index]
                if other == index:
                    continue
                before = cost(index, mine) + (cost(other, cell) if other is not None else 0)
                after = cost(index, cell) + (cost(other, mine) if other is not None else 0)
                if after < before - 1e-9:
                    taken[index] = cell
                    if other is not None:
                        taken[other] = mine
                    holder = {place: who for who, place in taken.items()}
                    better = True
    return [
        {"unit": unit, "row": taken[index][0] + 1, "column": taken[index][1] + 1}
        for index, unit in enumerate(placed)
    ]
