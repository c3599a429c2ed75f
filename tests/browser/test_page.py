"""Asking, reading on, browsing: what a person does on the page."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant.settings import Settings
from assistant.web_wording import WEB_FOLDER
from corpus.library import read_library
from tests.browser.conftest import Open, ask

pytestmark = pytest.mark.browser
LIVER = "Does kratom damage the liver?"
HEART = "Does kratom slow the heart?"


def test_welcome_says_what_it_is_and_offers_questions(visit: Open) -> None:
    page = visit()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kratom Assistant")
    expect(page.locator("#welcome .welcome .lead")).to_contain_text("quoted word for word from 3 vetted documents")
    page.get_by_role("button", name="Does kratom damage the liver?").click()
    expect(page.locator("#log .asked")).to_have_text("Does kratom damage the liver?")
    expect(page.locator("#log .headline")).to_have_text(re.compile(r"^\d quotations? from \d documents?$"))


def test_a_card_tells_document_evidence_and_sources(visit: Open) -> None:
    page = visit()
    ask(page, HEART)
    card = page.locator("#log .card", has_text="slow the heart in a survey")
    expect(card.locator("cite")).to_have_text("Kratom and the heart › Does kratom slow the heart?")
    expect(card.locator(".dated")).to_have_text("as of 1 July 2026")
    expect(card.locator(".badge")).to_have_text(["survey: what people reported"])
    expect(card.locator("a.source")).to_have_attribute("href", "https://example.org/heart?a=1&b=2")
    rats = page.locator("#log .card", has_text="Rats given kratom")
    if rats.count():
        expect(rats.locator(".badge")).to_have_text(["in animals, not people"])


def test_click_on_a_card_opens_its_passage_and_back_returns(visit: Open) -> None:
    page = visit()
    ask(page, HEART)
    card = page.locator("#log .card").first
    card.locator("blockquote").click()
    expect(page.locator("#panel mark.here")).to_be_focused()
    expect(page.locator("#panel mark.here")).to_be_in_viewport()
    page.locator("#panel .contents summary").click()
    page.locator("#panel .contents a").last.click()
    expect(page.locator("#panel .document h3").last).to_be_focused()
    page.get_by_role("button", name="Back to the quotation").click()
    expect(card.locator(".open")).to_be_focused()


def test_follow_up_shows_what_was_searched_and_can_be_edited(visit: Open) -> None:
    page = visit()
    ask(page, LIVER)
    ask(page, "and the heart?")
    turn = page.locator("#log .turn").nth(1)
    expect(turn.locator(".searched b")).to_contain_text("heart")
    turn.locator(".searched summary").click()
    turn.get_by_label("Question to search for").fill(HEART)
    turn.get_by_role("button", name="Search again").click()
    expect(page.locator("#log .turn")).to_have_count(3)
    third = page.locator("#log .turn").nth(2)
    expect(third.locator(".searched b")).to_have_text(HEART)
    expect(third.locator(".card").first).to_contain_text("heart")


def test_headings_near_the_quotations_are_offered_and_can_be_asked(visit: Open, small: Settings) -> None:
    documents = read_library(small.corpus).approved.values()
    headings = {section.heading for document in documents for section in document.sections}
    page = visit()
    ask(page, HEART)
    near = page.locator("#log .turn").first.locator(".chips", has_text="Near this in the documents")
    heading = near.locator("button").first.text_content() or ""
    assert heading in headings
    near.locator("button").first.click()
    expect(page.locator("#log .asked").nth(1)).to_have_text(heading)


def test_the_page_has_its_own_sign(visit: Open, address: str) -> None:
    page = visit()
    signs = page.locator("link[rel~=icon]").evaluate_all("all => all.map(one => one.href)")
    assert address + "web/favicon.svg" in signs
    own = (WEB_FOLDER / "favicon.svg").read_bytes()
    assert {httpx.get(sign).content for sign in signs} == {own}


def test_silence_off_topic_says_what_is_covered(visit: Open) -> None:
    page = visit()
    ask(page, "qqq zzz football world cup winner")
    expect(page.locator("#log .headline")).to_contain_text("does not look like a question about kratom")
    expect(page.locator("#log .card")).to_have_count(0)
    for topic in ("Effects", "Harm"):
        expect(page.locator("#log .covered .topics .chip", has_text=topic)).to_be_visible()


def test_silence_not_covered_keeps_near_misses_behind_a_disclosure(visit: Open) -> None:
    page = visit()
    ask(page, "kratom zebra quantum bicycle elephants violin")
    expect(page.locator("#log .headline")).to_contain_text("do not answer this")
    near = page.locator("#log .near")
    expect(near.locator("summary")).to_contain_text("they do not answer the question")
    expect(near.locator(".card").first).to_be_hidden()
    near.locator("summary").click()
    expect(near.locator(".card").first).to_be_visible()


def test_permalink_opens_the_passage_and_a_wrong_one_says_so(visit: Open, small: Settings) -> None:
    heart = read_library(small.corpus).approved["heart"]
    block = heart.blocks[0]
    page = visit(f"?passage=heart:{block.start}-{block.end}", wait="#panel mark.here")
    expect(page.locator("#panel mark")).to_have_text(heart.text[block.start : block.end])
    href = page.locator("#panel .permalink").get_attribute("href")
    assert href == f"?passage=heart:{block.start}-{block.end}"
    page = visit("?passage=heart:5-999999", wait="#panel [role=alert]")
    expect(page.locator("#panel [role=alert]")).to_contain_text("no such passage")


def test_question_link_asks(visit: Open) -> None:
    page = visit("?q=Does+kratom+slow+the+heart%3F", wait="#log .card")
    expect(page.locator("#log .asked")).to_have_text(HEART)
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    hostile = 'Is 5% of kratom + "liver" & <heart> fine? #1'
    ask(page, hostile)
    page.get_by_role("button", name="Copy link to this question").click()
    expect(page.get_by_role("button", name="✓ Copy link to this question")).to_be_visible()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    again = visit(link.split("/")[-1], wait="#log .turn")
    expect(again.locator("#log .asked")).to_have_text(hostile)


def test_copy_gives_the_words_with_their_source(visit: Open) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, HEART)
    words = page.locator("#log .words").first.text_content()
    page.get_by_role("button", name="Copy with source").first.click()
    expect(page.get_by_role("button", name="✓ Copy with source")).to_be_visible()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith(f"“{words}”\n— ")
    assert "Rests on: " in copied
    page.get_by_role("button", name="Copy link", exact=True).first.click()
    page.wait_for_timeout(200)
    assert re.search(r"/\?passage=\w+:\d+-\d+$", str(page.evaluate("navigator.clipboard.readText()")))


def test_sources_can_be_searched_filtered_and_read(visit: Open) -> None:
    page = visit()
    page.get_by_role("link", name="Sources").click()
    expect(page.locator("#page-sources .count").first).to_have_text("3 of 3 documents")
    page.get_by_label("Find a document").fill("jaundice heart")
    expect(page.locator("#library .count")).to_have_text("0 of 3 documents")
    page.get_by_label("Find a document").fill("slow")
    expect(page.locator("#library .count")).to_have_text("1 of 3 documents")
    page.get_by_label("Find a document").fill("")
    page.get_by_label("Topic").select_option("harm")
    expect(page.locator("#library li:visible .title")).to_have_text(["Kratom and the liver"])
    page.locator("#library li:visible button").click()
    expect(page.locator("#reader h2")).to_be_focused()
    page.locator("#reader .record summary").click()
    expect(page.locator("#reader .record")).to_contain_text("The tests <b>")
    hashes = page.locator("#reader .record dd").all_text_contents()
    assert sum(bool(re.fullmatch(r"[0-9a-f]{64}", value)) for value in hashes) == 2
    page.get_by_role("button", name="Show the bibliography").click()
    page.get_by_label("Kind of evidence", exact=True).select_option("animal")
    expect(page.locator("#bibliography .count")).to_have_text("1 of 4 sources")


def test_a_topic_of_the_welcome_leads_to_its_documents(visit: Open) -> None:
    page = visit()
    page.locator("#welcome .topics .chip", has_text="Effects").click()
    expect(page.locator("#library li:visible .title")).to_have_text(["Kratom and the heart"])


def test_about_shows_promises_and_the_fingerprint(visit: Open) -> None:
    page = visit("#about")
    about = page.locator("#about")
    for words in ("What it does not promise", "No clinician has reviewed", "Privacy", "feedback on"):
        expect(about).to_contain_text(words)
    expect(about.locator("dl").first.locator("dd").last).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
    expect(about.locator(".figures dd").last).to_have_text("100 %")


def test_new_conversation_starts_afresh(visit: Open) -> None:
    page = visit()
    ask(page, HEART)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#welcome .welcome")).to_be_visible()
    expect(page.locator("#log .turn")).to_have_count(0)


def test_two_people_do_not_see_each_other(visit: Open) -> None:
    first, second = visit(), visit()
    ask(first, HEART)
    ask(second, LIVER)
    assert first.locator("#log .asked").all_text_contents() == [HEART]
    assert second.locator("#log .asked").all_text_contents() == [LIVER]


def disclaimer_in_view(page: Page) -> None:
    box = page.locator("#disclaimer .disclaimer").bounding_box()
    size = page.viewport_size
    assert box and size
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size["height"] + 1


def test_the_disclaimer_is_in_view_on_every_tab_and_after_scrolling(visit: Open) -> None:
    page = visit()
    ask(page, HEART)
    ask(page, LIVER)
    for tab in ("Ask", "Sources", "About"):
        page.get_by_role("link", name=tab, exact=True).click()
        page.mouse.wheel(0, 4_000)
        expect(page.locator("#disclaimer")).to_contain_text("not medical advice")
        disclaimer_in_view(page)
    assert page.locator("#disclaimer button").count() == 0
