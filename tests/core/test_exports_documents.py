"""Official documents in the national layout (GB/T 9704-2012), measured in the files themselves."""

import datetime
import io
import re
import subprocess
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from core.exports import docx as word
from core.exports import filename, layout, pdf
from core.exports.documents import Annex, Document, Facts, Heading, PageBreak, Paragraph, Table

ALLIANCE = "福建省国家高新区高质量发展（产业）联盟"
DAY = datetime.date(2026, 11, 5)
AGENDA = Table(head=("序号", "议题", "汇报单位"), widths=(16, 100, 40), rows=((1, "推选主任单位", "秘书处"),))
REPLY = Table(head=("姓名", "职务", "车牌号码"), rows=(("", "", ""),) * 5, row_height=12)
LETTER = Document(
    form="letter",
    issuer=ALLIANCE,
    number="闽高联函〔2026〕3号",
    title=f"{ALLIANCE}关于召开第二次全体成员联席会议的通知",
    addressees=("各成员单位",),
    body=(
        Paragraph("联盟首届主任单位任期即将届满。现将“有关事项”通知如下："),
        Heading(1, "会议时间"),
        Paragraph("2026年11月17日（星期二）上午9:00。"),
        Heading(1, "会议议程"),
        Heading(2, "通报事项"),
        Heading(2, "表决事项"),
        Heading(3, "审议《联盟章程》；"),
        Heading(3, "推选第二届主任单位；"),
        Heading(4, "候选单位陈述。"),
    ),
    annexes=(Annex("会议议程", (AGENDA,)), Annex("参会回执", (Facts((("单位（盖章）", ""),)), REPLY))),
    signed_by=f"{ALLIANCE}秘书处",
    date=DAY,
    note="联系人：秘书处会务组",
    copies_to=("福建省科学技术厅", "福建省工业和信息化厅"),
)
MINUTES = Document(
    form="minutes",
    issuer=f"{ALLIANCE}\n联席会议纪要",
    number="〔2026〕2号",
    title="第二次全体成员联席会议纪要",
    signed_by="联盟秘书处",
    date=DAY,
    body=(Paragraph("现将议定事项纪要如下："), Heading(1, "关于联盟章程"), AGENDA, AGENDA),
    attendance=(("出席", ("福州高新区 甲某", "柘荣高新区 乙某")), ("请假", ()), ("列席", ("省科技厅 丙某",))),
    copies_to=("各成员单位",),
)


def opened(document):
    return docx.Document(io.BytesIO(word.render(document)))


def paragraph(file, start):
    return next(p for p in file.paragraphs if p.text.startswith(start))


def fonts(file, start):
    """(East Asian font, pt) of the style of the paragraph that starts so."""
    properties = paragraph(file, start).style.element.rPr
    return properties.find(qn("w:rFonts")).get(qn("w:eastAsia")), int(
        properties.find(qn("w:sz")).get(qn("w:val"))
    ) / 2


def printed(data, folder, ending):
    """The pages LibreOffice prints of a file, as text; its exit code says nothing about success."""
    source = folder / f"file.{ending}"
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return read(folder / "file.pdf")


def read(path):
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    return [re.sub(r"[ \u3000]", "", page) for page in text.split("\f")[:-1]]


def test_the_page_has_the_standards_margins_and_a_grid_of_22_lines_by_28_characters():
    section = opened(LETTER).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = section.top_margin, section.left_margin, section.right_margin, section.bottom_margin
    assert [round(margin.mm) for margin in margins] == [37, 28, 26, 35]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    height, width = 297 - 37 - 35, 210 - 28 - 26
    line = int(grid.get(qn("w:linePitch"))) / 20
    character = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert int(height / 25.4 * 72 / line) == 22
    assert round(width / 25.4 * 72 / character) == 28


def test_title_body_and_levels_carry_the_standards_fonts_and_none_is_bold():
    file = opened(LETTER)
    assert fonts(file, ALLIANCE) == ("方正小标宋简体", 22)
    assert fonts(file, "联盟首届") == ("仿宋_GB2312", 16)
    assert fonts(file, "一、会议时间") == ("黑体", 16)
    assert fonts(file, "（一）通报事项") == ("楷体_GB2312", 16)
    assert fonts(file, "1. 审议") == ("仿宋_GB2312", 16)
    assert fonts(file, "（1）候选") == ("仿宋_GB2312", 16)
    assert fonts(file, "附件1") == ("黑体", 16)
    for style in file.styles:
        assert not style.font.bold, style.name
    assert not any(run.bold for p in file.paragraphs for run in p.runs)


