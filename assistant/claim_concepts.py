"""Concepts: things that a claim may speak of, each with the words that say it and the words that say its contrary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.triage_words import Remembered
from index.lexical import words as stems

_START = re.compile(r"(?<![\w-])(?=\S)")
_HEAD = 3
# An entry that begins with a choice of words.
_CHOICE = re.compile(r"\(\?:([^()]*)\)(?![?*{])")
# What an entry begins with, as far as it is letters that must stand there; no more than three are looked at.
_SURE = re.compile(r"(?:[a-z0-9](?![?*{|])){1,3}")


@dataclass(frozen=True, slots=True)
class Concept:
    """Words that say one thing, and words that say the contrary: regular expressions, each from the start of a word."""

    name: str
    words: tuple[str, ...]
    opposite: tuple[str, ...] = ()
    specific: bool = False
    each: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text speaks of a concept; `way` is -1 where it says the contrary."""

    concept: Concept
    way: int
    start: int
    end: int
    key: str


@dataclass(frozen=True)
class Concepts:
    """Finds all concepts of a text at once: at each word only those are tried that have an entry with its first letters."""

    concepts: tuple[Concept, ...]

    def mentions(self, text: str) -> list[Mention]:
        """Return the mentions, by concept, what is said before its contrary, then by place; those of one side do not overlap."""
        ends: dict[int, int] = {}
        found: list[tuple[int, int, int]] = []
        for start in _START.finditer(text):
            place = start.start()
            for side in self._at[text[place : place + _HEAD]]:
                match = self._sides[side][2].match(text, place) if ends.get(side, 0) <= place else None
                if match:
                    ends[side] = match.end()
                    found.append((side, place, match.end()))
        return [self._mention(text, *one) for one in sorted(found)]

    def _mention(self, text: str, side: int, start: int, end: int) -> Mention:
        concept, way, _ = self._sides[side]
        # Where each word is a thing of its own, teeth are not nails.
        words = text[start:end]
        key = f"{concept.name}:{' '.join(stems(words)) or words}" if concept.each else f"{concept.name}:"
        return Mention(concept, way, start, end, key)

    @cached_property
    def _sides(self) -> list[tuple[Concept, int, re.Pattern[str]]]:
        return [(concept, way, any_of(entries)) for concept, way, entries in self._entries()]

    def _entries(self) -> Iterator[tuple[Concept, int, tuple[str, ...]]]:
        for concept in self.concepts:
            yield concept, 1, concept.words
            if concept.opposite:
                yield concept, -1, concept.opposite

    @cached_property
    def _at(self) -> Remembered[list[int]]:
        """The sides that may begin where a text goes on with some three characters."""
        heads: dict[str, set[int]] = {}
        for number, (*_, entries) in enumerate(self._entries()):
            for entry in entries:
                for head in _heads(entry):
                    heads.setdefault(head, set()).add(number)

        def sides(start: str) -> list[int]:
            # A letter outside ASCII may be another form of one that an entry has.
            if not start.isascii():
                return list(range(len(self._sides)))
            small = start.lower()
            return sorted(set().union(*(heads.get(small[:length], ()) for length in range(_HEAD + 1))))

        return Remembered(sides)


def _heads(entry: str) -> list[str]:
    """What whatever an entry matches begins with, three letters at most each; [""] where its start does not tell."""
    if "|" in re.sub(r"\([^()]*\)", "", entry):
        return [""]
    if entry.startswith(r"\d") and entry[2:3] not in ("?", "*", "{"):
        return list("0123456789")
    choice = _CHOICE.match(entry)
    if choice:
        return [head for part in choice[1].split("|") for head in _heads(part)]
    sure = _SURE.match(entry)
    return [sure[0] if sure else ""]


def any_of(entries: Sequence[str]) -> re.Pattern[str]:
    """Return an expression for any of some entries, each a whole word or more."""
    return re.compile(r"(?<![\w-])(?:" + "|".join(entries) + r")(?![\w])", re.IGNORECASE)
