"""Words for triage: a message → plain lower-case words with their clauses, and the places where families of words stand."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARACTERS = 10_000
# A `*` needs three letters before it, so that one look-up by the first three letters finds every candidate.
_HEAD = 3
_MIN_FUZZY = 6
# No phrase has more words.
_LONGEST = 8
_MOST_WORDS = 3_000
_REMEMBERED = 20_000
_PIECES = re.compile(r"[^\W_]+(?:['./][^\W_]+)*|[.!?;\n]+|,|\s[-–—]+\s")
_RUNS = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = str.maketrans("’‘`´ʼ′＇", "'''''''")
_JOINED = re.compile("[./]")
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,3})?", re.ASCII)
_MEASURE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([a-z]{1,5})", re.ASCII)
# Apostrophes are one character; what cannot be seen is none.
_SAME: dict[int, str] = dict.fromkeys(map(ord, "’‘`´ʼ′"), "'") | dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), ""
)
_SENTENCE_ENDS = frozenset(".!?;\n")
_BREAKS = _SENTENCE_ENDS | frozenset(", \t\r\f\v\u00a0")

Place = tuple[int, int]


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
        # Messages share most of their words; what a word is spelled as depends on nothing else.
        self._spelled = lru_cache(maxsize=_REMEMBERED)(self._spell)

    def read(self, text: str) -> Words:
        """Return the plain words of a message."""
        # NFKC can make a text many times longer, so it is capped twice.
        text = cap(unicodedata.normalize("NFKC", cap(text))).translate(_SAME).casefold()
        words: list[str] = []
        sentences: list[int] = []
        clauses: list[int] = []
        sentence = clause = 0
        spelled = self._spelled
        for piece in [*_PIECES.findall(text), "."]:
            if piece[0] not in _BREAKS:
                words += spelled(piece)
                continue
            new = len(words) - len(clauses)
            sentences += [sentence] * new
            clauses += [clause] * new
            clause += 1
            sentence += piece[0] in _SENTENCE_ENDS
        if len(words) > _MOST_WORDS:
            half = _MOST_WORDS // 2
            words, sentences, clauses = ([*all_[:half], *all_[-half:]] for all_ in (words, sentences, clauses))
        return Words(words, sentences, clauses)

    def _spell(self, piece: str) -> tuple[str, ...]:
        found = self._plain.get(piece)
        if found is None and not piece.isalnum() and (not piece[0].isdigit() or "/" in piece) and _JOINED.search(piece):
            return tuple(word for part in _JOINED.split(piece) for word in self._spell(part))
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


class _Node:
    """What may follow in a phrase: a word, a word that goes on (`breath*`), a number in a range (`#4-9`)."""

    __slots__ = ("families", "numbers", "stars", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.stars: dict[str, list[tuple[str, _Node]]] = {}
        self.numbers: list[tuple[float, float, _Node]] = []
        self.families: set[str] = set()

    def child(self, pattern: str) -> _Node:
        """Return the node for one more word of a phrase, making it if need be."""
        if pattern.endswith("*"):
            return self._star(pattern[:-1])
        if pattern.startswith("#"):
            low, high = (float(number) for number in pattern[1:].split("-"))
            for node in (node for *ends, node in self.numbers if ends == [low, high]):
                return node
            self.numbers.append((low, high, _Node()))
            return self.numbers[-1][2]
        return self.words.setdefault(pattern, _Node())

    def _star(self, start: str) -> _Node:
        if len(start) < _HEAD:
            raise ValueError(f"{start!r} needs {_HEAD} letters before the star.")
        others = self.stars.setdefault(start[:_HEAD], [])
        for node in (node for other, node in others if other == start):
            return node
        others.append((start, _Node()))
        return others[-1][1]

    def after(self, word: str) -> list[_Node]:
        """Return the nodes that a word leads to."""
        node = self.words.get(word)
        found = [node] if node else []
        if self.stars:
            found += [node for start, node in self.stars.get(word[:_HEAD], ()) if word.startswith(start)]
        if self.numbers and word[:1].isdigit() and _NUMBER.fullmatch(word):
            found += [node for low, high, node in self.numbers if low <= float(word) <= high]
        return found


class Lexicon:
    """Families of words and phrases, found in one pass over a message."""

    def __init__(self, families: Mapping[str, Iterable[str]]) -> None:
        self._root = _Node()
        for family, phrases in families.items():
            for phrase in phrases:
                node = self._root
                for word in phrase.split():
                    node = node.child(word)
                node.families.add(family)
        # Shared by all messages, like the spelling.
        self._first = lru_cache(maxsize=_REMEMBERED)(self._starts)

    def _starts(self, word: str) -> tuple[frozenset[str], tuple[_Node, ...]]:
        """Return the families of a word alone, and the nodes of the phrases that it may start."""
        nodes = self._root.after(word)
        families = frozenset(family for node in nodes for family in node.families)
        return families, tuple(node for node in nodes if node.words or node.stars or node.numbers)

    def places(self, words: Sequence[str]) -> Found:
        """Return where each family stands."""
        where: defaultdict[str, list[int]] = defaultdict(list)
        for start, word in enumerate(words):
            where[word].append(start)
        found = Found(len(words))
        padded = [*words, *[""] * _LONGEST]
        for word, starts in where.items():
            families, nodes = self._first(word)
            for family in families:
                found.add(family, starts, 1)
            for node in nodes:
                _follow(node, starts, 1, padded, found)
        found.mask("idiom")
        return found


def _follow(node: _Node, starts: list[int], length: int, words: list[str], found: Found) -> None:
    """Note the phrases that go on from a node at the given starts, `length` words being read."""
    longer: dict[_Node, list[int]] = {}
    if node.stars or node.numbers:
        for start in starts:
            for child in node.after(words[start + length]):
                longer.setdefault(child, []).append(start)
    else:
        following = node.words
        for start in starts:
            word = words[start + length]
            if word in following:
                longer.setdefault(following[word], []).append(start)
    for child, some in longer.items():
        for family in child.families:
            found.add(family, some, length + 1)
        if child.words or child.stars or child.numbers:
            _follow(child, some, length + 1, words, found)


class Found:
    """The places of families in one message, put together for those that are asked for."""

    def __init__(self, length: int) -> None:
        self._parts: defaultdict[str, list[tuple[list[int], int]]] = defaultdict(list)
        self._places: dict[str, list[Place]] = {}
        self._masked = bytearray(length + _LONGEST)

    def add(self, family: str, starts: list[int], length: int) -> None:
        """Note where a phrase of a family starts, and how many words it has."""
        self._parts[family].append((starts, length))

    def mask(self, family: str) -> None:
        """Hide whatever touches the places of a family."""
        places = self[family]
        for start, end in places:
            self._masked[start:end] = b"\1" * (end - start)
        self._places.clear()

    def has_all(self, families: frozenset[str]) -> bool:
        """Whether each of the families stands somewhere, be it hidden."""
        return families <= self._parts.keys()

    def __getitem__(self, family: str) -> list[Place]:
        """Return the places of a family that are not hidden, in order."""
        places = self._places.get(family)
        if places is None:
            masked = self._masked
            places = []
            for starts, length in self._parts.get(family, ()):
                if length == 1:
                    places += [(start, start + 1) for start in starts if not masked[start]]
                else:
                    places += [(start, start + length) for start in starts if 1 not in masked[start : start + length]]
            places.sort()
            self._places[family] = places
        return places

    def some(self, family: str, low: int, high: int) -> list[Place]:
        """Return the places of a family that start at `low` or later and before `high`."""
        return within(self[family], low, high) if family in self._parts else []


def within(places: list[Place], low: int, high: int) -> list[Place]:
    """Return the places that start at `low` or later and before `high`."""
    return places[bisect_left(places, (low,)) : bisect_left(places, (high,))]
