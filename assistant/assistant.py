"""The assistant: a message → an answer made only of notices, exact quotations, and fixed sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.amounts import framed
from assistant.answer import Answer, Notice, Outcome, Quote
from assistant.finding import Finder, Found
from assistant.followup import Turn, leaning
from assistant.question import MAX_MESSAGE_CHARACTERS, clean
from assistant.quoting import MAX_QUOTES
from assistant.wording import Wording
from index.passage_index import Query

# Notices of these kinds stand alone, at once; those of the second group come with a refusal. Neither quotes anything.
ALONE = frozenset({"emergency", "poisoning", "self-harm"})
REFUSED = frozenset({"sourcing", "drug-test-evasion", "extraction"})
MAX_SUGGESTIONS = 4

Triage = Callable[[str], tuple[Notice, ...]]


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
        empty = Answer(
            question=message,
            searched_for="",
            outcome="notice-only",
            disclaimer=self.wording.disclaimer,
            index=self.finder.index.fingerprint if self.finder else "",
            notices=notices,
        )
        if kinds & (ALONE | REFUSED) or self.finder is None:
            return empty
        questions = self.finder.questions(message, turns) if searched_for is None else (clean(searched_for),)
        if not any(character.isalnum() for character in "".join(questions)):
            text = self.wording.not_text if message.strip() else self.wording.empty
            return replace(empty, outcome="off-topic", message=text)
        found = self._find(self.finder, questions, sorted(kinds))
        if searched_for is None and len(questions) == 1 and not found[0].quotes:
            questions, found = self._leaning(self.finder, questions, found, turns, sorted(kinds))
        answer = self._answer(empty, questions, found, english=self.finder.looks_english(message))
        disagreements, failures = self.finder.disagreements(answer.quotes)
        answer = replace(
            answer, disagreements=disagreements, failures=tuple(dict.fromkeys((*answer.failures, *failures)))
        )
        return framed(answer, self.wording.amounts)

    def _find(
        self, finder: Finder, questions: Sequence[str], kinds: Sequence[str], own: Query | None = None
    ) -> list[Found]:
        """What each question found, and what each notice's standing question found besides."""
        companions = [self.wording.companions[kind] for kind in kinds if kind in self.wording.companions]
        share = max((MAX_QUOTES - len(companions)) // len(questions), 1)
        found = [finder.find(question, limit=share, own=own) for question in questions]
        if all(one.outcome == "off-topic" for one in found):
            return found
        return found + [one for one in (finder.find(question, limit=1) for question in companions) if one.quotes]

    def _leaning(
        self,
        finder: Finder,
        questions: tuple[str, ...],
        found: list[Found],
        turns: Sequence[Turn],
        kinds: Sequence[str],
    ) -> tuple[tuple[str, ...], list[Found]]:
        """Ask a question that finds nothing by itself of what the conversation is about, where that finds something."""
        leant = leaning(questions[0], turns)
        if leant is None:
            return questions, found
        again = self._find(finder, (leant,), kinds, found[0].query)
        return ((leant,), again) if again[0].quotes else (questions, found)

    def _answer(self, empty: Answer, questions: Sequence[str], found: Sequence[Found], *, english: bool) -> Answer:
        quotes = _quotes(found, several=len(questions) > 1)
        outcome = "quoted" if quotes else _silence(found)
        shown = {quote.passage.section for quote in quotes}
        headings = dict.fromkeys(heading for one in found for heading in one.headings if heading not in shown)
        lines = [{"not-covered": self.wording.not_covered, "off-topic": self.wording.off_topic}.get(outcome, "")]
        if len(empty.question) > MAX_MESSAGE_CHARACTERS:
            lines.append(self.wording.too_long)
        if not english:
            lines.append(self.wording.not_english)
        return replace(
            empty,
            searched_for=" / ".join(questions),
            outcome=outcome,
            quotes=quotes,
            near_misses=found[0].near_misses if outcome == "not-covered" else (),
            suggestions=() if outcome == "off-topic" else tuple(headings)[:MAX_SUGGESTIONS],
            message=" ".join(line for line in lines if line),
            confidence=max(one.confidence for one in found),
            failures=tuple(dict.fromkeys(failure for one in found for failure in one.failures)),
        )


def _quotes(found: Sequence[Found], *, several: bool) -> tuple[Quote, ...]:
    """The quotes of all questions, none twice, each with its question where there are several."""
    quotes: dict[tuple[str, int], Quote] = {}
    for one in found:
        for quote in one.quotes:
            part = one.question if several else ""
            quotes.setdefault((quote.passage.document.id, quote.start), replace(quote, part=part))
    return tuple(quotes.values())


def _silence(found: Sequence[Found]) -> Outcome:
    return "not-covered" if any(one.outcome == "not-covered" for one in found) else "off-topic"
