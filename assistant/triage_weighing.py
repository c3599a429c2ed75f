"""Weighing: the marks of a message → how likely each kind of notice is. A table of weights, learned from judged examples.

Marks are words, neighbours within a sentence, families of words, families that a word of denial precedes, and the kinds
whose rules hold. The table is `data/triage_weights.json`, made by `assistant.learning_weights`: no model is run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.triage_words import Words

WEIGHTS_FILE = Path(__file__).parent / "data" / "triage_weights.json"
# A long message is read in stretches of about this many words: one sentence of danger must not drown in the rest.
STRETCH = 90
START, END = "^ ", " $"
# How a mark begins that is a family of words, a family that is denied, or a rule, and no word.
_NO_WORD = frozenset("@!=")
_WHOLE = 1_000_000
# Words and neighbours that no example has weigh nothing, but they count against all others as this share of the rarest known
# mark: a few known words among many strange ones say little (share chosen by five-fold cross-validation, docs/safety.md).
# Their row is the last but one.
_STRANGE, _STRANGER = 0.25, -2


def word_marks(words: Sequence[str], sentences: Sequence[int]) -> set[str]:
    """Return the words and the neighbours of a stretch; the start and the end of a sentence are neighbours too."""
    marks = set(words)
    last, before = -1, ""
    for word, sentence in zip(words, sentences, strict=True):
        if sentence == last:
            marks.add(f"{before} {word}")
        else:
            if before:
                marks.add(before + END)
            marks.add(START + word)
        last, before = sentence, word
    if before:
        marks.add(before + END)
    return marks


def stretches(read: Words) -> list[tuple[int, int]]:
    """Return where a message is cut: between sentences where one ends in time."""
    sentences = read.sentences
    cuts = [0]
    while len(sentences) - cuts[-1] > STRETCH:
        latest = cuts[-1] + STRETCH
        end = latest
        while end > cuts[-1] + STRETCH // 2 and sentences[end] == sentences[end - 1]:
            end -= 1
        cuts.append(end if sentences[end] != sentences[end - 1] else latest)
    return list(zip(cuts, [*cuts[1:], len(sentences)], strict=True))


@dataclass(frozen=True, slots=True)
class Weighing:
    """For each mark how rare it is, and its weight for each name; the constants are the weights of no mark at all.

    A row of the table holds the square of a mark's rarity and the products of rarity and weight, as whole numbers: they add up
    to the same sum in any order, and a set has another order in each run.
    """

    names: tuple[str, ...]
    constants: npt.NDArray[np.float64]
    rows: Mapping[str, int]
    table: npt.NDArray[np.int64]

    def odds(self, stretches_marks: Sequence[Iterable[str]]) -> npt.NDArray[np.float64]:
        """Return for each stretch and each name the logarithm of the odds that it is of it."""
        # A row of nothing but noughts ends each stretch: none is without a row.
        known = [[*self._known(marks), -1] for marks in stretches_marks]
        starts = [0, *accumulate(len(rows) for rows in known[:-1])]
        sums = np.add.reduceat(self.table[list(chain.from_iterable(known))], starts, axis=0) / _WHOLE
        lengths = np.sqrt(np.maximum(sums[:, :1], 1 / _WHOLE))
        odds: npt.NDArray[np.float64] = self.constants + sums[:, 1:] / lengths
        return odds

    def _known(self, marks: Iterable[str]) -> list[int]:
        """The rows of marks; of those that no example has only words count, all by the same row."""
        rows = self.rows
        return [rows[mark] if mark in rows else _STRANGER if mark[0] not in _NO_WORD else -1 for mark in marks]

    def chances(self, stretches_marks: Sequence[Iterable[str]]) -> dict[str, float]:
        """Return how likely each name is, between 0 and 1: that of the likeliest stretch."""
        best = self.odds(stretches_marks).max(axis=0)
        return dict(zip(self.names, (1 / (1 + np.exp(-best))).tolist(), strict=True))


def weighing(names: Sequence[str], constants: Sequence[float], weights: Mapping[str, Sequence[float]]) -> Weighing:
    """Return the weighing of a table whose rows are: a mark's rarity, then its weight for each name."""
    table = np.array(list(weights.values()), dtype=np.float64).reshape(len(weights), len(names) + 1)
    table[:, 1:] *= table[:, :1]
    table[:, 0] **= 2
    rows = {mark: row for row, mark in enumerate(weights)}
    whole = np.zeros((len(weights) + 2, table.shape[1]), dtype=np.int64)
    whole[:_STRANGER] = np.rint(table * _WHOLE)
    whole[_STRANGER, 0] = round(_STRANGE * whole[:, 0].max())
    return Weighing(tuple(names), np.array(constants), rows, whole)


@lru_cache(maxsize=1)
def read_weights(path: Path = WEIGHTS_FILE) -> Weighing:
    """Return the weights of this project."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return weighing(data["names"], data["constants"], data["weights"])
