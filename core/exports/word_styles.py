"""What does Word know about our documents before the first word: styles, fonts, settings?

Written from the table in `standard`; the library's template brings theme fonts, blue headings and English.
"""

import math

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from lxml import etree

from . import standard
from .standard import CHARACTER, FONTS, STYLES


def define_styles(word):
    """Replaces the library's template styles: its theme fonts, blue headings and English language."""
    styles = word.styles.element
    for child in list(styles):
        if child.tag != qn("w:latentStyles"):
            styles.remove(child)
    styles.insert(
        0,
        parse_xml(
            f"""<w:docDefaults {nsdecls("w")}><w:rPrDefault><w:rPr>{_fonts(standard.BODY)}
        <w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>
        </w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"""
        ),
    )
    for style in STYLES.values():
        styles.append(_style(style))
    styles.append(
        parse_xml(
            f"""<w:style {nsdecls("w")} w:type="table" w:default="1" w:styleId="TableNormal">
        <w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>
        <w:top w:w="57" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>
        <w:bottom w:w="57" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>
        </w:tblCellMar></w:tblPr></w:style>"""
        )
    )
    styles.append(
        parse_xml(
            f"""<w:style {nsdecls("w")} w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>
        <w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>"""
            + "".join(
                f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
                for side in ("top", "left", "bottom", "right", "insideH", "insideV")
            )
            + "</w:tblBorders></w:tblPr></w:style>"
        )
    )


def _fonts(key):
    """rFonts of a font; the hint makes Word take “ ” — … from the Chinese font."""
    font = FONTS[key]
    return (
        f'<w:rFonts w:hint="eastAsia" w:ascii="{font.latin}" w:hAnsi="{font.latin}" '
        f'w:eastAsia="{font.name}" w:cs="{font.latin}"/>'
    )


def _style(style):
    is_normal = style.name == "Normal"
    based_on = "" if is_normal else '<w:basedOn w:val="Normal"/>'
    outline = f'<w:outlineLvl w:val="{style.outline - 1}"/>' if style.outline else ""
    # 28 characters a line. The page's character grid says so too, but LibreOffice misreads a negative
    # grid and Word widens Latin text by it, so the lines are set by spacing and do not snap.
    # One twip closer than the division asks, or LibreOffice's rounding leaves 27.
    spacing = math.floor((CHARACTER - standard.SIZE_3) * 20) - 1 if style.size == standard.SIZE_3 else 0
    keep = "<w:keepNext/><w:keepLines/>" if style.keep else ""
    return parse_xml(
        f"""<w:style {nsdecls("w")} w:type="paragraph" {'w:default="1"' if is_normal else ""}
        w:styleId="{style.name.replace(" ", "")}"><w:name w:val="{style.name.replace("Heading", "heading")}"/>
        {based_on}<w:qFormat/>
        <w:pPr>{keep}<w:widowControl w:val="0"/>
        <w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>
        <w:snapToGrid w:val="0"/>
        <w:spacing w:before="0" w:after="0" w:line="{round(style.line * 20)}" w:lineRule="exact"/>
        {indent(style.left, style.first, style.right)}<w:jc w:val="{style.align}"/>{outline}</w:pPr>
        <w:rPr>{_fonts(style.font)}<w:b w:val="0"/><w:bCs w:val="0"/><w:color w:val="{style.color}"/>
        <w:spacing w:val="{spacing}"/>
        <w:sz w:val="{round(style.size * 2)}"/><w:szCs w:val="{round(style.size * 2)}"/></w:rPr></w:style>"""
    )


def indent(left, first, right):
    """Indents in characters for Word and in twips for programs that know only those."""
    parts = []
    for name, value in (
        ("left", left),
        ("right", right),
        ("firstLine" if first >= 0 else "hanging", abs(first)),
    ):
        parts.append(f'w:{name}Chars="{round(value * 100)}" w:{name}="{round(value * CHARACTER * 20)}"')
    return f"<w:ind {' '.join(parts)}/>"


def define_fonts(word):
    """Each proprietary font with the one to use where it is missing."""
    part = word.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = etree.fromstring(part.blob)
    for child in list(table):
        table.remove(child)
    for font in FONTS.values():
        table.append(
            parse_xml(
                f"""<w:font {nsdecls("w")} w:name="{font.name}"><w:altName w:val="{font.alternative}"/>
            <w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>"""
            )
        )
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)


def settle(word):
    """Odd and even feet, Chinese as East Asian language, today's Word layout rules."""
    settings = word.settings
    settings.odd_and_even_pages_header_footer = True
    element = settings.element
    language = element.find(qn("w:themeFontLang"))
    language.set(qn("w:eastAsia"), "zh-CN")
    element.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
    for setting in element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
