"""Families of words: where they stand in a message, and what a star or the end of a message means to them."""

from __future__ import annotations

import pytest

from assistant.triage_lexicon import Lexicon


def test_families_are_found_in_order() -> None:
    lexicon = Lexicon({"pet": ["dog", "guinea pig", "kitt*"], "little": ["#1-12 year old"], "idiom": ["hot dog"]})
    found = lexicon.places(
        ["the", "kittens", "guinea", "pig", "dog", "hot", "dog", "7", "year", "old", "13", "year", "old"]
    )
    assert found["pet"] == [(1, 2), (2, 4), (4, 5)]
    assert found["little"] == [(7, 10)]
    assert found["nobody"] == []
    assert found.some("pet", 2, 5) == [(2, 4), (4, 5)]
    assert found.has("pet", 4, 5)
    assert not found.has("pet", 5, 7)


def test_a_phrase_is_not_looked_for_beyond_the_end() -> None:
    assert Lexicon({"pet": ["guinea pig"]}).places(["guinea"])["pet"] == []


def test_phrases_share_their_words() -> None:
    lexicon = Lexicon({"a": ["breath* in", "#1-5 g", "#1-5 mg"], "b": ["breath* out", "breath*"]})
    found = lexicon.places(["breathing", "out", "3", "mg", "breath", "in"])
    assert found["a"] == [(2, 4), (4, 6)]
    assert found["b"] == [(0, 1), (0, 2), (4, 5)]


def test_a_star_needs_three_letters() -> None:
    with pytest.raises(ValueError, match="'do' needs 3 letters"):
        Lexicon({"pet": ["do*"]})
