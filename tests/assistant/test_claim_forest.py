"""Trees over signals: their answers, and what their file keeps."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.claim_forest import Forest, read_forest
from assistant.claim_matching import FEATURES
from tests.assistant.claims_designed import FOREST


def rows(**values: float) -> np.ndarray:
    return np.array([[values.get(name, 0.0) for name in FEATURES]])


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ({"overlap_wording": 0.55}, -4.0),
        ({"overlap_wording": 0.56}, 4.0),
        ({"overlap_wording": 0.9, "clause_disagree": 0.5}, -4.0),
    ],
)
def test_the_probability_follows_the_branches(values: dict[str, float], score: float) -> None:
    assert FOREST.probabilities(rows(**values)) == pytest.approx(1 / (1 + np.exp(-score)))


def test_a_forest_survives_its_file() -> None:
    again = Forest.from_json(FOREST.as_json())
    every = np.random.default_rng(1).uniform(0, 1, size=(50, len(FEATURES)))
    assert np.allclose(again.probabilities(every), FOREST.probabilities(every))
    assert again.floors == FOREST.floors


def test_other_signals_than_fitted_on_are_refused() -> None:
    with pytest.raises(ValueError, match=f"fitted on {len(FEATURES)} signals, not 3"):
        FOREST.probabilities(np.zeros((1, 3)))


def test_the_shipped_trees_are_fitted_on_the_signals_of_today() -> None:
    forest = read_forest()
    assert forest.names == FEATURES
    assert len(forest.trees) > 50
    assert set(forest.floors) >= {"match", "least", "lead", "contrary", "contrary_of_contradicted", "turned"}
