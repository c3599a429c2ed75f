"""Families of words for triage: the words of a message → the places where each family of words and phrases stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from assistant.triage_words import Remembered

# A `*` needs three letters before it, so that one look-up by the first three letters finds every candidate.
_HEAD = 3
# No phrase has more words.
_LONGEST = 8
# So many bits hold the length of a phrase.
_BITS, _LENGTHS = 4, 15
# So many bits hold where a phrase starts.
START_BITS = 16
_PLACES = (1 << _BITS + START_BITS) - 1
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,3})?", re.ASCII)

Int64s = npt.NDArray[np.int64]
Place = tuple[int, int]


class _Node:
    """What may follow in a phrase: a word, a word that goes on (`breath*`), a number in a range (`#4-9`)."""

    __slots__ = ("families", "number", "numbers", "stars", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.stars: dict[str, list[tuple[str, _Node]]] = {}
        self.numbers: list[tuple[float, float, _Node]] = []
        self.families: frozenset[str] = frozenset()
        self.number = -1

    @property
    def open(self) -> bool:
        """Whether more than single words may follow."""
        return bool(self.stars or self.numbers)

    def following(self) -> Iterator[_Node]:
        """Yield the nodes that follow this one."""
        yield from self.words.values()
        yield from (node for others in self.stars.values() for _, node in others)
        yield from (node for *_, node in self.numbers)

    def follow(self, phrase: str) -> _Node:
        """Return the node at the end of a phrase, making what is missing."""
        node = self
        for word in phrase.split():
            node = node.child(word)
        return node

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


# After a word: the nodes by the next word, and the nodes that more may follow than single words.
_After = tuple[Mapping[str, list[_Node]], list[_Node]]


class Lexicon:
    """Families of words and phrases, found in one pass over a message."""

    def __init__(self, families: Mapping[str, Iterable[str]], hiding: str = "idiom") -> None:
        """What touches a phrase of the family `hiding` is not found."""
        self.numbers = {family: number for number, family in enumerate(families)}
        self._root = _Node()
        for family, phrases in families.items():
            for phrase in phrases:
                self._root.follow(phrase).families |= {family}
        nodes = [self._root]
        for number, node in enumerate(nodes):
            node.number = number << START_BITS + _BITS
            nodes.extend(node.following())
        self._hides = np.array([hiding in node.families for node in nodes], dtype=np.bool_)
        # The families of the phrases that end at each node, one after another.
        at = [sorted(self.numbers[family] for family in node.families) for node in nodes]
        self._families = np.array(list(chain.from_iterable(at)), dtype=np.int64)
        self._sizes = np.array([len(families) for families in at], dtype=np.int64)
        self._offsets = np.cumsum(self._sizes) - self._sizes
        self._alone, self._after = Remembered(self._ends), Remembered(self._follows)
        self._merged: dict[tuple[_Node, ...], _After] = {}

    def places(self, words: Sequence[str]) -> Found:
        """Return where each family stands."""
        nodes, places = self._shown(self._phrases([*words, *[""] * _LONGEST]))
        sizes = self._sizes[nodes]
        families = self._families.take(spread(self._offsets[nodes], sizes))
        codes = families << START_BITS + _BITS | np.repeat(places, sizes)
        codes.sort()
        # A word that is of a family twice ("kratom" and "krat*") stands there once.
        once = np.ones(len(codes), dtype=np.bool_)
        once[1:] = (codes[1:] != codes[:-1]) | (codes[1:] & _LENGTHS != 1)
        return Found(self.numbers, codes[once])

    def _phrases(self, words: Sequence[str]) -> Int64s:
        """Return where phrases end, as one number each: that of the node, the start and the length."""
        alone = list(map(self._alone.__getitem__, words))
        starts = np.repeat(np.arange(len(words)) << _BITS, list(map(len, alone)))
        longer: list[int] = []
        afters = map(self._after.__getitem__, words)
        for start, ((following, nodes), after) in enumerate(zip(afters, words[1:], strict=False)):
            if after in following:
                for node in following[after]:
                    _follow(node, start, 2, words, longer)
            for node in nodes:
                for child in node.after(after):
                    _follow(child, start, 2, words, longer)
        single = np.array(list(chain.from_iterable(alone)), dtype=np.int64) | starts
        return np.concatenate((single, np.array(longer, dtype=np.int64)))

    def _shown(self, phrases: Int64s) -> tuple[Int64s, Int64s]:
        """Return the nodes and the places of the phrases that touch none of those that hide."""
        nodes, places = phrases >> START_BITS + _BITS, phrases & _PLACES
        hides = self._hides[nodes]
        if not hides.any():
            return nodes, places
        starts, ends = places >> _BITS, (places >> _BITS) + (places & _LENGTHS)
        hidden = np.zeros(ends.max() + 1, dtype=np.int64)
        for start, end in zip(starts[hides].tolist(), ends[hides].tolist(), strict=True):
            hidden[start + 1 : end + 1] = 1
        before = hidden.cumsum()
        shown = before[starts] == before[ends]
        return nodes[shown], places[shown]

    def _ends(self, word: str) -> list[int]:
        """Return the phrases that a word is by itself, but for where it starts."""
        return [node.number | 1 for node in self._root.after(word) if node.families]

    def _follows(self, word: str) -> _After:
        nodes = tuple(self._root.after(word))
        # Many words, and most numbers, are followed by the same.
        if nodes not in self._merged:
            self._merged[nodes] = _merge(nodes)
        return self._merged[nodes]


def _merge(nodes: Sequence[_Node]) -> _After:
    following: dict[str, list[_Node]] = {}
    for after, child in (pair for node in nodes if not node.open for pair in node.words.items()):
        following.setdefault(after, []).append(child)
    return following, [node for node in nodes if node.open]


def _follow(node: _Node, start: int, length: int, words: Sequence[str], found: list[int]) -> None:
    """Note the phrases that end at a node or go on from it, `length` words being read."""
    if node.families:
        found.append(node.number | start << _BITS | length)
    if node.words or node.open:
        for child in node.after(words[start + length]):
            _follow(child, start, length + 1, words, found)


def spread(firsts: Int64s, sizes: Int64s) -> Int64s:
    """Return the numbers of runs one after another: each from its first number on, as many as its size."""
    return np.repeat(firsts + sizes - np.cumsum(sizes), sizes) + np.arange(sizes.sum())


class Found:
    """The places of families in one message: of all together as numbers, and in lists for the families that are asked for."""

    def __init__(self, numbers: Mapping[str, int], codes: Int64s) -> None:
        """`codes` hold the number of the family, the start and the length of each place, in order."""
        self._numbers, self._places = numbers, codes & _PLACES
        # The family and the start of each place as one number, and what comes after all.
        self.keys = np.append(codes >> _BITS, len(numbers) << START_BITS)
        self.families, self.starts = codes >> START_BITS + _BITS, self._places >> _BITS
        self.ends = self.starts + (codes & _LENGTHS)
        self.bounds = np.searchsorted(self.families, np.arange(len(numbers) + 1))
        self._codes: dict[str, list[int]] = {}

    def starts_of(self, number: int) -> Int64s:
        """Return where the family of a number starts, in order."""
        return self.starts[self.bounds[number] : self.bounds[number + 1]]

    def __getitem__(self, family: str) -> list[Place]:
        """Return the places of a family, in order."""
        return [_place(code) for code in self._sorted(family)]

    def some(self, family: str, low: int, high: int) -> list[Place]:
        """Return the places of a family that start at `low` or later and before `high`."""
        codes = self._sorted(family)
        if not codes:
            return []
        first = bisect_left(codes, low << _BITS)
        return [_place(code) for code in codes[first : bisect_left(codes, high << _BITS, first)]]

    def has(self, family: str, low: int, high: int) -> bool:
        """Whether a family starts at `low` or later and before `high`."""
        codes = self._sorted(family)
        first = bisect_left(codes, low << _BITS)
        return first < len(codes) and codes[first] < high << _BITS

    def _sorted(self, family: str) -> list[int]:
        codes = self._codes.get(family)
        if codes is None:
            number = self._numbers.get(family)
            low, high = (0, 0) if number is None else self.bounds[number : number + 2]
            codes = self._codes[family] = self._places[low:high].tolist()
        return codes


def _place(code: int) -> Place:
    start = code >> _BITS
    return start, start + (code & _LENGTHS)
