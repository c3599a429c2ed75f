"""Signals become one score: standardised over the candidates, weighted, added."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from index.ranking import RANKING_FILE, SIGNALS, Ranking, read_ranking

RANKING = Ranking(
    "by-hand",
    {"dense": 2.0, "bm25": 1.0, "late": 0.0, "sentence": 0.0, "coverage": 0.5, "expansion": 0.0},
    "not fitted",
)


def test_scores_are_the_values_worked_by_hand() -> None:
    signals = np.array([[1.0, 5.0, 9.0, 0.0, 0.0, 2.0], [3.0, 5.0, 1.0, 0.0, 1.0, 2.0]], dtype=np.float32)
    # Dense: mean 2, spread 1 → -1 and 1. BM25: no spread → 0. Coverage: mean 0.5, spread 0.5 → -1 and 1.
    np.testing.assert_allclose(RANKING.scores(signals), [-2.5, 2.5])


def test_three_candidates_by_hand() -> None:
    signals = np.zeros((3, 6), dtype=np.float32)
    signals[:, 0] = [0.0, 0.0, 3.0]
    spread = 2**0.5
    np.testing.assert_allclose(RANKING.scores(signals), [-2 / spread, -2 / spread, 4 / spread], rtol=1e-6)


def test_a_single_candidate_scores_nothing() -> None:
    assert RANKING.scores(np.ones((1, 6), dtype=np.float32)).tolist() == [0.0]


def test_a_weight_for_each_signal_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ranking.json"
    path.write_text(json.dumps(RANKING.describe()), encoding="utf-8")
    assert read_ranking(path) == RANKING


def test_the_shipped_ranking_weighs_every_signal() -> None:
    shipped = read_ranking(RANKING_FILE)
    assert tuple(shipped.weights) == SIGNALS
    assert min(shipped.weights.values()) > 0
    assert shipped.fitted


def test_a_signal_without_a_weight_is_an_error() -> None:
    with pytest.raises(KeyError, match="bm25"):
        Ranking("half", {"dense": 1.0}, "").scores(np.ones((2, 6), dtype=np.float32))
