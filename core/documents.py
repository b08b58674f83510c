"""Files people attach: what is taken, where it lies, and who may have it.

A file is what its content says, never what its name says: a name that does not match is refused. Names are columns;
on disk a file has an unguessable name of ours. Whoever may see the object may have its documents, nobody else. A row
and its file come and go together.
"""

import hashlib
import re
import unicodedata
import weakref
import zipfile
from pathlib import PurePosixPath

import puremagic
from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Document
from .workflow import Refused, TooLarge

OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "zip": "application/zip",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
#: What an Office Open XML package must hold: its main part, declared without macros (ECMA-376, part 2).
MAIN_PARTS = {
    "docx": ("word/document.xml", b"wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", b"presentationml.presentation.main+xml"),
}
#: The streams by which a compound file of the older Office tells what it is ([MS-DOC], [MS-XLS], [MS-PPT]).
STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book"), "ppt": ("PowerPoint Document",)}
HEAD = 4096
MOST_TYPES = 2 * 1024 * 1024  # bytes of [Content_Types].xml that are read, whatever the package claims
#: A form may carry this many of the largest files; a longer body is not even parsed.
FILES_IN_A_FORM = 5
ICONS = {"pdf": "pdf", "doc": "word", "docx": "word", "xls": "excel", "xlsx": "excel", "csv": "excel"}


def attach(obj: Model, upload, *, by, purpose="") -> Document:
    """Keep an uploaded file with an object. Raises ``TooLarge`` (413) or ``Refused`` (400), each with a sentence."""
    name = clean_name(upload.name)
    if upload.size > settings.UPLOAD_LIMIT:
        raise TooLarge(
            _("“%(name)s” has %(size)s; a file may have at most %(most)s.")
            % {
                "name": name,
                "size": filesizeformat(upload.size),
                "most": filesizeformat(settings.UPLOAD_LIMIT),
            }
        )
    kind = kind_of(upload, name)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    with transaction.atomic():
        document = Document(
            content_type=ContentType.objects.get_for_model(obj),
            object_id=obj.pk,
            purpose=purpose,
            name=name,
            size=upload.size,
            content_kind=kind,
            sha256=digest.hexdigest(),
            by=by,
            unit=getattr(by, "unit", None),
        )
        document.file.save(name, upload, save=False)
        transaction.on_commit(_Kept(document.file))
        document.save()
    return document


def remove(document: Document):
    """Take a document away: the row now, the file once that is certain."""
    file = document.file
    document.delete()
    transaction.on_commit(lambda: file.storage.delete(file.name))


class _Kept:
    """Called on commit. A rollback forgets its callbacks, this one too, and then the file goes."""

    def __init__(self, file):
        self._undo = weakref.finalize(self, file.storage.delete, file.name)

    def __call__(self):
        self._undo.detach()


def of(obj: Model, purpose=None) -> QuerySet[Document]:
    """The documents of an object, oldest first, with who attached them."""
    rows = Document.objects.filter(
        content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk
    ).select_related("by")
    return rows if purpose is None else rows.filter(purpose=purpose)


def listed(documents) -> list[dict]:
    """Documents as components/documents.html shows them."""
    return [
        {
            "label": document.name,
            "url": document.get_absolute_url(),
            "kind": ICONS.get(_ending(document.name), "file"),
            "size": document.size,
            "at": document.at,
            "who": str(document.by or ""),
        }
        for document in documents
    ]


# --- what is taken ------------------------------------------------------------------------------


def clean_name(name: str) -> str:
    """A file name without path, control or direction characters, at most 200 long, its ending kept."""
    name = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    name = re.sub(r'[<>:"|?*\s]+', " ", name).strip(" .")
    path = PurePosixPath(name or "file")
    return f"{path.stem[: 200 - len(path.suffix[:10])]}{path.suffix[:10]}"


def _ending(name):
    return PurePosixPath(name).suffix.lstrip(".").lower()


