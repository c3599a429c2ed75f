"""Triage: which notices a message raises. Deterministic; needs neither index nor model.

A message is spelled out in plain words, families of words are found in one pass, and a rule asks for families that stand
near one another. A match is dropped when its sentence denies it, tells of long ago or of the news, or asks in general.
Words, rules and frames are data (`data/triage.toml`); no regular expression looks for meaning, so the time is bounded.
A second reading weighs all words of the message, and adds what was told in words that no rule has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answer import Notice, NoticeKind
from assistant.notices import read_notices
from assistant.second_reading import STRETCH, SecondReading, read_weights
from assistant.triage_rules import Rule, read_rules
from assistant.triage_words import Found, Lexicon, Place, Spelling, Words, within

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

# The second reading adds an urgent notice from this chance on (a long story, read in stretches, needs a higher one), and a
# further kind from a higher one still. Below the last it takes back what a rule found, unless the rule is certain or plain: on
# messages that no rule had been written for, that took back no danger, and every sixth false alarm.
_ADDED, _ADDED_LONG, _ADDED_BESIDE, _AGAINST = 0.5, 0.85, 0.6, 0.1
_DOUBTED = frozenset({"wish", "thought", "sure", "event"})
# A rule looks at this many places of its rarest family at the start, and as many at the end of a message: one word ten
# thousand times must not be slow.
_MOST_PLACES = 40
_NEGATIVE = frozenset({"not", "no", "cannot", "never", "nothing", "nobody", "without"})
_PHRASE = 6
_REACH = 4
_ASIDE = 8
_NEARBY = 40


@dataclass(frozen=True, slots=True)
class _Message:
    words: Words
    places: Found

    def some(self, family: str, low: int, high: int) -> list[Place]:
        return self.places.some(family, low, high)

    def near(self, family: str, start: int, end: int, reach: int) -> bool:
        """Whether a family stands in the same clause, or in the same sentence not far off."""
        (low, high), clause = self.sentence(start), self.clause(start)
        low, high = max(low, min(clause[0], start - reach)), min(high, max(clause[1], end + reach))
        return bool(self.some(family, low, high))

    def sentence(self, start: int) -> tuple[int, int]:
        return self._stretch(self.words.sentences, start)

    def clause(self, start: int) -> tuple[int, int]:
        return self._stretch(self.words.clauses, start)

    @staticmethod
    def _stretch(numbers: Sequence[int], start: int) -> tuple[int, int]:
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
    reading: SecondReading
    notices: Mapping[NoticeKind, Notice]

    def __call__(self, message: str) -> tuple[Notice, ...]:
        """Return the notices that a message raises."""
        kinds = self.kinds(message)
        return tuple(self.notices[kind] for kind in URGENCY if kind in kinds)

    def kinds(self, message: str) -> dict[NoticeKind, str]:
        """Return the kinds of notice that a message raises, each with what found it."""
        words = self.spelling.read(message)
        read = _Message(words, self.lexicon.places(words.words))
        chances = self.reading.chances(words.words, words.sentences)
        found: dict[NoticeKind, str] = {}
        for rule in self.rules:
            if rule.kind in found or (rule.frame in _DOUBTED and chances["any"] < _AGAINST):
                continue
            if read.places.has_all(rule.needs) and _holds(rule, read):
                found[rule.kind] = rule.line
        added = _ADDED if len(words.words) <= STRETCH else _ADDED_LONG
        return found | _second(chances, found.keys() & URGENT, added)


def _second(chances: Mapping[str, float], found: Collection[NoticeKind], added: float) -> dict[NoticeKind, str]:
    """Return the urgent kinds that the second reading adds: the likeliest where the rules have none, and any likely one."""
    if chances["any"] < added:
        return {}
    likely: set[NoticeKind] = {kind for kind in URGENT if chances[kind] > _ADDED_BESIDE}
    if not found and not likely:
        likely = {max(URGENT, key=lambda kind: chances[kind])}
    return {kind: f"second reading {chances[kind]:.2f}" for kind in URGENCY if kind in likely and kind not in found}


def _holds(rule: Rule, read: _Message) -> bool:
    rarest = min((read.places[element] for element in rule.elements), key=len)
    if len(rarest) > 2 * _MOST_PLACES:
        rarest = rarest[:_MOST_PLACES] + rarest[-_MOST_PLACES:]
    anchors = read.places[rule.elements[0]]
    reach = (rule.span + _PHRASE) * len(rule.elements)
    near = dict.fromkeys(one for start, _ in rarest for one in within(anchors, start - reach, start + reach))
    return any(match and not _taken_back(rule, read, match) for match in (_match(rule, read, one) for one in near))


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
    if rule.absent and read.some(rule.absent, min(taken)[0] - 6, max(taken)[1] + 6):
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
    if read.some("news", max(read.clause(start)[0], start - 15), end):
        return True
    if read.some("present", start - 2, end) or read.some("recent", low, high):
        return False
    return read.near("long ago" if rule.kind == "self-harm" else "past", start, end, _ASIDE)


def _unreal(read: _Message, start: int, end: int) -> bool:
    """Whether the match is make-believe or a fear, or about somebody who has died."""
    low, high = read.sentence(start)
    if read.some("unreal", max(low, start - _ASIDE), end) or read.some("joking", low, high):
        return True
    if read.some("present", start - 2, end):
        return False
    if read.some("fear", max(low, start - _ASIDE), end) or read.some("some day", low, high):
        return True
    return not read.some("recent", low, high) and bool(read.some("bereaved", start - 20, end + 15))


def _in_general(rule: Rule, read: _Message, start: int, end: int) -> bool:
    """Whether the match is part of a question about people in general."""
    if rule.frame == "event":
        low, high = read.sentence(start)
        return bool(read.some("general", low, high) or read.some("news", start - _NEARBY, end + _NEARBY))
    asked = bool(read.some("asked", max(read.clause(start)[0], start - _ASIDE), start))
    if not asked and not read.near("general", start, end, _ASIDE):
        return False
    if read.near("third", start, end, _ASIDE):
        return False
    if asked:
        return True
    low, high = read.sentence(start)
    return not (read.some("self", start - 5, end + 5) or read.some("personal ask", low, high))


@lru_cache(maxsize=1)
def _read_rules() -> tuple[Spelling, Lexicon, tuple[Rule, ...]]:
    return read_rules()


def read_triage(region: str = "US") -> Triage:
    """Return the triage that names a region's telephone numbers."""
    spelling, lexicon, rules = _read_rules()
    return Triage(spelling, lexicon, rules, read_weights(), read_notices(region))
