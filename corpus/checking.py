"""Every problem of a corpus, one line each, and the reading grades of its paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.brief import read_brief
from corpus.claims import read_claims
from corpus.disagreements import disagreement_problems
from corpus.document import Block, Document
from corpus.errors import CorpusError
from corpus.expansion import expansion_rows, paragraph_key
from corpus.library import Library, document_paths
from corpus.passages import passages

MIN_WORDS, MAX_WORDS = 40, 110
# Automated readability index: about the US school grade that reads a text with ease, 12 being the end of school.
MAX_GRADE = 15.0
# Advice and instructions: an evidence brief informs and never tells a reader what to do.
_ADVICE = re.compile(
    r"\b(you (?:should|must|can take|need to)|should take|we recommend|recommended dose is|safe dose is (?!not|unknown)"
    r"|try taking|start with \d|it is safe to|(?:talk to|ask|see) your (?:doctor|pharmacist)|consult)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[*_`<>#|]")
# Paragraphs are quoted alone, so none may lean on the one before.
_LEANING = re.compile(r"(?:It|This|They|These|That|Those|He|She|Such)\b")
# Names that a reader meets anyway; they would count as very hard words.
_NAMES = re.compile(
    r"\b(7-hydroxymitragynine|mitragynine pseudoindoxyl|pseudoindoxyl|hydroxymitragynine|mitragynine|Mitragyna speciosa"
    r"|speciociliatine|speciogynine|paynantheine|buprenorphine|naloxone|alkaloids?|acetaminophen|benzodiazepines?"
    r"|cytochrome|Salmonella|opioids?|receptors?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What is wrong (`problems`), what will be soon (`warnings`), and how hard the paragraphs are to read."""

    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    paragraphs: int
    words: int
    grades: tuple[float, ...]


def check_corpus(library: Library, *, today: date, grades: bool = False) -> CorpusReport:
    """Check every brief, citation, approval and claim; `grades` adds the reading grades, which take some seconds."""
    briefs = _briefs(library.folder)
    problems = [*library.problems, *library.refused]
    for document, path in briefs:
        problems += _brief_problems(document, path, library)
    problems += _heading_problems(briefs)
    problems += _claim_problems(library)
    problems += disagreement_problems(library.folder, library.documents)
    expansion_problems, stale = _expansion_problems(library)
    problems += expansion_problems
    reading: list[float] = []
    if grades:
        for document, path in briefs:
            for block in document.blocks:
                grade = reading_grade(document.text[block.start : block.end])
                reading.append(grade)
                if grade > MAX_GRADE:
                    problems.append(
                        f"{_place(path, document, block)}: reading grade {grade:.1f}; "
                        f"the limit is {MAX_GRADE:.0f}. Shorten the sentences."
                    )
    blocks = [(document, block) for document, _ in briefs for block in document.blocks]
    return CorpusReport(
        tuple(problems),
        (*_warnings(library, today), *stale),
        len(blocks),
        sum(len(document.text[block.start : block.end].split()) for document, block in blocks),
        tuple(reading),
    )


def reading_grade(text: str) -> float:
    """Return the automated readability index of a text, in which the names of substances count as an easy word."""
    import textstat

    return float(textstat.automated_readability_index(_NAMES.sub("kratom", text)))


def _briefs(folder: Path) -> list[tuple[Document, Path]]:
    found = []
    for path in document_paths(folder):
        if path.parent.name == "documents":
            try:
                found.append((read_brief(path), path))
            except CorpusError:
                continue  # already among the library's problems
    return found


def _place(path: Path, document: Document, block: Block) -> str:
    return f"{path}:{document.text.count(chr(10), 0, block.start) + 1}"


def _brief_problems(document: Document, path: Path, library: Library) -> list[str]:
    problems = []
    for section in document.sections:
        line = document.text.count("\n", 0, section.start) + 1
        if not section.heading.endswith("?"):
            problems.append(f"{path}:{line}: the heading is not a question: {section.heading!r}")
        if not any(section.start < block.start < section.end for block in document.blocks):
            problems.append(f"{path}:{line}: the heading {section.heading!r} has no paragraph.")
    for block in document.blocks:
        text = document.text[block.start : block.end]
        problems += [
            f"{_place(path, document, block)}: {problem}" for problem in _paragraph_problems(text, block, library)
        ]
    return problems


def _paragraph_problems(text: str, block: Block, library: Library) -> list[str]:
    problems = [
        f"unknown citation key @{key}. Add it to sources.toml or mend it."
        for key in block.keys
        if key not in library.sources
    ]
    if not block.keys:
        problems.append("the paragraph cites nothing. End it with [@key].")
    count = len(text.split())
    if not MIN_WORDS <= count <= MAX_WORDS:
        problems.append(f"{count} words; a paragraph has {MIN_WORDS} to {MAX_WORDS}.")
    if advice := _ADVICE.search(text):
        problems.append(f"reads as advice: {advice[0]!r}.")
    if markup := _MARKUP.search(text):
        problems.append(f"holds the markup character {markup[0]!r}.")
    if leaning := _LEANING.match(text):
        problems.append(f"opens with {leaning[0]!r}; name the subject, because paragraphs are quoted alone.")
    if not re.search(r"[.?!][\")’”]?$", text):
        problems.append("does not end with a full stop before its citations.")
    return problems


def _heading_problems(briefs: list[tuple[Document, Path]]) -> list[str]:
    counts = Counter((document.id, section.heading) for document, _ in briefs for section in document.sections)
    return [
        f"documents/{name}.md: the heading {heading!r} stands twice."
        for (name, heading), count in counts.items()
        if count > 1
    ]


def _claim_problems(library: Library) -> list[str]:
    path = library.folder / "claims.toml"
    try:
        claims = read_claims(path)
    except CorpusError as error:
        return [str(error)]
    documents = library.documents
    problems = []
    for claim in claims:
        for name, heading in claim.passages:
            headings = {section.heading for section in documents[name].sections} if name in documents else None
            if headings is None:
                problems.append(f"{path}: claim {claim.id!r} points at the unknown document {name!r}.")
            elif heading not in headings:
                problems.append(f"{path}: claim {claim.id!r} points at the unknown heading {name}#{heading}")
    return problems


def _expansion_problems(library: Library) -> tuple[list[str], list[str]]:
    """What is wrong with the questions of document expansion, and which of them belong to no paragraph any more."""
    try:
        rows = expansion_rows(library.folder)
    except CorpusError as error:
        return [str(error)], []
    if not rows:
        return [], []
    known = {paragraph_key(passage) for document in library.documents.values() for passage in passages(document)}
    return [], [
        f"{place}: these questions belong to words of {row['document']} that have changed or gone. Read them beside the "
        "paragraph, then write its new hash or delete the line."
        for place, row in rows
        if row["paragraph"] not in known
    ]


def _warnings(library: Library, today: date) -> list[str]:
    overdue = [
        f"{name}: was due for review on {document.review_by}. Review it, then approve it again."
        for name, document in library.documents.items()
        if document.review_by and document.review_by < today
    ]
    waiting = [
        f"{name}: pending. Approve it to have it quoted." for name in library.pending if name not in library.approvals
    ]
    gone = [
        f"{name}: has an approval record but no document."
        for name, record in library.approvals.items()
        if name not in library.documents and record.status == "approved"
    ]
    return overdue + waiting + gone
