"""A folder of judged documents and questions → an index made by the project's own pipeline.

FOLDER/documents/*.md      the documents
FOLDER/questions.jsonl     {"id", "question", "document", "answer", "start", "end"}; offsets are characters of the file
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from rich.console import Console

from assistant.curating import first_heading, slug
from assistant.progress import progress_bar
from corpus.library import Library, approve, read_library
from corpus.original import OriginalDetails, add_original
from index.building import rebuild
from index.encoder import EncoderChoice, SentenceEncoder
from index.passage_index import CANDIDATES, Hit, PassageIndex, Query

_APPROVED_BY = "benchmark (bulk)"
_APPROVED_ON = date(2026, 1, 1)
talk = Console(stderr=True, highlight=False)


class JudgedFolderError(Exception):
    """A judged folder that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """A question with its gold answer: the characters start to end of a document."""

    id: str
    text: str
    document: str
    answer: str
    start: int
    end: int


@dataclass(frozen=True)
class JudgedFolder:
    """The questions of a judged folder, and the index of its documents."""

    name: str
    questions: tuple[SpanQuestion, ...]
    library: Library
    index: PassageIndex
    encoder: SentenceEncoder
    corpus: Path
    index_folder: Path

    @cached_property
    def queries(self) -> tuple[Query, ...]:
        """Every question, encoded once."""
        return tuple(self.index.query(question.text, self.encoder) for question in self.questions)

    @cached_property
    def hits(self) -> tuple[list[Hit], ...]:
        """The hits of every question, best first."""
        return tuple(self.index.search(query, CANDIDATES) for query in self.queries)


def read_questions(folder: Path) -> tuple[SpanQuestion, ...]:
    """Return the questions of a judged folder; refuse one whose answer does not stand where it says."""
    texts: dict[str, str] = {}
    questions = []
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").split("\n"):
        if not line.strip():
            continue
        row = json.loads(line)
        one = SpanQuestion(row["id"], row["question"], row["document"], row["answer"], row["start"], row["end"])
        if one.document not in texts:
            texts[one.document] = (folder / "documents" / f"{one.document}.md").read_bytes().decode("utf-8")
        if texts[one.document][one.start : one.end] != one.answer:
            raise JudgedFolderError(f"{folder}: {one.id}: the characters {one.start}-{one.end} are not the answer.")
        questions.append(one)
    return tuple(questions)


def open_judged(folder: Path, work: Path, *, limit: int | None = None) -> JudgedFolder:
    """Add, approve and index the documents of a judged folder under `work`; what is already there is used again."""
    questions = read_questions(folder)
    place = work / folder.name
    _add_documents(folder / "documents", place / "corpus")
    library = read_library(place / "corpus")
    _same_text(folder / "documents", library)
    encoder = SentenceEncoder(EncoderChoice())
    with progress_bar(talk) as progress:
        report = rebuild(library, place / "index", encoder, progress=progress)
    talk.print(
        f"{folder.name}: {report.documents} documents, {report.passages} passages "
        f"({report.encoded} encoded, {report.reused} reused) in {report.seconds:.0f} s"
    )
    index = PassageIndex.load(place / "index", library, encoder.fingerprint)
    return JudgedFolder(folder.name, questions[:limit], library, index, encoder, place / "corpus", place / "index")


def document_id(file: Path) -> str:
    """The id that `corpus add` gives a file."""
    return slug(file.stem)


def _add_documents(documents: Path, corpus: Path) -> None:
    files = sorted(documents.glob("*.md"))
    if not files:
        raise JudgedFolderError(f"{documents}: holds no Markdown files.")
    new = [file for file in files if not (corpus / "originals" / document_id(file)).exists()]
    for file in new:
        details = OriginalDetails(document_id(file), first_heading(file), "judged data", None, "document", None)
        add_original(corpus / "originals", file, details)
    if new or read_library(corpus).pending:
        approve(corpus, [], by=_APPROVED_BY, on=_APPROVED_ON, statement="judged data, for measuring only")


def _same_text(documents: Path, library: Library) -> None:
    """The offsets of the questions hold only while the text that is quoted is the file's, character for character."""
    for file in documents.glob("*.md"):
        document = library.approved.get(document_id(file))
        if document is None or document.text != file.read_bytes().decode("utf-8"):
            raise JudgedFolderError(f"{file}: its text in {library.folder} differs. Remove that folder and run again.")
