"""Nearness: the places around which a rule may hold, and no others."""

from __future__ import annotations

import pytest

from assistant.triage_lexicon import Lexicon
from assistant.triage_nearness import Nearness
from assistant.triage_rules import Rule
from assistant.triage_words import Words

LEXICON = Lexicon({"stop": ["stopped"], "breath": ["breath*", "chest going up"], "dog": ["dog"]})


def rule(*elements: str, ordered: bool = False, across: bool = False) -> Rule:
    further = (ordered,) * (len(elements) - 1)
    return Rule("emergency", "plain", elements, further, 3, across, "", frozenset(elements), "line")


def places(of: Rule, text: str) -> list[tuple[int, int]]:
    sentences = [sentence.split() for sentence in text.split(". ")]
    numbers = [number for number, sentence in enumerate(sentences) for _ in sentence]
    words = Words([word for sentence in sentences for word in sentence], numbers, numbers)
    other = rule("dog", "nobody")
    return [
        place for found, place in Nearness(LEXICON, [other, of]).places(words, LEXICON.places(words.words)) if found
    ]


@pytest.mark.parametrize(
    ("of", "text", "found"),
    [
        (rule("stop", "breath"), "he stopped breathing", [(1, 2)]),
        (rule("stop", "breath"), "breath that just stopped", [(3, 4)]),
        (rule("stop", "breath"), "breath that very nearly just stopped", []),
        (rule("breath", "stop"), "chest going up has now stopped. breathing", [(0, 3)]),
        (rule("stop", "breath", ordered=True), "breath that stopped", []),
        (rule("stop", "breath"), "he stopped. breathing", []),
        (rule("stop", "breath", across=True), "he stopped. breathing", [(1, 2)]),
        (rule("stop", "breath", "dog"), "the dog stopped breathing", [(2, 3)]),
        (rule("stop", "breath", "dog"), "he stopped breathing", []),
        (rule("stop"), "he stopped. and stopped", [(1, 2), (3, 4)]),
    ],
)
def test_all_families_stand_around_the_first(of: Rule, text: str, found: list[tuple[int, int]]) -> None:
    assert places(of, text) == found


def test_of_very_many_places_the_first_and_the_last_are_looked_at() -> None:
    starts = [start for start, _ in places(rule("stop"), "stopped " * 1_000)]
    # 40 at either end, and those that are within reach of them (9 words).
    assert starts == [*range(48), *range(951, 1_000)]
