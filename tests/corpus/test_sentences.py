"""Sentences are spans of the text, without the white space around them, and leave nothing out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans


def cut(text: str, start: int = 0, end: int | None = None) -> list[str]:
    return [text[first:last] for first, last in sentence_spans(text, start, end)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("Dr. Smith gave 2.5 g, e.g. as tea. Nobody slept.", ["Dr. Smith gave 2.5 g, e.g. as tea.", "Nobody slept."]),
        ("  Spaces around.  \n", ["Spaces around."]),
        ("A line\nthat runs on. Next.", ["A line\nthat runs on.", "Next."]),
        ("No full stop", ["No full stop"]),
        ("Grün 😀 ist es. Täglich ก.", ["Grün 😀 ist es.", "Täglich ก."]),
        # sentencex itself panics on these.
        ("Seen by A.\u00a0Smith in 2\u202fweeks. Next.", ["Seen by A.\u00a0Smith in 2\u202fweeks.", "Next."]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences_are_cut_where_a_reader_would(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


def test_offsets_are_those_of_the_whole_text() -> None:
    text = "😀 Before. Inside one. Inside two. After."
    start, end = text.index("Inside one"), text.index(" After")
    assert sentence_spans(text, start, end) == ((start, start + 11), (start + 12, start + 23))
    assert cut(text, start, end) == ["Inside one.", "Inside two."]


@given(st.text(alphabet="aB .?!\n\t“”\"()'1😀é—\u2028\u00a0ก", max_size=120))
@example("(a. b) c.\n\nd")
def test_sentences_cover_every_visible_character_in_order(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
