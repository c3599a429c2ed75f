"""Word matching with real bm25s: values worked by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from index.lexical import LexicalIndex, is_content_word, words
from tests.index.limits import file_size_limit

# Three passages of 2, 3 and 1 words: on average 2.
TEXTS = ["tea leaf", "tea poison poison", "powder"]


def idf(frequency: int, passages: int = 3) -> float:
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


def bm25(count: int, frequency: int, length: int, *, mean: float = 2.0) -> float:
    """Lucene's BM25 with k1 = 1.5 and b = 0.75."""
    return idf(frequency) * count / (count + 1.5 * (0.25 + 0.75 * length / mean))


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Livers were damaged", ["liver", "damag"]),
        ("What does it do to me?", []),
        ("Kratom's effects", ["kratom", "effect"]),
        ("Kratom’s effects", ["kratom", "effect"]),
        ("7-OH", ["7-oh", "7", "oh"]),
        ("beta-arrestin-2", ["beta-arrestin-2", "beta", "arrestin", "2"]),
        ("- – a-", []),
        ("Täglich 2.5 g", ["täglich", "2", "5", "g"]),
        ("", []),
    ],
)
def test_words_are_stemmed_and_function_words_left_out(text: str, stems: list[str]) -> None:
    assert words(text) == stems


def test_function_words_say_nothing_of_the_subject() -> None:
    assert (is_content_word("liver"), is_content_word("what")) == (True, False)


def test_bm25_is_the_value_worked_by_hand() -> None:
    match = LexicalIndex.build(TEXTS).match(["poison", "tea"])
    expected = [bm25(1, 2, 2), bm25(1, 2, 3) + bm25(2, 1, 3), 0.0]
    np.testing.assert_allclose(match.bm25, expected, rtol=1e-5)
    assert match.bm25[1] == pytest.approx(0.470004 * 1 / (1 + 1.5 * 1.375) + 0.980829 * 2 / (2 + 1.5 * 1.375), rel=1e-5)


def test_the_ideal_is_the_best_that_any_passage_reaches_word_by_word() -> None:
    match = LexicalIndex.build(TEXTS).match(["poison", "tea", "kidney"])
    assert match.ideal == pytest.approx(bm25(2, 1, 3) + bm25(1, 2, 2) + math.log(1 + 3.5 / 0.5), rel=1e-5)


def test_coverage_is_the_share_of_idf_that_a_passage_has() -> None:
    match = LexicalIndex.build(TEXTS).match(["poison", "tea"])
    np.testing.assert_allclose(match.coverage, [idf(2) / (idf(1) + idf(2)), 1.0, 0.0], rtol=1e-5)


def test_a_word_said_twice_counts_once() -> None:
    index = LexicalIndex.build(TEXTS)
    once, twice = index.match(["tea"]), index.match(["tea", "tea"])
    np.testing.assert_array_equal(once.bm25, twice.bm25)
    assert once.ideal == twice.ideal


@pytest.mark.parametrize("question", [[], ["kidney"]])
def test_a_question_without_known_words_matches_nothing(question: list[str]) -> None:
    match = LexicalIndex.build(TEXTS).match(question)
    assert match.bm25.tolist() == match.coverage.tolist() == [0.0, 0.0, 0.0]
    assert match.ideal == pytest.approx(math.log(8) if question else 0.0)


def test_the_rarer_a_word_the_higher_its_idf() -> None:
    index = LexicalIndex.build(TEXTS)
    assert index.idf("tea") == pytest.approx(idf(2))
    assert index.idf("poison") == pytest.approx(idf(1))
    assert index.idf("kidney") == index.highest_idf == pytest.approx(math.log(8))


def test_a_hyphenated_word_is_found_whole_and_by_its_parts() -> None:
    index = LexicalIndex.build(["7-OH binds", "OH groups", "beta-arrestin"])
    assert "7-oh" in index and "arrestin" in index and "beta-oh" not in index
    whole = index.match(words("7-oh"))
    assert whole.coverage.tolist() == pytest.approx([1.0, idf(2) / (2 * idf(1) + idf(2)), 0.0])
    assert index.match(words("arrestin")).bm25.argmax() == 2


def test_passages_that_have_any_of_some_words_are_told() -> None:
    index = LexicalIndex.build(TEXTS)
    positions = np.array([2, 1, 0])
    assert index.has_any(("powder", "leaf"), positions).tolist() == [True, False, True]
    assert index.has_any(("kidney",), positions).tolist() == [False, False, False]


def test_an_index_survives_saving_and_loading(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path, 3)
    before, after = index.match(["poison", "leaf"]), loaded.match(["poison", "leaf"])
    np.testing.assert_array_equal(before.bm25, after.bm25)
    assert (before.ideal, loaded.idf("tea")) == (after.ideal, index.idf("tea"))


@pytest.mark.parametrize("missing", [1, 400, 4000])
def test_a_file_that_finds_no_room_is_an_error(tmp_path: Path, missing: int) -> None:
    index = LexicalIndex.build(["tea"] * 1200)
    index.save(tmp_path / "whole")
    size = max(path.stat().st_size for path in (tmp_path / "whole").iterdir())
    with file_size_limit(size - missing), pytest.raises(OSError, match=r"No space left|requested and \d+ written"):
        index.save(tmp_path / "cut")
