"""A corpus folder → its documents, sources and approvals.

documents/*.md     evidence briefs
originals/ID/      files added by a curator
sources.toml       the bibliography
vetting.toml       the approval records
claims.toml        claims and their verdicts; claim-wordings.toml: further wordings of them
disagreements.toml pairs of paragraphs that do not agree
expansions.jsonl   other ways to ask for each paragraph
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.bibliography import read_bibliography
from corpus.brief import read_brief
from corpus.document import Document, Source
from corpus.errors import CorpusError, VettingError
from corpus.original import layout_sha256, read_original
from corpus.vetting import Approval, read_approvals, write_approvals


@dataclass(frozen=True, slots=True)
class Library:
    """What a corpus folder holds at one moment."""

    folder: Path
    approved: dict[str, Document]
    pending: dict[str, Document]
    refused: tuple[str, ...]
    problems: tuple[str, ...]
    sources: dict[str, Source]
    approvals: dict[str, Approval]
    layouts: dict[str, str]

    @property
    def documents(self) -> dict[str, Document]:
        """Every readable document by id, approved or not."""
        return dict(sorted({**self.pending, **self.approved}.items()))

    @property
    def pins(self) -> dict[str, str]:
        """The hash of each approved document's text."""
        return {name: document.text_sha256 for name, document in sorted(self.approved.items())}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Documents that are never indexed nor quoted, one line each."""
        waiting = tuple(
            f"{name}: not approved. Read it, then run: kratom-assistant corpus approve {name} --by NAME"
            for name in self.pending
            if name not in self.approvals
        )
        return self.refused + waiting + self.problems


def read_library(folder: Path) -> Library:
    """Read a corpus folder; a document that cannot be read is a problem, not the end."""
    if not folder.is_dir():
        raise CorpusError(f"{folder}: there is no such corpus folder. Name one with --corpus DIR.")
    approvals = read_approvals(folder / "vetting.toml")
    sources = read_bibliography(folder / "sources.toml")
    approved: dict[str, Document] = {}
    pending: dict[str, Document] = {}
    refused: list[str] = []
    problems: list[str] = []
    layouts: dict[str, str] = {}
    for path in document_paths(folder):
        try:
            document, source, layout = _read(path)
        except CorpusError as error:
            problems.append(str(error))
            continue
        if document.id in approved or document.id in pending:
            problems.append(f"{path}: the id {document.id!r} belongs to another document too. Rename one.")
            continue
        if source:
            sources.setdefault(source.key, source)
        layouts[document.id] = layout
        record = approvals.get(document.id)
        refusal = record.refusal(document, layout) if record else None
        if record and refusal is None:
            approved[document.id] = document
        else:
            pending[document.id] = document
            refused += [refusal] if refusal else []
    return Library(folder, approved, pending, tuple(refused), tuple(problems), sources, approvals, layouts)


def document_paths(folder: Path) -> list[Path]:
    """The briefs and the originals' folders of a corpus, in a stable order."""
    briefs = sorted((folder / "documents").glob("*.md"))
    originals = sorted(
        path for path in (folder / "originals").glob("*") if path.is_dir() and not path.name.startswith(".")
    )
    return briefs + originals


def _read(path: Path) -> tuple[Document, Source | None, str]:
    if path.is_dir():
        document, source = read_original(path)
        return document, source, layout_sha256(path)
    return read_brief(path), None, ""


def approve(folder: Path, names: list[str], *, by: str, on: date, statement: str = "") -> list[str]:
    """Pin the bytes and the text of the named documents, and return their ids.

    When none is named, all pending ones are meant, but for withdrawn ones: these come back by name only.
    """
    library = read_library(folder)
    withdrawn = {name for name, record in library.approvals.items() if record.status == "withdrawn"}
    wanted = names or [name for name in library.pending if name not in withdrawn]
    unknown = [name for name in wanted if name not in library.documents]
    if unknown:
        known = next((problem for problem in library.problems if unknown[0] in problem), None)
        raise VettingError(known or f"{unknown[0]}: no such document. See: kratom-assistant corpus list")
    records = dict(library.approvals)
    for name in wanted:
        document = library.documents[name]
        records[name] = Approval(
            document=name,
            status="approved",
            by=by,
            on=on,
            document_sha256=document.document_sha256,
            text_sha256=document.text_sha256,
            layout_sha256=library.layouts[name],
            statement=statement,
            review_by=document.review_by,
        )
    write_approvals(folder / "vetting.toml", records)
    return wanted


def withdraw(folder: Path, name: str, *, by: str, why: str, on: date) -> None:
    """Record that a document must not be quoted any more, and why."""
    approvals = read_approvals(folder / "vetting.toml")
    record = approvals.get(name)
    if record is None:
        raise VettingError(f"{name}: has no approval to withdraw. See: kratom-assistant corpus list")
    approvals[name] = Approval(
        document=name,
        status="withdrawn",
        by=by,
        on=on,
        document_sha256=record.document_sha256,
        text_sha256=record.text_sha256,
        layout_sha256=record.layout_sha256,
        review_by=record.review_by,
        why=why,
    )
    write_approvals(folder / "vetting.toml", approvals)
