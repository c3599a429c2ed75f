"""The claims catalogue `claims.toml`: what people say of kratom, a reviewed verdict, and the passages that bear on it.

`claim-wordings.toml` beside it holds further wordings, by which a claim is recognised in a text and which are never shown, and
`claims-not-covered.toml` what people say of kratom and no document speaks of: whoever reviewed it read them all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.document import sha256
from corpus.errors import ClaimsError

Verdict = Literal["supported", "partly-supported", "unproven", "contradicted", "not-covered"]
NOT_COVERED: Verdict = "not-covered"
CLAIMS_FILE = "claims.toml"
NOT_COVERED_FILE = "claims-not-covered.toml"
WORDINGS_FILE = "claim-wordings.toml"
MIN_WORDINGS = 3
# The verdicts that a claim of the catalogue may name.
_GIVEN = tuple(verdict for verdict in get_args(Verdict) if verdict != NOT_COVERED)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: how people word it, the verdict, one line why, and (document, heading) of the passages behind it.

    One that no document covers has neither a line nor passages.
    """

    id: str
    claim: str
    wordings: tuple[str, ...]
    verdict: Verdict
    why: str
    passages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to word a claim; `claim` is its place in the catalogue."""

    claim: int
    text: str


def catalogue_wordings(claims: Sequence[Claim], more: Mapping[str, Sequence[str]]) -> tuple[Wording, ...]:
    """Return every wording of every claim once, the claim's own sentence first, then its wordings, then the further ones."""
    return tuple(
        Wording(place, text)
        for place, claim in enumerate(claims)
        for text in dict.fromkeys((claim.claim, *claim.wordings, *more.get(claim.id, ())))
    )


def read_catalogue(folder: Path) -> tuple[tuple[Claim, ...], tuple[Wording, ...]]:
    """Return the claims of a corpus folder, then those not covered, and all their wordings; empty where there is no catalogue."""
    claims = read_claims(folder / CLAIMS_FILE) + read_claims(folder / NOT_COVERED_FILE, NOT_COVERED)
    _distinct(claims, folder)
    return claims, catalogue_wordings(claims, read_wordings(folder / WORDINGS_FILE))


def catalogue_sha256(folder: Path) -> dict[str, str]:
    """Return the hash of each file of a corpus folder's catalogue that there is, by its name."""
    paths = (folder / CLAIMS_FILE, folder / WORDINGS_FILE, folder / NOT_COVERED_FILE)
    return {path.name: sha256(path.read_bytes()) for path in paths if path.is_file()}


def read_claims(path: Path, verdict: Verdict | None = None) -> tuple[Claim, ...]:
    """Return the claims in the file's order; an absent file is an empty catalogue.

    Each names its own verdict, its line and its passages, unless all have the one given.
    """
    rows = _read_toml(path).get("claim", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ClaimsError(f"{path}: claims are written under [[claim]], with two brackets.")
    claims = tuple(_claim(row, path, verdict) for row in rows)
    _distinct(claims, path)
    return claims


def _distinct(claims: Sequence[Claim], path: Path) -> None:
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise ClaimsError(f"{path}: the claim id {claim.id!r} stands twice. Rename one.")
        seen.add(claim.id)


def read_wordings(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the further wordings of claims by claim id; an absent file holds none."""
    rows = _read_toml(path)
    for name, texts in rows.items():
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise ClaimsError(f"{path}: the wordings of {name!r} must be a list of texts.")
    return {name: tuple(texts) for name, texts in rows.items()}


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ClaimsError(f"{path}: cannot be read as TOML: {error}. Mend the line it names.") from error


def _claim(row: dict[str, Any], path: Path, verdict: Verdict | None) -> Claim:
    name = row.get("id", row)
    wanted = ("id", "claim", "wordings", *(() if verdict else ("verdict", "why", "passages")))
    if missing := [key for key in wanted if not row.get(key)]:
        raise ClaimsError(f"{path}: claim {name!r} lacks {', '.join(missing)}.")
    if verdict and (given := [key for key in ("verdict", "why", "passages") if key in row]):
        raise ClaimsError(
            f"{path}: claim {name!r} is {verdict} and has no {', '.join(given)}. Move it to {CLAIMS_FILE}."
        )
    for key in ("wordings", "passages"):
        if not isinstance(row.get(key, []), list) or not all(isinstance(text, str) for text in row.get(key, [])):
            raise ClaimsError(f"{path}: claim {name!r}: {key} must be a list of texts.")
    if not verdict and row["verdict"] not in _GIVEN:
        raise ClaimsError(
            f"{path}: claim {name!r} has the unknown verdict {row['verdict']!r}; known: {', '.join(_GIVEN)}."
        )
    if len(row["wordings"]) < MIN_WORDINGS:
        raise ClaimsError(
            f"{path}: claim {name!r} has {len(row['wordings'])} wordings; at least {MIN_WORDINGS} are needed."
        )
    passages = tuple(
        (document, heading) for document, _, heading in (passage.partition("#") for passage in row.get("passages", ()))
    )
    return Claim(
        row["id"], row["claim"], tuple(row["wordings"]), verdict or row["verdict"], row.get("why", ""), passages
    )
