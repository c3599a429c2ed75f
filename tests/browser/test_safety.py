"""What the page must not do, and what it says when it cannot do what it should."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from assistant.feedback import read_feedback
from assistant.settings import Settings
from corpus.library import read_library
from index.building import rebuild
from index.encoder import Encoded
from tests.browser.conftest import Open, ask, serving
from tests.browser.small import WordEncoder, make_settings

pytestmark = pytest.mark.browser
HEART = "Does kratom slow the heart?"
ROOT = Path(__file__).parents[2]


def test_no_request_leaves_this_computer(visit: Open, address: str) -> None:
    page = visit()
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_selector("#welcome .welcome")
    ask(page, HEART)
    page.locator("#log .card .open").first.click()
    for tab in ("Sources", "About"):
        page.get_by_role("link", name=tab, exact=True).click()
    page.wait_for_timeout(500)
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_headers_forbid_what_the_page_does_not_need(address: str) -> None:
    headers = httpx.get(address).headers
    policy = headers["content-security-policy"]
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in script
    assert "'sha256-" in script
    for part in (
        "default-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'none'",
    ):
        assert part in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_policy_stops_an_inline_handler(visit: Open) -> None:
    page = visit(forgive="")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked = 1\">')")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize(
    "path", ["gradio_api/upload", "gradio_api/file=/etc/passwd", "gradio_api/info", "docs", "openapi.json"]
)
def test_doors_that_the_page_does_not_need_are_closed(address: str, path: str) -> None:
    assert httpx.get(address + path).status_code == 404


def test_a_huge_request_is_refused(address: str) -> None:
    answer = httpx.post(
        address + "gradio_api/queue/join", content=b"x" * 8_000_000, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413
    assert "Shorten it" in answer.text


def test_a_long_message_is_refused_with_a_reason_and_kept(visit: Open) -> None:
    page = visit()
    box = page.get_by_label("Your question about kratom")
    box.fill("kratom " * 2_000)
    page.keyboard.press("Enter")
    expect(page.locator("#log .refusal")).to_contain_text("14,000 characters; at most 8,000")
    expect(page.locator("#log .turn")).to_have_count(0)
    assert box.input_value().startswith("kratom kratom")


def test_too_many_questions_are_refused_but_not_help(visit: Open, tmp_path: Path, triage: None) -> None:
    with serving(make_settings(tmp_path, questions_per_minute=1), WordEncoder()) as slow:
        page = visit(at=slow)
        ask(page, HEART)
        page.get_by_label("Your question about kratom").fill("my friend cannot breathe")
        page.keyboard.press("Enter")
        expect(page.locator("#log .refusal")).to_contain_text("1 a minute")
        expect(page.get_by_role("alert", name="Urgent notice")).to_be_visible()


@dataclass
class GatedEncoder:
    """An encoder that is loading until a test opens the gate."""

    inner: WordEncoder = field(default_factory=WordEncoder)
    gate: threading.Event = field(default_factory=threading.Event)

    @property
    def fingerprint(self) -> str:
        """As the encoder within."""
        return self.inner.fingerprint

    def encode_query(self, text: str) -> Encoded:
        """Wait for the gate."""
        self.gate.wait(60)
        return self.inner.encode_query(text)

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None]) -> list[Encoded]:
        """As the encoder within."""
        return self.inner.encode_documents(texts, progress)


def test_while_loading_the_page_says_so_and_help_already_works(visit: Open, small: Settings) -> None:
    encoder = GatedEncoder()
    with serving(small, encoder) as loading:
        page = visit(at=loading)
        expect(page.locator("#status .loading")).to_contain_text("loading the language model")
        page.get_by_label("Your question about kratom").fill("my friend cannot breathe")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert", name="Urgent notice")).to_be_visible()
        expect(page.locator("#log .pending")).to_be_visible()
        encoder.gate.set()
        expect(page.locator("#log .pending")).to_have_count(0)
        expect(page.locator("#status .loading")).to_have_count(0)
        ask(page, HEART)
        expect(page.locator("#log .card").first).to_be_visible()


def test_a_missing_index_is_explained_and_can_be_mended_in_place(visit: Open, tmp_path: Path, triage: None) -> None:
    settings = make_settings(tmp_path, index=False)
    with serving(settings, WordEncoder()) as broken:
        page = visit(at=broken)
        failed = page.locator("#status .failed")
        expect(failed.locator("code")).to_have_text("kratom-assistant rebuild")
        page.get_by_label("Your question about kratom").fill("my friend cannot breathe")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert", name="Urgent notice")).to_be_visible()
        page.get_by_role("button", name="I have read this").click()
        page.get_by_label("Your question about kratom").fill(HEART)
        page.keyboard.press("Enter")
        expect(page.locator("#log .refusal")).to_contain_text("not ready")
        rebuild(read_library(settings.corpus), settings.index, WordEncoder())
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#status .failed")).to_have_count(0)
        ask(page, HEART)
        expect(page.locator("#log .turn").last.locator(".card").first).to_be_visible()


def test_a_document_changed_while_serving_is_not_shown(visit: Open, tmp_path: Path, triage: None) -> None:
    settings = make_settings(tmp_path)
    with serving(settings, WordEncoder()) as served:
        page = visit(at=served)
        ask(page, HEART)
        assert page.locator("#log .card").count() > 0
        brief = settings.corpus / "documents" / "heart.md"
        brief.write_text(brief.read_text(encoding="utf-8").replace("did not slow", "did slow"), encoding="utf-8")
        page.locator("#log .card .open").first.click()
        expect(page.locator("#panel [role=alert]")).to_contain_text("changed after approval")
        ask(page, HEART)
        last = page.locator("#log .turn").last
        expect(last.locator(".failure").first).to_contain_text("heart")
        assert "did slow" not in last.inner_text()


def test_feedback_is_stored_without_the_question_and_only_when_turned_on(
    visit: Open, small: Settings, tmp_path: Path, triage: None
) -> None:
    page = visit()
    ask(page, HEART)
    page.get_by_role("button", name="Something is missing").click()
    expect(page.locator("#log .feedback")).to_contain_text("Your question itself is not stored")
    file = small.index.parent / "feedback.jsonl"
    assert read_feedback(file)[-1].verdict == "missing"
    assert "slow the heart" not in file.read_text(encoding="utf-8")
    with serving(make_settings(tmp_path), WordEncoder()) as without:
        page = visit(at=without)
        ask(page, HEART)
        expect(page.locator("#log .card").first).to_be_visible()
        expect(page.locator("#log .feedback")).to_have_count(0)


def test_a_claim_check_without_a_catalogue_says_so(visit: Open) -> None:
    page = visit("#check")
    page.get_by_label("Text to check").fill("Kratom cures everything.")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#checked .refusal")).to_contain_text("no claims catalogue")
    page.get_by_label("Text to check").fill("")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#checked .refusal")).to_contain_text("at least one sentence")


def test_forty_people_at_once_are_answered(address: str) -> None:
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "web_load.py"),
        "--address",
        address,
        "--people",
        "40",
        "--questions",
        "2",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["answered"] == 80
    assert figures["failed"] == 0
    assert 0 < figures["p50"] <= figures["p95"] < 30
