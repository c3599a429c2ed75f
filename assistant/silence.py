"""When to keep silent: an absolute confidence for each hit and for the answer, and which kind of silence it is.

The confidences are logistic functions of signals that are comparable over questions; they are applied before anything is
normalised over the candidates of one question. Their weights and floors are fitted on development questions by
`tools/calibrate.py` and kept in `data/calibration.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.entities import Clues
from index.passage_index import Hit

# The signals of a hit that the confidence rests on.
SIGNALS = (
    "dense",
    "bm25",
    "late",
    "sentence",
    "coverage",
    "matched",
    "unmatched",
    "uncovered",
)
CALIBRATION_FILE = Path(__file__).parent / "data" / "calibration.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic function of named values."""

    weights: dict[str, float]
    bias: float

    def __call__(self, values: Mapping[str, float]) -> float:
        """Return a number between 0 and 1."""
        total = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-total))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sure to be of a hit and of an answer, and the floors under which nothing is quoted, answered or on topic.

    Hits under the share `score_share` of the best score are left out; of the others those are quoted that reach `quote_floor`
    and the share `quote_share` of the surest one's confidence. A completed question is answered by `followup` and its floor
    instead of `answer_floor`, and quoted from that share alone.
    """

    hit: Logistic
    answer: Logistic
    quote_floor: float
    quote_share: float
    score_share: float
    answer_floor: float
    topic_floor: float
    fitted: str
    followup: Logistic | None = None
    followup_floor: float = 0.0

    def hit_confidence(self, hit: Hit) -> float:
        """Return the estimated chance that the passage holds what the question asks for."""
        return self.hit(hit.signals)

    def quotable(self, hits: Sequence[Hit], *, completed: bool = False) -> list[tuple[Hit, float]]:
        """Return the hits that may be quoted with their confidence, in the given order."""
        near = self.score_share * max((hit.score for hit in hits), default=0.0)
        rated = [(hit, self.hit_confidence(hit)) for hit in hits if hit.score >= near]
        surest = max((confidence for _, confidence in rated), default=0.0)
        floor = max(0.0 if completed else self.quote_floor, self.quote_share * surest)
        return [pair for pair in rated if pair[1] >= floor]

    def answer_confidence(self, hits: Sequence[Hit], clues: Clues) -> float:
        """Return the estimated chance that the documents answer the question at all; 0 without hits."""
        return self.answer(answer_signals(hits, clues)) if hits else 0.0

    def answers(self, confidence: float, followup: Mapping[str, float]) -> bool:
        """Say whether the documents answer a question of this confidence.

        `followup` are the signals of a completed question (`followup_signals`), which its subject alone makes look answerable;
        empty of one that stands alone.
        """
        if self.followup is None or not followup:
            return confidence >= self.answer_floor
        return self.followup(followup) >= self.followup_floor

    def on_topic(self, hits: Sequence[Hit], clues: Clues) -> bool:
        """Say whether a question without an answer is about kratom at all."""
        return clues.names_subject or (
            not clues.names_other and any(hit.signals["dense"] >= self.topic_floor for hit in hits[:1])
        )


def answer_signals(hits: Sequence[Hit], clues: Clues) -> dict[str, float]:
    """Return the absolute signals of a question: of its first hit, of its hits together, and of its own words."""
    first = hits[0]
    return {
        "first dense": first.signals["dense"],
        "first matched": first.signals["matched"],
        "first unmatched": first.signals["unmatched"],
        "first uncovered": first.signals["uncovered"],
        "best sentence": max(hit.signals["sentence"] for hit in hits),
        "entities named": clues.share_named(first.passage),
        "names subject": float(clues.names_subject),
        "implies subject": float(clues.implies_subject),
        "names other": float(clues.names_other),
    }


def followup_signals(
    confidence: float, *, unmatched: float, beside: float, refers_back: bool, names_other: bool
) -> dict[str, float]:
    """Return the signals of a completed question: the logarithm of the odds of an answer, and what its own part says.

    How badly its words are met (`PassageIndex.unmatched`), how much nearer it is to some other passage than to those found
    (`PassageIndex.beside`), whether it refers to what was said before, and whether it names another substance.
    """
    sure = min(max(confidence, 1e-6), 1 - 1e-6)
    return {
        "answer odds": math.log(sure / (1 - sure)),
        "own unmatched": unmatched,
        "own beside": beside,
        "own refers back": float(refers_back),
        "own names other": float(names_other),
    }


def read_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """Return the calibration kept in a file."""
    values = json.loads(path.read_text(encoding="utf-8"))
    models = ("hit", "answer", *(["followup"] if values.get("followup") else []))
    return Calibration(**values | {name: Logistic(**values[name]) for name in models})
