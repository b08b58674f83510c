"""In which order, with which numbers and breaks does a document run down the page? (GB/T 9704-2012)

Turns a `Document` into pieces that a file writer sets one by one, so docx and PDF cannot differ.
"""

import itertools
import math
import re
from dataclasses import dataclass, replace

from . import documents, standard
from .text import legal, width

DIGITS = "零一二三四五六七八九"
TITLE_CHARACTERS = 20
CENTRED_UP_TO = 8


@dataclass(frozen=True)
class Line:
    """One paragraph in the style `role`, `label` before it in 黑体; `hang`, `left`, `right` in characters.

    hang: how far the later lines stand right of the first. keep: stays on the page of what follows.
    """

    role: str
    text: str = ""
    label: str = ""
    hang: float = 0
    left: float | None = None
    right: float | None = None
    keep: bool = False
    align: str = ""


@dataclass(frozen=True)
class Masthead:
    """The red head of a letter or of minutes: lines of (text, size in pt)."""

    form: str
    lines: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class RedRule:
    """The red line under the head of minutes, as wide as the type area."""


@dataclass(frozen=True)
class Imprint:
    """版记 at the foot of the last page. `ruled` draws its lines, which a letter goes without."""

    lines: tuple[str, ...]
    ruled: bool


BREAK = documents.PageBreak()
BLANK = Line("text")


def pieces(document):
    """Everything on the pages of `document`, in order: Line, Masthead, RedRule, Table, PageBreak, Imprint."""
    yield from _head(document)
    closing = list(_closing(document))
    body = list(blocks(document.body))
    if closing and body and isinstance(body[-1], Line):
        # A signature alone on a page could be put under any text.
        body[-1] = replace(body[-1], keep=True)
    yield from body
    yield from closing
    alone = len(document.annexes) == 1
    for place, annex in enumerate(document.annexes, 1):
        yield BREAK
        yield Line("annex_label", legal(annex.label) or ("附件" if alone else f"附件{place}"))
        yield Line("text", keep=True)
        yield from _title(annex.title)
        yield Line("text", keep=True)
        yield from blocks(annex.body)
    if document.copies_to:
        yield _imprint(document)


def _head(document):
    if document.form == "letter":
        # The line is 170 mm wide and the name stands centred over it.
        yield Masthead("letter", issuer_lines(document.issuer, standard.LETTER_LINE_WIDTH))
        yield Line("letter_number", legal(document.number))
        yield from (BLANK, BLANK)
    elif document.form == "minutes":
        yield Masthead("minutes", issuer_lines(document.issuer, standard.TYPE_AREA[0]))
        yield from (BLANK, BLANK)
        if document.number:
            yield Line("number", legal(document.number))
        if document.signed_by or document.date:
            yield Line("desk", _sides(document.signed_by, written(document.date)))
        yield RedRule()
        yield from (BLANK, BLANK)
    yield from _title(document.title)
    yield Line("text", keep=True)
    if document.addressees:
        yield Line("addressees", "、".join(map(legal, document.addressees)) + "：")


def _title(title):
    yield Line("title", "\n".join(title_lines(title)))


def _sides(left, right):
    """One line with `left` at its beginning and `right` at its end, one character from each edge."""
    return f"{legal(left)}\t{legal(right)}"


def _closing(document):
    yield from _annex_notes(document.annexes)
    groups = [(label, people) for label, people in document.attendance if people]
    if groups:
        yield BLANK
    for label, people in groups:
        yield _fact(label, listed(people))
    if document.form != "minutes" and (document.signed_by or document.date):
        yield from _signature(document)
    if document.note:
        yield Line("note", "（" + legal(document.note).strip("（）()") + "）")


def _annex_notes(annexes):
    """附件说明 (7.3.4): only attachments that go by 附件N, each title hanging behind its number."""
    titles = [legal(annex.title).replace("\n", "") for annex in annexes if not annex.label]
    if titles:
        yield Line("text", keep=True)
    for place, title in enumerate(titles, 1):
        label = "附件：" if place == 1 else ""
        number = f"{place}. " if len(titles) > 1 else ""
        hang = width(label) + width(number)
        yield Line("annex_note", label + number + title, hang=hang, left=2 if label else 5)


def _signature(document):
    """署名 and 成文日期 (7.3.5): the date's first character stands two right of the name's first."""
    name, date = legal(document.signed_by), written(document.date)
    yield from [Line("text", keep=True)] * (2 if document.sealed else 1)
    name_width, date_width = width(name), width(date)
    if document.sealed:
        yield Line("signature", name, right=max(0, 4 + (date_width - name_width) / 2))
        yield Line("signature_date", date, right=4)
    elif date_width > name_width:
        if name:
            yield Line("signature", name, right=date_width + 4 - name_width)
        yield Line("signature_date", date, right=2)
    else:
        yield Line("signature", name, right=2)
        if date:
            # Counted from the left, so that it stands right under the name in any font.
            yield Line("signature_date", date, left=standard.CHARACTERS - name_width, align="left")


def _imprint(document):
    lines = ["抄送：" + "，".join(map(legal, document.copies_to)) + "。"]
    ruled = document.form != "letter"
    if ruled and document.signed_by and document.date:
        lines.append(_sides(document.signed_by, written(document.date) + "印发"))
    return Imprint(tuple(lines), ruled)


