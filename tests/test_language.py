"""Both languages are whole: every string has its Chinese, every page speaks one language, every mail exists in both."""

import re
import shutil
from contextlib import chdir
from pathlib import Path

import django
import lxml.html
import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone, translation

from core import events, notices
from core.models import Notice
from tests.test_rights import PAGES, VERBS, page_of, path_of
from tests.world import built

ROOT = Path(settings.BASE_DIR)
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
ROOMS = ("alliance", "core", "members", "meetings", "projects", "templates")


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(ROOT / CATALOGUE))


def keys(entries):
    return {(entry.msgctxt or "", entry.msgid) for entry in entries}


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """The strings that the source marks for translation, as gettext itself finds them."""
    copy = tmp_path_factory.mktemp("source")
    for room in ROOMS:
        shutil.copytree(
            ROOT / room, copy / room, ignore=shutil.ignore_patterns("*.pyc", "static", "vendor", "migrations")
        )
    (copy / CATALOGUE).parent.mkdir(parents=True)
    with chdir(copy), override_settings(LOCALE_PATHS=[copy / "locale"]):
        call_command("makemessages", locale=["zh_Hans"], verbosity=0)
    return polib.pofile(str(copy / CATALOGUE))


@pytest.fixture(scope="module")
def borrowed():
    """The strings of the libraries, some of which we word otherwise."""
    folders = [Path(django.__file__).parent, *(Path(app.path) for app in apps.get_app_configs())]
    libraries = [path for path in folders if ROOT not in path.parents or ".venv" in path.parts]
    found = {file for path in libraries for file in path.glob("**/locale/zh_Hans/LC_MESSAGES/django.po")}
    return set().union(*(keys(polib.pofile(str(file))) for file in found))


# --- the catalogue ----------------------------------------------------------------------------


@pytest.mark.needs("gettext")
def test_every_string_of_the_source_has_its_chinese(used, catalogue, borrowed):
    assert len(used) > 500, "gettext found hardly anything, so nothing is proved"
    known = keys(entry for entry in catalogue if entry.translated() and not entry.obsolete)
    missing = sorted(keys(used) - known - borrowed)
    assert not missing, "\n".join(f"{context}|{text}" for context, text in missing)


@pytest.mark.needs("gettext")
def test_the_catalogue_holds_nothing_that_the_source_no_longer_says(used, catalogue, borrowed):
    left = sorted(keys(catalogue) - keys(used) - borrowed)
    assert not left, "\n".join(f"{context}|{text}" for context, text in left)


def test_no_translation_is_a_guess(catalogue):
    assert not [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete]


def test_a_translation_names_what_its_original_names(catalogue):
    wrong = []
    for entry in catalogue:
        wanted = set(re.findall(r"%\((\w+)\)[sd]", entry.msgid_plural or entry.msgid))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            named = set(re.findall(r"%\((\w+)\)[sd]", text))
            if text and (named - wanted or (wanted - named and not entry.msgid_plural)):
                wrong.append(f"{entry.msgid} → {text}")
    assert not wrong


def test_the_compiled_catalogue_is_that_of_the_text(catalogue):
    compiled = polib.mofile(str((ROOT / CATALOGUE).with_suffix(".mo")))
    text = {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in catalogue if e.translated()}
    binary = {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in compiled}
    assert text == binary


# --- pages ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built(django_db_blocker) as made:
        made.objects["industry"] = made.cast.industry
        yield made


#: Latin words a Chinese page may hold: names of formats, programs and technical things, and no others.
LATIN = {
    *(
        "API",
        "CSV",
        "DOCX",
        "PDF",
        "PIN",
        "QR",
        "Word",
        "xlsx",
        "docx",
        "pdf",
        "ics",
        "txt",
        "zip",
        "MB",
        "KB",
    ),
    *(
        "Excel",
        "PowerPoint",
        "PNG",
        "JPG",
        "URL",
        "Webhook",
        "https",
        "http",
        "www",
        "English",
        "GB",
        "T",
        "UTF",
    ),
    *(
        "Token",
        "Authorization",
        "X",
        "Mandate",
        "JSON",
        "SHA",
        "OpenAPI",
        "curl",
        "GET",
        "POST",
        "html",
        "com",
    ),
    *("cn", "mm", "B", "bytes", "example", "org", "km", "vs", "Logo", "ID", "id", "Ctrl", "K", "Esc"),
}
#: Pages whose words are not ours to translate, each with the reason.
FOREIGN = {
    "docs": "Swagger's own page",
    "schema": "a file for programs",
    "styleguide": "shows components by their file names",
    "healthz": "for machines",
    "readyz": "for machines",
    "metrics": "for machines",
    "calendar_feed": "a file",
    "document": "a file",
    "meetings:ics": "a file",
    "meetings:paper": "a file",
    "meetings:minutes_file": "a file",
}
HAN = re.compile(r"[\u4e00-\u9fff]")


