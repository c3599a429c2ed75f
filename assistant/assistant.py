"""The assistant: a message → an answer made only of notices, exact quotations, and fixed sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Notice, Outcome, Quote
from assistant.entities import Clues
from assistant.followup import Turn, complete
from assistant.question import Spelling, put_right, shorten
from assistant.quoting import choose, make_quote
from assistant.silence import Calibration
from assistant.wording import Wording
from corpus.document import Source
from corpus.errors import VettingError
from corpus.pinned import PinnedReader
from index.encoder import Encoder
from index.passage_index import Hit, PassageIndex

# Notices of these kinds stand alone, at once; those of the second group come with a refusal. Neither quotes anything.
ALONE = frozenset({"emergency", "poisoning", "self-harm"})
REFUSED = frozenset({"sourcing", "drug-test-evasion", "extraction"})
MAX_QUESTION_CHARACTERS = 2_000
MAX_NEAR_MISSES = 3
MAX_SUGGESTIONS = 4

Triage = Callable[[str], tuple[Notice, ...]]


@dataclass(frozen=True)
class Finder:
    """What answering needs beyond triage: an index, its encoder, the sources, and the files behind the quotes."""

    index: PassageIndex
    encoder: Encoder
    sources: Mapping[str, Source]
    reader: PinnedReader
    calibration: Calibration
    spelling: Spelling

    def searchable(self, message: str, turns: Sequence[Turn] = ()) -> str:
        """Return the question that a message stands for: cut to what it asks, put right, completed from earlier turns."""
        question = put_right(shorten(clean(message)), self.spelling)
        return clean(complete(question, turns, lambda word: word in self.spelling.vocabulary))


@dataclass(frozen=True)
class Assistant:
    """Answers messages. Without a finder it still gives the notices of triage."""

    triage: Triage
    wording: Wording
    finder: Finder | None = None

    def ask(self, message: str, *, turns: Sequence[Turn] = (), searched_for: str | None = None) -> Answer:
        """Return the answer to a message in the light of earlier turns.

        `searched_for` is the question to search as it stands, for a reader who edits what was made of the message.
        """
        notices = self.triage(message)
        kinds = {notice.kind for notice in notices}
        fingerprint = self.finder.index.fingerprint if self.finder else ""
        if kinds & (ALONE | REFUSED) or self.finder is None:
            return Answer(message, "", "notice-only", self.wording.disclaimer, fingerprint, notices)
        question = self.finder.searchable(message, turns) if searched_for is None else clean(searched_for)
        if not any(character.isalnum() for character in question):
            text = self.wording.not_text if message.strip() else self.wording.empty
            return Answer(message, question, "off-topic", self.wording.disclaimer, fingerprint, notices, message=text)
        return self._search(self.finder, message, question, notices)

    def _search(self, finder: Finder, message: str, question: str, notices: tuple[Notice, ...]) -> Answer:
        clues = Clues.of(question)
        query = finder.index.query(question, finder.encoder)
        hits = clues.order(finder.index.search(query))
        sure_of_answer = finder.calibration.answer_confidence(hits, clues)
        rated = [(hit, finder.calibration.hit_confidence(hit)) for hit in hits]
        sure = [pair for pair in rated if pair[1] >= finder.calibration.quote_floor]
        failures: list[str] = []

        def quotes(pairs: Sequence[tuple[Hit, float]]) -> tuple[Quote, ...]:
            made = [make_quote(finder.index, query, hit, finder.sources, confidence) for hit, confidence in pairs]
            return tuple(quote for quote in made if _stands(finder.reader, quote, failures))

        found = quotes(choose(sure)) if sure_of_answer >= finder.calibration.answer_floor else ()
        outcome: Outcome = "quoted" if found else ("not-covered" if finder.calibration.on_topic(hits, clues) else "off-topic")
        near = quotes(choose(rated[:10], limit=MAX_NEAR_MISSES)) if outcome == "not-covered" else ()
        return Answer(
            question=message,
            searched_for=question,
            outcome=outcome,
            disclaimer=self.wording.disclaimer,
            index=finder.index.fingerprint,
            notices=notices,
            quotes=found,
            near_misses=near,
            suggestions=_suggestions(hits, found) if outcome != "off-topic" else (),
            message=self._message(outcome),
            confidence=sure_of_answer,
            failures=tuple(dict.fromkeys(failures)),
        )

    def _message(self, outcome: Outcome) -> str:
        return {"not-covered": self.wording.not_covered, "off-topic": self.wording.off_topic}.get(outcome, "")


def clean(text: str) -> str:
    """Return a message as it is searched: no control characters, white space folded, and not endless."""
    kept = "".join(
        character if character.isprintable() else " "
        for character in unicodedata.normalize("NFC", text[: 4 * MAX_QUESTION_CHARACTERS])
    )
    return " ".join(kept.split())[:MAX_QUESTION_CHARACTERS]


def _stands(reader: PinnedReader, quote: Quote, failures: list[str]) -> bool:
    """Read the span again from the files; a quote that differs is not shown, and the failure is told."""
    try:
        fresh = reader.words(quote.passage.document.id, quote.start, quote.end)
    except VettingError as error:
        failures.append(str(error))
        return False
    if fresh != quote.text:
        failures.append(f"{quote.passage.document.id}: the words at {quote.start}-{quote.end} changed; not quoted.")
        return False
    return True


def _suggestions(hits: Sequence[Hit], quotes: Sequence[Quote]) -> tuple[str, ...]:
    """Headings near the quotes that are not themselves quoted."""
    shown = {quote.passage.section for quote in quotes}
    headings = dict.fromkeys(
        hit.passage.section for hit in hits if hit.passage.section and hit.passage.section not in shown
    )
    return tuple(headings)[:MAX_SUGGESTIONS]