def test_headings_are_numbered_per_level_and_start_anew_in_each_annex():
    body = [
        Heading(1, "甲"),
        Heading(2, "子"),
        Heading(2, "丑"),
        Heading(1, "乙"),
        Heading(2, "寅"),
        Heading(3, "卯"),
    ]
    file = opened(Document(title="试", body=body, annexes=[Annex("附", [Heading(1, "丙")])]))
    headings = [p.text for p in file.paragraphs if p.style.name.startswith("Heading")]
    assert headings == ["一、甲", "（一）子", "（二）丑", "二、乙", "（一）寅", "1. 卯", "一、丙"]


@pytest.mark.parametrize(
    ("number", "chinese"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_numbers_are_written_in_chinese(number, chinese):
    assert layout.chinese_number(number) == chinese


def test_body_text_moves_in_two_characters_and_lines_are_exact():
    style = paragraph(opened(LETTER), "联盟首届").style
    indent = style.element.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200"
    assert 22 * style.paragraph_format.line_spacing <= Mm(225)
    assert style.paragraph_format.line_spacing > Pt(28)


def test_curly_quotes_take_the_chinese_font():
    runs = paragraph(opened(LETTER), "联盟首届").runs
    assert all(run._r.rPr.find(qn("w:rFonts")).get(qn("w:hint")) == "eastAsia" for run in runs)


def test_a_letters_name_stands_30_mm_from_the_edge_between_two_red_double_lines_170_mm_wide():
    file = opened(LETTER)
    section = file.sections[0]
    header = section.first_page_header
    assert section.header_distance.mm == pytest.approx(30, abs=0.1)
    name = header.paragraphs[0]
    assert name.text == ALLIANCE
    assert str(name.style.font.color.rgb) == "FF0000"
    name_bottom = 30 + name.paragraph_format.line_spacing.mm
    tops, weights = [], []
    for anchor in header._element.iter(qn("wp:anchor")):
        assert int(anchor.find(qn("wp:extent")).get("cx")) / 36000 == pytest.approx(170)
        assert int(anchor.find(f"{qn('wp:positionH')}/{qn('wp:posOffset')}").text) / 36000 == pytest.approx(
            20
        )
        line = next(anchor.iter(qn("a:ln")))
        assert next(line.iter(qn("a:srgbClr"))).get("val") == "FF0000"
        weights.append(int(line.get("w")) / 36000)
        middle = int(anchor.find(f"{qn('wp:positionV')}/{qn('wp:posOffset')}").text) / 36000
        tops.append(middle - weights[-1] / 2)
    assert weights[0] > weights[1]  # 上粗下细
    assert weights[2] < weights[3]  # 上细下粗
    assert tops[0] - name_bottom == pytest.approx(4, abs=0.2)
    assert tops[3] + weights[3] == pytest.approx(297 - 20, abs=0.1)


def test_a_letters_number_ends_at_the_right_edge_and_its_title_stands_two_lines_below():
    lines = [
        (p.text, p.alignment or p.style.paragraph_format.alignment) for p in opened(LETTER).paragraphs[:4]
    ]
    assert [text.split("\n")[0] for text, _ in lines] == ["闽高联函〔2026〕3号", "", "", ALLIANCE]
    assert [lines[0][1].name, lines[3][1].name] == ["RIGHT", "CENTER"]


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages_and_not_on_a_letters_first():
    file = opened(LETTER)
    section = file.sections[0]
    assert file.settings.odd_and_even_pages_header_footer
    assert section.different_first_page_header_footer
    assert section.first_page_footer.paragraphs[0].text == ""
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        number = footer.paragraphs[0]
        assert number.text == "— 1 —"
        assert number.style.paragraph_format.alignment.name == side
        assert number.style.font.size == Pt(14)
        assert number.style.element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
        assert "PAGE" in number._p.xml
    assert not opened(MINUTES).sections[0].different_first_page_header_footer


def test_minutes_carry_their_red_name_35_mm_down_a_red_line_and_who_was_there():
    file = opened(MINUTES)
    first, second = file.paragraphs[:2]
    assert (first.text, second.text) == (ALLIANCE, "联席会议纪要")
    assert first.paragraph_format.space_before.mm == pytest.approx(35, abs=0.1)
    assert str(first.style.font.color.rgb) == "FF0000"
    rules = [p._p.pPr.find(f"{qn('w:pBdr')}/{qn('w:bottom')}") for p in file.paragraphs]
    assert [rule.get(qn("w:color")) for rule in rules if rule is not None] == ["FF0000"]
    present = paragraph(file, "出席：")
    assert present.text == "出席：福州高新区 甲某、柘荣高新区 乙某"
    assert present.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    assert int(present._p.pPr.ind.get(qn("w:hangingChars"))) == 300
    assert paragraph(file, "列席：")
    assert not any(p.text.startswith("请假") for p in file.paragraphs)


def test_each_annex_starts_a_page_with_its_title_on_the_third_line():
    file = opened(LETTER)
    texts = [p.text for p in file.paragraphs]
    place = texts.index("附件2")
    assert file.paragraphs[place].paragraph_format.page_break_before
    assert texts[place + 1 : place + 3] == ["", "参会回执"]
    assert "附件：1. 会议议程" in texts
    assert "2. 参会回执" in texts


def test_a_single_annex_goes_without_a_number():
    texts = [p.text for p in opened(Document(title="函", annexes=[Annex("回执")])).paragraphs]
    assert "附件：回执" in texts
    assert "附件" in texts


def test_the_date_starts_two_characters_right_of_the_name_above_it():
    file = opened(LETTER)
    name, date = paragraph(file, f"{ALLIANCE}秘书处"), paragraph(file, "2026年11月5日")
    name_left = 28 - 2 - len(name.text)
    assert name._p.pPr.ind.get(qn("w:rightChars")) == "200"
    assert int(date._p.pPr.ind.get(qn("w:leftChars"))) == (name_left + 2) * 100


def test_a_row_shorter_than_its_table_lets_the_last_cell_span_and_two_tables_stay_apart():
    form = Table(
        labels=(0, 2), widths=(28, 50, 28, 50), rows=(("编号", "1号", "状态", "红"), ("事项", "首批目录"))
    )
    file = opened(Document(title="督办单", body=[form, form]))
    assert len(file.tables) == 2
    cells = file.tables[0].rows[1].cells
    assert cells[1]._tc is cells[3]._tc
    assert cells[1].text == "首批目录"
    widths = [round(column.width.mm) for column in file.tables[0].columns]
    assert widths == [28, 50, 28, 50]


def test_the_file_is_named_chinese_and_written_by_the_body():
    properties = opened(LETTER).core_properties
    assert properties.title == LETTER.title
    assert properties.language == "zh-CN"
    assert properties.author == f"{ALLIANCE}秘书处"
    with zipfile.ZipFile(io.BytesIO(word.render(LETTER))) as parts:
        fonts_part = parts.read("word/fontTable.xml").decode()
    assert '<w:altName w:val="FangSong"/>' in fonts_part
    assert '<w:altName w:val="华文中宋"/>' in fonts_part


def test_every_part_is_well_formed_whatever_the_texts_hold():
    evil = "=1+1\x00\x0b\ud800\ufffe<w:p>&amp;]]>\n第二行"
    table = Table(head=(evil,), rows=((evil,), (None,), (7,)))
    document = Document(
        form="letter", issuer=evil, number=evil, title=evil, addressees=[evil], signed_by=evil, date=DAY, note=evil,
        body=[Heading(1, evil), Paragraph(evil), Facts([(evil, evil)]), table, PageBreak(), table],
        annexes=[Annex(evil, [table])], attendance=[(evil, [evil])], copies_to=[evil],
    )  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(word.render(document))) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(parts.read(name))
    assert "=1+1<w:p>&amp;]]>" in [p.text for p in opened(document).paragraphs]
    assert "<w:p>" not in pdf.html(document)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (LETTER.title, [ALLIANCE, "关于召开第二次全体成员联席会议的通知"]),
        ("关于报送材料的函", ["关于报送材料的函"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
    ],
)
def test_a_long_title_breaks_between_words(title, lines):
    assert layout.title_lines(title) == lines


def test_a_title_of_any_length_keeps_its_text_and_fits_the_page():
    for length in range(1, 90):
        title = ("关于印发《高新区科技成果跨区转化实施办法（试行）》的通知" * 4)[:length]
        lines = layout.title_lines(title)
        assert "".join(lines) == title
        assert max(map(len, lines)) <= 22
        assert not any(line[0] in "的、）》" for line in lines[1:])


def test_an_unknown_form_level_or_a_letter_without_issuer_is_refused():
    with pytest.raises(ValueError, match="letter, minutes or plain"):
        Document(title="函", form="memo")
    with pytest.raises(ValueError, match="issuer"):
        Document(title="函", form="letter")
    with pytest.raises(ValueError, match="level 1 to 4"):
        Heading(5, "过深")


@pytest.mark.needs("libreoffice", "poppler")
def test_an_office_program_prints_the_letter_as_a_clerk_expects(tmp_path):
    pages = printed(word.render(LETTER), tmp_path, "docx")
    assert ALLIANCE in pages[0]
    assert "各成员单位：" in pages[0]
    assert "—1—" not in pages[0]
    assert "—2—" in pages[1]
    assert "附件：1.会议议程" in "".join(pages)
    assert [page.lstrip().split("\n")[0] for page in pages[-2:]] == ["附件1", "附件2"]
    assert "抄送：福建省科学技术厅，福建省工业和信息化厅。" in pages[-1]


@pytest.mark.needs("libreoffice", "poppler")
def test_an_office_program_prints_28_characters_a_line_and_22_lines_a_page(tmp_path):
    pages = printed(word.render(Document(title="满", body=[Paragraph("国" * 1400)])), tmp_path, "docx")
    lines = pages[1].split()
    assert lines[:22] == ["国" * 28] * 22
    assert lines[22] == "—2—"


@pytest.mark.needs("pango", "poppler")
def test_the_pdf_has_the_same_pages_on_a4_with_its_fonts_inside(tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf.render(LETTER))
    facts = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    assert "(A4)" in facts
    assert LETTER.title in facts
    used = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout.splitlines()[
        2:
    ]
    assert used
    assert all(" yes yes " in line for line in used)
    pages = read(path)
    assert "—1—" not in pages[0]
    assert "—2—" in pages[1]
    assert [page.lstrip().split("\n")[0] for page in pages[-2:]] == ["附件1", "附件2"]
    assert "抄送：福建省科学技术厅，福建省工业和信息化厅。" in pages[-1]


@pytest.mark.needs("pango", "poppler")
def test_the_pdf_sets_28_characters_a_line_and_22_lines_a_page(tmp_path):
    path = tmp_path / "full.pdf"
    path.write_bytes(pdf.render(Document(title="满", body=[Paragraph("国" * 1400)])))
    lines = read(path)[1].split()
    assert lines[:22] == ["国" * 28] * 22
    assert lines[22] == "—2—"


@pytest.mark.needs("pango", "poppler")
def test_the_pdf_of_minutes_names_those_present_once_and_ends_with_the_copies(tmp_path):
    path = tmp_path / "minutes.pdf"
    path.write_bytes(pdf.render(MINUTES))
    pages = read(path)
    assert "—1—" in pages[0]
    whole = "".join(pages)
    assert "出席：福州高新区甲某、柘荣高新区乙某" in whole
    assert "请假" not in whole
    assert "2026年11月5日印发" in pages[-1]


def test_a_file_name_says_what_and_when_and_holds_nothing_a_disk_refuses():
    assert filename("联席会议签到表", "xlsx", datetime.date(2026, 9, 18)) == "联席会议签到表_20260918.xlsx"
    assert filename('../a"b\r\n<c>\x00', ".docx") == "abc.docx"
    assert filename("///", "ics") == "export.ics"
    assert len(filename("长" * 300, "pdf", DAY).encode()) <= 255
