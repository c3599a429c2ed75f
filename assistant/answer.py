"""The types an answer is made of. A quote has no text of its own: its words are read from the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.document import EVIDENCE_KINDS, Passage, Source, sha256

Outcome = Literal["quoted", "not-covered", "off-topic", "notice-only"]
NoticeKind = Literal[
    "emergency",
    "self-harm",
    "poisoning",
    "pregnancy",
    "minor",
    "interaction",
    "personal-dosing",
    "withdrawal",
    "driving",
    "sourcing",
    "drug-test-evasion",
    "extraction",
    "legal",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """A reviewed text shown above everything else, and why it was raised."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A run of whole sentences of one passage, by document offsets.

    `focus` is the sentence that answers best; `part` is the question it answers where a message asked several.
    """

    passage: Passage
    start: int
    end: int
    score: float
    sources: tuple[Source, ...]
    focus: tuple[int, int] | None = None
    part: str = ""

    def __post_init__(self) -> None:
        """Refuse a span outside its passage."""
        if not self.passage.start <= self.start < self.end <= self.passage.end:
            raise ValueError(f"quote {self.start}-{self.end} lies outside passage {self.passage.id}")

    @property
    def text(self) -> str:
        """The words, read from the document."""
        return self.passage.document.text[self.start : self.end]

    @property
    def span_sha256(self) -> str:
        """The hash of the words."""
        return sha256(self.text)

    @property
    def page(self) -> tuple[int, str] | None:
        """The page number and its printed label, where the document has pages."""
        return self.passage.document.page_at(self.start)

    @property
    def evidence(self) -> tuple[str, ...]:
        """The kinds of evidence it rests on, in plain words, without repeats."""
        return tuple(dict.fromkeys(EVIDENCE_KINDS[source.kind] for source in self.sources))


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two quotations that do not agree; at least one of them is among the answer's quotes."""

    about: str
    quotes: tuple[Quote, Quote]


@dataclass(frozen=True, slots=True)
class Answer:
    """What every door shows. No quotes means that the documents do not say."""

    question: str
    searched_for: str
    outcome: Outcome
    disclaimer: str
    index: str
    notices: tuple[Notice, ...] = ()
    quotes: tuple[Quote, ...] = ()
    near_misses: tuple[Quote, ...] = ()
    disagreements: tuple[Contrast, ...] = ()
    suggestions: tuple[str, ...] = ()
    message: str = ""
    confidence: float = 0.0
    failures: tuple[str, ...] = ()

    @property
    def searchable(self) -> bool:
        """Whether the message held words at all; `message` says what was wrong with it otherwise."""
        return self.outcome != "off-topic" or bool(self.searched_for)
