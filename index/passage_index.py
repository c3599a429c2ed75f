"""The passages that can be found, and the search: a question → hits, best first."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.claims import catalogue_sha256
from corpus.document import Passage, sha256
from corpus.library import Library
from index.dense import DenseIndex
from index.encoder import Encoded, Encoder
from index.errors import IndexMismatch
from index.fingerprint import index_fingerprint
from index.lexical import LexicalIndex, WordMatch, words
from index.ranking import RANKING_FILE, SIGNALS, Ranking, read_ranking
from index.sentences import SentenceIndex
from index.storage import Manifest, check_files, current_layout, engine_versions, read_manifest
from index.tokens import TokenIndex, reduce
from index.wordings import WordingIndex

# So many passages by dense and word scores are looked at closely.
CANDIDATES = 50
# What the words that a completed question asks itself add, searched for alone, to the score of the whole.
OWN_SHARE = 0.7
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One content word of a question: its stems, its word pieces, its weight (idf as a share of the highest), and its place."""

    stems: tuple[str, ...]
    pieces: tuple[int, ...]
    weight: float
    start: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index sees it: one forward pass, and its words."""

    text: str
    vector: Vectors
    tokens: Vectors
    token_weights: Vectors
    words: tuple[str, ...]
    content: tuple[QueryWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: its fused score (higher is better), and absolute signals, comparable over questions."""

    passage: Passage
    position: int
    score: float
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """How well each sentence of a passage matches a question: vector similarity, late interaction, idf overlap of words."""

    dense: Vectors
    late: Vectors
    overlap: Vectors


@dataclass(frozen=True, slots=True)
class _Scored:
    """What every passage scores for a question: by its vector, by words, and by document expansion."""

    dense: Vectors
    match: WordMatch
    expansion: Vectors

    @property
    def looks(self) -> Vectors:
        """How promising each passage looks by all three."""
        return _unit_range(self.dense) + _unit_range(self.match.bm25) + _unit_range(self.expansion)


