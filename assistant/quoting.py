"""Question and hits → quotes: whole sentences of the passages that answer best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.answer import Quote
from corpus.document import Source
from index.passage_index import Hit, PassageIndex, Query, SentenceScores

MAX_QUOTES = 4
MAX_SENTENCES = 3
# Shares of the three sentence scores, and how near to the best sentence a neighbour must come to be quoted with it.
# Chosen on development data with benchmarks/quotes.py: see docs/quality.md.
DENSE_SHARE, LATE_SHARE, OVERLAP_SHARE = 1.0, 1.0, 1.0
NEIGHBOUR_SHARE = 0.95
# Among so many first hits, originals are ordered by their best sentence and this share of the passage's own score.
ORDERED_BY_SENTENCE = 3
PASSAGE_SHARE = 0.05


def sentence_values(scores: SentenceScores) -> np.ndarray:
    """Return one value per sentence: how well it matches the question; higher is better."""
    return np.asarray(DENSE_SHARE * scores.dense + LATE_SHARE * scores.late + OVERLAP_SHARE * scores.overlap)


def best_run(
    values: Sequence[float] | np.ndarray,
    *,
    max_sentences: int = MAX_SENTENCES,
    neighbour_share: float = NEIGHBOUR_SHARE,
) -> tuple[int, int]:
    """Return the first and last position of the run to quote: the best sentence and neighbours nearly as good.

    Ties go to the earlier sentence.
    """
    best = int(np.argmax(values))
    limit = neighbour_share * float(values[best])
    first = last = best
    while last - first + 1 < max_sentences:
        before = float(values[first - 1]) if first > 0 else -np.inf
        after = float(values[last + 1]) if last + 1 < len(values) else -np.inf
        if max(before, after) < limit:
            break
        if after >= before:
            last += 1
        else:
            first -= 1
    return first, last


def make_quote(index: PassageIndex, query: Query, hit: Hit, sources: Mapping[str, Source], score: float) -> Quote:
    """Return a hit as a quote: the paragraph of a brief, or the best run of sentences of another document.

    A paragraph of a brief is quoted whole, because it was vetted whole: its last sentence is often the limit of its
    first. Which sentence answers best is kept as the quote's focus.
    """
    return _quote(hit, score, sentence_values(index.sentence_scores(query, hit)), sources)


def make_quotes(
    index: PassageIndex, query: Query, pairs: Sequence[tuple[Hit, float]], sources: Mapping[str, Source]
) -> list[Quote]:
    """Return hits as quotes, best first: of the first three, those that are no briefs in the order of their best sentences."""
    valued = [(hit, score, sentence_values(index.sentence_scores(query, hit))) for hit, score in pairs]
    places = [n for n, (hit, _, _) in enumerate(valued[:ORDERED_BY_SENTENCE]) if hit.passage.document.kind != "brief"]
    best = {n: float(valued[n][2].max()) + PASSAGE_SHARE * valued[n][0].score for n in places}
    ordered = [valued[n] for n in sorted(places, key=lambda n: -best[n])]
    for place, one in zip(places, ordered, strict=True):
        valued[place] = one
    return [_quote(hit, score, values, sources) for hit, score, values in valued]


def _quote(hit: Hit, score: float, values: np.ndarray, sources: Mapping[str, Source]) -> Quote:
    spans = hit.passage.sentences
    whole = hit.passage.document.kind == "brief"
    first, last = (0, len(spans) - 1) if whole else best_run(values)
    cited = tuple(sources[key] for key in hit.passage.keys if key in sources)
    return Quote(hit.passage, spans[first][0], spans[last][1], score, cited, spans[int(np.argmax(values))])


def choose(hits: Sequence[tuple[Hit, float]], *, limit: int = MAX_QUOTES) -> list[tuple[Hit, float]]:
    """Return the hits to quote, best first: up to `limit`, from two documents where there are two."""
    first = list(hits[:limit])
    if limit < 2 or len({hit.passage.document.id for hit, _ in first}) != 1:
        return first
    other = next(
        (pair for pair in hits[limit:] if pair[0].passage.document.id != first[0][0].passage.document.id), None
    )
    return [*first[:-1], other] if other else first
