"""A text → the catalogue's claims that it may state, best first, each with how likely; and whether it denies them instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.claim_catalogue import SIGNALS, Catalogue, Seen
from assistant.claim_forest import Forest
from corpus.claims import Claim
from index.passage_index import PassageIndex

Vectors = npt.NDArray[np.float32]
# So many claims are looked at closely.
CANDIDATES = 20
_PLACE = {name: place for place, name in enumerate(SIGNALS)}
_WORDING_NAMES = (
    *SIGNALS,
    "dense_disagree",
    "dense_clause_disagree",
    "dense_best_three",
    "quick_best_three",
    "evidence_sentence",
    "evidence_passage",
)
# Each signal of a claim, and how far it is below the best of the candidates.
FEATURES = (*_WORDING_NAMES, *(f"{name}_behind" for name in _WORDING_NAMES))
_BEST = 3
# From this share of what text and wording have in common, said by the one and denied by the other, one is the other turned round.
_TURNED = 0.35
# Less is enough where only one of the two holds a negation.
_TURNED_TOO = 0.1
# From this share of what both say of a thing that has a contrary ("rises", "falls") the other way round, too.
_CONTRARY = 0.5


@dataclass(frozen=True)
class ClaimEvidence:
    """The passages of each claim as rows of the passage index: what they speak of helps to tell which claim is meant."""

    rows: tuple[npt.NDArray[np.int64], ...]
    sentences: Vectors
    starts: npt.NDArray[np.int64]
    passages: Vectors

    @classmethod
    def of(cls, claims: Sequence[Claim], index: PassageIndex) -> ClaimEvidence:
        """Find each claim's passages in an index by document and heading."""
        places: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, passage in enumerate(index.passages):
            places[passage.document.id, passage.section].append(place)
        rows = tuple(
            np.array([place for named in claim.passages for place in places.get(named, ())], dtype=np.int64)
            for claim in claims
        )
        return cls(rows, index.sentences.vectors, index.sentences.starts, index.dense.vectors)

    def similarities(self, vector: Vectors, claims: npt.NDArray[np.int64]) -> Vectors:
        """Return for each of some claims the similarity of its best sentence and of its best passage; 0 where it has none."""
        best = np.maximum.reduceat(self.sentences @ vector, self.starts[:-1])
        whole = self.passages @ vector
        rows = (self.rows[claim] for claim in claims)
        return np.array([(best[own].max(), whole[own].max()) if len(own) else (0.0, 0.0) for own in rows], np.float32)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that a text may state: how likely, and the wording nearest to it.

    `turned`: one of the two seems to deny what the other says. `beyond`: the text says more than the claim.
    `met`: how well the text's words are met by the claim's wordings, at most 1; 0 where text and wording share no word and no concept.
    """

    claim: Claim
    probability: float
    wording: str
    turned: bool
    beyond: bool
    met: float = 1.0


@dataclass(frozen=True)
class ClaimMatcher:
    """Compares texts with a catalogue."""

    catalogue: Catalogue
    evidence: ClaimEvidence
    forest: Forest

    def candidates(self, seen: Seen) -> list[Candidate]:
        """Return the claims that a text may state, most likely first; ties keep the catalogue's order."""
        claims, wordings, rows = features(self.catalogue, self.evidence, seen)
        likely = self.forest.probabilities(rows)
        found = [
            Candidate(
                self.catalogue.claims[claim],
                float(probability),
                self.catalogue.wordings[wording],
                _turned(row),
                self.catalogue.beyond(seen, int(claim), int(wording)),
                self.catalogue.met(seen, int(claim)) if row[_PLACE["overlap_text"]] else 0.0,
            )
            for claim, wording, row, probability in zip(claims, wordings, rows, likely, strict=True)
        ]
        return sorted(found, key=lambda one: -one.probability)


def _turned(row: npt.NDArray[np.float64]) -> bool:
    """Whether one of text and wording seems to deny what the other says, by the signals of the two."""
    least = _TURNED_TOO if row[_PLACE["negation_differs"]] else _TURNED
    return bool(row[_PLACE["clause_disagree"]] >= least or row[_PLACE["contrary"]] >= _CONTRARY)


def features(
    catalogue: Catalogue, evidence: ClaimEvidence, seen: Seen
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return candidate claims, the best wording of each, and a row of FEATURES for each."""
    return features_of(catalogue, evidence, seen, catalogue.signals(seen))


def features_of(
    catalogue: Catalogue, evidence: ClaimEvidence, seen: Seen, signals: Vectors, without: Sequence[int] = ()
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return the same from a text's signals.

    `without` leaves wordings out, as if the catalogue had never had them: for fitting.
    """
    quick = _quick(signals)
    quick[list(without)] = -np.inf
    order = np.argsort(quick, kind="stable")
    best = np.full(len(catalogue.claims), -np.inf)
    wording = np.zeros(len(catalogue.claims), dtype=np.int64)
    best[catalogue.owners[order]] = quick[order]
    wording[catalogue.owners[order]] = order
    chosen = np.argsort(-best, kind="stable")[:CANDIDATES]
    chosen = chosen[np.isfinite(best[chosen])]
    rows = signals[wording[chosen]]
    dense = rows[:, _PLACE["dense"], None]
    several = np.array([_best_three(catalogue, signals, quick, claim) for claim in chosen], dtype=np.float32)
    own = np.column_stack(
        [
            rows,
            dense * rows[:, [_PLACE["disagree"], _PLACE["clause_disagree"]]],
            several,
            evidence.similarities(seen.vector, chosen),
        ]
    )
    return chosen, wording[chosen], np.column_stack([own, own - own.max(axis=0)]).astype(np.float64)


def _quick(signals: Vectors) -> Vectors:
    """A first score of each wording, by which candidates are chosen."""
    weights = {
        "dense": 1.0,
        "late_text": 0.5,
        "late_wording": 0.5,
        "overlap_wording": 0.5,
        "disagree": -0.3,
        "clause_disagree": -0.3,
    }
    return np.asarray(sum(weight * signals[:, _PLACE[name]] for name, weight in weights.items()), dtype=np.float32)


def _best_three(catalogue: Catalogue, signals: Vectors, quick: Vectors, claim: int) -> tuple[float, float]:
    """The means of a claim's three best wordings, by similarity and by first score: one chance hit is not enough."""
    rows = catalogue.rows(claim)
    rows = rows[np.isfinite(quick[rows])]
    dense = np.sort(signals[rows, _PLACE["dense"]])[::-1][:_BEST]
    return float(dense.mean()), float(np.sort(quick[rows])[::-1][:_BEST].mean())
