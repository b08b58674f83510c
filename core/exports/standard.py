"""What does GB/T 9704-2012 (党政机关公文格式) fix? Measures, fonts, and the style of each element.

Lengths are mm, type sizes and line heights pt, indents in characters of 3号. Both writers read it.
"""

from dataclasses import dataclass

PAGE = (210, 297)
TOP, RIGHT, BOTTOM, LEFT = 37, 26, 35, 28
TYPE_AREA = (156, 225)
LINES, CHARACTERS = 22, 28
MM = 72 / 25.4  # pt
# One line of the grid and one character of it; 28.99 pt is cut so that 22 lines never overflow.
LINE = 28.95
CHARACTER = TYPE_AREA[0] * MM / CHARACTERS

SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4 = 22, 16, 14, 12
RED, BLACK = "FF0000", "000000"

# 信函格式 (10.1) and 纪要格式 (10.3).
LETTER_ISSUER_TOP = 30
LETTER_LINE_GAP = 4
LETTER_LINE_WIDTH = 170
LETTER_LINE_BOTTOM = 20
MINUTES_ISSUER_DROP = 35
RULE_GAP = 4
# The standard asks for 上粗下细 without figures; these are the ones in general use.
THICK, THIN, BETWEEN = 0.8, 0.25, 0.5
# 版记 (7.4.1).
IMPRINT_THICK, IMPRINT_THIN = 0.35, 0.25
# 页码 (7.5): the dash lies 7 mm below the type area, so 14 pt of text end about 25.5 mm above the edge.
PAGE_NUMBER_BOTTOM = 25.5

TITLE, BODY, HEI, KAI, SONG = "title", "body", "hei", "kai", "song"


@dataclass(frozen=True)
class Font:
    """A Chinese font by its name in office programs, its stand-in where it is missing, and more for PDF."""

    name: str
    alternative: str
    stack: tuple[str, ...]
    latin: str = "Times New Roman"


# Proprietary fonts are named, never shipped.
FONTS = {
    TITLE: Font(
        "方正小标宋简体", "华文中宋", ("FZXiaoBiaoSong-B05S", "STZhongsong", "SimSun", "Noto Serif CJK SC")
    ),
    BODY: Font("仿宋_GB2312", "FangSong", ("仿宋", "FangSong_GB2312", "STFangsong", "Noto Serif CJK SC")),
    HEI: Font("黑体", "SimHei", ("STHeiti", "Noto Sans CJK SC")),
    KAI: Font("楷体_GB2312", "KaiTi", ("楷体", "KaiTi_GB2312", "STKaiti", "Noto Serif CJK SC")),
    SONG: Font("宋体", "SimSun", ("STSong", "Noto Serif CJK SC"), latin="宋体"),
}


@dataclass(frozen=True)
class Style:
    """How one element is set. `first` is relative to `left`; negative hangs. `outline` 0 is body text."""

    name: str
    font: str = BODY
    size: float = SIZE_3
    align: str = "both"
    left: float = 0
    first: float = 0
    right: float = 0
    line: float = LINE
    color: str = BLACK
    outline: int = 0
    keep: bool = False


STYLES = {
    "text": Style("Normal"),
    "indented": Style("Body Text", first=2),
    "issuer": Style("Issuer", TITLE, align="center", color=RED),
    "number": Style("Document Number", align="center"),
    "letter_number": Style("Letter Number", align="right"),
    "desk": Style("Editing Desk", align="left"),
    "title": Style("Title", TITLE, SIZE_2, align="center", line=34, keep=True),
    "addressees": Style("Addressees"),
    "heading1": Style("Heading 1", HEI, first=2, outline=1, keep=True),
    "heading2": Style("Heading 2", KAI, first=2, outline=2, keep=True),
    "heading3": Style("Heading 3", first=2, outline=3),
    "heading4": Style("Heading 4", first=2, outline=4),
    "fact": Style("Fact", left=2),
    "annex_note": Style("Annex Note", align="left", left=2),
    "signature": Style("Signature", align="right", keep=True),
    "signature_date": Style("Date", align="right"),
    "note": Style("Note", first=2),
    "annex_label": Style("Annex Label", HEI, align="left", keep=True),
    "imprint": Style("Imprint", size=SIZE_4, align="left", left=1, right=1, line=24),
    "cell": Style("Table Cell", size=SIZE_SMALL_4, align="left", line=18),
    "cell_head": Style("Table Head", HEI, SIZE_SMALL_4, align="center", line=18),
    "page_number": Style("Page Number", SONG, SIZE_4, align="right", right=1, line=SIZE_4),
    "page_number_even": Style("Page Number Even", SONG, SIZE_4, align="left", left=1, line=SIZE_4),
}
