"""Every problem of a corpus is found, one line each, with its file and place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from corpus.checking import check_corpus, reading_grade
from corpus.expansion import paragraph_key
from corpus.library import approve, read_library, withdraw
from corpus.original import OriginalDetails, add_original
from corpus.passages import passages
from tests.small_corpus import APPROVED_ON, SOURCES, write_brief

TODAY = date(2026, 5, 6)
# 43 words in short sentences.
GOOD = (
    "Kratom hurt the liver of 11 patients in a case series from 2019. Jaundice came after about three weeks of daily "
    "use. Most of the patients got better after they stopped. No one in the series died, and no one had other drugs."
)
HEADING = "## Can kratom hurt the liver?\n\n"
CLAIM = """
[[claim]]
id = "safe"
claim = "Kratom is safe."
wordings = ["safe", "harmless", "no danger"]
verdict = "contradicted"
why = "Patients were hurt."
passages = ["{passage}"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus of one flawless brief."""
    write_brief(tmp_path, "liver", f"{HEADING}{GOOD} [@cases-2019]\n")
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    approve(tmp_path, [], by="Ada", on=APPROVED_ON)
    return tmp_path


def problems(folder: Path) -> list[str]:
    """The problems, with the folder left out of the paths."""
    return [problem.replace(f"{folder}/", "") for problem in check_corpus(read_library(folder), today=TODAY).problems]


def body_problems(folder: Path, body: str) -> list[str]:
    write_brief(folder, "other", body)
    return problems(folder)


def test_a_flawless_corpus_has_no_problems(folder: Path) -> None:
    report = check_corpus(read_library(folder), today=TODAY, grades=True)
    assert (report.problems, report.warnings) == ((), ())
    assert (report.paragraphs, report.words) == (1, 43)
    assert report.grades == (reading_grade(GOOD),)


@pytest.mark.parametrize(
    ("paragraph", "problem"),
    [
        (f"{GOOD} [@nobody-1999]", "unknown citation key @nobody-1999. Add it to sources.toml or mend it."),
        (GOOD, "the paragraph cites nothing. End it with [@key]."),
        ("Kratom hurt one liver. [@cases-2019]", "4 words; a paragraph has 40 to 110."),
        (f"{GOOD} {GOOD} {GOOD} [@cases-2019]", "129 words; a paragraph has 40 to 110."),
        (f"You should know this. {GOOD} [@cases-2019]", "reads as advice: 'You should'."),
        (f"{GOOD} Please see your doctor. [@cases-2019]", "reads as advice: 'see your doctor'."),
        (f"{GOOD} It was *very* rare. [@cases-2019]", "holds the markup character '*'."),
        (f"{GOOD} Less was < 5. [@cases-2019]", "holds the markup character '<'."),
        (
            f"This is so. {GOOD} [@cases-2019]",
            "opens with 'This'; name the subject, because paragraphs are quoted alone.",
        ),
        (f"{GOOD[:-1]} [@cases-2019]", "does not end with a full stop before its citations."),
    ],
)
def test_each_problem_of_a_paragraph_is_found(folder: Path, paragraph: str, problem: str) -> None:
    assert body_problems(folder, f"{HEADING}{paragraph}\n") == [f"documents/other.md:12: {problem}"]


@pytest.mark.parametrize("end", [".", "?", "!", ".”", ".)", '."'])
def test_a_paragraph_may_end_with_any_full_stop(folder: Path, end: str) -> None:
    assert body_problems(folder, f"{HEADING}{GOOD[:-1]}{end} [@cases-2019]\n") == []


def test_a_heading_is_a_question_with_a_paragraph(folder: Path) -> None:
    assert body_problems(folder, f"## The liver\n\n## Is it so?\n\n{GOOD} [@cases-2019]\n") == [
        "documents/other.md:10: the heading is not a question: 'The liver'",
        "documents/other.md:10: the heading 'The liver' has no paragraph.",
    ]


def test_a_heading_stands_once(folder: Path) -> None:
    section = f"{HEADING}{GOOD} [@cases-2019]\n\n"
    assert body_problems(folder, section + section) == [
        "documents/other.md: the heading 'Can kratom hurt the liver?' stands twice."
    ]


def test_a_hard_paragraph_is_graded(folder: Path) -> None:
    hard = (
        "Hepatocellular abnormalities " + "characterised by cholestatic hyperbilirubinaemia " * 13 + "were documented."
    )
    write_brief(folder, "other", f"{HEADING}{hard} [@cases-2019]\n")
    report = check_corpus(read_library(folder), today=TODAY, grades=True)
    (problem,) = report.problems
    assert problem.startswith(f"{folder}/documents/other.md:12: reading grade ")
    assert problem.endswith("; the limit is 15. Shorten the sentences.")
    assert len(report.grades) == 2


def test_the_names_of_substances_are_easy_words() -> None:
    assert reading_grade("The mitragynine pseudoindoxyl acts.") == reading_grade("The kratom acts.")


def test_problems_of_reading_and_of_approval_come_first(folder: Path) -> None:
    (folder / "documents" / "broken.md").write_text("no front matter", encoding="utf-8")
    write_brief(folder, "liver", f"{HEADING}{GOOD} [@survey-2020]\n")
    first, second = problems(folder)
    assert first.startswith("documents/broken.md:1: no front matter.")
    assert second.startswith("liver: its file changed after approval (approved ")


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        ("liver#Can kratom hurt the liver?", []),
        ("kidney#Is it?", ["claims.toml: claim 'safe' points at the unknown document 'kidney'."]),
        ("liver#Is it?", ["claims.toml: claim 'safe' points at the unknown heading liver#Is it?"]),
        ("liver", ["claims.toml: claim 'safe' points at the unknown heading liver#"]),
    ],
)
def test_claims_point_at_passages_that_exist(folder: Path, passage: str, found: list[str]) -> None:
    (folder / "claims.toml").write_text(CLAIM.format(passage=passage), encoding="utf-8")
    assert problems(folder) == found


def test_a_broken_catalogue_of_claims_is_a_problem(folder: Path) -> None:
    (folder / "claims.toml").write_text("[[claim]", encoding="utf-8")
    (problem,) = problems(folder)
    assert problem.startswith("claims.toml: cannot be read as TOML")


def test_what_will_be_a_problem_soon_is_a_warning(folder: Path) -> None:
    body = f"{HEADING}{GOOD} [@cases-2019]\n"
    write_brief(folder, "gone", body)
    write_brief(folder, "old", body, review_by="2026-05-05")
    write_brief(folder, "today", body, review_by="2026-05-06")
    write_brief(folder, "withdrawn", body)
    approve(folder, [], by="Ada", on=APPROVED_ON)
    write_brief(folder, "waits", body)
    withdraw(folder, "withdrawn", by="Ada", why="retracted", on=TODAY)
    (folder / "documents" / "gone.md").unlink()
    assert check_corpus(read_library(folder), today=TODAY).warnings == (
        "old: was due for review on 2026-05-05. Review it, then approve it again.",
        "waits: pending. Approve it to have it quoted.",
        "gone: has an approval record but no document.",
    )


def test_an_original_is_not_checked_as_a_brief(folder: Path) -> None:
    file = folder / "sent.md"
    file.write_text("# Any heading\n\nAny *text*.\n", encoding="utf-8")
    add_original(folder / "originals", file, OriginalDetails("sent.md", "S", "A", None, "news", None))
    approve(folder, ["sent.md"], by="Ada", on=APPROVED_ON)
    report = check_corpus(read_library(folder), today=TODAY)
    assert (report.problems, report.paragraphs) == ((), 1)


def test_questions_that_belong_to_changed_words_are_warned_of(folder: Path) -> None:
    (passage,) = passages(read_library(folder).documents["liver"])
    row = {"document": "liver", "heading": "Can kratom hurt the liver?", "asked": ["yellow skin?"]}
    rows = [row | {"paragraph": paragraph_key(passage)}, row | {"paragraph": "0" * 16}]
    (folder / "expansions.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    report = check_corpus(read_library(folder), today=TODAY)
    assert report.problems == ()
    (warning,) = report.warnings
    assert warning.startswith(
        f"{folder}/expansions.jsonl:2: these questions belong to words of liver that have changed"
    )


def test_unreadable_questions_are_a_problem(folder: Path) -> None:
    (folder / "expansions.jsonl").write_text("{", encoding="utf-8")
    (problem,) = problems(folder)
    assert problem.startswith("expansions.jsonl:1: cannot be read as JSON")
