"""The claims catalogue as it is searched: every claim and wording encoded when the index is built, compared with a text at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assistant.claim_units import UnitTable, joint_sign
from assistant.claim_words import ClaimWords, Unit
from corpus.claims import Claim, Wording
from index.encoder import Encoded, Encoder
from index.wordings import EncodedWording, WordingIndex, encoded_wordings, wording_key

Vectors = npt.NDArray[np.float32]
# Signals of a text against one wording, in the order of the columns of `Catalogue.signals`.
SIGNALS = (
    "dense",
    "late_text",
    "late_wording",
    "overlap_text",
    "overlap_wording",
    "agree",
    "disagree",
    "clause_disagree",
    "contrary",
    "contrary_share",
    "negation_differs",
    "specific_text",
    "specific_wording",
    "numbers",
)
# Places in what `_overlap` returns.
_WORDING, _DISAGREE = 1, 3
_TIMES = frozenset({"minute", "hour", "day", "week", "month", "year"})
_TIME = re.compile(r"\b(?:minute|hour|day|week|month|year)s?\b", re.IGNORECASE)
# What is said of all, always or in no case.
_UNIVERSAL = re.compile(
    r"(?<!y')\b(?:all(?! (?:day|night)\b)|every(?:one|body|thing)?(?! (?:\w+ )?(?:day|time|night|morning|evening|week|month|hour)s?\b)"
    r"|always|never|nobody|no one|none|completely|totally|entirely|100 ?%|100 percent|whatsoever)(?!\w)",
    re.IGNORECASE,
)
# What says that something is not shown, and words of a text that speaks of what is shown or known.
_UNSHOWN = re.compile(
    r"\bno (?:\w+ ){0,2}(?:proof|evidence|trials?|stud(?:y|ies)|research|data)\b"
    r"|\b(?:not|never|n't) (?:yet )?(?:been )?(?:prove[dn]|shown|tested|studied|established|known)\b|\bun(?:proven|known|tested)\b",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    r"\b(?:proof|pro(?:v|of)\w*|evidence|trials?|stud(?:y|ies|ied)|research\w*|data|show\w*|test\w*|establish\w*|kn[oe]w\w*|scien\w+"
    r"|un(?:proven|known|tested)|approv\w+|found|clear|record\w*|measured|compared|nobody|no one)\b",
    re.IGNORECASE,
)
_TEENS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TOLD = {word: str(number) for number, word in enumerate(_TEENS.split(), 2)} | {
    word: str(10 * number) for number, word in enumerate(_TENS.split(), 2)
}
# So many wordings are compared word piece by word piece.
NEAREST = 300


@dataclass(frozen=True)
class EncodedTexts:
    """Texts as the encoder sees them: unit vectors, and the vectors of their word pieces one text after the other."""

    vectors: Vectors
    tokens: Vectors
    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[EncodedWording]) -> EncodedTexts:
        """Join encoded texts."""
        starts = np.concatenate([[0], np.cumsum([len(row.ids) for row in rows])])
        return cls(
            np.stack([row.vector for row in rows]),
            np.concatenate([row.tokens for row in rows]).astype(np.float32),
            np.concatenate([row.ids for row in rows]),
            starts.astype(np.int64),
        )


@dataclass(frozen=True)
class Seen:
    """A text to be compared: encoded, and its units."""

    text: str
    vector: Vectors
    tokens: Vectors
    ids: npt.NDArray[np.int64]
    units: tuple[Unit, ...]
    encoded: Encoded | None = None

    @classmethod
    def of(cls, text: str, encoded: Encoded, words: ClaimWords) -> Seen:
        """Return a text as it is compared."""
        kept = EncodedWording.of(encoded)
        return cls(text, kept.vector, kept.tokens.astype(np.float32), kept.ids, words.units(text), encoded)


@dataclass(frozen=True)
class Catalogue:
    """The claims, all their wordings (the claim's own sentence first), and what a comparison needs of them."""

    claims: tuple[Claim, ...]
    wordings: tuple[str, ...]
    owners: npt.NDArray[np.int64]
    encoded: EncodedTexts
    units: tuple[tuple[Unit, ...], ...]
    table: UnitTable
    token_weights: dict[int, float]

    @classmethod
    def of(
        cls,
        claims: Sequence[Claim],
        wordings: Sequence[Wording],
        encoder: Encoder,
        words: ClaimWords,
        *,
        kept: WordingIndex | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Catalogue:
        """Prepare a catalogue from the wordings that an index keeps; others are encoded, and `progress` is told how many more."""
        texts = tuple(wording.text for wording in wordings)
        owners = [wording.claim for wording in wordings]
        known = encoded_wordings(texts, encoder, kept.rows() if kept else {}, progress)
        encoded = EncodedTexts.of([known[wording_key(text, encoder.fingerprint)] for text in texts])
        units = tuple(words.units(text) for text in texts)
        holders: dict[int, set[int]] = {}
        for number, owner in enumerate(owners):
            for token in encoded.ids[encoded.starts[number] : encoded.starts[number + 1]].tolist():
                holders.setdefault(token, set()).add(owner)
        weights = {token: float(np.log1p(len(claims) / len(held))) for token, held in holders.items()}
        return cls(
            tuple(claims), texts, np.array(owners, dtype=np.int64), encoded, units, UnitTable.of(units, owners), weights
        )

    def seen(self, row: int) -> Seen:
        """Return one wording as a text to be compared."""
        own = slice(int(self.encoded.starts[row]), int(self.encoded.starts[row + 1]))
        return Seen(
            self.wordings[row],
            self.encoded.vectors[row],
            self.encoded.tokens[own],
            self.encoded.ids[own],
            self.units[row],
        )

    @cached_property
    def _rows(self) -> list[npt.NDArray[np.int64]]:
        return [np.flatnonzero(self.owners == claim) for claim in range(len(self.claims))]

    @cached_property
    def _particulars(self) -> list[frozenset[str]]:
        return [
            frozenset(key for row in self.rows(claim) for key in particulars(self.wordings[row], self.units[row]))
            for claim in range(len(self.claims))
        ]

    @cached_property
    def _quantities(self) -> list[frozenset[str]]:
        return [
            frozenset(one for row in self.rows(claim) for one in quantities(self.wordings[row]))
            for claim in range(len(self.claims))
        ]

    def beyond(self, seen: Seen, claim: int, wording: int) -> bool:
        """Whether a text says more than a claim, of which a wording is the nearest.

        It names a particular thing that no wording of the claim names, counts time in other units, gives other numbers, or
        says of all or always what neither the claim nor that wording does; or the claim is that something is not shown, and the
        text does not speak of what is shown or known.
        """
        own, known = particulars(seen.text, seen.units), self._particulars[claim]
        times = {key for key in own if key in _TIMES}
        counted, counts = quantities(seen.text), self._quantities[claim]
        return (
            bool(own - times - known)
            or bool(times and known & _TIMES and not times & known)
            or bool(counted and counts and not counted & counts)
            or (_UNSHOWN.search(self.claims[claim].claim) is not None and not _SHOWN.search(seen.text))
            or (
                universal(seen.text)
                and not universal(self.claims[claim].claim)
                and not universal(self.wordings[wording])
            )
        )

    def rows(self, claim: int) -> npt.NDArray[np.int64]:
        """The rows of one claim's wordings."""
        return self._rows[claim]

    def signals(self, seen: Seen) -> Vectors:
        """Return one row of SIGNALS for each wording; the late ones are 0 where a wording is not among the NEAREST by the others."""
        dense = self.encoded.vectors @ seen.vector
        units = self._overlap(seen)
        late = np.zeros((2, len(self.wordings)), dtype=np.float32)
        near = np.argsort(-(dense + units[_WORDING] - units[_DISAGREE]), kind="stable")[:NEAREST]
        late[:, near] = self._late(seen, near)
        columns = [dense, *late, *units, self._numbers(seen)]
        return np.column_stack(columns).astype(np.float32)

    def _weights(self, ids: npt.NDArray[np.int64]) -> Vectors:
        rarest = float(np.log1p(len(self.claims)))
        return np.array([self.token_weights.get(int(token), rarest) for token in ids], dtype=np.float32)

    @cached_property
    def _piece_weights(self) -> Vectors:
        """The weight of each word piece of the wordings."""
        return self._weights(self.encoded.ids)

    def _late(self, seen: Seen, near: npt.NDArray[np.int64]) -> Vectors:
        """Late interaction both ways with some wordings: how well the text's word pieces are met by a wording's, and the other way."""
        rows = [slice(self.encoded.starts[row], self.encoded.starts[row + 1]) for row in near]
        lengths = self.encoded.starts[near + 1] - self.encoded.starts[near]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        similarities = np.concatenate([self.encoded.tokens[row] for row in rows]) @ seen.tokens.T
        own = self._weights(seen.ids)
        forward = np.maximum.reduceat(similarities, starts, axis=0) @ (own / max(float(own.sum()), 1e-9))
        theirs = np.concatenate([self._piece_weights[row] for row in rows])
        total = np.maximum(np.add.reduceat(theirs, starts), 1e-9)
        backward = np.add.reduceat(similarities.max(axis=1) * theirs, starts) / total
        return np.stack([forward, backward]).astype(np.float32)

    def met(self, seen: Seen, claim: int) -> float:
        """Return how well the text's word pieces are met by any wording of a claim: the mean of their best similarities, by weight.

        A text that says something else has words that no wording comes near.
        """
        weights = self._weights(seen.ids)
        spans = [slice(self.encoded.starts[row], self.encoded.starts[row + 1]) for row in self.rows(claim)]
        pieces = np.concatenate([self.encoded.tokens[span] for span in spans])
        best = (pieces @ seen.tokens.T).max(axis=0)
        return float(best @ weights / max(float(weights.sum()), 1e-9))

    def _overlap(self, seen: Seen) -> list[Vectors]:
        """How far the units of the text and of each wording are the same ones, and said or denied alike."""
        table, count = self.table, len(self.wordings)
        shared, agree, contrary, sided, special = (np.zeros(count, dtype=np.float32) for _ in range(5))
        clause_agree = np.zeros(count, dtype=np.float32)
        size = own_special = 0.0
        mentions: dict[str, list[Unit]] = {}
        for unit in seen.units:
            mentions.setdefault(unit.key, []).append(unit)
        for key, units in mentions.items():
            known = table.units.get(key)
            weight = known.weight if known else table.unknown_weight
            size += weight
            own_special += weight * units[0].specific
            if known is None:
                continue
            near = (1 + joint_sign(unit.sign for unit in units) * known.signs) / 2
            whole = (1 + joint_sign(unit.clause_sign for unit in units) * known.clause_signs) / 2
            shared[known.rows] += weight
            agree[known.rows] += weight * near
            clause_agree[known.rows] += weight * whole
            special[known.rows] += weight * known.specific
            if known.two_sided:
                sided[known.rows] += weight
                contrary[known.rows] += weight * (1 - whole)
        some = np.maximum(shared, 1e-9)
        negative = float(any(unit.clause_sign < 0 for unit in seen.units if not unit.two_sided))
        return [
            shared / max(size, 1e-9),
            shared / table.sizes,
            agree / table.sizes,
            (shared - agree) / some,
            (shared - clause_agree) / some,
            contrary / np.maximum(sided, 1e-9),
            contrary / some,
            np.abs(table.negative - negative),
            own_special - special,
            table.special - special,
        ]

    def _numbers(self, seen: Seen) -> Vectors:
        """1 where both name numbers and share none; 0 elsewhere."""
        own = numbers(seen.text)
        found = np.zeros(len(self.wordings), dtype=np.float32)
        for row, theirs in self._wording_numbers if own else ():
            found[row] = not own & theirs
        return found

    @cached_property
    def _wording_numbers(self) -> list[tuple[int, frozenset[str]]]:
        """The numbers of the wordings that name any."""
        return [(row, found) for row, text in enumerate(self.wordings) if (found := numbers(text))]


def particulars(text: str, units: Sequence[Unit]) -> frozenset[str]:
    """Return the particular things that a text names (an illness, a medicine, a country), and its units of time."""
    times = {match[0].lower().removesuffix("s") for match in _TIME.finditer(text)}
    return frozenset({unit.key for unit in units if unit.specific} | times)


def universal(text: str) -> bool:
    """Whether a text says something of all, always or in no case; "every day" does not."""
    return _UNIVERSAL.search(text) is not None


def quantities(text: str) -> frozenset[str]:
    """Return the numbers of a text, those told in words too ("ten million"); "one" is as often no number."""
    told = re.findall(r"[a-z]+", text.lower())
    return numbers(text) | {_TOLD[word] for word in told if word in _TOLD}


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text without their thousands' commas; names such as 7-OH are none."""
    return frozenset(
        match.replace(",", "")
        for match in re.findall(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?!\w*-?(?:OH|hydroxy|x100))", text, re.IGNORECASE)
    )
