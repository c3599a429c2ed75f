"""Exact inner-product search over unit vectors (the only home of faiss)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.errors import IndexMismatch

Vectors = npt.NDArray[np.float32]
_NORM_TOLERANCE = 1e-3


class DenseIndex:
    """Cosine similarity of a question's vector with every passage's; higher is better."""

    def __init__(self, flat: Any) -> None:
        self._flat = flat

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index unit vectors, shape (passages, dimension)."""
        _check_units(vectors)
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(flat)

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read an index that `save` wrote."""
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexMismatch(f"{path}: faiss cannot read it. Run: kratom-assistant rebuild --force") from error

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        # Not by faiss.write_index, which does not notice when the last bytes find no room on the disk.
        path.write_bytes(faiss.serialize_index(self._flat).tobytes())

    def __len__(self) -> int:
        """The number of passages."""
        return int(self._flat.ntotal)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._flat.d)

    @property
    def vectors(self) -> Vectors:
        """Every passage's vector, in passage order."""
        return np.asarray(self._flat.reconstruct_n(0, len(self)), dtype=np.float32)

    def similarities(self, vector: Vectors) -> Vectors:
        """Return the cosine similarity of every passage, in passage order."""
        _check_units(vector[None, :])
        # One thread: for a single question the threads' barrier costs several times the search itself.
        faiss.omp_set_num_threads(1)
        found, rows = self._flat.search(np.ascontiguousarray(vector[None, :]), len(self))
        scores = np.empty(len(self), dtype=np.float32)
        scores[rows[0]] = found[0]
        return scores


def _check_units(vectors: Vectors) -> None:
    norms = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(norms - 1.0) <= _NORM_TOLERANCE):
        raise ValueError(f"vectors must have length 1; found {norms.min():.3f} to {norms.max():.3f}")
