"""Words for triage: a message → plain lower-case words with their clauses, and the places where families of words stand."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain
from operator import or_

MAX_CHARACTERS = 10_000
# A `*` needs three letters before it, so that one look-up by the first three letters finds every candidate.
_HEAD = 3
_MIN_FUZZY = 6
# No phrase has more words.
_LONGEST = 8
# So many bits hold the length of a phrase.
_BITS, _LENGTHS = 4, 15
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
        self.families: frozenset[str] = frozenset()

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


class Lexicon:
    """Families of words and phrases, found in one pass over a message."""

    def __init__(self, families: Mapping[str, Iterable[str]], hiding: str = "idiom") -> None:
        """What touches a phrase of the family `hiding`, which starts with a whole word, is not found."""
        self._root, self._hiding = _Node(), _Node()
        for family, phrases in families.items():
            for phrase in phrases:
                self._root.follow(phrase).families |= {family}
                if family == hiding:
                    self._hiding.follow(phrase).families |= {family}
        # Shared by all messages, like the spelling.
        self._first = lru_cache(maxsize=_REMEMBERED)(self._starts)

    def places(self, words: Sequence[str]) -> Found:
        """Return where each family stands."""
        shown = [*words, *[""] * _LONGEST]
        self._hide(shown)
        where: defaultdict[str, list[int]] = defaultdict(list)
        for start, word in enumerate(shown):
            where[word].append(start)
        del where[""]
        found = Found()
        for word, starts in where.items():
            families, nodes = self._first(word)
            found.add(families, starts, 1)
            for node in nodes:
                _follow(node, starts, 1, shown, found)
        return found

    def _hide(self, words: list[str]) -> None:
        """Blank the words of the phrases that hide."""
        hidden = Found()
        first = self._hiding.words
        for start, word in enumerate(words):
            if word in first:
                hidden.add(first[word].families, [start], 1)
                _follow(first[word], [start], 1, words, hidden)
        for start, end in hidden.all():
            words[start:end] = [""] * (end - start)

    def _starts(self, word: str) -> tuple[frozenset[str], tuple[_Node, ...]]:
        """Return the families of a word alone, and the nodes of the phrases that it may start."""
        nodes = self._root.after(word)
        families = frozenset(family for node in nodes for family in node.families)
        return families, tuple(node for node in nodes if node.words or node.stars or node.numbers)


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
        found.add(child.families, some, length + 1)
        if child.words or child.stars or child.numbers:
            _follow(child, some, length + 1, words, found)


@lru_cache(maxsize=_REMEMBERED)
def _named(families: frozenset[str]) -> tuple[str, ...]:
    """Return the families that have a name of their own; those of a rule's alternatives have none."""
    return tuple(sorted(family for family in families if "|" not in family))


class Found:
    """The places of families in one message, put together for those that are asked for."""

    def __init__(self) -> None:
        self._found: list[tuple[frozenset[str], list[int]]] = []
        # A place as one number, start and length together: phrases share their list among families, and numbers sort fast.
        self._parts: defaultdict[str, list[list[int]]] = defaultdict(list)
        self._codes: dict[str, list[int]] = {}

    def add(self, families: frozenset[str], starts: list[int], length: int) -> None:
        """Note where a phrase starts, how many words it has, and of which families it is."""
        if families:
            self._found.append((families, starts))
            codes = [start << _BITS | length for start in starts]
            for family in families:
                self._parts[family].append(codes)

    def all(self) -> list[Place]:
        """Return the places of every family."""
        return [place for family in self._parts for place in self[family]]

    def named(self) -> list[tuple[tuple[str, ...], list[int]]]:
        """Return lists of starts, each with the families of the phrase that starts there."""
        return [(named, starts) for families, starts in self._found if (named := _named(families))]

    def bits(self, of_word: Sequence[int]) -> dict[str, int]:
        """Return for each family found the bits of the words at which it starts, put together."""
        together: defaultdict[str, int] = defaultdict(int)
        for families, starts in self._found:
            bits = reduce(or_, map(of_word.__getitem__, starts))
            for family in families:
                together[family] |= bits
        return together

    def count(self, family: str) -> int:
        """Return at how many places a family stands."""
        return len(self._sorted(family))

    def __getitem__(self, family: str) -> list[Place]:
        """Return the places of a family, in order."""
        return [_place(code) for code in self._sorted(family)]

    def some(self, family: str, low: int, high: int) -> list[Place]:
        """Return the places of a family that start at `low` or later and before `high`."""
        if family not in self._parts:
            return []
        codes = self._sorted(family)
        first = bisect_left(codes, low << _BITS)
        return [_place(code) for code in codes[first : bisect_left(codes, high << _BITS, first)]]

    def has(self, family: str, low: int, high: int) -> bool:
        """Whether a family starts at `low` or later and before `high`."""
        if family not in self._parts:
            return False
        codes = self._sorted(family)
        first = bisect_left(codes, low << _BITS)
        return first < len(codes) and codes[first] < high << _BITS

    def _sorted(self, family: str) -> list[int]:
        codes = self._codes.get(family)
        if codes is None:
            codes = sorted(chain.from_iterable(self._parts.get(family, ())))
            self._codes[family] = codes
        return codes


def _place(code: int) -> Place:
    start = code >> _BITS
    return start, start + (code & _LENGTHS)
