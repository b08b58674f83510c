"""How does a document become a Word file in the national layout (GB/T 9704-2012)?

The file carries named styles, so a clerk who edits it keeps the layout.
"""

import datetime
import io

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from . import documents, layout, standard, word_styles
from .standard import CHARACTER, FONTS, STYLES
from .text import legal

EMU_PER_MM = 36000
TABLE_GAP = 6
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
# The schema fixes the order of a paragraph's properties.
AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr")


def render(document):
    """The bytes of a .docx of `document` (a `documents.Document`)."""
    word = docx.Document()
    _name(word, document)
    word_styles.define_styles(word)
    word_styles.define_fonts(word)
    word_styles.settle(word)
    section = word.sections[0]
    _page(section, document)
    fresh_page = False
    imprint = None
    for piece in layout.pieces(document):
        match piece:
            case layout.Line():
                paragraph = _line(word, piece)
                paragraph.paragraph_format.page_break_before = fresh_page or None
                fresh_page = False
            case layout.Masthead("letter"):
                _letter_head(section, piece)
            case layout.Masthead():
                _minutes_head(word, piece)
            case layout.RedRule():
                _red_rule(word)
            case documents.PageBreak():
                fresh_page = True
            case documents.Table():
                # Without a paragraph between them Word makes one table of two.
                spacer = _spacer(word, TABLE_GAP)
                spacer.paragraph_format.page_break_before = fresh_page or None
                fresh_page = False
                _table(word, piece)
                _spacer(word, TABLE_GAP)
            case layout.Imprint():
                imprint = piece
    if imprint:
        _imprint(word, imprint)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _name(word, document):
    properties = word.core_properties
    properties.title = legal(document.title).replace("\n", "")[:255]
    properties.author = properties.last_modified_by = legal(document.signed_by or document.issuer).replace(
        "\n", ""
    )[:255]
    properties.language = "zh-CN"
    properties.comments = ""
    properties.subject = legal(document.number)[:255]
    day = document.date or datetime.date(2000, 1, 1)
    properties.created = properties.modified = datetime.datetime(day.year, day.month, day.day)


def _page(section, document):
    section.page_width, section.page_height = map(Mm, standard.PAGE)
    section.top_margin, section.bottom_margin = Mm(standard.TOP), Mm(standard.BOTTOM)
    section.left_margin, section.right_margin = Mm(standard.LEFT), Mm(standard.RIGHT)
    section.header_distance = Mm(standard.LETTER_ISSUER_TOP if document.form == "letter" else 15)
    section.footer_distance = Mm(standard.PAGE_NUMBER_BOTTOM)
    grid = section._sectPr.find(qn("w:docGrid"))
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(int(standard.LINE * 20)))
    grid.set(qn("w:charSpace"), str(round((CHARACTER - standard.SIZE_3) * 4096)))
    _page_number(section.footer, "page_number")
    _page_number(section.even_page_footer, "page_number_even")
    if document.form == "letter":
        # 信函 shows no page number on its first page; the header there carries name and lines.
        section.different_first_page_header_footer = True
        section.first_page_footer.is_linked_to_previous = False
        section.first_page_footer.paragraphs[0].style = STYLES["page_number"].name


def _page_number(footer, role):
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.style = STYLES[role].name
    _run(paragraph, "— ")
    for kind, text in (("begin", None), (None, "PAGE"), ("separate", None), ("text", "1"), ("end", None)):
        run = _run(paragraph, text if kind == "text" else "")
        if kind is None:
            instruction = OxmlElement("w:instrText")
            instruction.text = text
            run._r.append(instruction)
        elif kind != "text":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
    _run(paragraph, " —")


def _run(paragraph, text, font=None, size=None):
    """A run; its own hint, because Word reads the hint of “ ” from the run only."""
    run = paragraph.add_run(text)
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:hint"), "eastAsia")
    if font:
        fonts.set(qn("w:eastAsia"), FONTS[font].name)
    if size:
        run.font.size = Pt(size)
    return run


def _line(word, line):
    return _fill(word.add_paragraph(), line)


def _fill(paragraph, line):
    style = STYLES[line.role]
    paragraph.style = style.name
    if line.label:
        _run(paragraph, line.label, standard.HEI)
    _run(paragraph, line.text)
    if line.align:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.from_xml(line.align)
    if line.keep:
        paragraph.paragraph_format.keep_with_next = True
    if line.hang or line.left is not None or line.right is not None:
        left = style.left if line.left is None else line.left
        right = style.right if line.right is None else line.right
        _replace_indent(paragraph, left + line.hang, -line.hang, right)
    if "\t" in line.text:
        _sides(paragraph)
    return paragraph


