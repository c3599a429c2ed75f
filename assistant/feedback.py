"""Feedback on answers, kept on this computer and only where the operator turned it on; questions are not stored."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.answer import Answer
from assistant.settings import Settings

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


class FeedbackError(Exception):
    """A feedback file that cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class FeedbackSummary:
    """What people pressed, and the topics near which they found nothing, or too little."""

    entries: int
    verdicts: dict[str, int]
    gaps: tuple[tuple[str, int], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as the command prints it."""
        gaps = [{"topic": topic, "count": count} for topic, count in self.gaps]
        return {"entries": self.entries, "verdicts": self.verdicts, "gaps": gaps}


def feedback_file(settings: Settings) -> Path:
    """Where feedback is kept, beside the index."""
    return settings.index.parent / FEEDBACK_FILE


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
    lines = file.read_text(encoding="utf-8").splitlines()
    return [_feedback(line, f"{file}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _feedback(line: str, place: str) -> Feedback:
    try:
        row = json.loads(line)
        return Feedback(**{**row, "passages": tuple(row["passages"]), "topics": tuple(row["topics"])})
    except (ValueError, KeyError, TypeError) as error:
        raise FeedbackError(f"{place}: is no feedback ({type(error).__name__}: {error}). Take the line out.") from error


def summary(feedback: list[Feedback]) -> FeedbackSummary:
    """Return what was pressed how often, and the gaps by topic."""
    counts = Counter(one.verdict for one in feedback)
    return FeedbackSummary(
        len(feedback), {verdict: counts[verdict] for verdict in get_args(Verdict)}, tuple(coverage_gaps(feedback))
    )


def coverage_gaps(feedback: list[Feedback]) -> list[tuple[str, int]]:
    """Return the topics near which people found nothing, or too little, most often first."""
    lacking = [one for one in feedback if one.verdict == "missing" or one.outcome == "not-covered"]
    counts = Counter(topic for one in lacking for topic in one.topics or ("no topic near",))
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
