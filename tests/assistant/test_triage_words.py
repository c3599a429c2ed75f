"""Words for triage: how a message is spelled out and split."""

from __future__ import annotations

import pytest

from assistant.triage_words import MAX_CHARACTERS, Remembered, Spelling, cap

PLAIN = {"u": "you", "im": "i am", "hes": "he is", "can't": "cannot"}


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(PLAIN, {"g": "g", "yo": "year old"}, ["seizure", "breathing", "overdose"], ["overdone", "seizures"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Im fine", ["i", "am", "fine"]),
        ("I’m u", ["i", "am", "you"]),
        ("he's CAN'T", ["he", "is", "cannot"]),
        ("my friend's lips", ["my", "friend", "lips"]),
        ("sooo heeelp", ["so", "help"]),
        ("15g 3yo 7oh 1000", ["15", "g", "3", "year", "old", "7oh", "1000"]),
        ("60/30 and/or 1.5", ["60", "30", "and", "or", "1.5"]),
        ("seisure brething breathng", ["seizure", "breathing", "breathing"]),
        ("seizures overdone leisure", ["seizures", "overdone", "leisure"]),
        ("sezirue", ["sezirue"]),
    ],
)
def test_words_are_spelled_out(spelling: Spelling, text: str, words: list[str]) -> None:
    assert list(spelling.read(text).words) == words


def test_sentences_and_clauses_are_numbered(spelling: Spelling) -> None:
    read = spelling.read("one, two - three. four\nfive; six")
    assert list(read.sentences) == [0, 0, 0, 1, 2, 3]
    assert list(read.clauses) == [0, 1, 2, 3, 4, 5]


def test_a_dash_between_blanks_parts_clauses_wherever_lines_end(spelling: Spelling) -> None:
    read = spelling.read("one -\ntwo\n- three four-five --six (seven),eight")
    assert list(read.words) == ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    assert list(read.sentences) == [0, 0, 1, 1, 1, 1, 1, 1]
    assert list(read.clauses) == [0, 1, 2, 2, 2, 2, 2, 3]


def test_only_so_much_is_remembered() -> None:
    made: list[str] = []

    def length(word: str) -> int:
        made.append(word)
        return len(word)

    remembered = Remembered(length)
    assert [remembered[word] for word in ("a", "bb", "a", "c" * 41, "c" * 41)] == [1, 2, 1, 41, 41]
    assert made == ["a", "bb", "c" * 41, "c" * 41]


def test_a_long_text_keeps_its_start_and_its_end() -> None:
    text = "start " + "x" * 50_000 + " end"
    capped = cap(text)
    assert len(capped) == MAX_CHARACTERS
    assert capped.startswith("start ")
    assert capped.endswith(" end")
    assert cap("short") == "short"


def test_many_words_keep_the_first_and_the_last(spelling: Spelling) -> None:
    read = spelling.read("first " + "a " * 4_900 + "last")
    assert len(read.words) == len(read.sentences) == len(read.clauses) == 3_000
    assert (read.words[0], read.words[-1]) == ("first", "last")
