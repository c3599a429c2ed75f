"""The page with the real model and the whole corpus, as a person gets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistant.receipts import verify_receipt
from assistant.settings import Settings
from assistant.triage import read_triage
from corpus.library import read_library
from index.encoder import EncoderChoice, SentenceEncoder
from tests.browser.axe import grave_violations
from tests.browser.conftest import Open, ask, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def real(real_settings: Settings) -> Iterator[tuple[Settings, str]]:
    """A server over the bundled corpus."""
    with pytest.MonkeyPatch.context() as patch:
        # The other tests of this folder put a designed triage in its place.
        patch.setattr("assistant.opening.read_triage", read_triage)
        with serving(real_settings, SentenceEncoder(EncoderChoice())) as address:
            yield real_settings, address


def test_real_answers_are_verbatim_and_lead_to_their_place(
    visit: Open, real: tuple[Settings, str], tmp_path: Path
) -> None:
    settings, address = real
    documents = read_library(settings.corpus).approved
    page = visit(at=address)
    expect(page.locator("#status .loading")).to_have_count(0, timeout=120_000)
    for question in ("Is kratom addictive?", "Does it damage the liver?", "How does kratom work in the brain?"):
        ask(page, question)
    quotes = page.locator("#log .words").evaluate_all("all => all.map(one => [one.dataset.span, one.textContent])")
    assert len(quotes) >= 3
    for span, text in quotes:
        name, _, offsets = span.rpartition(":")
        start, end = map(int, offsets.split("-"))
        assert text == documents[name].text[start:end]
    page.locator("#log .card .open").last.click()
    expect(page.locator("#panel mark.here")).to_be_in_viewport()


def test_real_triage_raises_the_banner(visit: Open, real: tuple[Settings, str]) -> None:
    page = visit(at=real[1])
    ask(page, "my son took kratom and he is not breathing")
    banner = page.get_by_role("alert", name="Urgent notice")
    expect(banner.get_by_role("link", name="911").first).to_have_attribute("href", "tel:911")
    expect(page.locator("#log .card")).to_have_count(0)


def test_real_claims_are_checked_marked_opened_and_saved(
    visit: Open, real: tuple[Settings, str], tmp_path: Path
) -> None:
    settings, address = real
    page = visit("#check", at=address)
    expect(page.locator("#status .loading")).to_have_count(0, timeout=120_000)
    file = tmp_path / "leaflet.html"
    file.write_text(
        "<h1>Hello</h1><script>x()</script><p>Kratom is not addictive.</p><p>Kratom can cause seizures.</p>"
    )
    page.locator("#claim-file input[type=file]").set_input_files(file)
    expect(page.locator("#checked .note")).to_contain_text("leaflet.html is read")
    expect(page.get_by_label("Text to check")).to_have_value(
        "Hello\nKratom is not addictive.\nKratom can cause seizures."
    )
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#checked .headline")).to_contain_text(
        "2 claims: 1 partly supported, 1 contradicted", timeout=120_000
    )
    expect(page.locator("#checked .marked mark")).to_have_text(
        ["Kratom is not addictive.", "Kratom can cause seizures."]
    )
    page.locator("#checked .to-claim").last.click()
    expect(page.locator("#claim-2")).to_be_focused()
    page.locator("#claim-2 .open").first.click()
    expect(page.locator("#claim-panel mark.here")).to_be_in_viewport()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Receipt").click()
    assert all(finding.holds for finding in verify_receipt(Path(saved.value.path()).read_bytes(), settings.corpus))
    assert saved.value.suggested_filename.endswith(".receipt.json")
    with page.expect_download() as printed:
        page.get_by_role("button", name="Page for printing").click()
    assert "Kratom is not addictive." in Path(printed.value.path()).read_text(encoding="utf-8")
    assert grave_violations(page) == []


def test_real_files_that_cannot_be_read_say_why(visit: Open, real: tuple[Settings, str], tmp_path: Path) -> None:
    page = visit("#check", at=real[1])
    choose = page.locator("#claim-file input[type=file]")
    for name, content, why in (
        ("a.docx", b"x", "only txt, md, html and pdf"),
        ("a.pdf", b"%PDF-1.4 nothing", "a.pdf"),
        ("a.txt", b"caf\xe9", "not UTF-8"),
        ("empty.txt", b" ", "holds no text"),
        ("big.txt", b"k" * 5_000_001, "too large"),
    ):
        (tmp_path / name).write_bytes(content)
        choose.set_input_files(tmp_path / name)
        expect(page.locator("#checked .refusal")).to_contain_text(why)
    (tmp_path / "long.txt").write_bytes(b"Kratom helps. " * 8_000)
    choose.set_input_files(tmp_path / "long.txt")
    expect(page.locator("#checked .note")).to_contain_text("long.txt is read")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#checked .refusal")).to_contain_text("at most 100,000")
