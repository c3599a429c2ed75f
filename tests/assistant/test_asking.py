"""Asking for the doors: one question, a conversation, a batch; the encoder is the designed one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.asking import Conversation, ask_batch, ask_once
from assistant.rendering import answer_as_json
from assistant.settings import Settings
from index.errors import IndexMissing
from tests.assistant.designed import Small
from tests.small_corpus import write_brief

pytestmark = pytest.mark.usefixtures("designed_parts")

SLEEP = "Does kratom disturb sleep?"
SLEEP_QUOTE = "In a survey, users told of poor sleep after large amounts."


@pytest.fixture
def settings(small: Small) -> Settings:
    return Settings(corpus=small.corpus, index=small.index)


def batch(settings: Settings, *lines: str | bytes) -> tuple[list[dict[str, Any]], list[str]]:
    warnings: list[str] = []
    rows = [line.encode() if isinstance(line, str) else line for line in lines]
    return list(ask_batch(settings, rows, warnings.append)), warnings


def line(question: object, **fields: object) -> str:
    return json.dumps({"question": question, **fields})


def test_one_question(settings: Settings) -> None:
    answer = ask_once(settings, SLEEP, pytest.fail)
    assert [quote.text for quote in answer.quotes] == [SLEEP_QUOTE]


def test_a_question_needs_an_index(settings: Settings, tmp_path: Path) -> None:
    missing = Settings(corpus=settings.corpus, index=tmp_path / "none")
    with pytest.raises(IndexMissing, match=r"there is no index yet\. Run: kratom-assistant rebuild"):
        ask_once(missing, SLEEP, pytest.fail)


def test_documents_that_are_not_quoted_are_named(own_small: Small) -> None:
    write_brief(own_small.corpus, "new", "## Is it new?\n\nIt is new. [@survey-2020]\n")
    warnings: list[str] = []
    ask_once(Settings(corpus=own_small.corpus, index=own_small.index), SLEEP, warnings.append)
    assert warnings == [
        "new: not approved. Read it, then run: kratom-assistant corpus approve new --by NAME",
    ]


def test_a_conversation_remembers_its_turns(settings: Settings) -> None:
    conversation = Conversation.open(settings, pytest.fail)
    conversation.ask(SLEEP)
    assert conversation.ask("why?").searched_for == f"why? — {SLEEP}"
    assert conversation.ask("how come?").searched_for == f"how come? — {SLEEP}"
    assert [answer.question for answer in conversation.turns] == [SLEEP, "why?", "how come?"]


def test_a_batch_answers_each_line_as_a_question_of_its_own(settings: Settings) -> None:
    rows, warnings = batch(settings, line(SLEEP, id="one"), "", line("why?"), line("who won the cup", id=3))
    assert [(row["id"], row["outcome"]) for row in rows] == [("one", "quoted"), (3, "off-topic"), (3, "off-topic")]
    assert rows[0] == {"id": "one", **answer_as_json(ask_once(settings, SLEEP, pytest.fail))}
    # No conversation was named, so "why?" leans on nothing. Its id is the number of its line.
    assert rows[1]["searched_for"] == "why?"
    assert warnings == []


def test_conversations_of_a_batch_are_kept_apart(settings: Settings) -> None:
    rows, _ = batch(
        settings,
        line(SLEEP, conversation="a"),
        line("Can kratom hurt the liver?", conversation="b"),
        line("why?", conversation="a"),
        line("why?", conversation="b"),
    )
    assert [row["searched_for"] for row in rows[2:]] == [f"why? — {SLEEP}", "why? — Can kratom hurt the liver?"]


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[1]",
        '"text"',
        "7",
        "null",
        "{}",
        '{"question": null}',
        '{"question": 5}',
        "[" * 100_000,
        b'{"question": "\xff"}',
    ],
    ids=lambda broken: str(broken)[:20],
)
def test_a_line_that_cannot_be_read_is_told_in_its_place(settings: Settings, broken: str | bytes) -> None:
    rows, warnings = batch(settings, line(SLEEP, id="a"), broken, line(SLEEP, id="b"))
    assert rows[1] == {"id": 2, "error": "line 2 is not a JSON object with a question"}
    assert [row["id"] for row in rows] == ["a", 2, "b"]
    assert rows[2]["quotes"][0]["text"] == SLEEP_QUOTE
    assert len(warnings) == 1
    assert warnings[0].startswith("line 2: cannot be read (")


def test_a_change_on_disk_between_two_lines_is_told(own_small: Small) -> None:
    brief = own_small.corpus / "documents" / "sleep.md"

    def lines() -> Iterator[bytes]:
        yield line(SLEEP).encode()
        brief.write_bytes(brief.read_bytes() + b"\n")
        yield line(SLEEP).encode()

    warnings: list[str] = []
    rows = list(ask_batch(Settings(corpus=own_small.corpus, index=own_small.index), lines(), warnings.append))
    assert [row["outcome"] for row in rows] == ["quoted", "not-covered"]
    assert [warning[:40] for warning in warnings] == ["sleep: its file changed after approval ("]


def test_half_a_character_is_no_text_and_no_trouble(settings: Settings) -> None:
    rows, warnings = batch(settings, '{"id": "\\ud800", "question": "\\udfff sleep"}')
    assert (rows[0]["id"], rows[0]["question"], rows[0]["searched_for"]) == ("\ud800", "\udfff sleep", "sleep")
    assert (rows[0]["outcome"], warnings) == ("quoted", [])
