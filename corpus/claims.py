"""The claims catalogue `claims.toml`: what people say of kratom, a reviewed verdict, and the passages that bear on it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.errors import ClaimsError

Verdict = Literal["supported", "partly-supported", "unproven", "contradicted"]
MIN_WORDINGS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: how people word it, the verdict, one line why, and (document, heading) of the passages behind it."""

    id: str
    claim: str
    wordings: tuple[str, ...]
    verdict: Verdict
    why: str
    passages: tuple[tuple[str, str], ...]


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Return the claims in the file's order; an absent file is an empty catalogue."""
    if not path.exists():
        return ()
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("claim", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ClaimsError(f"{path}: cannot be read as TOML: {error}. Mend the line it names.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ClaimsError(f"{path}: claims are written under [[claim]], with two brackets.")
    claims = tuple(_claim(row, path) for row in rows)
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise ClaimsError(f"{path}: the claim id {claim.id!r} stands twice. Rename one.")
        seen.add(claim.id)
    return claims


def _claim(row: dict[str, Any], path: Path) -> Claim:
    name = row.get("id", row)
    missing = [key for key in ("id", "claim", "wordings", "verdict", "why", "passages") if not row.get(key)]
    if missing:
        raise ClaimsError(f"{path}: claim {name!r} lacks {', '.join(missing)}.")
    for key in ("wordings", "passages"):
        if not isinstance(row[key], list) or not all(isinstance(text, str) for text in row[key]):
            raise ClaimsError(f"{path}: claim {name!r}: {key} must be a list of texts.")
    if row["verdict"] not in get_args(Verdict):
        raise ClaimsError(
            f"{path}: claim {name!r} has the unknown verdict {row['verdict']!r}; known: {', '.join(get_args(Verdict))}."
        )
    if len(row["wordings"]) < MIN_WORDINGS:
        raise ClaimsError(
            f"{path}: claim {name!r} has {len(row['wordings'])} wordings; at least {MIN_WORDINGS} are needed."
        )
    passages = tuple(
        (document, heading) for document, _, heading in (passage.partition("#") for passage in row["passages"])
    )
    return Claim(row["id"], row["claim"], tuple(row["wordings"]), row["verdict"], row["why"], passages)
