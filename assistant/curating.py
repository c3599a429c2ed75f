"""What a curator sees: adding files, the list of documents, how hard the paragraphs are to read."""

from __future__ import annotations

import re
import statistics
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TaskID
from rich.table import Column, Table

from corpus.checking import CorpusReport
from corpus.document import EVIDENCE_KINDS
from corpus.errors import CorpusError, ExtractionError
from corpus.library import Library
from corpus.original import OriginalDetails, add_original


def add_files(
    folder: Path, files: list[Path], details: OriginalDetails, *, max_pages: int, console: Console
) -> tuple[Table, int]:
    """Add files one by one; return a table of what each gave, and how many failed."""
    if details.kind not in EVIDENCE_KINDS:
        raise ExtractionError(f"unknown kind {details.kind!r}; known: {', '.join(EVIDENCE_KINDS)}.")
    if details.id and details.id != slug(details.id):
        raise ExtractionError(
            f"the id {details.id!r} cannot be used: small letters, digits, - and _ only. Try --id {slug(details.id)}"
        )
    # Names are folded, not cut: the id is needed to approve.
    names = (Column("file", overflow="fold"), Column("id", overflow="fold"))
    table = Table(*names, "pages", "characters", "empty pages", "odd characters", "state", box=None)
    failed = 0
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for file in files:
            task = progress.add_task(escape(file.name), total=None)
            try:
                added = add_original(
                    folder / "originals",
                    file,
                    replace(details, id=details.id or slug(file.stem), title=details.title or first_heading(file)),
                    max_pages=max_pages,
                    progress=partial(_advance, progress, task),
                )
            except (CorpusError, OSError) as error:
                failed += 1
                table.add_row(escape(file.name), "", "", "", "", "", "failed")
                console.print(f"Error: {error}", style="red", markup=False)
            else:
                empty = ", ".join(map(str, added.empty_pages[:8]))
                numbers = (
                    str(added.pages or ""),
                    f"{added.characters:,}",
                    empty,
                    str(added.suspicious_characters or ""),
                )
                table.add_row(escape(file.name), added.id, *numbers, "pending")
            progress.remove_task(task)
    return table, failed


def _advance(progress: Progress, task: TaskID, page: int, pages: int) -> None:
    progress.update(task, completed=page, total=pages)


def slug(name: str) -> str:
    """Return a file's name as an id: lower case, digits and single hyphens (underscores stay)."""
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-") or "document"


def first_heading(file: Path) -> str:
    """Return the first heading of a Markdown file, else the file's name."""
    if file.suffix.lower() in (".md", ".markdown"):
        try:
            for line in file.read_text(encoding="utf-8").splitlines():
                if line.startswith("# ") and line[2:].strip():
                    return line[2:].strip()
        except UnicodeDecodeError:
            return file.stem
    return file.stem.replace("_", " ").replace("-", " ")


def listing(library: Library) -> list[dict[str, Any]]:
    """Return one row per document: id, state, topic, title, dates, who approved it, hashes."""
    rows = []
    for name, document in library.documents.items():
        record = library.approvals.get(name)
        state = "approved" if name in library.approved else "pending"
        if record and name not in library.approved:
            state = "withdrawn" if record.status == "withdrawn" else "changed"
        rows.append(
            {
                "id": name,
                "state": state,
                "topic": document.topic,
                "title": document.title,
                "as_of": document.as_of.isoformat() if document.as_of else None,
                "review_by": document.review_by.isoformat() if document.review_by else None,
                "by": record.by if record else None,
                "document_sha256": document.document_sha256,
                "text_sha256": document.text_sha256,
            }
        )
    return rows


def grade_lines(report: CorpusReport) -> list[str]:
    """Return the distribution of the reading grades, one line per quantile."""
    if len(report.grades) < 2:
        return []
    tenths = statistics.quantiles(report.grades, n=10)
    shares = ", ".join(f"{10 * place}%: {grade:.1f}" for place, grade in enumerate(tenths, 1))
    return [
        f"reading grade (automated readability index; names of substances count as easy words): "
        f"median {statistics.median(report.grades):.1f}, highest {max(report.grades):.1f}",
        f"tenths: {shares}",
    ]
