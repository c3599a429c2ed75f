"""The types that flow out of the corpus: sources, documents, passages and their spans."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Literal

DocumentKind = Literal["brief", "pdf", "text", "markdown"]

# Words for the evidence kinds of `sources.toml`, as a reader sees them.
EVIDENCE_KINDS: dict[str, str] = {
    "systematic-review": "systematic review of studies",
    "rct": "randomised trial in people",
    "human-experimental": "laboratory or clinic study in people",
    "observational": "observational study of people",
    "survey": "survey: what people reported",
    "case-series": "series of patients",
    "case-report": "single patient",
    "public-health-surveillance": "reports and death records",
    "animal": "in animals, not people",
    "in-vitro": "in cells or test tubes, not people",
    "chemistry": "chemical analysis",
    "guideline": "professional guidance",
    "regulator": "agency",
    "law": "law",
    "narrative-review": "review article",
    "news": "news report",
    "claim-example": "claim made by sellers or advocates",
    "document": "document added by a curator",
}


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the bibliography; citations resolve to it."""

    key: str
    title: str
    authors: str
    year: int | None
    venue: str
    kind: str
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    note: str | None = None

    @property
    def label(self) -> str:
        """A short name: first author (or body) and year."""
        authors = [name.strip() for name in self.authors.split(",") if name.strip()]
        first = authors[0] if authors else self.title
        more = " et al." if len(authors) > 2 else ""
        return f"{first}{more} {self.year}" if self.year else f"{first}{more}"

    @property
    def link(self) -> str | None:
        """The DOI address where there is one, else the page's own address."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the characters of the document that stand under it."""

    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph that may be quoted, and the keys of the sources it rests on."""

    start: int
    end: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document with its final text: offsets into `text` never change after extraction."""

    id: str
    title: str
    kind: DocumentKind
    text: str
    document_sha256: str
    sections: tuple[Section, ...] = ()
    blocks: tuple[Block, ...] = ()
    page_starts: tuple[int, ...] = ()
    page_labels: tuple[str, ...] = ()
    topic: str = ""
    summary: str = ""
    as_of: date | None = None
    review_by: date | None = None

    @property
    def text_sha256(self) -> str:
        """The hash of the extracted text."""
        return sha256(self.text)

    def section_at(self, offset: int) -> str:
        """The heading over an offset; empty where there is none."""
        position = bisect_right([section.start for section in self.sections], offset) - 1
        return self.sections[position].heading if position >= 0 else ""

    def page_at(self, offset: int) -> tuple[int, str] | None:
        """The page number (from 1) and its printed label at an offset; None for documents without pages."""
        if not self.page_starts:
            return None
        position = max(bisect_right(self.page_starts, offset) - 1, 0)
        return position + 1, self.page_labels[position]


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document that can be found: whole sentences of one paragraph."""

    document: Document
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a span outside its document."""
        if not 0 <= self.start < self.end <= len(self.document.text):
            raise ValueError(
                f"passage {self.start}-{self.end} lies outside {self.document.id} ({len(self.document.text)} characters)"
            )

    @property
    def text(self) -> str:
        """The words, read from the document."""
        return self.document.text[self.start : self.end]

    @property
    def section(self) -> str:
        """The heading over the passage."""
        return self.document.section_at(self.start)

    @property
    def id(self) -> str:
        """A name for links: document id and offsets."""
        return f"{self.document.id}:{self.start}-{self.end}"

    @property
    def embedded_text(self) -> str:
        """What the encoder reads: title and heading give the words their subject."""
        return "\n".join(part for part in (self.document.title, self.section, self.text) if part)
