"""Answer → HTML, escaped. Pure: quotations are set character for character and never pass through a Markdown renderer."""

from __future__ import annotations

import re
from datetime import date
from html import escape

from assistant.answer import Answer, Notice, Quote
from assistant.assistant import ALONE, REFUSED
from assistant.export import citation_text
from assistant.rendering import headline
from assistant.web_wording import entry, say
from corpus.document import EVIDENCE_KINDS, Source

# The badge colours: what stands behind a quotation, in the groups that a lay reader must not mix up.
EVIDENCE_GROUPS = {
    "systematic-review": "people",
    "rct": "people",
    "human-experimental": "people",
    "observational": "people",
    "survey": "reported",
    "case-series": "reported",
    "case-report": "reported",
    "public-health-surveillance": "reported",
    "animal": "lab",
    "in-vitro": "lab",
    "chemistry": "lab",
    "guideline": "agency",
    "regulator": "agency",
    "law": "agency",
    "news": "claim",
    "claim-example": "claim",
}
# Telephone numbers in the notices: long ones, or one of the short emergency numbers. Dates are no numbers to call.
_NUMBER = re.compile(r"(?<![\w/-])(?!\d{4}-\d\d-\d\d)(?:\+?\d[\d ()-]{5,}\d|911|988|112|999|111|000)(?![\w/]|-\d)")


def exact(text: str) -> str:
    """Escape a text so that the browser's textContent equals it, carriage returns too."""
    return escape(text, quote=True).replace("\r", "&#13;")


def callable_text(text: str) -> str:
    """Escape a notice and make its telephone numbers tap-to-call links."""
    parts: list[str] = []
    end = 0
    for match in _NUMBER.finditer(text):
        number = re.sub(r"[^\d+]", "", match[0])
        parts += [exact(text[end : match.start()]), f'<a href="tel:{number}">{exact(match[0])}</a>']
        end = match.end()
    return "".join([*parts, exact(text[end:])])


def month(day: date) -> str:
    """Return a date as a reader says it."""
    return f"{day.day} {day:%B %Y}"


def link(source: Source) -> str:
    """Return a source as a link to its DOI or page, or as plain text where no safe address is known."""
    label = exact(source.label)
    title = exact(f"{source.title}. {source.venue}".rstrip(". "))
    address = source.link or ""
    if not address.startswith(("https://", "http://")):
        return f'<span class="source" title="{title}">{label}</span>'
    return f'<a class="source" href="{exact(address)}" title="{title}" target="_blank" rel="noopener noreferrer">{label}</a>'


def badges(sources: tuple[Source, ...]) -> str:
    """Return the kinds of evidence as badges in plain words, without repeats."""
    kinds = dict.fromkeys(source.kind for source in sources)
    return "".join(
        f'<li class="badge {EVIDENCE_GROUPS.get(kind, "other")}">{exact(EVIDENCE_KINDS[kind])}</li>' for kind in kinds
    )


def card(quote: Quote, number: int, place: str) -> str:
    """Return a numbered quotation card: the exact words in their paragraph, document, evidence, sources, actions."""
    document, passage = quote.passage.document, quote.passage
    before = exact(document.text[passage.start : quote.start])
    after = exact(document.text[quote.end : passage.end])
    span = f"{document.id}:{quote.start}-{quote.end}"
    name = f"{place}-{number}"
    about = [exact(document.title)]
    if passage.section and passage.section != document.title:
        about.append(exact(passage.section))
    if quote.page:
        about.append(exact(say("answer.page", label=quote.page[1])))
    dated = (
        f'<span class="dated">{exact(say("answer.as_of", date=month(document.as_of)))}</span>' if document.as_of else ""
    )
    rests = (
        f'<p class="rests">{say("answer.rests_on")}: {"; ".join(map(link, quote.sources))}</p>' if quote.sources else ""
    )
    return (
        f'<li class="card" id="{name}"><span class="number" aria-hidden="true">{number}</span>'
        f'<blockquote><p class="passage">{_around(before)}<span class="words" data-span="{exact(span)}">{exact(quote.text)}'
        f"</span>{_around(after)}</p></blockquote>"
        f'<p class="where"><cite>{" › ".join(about)}</cite> {dated}</p>'
        f'<ul class="badges" aria-label="{exact(say("library.kind"))}">{badges(quote.sources)}</ul>{rests}'
        f'<p class="actions"><button type="button" class="open" data-do="open" data-value="{exact(span)}" '
        f'data-from="{name}" aria-label="{exact(say("answer.document"))}: {number}">{say("answer.document")}</button>'
        f'<button type="button" class="quiet" data-copy="{exact(citation_text(quote))}">{say("answer.copy")}</button>'
        f'<button type="button" class="quiet" data-link="?passage={exact(span)}">{say("answer.link")}</button></p></li>'
    )


