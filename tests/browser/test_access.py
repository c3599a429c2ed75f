"""The page for everyone: keyboard alone, screen readers, small windows, large letters, little contrast, no motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_violations
from tests.browser.conftest import Open, ask

pytestmark = pytest.mark.browser
HEART = "Does kratom slow the heart?"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Open, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    assert page.locator("body.dark").count() == (scheme == "dark")
    found = {"welcome": grave_violations(page)}
    ask(page, "I am pregnant. " + HEART)
    page.locator("#log .card .open").first.click()
    expect(page.locator("#panel mark.here")).to_be_focused()
    page.locator("#log .searched summary").click()
    found["answer"] = grave_violations(page)
    ask(page, "kratom zebra quantum bicycle elephants violin")
    page.locator("#log .near summary").click()
    ask(page, HEART + " She cannot breathe")
    page.get_by_role("button", name="Show what the documents say").click()
    found["urgent"] = grave_violations(page)
    page.goto(page.url.split("#")[0] + "#sources")
    page.locator("#library button.row").first.click()
    expect(page.locator("#reader h2")).to_be_visible()
    page.locator("#reader .record summary").click()
    page.get_by_role("button", name="Show the bibliography").click()
    expect(page.locator("#bibliography-title")).to_be_visible()
    found["sources"] = grave_violations(page)
    page.goto(page.url.split("#")[0] + "#check")
    found["check"] = grave_violations(page)
    page.goto(page.url.split("#")[0] + "#about")
    found["about"] = grave_violations(page)
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_keyboard_alone_leads_from_question_to_passage_and_back(visit: Open) -> None:
    page = visit()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the question box")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question about kratom")).to_be_focused()
    page.keyboard.type(HEART)
    page.keyboard.press("Enter")
    expect(page.locator("#log .card").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the newest answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#log .question").last).to_be_focused()
    tab_to(page, "#log .card .open")
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.here")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#log .card .open").first).to_be_focused()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus, which must be seen wherever it goes."""
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached")


def test_each_answer_is_announced_once_as_plain_text(visit: Open) -> None:
    page = visit()
    page.evaluate(
        """() => { window.heard = []; const live = document.querySelector("#announcement [aria-live]");
        const watch = {childList: true, subtree: true, characterData: true};
        new MutationObserver(() => window.heard.push(live.textContent)).observe(live, watch); }"""
    )
    ask(page, HEART)
    ask(page, "qqq zzz football")
    page.wait_for_timeout(300)
    heard = page.evaluate("window.heard")
    assert len(heard) == 2
    assert heard[0].startswith("Answer 1. ")
    assert "quotation" in heard[0]
    assert heard[1].startswith("Answer 2. ")
    assert page.locator("#log[aria-live], #log [aria-live]").count() == 0


def no_sideways_scrolling(page: Page) -> None:
    width, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= shown


@pytest.mark.parametrize(
    ("width", "height"), [(360, 740), (320, 640), (640, 430)], ids=["phone", "320-wide", "zoom-200"]
)
def test_small_windows_lose_nothing(visit: Open, width: int, height: int) -> None:
    page = visit(width=width, height=height)
    ask(page, HEART)
    no_sideways_scrolling(page)
    expect(page.locator("#disclaimer")).to_be_in_viewport()
    card = page.locator("#log .card").first
    words = card.locator(".words")
    assert words.evaluate("one => one.scrollWidth <= one.closest('.card').clientWidth")
    card.locator(".open").click()
    expect(page.locator("#panel mark.here")).to_be_in_viewport()
    box, log = page.locator("#panel").bounding_box(), page.locator("#log").bounding_box()
    assert box and log
    assert box["y"] >= log["y"] + log["height"]
    no_sideways_scrolling(page)
    for tab in ("Sources", "About"):
        page.get_by_role("link", name=tab, exact=True).click()
        no_sideways_scrolling(page)
    page.locator("#disclaimer summary").click()
    expect(page.locator("#disclaimer .brief p")).to_contain_text("It cannot replace a doctor")


def test_dark_mode_can_be_switched(visit: Open) -> None:
    page = visit(color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_no_motion_for_those_who_ask_for_none(visit: Open) -> None:
    page = visit(reduced_motion="reduce")
    ask(page, HEART)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(one => { const style = getComputedStyle(one);
        const moves = style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
        return moves || style.scrollBehavior === "smooth"; }).length"""
    )
    assert moving == 0


def test_print_leaves_the_words_and_the_disclaimer(visit: Open) -> None:
    page = visit()
    ask(page, HEART)
    page.emulate_media(media="print")
    expect(page.locator("#composer")).to_be_hidden()
    expect(page.locator("#log .words").first).to_be_visible()
    expect(page.locator(".disclaimer .full")).to_be_visible()
    expect(page.locator("#disclaimer .help-lines:visible")).to_contain_text("911")
    expect(page.locator("#log a.source").first).to_be_visible()
    for hidden in ("#masthead nav", "#source-panel", "#log .actions", "#log .tools", "#disclaimer select"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator("#masthead").evaluate("one => getComputedStyle(one).position") == "static"


def test_axe_would_find_something(visit: Open) -> None:
    page = visit()
    page.evaluate("document.querySelector('#welcome').insertAdjacentHTML('beforeend', '<input id=bad>')")
    assert any("#bad" in line for line in grave_violations(page))
