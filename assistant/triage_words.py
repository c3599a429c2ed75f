"""Words for triage: a message → plain lower-case words with their clauses, and the places where families of words stand."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARACTERS = 10_000
# A `*` needs three letters before it, so that one look-up by the first three letters finds every candidate.
_HEAD = 3
_MIN_FUZZY = 6
_PIECES = re.compile(r"[^\W_]+(?:['./][^\W_]+)*|[.!?;\n]+|,|\s[-–—]+\s")
_RUNS = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = str.maketrans("’‘`´ʼ′＇", "'''''''")
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,3})?", re.ASCII)
_MEASURE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([a-z]{1,5})", re.ASCII)
_HIDDEN = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_SENTENCE_ENDS = frozenset(".!?;\n")

Place = tuple[int, int]
Places = Mapping[str, list[Place]]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a message, each with the number of its sentence and of its clause."""

    words: tuple[str, ...]
    sentences: tuple[int, ...]
    clauses: tuple[int, ...]


def cap(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return the text, or the first and the last half of what may be read of a longer one: the end is never lost."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[: limit - half - 1]}\n{text[-half:]}"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How words are spelled out: txt-speak and misspellings → plain words, and long key words with one letter wrong."""

    plain: Mapping[str, tuple[str, ...]]
    units: Mapping[str, tuple[str, ...]]
    near: Mapping[str, tuple[str, ...]]
    real: frozenset[str]

    @classmethod
    def of(
        cls, plain: Mapping[str, str], units: Mapping[str, str], keys: Iterable[str], real: Iterable[str]
    ) -> Spelling:
        """Return a spelling; `keys` are the words recognised with one letter wrong, `real` those never mistaken for them.

        `units` are what may be written right after a number: "15g", "3yo".
        """
        near: dict[str, list[str]] = {}
        known = frozenset(keys)
        for key in sorted(known):
            for form in _deletions(key):
                near.setdefault(form, []).append(key)
        return cls(
            {word: tuple(words.split()) for word, words in plain.items()},
            {word: tuple(words.split()) for word, words in units.items()},
            {form: tuple(words) for form, words in near.items()},
            known | frozenset(real),
        )

    def read(self, text: str) -> Words:
        """Return the plain words of a message."""
        text = unicodedata.normalize("NFKC", cap(text).translate(_HIDDEN)).casefold().translate(_APOSTROPHES)
        words: list[str] = []
        sentences: list[int] = []
        clauses: list[int] = []
        sentence = clause = 0
        seen: dict[str, tuple[str, ...]] = {}
        # NFKC can make a text many times longer, so it is capped again.
        for piece in _PIECES.findall(cap(text)):
            if piece[0] in _SENTENCE_ENDS:
                sentence += 1
                clause += 1
            elif piece[0] == "," or piece[0].isspace():
                clause += 1
            else:
                if piece not in seen:
                    seen[piece] = self._spell(piece)
                for word in seen[piece]:
                    words.append(word)
                    sentences.append(sentence)
                    clauses.append(clause)
        return Words(tuple(words), tuple(sentences), tuple(clauses))

    def _spell(self, piece: str) -> tuple[str, ...]:
        found = self.plain.get(piece)
        if found is None and not piece.isalnum() and not piece[0].isdigit() and ("." in piece or "/" in piece):
            return tuple(word for part in re.split("[./]", piece) for word in self._spell(part))
        word = _RUNS.sub(r"\1", piece.replace("'", ""))
        found = found or self.plain.get(word)
        if found is not None:
            return found
        measure = _MEASURE.fullmatch(word)
        if measure and measure[2] in self.units:
            return (measure[1], *self.units[measure[2]])
        if len(word) < _MIN_FUZZY or word in self.real or not word.isalpha():
            return (word,)
        return (self._nearest(word),)

    def _nearest(self, word: str) -> str:
        for form in _deletions(word):
            for key in self.near.get(form, ()):
                if key[0] == word[0] and _one_apart(word, key):
                    return key
        return word


def _deletions(word: str) -> list[str]:
    return [word, *(word[:place] + word[place + 1 :] for place in range(min(len(word), 24)))]


def _one_apart(left: str, right: str) -> bool:
    """Whether one letter added, dropped, changed, or two neighbours swapped make one word of the other."""
    if left == right:
        return True
    start = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    one, other = left[start:], right[start:]
    if len(left) == len(right):
        return one[1:] == other[1:] or (one[2:] == other[2:] and one[:2] == other[1::-1])
    return abs(len(left) - len(right)) == 1 and (one[1:] == other or one == other[1:])


@dataclass(frozen=True, slots=True)
class _Entry:
    """One spelling of a family: a word or a phrase. `*` ends a word that may go on; `#4-9` is a number in that range."""

    words: tuple[str, ...]
    family: str

    def fits(self, words: tuple[str, ...], start: int) -> bool:
        if start + len(self.words) > len(words):
            return False
        return all(_fits(pattern, words[start + n]) for n, pattern in enumerate(self.words))


def _fits(pattern: str, word: str) -> bool:
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    if pattern.startswith("#"):
        return _in_range(pattern, word)
    return pattern == word


@lru_cache(maxsize=4096)
def _in_range(pattern: str, word: str) -> bool:
    low, high = pattern[1:].split("-")
    return bool(_NUMBER.fullmatch(word)) and float(low) <= float(word) <= float(high)


class Lexicon:
    """Families of words, found in one pass over a message."""

    def __init__(self, families: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, list[_Entry]] = {}
        self._heads: dict[str, list[_Entry]] = {}
        self._numbers: list[_Entry] = []
        for family, phrases in families.items():
            for phrase in phrases:
                self._add(_Entry(tuple(phrase.split()), family))

    def _add(self, entry: _Entry) -> None:
        first = entry.words[0]
        if first.startswith("#"):
            self._numbers.append(entry)
        elif first.endswith("*"):
            if len(first) <= _HEAD:
                raise ValueError(f"{entry.family}: {first!r} needs {_HEAD} letters before the star.")
            self._heads.setdefault(first[:_HEAD], []).append(entry)
        else:
            self._exact.setdefault(first, []).append(entry)

    def places(self, words: tuple[str, ...]) -> dict[str, list[Place]]:
        """Return where each family stands, in order; a family that does not occur is absent."""
        found: dict[str, list[Place]] = {}
        candidates: dict[str, tuple[list[_Entry], frozenset[str]]] = {}
        for start, word in enumerate(words):
            if word not in candidates:
                candidates[word] = self._candidates(word)
            phrases, families = candidates[word]
            for family in families:
                found.setdefault(family, []).append((start, start + 1))
            for entry in phrases:
                if entry.fits(words, start):
                    found.setdefault(entry.family, []).append((start, start + len(entry.words)))
        return found

    def _candidates(self, word: str) -> tuple[list[_Entry], frozenset[str]]:
        """Return the phrases that may start with a word, and the families it belongs to alone."""
        entries = [
            *self._exact.get(word, ()),
            *(entry for entry in self._heads.get(word[:_HEAD], ()) if _fits(entry.words[0], word)),
            *(entry for entry in self._numbers if word[0].isdigit() and _fits(entry.words[0], word)),
        ]
        return (
            [entry for entry in entries if len(entry.words) > 1],
            frozenset(entry.family for entry in entries if len(entry.words) == 1),
        )


def within(places: list[Place], low: int, high: int) -> list[Place]:
    """Return the places that start at `low` or later and before `high`."""
    return places[bisect_left(places, (low, 0)) : bisect_right(places, (high, -1))]