@dataclass(frozen=True)
class PassageIndex:
    """Everything of one generation, in memory; it never changes."""

    fingerprint: str
    passages: tuple[Passage, ...]
    dense: DenseIndex
    tokens: TokenIndex
    sentences: SentenceIndex
    expansions: SentenceIndex
    lexical: LexicalIndex
    ranking: Ranking
    wordings: WordingIndex

    @classmethod
    def load(cls, folder: Path, library: Library, encoder_fingerprint: str) -> PassageIndex:
        """Read the current generation, checked in every way; IndexMissing or IndexMismatch names the command that mends it."""
        layout = current_layout(folder)
        manifest = read_manifest(layout)
        check_files(layout, manifest)
        ranking = read_ranking(RANKING_FILE)
        _check_fingerprint(folder, manifest, library, index_fingerprint(library, encoder_fingerprint, ranking))
        rows = json.loads(layout.passages.read_text(encoding="utf-8"))
        loaded = cls(
            manifest.fingerprint,
            _passages(rows, library, folder),
            DenseIndex.load(layout.dense),
            TokenIndex.load(layout.tokens),
            SentenceIndex.load(layout.sentences),
            SentenceIndex.load(layout.expansions),
            LexicalIndex.load(layout.lexical, len(rows)),
            ranking,
            WordingIndex.load(layout.wordings),
        )
        loaded._check_counts(folder, manifest)
        return loaded

    def _check_counts(self, folder: Path, manifest: Manifest) -> None:
        parts = (self.passages, self.dense, self.tokens, self.sentences, self.expansions)
        counts = {manifest.passages, *(len(part) for part in parts)}
        if len(counts) != 1 or self.dense.dimension != manifest.dimension:
            raise IndexMismatch(
                f"{folder}: the parts of the index disagree (counts {sorted(counts)}, dimension {self.dense.dimension} "
                f"against {manifest.dimension}). Run: kratom-assistant rebuild --force"
            )

    @cached_property
    def _frequencies(self) -> dict[int, int]:
        return self.tokens.frequencies()

    def query(self, text: str, encoder: Encoder) -> Query:
        """Encode a question: the only forward pass."""
        return self.query_of(text, encoder.encode_query(text))

    def query_of(self, text: str, encoded: Encoded) -> Query:
        """Return the query of an encoded question."""
        real = encoded.token_spans[:, 1] > encoded.token_spans[:, 0]
        ids = encoded.token_ids[real]
        size = len(self.passages)
        frequency = np.array([self._frequencies.get(int(token), 0) for token in ids], dtype=np.float32)
        weights = np.log1p((size - frequency + 0.5) / (frequency + 0.5))
        return Query(
            text=text,
            vector=encoded.vector,
            tokens=reduce(encoded.token_vectors[real]),
            token_weights=(weights / max(float(weights.sum()), 1e-9)).astype(np.float32),
            words=tuple(words(text)),
            content=self._content(text, encoded.token_spans[real]),
        )

    def _content(self, text: str, spans: npt.NDArray[np.int64]) -> tuple[QueryWord, ...]:
        found = []
        for match in re.finditer(r"[\w-]+", text):
            stems = tuple(words(match[0]))
            pieces = np.flatnonzero((spans[:, 0] >= match.start()) & (spans[:, 1] <= match.end()))
            if stems and len(pieces):
                weight = max(self.lexical.idf(stem) for stem in stems) / self.lexical.highest_idf
                found.append(QueryWord(stems, tuple(pieces.tolist()), weight, match.start()))
        return tuple(found)

    def search(self, query: Query, top_k: int = CANDIDATES, *, own: Query | None = None) -> list[Hit]:
        """Return up to `top_k` hits, best first; ties are broken by document id, then start.

        `own` is what a completed question asks itself. It adds to the scores; the signals of a hit stay those of the whole.
        """
        whole = self._scored(query)
        apart = self._scored(own) if own else None
        looks = whole.looks + (OWN_SHARE * apart.looks if apart else 0.0)
        first = np.lexsort((np.arange(len(looks)), -looks))[:CANDIDATES]
        best = self.tokens.best_matches(query.tokens, first)
        signals = self._signals(query, whole, first, best)
        scores = self.ranking.scores(signals)
        if own and apart:
            own_best = self.tokens.best_matches(own.tokens, first)
            scores = scores + OWN_SHARE * self.ranking.scores(self._signals(own, apart, first, own_best))
        hits = [
            Hit(self.passages[place], place, round(score, 6), _named(row) | words_met)
            for place, score, row, words_met in zip(
                first.tolist(), scores.tolist(), signals.tolist(), self._words_met(query, first, best), strict=True
            )
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.passage.document.id, hit.passage.start))
        return hits[:top_k]

    def _scored(self, query: Query) -> _Scored:
        dense = self.dense.similarities(query.vector)
        return _Scored(dense, self.lexical.match(list(query.words)), self._expansion(query, dense))

    def _signals(self, query: Query, scored: _Scored, first: npt.NDArray[np.int64], best: Vectors) -> Vectors:
        """The signals that the ranking weighs, one row for each candidate."""
        return np.column_stack(
            [
                scored.dense[first],
                scored.match.bm25[first] / max(scored.match.ideal, 1e-9),
                best @ query.token_weights,
                self.sentences.best(query.vector, first),
                scored.match.coverage[first],
                scored.expansion[first],
            ]
        ).astype(np.float32)

    def beside(self, query: Query, hits: Sequence[Hit]) -> float:
        """Return how much nearer the nearest passage of all is to a question than the nearest of the hits; 0 where it is one."""
        dense = self.dense.similarities(query.vector)
        return float(dense.max() - max((dense[hit.position] for hit in hits), default=dense.max()))

    def _expansion(self, query: Query, dense: Vectors) -> Vectors:
        """How near the question is to each passage's words or to a question written for it; nothing where none are written.

        A passage without such questions, among others that have some, is as near as its own words are.
        """
        if not self.expansions.vectors.size:
            return np.zeros_like(dense)
        return np.maximum(dense, self.expansions.best_of_all(query.vector))

    def unmatched(self, query: Query, hits: Sequence[Hit], end: int) -> float:
        """Return how badly the worst met word of a question's first `end` characters is met by the best hit; 0 without words.

        As the signal `unmatched` of a hit: the weight of the word times how far it is from any of the passage.
        """
        part = replace(query, content=tuple(word for word in query.content if word.start < end))
        if not part.content or not hits:
            return 0.0
        places = np.array([hit.position for hit in hits], dtype=np.int64)
        met = self._words_met(part, places, self.tokens.best_matches(query.tokens, places))
        return min(one["unmatched"] for one in met)

    def _words_met(self, query: Query, positions: npt.NDArray[np.int64], best: Vectors) -> list[dict[str, float]]:
        """How well each content word of the question is met by each passage, by vectors and by the word itself.

        `matched`: mean similarity of the words, by weight. `unmatched`: the weight of the word met worst, times how badly.
        `uncovered`: the weight of the rarest word that the passage does not have.
        """
        if not query.content:
            return [{"matched": 0.0, "unmatched": 1.0, "uncovered": 1.0} for _ in positions]
        weights = np.array([word.weight for word in query.content])
        met = np.column_stack([best[:, list(word.pieces)].mean(axis=1) for word in query.content])
        has = np.column_stack([self.lexical.has_any(word.stems, positions) for word in query.content])
        matched = met @ weights / max(float(weights.sum()), 1e-9)
        unmatched = ((1.0 - met) * weights).max(axis=1)
        uncovered = np.where(has, 0.0, weights).max(axis=1)
        return [
            {"matched": round(a, 6), "unmatched": round(b, 6), "uncovered": round(c, 6)}
            for a, b, c in zip(matched.tolist(), unmatched.tolist(), uncovered.tolist(), strict=True)
        ]

    def sentence_scores(self, query: Query, hit: Hit) -> SentenceScores:
        """Score each sentence of a hit's passage against the question."""
        passage = hit.passage
        header = len(passage.embedded_text) - len(passage.text) - passage.start
        spans = np.array(passage.sentences, dtype=np.int64) + header
        best = self.tokens.best_matches_within(query.tokens, hit.position, spans)
        total = sum(self.lexical.idf(word) for word in set(query.words)) or 1.0
        overlap = [
            sum(self.lexical.idf(word) for word in set(words(passage.document.text[start:end])) & set(query.words))
            / total
            for start, end in passage.sentences
        ]
        return SentenceScores(
            self.sentences.passage(hit.position) @ query.vector,
            best @ query.token_weights,
            np.array(overlap, dtype=np.float32),
        )