def _around(escaped: str) -> str:
    return f'<span class="around">{escaped}</span>' if escaped else ""


def notice(item: Notice) -> str:
    """Return a notice that stands above the quotations of an answer."""
    urgent = " urgent" if item.kind in ALONE else ""
    return (
        f'<div class="notice{urgent}" data-kind="{item.kind}"><p class="kind">{exact(say(f"notice.{item.kind}"))}</p>'
        f'<p class="text">{callable_text(item.text)}</p></div>'
    )


def banner(notices: tuple[Notice, ...], turn: int) -> str:
    """Return the big urgent notice that stands alone above the page until it is dismissed."""
    urgent = [item for item in notices if item.kind in ALONE]
    if not urgent:
        return ""
    texts = "".join(f'<p class="text">{callable_text(item.text)}</p>' for item in urgent)
    title = exact(say(f"banner.title_{urgent[0].kind}"))
    return (
        f'<section class="urgent-banner" role="alert" aria-label="{say("banner.label")}" data-kind="{urgent[0].kind}">'
        f'<h2>{title}</h2>{texts}<p class="actions">'
        f'<button type="button" data-do="dismiss">{say("banner.dismiss")}</button>'
        f'<button type="button" class="quiet" data-do="sources-say" data-value="{turn}">{say("answer.sources_say")}</button>'
        "</p></section>"
    )


def stands_alone(answer: Answer) -> bool:
    """Say whether an urgent notice is all that this answer may show at first."""
    return any(item.kind in ALONE for item in answer.notices)


def searched_for(answer: Answer, turn: int) -> str:
    """Return the chip that says what was searched, and the form to edit it."""
    if not answer.searched_for:
        return ""
    field = f"searched-{turn}"
    words = exact(answer.searched_for) if answer.searched_for != answer.question else say("answer.as_asked")
    return (
        f'<details class="searched"><summary><span>{say("answer.searched")}: <b>{words}</b></span>'
        f' <span class="edit">{say("answer.edit")}</span></summary>'
        f'<form data-do="search-again" data-turn="{turn}"><label for="{field}">{say("answer.edit_label")}</label>'
        f'<input id="{field}" name="value" value="{exact(answer.searched_for)}" autocomplete="off">'
        f'<button type="submit">{say("answer.search_again")}</button></form></details>'
    )


def chips(title: str, questions: tuple[str, ...] | list[str], *, tag: str = "h4") -> str:
    """Return questions as buttons that ask them."""
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" class="chip" data-do="ask" data-value="{exact(text)}">{exact(text)}</button></li>'
        for text in questions
    )
    return f'<div class="chips"><{tag}>{exact(title)}</{tag}><ul>{items}</ul></div>'


def body(answer: Answer, turn: int, covered: str) -> str:
    """Return what an answer says, below the question: notices, sentence, cards, silence explained."""
    refused = any(item.kind in REFUSED for item in answer.notices)
    parts = [notice(item) for item in answer.notices]
    parts += [searched_for(answer, turn)]
    if headline(answer):
        parts.append(f'<p class="headline">{exact(headline(answer))}</p>')
    parts += [f'<p class="failure">{exact(say("answer.page_only", why=why))}</p>' for why in answer.failures]
    if answer.quotes:
        cards = "".join(card(quote, number, f"t{turn}") for number, quote in enumerate(answer.quotes, 1))
        parts.append(f'<ol class="cards">{cards}</ol>')
    if answer.near_misses:
        cards = "".join(card(quote, number, f"t{turn}-near") for number, quote in enumerate(answer.near_misses, 1))
        title = exact(say("answer.near_misses", count=len(answer.near_misses)))
        parts.append(f'<details class="near"><summary>{title}</summary><ol class="cards">{cards}</ol></details>')
    parts.append(chips(say("answer.suggestions"), answer.suggestions))
    if answer.outcome in ("not-covered", "off-topic") and not refused:
        parts.append(covered)
    return "".join(parts)


def examples() -> str:
    """Return the example questions as buttons."""
    return chips(say("welcome.examples_title"), entry("welcome.examples"), tag="h3")
