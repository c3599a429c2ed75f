"""Document → HTML: its text as it stands, a passage highlighted in its place, contents, approval record, sources."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.html import badges, exact, link, month
from assistant.web_wording import say
from corpus.document import Block, Document, Source
from corpus.library import Library


@dataclass(frozen=True, slots=True)
class Span:
    """The characters to highlight in a document."""

    start: int
    end: int


def empty_panel() -> str:
    """Return what stands in the source panel before a passage is opened."""
    return (
        f'<section class="panel empty" aria-label="{say("panel.label")}"><h2>{say("panel.empty_title")}</h2>'
        f"<p>{say('panel.empty')}</p></section>"
    )


def refused_panel(why: str) -> str:
    """Say in the panel why a passage cannot be shown."""
    reason = exact(say("panel.gone", why=why))
    return f'<section class="panel empty" role="alert" aria-label="{say("panel.label")}"><p>{reason}</p></section>'


def document_panel(
    library: Library, document: Document, *, span: Span | None, place: str, back: str = "", move: int = 0
) -> str:
    """Return a document in full.

    `place` keeps the anchors of two panels apart, `back` names the card it was opened from, and `move`, another
    number each time, asks the page to bring it into view because a person asked for it.
    """
    heading = f"{place}-title"
    words = say("panel.back_to_list" if place == "reader" else "panel.back")
    return_button = f'<button type="button" class="back" data-back="{exact(back)}">{words}</button>' if back else ""
    moves = f' data-move="{move}"' if move else ""
    permalink = f"?passage={document.id}:{span.start}-{span.end}" if span else f"?document={document.id}"
    linked = say("panel.permalink" if span else "panel.document_link")
    return (
        f'<section class="panel" aria-labelledby="{heading}" data-document="{exact(document.id)}"{moves}>'
        f'<div class="panel-bar">{return_button}'
        f'<a class="permalink" href="{exact(permalink)}">{linked}</a></div>'
        f'<h2 id="{heading}" tabindex="-1">{exact(document.title)}</h2>{_about(document)}'
        f"{_contents(document, place)}"
        f'<div class="document">{_text(library, document, span, place)}</div>'
        f"{_bibliography(library, document)}{record(library, document)}</section>"
    )


def _about(document: Document) -> str:
    parts = [f'<p class="summary">{exact(document.summary)}</p>' if document.summary else ""]
    facts = []
    if document.kind == "brief":
        facts.append(say("panel.compiled"))
    if document.as_of:
        facts.append(say("panel.as_of", date=month(document.as_of)) + ".")
    if document.review_by:
        facts.append(say("panel.review_by", date=month(document.review_by)) + ".")
    parts.append(f'<p class="facts">{exact(" ".join(facts))}</p>' if facts else "")
    return "".join(parts)


def _contents(document: Document, place: str) -> str:
    if len(document.sections) < 2:
        return ""
    items = "".join(
        f'<li><a href="#{place}-s{number}" data-jump="{place}-s{number}">{exact(section.heading)}</a></li>'
        for number, section in enumerate(document.sections)
    )
    return (
        f'<details class="contents"><summary>{say("panel.contents")} ({len(document.sections)})</summary>'
        f'<nav aria-label="{say("panel.contents")}"><ol>{items}</ol></nav></details>'
    )


def _text(library: Library, document: Document, span: Span | None, place: str) -> str:
    """The headings and paragraphs in reading order, page numbers where pages begin."""
    headings = iter(enumerate(document.sections))
    following = next(headings, None)
    page = -1
    parts: list[str] = []
    for block in document.blocks:
        while following and following[1].start <= block.start:
            number, section = following
            parts.append(f'<h3 id="{place}-s{number}" tabindex="-1">{exact(section.heading)}</h3>')
            following = next(headings, None)
        found = document.page_at(block.start)
        if found and found[0] != page:
            page = found[0]
            parts.append(f'<p class="page-mark">{exact(say("answer.page", label=found[1]))}</p>')
        parts.append(_paragraph(library, document, block, span))
    return "".join(parts)


def _paragraph(library: Library, document: Document, block: Block, span: Span | None) -> str:
    sources = tuple(library.sources[key] for key in block.keys if key in library.sources)
    cited = f'<p class="cited">{"; ".join(map(link, sources))}</p>' if sources else ""
    return f'<p class="paragraph" data-start="{block.start}">{marked(document.text, block.start, block.end, span)}</p>{cited}'


def marked(text: str, start: int, end: int, span: Span | None) -> str:
    """Return the characters start to end, escaped, with the part inside the span marked."""
    if span is None or span.end <= start or span.start >= end:
        return exact(text[start:end])
    first, last = max(start, span.start), min(end, span.end)
    here = ' class="here" tabindex="-1"' if first == span.start else ""
    return f"{exact(text[start:first])}<mark{here}>{exact(text[first:last])}</mark>{exact(text[last:end])}"


def cited_sources(library: Library, document: Document) -> tuple[Source, ...]:
    """Return the sources that a document's paragraphs cite, in the order of their first citation."""
    keys = dict.fromkeys(key for block in document.blocks for key in block.keys)
    return tuple(library.sources[key] for key in keys if key in library.sources)


