"""A conversation → Markdown, a page for printing, or a JSON receipt; and one quotation with its source, for copying."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from typing import Literal

from assistant.answer import Answer, Quote
from assistant.receipts import receipt_text
from assistant.rendering import (
    BESIDE,
    DISAGREE_TITLE,
    NEAR_MISS_LINE,
    Group,
    answer_as_json,
    arranged,
    headline,
)

Format = Literal["markdown", "print", "receipt"]
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$^=:@])")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1d2621}"
    "blockquote{margin:.6rem 0;padding:.2rem 1rem;border-left:3px solid #2f6b4f;font-family:Georgia,serif;"
    "white-space:pre-wrap}h2{font-size:1.1rem;margin-top:2rem;white-space:pre-wrap}p.small{font-size:.85rem;"
    "overflow-wrap:anywhere}.notice{border:2px solid #a12622;padding:.5rem 1rem;white-space:pre-wrap}"
    "footer{margin-top:2rem;border-top:1px solid #999;font-size:.85rem}@media print{article{break-inside:avoid}}"
)


def citation_text(quote: Quote) -> str:
    """Return one quotation with its source, as plain text for the clipboard."""
    return f"“{quote.text}”\n{source_line(quote)}"


def source_line(quote: Quote) -> str:
    """Say where a quotation stands and what it rests on, in one line."""
    document = quote.passage.document
    parts = [document.title, quote.passage.section if quote.passage.section != document.title else ""]
    parts += [f"page {quote.page[1]}" if quote.page else "", f"as of {document.as_of}" if document.as_of else ""]
    place = ", ".join(part for part in parts if part)
    rests = "; ".join(f"{source.label} {source.link}" if source.link else source.label for source in quote.sources)
    span = f"[{document.id}:{quote.start}-{quote.end}]"
    return f"— {place}. Rests on: {rests}. {span}" if rests else f"— {place}. {span}"


def export(answers: Sequence[Answer], form: Format, now: datetime) -> tuple[str, str, str]:
    """Return the file name, the media type and the text of a conversation in one of the three forms."""
    today = now.date()
    name = f"kratom-assistant-{today}"
    if form == "markdown":
        return f"{name}.md", "text/markdown", as_markdown(answers, today)
    if form == "print":
        return f"{name}.html", "text/html", as_page(answers, today)
    return (
        f"{name}.json",
        "application/json",
        receipt_text(now, answers=[answer_as_json(answer) for answer in answers]),
    )


def literal(text: str) -> str:
    """Return a text such that a Markdown reader shows it as it is: markup characters escaped, line starts kept."""
    lines = _MARKUP.sub(r"\\\1", text).split("\n")
    # Four leading spaces would open a code block; as entities they are text and nothing else.
    return "\n".join(
        re.sub(r"^[ \t]+", lambda match: "".join(f"&#{ord(one)};" for one in match[0]), line) for line in lines
    )


def as_markdown(answers: Sequence[Answer], today: date) -> str:
    """Return the conversation as Markdown."""
    lines = ["# Kratom Assistant: a conversation", "", f"Saved on {today}.", ""]
    for answer in answers:
        lines += [f"## {literal(' '.join(answer.question.split()))}", ""]
        for notice in answer.notices:
            lines += [*(f"> **{literal(line)}**" if line else ">" for line in notice.text.split("\n")), ""]
        if answer.searched_for and answer.searched_for != answer.question:
            lines += [f"Searched for: {literal(answer.searched_for)}", ""]
        if headline(answer):
            lines += [literal(headline(answer)), ""]
        for group in arranged(answer):
            lines += [f"### {DISAGREE_TITLE}: {literal(group.about)}", ""] if group.about else []
            for number, quote in group.quotes:
                lines += [f"**{f'{number}.' if number else literal(f'({BESIDE})')}**", "", *_quoted(quote)]
        if answer.near_misses:
            lines += [literal(NEAR_MISS_LINE), ""]
            for quote in answer.near_misses:
                lines += _quoted(quote)
    disclaimer, index = _foot(answers)
    return "\n".join([*lines, "---", "", literal(disclaimer), "", f"Index: {index}", ""])


def _foot(answers: Sequence[Answer]) -> tuple[str, str]:
    """The disclaimer, and the indexes that answered: more than one where a rebuilt one took over meanwhile."""
    return (answers[0].disclaimer if answers else ""), ", ".join(dict.fromkeys(answer.index for answer in answers))


def _quoted(quote: Quote) -> list[str]:
    words = [f"> {line}" if line else ">" for line in literal(quote.text).split("\n")]
    return [*words, "", literal(source_line(quote)), ""]


def as_page(answers: Sequence[Answer], today: date) -> str:
    """Return the conversation as a page for printing that needs no other file."""
    articles = "".join(_article(answer) for answer in answers)
    disclaimer, index = _foot(answers)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Kratom Assistant: a conversation</title>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body><h1>Kratom Assistant: a conversation</h1><p>Saved on {today}.</p>"
        f"<main>{articles}</main><footer><p>{escape(disclaimer)}</p><p>Index: {escape(index)}</p></footer></body></html>\n"
    )


def _article(answer: Answer) -> str:
    notices = "".join(f'<p class="notice">{escape(notice.text)}</p>' for notice in answer.notices)
    searched = (
        f"<p>Searched for: {escape(answer.searched_for)}</p>"
        if answer.searched_for not in ("", answer.question)
        else ""
    )
    quotes = "".join(_grouped(group) for group in arranged(answer))
    near = "".join(_printed(quote) for quote in answer.near_misses)
    near = f"<p>{escape(NEAR_MISS_LINE)}</p><ul>{near}</ul>" if near else ""
    return (
        f"<article><h2>{escape(answer.question)}</h2>{notices}{searched}<p>{escape(headline(answer))}</p>"
        f"<ol>{quotes}</ol>{near}</article>"
    )


def _grouped(group: Group) -> str:
    quotes = "".join(_printed(quote, number) for number, quote in group.quotes)
    if not group.about:
        return quotes
    return f'<li class="disagree"><h3>{DISAGREE_TITLE}: {escape(group.about)}</h3><ol>{quotes}</ol></li>'


def _printed(quote: Quote, number: int | None = None) -> str:
    words = escape(quote.text).replace("\r", "&#13;")
    value = f' value="{number}"' if number else ""
    return f'<li{value}><blockquote>{words}</blockquote><p class="small">{escape(source_line(quote))}</p></li>'
