"""Token vectors of the passages, kept small, and the late interaction (MaxSim) of a question with them.

MaxSim: Khattab and Zaharia, ColBERT (SIGIR 2020): for each word piece of the question, its best match in the passage.
The vectors are projected to fewer dimensions by a fixed random rotation (Johnson and Lindenstrauss 1984), which needs no
fitting and so keeps an index independent of the order in which documents came, and then kept in 8 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
_LEVELS = 127.0
# 128 of 384 dimensions: no loss was measured on development data (docs/quality.md), at a third of the size.
TOKEN_DIMENSIONS = 128
_ROTATION_SEED = 20260101


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """The word pieces of one passage: 8-bit vectors with a scale each, ids, and where each stands in the text read."""

    quantised: npt.NDArray[np.int8]
    scales: Vectors
    ids: npt.NDArray[np.int32]
    spans: npt.NDArray[np.int32]


@lru_cache(maxsize=4)
def _rotation(dimension: int) -> Vectors:
    normal = np.random.default_rng(_ROTATION_SEED).normal(size=(dimension, dimension))
    rotation, _ = np.linalg.qr(normal)
    return np.asarray(rotation[:, : min(TOKEN_DIMENSIONS, dimension)], dtype=np.float32)


def reduce(vectors: Vectors) -> Vectors:
    """Return vectors, shape (tokens, dimension), as unit vectors of at most TOKEN_DIMENSIONS dimensions."""
    smaller = vectors @ _rotation(vectors.shape[1])
    norms = np.linalg.norm(smaller, axis=1, keepdims=True)
    return np.asarray(smaller / np.maximum(norms, 1e-12), dtype=np.float32)


def quantise(vectors: Vectors) -> tuple[npt.NDArray[np.int8], Vectors]:
    """Return vectors, shape (tokens, dimension), as 8-bit integers and one scale per row; error at most half a level."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / _LEVELS
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


@dataclass(frozen=True, slots=True)
class TokenIndex:
    """The word pieces of all passages, one after the other; `starts` has one more entry than there are passages."""

    quantised: npt.NDArray[np.int8]
    scales: Vectors
    ids: npt.NDArray[np.int32]
    spans: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]

    @classmethod
    def build(cls, passages: list[PassageTokens]) -> TokenIndex:
        """Join the word pieces of passages."""
        lengths = [len(passage.ids) for passage in passages]
        return cls(
            np.concatenate([passage.quantised for passage in passages]),
            np.concatenate([passage.scales for passage in passages]),
            np.concatenate([passage.ids for passage in passages]),
            np.concatenate([passage.spans for passage in passages]),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        )

    @classmethod
    def load(cls, path: Path) -> TokenIndex:
        """Read the file that `save` wrote."""
        with np.load(path) as arrays:
            return cls(**{name: arrays[name] for name in ("quantised", "scales", "ids", "spans", "starts")})

    def save(self, path: Path) -> None:
        """Write everything into one uncompressed .npz file."""
        np.savez(path, quantised=self.quantised, scales=self.scales, ids=self.ids, spans=self.spans, starts=self.starts)

    def __len__(self) -> int:
        """The number of passages."""
        return len(self.starts) - 1

    def passage(self, position: int) -> PassageTokens:
        """The word pieces of one passage."""
        rows = slice(self.starts[position], self.starts[position + 1])
        return PassageTokens(self.quantised[rows], self.scales[rows], self.ids[rows], self.spans[rows])

    def frequencies(self) -> dict[int, int]:
        """In how many passages each word piece stands."""
        pairs = np.unique(np.column_stack([np.repeat(np.arange(len(self)), np.diff(self.starts)), self.ids]), axis=0)
        ids, counts = np.unique(pairs[:, 1], return_counts=True)
        return dict(zip(ids.tolist(), counts.tolist(), strict=True))

    def best_matches(self, question: Vectors, positions: npt.NDArray[np.int64]) -> Vectors:
        """Return, for each passage at `positions` and each reduced vector of the question, the best similarity in it."""
        rows = [slice(self.starts[place], self.starts[place + 1]) for place in positions]
        starts = np.cumsum([0, *(self.starts[positions + 1] - self.starts[positions])[:-1]])
        return np.ascontiguousarray(np.maximum.reduceat(self._similarities(question, rows), starts, axis=1).T)

    def best_matches_within(self, question: Vectors, position: int, spans: npt.NDArray[np.int64]) -> Vectors:
        """The same within each (start, end) span of one passage's text as read; 0 where a span has no word piece."""
        first, last = self.starts[position], self.starts[position + 1]
        similarities = self._similarities(question, [slice(first, last)]).T
        places = self.spans[first:last]
        best = np.zeros((len(spans), len(question)), dtype=np.float32)
        for row, (start, end) in enumerate(spans):
            inside = (places[:, 0] >= start) & (places[:, 1] <= end)
            if inside.any():
                best[row] = similarities[inside].max(axis=0)
        return best

    def _similarities(self, question: Vectors, rows: list[slice]) -> Vectors:
        """Every vector of the question against every word piece of some rows, shape (question, word pieces)."""
        # One pass gathers and widens; with the word pieces last, scaling and taking the best run along the memory.
        pieces = np.concatenate([self.quantised[some] for some in rows], dtype=np.float32)
        similarities = question @ pieces.T
        similarities *= np.concatenate([self.scales[some] for some in rows])
        return np.asarray(similarities, dtype=np.float32)
