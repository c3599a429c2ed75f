"""How sure a text is to state a claim: boosted decision trees over signals, read from a JSON file (fitted by tools/fit_claims.py)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
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


@dataclass(frozen=True)
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
        if not self.trees:
            return np.full(len(rows), 1.0 / (1.0 + np.exp(-self.start)))
        grown = self._grown
        trees = np.arange(len(self.trees))
        nodes = np.zeros((len(rows), len(trees)), dtype=np.int64)
        while (inner := grown.feature[trees, nodes] >= 0).any():
            row, tree = np.nonzero(inner)
            here = nodes[row, tree]
            below = rows[row, grown.feature[tree, here]] <= grown.threshold[tree, here]
            nodes[row, tree] = np.where(below, grown.left[tree, here], grown.right[tree, here])
        # Added tree after tree, whatever the number of rows: the same row always gets the same sum.
        score = self.start + np.add.accumulate(grown.value[trees, nodes], axis=1)[:, -1]
        return np.asarray(1.0 / (1.0 + np.exp(-score)))

    @cached_property
    def _grown(self) -> Tree:
        """All trees side by side, one a row, padded with leaves."""
        size = max(len(tree.feature) for tree in self.trees)

        def joined(name: str, padding: float) -> npt.NDArray[Any]:
            rows = [getattr(tree, name) for tree in self.trees]
            return np.stack([np.pad(row, (0, size - len(row)), constant_values=padding) for row in rows])

        return Tree(
            joined("feature", -1), joined("threshold", 0), joined("left", 0), joined("right", 0), joined("value", 0)
        )

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
