"""What does a browser fetch when somebody comes for the first time? Bytes on the wire and requests."""

import shutil

from playwright.sync_api import sync_playwright


def measure(report, reader, platform):
    """Adds bytes and requests of the front page and, signed in, of the workbench; each with an empty cache."""
    address = f"http://127.0.0.1:{platform.port}"
    signed_in = [
        {"name": morsel.key, "value": morsel.value, "url": address}
        for morsel in reader.browser.cookies.values()
    ]
    with sync_playwright() as player:
        program = (
            shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        )
        browser = player.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, cookies in (("front", []), ("home", signed_in)):
            context = browser.new_context(locale="zh-CN")
            context.add_cookies(cookies)
            size, requests = _fetched(context, f"{address}/")
            report.add(f"first_load.{name}.size", size / 1000, "kB", "<=300")
            report.add(f"first_load.{name}.requests", requests, "requests", "<=25")
            context.close()
        browser.close()


def _fetched(context, url) -> tuple[int, int]:
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    return sum(sizes), len(sizes)
