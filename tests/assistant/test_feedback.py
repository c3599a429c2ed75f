"""Feedback: kept locally, without a person's words; gaps by topic."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Answer, Quote
from assistant.feedback import coverage_gaps, feedback_of, read_feedback, store
from corpus.document import Document, Passage

DAY = date(2026, 11, 22)


def answer_of(outcome: str, topic: str) -> Answer:
    document = Document("doc", "T", "brief", "Some words.", "0" * 64, topic=topic)
    quote = Quote(Passage(document, 0, 11, ((0, 11),)), 0, 11, 0.5, ())
    quotes, near = ((quote,), ()) if outcome == "quoted" else ((), (quote,))
    return Answer("my secret question", "my secret question", outcome, "D", "i", quotes=quotes, near_misses=near)  # type: ignore[arg-type]


def test_what_is_stored_can_be_read_again_and_holds_no_question(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "feedback.jsonl"
    kept = feedback_of(answer_of("quoted", "heart"), "wrong", DAY)
    store(file, kept)
    store(file, kept)
    assert read_feedback(file) == [kept, kept]
    assert "secret" not in file.read_text(encoding="utf-8")
    assert kept.passages == ("doc:0-11",)


def test_nothing_stored_is_an_empty_list(tmp_path: Path) -> None:
    assert read_feedback(tmp_path / "none.jsonl") == []


def test_an_unknown_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown verdict 'great'"):
        feedback_of(answer_of("quoted", "heart"), "great", DAY)


def test_gaps_are_counted_by_topic_most_often_first() -> None:
    kept = [
        feedback_of(answer_of("quoted", "heart"), "helpful", DAY),
        feedback_of(answer_of("quoted", "liver"), "missing", DAY),
        feedback_of(answer_of("not-covered", "sleep"), "wrong", DAY),
        feedback_of(answer_of("not-covered", "sleep"), "missing", DAY),
        feedback_of(answer_of("not-covered", ""), "missing", DAY),
    ]
    assert coverage_gaps(kept) == [("sleep", 2), ("liver", 1), ("no topic near", 1)]
