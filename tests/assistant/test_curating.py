"""Adding files one by one, listing documents with their state, reading grades."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from assistant.curating import add_files, first_heading, grade_lines, listing, slug
from corpus.checking import CorpusReport
from corpus.errors import ExtractionError
from corpus.library import read_library, withdraw
from corpus.original import OriginalDetails
from tests.corpus.pdf_files import write_pdf
from tests.small_corpus import write_brief

DETAILS = OriginalDetails("", "", "Roe", None, "document", 2020)


def file_of(folder: Path, name: str, text: str = "Some text.\n") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def shown(table: Table) -> list[list[str]]:
    console = Console(file=io.StringIO(), width=200)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return [line.split() for line in console.file.getvalue().splitlines()]


def add(corpus: Path, files: list[Path], details: OriginalDetails = DETAILS) -> tuple[list[list[str]], int, str]:
    console = Console(file=io.StringIO(), width=300, soft_wrap=True)
    table, failed = add_files(corpus, files, details, max_pages=2, console=console)
    assert isinstance(console.file, io.StringIO)
    return shown(table), failed, console.file.getvalue()


def test_the_good_files_are_added_and_the_bad_ones_told(corpus_folder: Path, tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "Two Pages.pdf", ["One page of words.", ""])
    long = write_pdf(tmp_path / "long.pdf", ["a", "b", "c"])
    empty = file_of(tmp_path, "empty.txt", "")
    rows, failed, told = add(
        corpus_folder, [pdf, long, empty, file_of(tmp_path, "good.md", "# A Good [Title]\n\nText.\n")]
    )
    assert rows[1:] == [
        ["Two", "Pages.pdf", "two-pages", "2", "20", "2", "pending"],
        ["long.pdf", "failed"],
        ["empty.txt", "failed"],
        ["good.md", "good", "24", "pending"],
    ]
    assert failed == 2
    assert f"Error: {long}: " in told
    assert f"Error: {empty}: holds no text." in told
    library = read_library(corpus_folder)
    assert sorted(library.pending) == ["good", "two-pages"]
    assert library.pending["good"].title == "A Good [Title]"
    assert library.pending["two-pages"].title == "Two Pages"


def test_a_name_with_brackets_is_shown_as_it_is(corpus_folder: Path, tmp_path: Path) -> None:
    rows, failed, _ = add(corpus_folder, [file_of(tmp_path, "[bold]a.txt"), file_of(tmp_path, "[bold]b.txt", "")])
    assert [row[0] for row in rows[1:]] == ["[bold]a.txt", "[bold]b.txt"]
    assert failed == 1


def test_an_unknown_kind_of_evidence_is_refused_before_anything_is_added(corpus_folder: Path, tmp_path: Path) -> None:
    details = OriginalDetails("", "", "", None, "rumour", None)
    with pytest.raises(ExtractionError, match="unknown kind 'rumour'; known: systematic-review, rct"):
        add(corpus_folder, [file_of(tmp_path, "a.txt")], details)
    assert not (corpus_folder / "originals").exists()


@pytest.mark.parametrize("id", ["../evil", "/tmp/evil", ".hidden", "a/b", "A B"])
def test_an_id_that_would_lead_elsewhere_is_refused(corpus_folder: Path, tmp_path: Path, id: str) -> None:
    details = OriginalDetails(id, "", "", None, "document", None)
    with pytest.raises(
        ExtractionError, match=r"cannot be used: small letters, digits, - and _ only. Try --id [a-z-]+$"
    ):
        add(corpus_folder, [file_of(tmp_path, "a.txt")], details)
    assert not (corpus_folder / "originals").exists()


@pytest.mark.parametrize(
    ("name", "id"),
    [("A Report (2nd), v1.0", "a-report-2nd-v1-0"), ("__x__", "__x__"), ("Ünïcode", "n-code"), ("!!!", "document")],
)
def test_a_name_becomes_an_id(name: str, id: str) -> None:
    assert slug(name) == id


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "Intro\n\n# The Title \n\n# Another\n", "The Title"),
        ("a_b-c.md", "## Too deep\n#\n# \n", "a b c"),
        ("a_b-c.txt", "# Not Markdown\n", "a b c"),
    ],
)
def test_the_title_of_a_file(tmp_path: Path, name: str, text: str, title: str) -> None:
    assert first_heading(file_of(tmp_path, name, text)) == title


def test_a_markdown_file_that_is_no_text_is_titled_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "raw.md"
    path.write_bytes(b"# \xff\n")
    assert first_heading(path) == "raw"


def test_every_document_is_listed_with_its_state(corpus_folder: Path) -> None:
    write_brief(corpus_folder, "new", "## Is it new?\n\nIt is new. [@survey-2020]\n", title="A new one")
    write_brief(corpus_folder, "sleep", "## Is it changed?\n\nIt is changed. [@survey-2020]\n")
    withdraw(corpus_folder, "pain", by="Ada Tester", why="outdated", on=date(2026, 2, 1))
    library = read_library(corpus_folder)
    rows = {row["id"]: row for row in listing(library)}
    assert {name: row["state"] for name, row in rows.items()} == {
        "heart": "approved",
        "liver": "approved",
        "new": "pending",
        "pain": "withdrawn",
        "sleep": "changed",
        "withdrawal": "approved",
    }
    assert rows["new"] == {
        "id": "new",
        "state": "pending",
        "topic": "effects",
        "title": "A new one",
        "as_of": "2026-01-01",
        "review_by": "2027-01-01",
        "by": None,
        "document_sha256": library.pending["new"].document_sha256,
        "text_sha256": library.pending["new"].text_sha256,
    }
    assert rows["liver"]["by"] == "Ada Tester"


def test_reading_grades_are_told_by_tenths() -> None:
    grades = tuple(float(grade) for grade in range(1, 10))
    first, second = grade_lines(CorpusReport((), (), 9, 90, grades))
    assert first.endswith("median 5.0, highest 9.0")
    assert second == "tenths: " + ", ".join(f"{10 * place}%: {place:.1f}" for place in range(1, 10))
    assert grade_lines(CorpusReport((), (), 1, 9, (3.0,))) == []
