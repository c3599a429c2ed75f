"""The approval records `vetting.toml`: which bytes and which text of each document may be quoted, who said so, and when."""

from __future__ import annotations

import os
import tomllib
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

import tomli_w

from corpus.document import Document
from corpus.errors import VettingError

Status = Literal["approved", "withdrawn"]
_HEADER = (
    "# Approval records, written by `kratom-assistant corpus approve` and `corpus withdraw`.\n"
    "# A document is quoted only while both hashes are those of its bytes and of its text.\n\n"
)


@dataclass(frozen=True, slots=True)
class Approval:
    """The record of one document: pinned hashes, who, when, and whether it stands."""

    document: str
    status: Status
    by: str
    on: date
    document_sha256: str
    text_sha256: str
    layout_sha256: str = ""
    statement: str = ""
    review_by: date | None = None
    why: str = ""

    def refusal(self, document: Document, layout_sha256: str = "") -> str | None:
        """Say why this record does not let the document be quoted; None when it does."""
        if self.status == "withdrawn":
            return f"{document.id}: withdrawn on {self.on} by {self.by}: {self.why}"
        pinned = (self.document_sha256, self.text_sha256, self.layout_sha256)
        found = (document.document_sha256, document.text_sha256, layout_sha256)
        for what, old, new in zip(("file", "text", "layout"), pinned, found, strict=True):
            if old != new:
                return (
                    f"{document.id}: its {what} changed after approval (approved {old}, found {new}). "
                    f"Restore it, or read it again and run: kratom-assistant corpus approve {document.id} --by NAME"
                )
        return None


def read_approvals(path: Path) -> dict[str, Approval]:
    """Return the records by document id; an absent file approves nothing."""
    if not path.exists():
        return {}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("approval", [])
        records = [Approval(**row) for row in rows]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise VettingError(f"{path}: cannot be read ({error}). Restore it from version control.") from error
    for record in records:
        # A mistyped status must never read as an approval.
        if record.status not in get_args(Status):
            known = ", ".join(get_args(Status))
            raise VettingError(f"{path}: {record.document} has the unknown status {record.status!r}; known: {known}.")
    by_id = {record.document: record for record in records}
    if len(by_id) != len(records):
        raise VettingError(f"{path}: a document has two records. Keep the later one.")
    return by_id


def write_approvals(path: Path, records: dict[str, Approval]) -> None:
    """Write all records, sorted by document id, in one atomic replacement."""
    rows = [
        {name: value for name, value in asdict(records[key]).items() if value not in (None, "")}
        for key in sorted(records)
    ]
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(_HEADER + tomli_w.dumps({"approval": rows}))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
