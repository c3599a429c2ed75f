"""The vectors of sentences: the best of a passage is found, and saving keeps what building held."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.sentences import SentenceIndex


@pytest.fixture
def index() -> SentenceIndex:
    return SentenceIndex.build(
        [np.array([[1, 0]], dtype=np.float32), np.array([[0, 1], [0.6, 0.8], [-1, 0]], dtype=np.float32)]
    )


def test_the_best_sentence_of_each_passage_is_found(index: SentenceIndex) -> None:
    question = np.array([0.8, 0.6], dtype=np.float32)
    np.testing.assert_allclose(index.best(question, np.array([1, 0])), [0.96, 0.8], atol=1e-6)


def test_a_passage_without_texts_is_as_unlike_as_can_be(tmp_path: Path) -> None:
    texts = [np.zeros((0, 0)), np.array([[0, 1], [1, 0]]), np.zeros((0, 0)), np.array([[0.6, 0.8]]), np.zeros((0, 0))]
    index = SentenceIndex.build([vectors.astype(np.float32) for vectors in texts])
    question = np.array([0.8, 0.6], dtype=np.float32)
    np.testing.assert_allclose(index.best_of_all(question), [-1, 0.8, -1, 0.96, -1], atol=1e-6)
    np.testing.assert_allclose(index.best(question, np.arange(5)), index.best_of_all(question), atol=1e-6)


def test_no_texts_at_all_are_saved_and_loaded(tmp_path: Path) -> None:
    SentenceIndex.build([np.zeros((0, 0), np.float32)] * 2).save(tmp_path / "none.npz")
    loaded = SentenceIndex.load(tmp_path / "none.npz")
    assert (len(loaded), loaded.vectors.size) == (2, 0)
    assert loaded.best_of_all(np.ones(2, dtype=np.float32)).tolist() == [-1.0, -1.0]


def test_a_passage_has_its_own_sentences(index: SentenceIndex) -> None:
    assert len(index) == 2
    assert index.passage(0).tolist() == [[1.0, 0.0]]
    np.testing.assert_allclose(index.passage(1), np.array([[0, 1], [0.6, 0.8], [-1, 0]]), atol=1e-6)


def test_an_index_survives_saving_and_loading(index: SentenceIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "sentences.npz")
    loaded = SentenceIndex.load(tmp_path / "sentences.npz")
    assert len(loaded) == 2
    assert loaded.vectors.dtype == np.float32
    # Kept in 16 bits: 11 binary digits.
    np.testing.assert_allclose(loaded.vectors, index.vectors, atol=2**-12)
    loaded.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "sentences.npz").read_bytes()