def pages(world, who, language):
    """What a person reads at every address they may read: (name, visible text)."""
    browser = world.cast.client(who, language=language)
    for name, page in PAGES.items():
        if page.method != "get" or name in FOREIGN or (who not in page.readers) or page.status != 200:
            continue
        answer = browser.get(path_of(name, page, world))
        if answer["Content-Type"].startswith("text/html"):  # a file is not ours to read here
            yield name, visible(answer)
    for kind, (_about, doers) in VERBS.items():
        if who in doers and kind != "meetings.agendaitem.move":
            yield kind, visible(browser.get(page_of(kind, world)))


#: Elements whose content nobody reads as prose.
UNREAD = ("script", "style", "svg", "code", "pre", "template")
SPOKEN = ("aria-label", "alt", "title", "placeholder")


def visible(answer):
    """The words a reader sees or hears in the page's own language: text, and the attributes that are read out."""
    page = lxml.html.fromstring(answer.content.decode())
    words = []
    for element in list(page.iter()):
        said_so = isinstance(element.tag, str) and element.tag != "html" and element.get("lang")
        if not isinstance(element.tag, str) or element.tag in UNREAD or said_so:
            element.text = None
            for inner in list(element):
                element.remove(inner)
        elif isinstance(element.tag, str):
            words += [element.get(name, "") for name in SPOKEN]
    return " ".join([*page.itertext(), *words])


def given_words():
    """Every word of the data, which is shown as it was given in either language."""
    words = set()
    for model in apps.get_models():
        if model._meta.app_label not in ("members", "meetings", "core", "auth"):
            continue
        for row in model._default_manager.values():
            words |= {word for value in row.values() for word in re.findall(r"[A-Za-z]+", str(value))}
    return words


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["secretariat", "delegate", "chair", "company", "observer", None])
def test_a_chinese_page_has_no_english_word(who, world):
    known = LATIN | given_words()
    found = {}
    for name, text in pages(world, who, "zh-hans"):
        strange = [word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in known]
        if strange:
            found[name] = sorted(set(strange))[:12]
    assert not found


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["secretariat", "delegate", "chair", "company", "observer", None])
def test_an_english_page_has_chinese_only_as_data(who, world):
    data = given_chinese()
    found = {}
    for name, text in pages(world, who, "en"):
        strange = [run for run in re.findall(r"[\u4e00-\u9fff]+", text) if run not in data]
        if strange:
            found[name] = sorted(set(strange))[:12]
    assert not found


def given_chinese():
    """All Chinese text of the data in one string; and the name of the language itself."""
    pieces = ["简体中文 切换 公网安备 备"]
    for model in apps.get_models():
        if model._meta.app_label in ("members", "meetings", "core"):
            pieces += [str(value) for row in model._default_manager.values() for value in row.values()]
    return "\n".join(piece for piece in pieces if HAN.search(piece))


# --- mails ------------------------------------------------------------------------------------

#: Kinds whose mail needs more than an object and its event; each has a test of its own in the chapter's file.
NOT_OF_THE_WORLD = {
    "members.accountinvitation.link": "goes to somebody without an account; tests/members",
}


def kinds_with_objects(world):
    """Every kind that people are told of, with an object of the world it may be about."""
    by_model = {}
    for obj in world.objects.values():
        by_model.setdefault(obj._meta.label_lower, obj)
    for kind in sorted(notices.kinds):
        yield kind, by_model.get(kind.rsplit(".", 1)[0])


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_of_notice_is_told_in_both_languages(language, world):
    """Each kind is rendered with an object of the world; a word of the other language, or an empty line one, fails."""
    wrong = []
    data, words = f"{given_chinese()} {FACTS}", LATIN | given_words()
    for kind, obj in kinds_with_objects(world):
        if obj is None:
            wrong.append(f"{kind}: no such object in the world")
            continue
        event = events.record(obj, kind, by=world.clerk, at=timezone.now(), data=FACTS)
        notice = Notice(
            event=event, person=world.cast.delegate, unit=world.cast.zones["xiamen-torch"], channel="mail"
        )
        notice.person.language = language
        with translation.override(language):
            notice.title = notices.title(event, language)
            subject, body = notices.letter(notice)
        text = re.sub(r"https?://\S+", "", f"{subject}\n{body}")
        if not subject.strip() or not body.strip():
            wrong.append(f"{kind}: empty")
        if language == "en":
            strange = [run for run in re.findall(r"[\u4e00-\u9fff]+", text) if run not in data]
        else:
            strange = [word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in words]
        if strange:
            wrong.append(f"{kind}: {sorted(set(strange))[:8]}")
    assert not wrong, "\n".join(wrong)


#: What verbs write beside the object: enough for every mail to have something to say.
FACTS = {
    "reason": "说明",
    "note": "说明",
    "units": [],
    "to": 1,
    "unit": "xiamen-torch",
    "members": 3,
    "answer": "attending",
    "changes": {},
    "figure": "数据",
    "year": 2026,
    "percent": 10,
}


def test_every_kind_of_notice_has_a_mail_of_its_own():
    mails = {path.stem for path in (ROOT / "templates/mail").glob("*.txt")}
    assert not sorted(set(notices.kinds) - mails)
