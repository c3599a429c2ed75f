"""Answer → JSON, plain text and Markdown. Pure: nothing is printed and no interface is known here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from assistant.answer import Answer, Quote
from corpus.document import EVIDENCE_KINDS, Source

OUTCOME_LINES = {
    "not-covered": "The vetted documents do not answer this. Nothing is quoted rather than something that does not fit.",
    "off-topic": "This does not seem to be a question about kratom. "
    "Only questions about kratom can be answered from the vetted documents.",
    "notice-only": "",
}
DISAGREE_TITLE = "Sources disagree"
DISAGREE_LINE = "Sources disagree; both sides are quoted"
# In place of a number, for the side of a disagreement that the question itself did not find.
BESIDE = "other side"
NEAR_MISS_LINE = "Nearest passages. They do NOT answer the question:"


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """Return the answer by the contract in docs/architecture.md."""
    disagreements = [
        {"about": one.about, "quotes": [quote_as_json(quote) for quote in one.quotes]} for one in answer.disagreements
    ]
    return {
        "question": answer.question,
        "searched_for": answer.searched_for,
        "outcome": answer.outcome,
        "notices": [{"kind": notice.kind, "text": notice.text} for notice in answer.notices],
        "quotes": [quote_as_json(quote) for quote in answer.quotes],
        "near_misses": [quote_as_json(quote) for quote in answer.near_misses],
        **({"disagreements": disagreements} if disagreements else {}),
        "suggestions": list(answer.suggestions),
        "disclaimer": answer.disclaimer,
        "index": answer.index,
    }


def quote_as_json(quote: Quote) -> dict[str, Any]:
    """Return a quote with everything that is needed to check it."""
    document = quote.passage.document
    page = quote.page
    return {
        "text": quote.text,
        "document": document.id,
        "title": document.title,
        "section": quote.passage.section,
        "page": page[0] if page else None,
        "page_label": page[1] if page else None,
        "start": quote.start,
        "end": quote.end,
        "score": round(quote.score, 4),
        "evidence": list(quote.evidence),
        "citations": [citation_as_json(source) for source in quote.sources],
        "document_sha256": document.document_sha256,
        "text_sha256": document.text_sha256,
        "span_sha256": quote.span_sha256,
    }


def citation_as_json(source: Source) -> dict[str, Any]:
    """Return one source of a quote."""
    return {
        "key": source.key,
        "label": source.label,
        "url": source.link,
        "year": source.year,
        "kind": EVIDENCE_KINDS[source.kind],
    }


@dataclass(frozen=True, slots=True)
class Group:
    """Quotations that are shown together: one alone, or the two sides of a disagreement.

    Each has its number among the answer's quotations; the side that the question did not find has none.
    """

    quotes: tuple[tuple[int | None, Quote], ...]
    about: str = ""


def arranged(answer: Answer) -> tuple[Group, ...]:
    """Return the quotations in the order of showing: a disagreement stands where the first of its sides was found."""
    sides = {quote: contrast for contrast in answer.disagreements for quote in contrast.quotes}
    groups: list[Group] = []
    shown: set[Quote] = set()
    for quote in answer.quotes:
        if quote in shown:
            continue
        contrast = sides.get(quote)
        together = contrast.quotes if contrast else (quote,)
        numbers = count(1 + sum(number is not None for group in groups for number, _ in group.quotes))
        numbered = tuple((next(numbers) if one in answer.quotes else None, one) for one in together)
        groups.append(Group(numbered, contrast.about if contrast else ""))
        shown.update(together)
    return tuple(groups)


def headline(answer: Answer) -> str:
    """One plain sentence that says what was found."""
    if answer.outcome == "quoted":
        quotes, documents = len(answer.quotes), len({quote.passage.document.id for quote in answer.quotes})
        found = (
            f"{quotes} quotation{'s' if quotes != 1 else ''} from {documents} document{'s' if documents != 1 else ''}"
        )
        told = [
            found,
            *([DISAGREE_LINE] if answer.disagreements else []),
            *([answer.message] if answer.message else []),
        ]
        return ". ".join(told)
    return answer.message or OUTCOME_LINES[answer.outcome]


def answer_as_text(answer: Answer) -> str:
    """Return the answer for a terminal, without markup."""
    lines: list[str] = []
    for notice in answer.notices:
        lines += [f"!! {notice.text}", ""]
    if answer.searched_for and answer.searched_for != answer.question:
        lines += [f"Searched for: {answer.searched_for}", ""]
    if headline(answer):
        lines += [headline(answer), ""]
    for group in arranged(answer):
        lines += [f"{DISAGREE_TITLE}: {group.about}", ""] if group.about else []
        for number, quote in group.quotes:
            lines += [f"[{number or BESIDE}] “{quote.text}”", *source_lines(quote), ""]
    if answer.near_misses:
        lines += [NEAR_MISS_LINE, ""]
        for quote in answer.near_misses:
            lines += [f"  – “{quote.text}”", *source_lines(quote), ""]
    lines += [f"({failure})" for failure in answer.failures]
    return "\n".join([*lines, answer.disclaimer])


def source_lines(quote: Quote) -> list[str]:
    """Where a quote stands and what it rests on, for a terminal."""
    page = f", page {quote.page[1]}" if quote.page else ""
    place = f"    {quote.passage.document.title} — {quote.passage.section}{page}"
    cited = "; ".join(f"{source.label} <{source.link}>" if source.link else source.label for source in quote.sources)
    return [place.rstrip(" —"), f"    Evidence: {', '.join(quote.evidence)}", f"    Sources: {cited}"]