def blocks(body):
    """The pieces of a run of blocks, headings numbered 一、（一）1.（1）; numbering starts anew each run."""
    counts = [0, 0, 0, 0]
    for block in body:
        match block:
            case documents.Heading(level, text):
                counts[level - 1] += 1
                counts[level:] = [0] * (4 - level)
                yield Line(
                    f"heading{level}",
                    heading_number(level, counts[level - 1]) + legal(text).replace("\n", ""),
                )
            case documents.Paragraph(text, indent):
                for line in legal(text).split("\n"):
                    yield Line("indented" if indent else "text", line)
            case documents.Facts(pairs):
                for label, value in pairs:
                    yield _fact(label, legal(value))
            case _:
                yield block


def _fact(label, value):
    label = legal(label) + "："
    return Line("fact", value, label=label, hang=width(label))


def centred_columns(table):
    """The columns of `table` whose entries are all short: those read better centred, sentences do not."""
    longest = [0] * table.columns
    for row in table.rows:
        spans = len(row) < table.columns
        for place, cell in enumerate(row[:-1] if spans else row):
            longest[place] = max(longest[place], width(legal(cell)))
    return {place for place, length in enumerate(longest) if length <= CENTRED_UP_TO}


def heading_number(level, count):
    """(2, 11) → （十一）."""
    if level == 1:
        return chinese_number(count) + "、"
    if level == 2:
        return f"（{chinese_number(count)}）"
    return f"{count}. " if level == 3 else f"（{count}）"


def chinese_number(number):
    """1–99 as 一 … 九十九."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones else "")


def written(date):
    """2026年11月5日: no leading zero (7.3.5.4)."""
    return f"{date.year}年{date.month}月{date.day}日" if date else ""


def listed(people):
    """Names after 出席：; units with several names (甲、乙) are told apart by ；."""
    people = [legal(person) for person in people]
    return ("；" if any("、" in person or "，" in person for person in people) else "、").join(people)


def issuer_lines(issuer, room):
    """The red name as lines of (text, pt), each as large as `room` mm allows, 44 pt at most."""
    lines = legal(issuer).split("\n")
    if len(lines) == 1 and room * standard.MM / max(width(lines[0]), 1) < 23:
        lines = title_lines(lines[0], limit=math.ceil(width(lines[0]) / 2) + 2)
    fitting = [room * standard.MM * 0.97 / max(width(line), 1) for line in lines]
    # A short second line (联席会议纪要) may be larger than the name above, but must not shout over it.
    most = min(44, min(fitting) * 1.5)
    return tuple((line, round(min(size, most) * 2) / 2) for line, size in zip(lines, fitting, strict=True))


_OPENING, _CLOSING, _NEVER_FIRST = "《“‘（〔【", "》”’）〕】", "》”’）〕】、，。：；的"
_UNIT = re.compile(rf"[\dA-Za-z.]+|[{_OPENING}]*.[{_NEVER_FIRST[:-1]}]*")
_GOOD_BREAK = re.compile(r"(?=关于|召开|举办|印发|报送|第[一二三四五六七八九十\d]|《|“)|(?<=[》”、，])")
_FAIR_BREAK = re.compile(r"(?<=联盟|会议|单位|工作|情况)|(?<=委员会|高新区|秘书处)|(?<=的)")


def title_lines(title, limit=TITLE_CHARACTERS):
    """The lines of a title: words whole where known, a trapezium or a diamond, never an hourglass (7.3.1).

    "\\n" in the title decides instead. `limit` is the longest line in characters.
    """
    title = legal(title)
    if "\n" in title or width(title) <= limit:
        return title.split("\n")
    units = _UNIT.findall(title)
    places = list(itertools.accumulate(map(len, units)))[:-1]
    for breaks in (1, 2):
        best = min(
            itertools.combinations(places, breaks), key=lambda at: _price(title, at, limit), default=None
        )
        if best and _price(title, best, limit) < math.inf:
            return _cut(title, best)
    return _filled(units, limit)


def _cut(title, places):
    return [title[a:b] for a, b in itertools.pairwise((0, *places, len(title)))]


def _price(title, places, limit):
    """What a clerk would mind in this breaking; words matter more than shape."""
    widths = [width(line) for line in _cut(title, places)]
    if max(widths) > limit:
        return math.inf
    good = {match.start() for match in _GOOD_BREAK.finditer(title)}
    fair = {match.start() for match in _FAIR_BREAK.finditer(title)}
    steps = [abs(a - b) for a, b in itertools.pairwise(widths)]
    price = sum(steps) + 3 * steps.count(0) + 6 * (min(widths) < 4)
    for place in places:
        before = title[:place]
        inside = sum(map(before.count, _OPENING)) > sum(map(before.count, _CLOSING))
        price += 0 if place in good else 4 if place in fair else 14
        price += 20 * (inside or title[place] in _NEVER_FIRST)
    hourglass = len(widths) == 3 and widths[0] > widths[1] < widths[2]
    return price + 12 * hourglass


def _filled(units, limit):
    lines = [""]
    for unit in units:
        if lines[-1] and width(lines[-1] + unit) > limit:
            lines.append("")
        lines[-1] += unit
    return lines
