"""Documents: taken for what they are, kept with their object, given to whoever may see it."""

import io
import zipfile

import pytest
from django import forms
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from docx import Document as WordDocument
from openpyxl import Workbook

from core import documents, permissions
from core.models import CalendarDay, Document
from core.workflow import Refused, TooLarge

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 60
JPG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 60
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
SCRIPT = b"#!/bin/sh\necho gotcha\n"
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def docx():
    out = io.BytesIO()
    WordDocument().save(out)
    return out.getvalue()


def xlsx():
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def package(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_macros():
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("word/vbaProject.bin", b"macro")
    return out.getvalue()


def older(stream):
    return OLE + stream.encode("utf-16-le") + b"\0" * 100


def upload(name, content):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def day(db, monkeypatch):
    monkeypatch.setitem(
        permissions._visible,
        CalendarDay,
        lambda user: (
            CalendarDay.objects.filter(working=False)
            if getattr(user, "role", "") == "delegate"
            else CalendarDay.objects.filter(working=True)
        ),
    )
    return CalendarDay.objects.create(day="2026-11-23", working=False, name="例日")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.png", PNG),
        ("a.jpg", JPG),
        ("A.JPEG", JPG),
        ("a.docx", docx()),
        ("a.xlsx", xlsx()),
        (
            "a.pptx",
            package(
                **{
                    "ppt__presentation.xml": "<p/>",
                    "[Content_Types].xml": f"{documents.OFFICE}.presentationml.presentation.main+xml",
                }
            ),
        ),
        ("a.doc", older("WordDocument")),
        ("a.xls", older("Workbook")),
        ("a.ppt", older("PowerPoint Document")),
        ("a.zip", package(a="b")),
        ("a.txt", "第一行\n".encode()),
        ("a.csv", "名称,数\n例,1\n".encode("gb18030")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_kind_is_taken_for_what_it_is(cast, day, name, content):
    kept = documents.attach(day, upload(name, content), by=cast.delegate, purpose="material")
    assert kept.content_kind == documents.KINDS[name.rsplit(".")[-1].lower()]
    assert (kept.size, kept.unit.code) == (len(content), "xiamen-torch")
    assert kept.file.read() == content
    assert list(documents.of(day, "material")) == [kept]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("script.docx", SCRIPT),
        ("script.txt", SCRIPT),
        ("page.pdf", PAGE),
        ("page.txt", PAGE),
        ("page.csv", b"\xef\xbb\xbf  " + PAGE),
        ("page.html", PAGE),
        ("program.exe", b"MZ\x90\0" + b"\0" * 60),
        ("program.txt", b"MZ\x90\0" + b"\0" * 60),
        ("noending", PDF),
        ("zip.docx", package(a="b")),
        ("other.docx", xlsx()),
        ("other.xlsx", docx()),
        ("macro.docx", with_macros()),
        ("cut.docx", docx()[:-40]),
        ("sheet.doc", older("Workbook")),
        ("pdf.jpg", PDF),
        ("empty.pdf", b""),
        ("binary.csv", b"a,b\n\x00\x01"),
        ("double.pdf.exe", PDF),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_disguised_or_foreign_file_is_refused_with_a_sentence(cast, day, name, content):
    with pytest.raises(Refused) as refused:
        documents.attach(day, upload(name, content), by=cast.delegate)
    assert refused.value.status == 400
    assert name in str(refused.value.sentence)
    assert not Document.objects.exists()


def test_a_file_too_large_is_refused_before_it_is_read(cast, day, settings):
    settings.UPLOAD_LIMIT = 10
    with pytest.raises(TooLarge) as refused:
        documents.attach(day, upload("a.pdf", PDF), by=cast.delegate)
    assert refused.value.status == 413
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\会议\\材料 一.pdf", "材料 一.pdf"),
        ("议题\u202efdp.exe.pdf", "议题fdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ('材料"<一>?.pdf', "材料 一 .pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        ("", "file"),
    ],
)
def test_a_name_is_only_a_name(given, kept):
    assert documents.clean_name(given) == kept


def files():
    folders, names = [""], []
    while folders:
        folder = folders.pop()
        inner, found = default_storage.listdir(folder) if default_storage.exists(folder or ".") else ([], [])
        folders += [f"{folder}/{name}".lstrip("/") for name in inner]
        names += [f"{folder}/{name}" for name in found]
    return {name for name in names if name.startswith("documents")}


def test_a_rollback_leaves_neither_row_nor_file(cast, day, transactional_db):
    before = files()

    def come_to_nothing():
        with transaction.atomic():
            kept = documents.attach(day, upload("a.pdf", PDF), by=cast.delegate)
            assert default_storage.exists(kept.file.name)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        come_to_nothing()
    assert not Document.objects.exists()
    assert files() == before


def test_a_commit_keeps_both_and_removal_takes_both(cast, day, transactional_db):
    with transaction.atomic():
        kept = documents.attach(day, upload("a.pdf", PDF), by=cast.delegate)
    assert default_storage.exists(kept.file.name)
    with transaction.atomic():
        documents.remove(kept)
        assert default_storage.exists(kept.file.name)
    assert not default_storage.exists(kept.file.name)


def test_the_reader_of_the_object_gets_it_as_an_attachment_and_nobody_else_does(cast, day):
    kept = documents.attach(day, upload("材料 一.pdf", PDF), by=cast.delegate)
    answer = cast.client("delegate").get(kept.get_absolute_url())
    assert answer.status_code == 200
    assert answer.getvalue() == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "%E6%9D%90%E6%96%99" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert cast.client("bank").get(kept.get_absolute_url()).status_code == 404
    assert cast.client("delegate").get("/documents/999999/").status_code == 404
    nobody = Client().get(kept.get_absolute_url())
    assert nobody.status_code == 302
    assert "login" in nobody.url


def test_what_the_public_sees_the_public_may_fetch(cast, day):
    kept = documents.attach(day, upload("a.pdf", PDF), by=cast.delegate)
    CalendarDay.objects.update(working=True)
    assert Client().get(kept.get_absolute_url()).getvalue() == PDF


def test_a_document_of_a_thing_nobody_may_see_is_nobodys(cast, day, monkeypatch):
    kept = documents.attach(day, upload("a.pdf", PDF), by=cast.delegate)
    monkeypatch.delitem(permissions._visible, CalendarDay)
    assert cast.client("delegate").get(kept.get_absolute_url()).status_code == 404


class Question(forms.Form):
    material = documents.DocumentField(required=False)


def asked(*uploads):
    from django.utils.datastructures import MultiValueDict

    return Question({}, MultiValueDict({"material": list(uploads)}))


def test_a_form_takes_several_files_and_names_each_wrong_one(db):
    good = asked(upload("a.pdf", PDF), upload("b.png", PNG))
    assert good.is_valid()
    assert [file.name for file in good.cleaned_data["material"]] == ["a.pdf", "b.png"]
    assert asked().is_valid()
    bad = asked(upload("a.pdf", PDF), upload("b.pdf", PAGE), upload("c.exe", PDF))
    assert [("b.pdf" in fault, "c.exe" in fault) for fault in bad.errors["material"]] == [
        (True, False),
        (False, True),
    ]


class Endless(io.RawIOBase):
    """A body that is made while it is read; knows how much was asked for at once."""

    def __init__(self, size):
        self.left, self.most = size, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        self.most = max(self.most, len(buffer))
        count = min(self.left, len(buffer))
        buffer[:count] = b"x" * count
        self.left -= count
        return count


@pytest.mark.parametrize("address", ["/inbox/settings/save/", "/api/v1/token/"])
def test_two_hundred_megabytes_are_refused_without_being_kept(cast, address):
    size = 200 * 1024 * 1024
    body = Endless(size)
    answer = cast.client("delegate").generic(
        "POST",
        address,
        b"",
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(size)},
    )
    assert answer.status_code == 413
    assert "200.0" in (answer.json()["detail"] if address.startswith("/api/") else answer.content.decode())
    assert body.left == 0, "a browser that is cut off shows no answer"
    assert body.most <= 1 << 20
