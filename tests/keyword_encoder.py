"""An encoder whose geometry can be worked by hand: a keyword sets a coordinate, any other word a small hashed one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np

from index.encoder import Encoded, Vectors
from index.errors import EncoderError

# Not more than the token vectors keep, so that no similarity is lost.
DIMENSION = 128
# Each keyword has a coordinate of its own, from 0; words of one group mean the same.
KEYWORDS = {"liver": 0, "hepatic": 0, "heart": 1, "cardiac": 1, "pain": 2, "sleep": 3, "withdrawal": 4}
_FIRST_HASHED, _NOTHING = 8, 127
OTHER_WEIGHT = 0.05
# Ids of the marks that open and close every text, as in a real tokenizer; they stand for no character.
_OPEN, _CLOSE = 1, 2
_FIRST_WORD_ID = 10


def coordinate(word: str) -> int:
    """The coordinate that a word sets."""
    word = word.lower()
    if word in KEYWORDS:
        return KEYWORDS[word]
    return _FIRST_HASHED + crc32(word.encode()) % (_NOTHING - _FIRST_HASHED)


def _one(place: int) -> Vectors:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[place] = 1.0
    return vector


def encode(text: str) -> Encoded:
    """Return the unit vector of a text, and a unit vector, an id and a span for each of its words and marks."""
    found = list(re.finditer(r"\w+", text))
    vector = np.zeros(DIMENSION, dtype=np.float32)
    for match in found:
        vector[coordinate(match[0])] += 1.0 if match[0].lower() in KEYWORDS else OTHER_WEIGHT
    if not found:
        vector = _one(_NOTHING)
    places = [coordinate(match[0]) for match in found]
    ids = [_FIRST_WORD_ID + crc32(match[0].lower().encode()) % 30_000 for match in found]
    return Encoded(
        vector=vector / np.linalg.norm(vector),
        token_vectors=np.stack([_one(place) for place in (_NOTHING, *places, _NOTHING)]),
        token_ids=np.array([_OPEN, *ids, _CLOSE], dtype=np.int64),
        token_spans=np.array([(0, 0), *(match.span() for match in found), (0, 0)], dtype=np.int64),
    )


class KeywordEncoder:
    """An `index.encoder.Encoder` that counts what it encodes and, if asked, fails after so many texts."""

    def __init__(self, fingerprint: str = "keyword-encoder/1", *, fails_after: int | None = None) -> None:
        self._fingerprint = fingerprint
        self.fails_after = fails_after
        self.encoded: list[str] = []
        self.questions: list[str] = []

    @property
    def fingerprint(self) -> str:
        """Names the geometry."""
        return self._fingerprint

    def encode_query(self, text: str) -> Encoded:
        """Encode a question, and remember it."""
        self.questions.append(text)
        return encode(text)

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None]) -> list[Encoded]:
        """Encode texts one by one, and remember each."""
        rows = []
        for text in texts:
            if self.fails_after is not None and len(self.encoded) >= self.fails_after:
                raise EncoderError(f"the keyword encoder stops after {self.fails_after} texts")
            self.encoded.append(text)
            rows.append(encode(text))
            progress(1)
        return rows
