"""Nearness: the places in a message where a rule may hold, found for all rules at once. What holds is for triage to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from assistant.triage_lexicon import START_BITS, Found, Int64s, Lexicon, Place, spread
from assistant.triage_rules import Rule
from assistant.triage_words import Words

# A rule looks at this many places of its rarest family at the start, and as many at the end of a message: one word ten
# thousand times must not be slow.
_MOST_PLACES = 40

# A column for each place of the first family of a rule: the rule, where the place starts and ends, and from where to where the
# other families may start.
_Columns = Int64s


class Nearness:
    """Where the families of each rule stand so near one another that it may hold."""

    def __init__(self, lexicon: Lexicon, rules: Sequence[Rule]) -> None:
        """`lexicon` holds the families that the rules ask for."""
        most = max((len(rule.elements) for rule in rules), default=1)
        # A rule that asks for few families asks for its first one again, which stands where it stands.
        windows = [[*_windows(rule), *[(rule.elements[0], 0, 1)] * (most - len(rule.elements))] for rule in rules]
        # What stands nowhere has the number after all others.
        numbers, nowhere = lexicon.numbers, len(lexicon.numbers)
        table = [[(numbers.get(family, nowhere), low, high) for family, low, high in own] for own in windows]
        self._families, self._lows, self._highs = np.array(table, dtype=np.int64).reshape(-1, most, 3).T
        self._across = np.array([rule.across for rule in rules], dtype=np.bool_)
        self._reaches = [rule.reach for rule in rules]

    def places(self, words: Words, found: Found) -> Iterator[tuple[int, Place]]:
        """Yield the numbers of rules, each with a place of its first family that has the others around it."""
        counts = np.append(np.diff(found.bounds), 0)[self._families]
        columns = self._first(counts, words, found)
        for slot in range(1, len(self._families)):
            columns = columns[:, self._near(slot, columns, found.keys)]
        for rule in np.flatnonzero(counts.min(axis=0) > 2 * _MOST_PLACES).tolist():
            rarest = self._families[counts[:, rule].argmin(), rule]
            looked_at = _looked_at(columns[1], found.starts_of(rarest), self._reaches[rule])
            columns = columns[:, (columns[0] != rule) | looked_at]
        rules, starts, ends = columns[:3].tolist()
        return zip(rules, zip(starts, ends, strict=True), strict=True)

    def _first(self, counts: Int64s, words: Words, found: Found) -> _Columns:
        """Return the places of the first family of the rules all of whose families stand somewhere."""
        rules = np.flatnonzero(counts.all(axis=0))
        sizes = counts[0, rules]
        places = spread(found.bounds[self._families[0, rules]], sizes)
        rules, starts = np.repeat(rules, sizes), found.starts[places]
        sentences, across = np.array(words.sentences, dtype=np.int64), self._across[rules]
        low, high = (np.searchsorted(sentences, sentences[starts], side) for side in ("left", "right"))
        low, high = np.where(across, 0, low), np.where(across, len(sentences), high)
        return np.stack((rules, starts, found.ends[places], low, high))

    def _near(self, slot: int, columns: _Columns, keys: Int64s) -> npt.NDArray[np.bool_]:
        """Whether the family that a rule asks for in a slot stands around each place."""
        rules, starts, ends, first, last = columns
        family = self._families[slot, rules] << START_BITS
        low = family + np.maximum(starts + self._lows[slot, rules], first)
        high = family + np.minimum(ends + self._highs[slot, rules], last)
        near: npt.NDArray[np.bool_] = keys[np.searchsorted(keys, low)] < high
        return near


def _windows(rule: Rule) -> Iterator[tuple[str, int, int]]:
    """Yield the families with where they may start: from how far after the start to how far after the end of the first."""
    yield rule.elements[0], 0, 1
    for number, (element, ordered) in enumerate(zip(rule.elements[1:], rule.ordered, strict=True), start=1):
        low = 1 if ordered and number == 1 else -rule.span
        # What follows a further family may be as far off as all before it reach.
        yield element, low, rule.reach * number if ordered and number > 1 else rule.span


def _looked_at(starts: Int64s, places: Int64s, reach: int) -> npt.NDArray[np.bool_]:
    """Whether any of the first or the last of the places is near."""
    looked = np.concatenate((places[:_MOST_PLACES], places[-_MOST_PLACES:]))
    before, after = np.searchsorted(looked, [starts - reach, starts + reach], side="right")
    near: npt.NDArray[np.bool_] = before < after
    return near
