"""Words for triage: a message → plain lower-case words with their sentences and clauses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

MAX_CHARACTERS = 10_000
_MIN_FUZZY = 6
_MOST_WORDS = 3_000
_REMEMBERED = 20_000
_PIECES = re.compile(r"[^\W_]+(?:['./][^\W_]+)*|[.!?;\n]+|,|\s[-–—]+\s")
# White space says nothing but where it ends a line or stands around a dash.
_TOKENS = re.compile(r"\S+|\n|\s[-–—]+\s")
# What is longer is not remembered.
_LONG = 40
_RUNS = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = str.maketrans("’‘`´ʼ′＇", "'''''''")
_JOINED = re.compile("[./]")
_MEASURE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([a-z]{1,5})", re.ASCII)
# Apostrophes are one character; what cannot be seen is none.
_SAME: dict[int, str] = dict.fromkeys(map(ord, "’‘`´ʼ′"), "'") | dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), ""
)
_SENTENCE_ENDS = frozenset(".!?;\n")
_BREAKS = _SENTENCE_ENDS | frozenset(", \t\r\f\v\u00a0")

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a message, each with the number of its sentence and of its clause."""

    words: Sequence[str]
    sentences: Sequence[int]
    clauses: Sequence[int]


def cap(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return the text, or the first and the last half of what may be read of a longer one: the end is never lost."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[: limit - half - 1]}\n{text[-half:]}"


class Remembered(dict[str, Made], Generic[Made]):
    """What is made of a word, by word: messages share most of theirs."""

    def __init__(self, make: Callable[[str], Made]) -> None:
        """`make` must depend on nothing but the word."""
        self._make = make

    def __missing__(self, word: str) -> Made:
        made = self._make(word)
        if len(self) >= _REMEMBERED:
            self.clear()
        # Nobody may fill the memory.
        if len(word) <= _LONG:
            self[word] = made
        return made


class Spelling:
    """How words are spelled out: txt-speak and misspellings → plain words, and long key words with one letter wrong."""

    def __init__(
        self, plain: Mapping[str, str], units: Mapping[str, str], keys: Iterable[str], real: Iterable[str]
    ) -> None:
        """`keys` are recognised with one letter wrong, `real` are never taken for them; `units` follow a number: "15g"."""
        self._plain = {word: tuple(words.split()) for word, words in plain.items()}
        self._units = {word: tuple(words.split()) for word, words in units.items()}
        known = frozenset(keys)
        self._real = known | frozenset(real)
        self._near: dict[str, list[str]] = {}
        for key in sorted(known):
            for form in _deletions(key):
                self._near.setdefault(form, []).append(key)
        # Texts without blanks share no tokens, but words.
        self._pieces, self._spelled = Remembered(self._split), Remembered(self._spell)

    def read(self, text: str) -> Words:
        """Return the plain words of a message."""
        # NFKC can make a text many times longer, so it is capped twice.
        text = cap(unicodedata.normalize("NFKC", cap(text))).translate(_SAME).casefold()
        words: list[str] = []
        sentences: list[int] = []
        clauses: list[int] = []
        sentence = clause = 0
        for piece in chain.from_iterable(map(self._pieces.__getitem__, [*_TOKENS.findall(text), "."])):
            if piece not in _BREAKS:
                words.append(piece)
                continue
            new = len(words) - len(clauses)
            sentences += [sentence] * new
            clauses += [clause] * new
            clause += 1
            sentence += piece in _SENTENCE_ENDS
        if len(words) > _MOST_WORDS:
            half = _MOST_WORDS // 2
            words, sentences, clauses = ([*all_[:half], *all_[-half:]] for all_ in (words, sentences, clauses))
        return Words(words, sentences, clauses)

    def _split(self, token: str) -> tuple[str, ...]:
        """Return the words of a token as they are spelled out, and the first character of each break."""
        pieces = _PIECES.findall(token)
        return tuple(chain.from_iterable(piece[0] if piece[0] in _BREAKS else self._spelled[piece] for piece in pieces))

    def _spell(self, piece: str) -> tuple[str, ...]:
        found = self._plain.get(piece)
        if found is None and not piece.isalnum() and (not piece[0].isdigit() or "/" in piece) and _JOINED.search(piece):
            return tuple(word for part in _JOINED.split(piece) for word in self._spelled[part])
        # "flatmate's lips", "my kid's 17": what follows matters, the ending does not.
        word = _RUNS.sub(r"\1", piece.removesuffix("'s").replace("'", ""))
        found = found or self._plain.get(piece.replace("'", "")) or self._plain.get(word)
        if found is not None:
            return found
        measure = _MEASURE.fullmatch(word)
        if measure and measure[2] in self._units:
            return (measure[1], *self._units[measure[2]])
        if len(word) < _MIN_FUZZY or word in self._real or not word.isalpha():
            return (word,)
        return (self._nearest(word),)

    def _nearest(self, word: str) -> str:
        for form in _deletions(word):
            for key in self._near.get(form, ()):
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
