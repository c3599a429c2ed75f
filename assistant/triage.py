"""Triage: which notices a message raises. Deterministic; needs neither index nor model.

A message is spelled out in plain words, and families of words are found in one pass. A rule asks for families that stand near
one another, and is taken back when its sentence denies it, tells of long ago or of the news, or asks in general. Rules raise
nothing by themselves: they are marks, weighed together with all words of the message (`triage_weighing.py`). Words, rules,
frames and weights are data; no regular expression looks for meaning, so the time is bounded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.answer import Notice, NoticeKind
from assistant.notices import read_notices
from assistant.triage_lexicon import Found, Lexicon, Place
from assistant.triage_nearness import Nearness
from assistant.triage_rules import Rule, read_rules
from assistant.triage_weighing import Marked, Weighing, read_weights, stretches
from assistant.triage_words import Spelling, Words

# Most urgent first: the order in which notices are shown.
URGENCY: tuple[NoticeKind, ...] = (
    "emergency",
    "poisoning",
    "self-harm",
    "interaction",
    "pregnancy",
    "minor",
    "withdrawal",
    "driving",
    "personal-dosing",
    "legal",
    "drug-test-evasion",
    "extraction",
    "sourcing",
)

URGENT: tuple[NoticeKind, ...] = ("emergency", "poisoning", "self-harm")

# The chance of any urgent kind from which on the likeliest is raised, and the chance from which on another one is, too; for
# the further kinds, see THRESHOLDS. Chosen on the judged messages by cross-validation (docs/safety.md).
ANY = "any"
_ALARM, _BESIDE = 0.4, 0.1
THRESHOLDS: Mapping[NoticeKind, float] = {
    "interaction": 0.12,
    "pregnancy": 0.12,
    "minor": 0.08,
    "withdrawal": 0.25,
    "driving": 0.2,
    "personal-dosing": 0.25,
    "legal": 0.15,
    "drug-test-evasion": 0.35,
    "extraction": 0.35,
    "sourcing": 0.25,
}
_NEGATIVE = frozenset({"not", "no", "cannot", "never", "nothing", "nobody", "without"})
_REACH = 4
_ASIDE = 8
_REACH_OF_DENIAL = 5
_DENIALS = frozenset({"not", "no", "never", "without", "none", "nobody", "zero", "neither", "nor", "cannot", "denies"})
_NEARBY = 40


@dataclass(frozen=True, slots=True)
class _Message:
    words: Words
    places: Found

    def some(self, family: str, low: int, high: int) -> list[Place]:
        return self.places.some(family, low, high)

    def has(self, family: str, low: int, high: int) -> bool:
        return self.places.has(family, low, high)

    def near(self, family: str, start: int, end: int, reach: int) -> bool:
        """Whether a family stands in the same clause, or in the same sentence not far off."""
        (low, high), clause = self.sentence(start), self.clause(start)
        return self.has(family, max(low, min(clause[0], start - reach)), min(high, max(clause[1], end + reach)))

    def sentence(self, start: int) -> tuple[int, int]:
        return _around(self.words.sentences, start)

    def clause(self, start: int) -> tuple[int, int]:
        return _around(self.words.clauses, start)


def _around(numbers: Sequence[int], start: int) -> tuple[int, int]:
    """Return from where to where the words have the number of the word at `start`, near it."""
    number = numbers[start]
    high = min(start + _NEARBY, len(numbers))
    return bisect_left(numbers, number, max(start - _NEARBY, 0), start), bisect_right(numbers, number, start, high)


class Marking:
    """A message → what is weighed of each of its stretches."""

    def __init__(self, spelling: Spelling, lexicon: Lexicon, rules: Sequence[Rule]) -> None:
        """`lexicon` holds the families that the rules ask for."""
        self.spelling, self._lexicon, self._rules = spelling, lexicon, rules
        self._families = _FamilyMarks(lexicon)
        self._nearness = Nearness(lexicon, rules)

    def marks(self, message: str) -> list[set[str]]:
        """Return the marks of each stretch of a message."""
        return self.marked(message).marks()

    def marked(self, message: str) -> Marked:
        """Return what is weighed of a message."""
        words = self.spelling.read(message)
        read = _Message(words, self._lexicon.places(words.words))
        cuts = stretches(words)
        others = self._families.marks(read, cuts)
        of_word = [own for own, (low, high) in zip(others, cuts, strict=True) for _ in range(low, high)]
        for number, place in self._nearness.places(words, read.places):
            rule, own = self._rules[number], of_word[place[0]]
            if rule.mark not in own and _holds(rule, read, place):
                own.update((rule.mark, rule.kind_mark))
        return Marked(words, cuts, others)


class _FamilyMarks:
    """The marks of the families that have a name of their own; those of a rule's alternatives have none."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._named = np.array(["|" not in family for family in lexicon.numbers], dtype=np.bool_)
        self._marks = [f"{before}{family}" for before in ("@", "!@") for family in lexicon.numbers]

    def marks(self, read: _Message, cuts: Sequence[tuple[int, int]]) -> list[set[str]]:
        """Return the marks of each stretch."""
        stretches = np.repeat(np.arange(len(cuts)), [high - low for low, high in cuts])
        named = self._named[read.places.families]
        families, starts = read.places.families[named], read.places.starts[named]
        denied = np.array(_after_denial(read.words), dtype=np.bool_)[starts]
        standing = np.zeros((len(cuts), len(self._marks)), dtype=np.bool_)
        standing[stretches[starts], families] = True
        standing[stretches[starts[denied]], families[denied] + len(self._named)] = True
        found: list[set[str]] = [set() for _ in cuts]
        for stretch, mark in zip(*(numbers.tolist() for numbers in standing.nonzero()), strict=True):
            found[stretch].add(self._marks[mark])
        return found


