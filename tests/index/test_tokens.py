"""Late interaction worked by hand, and vectors kept small without losing what matters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from index.tokens import TOKEN_DIMENSIONS, PassageTokens, TokenIndex, Vectors, quantise, reduce


def tokens(vectors: list[list[float]], ids: list[int], spans: list[tuple[int, int]]) -> PassageTokens:
    quantised, scales = quantise(np.array(vectors, dtype=np.float32))
    return PassageTokens(quantised, scales, np.array(ids, dtype=np.int32), np.array(spans, dtype=np.int32))


FIRST = tokens([[1, 0], [0.6, 0.8]], [7, 8], [(0, 3), (4, 9)])
SECOND = tokens([[0, 1], [-1, 0], [0.8, -0.6]], [8, 9, 9], [(0, 2), (3, 5), (6, 8)])
QUESTION = np.array([[1, 0], [0, 1]], dtype=np.float32)


@pytest.fixture
def index() -> TokenIndex:
    return TokenIndex.build([FIRST, SECOND])


def test_each_word_piece_of_a_question_finds_its_best_match(index: TokenIndex) -> None:
    best = index.best_matches(QUESTION, np.array([0, 1]))
    np.testing.assert_allclose(best, [[1.0, 0.8], [0.8, 1.0]], atol=0.005)
    np.testing.assert_array_equal(index.best_matches(QUESTION, np.array([1, 0])), best[::-1])


def test_matches_can_be_looked_for_in_one_span(index: TokenIndex) -> None:
    spans = np.array([(0, 2), (3, 8), (0, 8), (0, 1), (20, 30)])
    best = index.best_matches_within(QUESTION, 1, spans)
    expected = [[0.0, 1.0], [0.8, 0.0], [0.8, 1.0], [0.0, 0.0], [0.0, 0.0]]
    np.testing.assert_allclose(best, expected, atol=0.005)


def test_word_pieces_are_counted_once_a_passage(index: TokenIndex) -> None:
    assert index.frequencies() == {7: 1, 8: 2, 9: 1}


def test_an_index_survives_saving_and_loading(index: TokenIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "tokens.npz")
    loaded = TokenIndex.load(tmp_path / "tokens.npz")
    assert len(loaded) == 2
    for position, passage in enumerate((FIRST, SECOND)):
        found = loaded.passage(position)
        np.testing.assert_array_equal(found.quantised, passage.quantised)
        np.testing.assert_array_equal(found.scales, passage.scales)
        assert found.ids.tolist() == passage.ids.tolist()
        assert found.spans.tolist() == passage.spans.tolist()


_UNIT_RANGE = st.floats(-1, 1, width=32)


@given(arrays.arrays(np.float32, arrays.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=_UNIT_RANGE))
def test_eight_bits_are_wrong_by_half_a_level_at_most(vectors: Vectors) -> None:
    quantised, scales = quantise(vectors)
    assert quantised.dtype == np.int8
    error = np.abs(quantised.astype(np.float64) * scales[:, None] - vectors)
    assert (error <= scales[:, None] * 0.5 * (1 + 1e-4) + 1e-12).all()


def test_reducing_is_the_same_each_time() -> None:
    vectors = np.random.default_rng(1).normal(size=(5, 384)).astype(np.float32)
    first = reduce(vectors)
    np.testing.assert_array_equal(first, reduce(vectors.copy()))
    # A row does not depend on its neighbours (but for the last bit, which the matrix product rounds by its shape).
    np.testing.assert_allclose(first[2], reduce(vectors[2:3])[0], atol=1e-6)
    assert first.shape == (5, TOKEN_DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1.0, rtol=1e-5)


def test_few_dimensions_lose_nothing() -> None:
    vectors = np.array([[1, 0, 0, 0], [0.6, 0.8, 0, 0], [0, 0, 0, 1]], dtype=np.float32)
    reduced = reduce(vectors)
    np.testing.assert_allclose(reduced @ reduced.T, vectors @ vectors.T, atol=1e-6)


def test_many_dimensions_keep_likeness_nearly() -> None:
    near, far = np.zeros((2, 384), dtype=np.float32), np.zeros((2, 384), dtype=np.float32)
    near[0, 0], near[1, 0], near[1, 1] = 1.0, 0.9, 0.436
    far[0, 0], far[1, 5] = 1.0, 1.0
    assert np.prod(reduce(near), axis=0).sum() == pytest.approx(0.9, abs=0.1)
    assert np.prod(reduce(far), axis=0).sum() == pytest.approx(0.0, abs=0.25)


def test_a_vector_of_nothing_stays_nothing() -> None:
    assert not reduce(np.zeros((1, 8), dtype=np.float32)).any()
    assert reduce(np.zeros((0, 8), dtype=np.float32)).shape == (0, 8)
