"""The list of disagreements: read in the file's order, each breach by name, each side one paragraph that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import bundled_corpus
from corpus.disagreements import Disagreement, Side, disagreement_problems, read_disagreements
from corpus.errors import DisagreementsError
from corpus.library import read_library
from tests.small_corpus import write_corpus

ROW = """
[[disagreement]]
id = "liver-ends"
about = "How kratom liver injury ends"
sides = [
    { passage = "liver#Can kratom hurt the liver?", opens = "Kratom hurt the liver" },
    { passage = "liver#Can kratom hurt the liver?", opens = "Most of the 11" },
]
"""


def written(folder: Path, text: str) -> Path:
    (folder / "disagreements.toml").write_text(text, encoding="utf-8")
    return folder


def test_disagreements_are_read_and_their_paragraphs_found(tmp_path: Path) -> None:
    corpus = written(write_corpus(tmp_path / "corpus"), ROW)
    (row,) = read_disagreements(corpus)
    heading = "Can kratom hurt the liver?"
    sides = (Side("liver", heading, "Kratom hurt the liver"), Side("liver", heading, "Most of the 11"))
    assert row == Disagreement("liver-ends", "How kratom liver injury ends", sides)
    liver = read_library(corpus).documents["liver"]
    assert [side.block(liver) for side in row.sides] == list(liver.blocks)
    assert disagreement_problems(corpus, {"liver": liver}) == []


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    assert read_disagreements(tmp_path) == ()
    assert disagreement_problems(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[disagreement]\nid = 1", "two brackets"),
        ("= 1", "cannot be read as TOML"),
        (ROW + ROW, "'liver-ends' stands twice"),
        (ROW.replace('about = "How kratom liver injury ends"', ""), "needs an id and an about"),
        (
            ROW.replace('    { passage = "liver#Can kratom hurt the liver?", opens = "Most of the 11" },\n', ""),
            "two sides",
        ),
        (ROW.replace('opens = "Most of the 11"', "opens = 11"), "both texts"),
        (ROW.replace('opens = "Most of the 11"', 'opens = " "'), "how it opens"),
    ],
)
def test_a_file_that_breaks_the_form_is_refused_and_reported(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(DisagreementsError, match=why):
        read_disagreements(written(tmp_path, text))
    (problem,) = disagreement_problems(tmp_path, {})
    assert why in problem


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("Most of the 11", "All of the 11", "opens with 'All of the 11'"),
        ("liver#Can kratom hurt", "lung#Can kratom hurt", "lung#Can kratom hurt the liver?"),
        ("liver#Can kratom hurt", "liver#Could kratom hurt", "liver#Could kratom hurt the liver?"),
        ("Most of the 11", "Kratom hurt the liver", "names one paragraph twice"),
    ],
)
def test_a_side_that_is_not_there_is_a_problem_of_the_corpus(tmp_path: Path, old: str, new: str, why: str) -> None:
    corpus = written(write_corpus(tmp_path / "corpus"), ROW.replace(old, new))
    problems = disagreement_problems(corpus, read_library(corpus).documents)
    assert any("'liver-ends'" in problem and why in problem for problem in problems)


def test_the_documents_of_this_project_hold_many_disagreements_and_each_is_there() -> None:
    corpus = bundled_corpus()
    assert disagreement_problems(corpus, read_library(corpus).documents) == []
    assert len(read_disagreements(corpus)) >= 15
