"""What stands on the screen is what stands in the document, character for character."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.receipts import verify_receipt
from assistant.settings import Settings
from corpus.document import Document
from corpus.library import read_library
from tests.browser.conftest import Open, ask
from tests.browser.small import HOSTILE

pytestmark = pytest.mark.browser
QUESTIONS = (
    "kratom powder strength written by a stranger in the ledger",
    "kratom template ledger entries read as they stand",
)


def shown(page: Page, selector: str) -> list[tuple[str, str]]:
    """The span and the text of every quotation that a selector finds."""
    script = "all => all.map(one => [one.dataset.span, one.textContent])"
    return [(span, text) for span, text in page.locator(selector).evaluate_all(script)]


def words(documents: dict[str, Document], span: str) -> str:
    name, _, offsets = span.rpartition(":")
    start, end = map(int, offsets.split("-"))
    return documents[name].text[start:end]


def test_hostile_quotes_equal_the_document(visit: Open, small: Settings) -> None:
    documents = read_library(small.corpus).approved
    page = visit()
    for question in QUESTIONS:
        ask(page, question)
    quotes = shown(page, "#log .words")
    assert quotes
    for span, text in quotes:
        assert text == words(documents, span)
    passages = page.locator("#log .passage").evaluate_all("all => all.map(one => one.textContent)")
    assert all(any(passage in document.text for document in documents.values()) for passage in passages)
    everything = "\n".join(passages)
    assert [piece for piece in HOSTILE if piece not in everything] == []
    assert page.locator("#log img, #log script, #log em, #log h1").count() == 0


def test_both_sides_of_a_disagreement_stand_side_by_side_word_for_word(visit: Open, small: Settings) -> None:
    documents = read_library(small.corpus).approved
    page = visit()
    ask(page, "Does kratom slow the heart?")
    box = page.locator("#log .disagree")
    expect(box.get_by_role("heading", name="Sources disagree")).to_be_visible()
    expect(box.locator(".about")).to_have_text("Whether kratom slows the <b>heart</b>")
    expect(page.locator("#log .headline")).to_contain_text("Sources disagree; both sides are quoted")
    sides = shown(page, "#log .disagree .words")
    assert [words(documents, span) for span, _ in sides] == [text for _, text in sides]
    assert [text.split()[0] for _, text in sides] == ["Kratom", "Rats"]
    # Both at one moment: the page may still be scrolling.
    left, right = box.locator(".card").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    assert abs(left["y"] - right["y"]) < 2
    assert left["x"] + left["width"] <= right["x"]
    box.locator(".open").nth(1).click()
    expect(page.locator("#panel mark.here")).to_be_focused()
    assert page.locator("#panel mark").text_content() == sides[1][1]
    page.keyboard.press("Escape")
    expect(box.locator(".open").nth(1)).to_be_focused()
    page.set_viewport_size({"width": 360, "height": 740})
    # Asked for in one breath, until it holds: the page may still be scrolling.
    page.wait_for_function(
        """() => {
            const [first, second] = [...document.querySelectorAll("#log .disagree .card")].map(c => c.getBoundingClientRect());
            return first.bottom <= second.top;
        }"""
    )


def test_the_sentence_that_answers_is_emphasised_inside_the_exact_words(visit: Open, small: Settings) -> None:
    documents = read_library(small.corpus).approved
    page = visit()
    ask(page, "How long does the liver take to recover?")
    card = page.locator("#log .card", has_text="within two months").first
    answering = card.locator(".words .answering")
    expect(answering).to_have_text("The liver of kratom users recovered within two months in a registry.")
    ((span, text), *_) = shown(page, "#log .words:has(.answering)")
    assert text == words(documents, span)
    plain, marked = (one.evaluate("one => getComputedStyle(one).backgroundColor") for one in (card, answering))
    assert plain != marked


def test_white_space_of_a_quote_is_seen_not_only_kept(visit: Open) -> None:
    page = visit()
    ask(page, QUESTIONS[0])
    style = page.locator("#log .words").first.evaluate("one => getComputedStyle(one).whiteSpace")
    assert style == "pre-wrap"
    assert "\n    four" in page.locator("#log .passage").first.inner_text()


def test_passage_panel_marks_the_quote_and_keeps_the_text(visit: Open, small: Settings) -> None:
    documents = read_library(small.corpus).approved
    page = visit()
    ask(page, QUESTIONS[0])
    span = page.locator("#log .card .open").first.get_attribute("data-value") or ""
    page.locator("#log .card .open").first.click()
    expect(page.locator("#panel mark.here")).to_be_focused()
    assert "".join(page.locator("#panel mark").all_text_contents()) == words(documents, span)
    paragraphs = page.locator("#panel .paragraph").all_text_contents()
    ledger = documents["ledger"]
    assert paragraphs == [ledger.text[block.start : block.end] for block in ledger.blocks]


def test_hostile_question_stays_text(visit: Open) -> None:
    page = visit()
    hostile = "<img src=x onerror=alert(1)> ![a](http://x/y.png) kratom *liver*?"
    ask(page, hostile)
    assert page.locator("#log .asked").inner_text() == hostile
    assert page.locator("#log img").count() == 0
    page = visit("?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E+kratom+liver", wait="#log .turn")
    assert page.locator("#log .asked").inner_text() == "<img src=x onerror=alert(1)> kratom liver"


def test_exports_hold_the_exact_words(visit: Open, small: Settings, tmp_path: Path) -> None:
    documents = read_library(small.corpus).approved
    page = visit(accept_downloads=True)
    ask(page, QUESTIONS[0])
    saved = {}
    for button in ("Save as text", "Save for printing", "Save receipt (JSON)"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=button).click()
        saved[button] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved[button])
    data = saved["Save receipt (JSON)"].read_bytes()
    assert [finding.why for finding in verify_receipt(data, small.corpus) if not finding.holds] == []
    receipt = json.loads(data)
    quotes = [quote for answer in receipt["answers"] for quote in answer["quotes"]]
    assert quotes
    for quote in quotes:
        assert quote["text"] == documents[quote["document"]].text[quote["start"] : quote["end"]]
    assert saved["Save as text"].suffix == ".md"
    printed = page.context.new_page()
    printed.goto(saved["Save for printing"].as_uri())
    assert printed.locator("blockquote").all_text_contents() == [quote["text"] for quote in quotes]
    assert printed.locator("img, script").count() == 0


def test_links_lead_only_to_safe_addresses(visit: Open) -> None:
    page = visit()
    ask(page, "Does kratom damage the liver? How long does the liver take to recover?")
    links = page.locator("#log a.source")
    addresses = set(links.evaluate_all("all => all.map(one => one.getAttribute('href'))"))
    assert "https://doi.org/10.1000/liver" in addresses
    assert all(address.startswith("https://") for address in addresses)
    assert set(links.evaluate_all("all => all.map(one => one.rel)")) == {"noopener noreferrer"}