def _replace_indent(paragraph, left, first, right):
    properties = paragraph._p.get_or_add_pPr()
    properties._remove_ind()
    source = parse_xml(f"<w:pPr {nsdecls('w')}>{word_styles.indent(left, first, right)}</w:pPr>")
    properties._insert_ind(source[0])


def _sides(paragraph):
    """One character of room at both edges: the text behind the tab ends there."""
    _replace_indent(paragraph, 1, 0, 1)
    stop = (standard.CHARACTERS - 1) * CHARACTER
    paragraph.paragraph_format.tab_stops.add_tab_stop(Pt(stop), WD_TAB_ALIGNMENT.RIGHT)


def _issuer(paragraph, text, size):
    _run(paragraph, text, size=size)
    paragraph.paragraph_format.line_spacing = Pt(size)


def _letter_head(section, head):
    """The first page's header: the name, the double line below it and the one at the foot."""
    header = section.first_page_header
    header.is_linked_to_previous = False
    paragraph = header.paragraphs[0]
    outside = (standard.LETTER_LINE_WIDTH - standard.TYPE_AREA[0]) / 2
    for place, (text, size) in enumerate(head.lines):
        if place:
            paragraph = header.add_paragraph()
        paragraph.style = STYLES["issuer"].name
        _replace_indent(paragraph, 0, 0, 0)
        # Centred on the paper, over a line wider than the type area.
        paragraph.paragraph_format.left_indent = Mm(-outside - 1)
        paragraph.paragraph_format.right_indent = Mm(-outside + 1)
        for name in ("leftChars", "rightChars", "firstLineChars"):
            paragraph._p.pPr.ind.attrib.pop(qn(f"w:{name}"), None)
        _issuer(paragraph, text, size)
    below = standard.THICK + standard.BETWEEN + standard.THIN
    spacer = header.add_paragraph(style=STYLES["text"].name)
    # 发文字号 lies 7/8 of a 3号 character under the line.
    spacer.paragraph_format.line_spacing = Pt(
        (standard.LETTER_LINE_GAP + below) * standard.MM + 7 / 8 * standard.SIZE_3
    )
    top = (
        standard.LETTER_ISSUER_TOP
        + sum(size for _, size in head.lines) / standard.MM
        + standard.LETTER_LINE_GAP
    )
    foot = standard.PAGE[1] - standard.LETTER_LINE_BOTTOM
    thick_thin = ((standard.THICK, 0), (standard.THIN, standard.THICK + standard.BETWEEN))
    thin_thick = ((standard.THIN, 0), (standard.THICK, standard.THIN + standard.BETWEEN))
    lines = [(weight, top + drop) for weight, drop in thick_thin]
    lines += [(weight, foot - below + drop) for weight, drop in thin_thick]
    for number, (weight, y) in enumerate(lines, 1):
        spacer.add_run()._r.append(_drawn_line(number, weight, y))


def _drawn_line(number, weight, top):
    """A red line as wide as a letter asks, centred on the page, its upper edge `top` mm from the paper's."""
    left = (standard.PAGE[0] - standard.LETTER_LINE_WIDTH) / 2
    x, y = round(left * EMU_PER_MM), round((top + weight / 2) * EMU_PER_MM)
    length, thickness = round(standard.LETTER_LINE_WIDTH * EMU_PER_MM), round(weight * EMU_PER_MM)
    return parse_xml(
        f"""<w:drawing {nsdecls("w", "wp", "a")}><wp:anchor distT="0" distB="0" distL="0" distR="0"
        simplePos="0" relativeHeight="{number}" behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1">
        <wp:simplePos x="0" y="0"/>
        <wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset></wp:positionH>
        <wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset></wp:positionV>
        <wp:extent cx="{length}" cy="0"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>
        <wp:docPr id="{number}" name="Line {number}"/><wp:cNvGraphicFramePr/>
        <a:graphic><a:graphicData uri="{WPS}"><wps:wsp xmlns:wps="{WPS}"><wps:cNvCnPr/>
        <wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{length}" cy="0"/></a:xfrm>
        <a:prstGeom prst="line"><a:avLst/></a:prstGeom>
        <a:ln w="{thickness}"><a:solidFill><a:srgbClr val="{standard.RED}"/></a:solidFill></a:ln></wps:spPr>
        <wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"""
    )


