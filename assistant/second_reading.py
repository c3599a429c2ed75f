"""A second reading of a message: weights of words and pairs of words, learned from judged examples → how likely it is danger.

Rules find what was thought of; the weights also find danger told in words that no rule has. They are a table in
`data/triage_weights.json`, made by `assistant.learning_weights` from judged messages: no model is run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, fsum, sqrt
from operator import mul
from pathlib import Path

WEIGHTS_FILE = Path(__file__).parent / "data" / "triage_weights.json"
# A long message is read in stretches of about this many words: one sentence of danger must not drown in the rest.
STRETCH = 45
# Fewer words say too little: "and clonidine?"
SHORTEST = 3


def features(words: Sequence[str]) -> set[str]:
    """Return the words of a stretch and the pairs of neighbours, its start and its end being neighbours too."""
    pairs = zip(["^", *words], [*words, "$"], strict=True)
    return {*words, *(f"{left} {right}" for left, right in pairs)}


def stretches(words: Sequence[str], sentences: Sequence[int]) -> Iterator[Sequence[str]]:
    """Yield a message in stretches, ending with a sentence where one ends in time."""
    start = 0
    while len(words) - start > STRETCH:
        end = start + STRETCH
        while end > start + STRETCH // 2 and sentences[end] == sentences[end - 1]:
            end -= 1
        if sentences[end] == sentences[end - 1]:
            end = start + STRETCH
        yield words[start:end]
        start = end
    yield words[start:]


@dataclass(frozen=True, slots=True)
class SecondReading:
    """For each feature how rare it is, then its weight for any danger and for each kind; the first weights are the constants."""

    names: tuple[str, ...]
    constants: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]

    def chances(self, words: Sequence[str], sentences: Sequence[int]) -> dict[str, float]:
        """Return how likely each name is, between 0 and 1: the highest of any stretch of the message."""
        best = [0.0] * len(self.names)
        for stretch in stretches(words, sentences):
            if len(stretch) < SHORTEST:
                continue
            best = [max(pair) for pair in zip(best, self._of(features(stretch)), strict=True)]
        return dict(zip(self.names, best, strict=True))

    def _of(self, found: Iterable[str]) -> list[float]:
        known = [weights for weights in map(self.weights.get, found) if weights is not None]
        if not known:
            return [_chance(constant) for constant in self.constants]
        rarities, *columns = zip(*known, strict=True)
        # `fsum` is exact: a set's order differs from run to run, and must not show in the last digits.
        length = sqrt(fsum(map(mul, rarities, rarities)))
        return [
            _chance(constant + fsum(map(mul, rarities, column)) / length)
            for constant, column in zip(self.constants, columns, strict=True)
        ]


def _chance(odds: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))


@lru_cache(maxsize=1)
def read_weights(path: Path = WEIGHTS_FILE) -> SecondReading:
    """Return the weights of this project."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return SecondReading(
        tuple(data["names"]),
        tuple(data["constants"]),
        {feature: tuple(weights) for feature, weights in data["weights"].items()},
    )
