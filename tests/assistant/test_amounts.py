"""Amounts: which words name one, that no answer shows one without the fixed line, and that each says who is behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.amounts import framed, holds_amount
from assistant.answer import Answer, Contrast, Notice, Quote
from assistant.assistant import ALONE, REFUSED
from assistant.notices import read_notices
from assistant.rendering import answer_as_json, answer_as_text
from assistant.safety_evaluation import read_safety
from assistant.triage import read_triage
from assistant.wording import read_wording
from corpus.library import Library, read_library
from corpus.passages import passages

LINE = read_wording().amounts
CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.mark.parametrize(
    "text",
    [
        "users took 5 to 15 grams",
        "a dose of 5mg",
        "two heaped teaspoons",
        "1.5 g of leaf",
        "up to 40 mg/kg in rats",
        "three glasses a day",
        "10 dried leaves",
        "one or two capsules",
        "2–4 g",
    ],
)
def test_an_amount_is_recognised(text: str) -> None:
    assert holds_amount(text)


@pytest.mark.parametrize(
    "text",
    [
        "in 2016",
        "40 people",
        "24 percent",
        "12 deaths in 2019",
        "20 ng/mL in blood",
        "five studies",
        "a cup holds tea",
        "leaves",
    ],
)
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert not holds_amount(text)


@pytest.fixture(scope="module")
def project() -> Library:
    return read_library(CORPUS)


@pytest.fixture(scope="module")
def amount(project: Library) -> Quote:
    """A passage of this project that names an amount, quoted whole."""
    found = (one for document in project.documents.values() for one in passages(document) if holds_amount(one.text))
    passage = next(found)
    return Quote(passage, passage.start, passage.end, 0.9, tuple(project.sources[key] for key in passage.keys))


def answer_with(quote: Quote, *notices: Notice) -> Answer:
    return Answer("q", "q", "quoted", "disclaimer", "", notices=notices, quotes=(quote,))


def test_a_quoted_amount_brings_the_line_and_says_who_is_behind_it(amount: Quote) -> None:
    answer = framed(answer_with(amount), LINE)
    assert [notice.text for notice in answer.notices] == [LINE]
    assert answer_as_json(answer)["notices"] == [{"kind": "personal-dosing", "text": LINE}]
    shown = answer_as_text(answer)
    assert shown.index(LINE) < shown.index(answer.quotes[0].text)
    assert answer.quotes[0].sources[0].label in shown


def test_amounts_beside_the_quotations_bring_it_too(amount: Quote) -> None:
    plain = answer_with(amount)
    near = replace(plain, quotes=(), near_misses=plain.quotes, outcome="not-covered")
    beside = replace(plain, quotes=(), disagreements=(Contrast("a", (plain.quotes[0], plain.quotes[0])),))
    assert framed(near, LINE).notices == framed(beside, LINE).notices == (Notice("personal-dosing", LINE),)


def test_no_amount_brings_nothing_and_a_dosing_notice_says_it_already(amount: Quote) -> None:
    assert framed(Answer("q", "q", "not-covered", "d", ""), LINE).notices == ()
    dosing = read_notices()["personal-dosing"]
    assert framed(answer_with(amount, dosing), LINE).notices == (dosing,)
    for words in ("what people took, what was studied, or what was claimed", "not advice", "Products differ"):
        assert words in dosing.text


def test_no_answer_to_a_judged_dosing_question_is_without_the_frame(amount: Quote) -> None:
    triage = read_triage()
    dosing = [row.message for row in read_safety() if "personal-dosing" in row.kinds]
    assert len(dosing) >= 40
    for message in dosing:
        notices = triage(message)
        if {notice.kind for notice in notices} & (ALONE | REFUSED):
            continue  # answered without quotations
        answer = framed(answer_with(amount, *notices), LINE)
        assert any(notice.kind == "personal-dosing" for notice in answer.notices), message


def test_every_paragraph_that_names_an_amount_names_its_source(project: Library) -> None:
    without = [
        (document.id, passage.start)
        for document in project.documents.values()
        for passage in passages(document)
        if holds_amount(passage.text) and not any(key in project.sources for key in passage.keys)
    ]
    assert without == []
