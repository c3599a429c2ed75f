"""One Chromium and one small server for all browser tests; each is skipped with a reason where it cannot be had."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.browser.small import WordEncoder, designed_triage, make_settings

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright for Python is not installed")
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright  # noqa: E402

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 60
# What a page says whose server ended while it was listening.
MISSED = (
    "ERR_CONNECTION_REFUSED",
    "ERR_INCOMPLETE",
    "Connection errored out",
    "Cancelled via cancel scope",
    "network error",
)
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gradio's queue uses parts of pandas that pandas wants to drop; those warnings are not ours to mend."""
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(
            "chromium is not installed; on Debian: apt-get install chromium (make test does it when run as root)"
        )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def serving(settings: Settings, encoder: object = None) -> Iterator[str]:
    """Serve a page in a thread on a free port; yield its address."""
    import uvicorn

    from app import web_app
    from assistant.hosting import Host

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        host = Host(settings, encoder)  # type: ignore[arg-type]
        server = uvicorn.Server(
            uvicorn.Config(web_app(host), log_level="error", ws="none", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + SECONDS
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.should_exit = True
        thread.join(SECONDS)


@pytest.fixture(scope="session")
def triage() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.opening.read_triage", designed_triage)
        yield


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, triage: None) -> Settings:
    return make_settings(tmp_path_factory.mktemp("small"), questions_per_minute=1_000, feedback=True)


@pytest.fixture(scope="session")
def address(small: Settings) -> Iterator[str]:
    with serving(small, WordEncoder()) as found:
        yield found


def bad(said: ConsoleMessage, pardoned: tuple[str, ...]) -> bool:
    """Say whether a line in the browser's console is an error that a test must see."""
    return said.type == "error" and not any(part in said.text for part in pardoned)


Open = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Open]:
    """Open the page as a new person; a script error on it fails the test."""
    contexts = []
    errors: list[str] = []

    def opened(
        path: str = "",
        *,
        at: str = address,
        width: int = 1280,
        height: int = 860,
        wait: str = "#welcome .welcome",
        forgive: str = "\n",
        script: str = "",
        **how: object,
    ) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **how)  # type: ignore[arg-type]
        contexts.append(context)
        context.add_init_script(script)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        # A test that ends its own server before its page makes the page miss it; that is no error of the page.
        missed = () if at == address else MISSED
        pardoned = (forgive, *missed)
        page.on("console", lambda said: errors.append(said.text) if bad(said, pardoned) else None)
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("dialog", lambda dialog: errors.append("dialog: " + dialog.message))
        page.goto(at + path)
        page.wait_for_selector(wait, state="attached", timeout=30_000)
        page.wait_for_selector("body[data-tab]", state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, and wait for its answer."""
    turns = page.locator("#log .turn").count()
    page.get_by_label("Your question about kratom").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#log .turn")).to_have_count(turns + 1)
    expect(page.locator("#log .pending")).to_have_count(0)