def _unit_range(values: Vectors) -> Vectors:
    low, high = float(values.min()), float(values.max())
    return np.asarray((values - low) / (high - low) if high > low else np.zeros_like(values), dtype=np.float32)


def _named(row: list[float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in zip(SIGNALS, row, strict=True)}


def _passages(rows: list[dict[str, Any]], library: Library, folder: Path) -> tuple[Passage, ...]:
    keys = {(name, block.start): block.keys for name, document in library.approved.items() for block in document.blocks}
    found = []
    for row in rows:
        document = library.approved.get(row["document"])
        if document is None:
            raise IndexMismatch(
                f"{folder}: the document {row['document']!r} is gone. Run: kratom-assistant rebuild --force"
            )
        spans = tuple((start, end) for start, end in row["sentences"])
        passage = Passage(document, row["start"], row["end"], spans, keys.get((document.id, row["start"]), ()))
        if sha256(passage.text) != row["sha256"]:
            raise IndexMismatch(
                f"{folder}: the passage {passage.id} has other words. Run: kratom-assistant rebuild --force"
            )
        found.append(passage)
    return tuple(found)


def _check_fingerprint(folder: Path, manifest: Manifest, library: Library, wanted: str) -> None:
    if manifest.fingerprint == wanted:
        return
    found = engine_versions()
    reasons = [
        f"{name} {manifest.versions.get(name)} is now {found[name]}"
        for name in found
        if manifest.versions.get(name) != found[name]
    ]
    pins = library.pins
    names = sorted(name for name in {*pins, *manifest.pins} if pins.get(name) != manifest.pins.get(name))
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        reasons.append(f"approved documents changed ({', '.join(names[:5])}{more})")
    if manifest.claims != catalogue_sha256(library.folder):
        reasons.append("the claims catalogue changed")
    why = "; ".join(reasons) or "the bibliography, the disagreements, the ranking or the encoder changed"
    raise IndexMismatch(f"{folder}: the index is out of date: {why}. Run: kratom-assistant rebuild")
