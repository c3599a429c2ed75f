"""The vectors of the sentences of every passage, or of the questions written for it, kept in 16 bits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SentenceIndex:
    """Unit vectors of texts, passage after passage; `starts` has one more entry than there are passages.

    A passage may have none: nothing is as unlike a question, so that its best similarity is -1.
    """

    vectors: Vectors
    starts: npt.NDArray[np.int64]

    @classmethod
    def build(cls, passages: list[Vectors]) -> SentenceIndex:
        """Join the sentence vectors of passages, each of shape (sentences, dimension)."""
        starts = np.concatenate([[0], np.cumsum([len(vectors) for vectors in passages])])
        some = [vectors for vectors in passages if len(vectors)]
        return cls(np.concatenate(some) if some else np.zeros((0, 1), np.float32), starts.astype(np.int64))

    @classmethod
    def load(cls, path: Path) -> SentenceIndex:
        """Read the file that `save` wrote."""
        with np.load(path) as arrays:
            return cls(arrays["vectors"].astype(np.float32), arrays["starts"])

    def save(self, path: Path) -> None:
        """Write everything into one uncompressed .npz file."""
        np.savez(path, vectors=self.vectors.astype(np.float16), starts=self.starts)

    def __len__(self) -> int:
        """The number of passages."""
        return len(self.starts) - 1

    def passage(self, position: int) -> Vectors:
        """The sentence vectors of one passage."""
        return self.vectors[self.starts[position] : self.starts[position + 1]]

    def best(self, vector: Vectors, positions: npt.NDArray[np.int64]) -> Vectors:
        """Return the similarity of the best sentence of each passage at `positions`."""
        return np.array([float((self.passage(place) @ vector).max(initial=-1.0)) for place in positions], np.float32)

    def best_of_all(self, vector: Vectors) -> Vectors:
        """Return the similarity of the best sentence of every passage."""
        best = np.full(len(self), -1.0, dtype=np.float32)
        some = self.starts[1:] > self.starts[:-1]
        if some.any():
            best[some] = np.maximum.reduceat(self.vectors @ vector, self.starts[:-1][some])
        return best
