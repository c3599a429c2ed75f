"""Cosine similarity through real FAISS: higher is better, every passage is scored, only unit vectors are let in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.dense import DenseIndex, Vectors
from index.errors import IndexMismatch
from tests.index.limits import file_size_limit


def units(*rows: tuple[float, ...]) -> Vectors:
    return np.array(rows, dtype=np.float32)


VECTORS = units((1, 0, 0), (0.6, 0.8, 0), (0, 0, -1))


def test_similarities_are_cosines_in_passage_order() -> None:
    found = DenseIndex.build(VECTORS).similarities(units((0.8, 0.6, 0))[0])
    np.testing.assert_allclose(found, [0.8, 0.96, 0.0], atol=1e-6)
    found = DenseIndex.build(VECTORS).similarities(units((0, 0, 1))[0])
    np.testing.assert_allclose(found, [0.0, 0.0, -1.0], atol=1e-6)


def test_an_index_survives_saving_and_loading(tmp_path: Path) -> None:
    DenseIndex.build(VECTORS).save(tmp_path / "dense.faiss")
    loaded = DenseIndex.load(tmp_path / "dense.faiss")
    assert (len(loaded), loaded.dimension) == (3, 3)
    np.testing.assert_array_equal(loaded.vectors, VECTORS)


@pytest.mark.parametrize("bad", [(0.0, 0.0, 0.0), (1.0, 1.0, 0.0), (0.99, 0.0, 0.0), (float("nan"), 0.0, 0.0)])
def test_vectors_of_another_length_are_refused(bad: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="vectors must have length 1; found"):
        DenseIndex.build(units((1, 0, 0), bad))
    with pytest.raises(ValueError, match="vectors must have length 1; found"):
        DenseIndex.build(VECTORS).similarities(units(bad)[0])


@pytest.mark.parametrize("data", [b"", b"not an index", b"IxFI\0\0"])
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "dense.faiss"
    path.write_bytes(data)
    with pytest.raises(IndexMismatch, match=r"dense\.faiss: faiss cannot read it\. Run: kratom-assistant rebuild"):
        DenseIndex.load(path)


@pytest.mark.parametrize("missing", [1, 60, 3000])
def test_a_file_that_finds_no_room_is_an_error(tmp_path: Path, missing: int) -> None:
    index = DenseIndex.build(np.eye(32, dtype=np.float32))
    index.save(tmp_path / "whole.faiss")
    size = (tmp_path / "whole.faiss").stat().st_size
    with file_size_limit(size - missing), pytest.raises(OSError, match="too large"):
        index.save(tmp_path / "cut.faiss")
