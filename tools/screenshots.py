"""Takes the pictures of the README from the running page with the real corpus: docs/images/*.png.

python tools/screenshots.py [--corpus DIR] [--index DIR]
"""

from __future__ import annotations

import argparse
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from app import web_app
from assistant.hosting import Host
from assistant.settings import read_settings

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IMAGES = Path(__file__).parents[1] / "docs" / "images"
CLAIMS = "Kratom is a safe, natural cure for opioid addiction. It has been proven to cure cancer in 90% of patients."
DESKTOP, PHONE = (1280, 800), (390, 844)


@contextmanager
def serving(corpus: Path | None, index: Path | None) -> Iterator[str]:
    """Serve the page on a free port until the pictures are taken."""
    host = Host(read_settings(corpus_folder=corpus, index_folder=index))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(web_app(host), log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        host.start()
        if not host.wait(300) or host.failure:
            raise SystemExit(host.failure or "the page was not ready in time")
        while not server.started:
            time.sleep(0.1)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.should_exit = True
        thread.join(10)


def opened(browser: Browser, address: str, size: tuple[int, int], scheme: str = "light") -> Page:
    """Open the page in a window of its own."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1.5, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#welcome .welcome, #log .turn", state="attached")
    page.wait_for_timeout(800)
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer."""
    page.get_by_label("Your question about kratom").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_selector("#log .turn .answer > *")
    page.wait_for_timeout(900)


def take(page: Page, name: str) -> None:
    """Save a picture of the window, in few enough colours to be small, and close it."""
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    page.context.close()


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description="Take the pictures of the README from the running page.")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    chosen = parser.parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with serving(chosen.corpus, chosen.index) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        take(opened(browser, address, DESKTOP), "welcome")
        for name, scheme, size in (("ask", "light", DESKTOP), ("ask-dark", "dark", DESKTOP), ("phone", "light", PHONE)):
            page = opened(browser, address, size, scheme)
            ask(page, "Does kratom damage the liver?")
            take(page, name)
        page = opened(browser, address, DESKTOP)
        ask(page, "My friend took kratom and is not breathing")
        take(page, "emergency")
        page = opened(browser, address, DESKTOP)
        ask(page, "Is kratom addictive?")
        page.locator("#log .card .open").nth(1).click()
        page.wait_for_timeout(900)
        take(page, "passage")
        page = opened(browser, address, DESKTOP)
        ask(page, "Does kratom slow the heart?")
        page.locator("#log .disagree").first.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 80)")
        page.wait_for_timeout(300)
        take(page, "disagree")
        page = opened(browser, address + "#about", DESKTOP)
        page.locator("#about .build").first.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 120)")
        page.wait_for_timeout(300)
        take(page, "about")
        page = opened(browser, address + "#sources", DESKTOP)
        page.get_by_label("Find a document").fill("liver")
        page.locator("#library button.row:visible", has_text="liver").first.click()
        page.wait_for_timeout(900)
        take(page, "sources")
        page = opened(browser, address, DESKTOP)
        ask(page, "Who won the football World Cup in 2022?")
        take(page, "silence")
        page = opened(browser, address + "#check", DESKTOP)
        page.get_by_label("Text to check").fill(CLAIMS)
        page.get_by_role("button", name="Check", exact=True).click()
        page.wait_for_selector("#checked .claim", timeout=300_000)
        page.locator("#checked .open").first.click()
        page.wait_for_timeout(900)
        page.locator("#checked .claim").first.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 80)")
        page.wait_for_timeout(300)
        take(page, "check")


if __name__ == "__main__":
    main()
