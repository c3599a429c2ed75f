"""Originals that a curator adds: the file, its text taken out once, and where its pages and sections begin.

originals/ID/original.pdf    the bytes as they came
originals/ID/text.txt        the text that is quoted; never made again
originals/ID/layout.json     title, publisher, address, pages, sections, paragraphs
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from corpus.document import Block, Document, DocumentKind, Section, Source, sha256
from corpus.errors import ExtractionError
from corpus.pdf import MAX_PAGES, PdfText, Progress, extractor_name, read_pdf

_KINDS: dict[str, DocumentKind] = {".pdf": "pdf", ".txt": "text", ".md": "markdown", ".markdown": "markdown"}
# Possessive repeats, because long runs of spaces would otherwise take quadratic time.
_PARAGRAPH = re.compile(r"\S(?:.*?\S)?(?=[ \t]*+(?:\r?\n[ \t]*+\r?\n|\r[ \t]*+\r|\s*+\Z))", re.DOTALL)
_LINE_END = re.compile(r"\r\n?|\n")
_SENTENCE_END = (".", "?", "!", ":", "”", '"', ")")
_FORMAT = 1
MAX_TEXT_BYTES = 20 * 1024**2


@dataclass(frozen=True, slots=True)
class OriginalDetails:
    """What the curator says about a file."""

    id: str
    title: str
    publisher: str
    url: str | None
    kind: str
    year: int | None


@dataclass(frozen=True, slots=True)
class AddedOriginal:
    """What adding a file gave: for the table a curator reads."""

    id: str
    pages: int
    characters: int
    empty_pages: tuple[int, ...]
    suspicious_characters: int


@dataclass(frozen=True, slots=True)
class _Extracted:
    text: str
    page_starts: tuple[int, ...] = ()
    page_labels: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    blocks: tuple[Block, ...] = ()
    extractor: str = "as-is"
    empty_pages: tuple[int, ...] = ()
    suspicious_characters: int = 0


def add_original(
    folder: Path,
    file: Path,
    details: OriginalDetails,
    *,
    max_pages: int = MAX_PAGES,
    progress: Progress | None = None,
) -> AddedOriginal:
    """Take the text out of a file once and store it under `folder/ID`; the document stays pending until approved."""
    kind = _KINDS.get(file.suffix.lower())
    if kind is None:
        raise ExtractionError(f"{file}: only {', '.join(_KINDS)} files can be added.")
    target = folder / details.id
    if target.exists():
        raise ExtractionError(
            f"{target}: the id {details.id!r} is taken. Choose another with --id, or withdraw the old one."
        )
    extracted = (
        _from_pdf(read_pdf(file, max_pages=max_pages, progress=progress)) if kind == "pdf" else _from_text(file, kind)
    )
    _store(folder, file, kind, details, extracted)
    return AddedOriginal(
        details.id,
        len(extracted.page_starts),
        len(extracted.text),
        extracted.empty_pages,
        extracted.suspicious_characters,
    )


def read_original(folder: Path) -> tuple[Document, Source]:
    """Return the stored document and the source that its quotes cite; ExtractionError when a file is missing or broken."""
    try:
        layout = json.loads((folder / "layout.json").read_text(encoding="utf-8"))
        text = (folder / "text.txt").read_bytes().decode("utf-8")
        data = (folder / layout["file"]).read_bytes()
        document = Document(
            id=folder.name,
            title=layout["title"],
            kind=layout["document_kind"],
            text=text,
            document_sha256=sha256(data),
            sections=tuple(Section(**section) for section in layout["sections"]),
            blocks=tuple(Block(start, end, (folder.name,)) for start, end in layout["blocks"]),
            page_starts=tuple(layout["page_starts"]),
            page_labels=tuple(layout["page_labels"]),
            topic=layout["kind"],
            summary=layout["publisher"],
            as_of=date(layout["year"], 1, 1) if layout["year"] else None,
        )
        source = Source(
            key=folder.name,
            title=layout["title"],
            authors=layout["publisher"],
            year=layout["year"],
            venue=layout["publisher"],
            kind=layout["kind"],
            url=layout["url"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExtractionError(
            f"{folder}: cannot be read ({type(error).__name__}: {error}). Add the file again."
        ) from error
    return document, source


def layout_sha256(folder: Path) -> str:
    """The hash of the stored layout: pages and titles are pinned too."""
    return sha256((folder / "layout.json").read_bytes())


def _from_text(file: Path, kind: DocumentKind) -> _Extracted:
    try:
        size = file.stat().st_size
        if size > MAX_TEXT_BYTES:
            raise ExtractionError(f"{file}: {size:,} bytes; the limit is {MAX_TEXT_BYTES:,}. Split the file.")
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise ExtractionError(f"{file}: cannot be opened ({error.strerror}). Check its name.") from error
    except UnicodeDecodeError as error:
        raise ExtractionError(f"{file}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from error
    if "\0" in text:
        raise ExtractionError(f"{file}: holds NUL characters: a binary file, not a text.")
    if not text.strip():
        raise ExtractionError(f"{file}: holds no text. Fetch it again.")
    if kind == "markdown":
        return _from_markdown(text)
    return _Extracted(text=text, blocks=_paragraphs(text))


def _from_markdown(text: str) -> _Extracted:
    """Headings become sections; everything else may be quoted. The text itself stays untouched."""
    line_starts = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]
    headings: list[tuple[str, int, int]] = []
    tokens = MarkdownIt("commonmark").parse(text)
    for token, inline in itertools.pairwise(tokens):
        if token.type == "heading_open" and token.map:
            first, last = token.map
            headings.append((inline.content, line_starts[first], min(line_starts[last], len(text))))
    ends = [start for _, start, _ in headings[1:]] + [len(text)]
    sections = tuple(Section(name, start, end) for (name, start, _), end in zip(headings, ends, strict=True))
    edges = [0, *(edge for _, start, end in headings for edge in (start, end)), len(text)]
    blocks = tuple(
        block for start, end in zip(edges[::2], edges[1::2], strict=True) for block in _paragraphs(text, start, end)
    )
    return _Extracted(text=text, sections=sections, blocks=blocks)


def _from_pdf(pdf: PdfText) -> _Extracted:
    text = ""
    starts = []
    for page in pdf.pages:
        if text:
            # A sentence that runs over the page's end stays whole; a finished one ends its paragraph.
            text += "\n\n" if text.rstrip().endswith(_SENTENCE_END) else "\n"
        starts.append(len(text))
        text += page.rstrip()
    return _Extracted(
        text=text,
        page_starts=tuple(starts),
        page_labels=pdf.labels,
        blocks=_paragraphs(text),
        extractor=extractor_name(),
        empty_pages=pdf.empty_pages,
        suspicious_characters=pdf.suspicious_characters,
    )


def _paragraphs(text: str, start: int = 0, end: int | None = None) -> tuple[Block, ...]:
    """The runs of text between blank lines."""
    end = len(text) if end is None else end
    return tuple(Block(start + match.start(), start + match.end()) for match in _PARAGRAPH.finditer(text[start:end]))


def _store(folder: Path, file: Path, kind: DocumentKind, details: OriginalDetails, extracted: _Extracted) -> None:
    """Write everything into a temporary folder first, so that an interrupted `add` leaves nothing half done."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "original" + file.suffix.lower()
    layout: dict[str, Any] = {
        "format": _FORMAT,
        **asdict(details),
        "document_kind": kind,
        "file": name,
        "file_name": file.name,
        "extractor": extracted.extractor,
        "page_starts": extracted.page_starts,
        "page_labels": extracted.page_labels,
        "sections": [asdict(section) for section in extracted.sections],
        "blocks": [[block.start, block.end] for block in extracted.blocks],
    }
    with tempfile.TemporaryDirectory(dir=folder, prefix=".adding-") as temporary:
        staged = Path(temporary) / details.id
        staged.mkdir()
        shutil.copyfile(file, staged / name)
        (staged / "text.txt").write_bytes(extracted.text.encode("utf-8"))
        (staged / "layout.json").write_text(json.dumps(layout, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        staged.rename(folder / details.id)
