"""How do the rows of a list become a table quickly?

Twenty-five rows of six cells are most of the work of a list page. The template language takes some forty steps for a
cell, this takes one; the frame of the table stays a template (components/table.html).
"""

from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .templatetags.alliance import light

BADGE = '<span class="badge-state{}">{}</span>'


def body(table, stateful: bool) -> SafeString:
    """The rows of ``table`` (see components/table.html) as ``<tr>`` elements; ``stateful`` adds the state's column."""
    heads = [_head(column) for column in table["columns"]]
    pickable = bool(table.get("bulk"))
    return mark_safe("\n".join(_row(row, heads, pickable, stateful) for row in table["rows"]))  # noqa: S308  all escaped


def _of(thing, name):
    return thing.get(name, "") if isinstance(thing, dict) else getattr(thing, name, "")


def _head(column):
    return format_html(
        '<td role="cell" data-label="{}" class="{}', _of(column, "label"), _end(_of(column, "align"))
    )


def _end(align):
    return "end" if align in ("end", "right") else ""


_PLAIN = Context()


def _text(value):
    """A value as a template would write it: escaped, with the reader's format of numbers and days."""
    if type(value) is SafeString:
        return value
    return render_value_in_context(value, _PLAIN)


def _row(row, heads, pickable, stateful):
    parts = ['<tr role="row">']
    if pickable:
        parts.append(_pick(row["object"]))
    for place, (cell, head) in enumerate(zip(row["cells"], heads, strict=True)):
        given = cell.get("html")
        value = cell.get("value")
        if place == 0:
            shown = given or _text(value)
            url = row.get("url")
            inner = format_html('<a href="{}">{}</a>', url, mark_safe(shown)) if url else shown  # noqa: S308
            parts.append(f'<th scope="row" role="rowheader" class="lead-cell">{inner}</th>')
        elif not given and (value is None or value == ""):
            parts.append(f'{head} is-empty">—</td>')
        else:
            parts.append(f'{head}">{given or _text(value)}</td>')
    if stateful:
        parts.append(
            f'<td role="cell" class="state-cell">{_badge(row.get("badge"))}{light(row.get("light"))}</td>'
        )
    parts.append("</tr>")
    return "".join(parts)


def _badge(badge):
    if not badge:
        return ""
    label, tone = (_of(badge, "label"), _of(badge, "tone")) if not isinstance(badge, str) else (badge, "")
    return format_html(BADGE, f" tone-{tone}" if tone else "", label)


def _pick(obj):
    return format_html(
        '<td role="cell" class="pick"><input type="checkbox" class="form-check-input" form="bulk-form" name="selected" '
        'value="{}" data-pick aria-label="{}"></td>',
        obj.pk,
        _("Select %(name)s") % {"name": obj},
    )
