"""The disagreements in `disagreements.toml`: two paragraphs whose results do not agree, paired by people."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.document import Block, Document, sha256
from corpus.errors import DisagreementsError

DISAGREEMENTS_FILE = "disagreements.toml"


@dataclass(frozen=True, slots=True)
class Side:
    """One paragraph, named by its document, its heading and the words that it opens with."""

    document: str
    heading: str
    opens: str

    def block(self, document: Document) -> Block | None:
        """Return the one paragraph that is meant; None when there is none, or more than one."""
        found = [
            block
            for block in document.blocks
            if document.text.startswith(self.opens, block.start) and document.section_at(block.start) == self.heading
        ]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two paragraphs that do not agree, and the question on which they do not, in neutral words."""

    id: str
    about: str
    sides: tuple[Side, Side]


def read_disagreements(folder: Path) -> tuple[Disagreement, ...]:
    """Return the disagreements of a corpus folder in the file's order; without the file there are none."""
    path = folder / DISAGREEMENTS_FILE
    if not path.exists():
        return ()
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("disagreement", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DisagreementsError(f"{path}: cannot be read as TOML: {error}. Mend the line it names.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DisagreementsError(f"{path}: disagreements are written under [[disagreement]], with two brackets.")
    found = tuple(_disagreement(row, path) for row in rows)
    names = [one.id for one in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise DisagreementsError(f"{path}: the disagreement id {twice!r} stands twice. Rename one.")
    return found


def disagreements_sha256(folder: Path) -> str:
    """Return the hash of the file; empty where there is none."""
    path = folder / DISAGREEMENTS_FILE
    return sha256(path.read_bytes()) if path.is_file() else ""


def disagreement_problems(folder: Path, documents: Mapping[str, Document]) -> list[str]:
    """Return what is wrong with the disagreements of a corpus folder, one line each."""
    try:
        rows = read_disagreements(folder)
    except DisagreementsError as error:
        return [str(error)]
    problems = []
    for row in rows:
        for side in row.sides:
            document = documents.get(side.document)
            if document is None or side.block(document) is None:
                problems.append(
                    f"{folder / DISAGREEMENTS_FILE}: disagreement {row.id!r}: {side.document}#{side.heading} has not "
                    f"one paragraph that opens with {side.opens!r}. Name the paragraph anew, or take the pair out."
                )
        if row.sides[0] == row.sides[1]:
            problems.append(f"{folder / DISAGREEMENTS_FILE}: disagreement {row.id!r} names one paragraph twice.")
    return problems


def _disagreement(row: dict[str, Any], path: Path) -> Disagreement:
    name = row.get("id", row)
    if not all(isinstance(row.get(key), str) and row[key] for key in ("id", "about")):
        raise DisagreementsError(f"{path}: disagreement {name!r} needs an id and an about, both texts.")
    sides = row.get("sides")
    if not isinstance(sides, list) or len(sides) != 2:
        raise DisagreementsError(f"{path}: disagreement {name!r} needs two sides.")
    return Disagreement(row["id"], row["about"], (_side(sides[0], name, path), _side(sides[1], name, path)))


def _side(side: Any, name: str, path: Path) -> Side:
    if not isinstance(side, dict) or not all(isinstance(side.get(key), str) for key in ("passage", "opens")):
        raise DisagreementsError(f"{path}: disagreement {name!r}: a side is {{ passage, opens }}, both texts.")
    document, _, heading = side["passage"].partition("#")
    if not document or not side["opens"].strip():
        raise DisagreementsError(f"{path}: disagreement {name!r}: a side names its document and how it opens.")
    return Side(document, heading, side["opens"])
