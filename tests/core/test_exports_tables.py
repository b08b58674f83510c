"""Excel files: values stay values, texts stay texts, and nothing in them runs."""

import csv
import datetime
import io
import subprocess
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from core.exports import xlsx

SHANGHAI = ZoneInfo("Asia/Shanghai")
DANGEROUS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://x")', "#REF!")


def opened(*sheets, **options):
    return openpyxl.load_workbook(io.BytesIO(xlsx.render(sheets, timezone=SHANGHAI, **options)))


def test_values_keep_their_types_and_aware_moments_become_local_time():
    moment = datetime.datetime(2026, 11, 17, 1, 30, tzinfo=datetime.UTC)
    row = (
        "福州高新区",
        11,
        0.5,
        Decimal("12.50"),
        datetime.date(2026, 11, 17),
        moment,
        datetime.time(9),
        True,
        None,
    )
    page = opened(xlsx.Sheet("成员", [str(n) for n in range(9)], [row])).active
    values = [cell.value for cell in page[2]]
    assert values[:4] == ["福州高新区", 11, 0.5, 12.5]
    assert values[4] == datetime.datetime(2026, 11, 17)
    assert values[5] == datetime.datetime(2026, 11, 17, 9, 30)
    assert values[6:] == [datetime.time(9), True, None]
    assert page["D2"].number_format == "#,##0.00"
    assert page["E2"].number_format == "yyyy-mm-dd"


def test_what_excel_cannot_hold_truly_is_written_as_text():
    code = 350100202611170001
    row = (code, Decimal("1234567890123456.78"), float("nan"), Decimal("Infinity"), datetime.date(1850, 1, 1))
    page = opened(xlsx.Sheet("码", list("abcde"), [row])).active
    assert [cell.value for cell in page[2]] == [
        str(code),
        "1234567890123456.78",
        "nan",
        "Infinity",
        "1850-01-01",
    ]
    long = opened(xlsx.Sheet("长", ["a"], [["字" * 40000]])).active["A2"].value
    assert len(long) == 32767
    assert long.endswith("…")


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_looks_like_a_formula_stays_a_text(text):
    page = opened(xlsx.Sheet("表", [text], [[text]])).active
    for cell in (page["A1"], page["A2"]):
        assert cell.data_type == "s"
        assert cell.value.strip() == text.strip()
        assert cell.quotePrefix == text.replace("\r", "\n").startswith(("=", "+", "-", "@", "\t", "\n"))


@pytest.mark.needs("libreoffice")
def test_an_office_program_computes_nothing_of_what_was_exported(tmp_path):
    rows = [[text, 2] for text in DANGEROUS if not text.startswith(("\t", "\r"))]
    (tmp_path / "file.xlsx").write_bytes(xlsx.render([xlsx.Sheet("表", ["名称", "数"], rows)]))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    target = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        target,
        "--outdir",
        tmp_path,
        tmp_path / "file.xlsx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with open(tmp_path / "file.csv", encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert read == [["名称", "数"], *([text, "2"] for text, _ in rows)]


def test_characters_xml_refuses_are_dropped():
    page = opened(xlsx.Sheet("a\x00/b[1]", ["\x01头"], [["甲\x0b\ud800乙"]])).active
    assert (page.title, page["A1"].value, page["A2"].value) == ("a b 1", "头", "甲乙")


def test_the_head_is_frozen_filtered_repeated_in_print_and_wide_enough_for_chinese():
    page = opened(xlsx.Sheet("成员", ["名称", "备注"], [["泉州半导体高新技术产业园区", "字" * 200]])).active
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B2"
    assert page.print_title_rows == "$1:$1"
    assert page.column_dimensions["A"].width >= 26
    assert page.column_dimensions["B"].width == 60


def test_sheets_with_the_same_or_a_forbidden_name_are_told_apart():
    book = opened(*(xlsx.Sheet(title, ["a"], []) for title in ("会议", "会议", "???", "长" * 40)))
    assert book.sheetnames == ["会议", "会议 (2)", "Sheet", "长" * 31]


def test_twenty_thousand_rows_stream_from_a_generator_and_tell_how_far_they_are():
    told = []
    rows = ([number, f"企业{number}"] for number in range(20_000))
    page = opened(xlsx.Sheet("企业", ["序号", "名称"], rows), progress=told.append).active
    assert page.max_row == 20_001
    assert page["B20001"].value == "企业19999"
    assert told[0] == 500
    assert told[-1] == 20_000
    assert told == sorted(told)


def test_an_export_stops_where_its_progress_says_so():
    class Cancelled(Exception):
        pass

    taken = []

    def rows():
        for number in range(20_000):
            taken.append(number)
            yield [number]

    def stop(done):
        if done >= 1000:
            raise Cancelled

    with pytest.raises(Cancelled):
        xlsx.render([xlsx.Sheet("企业", ["序号"], rows())], progress=stop)
    assert len(taken) == 1000
