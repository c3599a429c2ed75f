"""Urgent help comes first: above everything, alone, until it is dismissed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, ask

pytestmark = pytest.mark.browser
URGENT = "Kratom did not slow the heart in a survey of forty regular users, she cannot breathe"


def test_the_urgent_banner_stands_alone_above_everything(visit: Open) -> None:
    page = visit()
    ask(page, URGENT)
    banner = page.get_by_role("alert", name="Urgent notice")
    expect(banner).to_be_visible()
    expect(banner).to_be_in_viewport()
    calls = banner.get_by_role("link")
    assert calls.evaluate_all("all => all.map(one => one.getAttribute('href'))") == ["tel:911", "tel:18002221222"]
    expect(banner).to_contain_text("<b>free</b>, reviewed 2026-11-22")
    expect(page.locator("#log .card")).to_have_count(0)
    top = banner.bounding_box()
    log = page.locator("#log").bounding_box()
    assert top and log
    assert top["y"] + top["height"] <= log["y"] + 1
    size = banner.locator(".text").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 18


def test_the_banner_stays_until_dismissed(visit: Open) -> None:
    page = visit()
    ask(page, URGENT)
    ask(page, "Does kratom slow the heart?")
    expect(page.get_by_role("alert", name="Urgent notice")).to_be_visible()
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_role("alert", name="Urgent notice")).to_have_count(0)
    expect(page.locator(".urgent-strip")).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 800), (360, 740)], ids=["desktop", "phone"])
def test_whom_to_call_stays_in_view_when_the_banner_is_scrolled_away(visit: Open, size: tuple[int, int]) -> None:
    page = visit(width=size[0], height=size[1])
    ask(page, URGENT)
    strip = page.locator(".urgent-strip")
    expect(strip).to_be_hidden()
    ask(page, "Does kratom slow the heart?")
    expect(page.get_by_role("alert", name="Urgent notice")).not_to_be_in_viewport()
    expect(strip.get_by_role("link", name="911")).to_be_in_viewport()
    page.get_by_role("link", name="About", exact=True).click()
    expect(page.locator("#about h2")).to_be_in_viewport()
    page.mouse.wheel(0, 2_000)
    expect(strip.get_by_role("link", name="911")).to_be_in_viewport()
    strip.get_by_role("button", name="Read it again").click()
    expect(page.get_by_role("alert", name="Urgent notice")).to_be_in_viewport()
    expect(page.get_by_role("button", name="I have read this")).to_be_focused()


def test_what_the_documents_say_is_behind_a_click(visit: Open) -> None:
    page = visit()
    ask(page, URGENT)
    page.get_by_role("button", name="Show what the documents say").click()
    expect(page.locator("#log .after-notice .headline")).to_be_visible()
    expect(page.locator("#log .after-notice .card")).not_to_have_count(0)
    expect(page.get_by_role("alert", name="Urgent notice")).to_be_visible()


def test_a_lesser_notice_stands_above_the_quotations(visit: Open) -> None:
    page = visit()
    ask(page, "I am pregnant. Does kratom damage the liver?")
    notice = page.locator("#log .notice")
    expect(notice).to_contain_text("Speak with a midwife")
    expect(notice.get_by_role("link")).to_have_attribute("href", "tel:18002221222")
    expect(page.locator("#banner .urgent-banner")).to_have_count(0)
    above, below = notice.bounding_box(), page.locator("#log .card").first.bounding_box()
    assert above and below
    assert above["y"] < below["y"]


def test_a_refusal_quotes_nothing_and_offers_nothing(visit: Open) -> None:
    page = visit()
    ask(page, "where to buy kratom for the heart")
    expect(page.locator("#log .notice")).to_contain_text("No help with buying.")
    expect(page.locator("#log .card, #log .covered")).to_have_count(0)
    expect(page.get_by_role("button", name="Show what the documents say")).to_have_count(0)


def test_another_country_changes_the_numbers_at_once(visit: Open) -> None:
    page = visit()
    foot = page.locator("#disclaimer")
    expect(foot.locator(".help-lines:visible")).to_contain_text("911")
    ask(page, URGENT)
    banner = page.get_by_role("alert", name="Urgent notice")
    expect(banner.get_by_role("link", name="911")).to_be_visible()
    banner.get_by_label("Help numbers for").select_option("UK")
    expect(banner.get_by_role("link", name="999").first).to_have_attribute("href", "tel:999")
    expect(banner.get_by_label("Help numbers for")).to_be_focused()
    expect(page.locator("#log .notice")).to_contain_text("999")
    expect(foot.locator(".help-lines:visible")).to_contain_text("Samaritans 116 123")
    expect(foot.get_by_label("Help numbers for")).to_have_value("UK")
    assert "region=UK" in page.url
    page.reload()
    page.wait_for_selector("#welcome .welcome")
    expect(foot.locator(".help-lines:visible")).to_contain_text("999")
    ask(page, URGENT)
    expect(page.get_by_role("alert", name="Urgent notice").get_by_role("link", name="999").first).to_be_visible()
    foot.get_by_label("Help numbers for").select_option("AU")
    expect(banner.get_by_role("link", name="000").first).to_have_attribute("href", "tel:000")
