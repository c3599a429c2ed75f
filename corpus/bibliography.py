"""The bibliography `sources.toml`: citation keys → sources."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from corpus.document import EVIDENCE_KINDS, Source
from corpus.errors import BibliographyError

_TEXTS = ("key", "title", "authors", "venue", "kind", "doi", "url", "note")
_FIELDS = {"key", "title", "authors", "year", "venue", "kind", "doi", "pmid", "pmcid", "url", "accessed_copy", "note"}


def read_bibliography(path: Path) -> dict[str, Source]:
    """Return the sources of a bibliography by key; an absent file is an empty bibliography."""
    if not path.exists():
        return {}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("source", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BibliographyError(f"{path}: cannot be read as TOML: {error}. Mend the line it names.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BibliographyError(f"{path}: entries are written under [[source]], with two brackets.")
    sources: dict[str, Source] = {}
    for row in rows:
        source = _source(row, path)
        if source.key in sources:
            raise BibliographyError(f"{path}: the key {source.key!r} stands twice. Remove or rename one entry.")
        sources[source.key] = source
    return sources


def _source(row: dict[str, Any], path: Path) -> Source:
    key = row.get("key")
    missing = [name for name in ("key", "title", "kind") if not row.get(name)]
    if missing:
        raise BibliographyError(f"{path}: entry {key or row!r} lacks {', '.join(missing)}.")
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise BibliographyError(f"{path}: entry {key!r} has unknown fields {', '.join(unknown)}.")
    for name in _TEXTS:
        if not isinstance(row.get(name, ""), str):
            raise BibliographyError(f"{path}: entry {key!r}: {name} must be text, not {type(row[name]).__name__}.")
    if type(row.get("year", 0)) is not int:
        raise BibliographyError(
            f"{path}: entry {key!r}: year must be a whole number, not {type(row['year']).__name__}."
        )
    if row["kind"] not in EVIDENCE_KINDS:
        raise BibliographyError(
            f"{path}: entry {key!r} has the unknown kind {row['kind']!r}; known: {', '.join(EVIDENCE_KINDS)}."
        )
    return Source(
        key=str(key),
        title=row["title"],
        authors=row.get("authors", ""),
        year=row.get("year"),
        venue=row.get("venue", ""),
        kind=row["kind"],
        doi=row.get("doi"),
        pmid=str(row["pmid"]) if row.get("pmid") else None,
        url=row.get("url"),
        note=row.get("note"),
    )
