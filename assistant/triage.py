"""Triage: which notices a message raises. Deterministic; needs neither index nor model.

A message is spelled out in plain words, families of words are found in one pass, and a rule asks for families that stand
near one another. A match is dropped when its sentence denies it, tells of long ago or of the news, or asks in general.
Words, rules and frames are data (`data/triage.toml`); no regular expression looks for meaning, so the time is bounded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.answer import Notice, NoticeKind
from assistant.notices import read_notices
from assistant.triage_words import Lexicon, Place, Spelling, Words, within

TRIAGE_FILE = Path(__file__).parent / "data" / "triage.toml"
MEDICINES_FILE = Path(__file__).parent / "data" / "medicines.toml"

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

# What can take a match back: `plain` a denial; `wish` also long ago, the news; `sure` also make-believe and a general
# question in which nobody in particular is named; `event` also a bereavement, a fear or a general question nearby.
Frame = Literal["certain", "plain", "wish", "sure", "event"]

_DEFAULT_SPAN = 5
# A rule looks at this many places of its first family at the start, and as many at the end of a message: a message of one
# word ten thousand times must not be slow.
_MOST_ANCHORS = 40
_NEARBY = 40


class TriageDataError(Exception):
    """Triage data that cannot be used; the message names the rule or the family."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Families that must stand near one another: the first is looked for, each further one near it or after the last."""

    kind: NoticeKind
    frame: Frame
    elements: tuple[str, ...]
    ordered: tuple[bool, ...]
    span: int
    across: bool
    absent: str
    denies: bool


@dataclass(frozen=True, slots=True)
class _Message:
    words: Words
    places: Mapping[str, list[Place]]

    def some(self, family: str, low: int, high: int) -> list[Place]:
        return within(self.places.get(family, []), low, high)

    def sentence(self, start: int) -> tuple[int, int]:
        return self._stretch(self.words.sentences, start)

    def clause(self, start: int) -> tuple[int, int]:
        return self._stretch(self.words.clauses, start)

    @staticmethod
    def _stretch(numbers: tuple[int, ...], start: int) -> tuple[int, int]:
        low = high = start
        while low > 0 and start - low < _NEARBY and numbers[low - 1] == numbers[start]:
            low -= 1
        while high < len(numbers) and high - start < _NEARBY and numbers[high] == numbers[start]:
            high += 1
        return low, high


@dataclass(frozen=True, slots=True)
class Triage:
    """A message → its notices, most urgent first."""

    spelling: Spelling
    lexicon: Lexicon
    rules: tuple[Rule, ...]
    notices: Mapping[NoticeKind, Notice]

    def __call__(self, message: str) -> tuple[Notice, ...]:
        """Return the notices that a message raises."""
        kinds = self.kinds(message)
        return tuple(self.notices[kind] for kind in URGENCY if kind in kinds)

    def kinds(self, message: str) -> dict[NoticeKind, Rule]:
        """Return the kinds of danger in a message, each with the first rule that found it."""
        words = self.spelling.read(message)
        read = _Message(words, self._unmasked(words))
        found: dict[NoticeKind, Rule] = {}
        for rule in self.rules:
            if rule.kind not in found and rule.elements[0] in read.places and _holds(rule, read):
                found[rule.kind] = rule
        return found

    def _unmasked(self, words: Words) -> dict[str, list[Place]]:
        """Find the families among words that are not part of an idiom."""
        masked = list(words.words)
        for start, end in self.lexicon.places(words.words).get("idiom", ()):
            masked[start:end] = ["_"] * (end - start)
        return self.lexicon.places(tuple(masked))


def _holds(rule: Rule, read: _Message) -> bool:
    if any(element not in read.places for element in rule.elements):
        return False
    anchors = read.places[rule.elements[0]]
    if len(anchors) > 2 * _MOST_ANCHORS:
        anchors = anchors[:_MOST_ANCHORS] + anchors[-_MOST_ANCHORS:]
    return any(
        not _taken_back(rule, read, start, end)
        for start, end in (_match(rule, read, anchor) for anchor in anchors)
        if start < end
    )


def _match(rule: Rule, read: _Message, anchor: Place) -> Place:
    """Return the stretch of the rule around an anchor, or an empty one."""
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
            return (0, 0)
    start, end = min(place[0] for place in taken), max(place[1] for place in taken)
    if rule.absent and read.some(rule.absent, start - 6, end + 6):
        return (0, 0)
    return (start, end)


def _taken_back(rule: Rule, read: _Message, start: int, end: int) -> bool:
    if rule.frame == "certain":
        return False
    if _denied(rule, read, start, end):
        return True
    if rule.frame == "plain":
        return False
    return _told(rule, read, start, end) or (rule.frame != "wish" and _in_general(rule, read, start, end))


def _denied(rule: Rule, read: _Message, start: int, end: int) -> bool:
    """Whether a word of denial stands right before the match, or inside it where the rule itself has none."""
    low = max(read.clause(start)[0], start - 4)
    barred = max((place[1] for place in read.some("barrier", low, start)), default=low)
    if read.some("denial", max(low, barred), start):
        return True
    clauses = read.words.clauses
    return not rule.denies and any(
        clauses[place[0]] == clauses[start] for place in read.some("inner denial", start, end)
    )


