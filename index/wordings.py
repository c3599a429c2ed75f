"""The wordings of the claims catalogue as the encoder sees them: encoded at rebuild, so that a check need not encode them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encoder import Encoded, Encoder
from index.tokens import TOKEN_DIMENSIONS, reduce

Vectors = npt.NDArray[np.float32]
_ARRAYS = ("keys", "vectors", "tokens", "ids", "starts")


@dataclass(frozen=True, slots=True)
class EncodedWording:
    """One text: its unit vector, and a reduced unit vector (in 16 bits) and an id for each of its word pieces."""

    vector: Vectors
    tokens: npt.NDArray[np.float16]
    ids: npt.NDArray[np.int64]

    @classmethod
    def of(cls, encoded: Encoded) -> EncodedWording:
        """Return a text as it is kept; the marks that the encoder adds at both ends are left out."""
        real = encoded.token_spans[:, 1] > encoded.token_spans[:, 0]
        if not real.any():
            real = np.ones(len(encoded.token_ids), dtype=bool)
        tokens = reduce(encoded.token_vectors[real]).astype(np.float16)
        return cls(encoded.vector.astype(np.float32), tokens, encoded.token_ids[real].astype(np.int64))


@dataclass(frozen=True, slots=True)
class WordingIndex:
    """Wordings by key: vectors, and those of their word pieces one text after the other (`starts` has one entry more)."""

    keys: tuple[str, ...]
    vectors: Vectors
    tokens: npt.NDArray[np.float16]
    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    @classmethod
    def build(cls, rows: Mapping[str, EncodedWording]) -> WordingIndex:
        """Join encoded wordings in their order."""
        texts = list(rows.values())
        starts = np.concatenate([[0], np.cumsum([len(text.ids) for text in texts], dtype=np.int64)]).astype(np.int64)
        if not texts:
            return cls((), np.zeros((0, 1), np.float32), np.zeros((0, 1), np.float16), np.zeros(0, np.int64), starts)
        return cls(
            tuple(rows),
            np.stack([text.vector for text in texts]),
            np.concatenate([text.tokens for text in texts]),
            np.concatenate([text.ids for text in texts]),
            starts,
        )

    @classmethod
    def load(cls, path: Path) -> WordingIndex:
        """Read the file that `save` wrote."""
        with np.load(path) as arrays:
            keys, vectors, tokens, ids, starts = (arrays[name] for name in _ARRAYS)
        return cls(tuple(keys.tolist()), vectors, tokens, ids, starts)

    def save(self, path: Path) -> None:
        """Write everything into one uncompressed .npz file."""
        keys = np.array(self.keys, dtype="U64")
        np.savez(path, keys=keys, vectors=self.vectors, tokens=self.tokens, ids=self.ids, starts=self.starts)

    def __len__(self) -> int:
        """The number of wordings."""
        return len(self.keys)

    def rows(self) -> dict[str, EncodedWording]:
        """The wordings by key."""
        ends = zip(self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True)
        return {
            key: EncodedWording(vector, self.tokens[start:end], self.ids[start:end])
            for key, vector, (start, end) in zip(self.keys, self.vectors, ends, strict=True)
        }


def wording_key(text: str, encoder_fingerprint: str) -> str:
    """What a wording's vectors depend on: the weights and prompts, and the text."""
    return hashlib.sha256("\0".join((encoder_fingerprint, str(TOKEN_DIMENSIONS), text)).encode()).hexdigest()


def encoded_wordings(
    texts: Sequence[str], encoder: Encoder, known: Mapping[str, EncodedWording], progress: Callable[[int], None]
) -> dict[str, EncodedWording]:
    """Return texts encoded, by key, in their order; those known are not encoded again."""
    keys = {text: wording_key(text, encoder.fingerprint) for text in texts}
    new = [text for text, key in keys.items() if key not in known]
    encoded = encoder.encode_documents(new, progress) if new else []
    made = {keys[text]: EncodedWording.of(one) for text, one in zip(new, encoded, strict=True)}
    return {key: made[key] if key in made else known[key] for key in keys.values()}