def _minutes_head(word, head):
    for place, (text, size) in enumerate(head.lines):
        paragraph = word.add_paragraph(style=STYLES["issuer"].name)
        _issuer(paragraph, text, size)
        paragraph.paragraph_format.space_before = (
            Mm(standard.MINUTES_ISSUER_DROP) if not place else Pt(size / 4)
        )


def _red_rule(word):
    _border(_spacer(word, standard.RULE_GAP * standard.MM), "bottom", standard.THICK, standard.RED, 0)


def _spacer(word, height):
    """An empty paragraph `height` pt high."""
    paragraph = word.add_paragraph(style=STYLES["text"].name)
    paragraph.paragraph_format.line_spacing = Pt(height)
    return paragraph


def _border(paragraph, side, weight, color=standard.BLACK, space=1):
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, *AFTER_BORDERS)
    border = OxmlElement(f"w:{side}")
    for name, value in (
        ("val", "single"),
        ("sz", weight * standard.MM * 8),
        ("space", space),
        ("color", color),
    ):
        border.set(qn(f"w:{name}"), value if isinstance(value, str) else str(round(value)))
    borders.append(border)


def _imprint(word, imprint):
    """版记, a table floating at the foot of the type area of the last page; text never runs under it."""
    grid = word.add_table(rows=0, cols=1)
    grid.columns[0].width = Mm(standard.TYPE_AREA[0])
    weights = {
        "top": standard.IMPRINT_THICK,
        "bottom": standard.IMPRINT_THICK,
        "insideH": standard.IMPRINT_THIN,
    }
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{round(weight * standard.MM * 8)}" w:space="0" w:color="000000"/>'
        for side, weight in weights.items()
        if imprint.ruled
    )
    # Placed from the page's edge: LibreOffice does not float a table as wide as the text otherwise.
    left, wide = (round(length * standard.MM * 20) for length in (standard.LEFT, standard.TYPE_AREA[0]))
    properties = parse_xml(
        f"""<w:tblPr {nsdecls("w")}><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:topFromText="0"
        w:bottomFromText="0" w:vertAnchor="margin" w:horzAnchor="page" w:tblpX="{left}" w:tblpYSpec="bottom"/>
        <w:tblW w:w="{wide}" w:type="dxa"/>
        <w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>
        <w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>"""
    )
    grid._tbl.replace(grid._tbl.tblPr, properties)
    for text in imprint.lines:
        cell = grid.add_row().cells[0]
        cell.width = Mm(standard.TYPE_AREA[0])
        _fill(cell.paragraphs[0], layout.Line("imprint", text))
    # What floats hangs on the paragraph behind it.
    _spacer(word, 1)


def _table(word, table):
    columns = table.columns
    widths = list(table.widths) or [standard.TYPE_AREA[0] / columns] * columns
    grid = word.add_table(rows=0, cols=columns)
    grid.style = "Table Grid"
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    for column, millimetres in zip(grid.columns, widths, strict=True):
        column.width = Mm(millimetres)
    centred = set() if table.labels else layout.centred_columns(table)
    if table.head:
        row = _row(grid, table, [legal(text) for text in table.head], widths, set(range(columns)), set())
        repeat = OxmlElement("w:tblHeader")
        row._tr.get_or_add_trPr().append(repeat)
    for cells in table.rows:
        _row(grid, table, [legal(cell) for cell in cells], widths, set(table.labels), centred)


def _row(grid, table, texts, widths, labels, centred):
    row = grid.add_row()
    row.height = Mm(table.row_height)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = row.cells
    for cell, millimetres in zip(cells, widths, strict=True):
        cell.width = Mm(millimetres)
        cell._tc.get_or_add_tcPr().get_or_add_vAlign().set(qn("w:val"), "center")
    if 0 < len(texts) < len(cells):
        cells[len(texts) - 1].merge(cells[-1])
    for place, text in enumerate(texts):
        _cell(cells[place], text, "cell_head" if place in labels else "cell", place in centred)
    return row


def _cell(cell, text, role, centred):
    for place, line in enumerate(text.split("\n")):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        paragraph.style = STYLES[role].name
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, line)
