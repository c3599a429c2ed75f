"""Document expansion: questions are read by paragraph; each breach of the format is named with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import ExpansionError
from corpus.expansion import expansions_sha256, paragraph_key, read_expansions
from corpus.library import read_library
from corpus.passages import passages
from tests.small_corpus import SOURCES, write_brief

ROW = {"document": "liver", "heading": "Can it hurt?", "paragraph": "00ff00ff00ff00ff", "asked": ["liver trouble?"]}


def written(folder: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    (folder / "expansions.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    return folder


def test_questions_are_read_by_paragraph(tmp_path: Path) -> None:
    other = ROW | {"paragraph": "11ff00ff00ff00ff", "asked": ["a?", "b?"]}
    assert read_expansions(written(tmp_path, ROW, b"", other)) == {
        "00ff00ff00ff00ff": ("liver trouble?",),
        "11ff00ff00ff00ff": ("a?", "b?"),
    }
    assert len(expansions_sha256(tmp_path)) == 64


def test_an_absent_file_holds_none(tmp_path: Path) -> None:
    assert (read_expansions(tmp_path), expansions_sha256(tmp_path)) == ({}, "")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([b"{"], r"expansions\.jsonl:1: cannot be read as JSON"),
        ([ROW, b'{"asked": "\xff"}'], r"expansions\.jsonl:2: cannot be read as JSON"),
        ([[1]], r":1: a line needs document, heading and paragraph"),
        ([ROW | {"heading": 3}], r":1: a line needs document, heading and paragraph"),
        ([ROW | {"asked": []}], r":1: asked must be a list of questions"),
        ([ROW | {"asked": ["a?", " "]}], r":1: asked must be a list of questions"),
        ([ROW, ROW], r":2: the paragraph 00ff00ff00ff00ff stands twice"),
    ],
)
def test_a_breach_of_the_format_is_named(tmp_path: Path, rows: list[object], message: str) -> None:
    with pytest.raises(ExpansionError, match=message):
        read_expansions(written(tmp_path, *rows))


def test_a_key_changes_with_the_words_of_the_paragraph(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    keys = []
    for words in ("Kratom hurt the liver.", "Kratom hurts the liver.", "Kratom hurt the liver."):
        write_brief(tmp_path, "liver", f"## Can it hurt?\n\n{words} [@cases-2019]\n")
        (passage,) = passages(read_library(tmp_path).documents["liver"])
        keys.append(paragraph_key(passage))
    assert keys[0] == keys[2] != keys[1]
    assert len(keys[0]) == 16
