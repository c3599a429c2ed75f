"""Document expansion: other ways in which people ask for a paragraph, by which it is found and which are never shown.

A small encoder knows a paragraph by its own words only; questions written beside it let it be found by those of its readers
(Nogueira, Yang, Lin and Cho, "Document Expansion by Query Prediction", 2019; here people write them). `expansions.jsonl` has
a line for each paragraph, which names it by the start of the SHA-256 of its words: when these change, the questions no longer
apply until somebody has read them again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.document import Passage, sha256
from corpus.errors import ExpansionError

EXPANSIONS_FILE = "expansions.jsonl"
_KEY_CHARACTERS = 16

# The questions of each paragraph, by its key.
Expansions = Mapping[str, tuple[str, ...]]


def paragraph_key(passage: Passage) -> str:
    """Return what names a passage's words: the first 16 hexadecimal digits of their SHA-256."""
    return sha256(passage.text)[:_KEY_CHARACTERS]


def read_expansions(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the questions of a corpus folder by paragraph key; an absent file holds none."""
    return {row["paragraph"]: tuple(row["asked"]) for _, row in expansion_rows(folder)}


def expansions_sha256(folder: Path) -> str:
    """Return the hash of the file of questions, or nothing where there is none."""
    path = folder / EXPANSIONS_FILE
    return sha256(path.read_bytes()) if path.is_file() else ""


def expansion_rows(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return every line of the file of questions with its place; ExpansionError names a line that cannot be read."""
    path = folder / EXPANSIONS_FILE
    if not path.is_file():
        return []
    rows: list[tuple[str, dict[str, Any]]] = []
    seen: set[str] = set()
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        row = _row(line, place)
        if row["paragraph"] in seen:
            raise ExpansionError(f"{place}: the paragraph {row['paragraph']} stands twice. Join the two lines.")
        seen.add(row["paragraph"])
        rows.append((place, row))
    return rows


def _row(line: bytes, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:  # a line that is not UTF-8 is a ValueError too
        raise ExpansionError(f"{place}: cannot be read as JSON: {error}. Mend the line.") from error
    if not isinstance(row, dict) or not all(
        isinstance(row.get(key), str) for key in ("document", "heading", "paragraph")
    ):
        raise ExpansionError(f"{place}: a line needs document, heading and paragraph, each a text.")
    asked = row.get("asked")
    if not isinstance(asked, list) or not asked or not all(isinstance(one, str) and one.strip() for one in asked):
        raise ExpansionError(f"{place}: asked must be a list of questions.")
    return row
