"""What the fit of the ranking measures, on questions with three or four candidates."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.fit_ranking import Example, FactExample, SpanExample, fit_logistic, fit_pairwise, objective, smoothed
from index.ranking import SIGNALS, standardised

DENSE_ONLY = np.array([[1.0, 0, 0, 0, 0, 0]])
WORDS_ONLY = np.array([[0.0, 1, 0, 0, 0, 0]])


def signals(dense: list[float], words: list[float]) -> np.ndarray:
    made = np.zeros((len(dense), len(SIGNALS)))
    made[:, 0], made[:, 1] = dense, words
    return made


def span_example() -> SpanExample:
    # Candidates of the documents a, b, a, c; the gold document is a, and only its second passage covers the answer.
    right = np.array([False, False, True, False])
    gold = np.array([True, False, True, False])
    return SpanExample(0, signals([3, 2, 1, 0], [0, 2, 1, 3]), right, gold, np.array([0, 1, 0, 2]))


def fact_example() -> FactExample:
    # Two requirements; passages meet: none, the first, the second, both, none.
    met = np.array([0, 1, 2, 3, 0])
    return FactExample(0, signals([5, 4, 3, 2, 1], [1, 2, 3, 4, 5]), met == 3, np.ones(5), met, 3)


def test_measures_of_a_span() -> None:
    assert {name: float(value[0]) for name, value in span_example().measure(DENSE_ONLY).items()} == {
        "nDCG@10": 1.0,
        "span@1": 0.0,
        "span@3": 1.0,
    }
    by_words = span_example().measure(WORDS_ONLY)
    # By words the documents come as c, b, a.
    assert float(by_words["nDCG@10"][0]) == pytest.approx(1 / math.log2(4))
    assert float(by_words["span@3"][0]) == 1.0


def test_measures_of_facts() -> None:
    both = fact_example().measure(np.concatenate([DENSE_ONLY, WORDS_ONLY]))
    assert both["facts@4"].tolist() == [1.0, 1.0]
    assert both["first right"].tolist() == [0.0, 0.0]


def test_passages_that_name_what_is_asked_for_come_first() -> None:
    example = fact_example()
    named = FactExample(0, example.signals, example.right, np.array([0, 0, 0, 1.0, 0]), example.met, 3)
    assert named.measure(DENSE_ONLY)["first right"].tolist() == [1.0]


def test_the_sets_count_alike() -> None:
    examples: list[Example] = [span_example(), span_example(), span_example(), fact_example()]
    assert objective(examples, DENSE_ONLY).tolist() == pytest.approx([(2 / 3 + 1 / 2) / 2])


def test_both_logistic_fits_find_the_signal_that_matters() -> None:
    generator = np.random.default_rng(0)
    examples: list[Example] = []
    for _ in range(30):
        values = standardised(generator.normal(size=(20, len(SIGNALS))))
        right = np.arange(20) == values[:, 2].argmax()
        examples.append(SpanExample(0, values, right, right, np.arange(20)))
    for fit in (fit_logistic, fit_pairwise):
        weights = fit(examples)
        assert weights[2] == pytest.approx(1.0)
        assert np.abs(np.delete(weights, 2)).max() < 0.4


def test_a_grid_is_smoothed_by_its_neighbours() -> None:
    assert smoothed(np.array([0.0, 3.0, 0.0, 0.0])).tolist() == pytest.approx([1.0, 1.0, 1.0, 0.0])
