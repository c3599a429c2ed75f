"""The page with the real model and the whole corpus, as a person gets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistant.settings import Settings
from assistant.triage import read_triage
from corpus.library import read_library
from index.encoder import EncoderChoice, SentenceEncoder
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
