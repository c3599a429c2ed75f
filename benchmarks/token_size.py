"""How small the token vectors can be kept: late interaction alone on judged data, at several sizes.

    python benchmarks/token_size.py JUDGED_FOLDER [--work DIR]

The passages that the project finds are ordered by late interaction weighted by idf alone, with the token vectors kept
whole, rotated at random to fewer dimensions (what `index/tokens.py` does), or projected to their principal components.
All passages are encoded once more, because the index does not keep whole vectors; that takes as long as a rebuild.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.judged_folder import JudgedFolder, open_judged, talk
from benchmarks.measures import document_scores, documents_in_order, span_scores
from corpus.document import Passage
from index.tokens import TOKEN_DIMENSIONS, quantise, reduce

Vectors = npt.NDArray[np.float32]
Projection = Callable[[Vectors], Vectors]
MEASURES = ("nDCG@10", "span@1", "span@3")
_SEEDS = 5
_SAMPLE = 20_000


def main() -> None:
    """Report on stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data/benchmarks"))
    arguments = parser.parse_args()
    judged = open_judged(arguments.judged, arguments.work)
    vectors = passage_vectors(judged)
    questions = [judged.encoder.encode_query(question.text) for question in judged.questions]
    asked = [one.token_vectors[one.token_spans[:, 1] > one.token_spans[:, 0]] for one in questions]
    table = Table("token vectors", "bytes per word piece", *MEASURES, "range of span@3", box=None)
    for name, (projections, eight_bits, size) in sizes(vectors).items():
        rows = []
        for project in projections:
            kept = [_kept(project(one), eight_bits=eight_bits) for one in vectors]
            rankings = rank(judged, kept, [project(one) for one in asked])
            scores = document_scores(judged.questions, [documents_in_order(found) for found in rankings])
            scores |= span_scores(judged.questions, rankings)
            rows.append([scores[measure] for measure in MEASURES])
        last = [row[-1] for row in rows]
        spread = f"{min(last):.3f}–{max(last):.3f}" if len(rows) > 1 else ""
        table.add_row(name, str(size), *(f"{mean:.3f}" for mean in np.mean(rows, axis=0)), spread)
    Console(width=120).print(table)


def passage_vectors(judged: JudgedFolder) -> list[Vectors]:
    """Return the whole token vectors of every passage, without the marks that open and close a text."""
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        if done % 320 < more:
            talk.print(f"{done} of {len(judged.index.passages)} passages encoded")

    encoded = judged.encoder.encode_documents([passage.embedded_text for passage in judged.index.passages], told)
    return [one.token_vectors[one.token_spans[:, 1] > one.token_spans[:, 0]] for one in encoded]


def sizes(vectors: list[Vectors]) -> dict[str, tuple[list[Projection], bool, int]]:
    """Return, by name, projections to be averaged over, whether 8 bits are kept, and the bytes of a word piece.

    With 8 bits, 4 of the bytes are the scale.
    """
    dimension = vectors[0].shape[1]
    every = np.concatenate(vectors)
    chosen = np.random.default_rng(0).choice(len(every), min(_SAMPLE, len(every)), replace=False)
    components = np.linalg.svd(every[chosen], full_matrices=False)[2].T
    rotations = [
        np.linalg.qr(np.random.default_rng(seed).normal(size=(dimension, dimension)))[0].astype(np.float32)
        for seed in range(1, _SEEDS + 1)
    ]
    made: dict[str, tuple[list[Projection], bool, int]] = {
        f"{dimension}, 32 bits": ([_unit], False, 4 * dimension),
        f"{dimension}, 8 bits": ([_unit], True, dimension + 4),
        f"{TOKEN_DIMENSIONS}, as in index/tokens.py": ([reduce], True, TOKEN_DIMENSIONS + 4),
    }
    for count in (192, 128, 64):
        some = [_projection(rotation[:, :count]) for rotation in rotations]
        made[f"{count}, random rotation, 8 bits, mean of {_SEEDS} seeds"] = (some, True, count + 4)
        made[f"{count}, principal components, 8 bits"] = ([_projection(components[:, :count])], True, count + 4)
    return made


def rank(judged: JudgedFolder, kept: list[Vectors], asked: list[Vectors]) -> list[list[Passage]]:
    """Return each question's candidates in the order of late interaction alone."""
    rankings = []
    for query, hits, question in zip(judged.queries, judged.hits, asked, strict=True):
        scores = [float((question @ kept[hit.position].T).max(axis=1) @ query.token_weights) for hit in hits]
        order = np.argsort(-np.array(scores), kind="stable")
        rankings.append([hits[place].passage for place in order])
    return rankings


def _projection(matrix: Vectors) -> Projection:
    return lambda vectors: _unit(vectors @ matrix)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _kept(vectors: Vectors, *, eight_bits: bool) -> Vectors:
    if not eight_bits:
        return vectors
    quantised, scales = quantise(vectors)
    return np.asarray(quantised * scales[:, None], dtype=np.float32)


if __name__ == "__main__":
    main()
