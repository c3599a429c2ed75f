"""Library → HTML: the vetted documents and the bibliography as lists that the page filters, and what is covered."""

from __future__ import annotations

from collections import Counter

from assistant.document_html import cited_sources, source_entry, state
from assistant.html import exact, month
from assistant.web_wording import say, topic_name
from corpus.document import EVIDENCE_KINDS, Document
from corpus.library import Library


def library_list(library: Library) -> str:
    """Return the documents with their search box and filters."""
    documents = list(library.documents.values())
    text = say("library.text", documents=len(library.approved), sources=len(cited_by(library)))
    return (
        f'<section class="library"><h2 id="library-title">{say("library.title")}</h2><p class="lead">{exact(text)}</p>'
        f'<div class="shelf" data-shelf>{_document_filters(library, documents)}'
        f'<ul class="shelf-list">{"".join(_row(library, document) for document in documents)}</ul></div></section>'
    )


def bibliography(library: Library) -> str:
    """Return every source that an approved document cites, with its search box and filter, and where it is used."""
    sources = cited_by(library)
    return (
        f'<section class="library bibliography"><h2 tabindex="-1" id="bibliography-title">{say("library.bibliography")}</h2>'
        f'<div class="shelf" data-shelf>{_source_filters(library, list(sources))}'
        f'<ul class="shelf-list">{"".join(_source(library, key, names) for key, names in sources.items())}</ul></div></section>'
    )


def cited_by(library: Library) -> dict[str, list[Document]]:
    """Return every source that an approved document cites, by key, with the documents that cite it."""
    found: dict[str, list[Document]] = {}
    for document in library.approved.values():
        for source in cited_sources(library, document):
            found.setdefault(source.key, []).append(document)
    return dict(sorted(found.items()))


def _document_filters(library: Library, documents: list[Document]) -> str:
    topics = sorted({document.topic for document in documents if document.topic}, key=topic_name)
    states = sorted({state(library, document) for document in documents})
    choices = [
        _select("topic", say("library.topic"), say("library.any"), [(topic, topic_name(topic)) for topic in topics])
    ]
    if len(states) > 1:
        choices.append(
            _select(
                "state", say("library.state"), say("library.any_state"), [(one, say(f"states.{one}")) for one in states]
            )
        )
    return _filters(
        "documents",
        say("library.find"),
        "".join(choices),
        say("library.count", shown="{shown}", all=len(documents)),
        len(documents),
    )


def _source_filters(library: Library, keys: list[str]) -> str:
    kinds = [kind for kind in EVIDENCE_KINDS if any(library.sources[key].kind == kind for key in keys)]
    choice = _select(
        "kind", say("library.kind"), say("library.any_kind"), [(kind, EVIDENCE_KINDS[kind]) for kind in kinds]
    )
    return _filters(
        "sources",
        say("library.find_source"),
        choice,
        say("library.source_count", shown="{shown}", all=len(keys)),
        len(keys),
    )


def _filters(name: str, label: str, choices: str, count: str, shown: int) -> str:
    return (
        f'<div class="filters" role="search"><label for="find-{name}">{exact(label)}</label>'
        f'<input id="find-{name}" type="search" data-find autocomplete="off">{choices}'
        f'<p class="count" role="status" data-count="{exact(count)}">{exact(count.replace("{shown}", str(shown)))}</p></div>'
    )


def _select(name: str, label: str, everything: str, options: list[tuple[str, str]]) -> str:
    items = "".join(f'<option value="{exact(value)}">{exact(words)}</option>' for value, words in options)
    return (
        f'<label for="pick-{name}">{exact(label)}</label><select id="pick-{name}" data-pick="{name}">'
        f'<option value="">{exact(everything)}</option>{items}</select>'
    )


def _row(library: Library, document: Document) -> str:
    standing = state(library, document)
    find = " ".join(
        [document.id, document.title, document.summary, *(section.heading for section in document.sections)]
    )
    facts = [
        topic_name(document.topic) if document.topic else "",
        say("library.paragraphs", count=len(document.blocks)),
    ]
    facts += [say("answer.as_of", date=month(document.as_of)) if document.as_of else ""]
    facts += [say(f"states.{standing}")]
    return (
        f'<li data-text="{exact(find.lower())}" data-topic="{exact(document.topic)}" data-state="{standing}">'
        f'<button type="button" class="row" data-do="read" data-value="{exact(document.id)}" data-from="row-{exact(document.id)}" '
        f'id="row-{exact(document.id)}"><span class="title">{exact(document.title)}</span>'
        f'<span class="facts">{exact(" · ".join(fact for fact in facts if fact))}</span></button></li>'
    )


def _source(library: Library, key: str, documents: list[Document]) -> str:
    source = library.sources[key]
    find = " ".join([key, source.authors, source.title, source.venue, str(source.year or "")])
    used = ", ".join(
        f'<button type="button" class="inline" data-do="read" data-value="{exact(document.id)}">{exact(document.title)}</button>'
        for document in documents
    )
    return (
        f'<li data-text="{exact(find.lower())}" data-kind="{exact(source.kind)}">{source_entry(source)}'
        f'<p class="used">{say("library.used_in")}: {used}</p></li>'
    )


def topics_covered(library: Library) -> str:
    """Return the topics of the approved documents, with how many documents each has, as links to the list."""
    counts = Counter(document.topic for document in library.approved.values() if document.topic)
    items = "".join(
        f'<li><a class="chip" href="#sources" data-topic-link="{exact(topic)}">{exact(topic_name(topic))} '
        f'<span class="tally">{counts[topic]}</span></a></li>'
        for topic in sorted(counts, key=topic_name)
    )
    return f'<div class="chips topics"><h3>{say("welcome.topics_title")}</h3><ul>{items}</ul></div>'
