"""How does a document become a PDF in the national layout (GB/T 9704-2012)?

WeasyPrint and the libraries it calls are large and may be missing, so they are loaded when first needed.
"""

import functools

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from . import documents, layout, standard
from .standard import CHARACTER, FONTS, MM, STYLES
from .text import legal


class Unavailable(Exception):
    """This machine cannot write PDF; the message says what to install."""


@functools.cache
def _library():
    """WeasyPrint, or None where it or Pango is missing."""
    try:
        import weasyprint
    except (ImportError, OSError):
        return None
    return weasyprint


def available():
    """Whether this machine can write PDF; a door hides its PDF button where not."""
    return _library() is not None


def render(document):
    """The bytes of a PDF of `document`. Unavailable where the libraries are missing."""
    library = _library()
    if library is None:
        raise Unavailable(_("PDF needs the Pango library on the server. Please use the Word file instead."))
    return library.HTML(string=html(document), url_fetcher=_refuse).write_pdf()


def _refuse(url, *args, **kwargs):
    raise ValueError(f"A document fetches nothing: {url}")


def html(document):
    """The page WeasyPrint sets; every text in it is escaped."""
    author = legal(document.signed_by or document.issuer).replace("\n", "")
    body = mark_safe("".join(_pieces(document)))  # noqa: S308 - made of escaped pieces
    return format_html(
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="author" content="{}"><style>{}</style></head><body>{}</body></html>',
        legal(document.title).replace("\n", ""),
        author,
        mark_safe(_css(document)),  # noqa: S308 - made of the standard's figures only
        body,
    )


def _pieces(document):
    fresh = False
    imprint = None
    for piece in layout.pieces(document):
        if isinstance(piece, documents.PageBreak):
            fresh = True
            continue
        if isinstance(piece, layout.Imprint):
            imprint = piece
            continue
        if fresh:
            yield '<div class="fresh"></div>'
            fresh = False
        match piece:
            case layout.Line():
                yield _line(piece)
            case layout.Masthead():
                yield _masthead(piece)
            case layout.RedRule():
                yield '<div class="rule"></div>'
            case documents.Table():
                yield _table(piece)
    if imprint:
        yield _imprint(imprint)


def _line(line):
    style = STYLES[line.role]
    left = (style.left if line.left is None else line.left) + line.hang
    right = style.right if line.right is None else line.right
    first = -line.hang if line.hang else style.first
    rules = f"padding-left:{_chars(left)};padding-right:{_chars(right)};text-indent:{_chars(first)};"
    if line.align:
        rules += f"text-align:{line.align};"
    if line.keep:
        rules += "break-after:avoid;"
    label = format_html('<span class="label">{}</span>', line.label) if line.label else ""
    if "\t" in line.text:
        return format_html(
            '<div class="{} sides"><span>{}</span><span>{}</span></div>', line.role, *line.text.split("\t", 1)
        )
    text = format_html_join(
        mark_safe("<br>"), "{}", ((part,) for part in (line.text or "\u3000").split("\n"))
    )
    tag = f"h{style.outline}" if style.outline else "p"
    return format_html('<{0} class="{1}" style="{2}">{3}{4}</{0}>', tag, line.role, rules, label, text)


def _chars(count):
    return f"{count * CHARACTER:.2f}pt"


def _masthead(head):
    lines = format_html_join(
        "",
        '<p class="issuer" style="font-size:{}pt;line-height:{}pt">{}</p>',
        ((s, s, t) for t, s in head.lines),
    )
    if head.form == "minutes":
        return format_html('<div class="minutes-head">{}</div>', lines)
    return format_html(
        '<div class="letter-head">{}</div><div class="double thick-thin"></div>'
        '<div class="double thin-thick"></div>',
        lines,
    )


def _table(table):
    columns = table.columns
    widths = list(table.widths) or [standard.TYPE_AREA[0] / columns] * columns
    centred = set() if table.labels else layout.centred_columns(table)
    sizes = format_html_join("", '<col style="width:{}mm">', ((width,) for width in widths))
    head = ""
    if table.head:
        cells = format_html_join("", '<th class="cell_head">{}</th>', ((legal(text),) for text in table.head))
        head = format_html("<thead><tr>{}</tr></thead>", cells)
    rows = format_html_join(
        "",
        '<tr style="height:{}mm">{}</tr>',
        ((table.row_height, _cells(row, columns, set(table.labels), centred)) for row in table.rows),
    )
    return format_html(
        '<table style="width:{}mm"><colgroup>{}</colgroup>{}<tbody>{}</tbody></table>',
        sum(widths),
        sizes,
        head,
        rows,
    )


def _cells(row, columns, labels, centred):
    def cell(place, text):
        kind = "cell_head" if place in labels else "cell centred" if place in centred else "cell"
        return kind, columns - place if place == len(row) - 1 else 1, legal(text)

    return format_html_join(
        "", '<td class="{}" colspan="{}">{}</td>', (cell(place, text) for place, text in enumerate(row))
    )


