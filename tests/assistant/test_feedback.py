"""Feedback: kept locally, without a person's words; gaps by topic."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Answer, Quote
from assistant.feedback import FeedbackError, coverage_gaps, feedback_of, read_feedback, store
from corpus.document import Document, Passage
from tests.assistant.command_line import run

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


def test_the_command_lists_gaps_by_topic_without_a_persons_words(tmp_path: Path) -> None:
    at = ("--index", tmp_path / "index")
    for outcome, topic, verdict in (("quoted", "liver", "missing"), ("not-covered", "sleep", "wrong")):
        store(tmp_path / "feedback.jsonl", feedback_of(answer_of(outcome, topic), verdict, DAY))
    done = run("feedback", "--json", *at)
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "entries": 2,
        "verdicts": {"helpful": 0, "wrong": 1, "missing": 1},
        "gaps": [{"topic": "liver", "count": 1}, {"topic": "sleep", "count": 1}],
    }
    told = run("feedback", *at)
    assert told.out.split() == ["1", "liver", "1", "sleep"]
    assert "2 presses of a button (helpful 0, wrong 1, missing 1)" in told.err
    assert "feedback = true" in told.err
    assert "secret" not in done.out + told.out + told.err


def test_a_broken_feedback_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "feedback.jsonl").write_text('\n{"on": 1}\n', encoding="utf-8")
    with pytest.raises(FeedbackError, match="line 2: is no feedback"):
        read_feedback(tmp_path / "feedback.jsonl")
    done = run("feedback", "--index", tmp_path / "index")
    assert done.code == 1
    assert "feedback.jsonl, line 2" in done.err
