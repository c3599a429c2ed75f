"""A judged folder is refused when an answer does not stand where it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.judged_folder import JudgedFolderError, read_questions

TEXT = "# Leaf\n\nKetum is bitter.\n"


def write(folder: Path, start: int, end: int) -> Path:
    (folder / "documents").mkdir()
    (folder / "documents" / "leaf.md").write_text(TEXT, encoding="utf-8")
    row = {"id": "q1", "question": "What?", "document": "leaf", "answer": "Ketum", "start": start, "end": end}
    (folder / "questions.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return folder


def test_the_questions_of_a_folder(tmp_path: Path) -> None:
    (question,) = read_questions(write(tmp_path, 8, 13))
    assert (question.id, question.text, question.document, question.answer) == ("q1", "What?", "leaf", "Ketum")


def test_a_wrong_offset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgedFolderError, match="q1: the characters 9-14 are not the answer"):
        read_questions(write(tmp_path, 9, 14))
