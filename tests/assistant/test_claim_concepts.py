"""Concepts are found as by trying every expression at every place, only sooner."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.claim_concepts import Concept, Concepts, any_of
from assistant.claim_words import read_claim_words
from corpus.claims import read_catalogue

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
Places = list[tuple[str, int, int, int]]


def plainly(concepts: Concepts, text: str) -> Places:
    return [
        (concept.name, way, *match.span())
        for concept in concepts.concepts
        for way, entries in ((1, concept.words), (-1, concept.opposite))
        if entries
        for match in any_of(entries).finditer(text)
    ]


def found(concepts: Concepts, text: str) -> Places:
    return [(one.concept.name, one.way, one.start, one.end) for one in concepts.mentions(text)]


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("liver", "The Liver, not a de-liver or livery."),
        ("a?bc", "abc bc"),
        ("ab?c", "ac abc"),
        ("ab{0,2}c", "ac abbc"),
        ("ab|cd", "cd ab"),
        ("(?:old|new) ways|paths", "paths, new ways"),
        ("(?:very ){0,2}bad", "bad, very bad"),
        ("(?:very )?bad", "bad, very bad"),
        ("(?:(?:no|any) )?harm", "harm, no harm"),
        (r"\d+ ?mg", "20 mg and 5mg"),
        (r"\d{0,2}x", "x, 50x"),
        ("(?<!break )down", "down, break down"),
        ("sleep", "\u017fleep and SLEEP"),
    ],
)
def test_an_entry_is_found_however_it_begins(entry: str, text: str) -> None:
    concepts = Concepts((Concept("one", (entry,)), Concept("other", ("zzz",), (entry,))))
    places = plainly(concepts, text)
    assert places
    assert found(concepts, text) == places


def test_the_catalogues_wordings_speak_of_the_same_as_plainly() -> None:
    concepts = read_claim_words().concepts
    texts = [wording.text for wording in read_catalogue(CORPUS)[1]][::20]
    assert len(texts) > 300
    assert [found(concepts, text) for text in texts] == [plainly(concepts, text) for text in texts]
