"""Receipts: everything that is needed to check an answer's quotations without this program, and the check itself.

A receipt is JSON with one value on each line; `docs/receipts.md` shows how to check one by hand. Its second line holds the
hash of all its other lines, so that a changed byte anywhere shows. That guards against accidents and careless edits; what proves
a quotation is not this hash but the document: file, extracted text and span are hashed again each time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assistant.rendering import citation_as_json
from corpus.document import Document, Source, sha256
from corpus.errors import CorpusError, VettingError
from corpus.library import Library, read_library
from corpus.pinned import PinnedReader

FORMAT = "kratom-assistant/1"
_HASH_LINE = re.compile(rb'\A\{\n "receipt_sha256": "(?P<hash>[0-9a-f]{64})",\n')
_NEEDED: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "document": str,
    "start": int,
    "end": int,
    "document_sha256": str,
    "text_sha256": str,
    "span_sha256": str,
    "citations": list,
}


class ReceiptError(CorpusError):
    """A file that is not a receipt; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What checking one part of a receipt gave: where it stands, and why it fails (empty when it holds)."""

    place: str
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether the part is as the receipt says."""
        return not self.why


def tool_version() -> str:
    """The version of this program."""
    try:
        return version("kratom-assistant")
    except PackageNotFoundError:
        return "unknown"


def receipt_text(
    made_at: datetime, *, answers: Sequence[Mapping[str, Any]] = (), checks: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Return a receipt for answers and claim checks (each as JSON by the contract), as it is written to a file."""
    data = {
        "receipt": FORMAT,
        "tool_version": tool_version(),
        "made_at": made_at.isoformat(timespec="seconds"),
        "answers": list(answers),
        "checks": list(checks),
    }
    rest = json.dumps(data, ensure_ascii=False, indent=1)[2:] + "\n"
    return f'{{\n "receipt_sha256": "{sha256("{" + chr(10) + rest)}",\n{rest}'


def verify_receipt(data: bytes, folder: Path) -> tuple[Finding, ...]:
    """Check a receipt against the documents in a corpus folder, offline; the first finding is about the receipt itself."""
    receipt = _parsed(data)
    library = read_library(folder)
    reader = PinnedReader(folder)
    findings = [Finding("receipt", _receipt_fault(data))]
    for place, quote in _quotes(receipt):
        findings.append(Finding(place, _fault(quote, library, reader)))
    return tuple(findings)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        receipt = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ReceiptError(f"this is not a receipt: {error}.") from error
    if not isinstance(receipt, dict) or receipt.get("receipt") != FORMAT:
        raise ReceiptError(f"this is not a receipt of the form {FORMAT!r}; nothing was checked.")
    for name in ("answers", "checks"):
        if not isinstance(receipt.get(name, []), list):
            raise ReceiptError(f"this receipt is broken: {name!r} is not a list.")
    return receipt


def _receipt_fault(data: bytes) -> str:
    match = _HASH_LINE.match(data)
    if match is None:
        return "the receipt has no line with its own hash, or was written anew: its bytes cannot be vouched for."
    found = sha256(b"{\n" + data[match.end() :])
    said = match["hash"].decode()
    return "" if found == said else f"the receipt was changed after it was made (its hash was {said}, is now {found})."


def _quotes(receipt: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every quotation of a receipt, and where it stands."""
    for number, answer in enumerate(receipt.get("answers", []), 1):
        yield from _listed(f"answer {number}", answer, ("quotes", "near_misses"))
        disagreements = answer.get("disagreements", []) if isinstance(answer, dict) else []
        for place, contrast in enumerate(disagreements if isinstance(disagreements, list) else [None], 1):
            yield from _listed(f"answer {number}, disagreement {place}", contrast, ("quotes",))
    for number, check in enumerate(receipt.get("checks", []), 1):
        claims = check.get("claims", []) if isinstance(check, dict) else [check]
        for place, claim in enumerate(claims, 1):
            yield from _listed(f"check {number}, claim {place}", claim, ("quotes", "nearest"))


def _listed(place: str, holder: Any, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    if not isinstance(holder, dict):
        yield place, None
        return
    for name in names:
        quotes = holder.get(name, [])
        what = "quote" if name == "quotes" else "near miss"
        for number, quote in enumerate(quotes if isinstance(quotes, list) else [None], 1):
            yield f"{place}, {what} {number}", quote


def _fault(quote: Any, library: Library, reader: PinnedReader) -> str:
    """Say why a quotation does not hold; empty when it does."""
    if not isinstance(quote, dict):
        return "it is not written as a quotation."
    for name, kind in _NEEDED.items():
        if not isinstance(quote.get(name), kind) or isinstance(quote.get(name), bool):
            return f"its {name!r} is missing or of the wrong kind."
    name, start, end = quote["document"], quote["start"], quote["end"]
    document = library.documents.get(name)
    if document is None:
        known = next((problem for problem in library.problems if name in problem), "")
        return f"the document {name!r} is not in the corpus. {known}".strip()
    return (
        _hash_fault(quote, document)
        or _span_fault(quote, document, start, end)
        or _approval_fault(quote["text"], reader, (name, start, end))
        or _place_fault(quote, document)
        or _citation_fault(quote, library.sources)
    )


def _hash_fault(quote: Mapping[str, Any], document: Document) -> str:
    for what, said, found in (
        ("file", quote["document_sha256"], document.document_sha256),
        ("extracted text", quote["text_sha256"], document.text_sha256),
    ):
        if said != found:
            return f"the {what} of {document.id!r} is not the one quoted from (SHA-256 was {said}, is now {found})."
    return ""


def _span_fault(quote: Mapping[str, Any], document: Document, start: int, end: int) -> str:
    if not 0 <= start < end <= len(document.text):
        return f"{start}-{end} is no stretch of {document.id!r}, which has {len(document.text)} characters."
    words = document.text[start:end]
    if sha256(words) != quote["span_sha256"]:
        return (
            f"the words of {document.id!r} at {start}-{end} have SHA-256 {sha256(words)}, not {quote['span_sha256']}."
        )
    if words != quote["text"]:
        return f"the words of {document.id!r} at {start}-{end} are not those that the receipt shows."
    return ""


def _approval_fault(words: str, reader: PinnedReader, span: tuple[str, int, int]) -> str:
    """The document must still be approved: a withdrawn one was quoted rightly, but is not to be relied on."""
    try:
        return "" if reader.words(*span) == words else f"the file of {span[0]!r} holds other words."
    except VettingError as error:
        return f"the words are right, but the document is not approved: {error}"


def _place_fault(quote: Mapping[str, Any], document: Document) -> str:
    page = document.page_at(quote["start"])
    told = {
        "title": document.title,
        "section": document.section_at(quote["start"]),
        "page": page[0] if page else None,
        "page_label": page[1] if page else None,
    }
    for name, right in told.items():
        if name in quote and quote[name] != right:
            return f"its {name.replace('_', ' ')} is {right!r} in the document, not {quote[name]!r}."
    return ""


def _citation_fault(quote: Mapping[str, Any], sources: Mapping[str, Source]) -> str:
    for citation in quote["citations"]:
        key = citation.get("key") if isinstance(citation, dict) else None
        if not isinstance(key, str) or key not in sources:
            return f"its citation {key!r} is not in the bibliography."
        if citation != citation_as_json(sources[key]):
            return f"its citation {key!r} is another one in the bibliography: {citation_as_json(sources[key])}."
    return ""
