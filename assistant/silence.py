"""When to keep silent: an absolute confidence for each hit, and which kind of silence it is.

The confidence is a logistic function of signals that are comparable over questions; it is applied before anything is
normalised over the candidates of one question. Its weights and floors are fitted on development questions by
`tools/calibrate.py` and kept in `data/calibration.json`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from index.passage_index import Hit

CALIBRATION_FILE = Path(__file__).parent / "data" / "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the signals, the floor under which nothing is quoted, and the floor under which nothing is on topic."""

    weights: dict[str, float]
    bias: float
    quote_floor: float
    answer_floor: float
    topic_floor: float
    fitted: str

    def confidence(self, hit: Hit, names_subject: bool) -> float:
        """Return the estimated chance, 0 to 1, that the passage answers the question."""
        values = hit.signals | {"names-subject": float(names_subject)}
        total = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-total))

    def on_topic(self, best: Hit | None, names_subject: bool) -> bool:
        """Say whether a question without an answer is about kratom at all."""
        return names_subject or (best is not None and best.signals["dense"] >= self.topic_floor)


def read_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """Return the calibration kept in a file."""
    return Calibration(**json.loads(path.read_text(encoding="utf-8")))