def _told(rule: Rule, read: _Message, start: int, end: int) -> bool:
    """Whether the match is long ago, in the news, or about somebody who has died."""
    low, high = read.sentence(start)
    present = bool(read.some("present", start - 2, end))
    recent = bool(read.some("recent", low, high))
    past = "long ago" if rule.kind == "self-harm" else "past"
    if not present and not recent and read.some(past, low, high):
        return True
    if read.some("news", max(read.clause(start)[0], start - 15), start):
        return True
    return not present and not recent and rule.frame != "wish" and bool(read.some("bereaved", start - 20, end + 15))


def _in_general(rule: Rule, read: _Message, start: int, end: int) -> bool:
    """Whether the match is make-believe, a fear, or part of a question about people in general."""
    low, high = read.sentence(start)
    if read.some("unreal", low, end):
        return True
    present = bool(read.some("present", start - 2, end))
    if not present and (read.some("fear", max(low, start - 8), end) or read.some("some day", low, high)):
        return True
    if rule.frame == "event":
        return bool(read.some("general", low, high) or read.some("news", start - _NEARBY, end + _NEARBY))
    if not read.some("general", low, high):
        return False
    named = read.some("third", start - 8, end + 8) or read.some("self", start - 5, end + 5)
    return not (named or read.some("personal ask", low, high))


def read_rules(path: Path = TRIAGE_FILE, medicines: Path = MEDICINES_FILE) -> tuple[Spelling, Lexicon, tuple[Rule, ...]]:
    """Return the spelling, the families and the rules of the triage data."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    named = {name: _phrases(text) for name, text in data["families"].items()}
    for name, text in tomllib.loads(medicines.read_text(encoding="utf-8")).items():
        named[name] = _phrases(text)
    families = {name: _flat(phrases, named, name) for name, phrases in named.items()}
    rules: list[Rule] = []
    for block in data["rules"]:
        if block["kind"] not in URGENCY or block["frame"] not in get_args(Frame):
            raise TriageDataError(f"rules about {block.get('about')!r}: unknown kind or frame.")
        lines = (line.strip() for line in block["lines"].splitlines())
        rules.extend(_rule(block, line, families) for line in lines if line and not line.startswith("#"))
    used = {name for rule in rules for name in (*rule.elements, rule.absent)}
    kept = {name: phrases for name, phrases in families.items() if name in used or name in _FRAME_FAMILIES}
    spelling = data["spelling"]
    return (
        Spelling.of(spelling["plain"], spelling["units"], _phrases(spelling["keys"]), _phrases(spelling["real"])),
        Lexicon(kept),
        tuple(rules),
    )


_FRAME_FAMILIES = frozenset(
    "idiom,barrier,denial,inner denial,present,recent,past,long ago,news,bereaved,unreal,fear,some day,general,third,"
    "self,personal ask".split(",")
)


def _phrases(text: str) -> list[str]:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return [phrase.strip() for phrase in " ".join(lines).split(",") if phrase.strip()]


def _flat(phrases: list[str], named: Mapping[str, list[str]], owner: str, depth: int = 0) -> list[str]:
    """Return the phrases with each `@family` replaced by its own."""
    return list(dict.fromkeys(_unfold(phrases, named, owner, depth)))


def _unfold(phrases: list[str], named: Mapping[str, list[str]], owner: str, depth: int) -> Iterator[str]:
    for phrase in phrases:
        if not phrase.startswith("@"):
            yield phrase
        elif phrase[1:] in named and depth < 5:
            yield from _unfold(named[phrase[1:]], named, owner, depth + 1)
        else:
            raise TriageDataError(f"{owner}: there is no family {phrase!r}.")


def _rule(block: Mapping[str, Any], line: str, families: dict[str, list[str]]) -> Rule:
    """Return the rule of a line such as `@breath + slow*|@weak : 4 - laugh*`.

    `+` asks for the next family near the first, `>` after the last; `: n` says how near, `::` across sentences too;
    `- family` for what must not stand around. Alternatives are split by `|`.
    """
    asked, _, absent = line.partition(" - ")
    body, mark, span = asked.partition(" : ")
    if not mark:
        body, mark, span = asked.partition(" :: ")
    parts = body.replace(" > ", " + >").split(" + ")
    elements = tuple(_element(part.lstrip(">"), families, line) for part in parts)
    texts = [phrase for element in elements for phrase in families[element]]
    return Rule(
        kind=block["kind"],
        frame=block["frame"],
        elements=elements,
        ordered=tuple(part.startswith(">") for part in parts[1:]),
        span=int(span) if mark else _DEFAULT_SPAN,
        across="::" in mark,
        absent=_element(absent, families, line) if absent else "",
        denies=any(not set(text.split()).isdisjoint(_NEGATIVE) for text in texts),
    )


_NEGATIVE = frozenset({"not", "no", "cannot", "never", "nothing", "nobody", "without"})


def _element(text: str, families: dict[str, list[str]], line: str) -> str:
    """Return the name of the family that an element asks for, making one of its alternatives if need be."""
    text = text.strip()
    if text not in families:
        families[text] = _flat([part.strip() for part in text.split("|")], families, f"rule {line!r}")
    return text


@lru_cache(maxsize=1)
def _read_rules() -> tuple[Spelling, Lexicon, tuple[Rule, ...]]:
    return read_rules()


def read_triage(region: str = "US") -> Triage:
    """Return the triage that names a region's telephone numbers."""
    spelling, lexicon, rules = _read_rules()
    return Triage(spelling, lexicon, rules, read_notices(region))
