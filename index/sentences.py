"""The vectors of the sentences of every passage, kept in 16 bits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SentenceIndex:
    """Unit vectors of sentences, passage after passage; `starts` has one more entry than there are passages."""

    vectors: Vectors
    starts: npt.NDArray[np.int64]

    @classmethod
    def build(cls, passages: list[Vectors]) -> SentenceIndex:
        """Join the sentence vectors of passages, each of shape (sentences, dimension)."""
        starts = np.concatenate([[0], np.cumsum([len(vectors) for vectors in passages])])
        return cls(np.concatenate(passages), starts.astype(np.int64))

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
        return np.array([float((self.passage(place) @ vector).max()) for place in positions], dtype=np.float32)