def kind_of(upload, name: str) -> str:
    """The media type of a file whose content is what its name says; else ``Refused`` with a sentence."""
    ending = _ending(name)
    if ending not in KINDS:
        raise Refused(
            _("“%(name)s” is not a kind of file that is taken here. Send one of: %(kinds)s.")
            % {"name": name, "kinds": " ".join(kind for kind in KINDS if kind != "jpeg")}
        )
    if not upload.size:
        raise Refused(_("“%(name)s” is empty.") % {"name": name})
    try:
        fits = _fits(upload, ending)
    finally:
        upload.seek(0)
    if not fits:
        raise Refused(
            _(
                "The content of “%(name)s” is not that of a %(kind)s file. Save it in that format and send it again."
            )
            % {"name": name, "kind": ending}
        )
    return KINDS[ending]


def _fits(upload, ending) -> bool:
    upload.seek(0)
    head = upload.read(HEAD)
    if ending in ("txt", "csv"):
        return _is_text(upload, head)
    try:
        seen = {match.extension.lstrip(".") for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    if ending in MAIN_PARTS:
        return _is_package(upload, *MAIN_PARTS[ending])
    if ending in STREAMS:
        # Every compound file begins alike; what it is stands in its directory.
        return "doc" in seen and _holds(upload, [stream.encode("utf-16-le") for stream in STREAMS[ending]])
    if ending == "zip":
        upload.seek(0)
        return zipfile.is_zipfile(upload)
    return ending in seen


def _is_text(upload, head) -> bool:
    """Text in UTF-8 or GB 18030, without control characters, and not a page or a program in disguise."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(
        (b"<!doctype", b"<html", b"<script", b"<?", b"<svg", b"#!", b"mz", b"%pdf", b"pk\x03\x04")
    ):
        return False
    upload.seek(0)
    content = upload.read()
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]", content):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _is_package(upload, part, declared) -> bool:
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as package:
            names = set(package.namelist())
            if part not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
                return False
            with package.open("[Content_Types].xml") as types:
                return declared in types.read(MOST_TYPES)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return False


def _holds(upload, needles) -> bool:
    """Whether one of the byte strings occurs in the file, reading it piece by piece."""
    upload.seek(0)
    tail = b""
    while chunk := upload.read(1 << 20):
        if any(needle in tail + chunk for needle in needles):
            return True
        tail = chunk[-64:]
    return False


# --- forms --------------------------------------------------------------------------------------


class DocumentInput(forms.FileInput):
    allow_multiple_selected = True


def _taken():
    words = _("Word, Excel, PowerPoint, PDF, pictures, text or zip; at most %(most)d MB each.")
    return words % {"most": settings.UPLOAD_LIMIT // 1024**2}


class DocumentField(forms.FileField):
    """Several files for a verb; cleans to a list (perhaps empty), each to be given to :func:`attach`.

    A wrong kind is told at the field. A file too large is left to ``attach``, whose refusal has its own status.
    """

    widget = DocumentInput

    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("Files"))
        kwargs.setdefault("help_text", lazy(_taken, str)())
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("accept", ",".join(f".{kind}" for kind in KINDS))

    def clean(self, data, initial=None):
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if not uploads:
            super().clean(None, initial)
            return []
        faults = []
        for upload in uploads:
            if upload.size > settings.UPLOAD_LIMIT:
                continue
            try:
                kind_of(upload, clean_name(upload.name))
            except Refused as refused:
                faults.append(str(refused.sentence))
        if faults:
            raise ValidationError(faults)
        return list(uploads)


# --- the door -----------------------------------------------------------------------------------


class BodyLimitMiddleware:
    """A body longer than any form of ours is refused before anything parses it: 413, with a sentence."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        most = FILES_IN_A_FORM * settings.UPLOAD_LIMIT + 1024**2
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) <= most:
            return self.get_response(request)
        # A server that hangs up while the browser still sends shows no answer at all: let the body run into the sand.
        while request.read(1 << 16):
            pass
        sentence = _(
            "What you sent has %(size)s; at most %(most)s are taken at once, and %(file)s in one file."
        ) % {
            "size": filesizeformat(int(length)),
            "most": filesizeformat(most),
            "file": filesizeformat(settings.UPLOAD_LIMIT),
        }
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": sentence, "errors": {}}, status=413)
        return render(request, "refused.html", {"sentence": sentence, "status": 413}, status=413)
