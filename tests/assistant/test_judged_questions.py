"""Judged questions: what counts as answered, and files that are refused by line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant.judged_questions import (
    JudgedQuestion,
    JudgedSetError,
    read_conversations,
    read_judged,
)

QUESTION = JudgedQuestion("q", "text", "answerable", "t", "s", "test", (("25 m", "80 feet"), ("Rubiaceae",)))


@pytest.mark.parametrize(
    ("texts", "met", "answered"),
    [
        ([], 0, False),
        (["It is 25 M tall."], 1, False),
        (["It is 80 feet tall and 25 m."], 1, False),
        (["It is 25 m tall.", "of the rubiaceae"], 2, True),
        # A fact is not put together from two quotes.
        (["It is 25", "m tall: Rubiaceae"], 1, False),
    ],
)
def test_requirements_are_met_by_texts_together(texts: list[str], met: int, answered: bool) -> None:
    assert QUESTION.met(texts) == met
    assert QUESTION.answered_by(texts) is answered


def test_a_question_without_requirements_is_never_answered() -> None:
    assert not JudgedQuestion("q", "t", "off-topic", "", "", "").answered_by(["anything"])


ROW: dict[str, Any] = {"id": "a", "question": "How tall?", "kind": "answerable", "facts": [["25 m"], ["x", "y"]]}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "set.jsonl"
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    silent = {"id": 2, "question": "Who?", "kind": "off-topic", "topic": "none", "style": "lay", "split": "test"}
    assert read_judged(written(tmp_path, ROW, "", silent)) == (
        JudgedQuestion("a", "How tall?", "answerable", "", "", "", (("25 m",), ("x", "y"))),
        JudgedQuestion("2", "Who?", "off-topic", "none", "lay", "test"),
    )


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", r"set\.jsonl:2: is not JSON"),
        ("[" * 100_000, r"set\.jsonl:2: is not JSON"),
        ("[]", r"set\.jsonl:2: is not a JSON object\."),
        ({"id": "b"}, r"set\.jsonl:2: lacks question, kind\."),
        (ROW | {"id": ""}, r"set\.jsonl:2: lacks id\."),
        (ROW | {"kind": "maybe"}, r"set\.jsonl:2: unknown kind 'maybe'; known: answerable, not-covered, off-topic\."),
        (ROW | {"facts": []}, r"set\.jsonl:2: an answerable question, and no other, has required facts\."),
        (ROW | {"kind": "off-topic"}, r"set\.jsonl:2: an answerable question, and no other, has required facts\."),
        # Bare texts would be read as their letters, and an empty alternative is met by anything.
        (ROW | {"facts": ["25 m"]}, r"set\.jsonl:2: the question is a text, and facts a list of lists of texts"),
        (ROW | {"facts": [[""]]}, r"set\.jsonl:2: the question is a text, and facts a list of lists of texts"),
        (ROW | {"facts": [[]]}, r"set\.jsonl:2: the question is a text, and facts a list of lists of texts"),
        (ROW | {"question": 5}, r"set\.jsonl:2: the question is a text"),
        (ROW, r"set\.jsonl: the id 'a' stands twice\."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_broken_line_is_named(tmp_path: Path, row: object, says: str) -> None:
    with pytest.raises(JudgedSetError, match=says):
        read_judged(written(tmp_path, ROW, row))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(JudgedSetError, match=r"gone\.jsonl: cannot be read"):
        read_judged(tmp_path / "gone.jsonl")
    path = tmp_path / "raw.jsonl"
    path.write_bytes(b"\xff")
    with pytest.raises(JudgedSetError, match=r"raw\.jsonl: cannot be read .*utf-8"):
        read_judged(path)


def test_conversations_are_read_turn_by_turn(tmp_path: Path) -> None:
    second = {"question": "why?", "kind": "not-covered"}
    first = {key: value for key, value in ROW.items() if key != "id"}
    (turns,) = read_conversations(written(tmp_path, {"id": "c", "split": "test", "turns": [first, second]}))
    assert [(turn.id, turn.text, turn.split) for turn in turns] == [
        ("c.1", "How tall?", "test"),
        ("c.2", "why?", "test"),
    ]
    with pytest.raises(JudgedSetError, match=r"set\.jsonl:1: needs a list 'turns'\."):
        read_conversations(written(tmp_path, {"id": "c"}))


def test_the_shipped_set_is_large_and_of_every_kind() -> None:
    questions = read_judged()
    kinds = Counter(question.kind for question in questions)
    assert min(kinds[kind] for kind in ("answerable", "not-covered", "off-topic")) >= 20
    assert len(questions) >= 80
    halves = Counter(question.split for question in questions)
    assert set(halves) == {"development", "test"}
    assert abs(halves["development"] - halves["test"]) <= 0.1 * len(questions)


def test_the_shipped_conversations_have_two_to_four_turns() -> None:
    conversations = read_conversations()
    assert len(conversations) >= 60
    assert {len(turns) for turns in conversations} <= {2, 3, 4}
