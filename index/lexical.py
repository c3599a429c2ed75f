"""Word matching: BM25 over stemmed words (the only home of bm25s and PyStemmer)."""

from __future__ import annotations

import errno
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer
from bm25s.tokenization import Tokenized

# bm25s logs every build at level DEBUG, whatever the application asked for.
logging.getLogger("bm25s").setLevel(logging.WARNING)

Scores = npt.NDArray[np.float32]

# Part of the index fingerprint: change it whenever the same text would give other words.
WORDS = "snowball-english/1"
# Words, with inner hyphens kept ("7-oh", "beta-arrestin") and, beside them, their parts.
_WORD = re.compile(r"\w+(?:-\w+)+|\w+")
# Function words and the words with which questions are asked: they say nothing about the subject.
_STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being but by can could did do
    does doing for from get gets getting give gives go got had has have having he her here him his how i if in
    into is it its just know let like make many me more most much my need of on or our out please s say says she
    should so some tell than that the their them then there these they thing this those to too use up us very
    want was we were what when where which while who whom why will with would you your ok really actually anyone
    someone something m re ve ll d t
    """.split()  # noqa: SIM905 - a list of strings would be a page long
)


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Return the stemmed content words of a text, in order; hyphenated words give the whole and the parts."""
    found: list[str] = []
    for match in _WORD.findall(text.lower().replace("’", "'").replace("'s", "")):
        found.append(match)
        if "-" in match:
            found += match.split("-")
    kept = [word for word in found if word not in _STOP_WORDS]
    return list(_stemmer().stemWords(kept))


def is_content_word(word: str) -> bool:
    """Say whether a lower-case word says something of a question's subject."""
    return word not in _STOP_WORDS


@dataclass(frozen=True, slots=True)
class WordMatch:
    """What the words of one question give: BM25 per passage, the best that any passage could reach, and idf coverage."""

    bm25: Scores
    ideal: float
    coverage: Scores


class LexicalIndex:
    """BM25 scores of every passage for a question's words; higher is better."""

    def __init__(self, bm25: Any, size: int) -> None:
        self._bm25 = bm25
        self._size = size
        self._vocabulary: dict[str, int] = bm25.vocab_dict
        starts = bm25.scores["indptr"]
        self._frequency = np.diff(starts)
        # A word that no passage has is as telling as the rarest one.
        self._idf = np.log1p((size - self._frequency + 0.5) / (self._frequency + 0.5)).astype(np.float32)
        self._unknown_idf = float(np.log1p((size + 0.5) / 0.5))

    @classmethod
    def build(cls, texts: list[str]) -> LexicalIndex:
        """Index the words of passages."""
        found = [words(text) for text in texts]
        # Sorted, because bm25s would number the words in another order in each process.
        vocabulary = {word: place for place, word in enumerate(sorted({word for row in found for word in row}))}
        ids = [[vocabulary[word] for word in row] for row in found]
        bm25 = bm25s.BM25()
        bm25.index(Tokenized(ids, vocabulary), create_empty_token=False, show_progress=False)
        return cls(bm25, len(texts))

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Read an index that `save` wrote."""
        return cls(bm25s.BM25.load(str(folder), load_vocab=True), size)

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._bm25.save(str(folder), show_progress=False)
        try:
            # NumPy does not notice when the last bytes of an array find no room on the disk.
            bm25s.BM25.load(str(folder), load_vocab=True)
        except ValueError as error:
            raise OSError(errno.ENOSPC, "No space left for the whole file", str(folder)) from error

    def idf(self, word: str) -> float:
        """The inverse document frequency of a stemmed word; the highest for one that no passage has."""
        position = self._vocabulary.get(word)
        return self._unknown_idf if position is None else float(self._idf[position])

    @property
    def highest_idf(self) -> float:
        """The inverse document frequency of a word that no passage has."""
        return self._unknown_idf

    def has_any(self, stems: tuple[str, ...], positions: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Whether each passage at `positions` has any of the stemmed words."""
        found = np.zeros(self._size, dtype=bool)
        starts, passages = self._bm25.scores["indptr"], self._bm25.scores["indices"]
        for stem in stems:
            place = self._vocabulary.get(stem)
            if place is not None:
                found[passages[starts[place] : starts[place + 1]]] = True
        return found[positions]

    def __contains__(self, word: str) -> bool:
        """Whether any passage has this stemmed word."""
        return word in self._vocabulary

    def match(self, question_words: list[str]) -> WordMatch:
        """Score every passage for the words of a question."""
        bm25 = np.zeros(self._size, dtype=np.float32)
        covered = np.zeros(self._size, dtype=np.float32)
        ideal = total = 0.0
        scores = self._bm25.scores
        for word in dict.fromkeys(question_words):
            idf = self.idf(word)
            total += idf
            position = self._vocabulary.get(word)
            if position is None:
                ideal += idf
                continue
            rows = slice(scores["indptr"][position], scores["indptr"][position + 1])
            passages, values = scores["indices"][rows], scores["data"][rows]
            bm25[passages] += values
            covered[passages] += idf
            ideal += float(values.max()) if len(values) else idf
        return WordMatch(bm25, ideal, covered / total if total else covered)
