"""Weighing: the marks of a message → how likely each kind of notice is. A table of weights, learned from judged examples.

Marks are words, neighbours within a sentence, families of words, families that a word of denial precedes, and the kinds
whose rules hold. The table is `data/triage_weights.json`, made by `assistant.learning_weights`: no model is run.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.triage_lexicon import Int64s
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
# A mark of words as one number: the stretch, the word before, the word; so many bits hold a word. A word alone has "" before it.
_BITS = 20
_EDGES = {"": 0, START.strip(): 1, END.strip(): 2}
_START, _END = 1, 2
_PAIR = (1 << 2 * _BITS) - 1


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
class Marked:
    """What is weighed of a message: its words, where it is cut in stretches, and the families and rules of each stretch."""

    read: Words
    cuts: Sequence[tuple[int, int]]
    others: Sequence[Collection[str]]

    def marks(self) -> list[set[str]]:
        """Return all marks of each stretch."""
        words, sentences = self.read.words, self.read.sentences
        parts = zip(self.cuts, self.others, strict=True)
        return [word_marks(words[low:high], sentences[low:high]).union(others) for (low, high), others in parts]


class Vocabulary:
    """The words of a table as numbers, and its row of each word and of two neighbours."""

    def __init__(self, rows: Mapping[str, int]) -> None:
        """`rows` are those of all marks."""
        numbers, pairs = dict(_EDGES), dict[int, int]()
        for mark, row in rows.items():
            if mark[0] not in _NO_WORD:
                before, _, word = mark.rpartition(" ")
                number = numbers.setdefault(before, len(numbers))
                pairs[number << _BITS | numbers.setdefault(word, len(numbers))] = row
        # The last is no mark's: whatever is looked up comes before it.
        pairs[_PAIR] = _STRANGER
        keys, of_keys = np.array(list(pairs), dtype=np.int64), np.array(list(pairs.values()), dtype=np.int64)
        order = np.argsort(keys)
        self._numbers, self._pairs, self._rows = numbers, keys[order], of_keys[order]

    def rows(self, marked: Marked) -> tuple[Int64s, Int64s]:
        """Return the stretches and the rows of the words and neighbours, each once a stretch."""
        marks = _distinct(_word_numbers(self._number(marked.read.words), marked))
        pairs = marks & _PAIR
        places = np.searchsorted(self._pairs, pairs)
        known = self._pairs.take(places) == pairs
        return marks >> 2 * _BITS, np.where(known, self._rows.take(places), _STRANGER)

    def _number(self, words: Sequence[str]) -> Int64s:
        """Number the words; those that the table lacks have numbers of their own."""
        known, strange = self._numbers, dict[str, int]()
        first = len(known)
        numbers = [known[word] if word in known else strange.setdefault(word, first + len(strange)) for word in words]
        return np.array(numbers, dtype=np.int64)


def _word_numbers(words: Int64s, marked: Marked) -> Int64s:
    """Return the marks of words as numbers: each word, and each with what stands before it, as in `word_marks`."""
    stretches = np.repeat(np.arange(len(marked.cuts)), [high - low for low, high in marked.cuts])
    sentences = np.array(marked.read.sentences, dtype=np.int64)
    first = np.ones(len(words), dtype=np.bool_)
    first[1:] = (sentences[1:] != sentences[:-1]) | (stretches[1:] != stretches[:-1])
    last = np.roll(first, -1)
    before = np.where(first, _START, np.roll(words, 1))
    stretches <<= 2 * _BITS
    ends = stretches[last] | words[last] << _BITS | _END
    return np.concatenate((stretches | words, stretches | before << _BITS | words, ends))


def _distinct(numbers: Int64s) -> Int64s:
    numbers.sort()
    new = np.ones(len(numbers), dtype=np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return numbers[new]


@dataclass(frozen=True, slots=True)
class Weighing:
    """For each mark how rare it is, and its weight for each name; the constants are the weights of no mark at all.

    A row of the table holds the square of a mark's rarity and the products of rarity and weight, as whole numbers: they add up
    to the same sum in any order, and a set has another order in each run.
    """

    names: tuple[str, ...]
    constants: npt.NDArray[np.float64]
    rows: Mapping[str, int]
    table: Int64s
    vocabulary: Vocabulary

    def odds(self, marked: Marked) -> npt.NDArray[np.float64]:
        """Return for each stretch and each name the logarithm of the odds that it is of it."""
        stretches, rows = self.vocabulary.rows(marked)
        others, other_rows = self._rows(marked.others)
        return self._weigh(np.concatenate((stretches, others)), np.concatenate((rows, other_rows)))

    def odds_of_marks(self, stretches_marks: Sequence[Collection[str]]) -> npt.NDArray[np.float64]:
        """Return the same from all marks in writing."""
        return self._weigh(*self._rows(stretches_marks))

    def _rows(self, stretches_marks: Sequence[Collection[str]]) -> tuple[Int64s, Int64s]:
        """The stretches and the rows of marks; of those that no example has only words count, all by the same row.

        A row of nothing but noughts ends each stretch: none is without a row.
        """
        rows = self.rows
        found = [
            rows[mark] if mark in rows else _STRANGER if mark[0] not in _NO_WORD else -1
            for mark in chain.from_iterable(stretches_marks)
        ]
        stretches = np.arange(len(stretches_marks))
        lengths = [len(marks) for marks in stretches_marks]
        return np.concatenate((np.repeat(stretches, lengths), stretches)), np.array([*found, *[-1] * len(lengths)])

    def _weigh(self, stretches: Int64s, rows: Int64s) -> npt.NDArray[np.float64]:
        # Small numbers are put in order faster.
        order = np.argsort(stretches.astype(np.int16), kind="stable")
        starts = np.searchsorted(stretches[order], np.arange(stretches[-1] + 1))
        sums = np.add.reduceat(self.table.take(rows[order], axis=0), starts, axis=0) / _WHOLE
        lengths = np.sqrt(np.maximum(sums[:, :1], 1 / _WHOLE))
        odds: npt.NDArray[np.float64] = self.constants + sums[:, 1:] / lengths
        return odds

    def chances(self, odds: npt.NDArray[np.float64]) -> dict[str, float]:
        """Return how likely each name is, between 0 and 1: that of the likeliest stretch."""
        return dict(zip(self.names, (1 / (1 + np.exp(-odds.max(axis=0)))).tolist(), strict=True))


def weighing(names: Sequence[str], constants: Sequence[float], weights: Mapping[str, Sequence[float]]) -> Weighing:
    """Return the weighing of a table whose rows are: a mark's rarity, then its weight for each name."""
    table = np.array(list(weights.values()), dtype=np.float64).reshape(len(weights), len(names) + 1)
    table[:, 1:] *= table[:, :1]
    table[:, 0] **= 2
    rows = {mark: row for row, mark in enumerate(weights)}
    whole = np.zeros((len(weights) + 2, table.shape[1]), dtype=np.int64)
    whole[:_STRANGER] = np.rint(table * _WHOLE)
    whole[_STRANGER, 0] = round(_STRANGE * whole[:, 0].max())
    return Weighing(tuple(names), np.array(constants), rows, whole, Vocabulary(rows))


@lru_cache(maxsize=1)
def read_weights(path: Path = WEIGHTS_FILE) -> Weighing:
    """Return the weights of this project."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return weighing(data["names"], data["constants"], data["weights"])
