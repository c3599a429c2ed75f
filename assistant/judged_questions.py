"""Judged questions: what must be among the quotations shown, or that silence is right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

QUESTIONS_FILE = Path(__file__).parent / "judged" / "questions.jsonl"
CONVERSATIONS_FILE = Path(__file__).parent / "judged" / "conversations.jsonl"

Kind = Literal["answerable", "not-covered", "off-topic"]


class JudgedSetError(Exception):
    """A judged set that cannot be used; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question, whether the documents answer it, and its required facts.

    `facts` is a list of requirements, all needed; each is a list of alternatives, any of which suffices as a substring.
    """

    id: str
    text: str
    kind: Kind
    topic: str
    style: str
    split: str
    facts: tuple[tuple[str, ...], ...] = ()

    def met(self, texts: Sequence[str]) -> int:
        """How many of the requirements the texts meet together, upper and lower case being equal."""
        joined = "\n".join(texts).lower()
        return sum(any(alternative.lower() in joined for alternative in requirement) for requirement in self.facts)

    def answered_by(self, texts: Sequence[str]) -> bool:
        """Whether the texts together meet every requirement."""
        return bool(self.facts) and self.met(texts) == len(self.facts)


def read_judged(path: Path = QUESTIONS_FILE) -> tuple[JudgedQuestion, ...]:
    """Return the judged questions of a JSON-lines file."""
    questions = tuple(_question(row, place) for place, row in _rows(path))
    ids = [question.id for question in questions]
    if len(set(ids)) != len(ids):
        double = next(name for name in ids if ids.count(name) > 1)
        raise JudgedSetError(f"{path}: the id {double!r} stands twice.")
    return questions


def read_conversations(path: Path = CONVERSATIONS_FILE) -> tuple[tuple[JudgedQuestion, ...], ...]:
    """Return the judged conversations of a JSON-lines file, each a tuple of turns."""
    conversations = []
    for place, row in _rows(path):
        if not isinstance(row.get("turns"), list):
            raise JudgedSetError(f"{place}: needs a list 'turns'.")
        turns = [
            _question({"id": f"{row.get('id')}.{number}", "split": row.get("split", ""), **turn}, place)
            for number, turn in enumerate(row["turns"], 1)
        ]
        conversations.append(tuple(turns))
    return tuple(conversations)


def _rows(path: Path) -> list[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise JudgedSetError(f"{path}: cannot be read ({error}).") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise JudgedSetError(f"{path}:{number}: is not JSON ({error}).") from error
            if not isinstance(row, dict):
                raise JudgedSetError(f"{path}:{number}: is not a JSON object.")
            rows.append((f"{path}:{number}", row))
    return rows


def _question(row: dict[str, Any], place: str) -> JudgedQuestion:
    missing = [name for name in ("id", "question", "kind") if not row.get(name)]
    if missing:
        raise JudgedSetError(f"{place}: lacks {', '.join(missing)}.")
    if row["kind"] not in get_args(Kind):
        raise JudgedSetError(f"{place}: unknown kind {row['kind']!r}; known: {', '.join(get_args(Kind))}.")
    if (row["kind"] == "answerable") != bool(row.get("facts")):
        raise JudgedSetError(f"{place}: an answerable question, and no other, has required facts.")
    if not isinstance(row["question"], str) or not _are_requirements(row.get("facts", [])):
        raise JudgedSetError(f"{place}: the question is a text, and facts a list of lists of texts, none empty.")
    return JudgedQuestion(
        id=str(row["id"]),
        text=row["question"],
        kind=row["kind"],
        topic=row.get("topic", ""),
        style=row.get("style", ""),
        split=row.get("split", ""),
        facts=tuple(tuple(requirement) for requirement in row.get("facts", [])),
    )


def _are_requirements(facts: Any) -> bool:
    """Whether facts are lists of alternatives: a bare text would be read as its letters, and an empty one always met."""
    return isinstance(facts, list) and all(
        isinstance(requirement, list)
        and requirement
        and all(isinstance(alternative, str) and alternative for alternative in requirement)
        for requirement in facts
    )
