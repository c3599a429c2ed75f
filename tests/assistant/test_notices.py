"""The reviewed notices: a text for each kind, plain and short; numbers by region; and no row older than its limit."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
import textstat

from assistant.answer import NoticeKind
from assistant.assistant import ALONE, REFUSED
from assistant.notices import NoticeDataError, NoticeText, notice_book, parse_notices, read_notices, regions
from assistant.triage import read_triage

BOOK = notice_book()


@pytest.mark.parametrize("text", BOOK.texts, ids=lambda text: text.kind)
@pytest.mark.parametrize("region", ["US", "IE", "other"])
def test_texts_are_short_and_plain(text: NoticeText, region: str) -> None:
    words = BOOK.words(text, region)
    assert len(words.split()) <= 80
    assert textstat.automated_readability_index(words) <= 8
    assert "{" not in words


def test_no_row_is_older_than_its_limit() -> None:
    assert BOOK.stale(date.today()) == ()


def test_a_row_grows_old_after_eighteen_months() -> None:
    assert BOOK.stale(date(2028, 5, 21)) == ()
    stale = BOOK.stale(date(2028, 5, 22))
    assert "text emergency" in stale
    assert "line US Poison Control" in stale
    assert len(stale) == len(BOOK.texts) + sum(len(lines) for lines in BOOK.lines.values())


@pytest.mark.parametrize("region", ["US", "UK", "IE", "CA", "AU", "NZ", "DE", "TH", "MY", "ID", "IN", "other"])
def test_each_region_has_a_notice_of_each_kind_with_its_emergency_number(region: str) -> None:
    notices = read_notices(region)
    number = next(line.number for line in BOOK.lines[region] if line.purpose == "emergency")
    assert set(notices) == set(get_args(NoticeKind))
    assert f"Call {number} now" in notices["emergency"].text
    assert number in notices["poisoning"].text
    assert number in notices["self-harm"].text


def test_the_american_numbers_are_those_of_the_issue() -> None:
    notices = read_notices()
    assert notices["emergency"].text.startswith("Call 911 now.")
    assert "Poison Control: 1-800-222-1222 (free, day and night)" in notices["poisoning"].text
    assert "Suicide and Crisis Lifeline: 988 (call or text, free, day and night)" in notices["self-harm"].text
    assert "SAMHSA National Helpline: 1-800-662-4357 (free, day and night)" in notices["withdrawal"].text


def test_dosing_says_that_no_dose_is_recommended_and_none_is_known_to_be_safe() -> None:
    text = read_notices()["personal-dosing"].text
    assert "I cannot tell you how much to take." in text
    assert "No safe dose of kratom has been established." in text


# What each refusal says can be asked instead, asked.
OFFERED: list[tuple[NoticeKind, str]] = [
    ("sourcing", "What have tests found in kratom products?"),
    ("sourcing", "What does the law say about kratom?"),
    ("drug-test-evasion", "Which tests look for kratom?"),
    ("drug-test-evasion", "How long does kratom stay in the body?"),
    ("extraction", "What is in extracts and 7-OH products?"),
    ("extraction", "What harm has been linked to extracts?"),
]


@pytest.mark.parametrize(("kind", "question"), OFFERED)
def test_what_a_refusal_offers_is_not_refused(kind: NoticeKind, question: str) -> None:
    text = read_notices()[kind].text
    assert text.startswith("I do not help with ")
    assert "You can ask me " in text
    assert {notice.kind for notice in read_triage()(question)} & (ALONE | REFUSED) == set()


def test_every_row_names_its_source() -> None:
    sources = [(text.source, text.source_url) for text in BOOK.texts]
    sources += [(line.source, line.source_url) for lines in BOOK.lines.values() for line in lines]
    assert all(source and url for source, url in sources)


@pytest.mark.parametrize(
    ("asked", "meant"), [("us", "US"), ("USA", "US"), ("gb", "UK"), (" ie ", "IE"), ("Mars", "other"), ("", "other")]
)
def test_a_region_is_found_by_its_code(asked: str, meant: str) -> None:
    assert BOOK.region(asked) == meant
    assert read_notices(asked) == read_notices(meant)


@pytest.mark.parametrize(
    ("code", "known"), [("us", True), ("GB", True), ("other", True), ("OTHER", True), ("Mars", False)]
)
def test_a_known_region_is_told_from_an_unknown_one(code: str, known: bool) -> None:
    assert BOOK.knows(code) is known


def test_regions_can_be_chosen_by_name() -> None:
    assert regions()["NZ"] == "New Zealand"
    assert next(iter(regions())) == "US"
    assert len(regions()) == 12


_LINE = 'purpose = "emergency"\nname = "E"\nnumber = "1"\nsource = "s"\nsource_url = "u"\nchecked_on = 2026-11-22\n'


def _texts(kinds: list[str]) -> str:
    return "".join(
        f'[[texts]]\nkind = "{kind}"\ncontacts = []\ntext = "t"\nsource = "s"\nsource_url = "u"\nchecked_on = 2026-11-22\n'
        for kind in kinds
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("months_fresh = ", "cannot be read"),
        ("months_fresh = 18", "cannot be read .KeyError"),
        (
            f"months_fresh = 18\n{_texts(['legal'])}[[regions]]\ncode = 'other'\nname = 'o'\nlines = []",
            "for each kind: driving",
        ),
        (
            f"months_fresh = 18\n{_texts(list(get_args(NoticeKind)))}[[regions]]\ncode = 'US'\nname = 'o'\nlines = []",
            "'US' has no emergency number",
        ),
        (
            f"months_fresh = 18\n{_texts(list(get_args(NoticeKind)))}"
            f"[[regions]]\ncode = 'US'\nname = 'o'\n[[regions.lines]]\n{_LINE}",
            "'other' is needed",
        ),
    ],
)
def test_wrong_notices_are_named(text: str, message: str) -> None:
    with pytest.raises(NoticeDataError, match=message):
        parse_notices(text)