def _imprint(imprint):
    lines = mark_safe("".join(_line(layout.Line("imprint", text)) for text in imprint.lines))  # noqa: S308 - escaped
    return format_html('<div class="last {}">{}</div>', "ruled" if imprint.ruled else "", lines)


def _css(document):
    """The standard's figures as a style sheet."""
    s = standard
    letter = document.form == "letter"
    outside = (s.LETTER_LINE_WIDTH - s.TYPE_AREA[0]) / 2
    below = s.THICK + s.BETWEEN + s.THIN
    number = STYLES["page_number"]
    # The number's text ends where Word's footer ends.
    drop = s.BOTTOM * MM - s.PAGE_NUMBER_BOTTOM * MM - number.size
    page_number = (
        f'content:"— " counter(page) " —";{_family(number.font)}font-size:{number.size}pt;'
        f"line-height:{number.size}pt;vertical-align:top;padding-top:{drop:.2f}pt;"
    )
    edge = f"{number.size}pt"
    rules = [
        f"@page{{size:A4;margin:{s.TOP}mm {s.RIGHT}mm {s.BOTTOM}mm {s.LEFT}mm;"
        "@footnote{border:none;margin:0;padding:0}}"
        f"@page:right{{@bottom-right{{{page_number}padding-right:{edge};text-align:right}}}}"
        f"@page:left{{@bottom-left{{{page_number}padding-left:{edge};text-align:left}}}}",
        "*{margin:0;padding:0;box-sizing:border-box}",
        "p,h1,h2,h3,h4,div{font-weight:normal;orphans:1;widows:1}",
        *(f".{role}{{{_rules(style)}}}" for role, style in STYLES.items()),
        f".label{{{_family(s.HEI)}}}.fresh{{break-before:page}}",
        # Two ends of one line; WeasyPrint knows no tab stops.
        f".sides{{display:flex;justify-content:space-between;padding:0 {_chars(1)};white-space:nowrap}}",
        f".minutes-head{{padding-top:{s.MINUTES_ISSUER_DROP}mm}}.minutes-head p+p{{margin-top:.25em}}",
        f".rule{{height:{s.RULE_GAP}mm;border-bottom:{s.THICK}mm solid #{s.RED}}}",
        "table{border-collapse:collapse;table-layout:fixed;margin:6pt auto}tr{break-inside:avoid}"
        "td,th{border:.5pt solid #000;padding:1mm 1.5mm;vertical-align:middle;white-space:pre-line;"
        "overflow-wrap:anywhere}th{font-weight:normal}.centred{text-align:center}",
        # A footnote without a call: it keeps the foot of its page free for itself.
        f".last{{float:footnote;width:{s.TYPE_AREA[0]}mm}}.last::footnote-call,.last::footnote-marker{{content:none}}"
        f".ruled{{border-top:{s.IMPRINT_THICK}mm solid #000;border-bottom:{s.IMPRINT_THICK}mm solid #000}}"
        f".ruled>*+*{{border-top:{s.IMPRINT_THIN}mm solid #000}}",
    ]
    if letter:
        hidden = "{content:none}"
        rules.append(
            f"@page:first{{margin-top:{s.LETTER_ISSUER_TOP}mm;@bottom-right{hidden}@bottom-left{hidden}}}"
            f".letter-head{{margin:0 {-outside + 1}mm 0 {-outside - 1}mm}}"
            f".double{{margin-left:{-outside - 1}mm;width:{s.LETTER_LINE_WIDTH}mm;height:{below}mm}}"
            f".thick-thin{{margin-top:{s.LETTER_LINE_GAP}mm;margin-bottom:{7 / 8 * s.SIZE_3}pt;"
            f"border-top:{s.THICK}mm solid #{s.RED};border-bottom:{s.THIN}mm solid #{s.RED}}}"
            f".thin-thick{{position:absolute;bottom:{s.LETTER_LINE_BOTTOM - s.BOTTOM}mm;left:0;"
            f"border-top:{s.THIN}mm solid #{s.RED};border-bottom:{s.THICK}mm solid #{s.RED}}}"
        )
    return "".join(rules)


def _rules(style):
    # 28 characters a line, as in Word.
    spacing = (
        CHARACTER - standard.SIZE_3 - 0.005
        if style.size == standard.SIZE_3 and style.font != standard.TITLE
        else 0
    )
    align = "justify" if style.align == "both" else style.align
    keep = "break-after:avoid;" if style.keep else ""
    return (
        f"{_family(style.font)}font-size:{style.size}pt;line-height:{style.line}pt;color:#{style.color};"
        f"text-align:{align};letter-spacing:{spacing:.3f}pt;{keep}"
    )


def _family(key):
    font = FONTS[key]
    names = ",".join(f'"{name}"' for name in (font.name, font.alternative, *font.stack))
    return f"font-family:{names},serif;"
