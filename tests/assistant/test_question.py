"""A message becomes the question searched: cleaned, put right, shortened, split, by visible rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import (
    MAX_MESSAGE_CHARACTERS,
    Spelling,
    clean,
    content_words,
    looks_english,
    put_right,
    questions_in,
    shorten,
)

SPELLING = Spelling.of(
    [
        "Kratom withdrawal lasts about a week and hurts the liver of patients.",
        "mitragynine alcohol addictive heart rate",
    ],
    frozenset({"nicotine", "house", "does", "what", "lever"}),
)


@pytest.mark.parametrize(
    ("message", "cleaned"),
    [
        ("  Is it\n\n\taddictive? ", "Is it addictive?"),
        ("a\x00b\x07c\x1b[31md", "a b c [31md"),
        ("\u202eabc\u202c", "abc"),
        ("kra\u00adtom and mitra\u200bgynine", "kratom and mitragynine"),
        ("cafe\u0301", "café"),
        ("😀 kratom 👩\u200d🔬", "😀 kratom 👩🔬"),
        ("\ud800kratom\udfff", "kratom"),
        ("هل القرطوم خطير؟", "هل القرطوم خطير؟"),
        ("\x00\x01\x02", ""),
        ("", ""),
    ],
)
def test_a_message_is_cleaned(message: str, cleaned: str) -> None:
    # A half of a surrogate pair and a control character become a space, which is then folded.
    assert clean(message) == cleaned


def test_a_book_is_cut() -> None:
    assert clean("x" * 100_000) == "x" * MAX_MESSAGE_CHARACTERS


@given(st.text())
def test_cleaning_leaves_only_printable_text_and_is_done_once(message: str) -> None:
    cleaned = clean(message)
    assert all(character.isprintable() for character in cleaned)
    assert "  " not in cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("is kratum adictive", "is kratom addictive"),
        ("mitragynin", "mitragynine"),
        ("MITRAGYNIN", "mitragynine"),
        ("what r wds like", "what are withdrawal like"),
        ("7oh and k", "7-OH and kratom"),
        ("seven hydroxy", "7-OH"),
        ("7 hydroxy mitragynine", "7-hydroxymitragynine"),
        ("7-hydroxymitragynine", "7-hydroxymitragynine"),
        ("kratom w/ booze", "kratom with alcohol"),
        ("took k", "took kratom"),
        ("vitamin k", "vitamin k"),
        ("can I take k with xans", "can I take kratom with Xanax (alprazolam)"),
        ("hart rate", "heart rate"),
        ("dose kratom hurt", "does kratom hurt"),
        ("what dose", "what dose"),
        ("throwing up", "vomit"),
        ("skratoms", "skratoms"),
    ],
)
def test_slang_and_street_names_are_put_right(typed: str, searched: str) -> None:
    assert put_right(typed, SPELLING) == searched


@pytest.mark.parametrize(
    ("word", "mended"),
    [
        ("witdrawal", "withdrawal"),
        ("alchohol", "alcohol"),
        ("patientes", "patients"),
        ("liverr", "liver"),
        # Known to the language, though not to the documents: right as it is, even beside a similar word.
        ("nicotine", "nicotine"),
        ("lever", "lever"),
        # Too short, too different, another first letter, not a word.
        ("hert", "hert"),
        ("elephant", "elephant"),
        ("giver", "giver"),
        ("12345", "12345"),
    ],
)
def test_an_unknown_word_becomes_its_nearest_neighbour(word: str, mended: str) -> None:
    assert SPELLING.mend(f"({word}, {word}!)") == f"({mended}, {mended}!)"


def test_ties_between_neighbours_are_broken_alike_every_time() -> None:
    words = ["kratom-abcda", "kratom-abcdb"]
    assert {Spelling(frozenset(order)).mend("kratom-abcdc") for order in (words, words[::-1])} == {"kratom-abcda"}


STORY = (
    "I am 34 and work nights in a warehouse. My friend gave me some green powder last spring for my back. "
    "It was kratom, he said. I have taken two spoons of it every morning since then and my wife worries. "
)


def test_a_long_story_is_cut_to_its_question_and_its_subject() -> None:
    short = shorten(f"{STORY}Is it bad for the liver of a man of my age and weight? Thank you all.")
    assert short == "It was kratom, he said. Is it bad for the liver of a man of my age and weight?"


def test_a_question_of_few_words_keeps_the_sentence_before_it() -> None:
    short = shorten(f"{STORY}Is it bad for the liver?")
    assert short == (
        "It was kratom, he said. I have taken two spoons of it every morning since then and my wife worries. "
        "Is it bad for the liver?"
    )


def test_the_last_two_questions_of_a_story_are_kept() -> None:
    short = shorten(f"{STORY}Who am I? Does kratom harm the liver of men? Does kratom harm the heart of men?")
    assert short == "Does kratom harm the liver of men? Does kratom harm the heart of men?"


@pytest.mark.parametrize("message", ["Short. Is it bad?", STORY + "She read it somewhere.", "word " * 40 + "?"])
def test_a_short_message_and_one_that_asks_nothing_stay_whole(message: str) -> None:
    assert shorten(message) == message


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Does kratom hurt the liver?", ("Does kratom hurt the liver?",)),
        (
            "Hi. Does kratom hurt the liver? And does it slow the heart? Thanks.",
            ("Does kratom hurt the liver?", "And does it slow the heart?"),
        ),
        ("Really? Does kratom hurt the liver?", ("Really? Does kratom hurt the liver?",)),
        (
            "Liver harm? Heart harm? Pain relief? Sleep trouble?",
            ("Liver harm?", "Heart harm?", "Pain relief?"),
        ),
    ],
)
def test_a_message_is_split_into_its_questions(message: str, parts: tuple[str, ...]) -> None:
    assert questions_in(message) == parts


@pytest.mark.parametrize(
    ("message", "english"),
    [
        ("what hurts the liver of patients", True),
        ("¿Es peligroso el kratom para el hígado?", False),
        ("هل القرطوم خطير على الكبد", False),
        # Words that the encoder knows are not all English.
        ("nicotine lever house kratom liver", False),
        # Too short to tell.
        ("Ist Kratom gefährlich", True),
        ("?", True),
    ],
)
def test_the_language_of_a_message_is_told_by_its_words(message: str, english: bool) -> None:
    assert looks_english(message, SPELLING) is english


def test_content_words_leave_out_how_a_question_is_asked() -> None:
    assert content_words("How long does the Heart-rate change, really?") == ["long", "heart-rate", "change"]
