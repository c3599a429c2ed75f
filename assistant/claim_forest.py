"""How sure a text is to state a claim: boosted decision trees over signals, read from a JSON file (fitted by tools/fit_claims.py)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOREST_FILE = Path(__file__).parent / "data" / "claim_matching.json"
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree as arrays over its nodes; at a leaf `feature` is -1 and `value` what it adds."""

    feature: npt.NDArray[np.int64]
    threshold: Matrix
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    value: Matrix

    def values(self, rows: Matrix) -> Matrix:
        """Return what the tree adds for each row."""
        nodes = np.zeros(len(rows), dtype=np.int64)
        places = np.arange(len(rows))
        while (inner := self.feature[nodes] >= 0).any():
            here = nodes[inner]
            below = rows[places[inner], self.feature[here]] <= self.threshold[here]
            nodes[inner] = np.where(below, self.left[here], self.right[here])
        return self.value[nodes]


@dataclass(frozen=True, slots=True)
class Forest:
    """Boosted trees, the names of the signals they were fitted on, and the floors chosen with them."""

    names: tuple[str, ...]
    start: float
    trees: tuple[Tree, ...]
    floors: dict[str, float]
    fitted: str

    def probabilities(self, rows: Matrix) -> Matrix:
        """Return for each row how likely the text states the claim, from 0 to 1."""
        if rows.shape[1] != len(self.names):
            raise ValueError(f"the trees were fitted on {len(self.names)} signals, not {rows.shape[1]}")
        score = np.full(len(rows), self.start)
        for tree in self.trees:
            score += tree.values(rows)
        return np.asarray(1.0 / (1.0 + np.exp(-score)))

    def as_json(self) -> dict[str, Any]:
        """Return everything that `from_json` needs."""
        return {
            "fitted": self.fitted,
            "names": list(self.names),
            "floors": self.floors,
            "start": self.start,
            "trees": [
                {
                    "feature": tree.feature.tolist(),
                    "threshold": [round(float(value), 6) for value in tree.threshold],
                    "left": tree.left.tolist(),
                    "right": tree.right.tolist(),
                    "value": [round(float(value), 5) for value in tree.value],
                }
                for tree in self.trees
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Forest:
        """Return the forest that `as_json` described."""
        trees = tuple(
            Tree(
                np.array(tree["feature"], dtype=np.int64),
                np.array(tree["threshold"], dtype=np.float64),
                np.array(tree["left"], dtype=np.int64),
                np.array(tree["right"], dtype=np.int64),
                np.array(tree["value"], dtype=np.float64),
            )
            for tree in data["trees"]
        )
        return cls(tuple(data["names"]), float(data["start"]), trees, dict(data["floors"]), data["fitted"])


@lru_cache(maxsize=1)
def read_forest() -> Forest:
    """Return the fitted forest."""
    return Forest.from_json(json.loads(FOREST_FILE.read_text(encoding="utf-8")))
