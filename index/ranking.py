"""How the signals of a passage become one score: weights learned on development data, kept in `data/ranking.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

SIGNALS = ("dense", "bm25", "late", "sentence", "coverage", "expansion")
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A weight for each signal, of scores standardised over the candidates of one question, and how they were fitted."""

    name: str
    weights: dict[str, float]
    fitted: str

    def scores(self, signals: Matrix) -> npt.NDArray[np.float64]:
        """Return one score per row of `signals`, shape (candidates, len(SIGNALS)); higher is better."""
        return np.asarray(standardised(signals) @ np.array([self.weights[name] for name in SIGNALS]))

    def describe(self) -> dict[str, Any]:
        """Return the weights and how they were fitted, for the manifest."""
        return asdict(self)


def standardised(signals: Matrix | npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return each column with mean 0 and spread 1; a column that says nothing becomes 0."""
    values = signals.astype(np.float64)
    spread = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0))


def read_ranking(path: Path) -> Ranking:
    """Return the ranking kept in a file."""
    return Ranking(**json.loads(path.read_text(encoding="utf-8")))


RANKING_FILE = Path(__file__).parent / "data" / "ranking.json"
