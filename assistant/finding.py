"""A question → what the documents hold on it: quotes, near misses or a kind of silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.answer import Contrast, Outcome, Quote
from assistant.disagreeing import Pairs
from assistant.entities import Clues
from assistant.followup import JOIN, Turn, complete, own_part, refers_back
from assistant.question import Spelling, clean, looks_english, put_right, questions_in, shorten
from assistant.quoting import MAX_QUOTES, choose, make_quote
from assistant.silence import Calibration, followup_signals
from corpus.document import Passage, Source
from corpus.errors import VettingError
from corpus.pinned import PinnedReader
from index.encoder import Encoder
from index.passage_index import Hit, PassageIndex, Query

MAX_NEAR_MISSES = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What one question found; `headings` are those of its hits, best first, for suggestions.

    `own` are the signals of a completed question (`silence.followup_signals`); empty of one that stands alone.
    """

    question: str
    outcome: Outcome
    quotes: tuple[Quote, ...]
    near_misses: tuple[Quote, ...]
    headings: tuple[str, ...]
    confidence: float
    failures: tuple[str, ...]
    query: Query
    own: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Finder:
    """What finding needs: an index, its encoder, the sources, the files behind the quotes, floors and spellings."""

    index: PassageIndex
    encoder: Encoder
    sources: Mapping[str, Source]
    reader: PinnedReader
    calibration: Calibration
    spelling: Spelling
    pairs: Pairs = field(default_factory=Pairs)

    def searchable(self, message: str, turns: Sequence[Turn] = ()) -> str:
        """Return the question that a message stands for: cut to what it asks, put right, completed from earlier turns."""
        return self.questions(message, turns, split=False)[0]

    def questions(self, message: str, turns: Sequence[Turn] = (), *, split: bool = True) -> tuple[str, ...]:
        """Return the questions that a message stands for; each later one may lean on the one before."""
        # A dash of the person's own is none that joins a question to its conversation.
        short = put_right(shorten(clean(message)), self.spelling).replace(JOIN, " - ")
        before = list(turns)
        found = []
        for part in questions_in(short) if split else (short,):
            question = clean(complete(part, before, lambda word: word in self.spelling.vocabulary))
            found.append(question)
            before.append(Turn(question))
        return tuple(found)

    def looks_english(self, message: str) -> bool:
        """Say whether a message seems to be in the language of the documents."""
        return looks_english(put_right(clean(message), self.spelling), self.spelling)

    def find(self, question: str, *, limit: int = MAX_QUOTES, own: Query | None = None) -> Found:
        """Search for a question and return up to `limit` quotes, or the kind of silence with near misses.

        A completed question is searched together with what it asks itself: `own`, where that was encoded before.
        """
        clues = Clues.of(question)
        query = self.index.query(question, self.encoder)
        if own_part(question) == question:
            own = None
        elif own is None or own.text != own_part(question):
            own = self.index.query(own_part(question), self.encoder)
        hits = clues.order(self.index.search(query, own=own))
        confidence = self.calibration.answer_confidence(hits, clues)
        signals = self._own_signals(query, own, hits, confidence) if own else {}
        failures: list[str] = []
        quotes: tuple[Quote, ...] = ()
        near: tuple[Quote, ...] = ()
        if self.calibration.answers(confidence, signals):
            quotable = self.calibration.quotable(hits, completed=own is not None)
            quotes = self._quotes(query, choose(quotable, limit=limit), failures)
        outcome: Outcome = "quoted"
        if not quotes:
            outcome = "not-covered" if self.calibration.on_topic(hits, clues) else "off-topic"
        if outcome == "not-covered":
            rated = [(hit, self.calibration.hit_confidence(hit)) for hit in hits[:MAX_NEAR_MISSES]]
            near = self._quotes(query, rated, failures)
        headings = tuple(dict.fromkeys(hit.passage.section for hit in hits if hit.passage.section))
        return Found(question, outcome, quotes, near, headings, confidence, tuple(failures), query, signals)

    def _own_signals(self, query: Query, own: Query, hits: Sequence[Hit], confidence: float) -> dict[str, float]:
        """How well what a completed question asks itself is met, and not only the subject that it was given."""
        first = hits[:MAX_QUOTES]
        return followup_signals(
            confidence,
            unmatched=self.index.unmatched(query, first, len(own.text)),
            beside=self.index.beside(own, first),
            refers_back=refers_back(own.text),
            names_other=Clues.of(own.text).names_other,
        )

    def disagreements(self, quotes: Sequence[Quote]) -> tuple[tuple[Contrast, ...], tuple[str, ...]]:
        """Return what is set side by side with the quotes, and why some of it cannot be shown."""
        failures: list[str] = []
        shown = {quote.passage.id: quote for quote in quotes}
        found = []
        for pair in self.pairs.touched([quote.passage for quote in quotes]):
            one, other = (shown.get(passage.id) or self._whole(passage) for passage in pair.passages)
            if all(quote.passage.id in shown or self._stands(quote, failures) for quote in (one, other)):
                found.append(Contrast(pair.about, (one, other)))
        return tuple(found), tuple(failures)

    def _whole(self, passage: Passage) -> Quote:
        """A paragraph that was not found by the question, so its score is 0."""
        cited = tuple(self.sources[key] for key in passage.keys if key in self.sources)
        return Quote(passage, passage.sentences[0][0], passage.sentences[-1][1], 0.0, cited)

    def _quotes(self, query: Query, pairs: Sequence[tuple[Hit, float]], failures: list[str]) -> tuple[Quote, ...]:
        made = [make_quote(self.index, query, hit, self.sources, confidence) for hit, confidence in pairs]
        return tuple(quote for quote in made if self._stands(quote, failures))

    def _stands(self, quote: Quote, failures: list[str]) -> bool:
        """Read the span again from the files; a quote that differs is not shown, and the failure is told."""
        try:
            fresh = self.reader.words(quote.passage.document.id, quote.start, quote.end)
        except VettingError as error:
            failures.append(str(error))
            return False
        if fresh != quote.text:
            failures.append(f"{quote.passage.document.id}: the words at {quote.start}-{quote.end} changed; not quoted.")
            return False
        return True