def _bibliography(library: Library, document: Document) -> str:
    sources = cited_sources(library, document)
    if not sources:
        return ""
    items = "".join(f"<li>{source_entry(source)}</li>" for source in sources)
    return (
        f'<details class="sources"><summary>{say("panel.sources")} ({len(sources)})</summary><ol>{items}</ol></details>'
    )


def source_entry(source: Source) -> str:
    """Return one bibliography entry: authors, year, title, venue, kind, link."""
    year = f" ({source.year})" if source.year else ""
    note = f' <span class="note">{exact(source.note)}</span>' if source.note else ""
    venue = f" <i>{exact(source.venue)}</i>." if source.venue else ""
    address = link(source) if source.link else f'<span class="note">{say("library.no_link")}</span>'
    return (
        f"{exact(source.authors)}{year}. {exact(source.title)}.{venue}{note} {address} "
        f'<ul class="badges">{badges((source,))}</ul>'
    )


def record(library: Library, document: Document) -> str:
    """Return a document's approval record with its hashes."""
    approval = library.approvals.get(document.id)
    rows = [("Id", document.id), ("State", say(f"states.{state(library, document)}"))]
    if approval:
        rows += [
            ("Approved by", approval.by),
            ("Approved on", approval.on.isoformat()),
            ("What they say", approval.statement),
            ("Why", approval.why),
        ]
        rows += [("Review due", approval.review_by.isoformat() if approval.review_by else "")]
    rows += [("SHA-256 of the file", document.document_sha256), ("SHA-256 of the text", document.text_sha256)]
    items = "".join(f"<div><dt>{exact(name)}</dt><dd>{exact(value)}</dd></div>" for name, value in rows if value)
    warning = "" if document.id in library.approved else f'<p class="failure">{say("panel.not_quotable")}</p>'
    return f'<details class="record"><summary>{say("panel.record")}</summary>{warning}<dl>{items}</dl></details>'


def state(library: Library, document: Document) -> str:
    """Return where a document stands: approved, pending, withdrawn, or changed since its approval."""
    if document.id in library.approved:
        return "approved"
    approval = library.approvals.get(document.id)
    if approval is None:
        return "pending"
    return "withdrawn" if approval.status == "withdrawn" else "changed"


def parse_span(text: str) -> tuple[str, Span | None]:
    """Read DOCUMENT:START-END, or a document's id alone; ValueError when the offsets are no numbers."""
    name, _, offsets = text.rpartition(":")
    if not name:
        return text, None
    start, _, end = offsets.partition("-")
    return name, Span(int(start), int(end))
