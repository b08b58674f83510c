"""How do rows become an Excel file that a clerk can sort, sum and print, and that can do no harm?

Rows are streamed, so 20,000 of them cost little memory.
"""

import datetime
import io
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone as django_timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .text import legal, width

# What a spreadsheet, or a CSV made from it, would take for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
LONGEST_TEXT = 32767
# Excel keeps 15 digits of a number; identity and credit codes have 18.
MOST_DIGITS = 15
WIDTH_SAMPLE = 200
NARROWEST, WIDEST = 8, 60
PROGRESS_EVERY = 500
DATE, MOMENT, TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm"

_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E8F1FB")
_LINE = Side(style="thin", color="DFE5EC")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_ALIGNMENT = Alignment(horizontal="center", vertical="center", wrap_text=True)
_ALIGNMENT = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True)
class Sheet:
    """One table. `rows` may be a generator; `widths` in Latin characters, from the first 200 rows if empty."""

    title: str
    head: Sequence[object]
    rows: Iterable[Sequence[object]]
    widths: Sequence[float] = ()


def render(sheets, progress=None, timezone=None):
    """The bytes of an .xlsx with one worksheet for each `Sheet`.

    int, float, Decimal, bool, date, datetime and time stay values; anything else is written as text and never
    as a formula. Aware datetimes are shown in `timezone` (Django's current one by default).
    `progress(done)` is called with the number of rows written every 500 rows and at the end; what it raises
    ends the export.
    """
    book = Workbook(write_only=True)
    out = io.BytesIO()
    try:
        _write(book, sheets, progress, timezone)
    finally:
        # Also when the export was stopped: saving is what closes and removes the library's temporary files.
        book.save(out)
    return out.getvalue()


def _write(book, sheets, progress, timezone):
    done = 0
    taken = set()
    for sheet in sheets:
        page = book.create_sheet(_title(sheet.title, taken))
        rows = iter(sheet.rows)
        sample = list(itertools.islice(rows, WIDTH_SAMPLE))
        _prepare(page, sheet, sample)
        page.append([_cell(page, text, None, head=True) for text in sheet.head])
        count = 0
        for row in itertools.chain(sample, rows):
            page.append([_cell(page, value, timezone) for value in row])
            count += 1
            done += 1
            if progress and done % PROGRESS_EVERY == 0:
                progress(done)
        if sheet.head:
            page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.head))}{count + 1}"
    if progress:
        progress(done)


def _title(title, taken):
    """A sheet name Excel takes: at most 31 characters, none of []:*?/\\, no quote at its ends, unique."""
    name = (
        "".join(" " if c in "[]:*?/\\\n\t" else c for c in legal(title)).strip(" '")[:31].strip(" '")
        or "Sheet"
    )
    wanted = name
    for number in itertools.count(2):
        if name.casefold() not in taken:
            break
        name = f"{wanted[:26]} ({number})"
    taken.add(name.casefold())
    return name


def _prepare(page, sheet, sample):
    """What must be said before the first row: frozen head, widths, and how it prints."""
    page.freeze_panes = "A2"
    widths = sheet.widths or _widths(sheet.head, sample)
    for place, wide in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(place)].width = wide
    page.print_title_rows = "1:1"
    page.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    page.page_setup.orientation = "landscape" if sum(widths) > 90 else "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _widths(head, sample):
    columns = max(len(head), *(len(row) for row in sample), 0) if sample else len(head)
    # The head carries a filter button.
    widest = [width(legal(text)) * 2 + 4 for text in head] + [0] * (columns - len(head))
    for row in sample:
        for place, value in enumerate(row):
            widest[place] = max(widest[place], _shown_width(value) + 2)
    return [min(max(wide, NARROWEST), WIDEST) for wide in widest]


def _shown_width(value):
    if isinstance(value, datetime.datetime):
        return len(MOMENT)
    return max(width(line) * 2 for line in legal(value).split("\n"))


def _cell(page, value, timezone, head=False):
    value, number_format = _typed(value, timezone)
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        # Set by hand: the library would make formulas and error values of texts that look like them.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    cell.border = _BORDER
    if head:
        cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _HEAD_ALIGNMENT
    else:
        cell.alignment = _ALIGNMENT
        cell.number_format = number_format
    return cell


def _typed(value, timezone):
    """(what the cell holds, its number format); a text where Excel could not hold the value truly."""
    match value:
        case bool():
            return value, "General"
        case int() if len(str(abs(value))) <= MOST_DIGITS:
            return value, "0"
        case float() if math.isfinite(value):
            return value, "General"
        case Decimal() if value.is_finite() and len(value.as_tuple().digits) <= MOST_DIGITS:
            decimals = max(0, -value.as_tuple().exponent)
            return value, "#,##0" + ("." + "0" * decimals if decimals else "")
        case datetime.datetime():
            if value.tzinfo:
                zone = timezone or django_timezone.get_current_timezone()
                value = value.astimezone(zone).replace(tzinfo=None)
            return (value, MOMENT) if value.year >= 1900 else (value.isoformat(" "), "@")
        case datetime.date():
            return (value, DATE) if value.year >= 1900 else (value.isoformat(), "@")
        case datetime.time():
            return value.replace(tzinfo=None), TIME
        case None:
            return None, "General"
    text = legal(value)
    return (text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"), "@"
