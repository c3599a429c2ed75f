"""Feedback on answers, kept on this computer and only where the operator turned it on; questions are not stored."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from assistant.answer import Answer

Verdict = Literal["helpful", "wrong", "missing"]
FEEDBACK_FILE = "feedback.jsonl"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One press of a button: what was said, of which kind of answer, about which passages and topics. No words of a person."""

    on: str
    verdict: Verdict
    outcome: str
    passages: tuple[str, ...]
    topics: tuple[str, ...]
    index: str


def feedback_of(answer: Answer, verdict: str, today: date) -> Feedback:
    """Return what is stored about an answer; ValueError for an unknown verdict."""
    known = {one: one for one in get_args(Verdict)}
    if verdict not in known:
        raise ValueError(f"unknown verdict {verdict!r}; known: {', '.join(known)}")
    shown = answer.quotes or answer.near_misses
    topics = dict.fromkeys(quote.passage.document.topic for quote in shown if quote.passage.document.topic)
    return Feedback(
        on=today.isoformat(),
        verdict=known[verdict],
        outcome=answer.outcome,
        passages=tuple(quote.passage.id for quote in answer.quotes),
        topics=tuple(topics),
        index=answer.index,
    )


def store(file: Path, feedback: Feedback) -> None:
    """Append one line to the feedback file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(feedback)) + "\n")


def read_feedback(file: Path) -> list[Feedback]:
    """Return everything stored; an absent file holds nothing."""
    if not file.is_file():
        return []
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Feedback(**{**row, "passages": tuple(row["passages"]), "topics": tuple(row["topics"])}) for row in rows]


def coverage_gaps(feedback: list[Feedback]) -> list[tuple[str, int]]:
    """Return the topics near which people found nothing, or too little, most often first."""
    lacking = [one for one in feedback if one.verdict == "missing" or one.outcome == "not-covered"]
    counts = Counter(topic for one in lacking for topic in one.topics or ("no topic near",))
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
