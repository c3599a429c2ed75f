"""Answer → HTML, escaped. Pure: quotations are set character for character and never pass through a Markdown renderer."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from html import escape
from itertools import count
from urllib.parse import quote as quote_address

from assistant.answer import Answer, Notice, NoticeKind, Quote
from assistant.assistant import ALONE, REFUSED
from assistant.export import citation_text
from assistant.notices import Line, notice_book, regions
from assistant.rendering import DISAGREE_TITLE, arranged, headline
from assistant.web_wording import entry, say
from assistant.wording import read_wording
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
    "news": "told",
    "claim-example": "told",
}
# Long telephone numbers. Dates are no numbers to call; the short ones are those that the notices name.
_LONG_NUMBER = r"(?!\d{4}-\d\d-\d\d)\+?\d[\d ()-]{5,}\d"


def exact(text: str) -> str:
    """Escape a text so that the browser's textContent equals it, carriage returns too."""
    return escape(text, quote=True).replace("\r", "&#13;")


@lru_cache(maxsize=1)
def _contact() -> re.Pattern[str]:
    """What a notice names to be called or opened: telephone numbers, and the web addresses that stand in for one."""
    named = [line.number for lines in notice_book().lines.values() for line in lines]
    short = {number for name in named for number in re.findall(r"(?<!\S)\d{3,6}(?!\S)", name)}
    sites = {name for name in named if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", name)}
    choices = "|".join([_LONG_NUMBER, *map(re.escape, sorted(short | sites, key=lambda one: (-len(one), one)))])
    return re.compile(rf"(?<![\w/-])(?:{choices})(?![\w/]|[-.]\d)")


def callable_text(text: str) -> str:
    """Escape a notice and make its telephone numbers tap-to-call links."""
    parts: list[str] = []
    end = 0
    for match in _contact().finditer(text):
        parts += [exact(text[end : match.start()]), _contact_link(match[0])]
        end = match.end()
    return "".join([*parts, exact(text[end:])])


def _contact_link(words: str) -> str:
    if words[-1].isdigit():
        number = re.sub(r"[^\d+]", "", words)
        return f'<a href="tel:{number}">{exact(words)}</a>'
    return f'<a href="https://{exact(words)}" target="_blank" rel="noopener noreferrer">{exact(words)}</a>'


def _called_line(line: Line) -> str:
    """A line in few words: its name and number, or its name alone where the number stands in it."""
    return callable_text(line.name if line.number in line.name else f"{line.name} {line.number}")


def region_choice(place: str, region: str) -> str:
    """Return the choice of the country whose telephone numbers are shown."""
    options = "".join(
        f'<option value="{exact(code)}"{" selected" if code == region else ""}>{exact(name)}</option>'
        for code, name in regions().items()
    )
    return (
        f'<span class="region"><label for="region-{place}">{say("region.label")}</label> '
        f'<select id="region-{place}" data-region-choice data-do="region">{options}</select></span>'
    )


def help_lines(region: str) -> str:
    """Return whom to call in each region; those of the chosen one are seen, so that a choice shows at once."""
    lines = notice_book().lines
    return "".join(
        f'<p class="help-lines" data-region="{exact(code)}"{"" if code == region else " hidden"}>'
        f"{' · '.join(map(_called_line, lines[code]))}</p>"
        for code in regions()
    )


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


def card(quote: Quote, number: int | str, place: str, *, do: str = "open") -> str:
    """Return a quotation card: the exact words in their paragraph, document, evidence, sources, actions.

    A card without a number has a word for its name instead. `do` is what a click on it asks for.
    """
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
    mark = f'<span class="number" aria-hidden="true">{number}</span>'
    if isinstance(number, str):
        mark = f'<p class="beside">{say("answer.beside")}</p>'
    return (
        f'<li class="card" id="{name}">{mark}'
        f'<blockquote><p class="passage">{_around(before)}<span class="words" data-span="{exact(span)}">{_words(quote)}'
        f"</span>{_around(after)}</p></blockquote>"
        f'<p class="where"><cite>{" › ".join(about)}</cite> {dated}</p>'
        f'<ul class="badges" aria-label="{exact(say("library.kind"))}">{badges(quote.sources)}</ul>{rests}'
        f'<p class="actions"><button type="button" class="open" data-do="{do}" data-value="{exact(span)}" '
        f'data-from="{name}" aria-label="{exact(say("answer.document"))}: {_called(number)}">{say("answer.document")}</button>'
        f'<button type="button" class="quiet" data-copy="{exact(citation_text(quote))}">{say("answer.copy")}</button>'
        f'<button type="button" class="quiet" data-link="?passage={exact(span)}">{say("answer.link")}</button></p></li>'
    )


def _called(number: int | str) -> str:
    return exact(say("answer.beside")) if isinstance(number, str) else str(number)


def _words(quote: Quote) -> str:
    """The words, with the sentence that answers best emphasised where there are others around it."""
    if quote.focus is None or not quote.start <= quote.focus[0] < quote.focus[1] <= quote.end:
        return exact(quote.text)
    text, (start, end) = quote.passage.document.text, quote.focus
    if (start, end) == (quote.start, quote.end):
        return exact(quote.text)
    before, after = exact(text[quote.start : start]), exact(text[end : quote.end])
    return f'{before}<mark class="answering">{exact(text[start:end])}</mark>{after}'


def cards(answer: Answer, turn: int) -> str:
    """Return the quotations of an answer as a list of cards; the two sides of a disagreement stand side by side."""
    items = []
    beside = count(1)
    for group in arranged(answer):
        inside = "".join(card(quote, number or f"beside-{next(beside)}", f"t{turn}") for number, quote in group.quotes)
        if not group.about:
            items.append(inside)
            continue
        first = next(number for number, _ in group.quotes if number)
        heading = f"t{turn}-disagree-{first}"
        items.append(
            f'<li class="disagree"><h4 id="{heading}">{DISAGREE_TITLE}</h4><p class="about">{exact(group.about)}</p>'
            f'<ol class="cards sides" aria-labelledby="{heading}">{inside}</ol></li>'
        )
    return f'<ol class="cards">{"".join(items)}</ol>'


def _around(escaped: str) -> str:
    return f'<span class="around">{escaped}</span>' if escaped else ""


def notice(item: Notice) -> str:
    """Return a notice that stands above the quotations of an answer; the line on amounts, which is frequent, in small."""
    if item.text == read_wording().amounts:
        return f'<p class="notice slight" data-kind="{item.kind}">{exact(item.text)}</p>'
    urgent = " urgent" if item.kind in ALONE else ""
    return (
        f'<div class="notice{urgent}" data-kind="{item.kind}"><p class="kind">{exact(say(f"notice.{item.kind}"))}</p>'
        f'<p class="text">{callable_text(item.text)}</p></div>'
    )


def banner(notices: tuple[Notice, ...], turn: int, region: str) -> str:
    """Return the big urgent notice that stands alone above the page until it is dismissed."""
    urgent = [item for item in notices if item.kind in ALONE]
    if not urgent:
        return ""
    texts = "".join(f'<p class="text">{callable_text(item.text)}</p>' for item in urgent)
    title = exact(say(f"banner.title_{urgent[0].kind}"))
    return (
        f'<section class="urgent-banner" role="alert" aria-label="{say("banner.label")}" data-kind="{urgent[0].kind}">'
        f'<h2>{title}</h2>{texts}<p class="where-you-are">{region_choice("banner", region)}</p><p class="actions">'
        f'<button type="button" data-do="dismiss">{say("banner.dismiss")}</button>'
        f'<button type="button" class="quiet" data-do="sources-say" data-value="{turn}">{say("answer.sources_say")}</button>'
        f"</p></section>{_strip(urgent[0].kind, title, region)}"
    )


def _strip(kind: NoticeKind, title: str, region: str) -> str:
    """What stays of the banner at the top of the window while it is scrolled away: its title and whom to call first."""
    book = notice_book()
    contacts = next(text.contacts for text in book.texts if text.kind == kind)
    here = book.lines[book.region(region)]
    first = next((line for purpose in contacts for line in here if line.purpose == purpose), here[0])
    return (
        f'<div class="urgent-strip" role="region" aria-label="{say("banner.strip")}"><b>{title}</b> '
        f'<span>{_called_line(first)}</span> <button type="button" data-to-banner>{say("banner.again")}</button></div>'
    )


def stands_alone(answer: Answer) -> bool:
    """Say whether an urgent notice is all that this answer may show at first."""
    return any(item.kind in ALONE for item in answer.notices)


def searched_for(answer: Answer, turn: int) -> str:
    """Return the chip that says what was searched, the form to edit it, and the link to the question."""
    if not answer.searched_for:
        return ""
    field = f"searched-{turn}"
    words = exact(answer.searched_for) if answer.searched_for != answer.question else say("answer.as_asked")
    address = exact(f"?q={quote_address(answer.question, safe='', errors='replace')}")
    return (
        f'<div class="asked-line"><details class="searched"><summary><span>{say("answer.searched")}: <b>{words}</b></span>'
        f' <span class="edit">{say("answer.edit")}</span></summary>'
        f'<form data-do="search-again" data-turn="{turn}"><label for="{field}">{say("answer.edit_label")}</label>'
        f'<input id="{field}" name="value" value="{exact(answer.searched_for)}" autocomplete="off">'
        f'<button type="submit">{say("answer.search_again")}</button></form></details>'
        f'<button type="button" class="quiet" data-link="{address}">{say("answer.question_link")}</button></div>'
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
        parts.append(cards(answer, turn))
    if answer.near_misses:
        near = "".join(card(quote, number, f"t{turn}-near") for number, quote in enumerate(answer.near_misses, 1))
        title = exact(say("answer.near_misses", count=len(answer.near_misses)))
        parts.append(f'<details class="near"><summary>{title}</summary><ol class="cards">{near}</ol></details>')
    parts.append(chips(say("answer.suggestions"), answer.suggestions))
    if answer.outcome in ("not-covered", "off-topic") and not refused:
        parts.append(covered)
    return "".join(parts)


def examples() -> str:
    """Return the example questions as buttons."""
    return chips(say("welcome.examples_title"), entry("welcome.examples"), tag="h3")
