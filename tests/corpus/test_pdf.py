"""Real PDF files, well and badly made: the text of each page with its label, or a clear refusal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pypdf import PdfWriter

from corpus import pdf
from corpus.errors import ExtractionError
from corpus.pdf import extractor_name, read_pdf
from tests.corpus.pdf_files import write_bomb, write_encrypted_pdf, write_labelled_pdf, write_pdf

PAGES = ["A preface.", "The second page of it.", "Chapter one begins here.", "Chapter one ends here."]


def test_each_page_has_its_text_and_its_printed_label(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write_labelled_pdf(tmp_path / "book.pdf", PAGES, roman=2)
    found = read_pdf(path, progress=lambda done, of: told.append((done, of)))
    assert [page.strip() for page in found.pages] == PAGES
    assert found.labels == ("i", "ii", "1", "2")
    assert (found.empty_pages, found.suspicious_characters) == ((), 0)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_pages_without_labels_are_numbered(tmp_path: Path) -> None:
    assert read_pdf(write_pdf(tmp_path / "plain.pdf", PAGES)).labels == ("1", "2", "3", "4")


def test_pages_without_text_are_counted(tmp_path: Path) -> None:
    found = read_pdf(write_pdf(tmp_path / "gaps.pdf", ["Words.", "", "More words.", ""]))
    assert found.empty_pages == (2, 4)


def test_a_relative_path_is_that_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pdf(tmp_path / "here.pdf", ["Words."])
    monkeypatch.chdir(tmp_path)
    assert read_pdf(Path("here.pdf")).pages[0].strip() == "Words."


def test_a_file_that_only_restricts_its_use_is_read(tmp_path: Path) -> None:
    path = write_encrypted_pdf(tmp_path / "restricted.pdf", ["Words."], password="")
    assert read_pdf(path).pages[0].strip() == "Words."


def test_a_file_with_a_password_is_refused(tmp_path: Path) -> None:
    path = write_encrypted_pdf(tmp_path / "secret.pdf", ["Words."], password="open sesame")
    with pytest.raises(ExtractionError, match=r"secret\.pdf: is encrypted with a password\. Save an unprotected copy"):
        read_pdf(path)


def test_a_scan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ExtractionError, match=r"scan\.pdf: no text on any of its 2 pages: a scan\. Run text recognition"
    ):
        read_pdf(write_pdf(tmp_path / "scan.pdf", ["", ""]))


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "long.pdf", PAGES)
    with pytest.raises(ExtractionError, match=r"long\.pdf: has 4 pages; the limit is 3\. .* pass --max-pages 4"):
        read_pdf(path, max_pages=3)
    assert len(read_pdf(path, max_pages=4).pages) == 4


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "cut.pdf", PAGES)
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(ExtractionError, match=r"cut\.pdf: is damaged or not a PDF \(.*Fetch the file again"):
        read_pdf(path)


@pytest.mark.parametrize("data", [b"<html>Not found</html>", b"\0" * 2000, b"%PDF-1.7\n"])
def test_a_file_that_is_no_pdf_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(data)
    with pytest.raises(ExtractionError, match=r"page\.pdf: is damaged or not a PDF"):
        read_pdf(path)


def test_a_file_without_pages_is_refused(tmp_path: Path) -> None:
    PdfWriter().write(tmp_path / "none.pdf")
    with pytest.raises(ExtractionError, match=r"none\.pdf: has no pages\. Fetch the file again"):
        read_pdf(tmp_path / "none.pdf")


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = write_bomb(tmp_path / "bomb.pdf", megabytes=80)
    assert path.stat().st_size < 200_000
    with pytest.raises(
        ExtractionError, match=r"bomb\.pdf: breaks a safety limit of the PDF reader \(.*Print the file to a"
    ):
        read_pdf(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    with pytest.raises(ExtractionError, match=r"empty\.pdf: the file is empty \(0 bytes\)\. Fetch it again"):
        read_pdf(tmp_path / "empty.pdf")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(pdf.MAX_FILE_BYTES + 1)
    with pytest.raises(
        ExtractionError, match=r"huge\.pdf: 209,715,201 bytes; the limit is 209,715,200\. Split the file"
    ):
        read_pdf(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match=r"gone\.pdf: cannot be opened"):
        read_pdf(tmp_path / "gone.pdf")


@pytest.mark.parametrize(
    "reader",
    [
        "exec sleep 60",
        """echo '{"pages": 2}'; exec sleep 60""",
        """printf '{"pages": 1}\\n{"page": 1, "label": "1", "te'""",
        """echo '{"pages": 1}'; exit 1""",
        "exit 0",
    ],
)
def test_a_reader_that_hangs_or_dies_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str) -> None:
    program = tmp_path / "reader"
    program.write_text(f"#!/bin/sh\n{reader}\n", encoding="utf-8")
    program.chmod(0o755)
    path = write_pdf(tmp_path / "hard.pdf", ["Words."])
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(pdf, "START_SECONDS", 0.3)
    monkeypatch.setattr(pdf, "SECONDS_PER_PAGE", 0.05)
    with pytest.raises(ExtractionError, match=r"hard\.pdf: reading took too long, too much memory, or crashed"):
        read_pdf(path)


def test_the_extractor_names_its_version() -> None:
    assert extractor_name().startswith("pypdf-7.")
