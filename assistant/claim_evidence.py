"""A claim → exact quotations from the passages that the catalogue names for it; and the nearest passages where there is no claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import Quote
from assistant.claim_catalogue import Seen
from assistant.finding import Finder
from assistant.quoting import make_quote
from corpus.claims import Claim
from corpus.document import Source
from corpus.errors import VettingError
from corpus.pinned import PinnedReader
from index.encoder import Encoder, Vectors
from index.passage_index import Hit, PassageIndex, Query

MAX_QUOTES = 3
MAX_NEAREST = 3


@dataclass(frozen=True)
class Evidence:
    """What quoting for claims needs: an index, its encoder, the sources, and the files behind the quotes."""

    index: PassageIndex
    encoder: Encoder
    sources: Mapping[str, Source]
    reader: PinnedReader
    vectors: Vectors
    places: Mapping[tuple[str, str], Sequence[int]]

    @classmethod
    def of(cls, finder: Finder) -> Evidence:
        """Return the evidence of a finder."""
        places: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, passage in enumerate(finder.index.passages):
            places[passage.document.id, passage.section].append(place)
        return cls(
            finder.index, finder.encoder, finder.sources, finder.reader, finder.index.dense.vectors, dict(places)
        )

    @property
    def fingerprint(self) -> str:
        """Names the index."""
        return self.index.fingerprint

    def quotes(self, claim: Claim, seen: Seen, failures: list[str]) -> tuple[Quote, ...]:
        """Return up to MAX_QUOTES quotations for a claim: of each passage named, in the catalogue's order, the paragraph nearest to the text."""
        query = self._query(seen)
        found = []
        for named in claim.passages:
            places = self.places.get(named, ())
            if not places:
                failures.append(f"claim {claim.id}: the passage {'#'.join(named)!r} is not in the index; not quoted.")
                continue
            scores = [float(self.vectors[place] @ query.vector) for place in places]
            place = places[scores.index(max(scores))]
            hit = Hit(self.index.passages[place], place, max(scores), {})
            found.append(make_quote(self.index, query, hit, self.sources, max(scores)))
        return self._standing(found, failures)[:MAX_QUOTES]

    def nearest(self, seen: Seen, failures: list[str]) -> tuple[Quote, ...]:
        """Return the passages nearest to a text that no claim covers; they do not answer it."""
        query = self._query(seen)
        hits = self.index.search(query, MAX_NEAREST)
        made = [make_quote(self.index, query, hit, self.sources, max(hit.signals["dense"], 0.0)) for hit in hits]
        return self._standing(made, failures)

    def _query(self, seen: Seen) -> Query:
        """The text as the index sees it, without another forward pass where it is encoded already."""
        encoded = seen.encoded or self.encoder.encode_query(seen.text)
        return self.index.query_of(seen.text, encoded)

    def _standing(self, quotes: Sequence[Quote], failures: list[str]) -> tuple[Quote, ...]:
        """Read every span again from the files; one that differs is not shown, and the failure is told."""
        kept = []
        for quote in quotes:
            try:
                fresh = self.reader.words(quote.passage.document.id, quote.start, quote.end)
            except VettingError as error:
                failures.append(str(error))
                continue
            if fresh == quote.text:
                kept.append(quote)
            else:
                failures.append(
                    f"{quote.passage.document.id}: the words at {quote.start}-{quote.end} changed; not quoted."
                )
        return tuple(kept)
