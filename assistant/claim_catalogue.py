"""The claims catalogue as it is searched: every claim and wording encoded once, kept on disk, compared with a text at once."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.claim_units import UnitTable, joint_sign
from assistant.claim_words import ClaimWords, Unit
from corpus.claims import Claim
from corpus.document import sha256
from index.encoder import Encoded, Encoder
from index.tokens import reduce

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
_CACHE_FORMAT = 1


@dataclass(frozen=True)
class EncodedTexts:
    """Texts as the encoder sees them: unit vectors, and the vectors of their word pieces one text after the other."""

    vectors: Vectors
    tokens: Vectors
    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, encoded: Sequence[Encoded]) -> EncodedTexts:
        """Join encoded texts; the marks that the encoder adds at both ends are left out."""
        rows = [_real(one) for one in encoded]
        starts = np.concatenate([[0], np.cumsum([len(ids) for _, ids in rows])])
        return cls(
            np.stack([one.vector for one in encoded]).astype(np.float32),
            np.concatenate([tokens for tokens, _ in rows]),
            np.concatenate([ids for _, ids in rows]),
            starts.astype(np.int64),
        )


def _real(encoded: Encoded) -> tuple[Vectors, npt.NDArray[np.int64]]:
    real = encoded.token_spans[:, 1] > encoded.token_spans[:, 0]
    if not real.any():
        real = np.ones(len(encoded.token_ids), dtype=bool)
    return reduce(encoded.token_vectors[real]), encoded.token_ids[real]


def encode_texts(
    texts: Sequence[str], encoder: Encoder, folder: Path | None, progress: Callable[[int], None] = lambda _: None
) -> EncodedTexts:
    """Return texts encoded, from the file in `folder` where it is of the same texts and encoder, else anew (and kept there)."""
    if folder is None:
        return EncodedTexts.of(encoder.encode_documents(texts, progress))
    key = hashlib.sha256("\0".join([str(_CACHE_FORMAT), encoder.fingerprint, *map(sha256, texts)]).encode()).hexdigest()
    path = folder / f"claims-{key[:32]}.npz"
    kept = _read(path, key)
    if kept is not None:
        progress(len(texts))
        return kept
    made = EncodedTexts.of(encoder.encode_documents(texts, progress))
    with contextlib.suppress(OSError):
        # A folder that cannot be written (a read-only installation) costs only time.
        _write(path, key, made)
    return made


def _read(path: Path, key: str) -> EncodedTexts | None:
    """Return what a file keeps; None when it is absent or its contents are not those that were written."""
    try:
        with np.load(path) as arrays:
            parts = [arrays[name] for name in ("vectors", "tokens", "ids", "starts")]
            if str(arrays["key"]) != key or str(arrays["check"]) != _digest(parts):
                return None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    return EncodedTexts(parts[0], parts[1].astype(np.float32), parts[2], parts[3])


def _write(path: Path, key: str, texts: EncodedTexts) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parts: list[np.ndarray[Any, Any]] = [texts.vectors, texts.tokens.astype(np.float16), texts.ids, texts.starts]
    temporary = path.with_suffix(f".{os.getpid()}.part")
    with temporary.open("wb") as file:
        np.savez(
            file,
            key=np.array(key),
            check=np.array(_digest(parts)),
            vectors=parts[0],
            tokens=parts[1],
            ids=parts[2],
            starts=parts[3],
        )
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    for old in path.parent.glob("claims-*.npz"):
        if old != path:
            old.unlink(missing_ok=True)


def _digest(parts: Sequence[npt.NDArray[np.generic]]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


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
        tokens, ids = _real(encoded)
        return cls(text, encoded.vector, tokens, ids, words.units(text), encoded)


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
        encoder: Encoder,
        words: ClaimWords,
        *,
        more: Mapping[str, Sequence[str]] | None = None,
        folder: Path | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Catalogue:
        """Prepare a catalogue; `more` are further wordings by claim id; `progress` is told how many more are encoded."""
        pairs = [
            (text, number)
            for number, claim in enumerate(claims)
            for text in dict.fromkeys((claim.claim, *claim.wordings, *(more or {}).get(claim.id, ())))
        ]
        texts = tuple(text for text, _ in pairs)
        owners = [number for _, number in pairs]
        encoded = encode_texts(texts, encoder, folder, progress)
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

    def rows(self, claim: int) -> npt.NDArray[np.int64]:
        """The rows of one claim's wordings."""
        return self._rows[claim]

    def signals(self, seen: Seen) -> Vectors:
        """Return one row of SIGNALS for each wording."""
        late_text, late_wording = self._late(seen)
        columns = [
            self.encoded.vectors @ seen.vector,
            late_text,
            late_wording,
            *self._overlap(seen),
            self._numbers(seen),
        ]
        return np.column_stack(columns).astype(np.float32)

    def _weights(self, ids: npt.NDArray[np.int64]) -> Vectors:
        rarest = float(np.log1p(len(self.claims)))
        return np.array([self.token_weights.get(int(token), rarest) for token in ids], dtype=np.float32)

    @cached_property
    def _wording_weights(self) -> tuple[Vectors, Vectors]:
        """The weight of each word piece of the wordings, and their sum for each wording."""
        weights = self._weights(self.encoded.ids)
        return weights, np.maximum(np.add.reduceat(weights, self.encoded.starts[:-1]), 1e-9)

    def _late(self, seen: Seen) -> tuple[Vectors, Vectors]:
        """Late interaction both ways: how well the text's word pieces are met by a wording's, and the other way round."""
        similarities = self.encoded.tokens @ seen.tokens.T
        starts = self.encoded.starts[:-1]
        own = self._weights(seen.ids)
        forward = np.maximum.reduceat(similarities, starts, axis=0) @ (own / max(float(own.sum()), 1e-9))
        theirs, total = self._wording_weights
        backward = np.add.reduceat(similarities.max(axis=1) * theirs, starts) / total
        return forward.astype(np.float32), backward.astype(np.float32)

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
        return np.array(
            [float(bool(own) and bool(theirs) and not own & theirs) for theirs in self._wording_numbers],
            dtype=np.float32,
        )

    @cached_property
    def _wording_numbers(self) -> list[frozenset[str]]:
        return [numbers(text) for text in self.wordings]


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text without their thousands' commas; names such as 7-OH are none."""
    return frozenset(
        match.replace(",", "")
        for match in re.findall(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?!\w*-?(?:OH|hydroxy|x100))", text, re.IGNORECASE)
    )
