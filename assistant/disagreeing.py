"""Quotes → the disagreements they belong to: each with the other paragraph beside it, as people paired them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.disagreements import Disagreement, Side
from corpus.document import Passage
from corpus.library import Library

MAX_DISAGREEMENTS = 2
# The other side of a pair is fetched for one of the first quotes only: further down, it would stray from the question.
FETCHED_FOR_FIRST = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """The passages of the two sides of a disagreement."""

    about: str
    passages: tuple[Passage, Passage]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Every disagreement whose two paragraphs may be quoted, in the order of the file."""

    pairs: tuple[Pair, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Disagreement], library: Library, passages: Iterable[Passage]) -> Pairs:
        """Find the paragraphs of each disagreement among the passages; one with a side missing is left out."""
        by_place = {(passage.document.id, passage.start, passage.end): passage for passage in passages}

        def passage_of(side: Side) -> Passage | None:
            document = library.approved.get(side.document)
            block = side.block(document) if document else None
            return by_place.get((side.document, block.start, block.end)) if block else None

        found = []
        for row in rows:
            one, other = map(passage_of, row.sides)
            if one and other:
                found.append(Pair(row.about, (one, other)))
        return cls(tuple(found))

    def touched(self, quoted: Sequence[Passage]) -> list[Pair]:
        """Return the pairs that the quoted passages belong to, in the order of the quotes; no passage in two of them."""
        places = {passage.id: place for place, passage in enumerate(quoted)}

        def first_place(pair: Pair) -> int:
            return min(places.get(passage.id, len(places)) for passage in pair.passages)

        chosen: list[Pair] = []
        taken: set[str] = set()
        # A pair that is quoted in full comes before one that must fetch its other side.
        complete = {id(pair): all(passage.id in places for passage in pair.passages) for pair in self.pairs}
        for pair in sorted(self.pairs, key=lambda pair: (first_place(pair), not complete[id(pair)])):
            names = {passage.id for passage in pair.passages}
            near = first_place(pair) < (len(places) if complete[id(pair)] else min(FETCHED_FOR_FIRST, len(places)))
            if near and not names & taken and len(chosen) < MAX_DISAGREEMENTS:
                chosen.append(pair)
                taken |= names
        return chosen