@dataclass(frozen=True, slots=True)
class Triage:
    """A message → its notices, most urgent first."""

    marking: Marking
    weighing: Weighing
    notices: Mapping[NoticeKind, Notice]

    def __call__(self, message: str) -> tuple[Notice, ...]:
        """Return the notices that a message raises."""
        kinds = self.kinds(message)
        return tuple(self.notices[kind] for kind in URGENCY if kind in kinds)

    def kinds(self, message: str) -> dict[NoticeKind, float]:
        """Return the kinds of notice that a message raises, each with its chance."""
        if not any(character.isalpha() for character in message):
            return {}
        chances = self.weighing.chances(self.weighing.odds(self.marking.marked(message)))
        raised = [kind for kind, least in THRESHOLDS.items() if chances[kind] >= least]
        if chances[ANY] >= _ALARM:
            likely = [kind for kind in URGENT if chances[kind] >= _BESIDE]
            raised += likely or [max(URGENT, key=lambda kind: chances[kind])]
        return {kind: chances[kind] for kind in URGENCY if kind in raised}


def _after_denial(words: Words) -> list[bool]:
    """Return for each word whether a word of denial stands closely before it in its clause."""
    denied = [False] * len(words.words)
    clauses = words.clauses
    for place in [place for place, word in enumerate(words.words) if word in _DENIALS]:
        for near in range(place + 1, min(place + 1 + _REACH_OF_DENIAL, len(denied))):
            denied[near] = denied[near] or clauses[near] == clauses[place]
    return denied


def _holds(rule: Rule, read: _Message, anchor: Place) -> bool:
    """Whether a rule holds around a place of its first family."""
    match = _match(rule, read, anchor)
    return bool(match) and not _taken_back(rule, read, match)


def _match(rule: Rule, read: _Message, anchor: Place) -> list[Place]:
    """Return the places of the rule's families around an anchor, or nothing."""
    taken = [anchor]
    sentences = read.words.sentences
    for element, ordered in zip(rule.elements[1:], rule.ordered, strict=True):
        last = taken[-1]
        low, high = (last[1], last[1] + rule.span) if ordered else (anchor[0] - rule.span, anchor[1] + rule.span)
        for start, end in read.some(element, low, high):
            apart = all(end <= one or start >= other for one, other in taken)
            if apart and (rule.across or sentences[start] == sentences[anchor[0]]):
                taken.append((start, end))
                break
        else:
            return []
    if rule.absent and read.has(rule.absent, min(taken)[0] - 6, max(taken)[1] + 6):
        return []
    return taken


def _taken_back(rule: Rule, read: _Message, match: list[Place]) -> bool:
    if rule.frame == "certain":
        return False
    first = min(match)
    if any(_denied(read, match, place, _REACH if place == first else 2) for place in match):
        return True
    if rule.frame == "plain":
        return False
    start, end = first[0], max(place[1] for place in match)
    if _told(rule, read, start, end):
        return True
    if rule.frame in ("sure", "event") and _unreal(read, start, end):
        return True
    return rule.frame != "wish" and _in_general(rule, read, start, end)


def _denied(read: _Message, match: list[Place], place: Place, reach: int) -> bool:
    """Whether a word of denial stands right before a place, with nothing between that starts another thought."""
    start, end = place
    # "Not breathing" is itself a denial, and what denies it again is rare.
    if not _NEGATIVE.isdisjoint(read.words.words[start:end]):
        return False
    low = max(read.clause(start)[0], start - reach)
    barred = max((barrier[1] for barrier in read.some("barrier", low, start)), default=low)
    return any(
        not any(one[0] <= denial[0] < one[1] for one in match)
        for denial in read.some("denial", max(low, barred), start)
    )


def _told(rule: Rule, read: _Message, start: int, end: int) -> bool:
    """Whether the match is long ago, or in the news."""
    low, high = read.sentence(start)
    if read.has("news", max(read.clause(start)[0], start - 15), end):
        return True
    if read.has("present", start - 2, end) or read.has("recent", low, high):
        return False
    return read.near("long ago" if rule.kind == "self-harm" else "past", start, end, _ASIDE)


def _unreal(read: _Message, start: int, end: int) -> bool:
    """Whether the match is make-believe or a fear, or about somebody who has died."""
    low, high = read.sentence(start)
    if read.has("unreal", max(low, start - _ASIDE), end) or read.has("joking", low, high):
        return True
    if read.has("present", start - 2, end):
        return False
    if read.has("fear", max(low, start - _ASIDE), end) or read.has("some day", low, high):
        return True
    return not read.has("recent", low, high) and read.has("bereaved", start - 20, end + 15)


def _in_general(rule: Rule, read: _Message, start: int, end: int) -> bool:
    """Whether the match is part of a question about people in general."""
    if rule.frame == "event":
        low, high = read.sentence(start)
        return read.has("general", low, high) or read.has("news", start - _NEARBY, end + _NEARBY)
    asked = read.has("asked", max(read.clause(start)[0], start - _ASIDE), start)
    if not asked and not read.near("general", start, end, _ASIDE):
        return False
    if read.near("third", start, end, _ASIDE):
        return False
    if asked:
        return True
    low, high = read.sentence(start)
    return not (read.has("self", start - 5, end + 5) or read.has("personal ask", low, high))


@lru_cache(maxsize=1)
def read_marking() -> Marking:
    """Return the marking of this project's words and rules."""
    return Marking(*read_rules())


def read_triage(region: str = "US") -> Triage:
    """Return the triage that names a region's telephone numbers."""
    return Triage(read_marking(), read_weights(), read_notices(region))
