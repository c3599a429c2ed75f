"""Answer → JSON, plain text and Markdown. Pure: nothing is printed and no interface is known here."""

from __future__ import annotations

from typing import Any

from assistant.answer import Answer, Quote
from corpus.document import EVIDENCE_KINDS, Source

OUTCOME_LINES = {
    "not-covered": "The vetted documents do not answer this. Nothing is quoted rather than something that does not fit.",
    "off-topic": "This does not seem to be a question about kratom. "
    "Only questions about kratom can be answered from the vetted documents.",
    "notice-only": "",
}
NEAR_MISS_LINE = "Nearest passages. They do NOT answer the question:"


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """Return the answer by the contract in docs/architecture.md."""
    return {
        "question": answer.question,
        "searched_for": answer.searched_for,
        "outcome": answer.outcome,
        "notices": [{"kind": notice.kind, "text": notice.text} for notice in answer.notices],
        "quotes": [quote_as_json(quote) for quote in answer.quotes],
        "near_misses": [quote_as_json(quote) for quote in answer.near_misses],
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


def headline(answer: Answer) -> str:
    """One plain sentence that says what was found."""
    if answer.outcome == "quoted":
        quotes, documents = len(answer.quotes), len({quote.passage.document.id for quote in answer.quotes})
        found = (
            f"{quotes} quotation{'s' if quotes != 1 else ''} from {documents} document{'s' if documents != 1 else ''}"
        )
        return f"{found}. {answer.message}" if answer.message else found
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
    for number, quote in enumerate(answer.quotes, 1):
        lines += [f"[{number}] “{quote.text}”", *source_lines(quote), ""]
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
