"""How does it look? A browser walks through the pages and keeps a picture of each, with one index page for all."""

import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template.loader import render_to_string
from playwright.sync_api import sync_playwright

from .sights import ROLES, SUBSET

WIDTHS = {1440: 900, 390: 844}
SEEN, HIDDEN = (200,), (302, 403, 404, 409)
#: A page longer than this is cut: a picture of the whole of a long list shows nothing more.
TALLEST = 6000


@dataclass(frozen=True)
class Visit:
    """One page for one role in one language, pictured at both widths, in these colour schemes."""

    moment: str
    page: str
    path: str
    role: str
    language: str = "zh-CN"
    schemes: tuple = ("light",)


@dataclass
class Shot:
    visit: Visit
    width: int
    scheme: str
    file: str


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """The pictures are the record."""


class _Server(ThreadedWSGIServer):
    def close_request(self, request):
        super().close_request(request)
        connections.close_all()


@contextmanager
def served():
    """The platform in this process, so that it lives at the time of the play; yields its address."""
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Camera:
    """Takes the pictures of one moment after another; ``faults`` are pages that answered with an error."""

    def __init__(self, folder: Path, say):
        self.folder, self.say = folder, say
        self.shots: list[Shot] = []
        self.hidden: list[Visit] = []
        self.faults: list[str] = []

    def take(self, stage, moment, sights, roles):
        """All pictures of a moment of the play."""
        cookies = {role: _cookies(stage, ROLES[role]) for role in roles}
        visits = []
        for sight in sights:
            path = sight.path(stage)
            for role in roles:
                both = ("light", "dark") if role in SUBSET else ("light",)
                visits.append(Visit(moment, sight.name, path, role, schemes=both))
                if role in SUBSET:
                    visits.append(Visit(moment, sight.name, path, role, "en-US"))
        before = len(self.shots)
        with served() as address, sync_playwright() as player:
            program = (
                shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
            )
            browser = player.chromium.launch(
                executable_path=program, args=["--no-sandbox", "--hide-scrollbars", "--lang=zh-CN"]
            )
            for role in roles:
                for language in ("zh-CN", "en-US"):
                    mine = [v for v in visits if v.role == role and v.language == language]
                    if mine:
                        self._walk(browser, address, mine, cookies[role], stage.now)
            browser.close()
        self.say(f"{moment}: {len(self.shots) - before} pictures")

    def _walk(self, browser, address, visits, cookies, now):
        context = browser.new_context(locale=visits[0].language, viewport={"width": 1440, "height": 900})
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.clock.set_fixed_time(now)
        for visit in visits:
            answer = page.goto(address + visit.path)
            stranger = visit.role != "public" and "/accounts/login/" in page.url
            if answer.status in SEEN and not (stranger or self._sent_away(page, visit)):
                self._picture(page, visit)
            elif answer.status in SEEN or answer.status in HIDDEN:
                self.hidden.append(visit)
            else:
                self.faults.append(f"{visit.path} as {visit.role}: {answer.status}")
        context.close()

    @staticmethod
    def _sent_away(page, visit):
        return visit.role == "public" and "next=" in page.url

    def _picture(self, page, visit):
        for scheme in visit.schemes:
            page.emulate_media(color_scheme=scheme)
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                name = f"{visit.moment}-{visit.page}-{visit.role}-{visit.language[:2]}-{scheme}-{width}.png"
                # A window as tall as the page: what sticks to the window's foot then does not hide its middle.
                tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                page.set_viewport_size({"width": width, "height": max(tall, height)})
                page.screenshot(path=self.folder / name, animations="disabled")
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    self.faults.append(f"{name}: wider than the screen")
                self.shots.append(Shot(visit, width, scheme, name))
        page.emulate_media(color_scheme="light")

    def index(self, moments):
        """One page with all pictures, by moment and page."""
        groups = []
        for moment, title in moments.items():
            pages = {}
            for shot in self.shots:
                if shot.visit.moment == moment:
                    pages.setdefault(shot.visit.page, []).append(shot)
            absent = {}
            for visit in self.hidden:
                if visit.moment == moment and visit.language == "zh-CN":
                    absent.setdefault(visit.page, []).append(visit.role)
            names = dict.fromkeys([*pages, *absent])
            rows = [{"name": n, "shots": pages.get(n, []), "absent": absent.get(n, [])} for n in names]
            groups.append({"title": title, "pages": rows})
        shutil.copy(Path(__file__).with_name("screens.css"), self.folder)
        context = {"groups": groups, "faults": self.faults, "count": len(self.shots)}
        (self.folder / "index.html").write_text(
            render_to_string("alliance/screens.html", context), encoding="utf-8"
        )


def _cookies(stage, username) -> dict[str, str]:
    browser = stage.browser(username)
    return {morsel.key: morsel.value for morsel in browser.cookies.values()}
