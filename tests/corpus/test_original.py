"""Originals: the text is taken out once; pages, sections and paragraphs are spans of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.document import Document, sha256
from corpus.errors import ExtractionError
from corpus.original import OriginalDetails, add_original, layout_sha256, read_original
from corpus.passages import passages
from tests.corpus.pdf_files import write_labelled_pdf, write_pdf

DETAILS = OriginalDetails("notice", "A notice", "The Agency", "https://agency.example/n", "regulator", 2024)


def added(folder: Path, name: str, data: bytes) -> Document:
    """Add a file with these bytes and read the document back."""
    file = folder / name
    file.write_bytes(data)
    add_original(folder / "originals", file, DETAILS)
    return read_original(folder / "originals" / "notice")[0]


def blocks(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def test_a_text_is_kept_byte_for_byte(tmp_path: Path) -> None:
    data = "First 2*3*4.\n \nSecond 😀\nruns on.  \n\n\nThird.".encode()
    document = added(tmp_path, "a.TXT", data)
    stored = tmp_path / "originals" / "notice"
    assert (stored / "original.txt").read_bytes() == (stored / "text.txt").read_bytes() == data
    assert blocks(document) == ["First 2*3*4.", "Second 😀\nruns on.", "Third."]
    assert document.document_sha256 == document.text_sha256 == sha256(data)


def test_windows_line_ends_separate_paragraphs_too(tmp_path: Path) -> None:
    document = added(tmp_path, "a.txt", b"Heading\r\n\r\nOne\r\ntwo.\r\n \r\nThree.\r\n")
    assert blocks(document) == ["Heading", "One\r\ntwo.", "Three."]


def test_the_details_are_kept(tmp_path: Path) -> None:
    added(tmp_path, "a.txt", b"Words.")
    document, source = read_original(tmp_path / "originals" / "notice")
    assert (document.id, document.title, document.kind) == ("notice", "A notice", "text")
    assert (document.topic, document.summary, str(document.as_of)) == ("regulator", "The Agency", "2024-01-01")
    assert (source.key, source.label, source.link) == ("notice", "The Agency 2024", "https://agency.example/n")
    layout = json.loads((tmp_path / "originals" / "notice" / "layout.json").read_text(encoding="utf-8"))
    assert (layout["file_name"], layout["extractor"]) == ("a.txt", "as-is")


def test_markdown_headings_become_sections_and_are_not_quoted(tmp_path: Path) -> None:
    text = "Before.\n\n# One *big*\n\nFirst.\n\nTwo\n---\n\nSecond.\n\n```\n# code\n```\n"
    document = added(tmp_path, "a.md", text.encode())
    assert document.text == text
    assert blocks(document) == ["Before.", "First.", "Second.", "```\n# code\n```"]
    assert [section.heading for section in document.sections] == ["One *big*", "Two"]
    assert [document.section_at(block.start) for block in document.blocks] == ["", "One *big*", "Two", "Two"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_markdown_of_any_line_end_is_cut_in_the_right_places(tmp_path: Path, end: str) -> None:
    document = added(tmp_path, "a.markdown", f"# One{end}{end}First.{end}{end}# Two{end}{end}Second.".encode())
    assert blocks(document) == ["First.", "Second."]
    assert [document.section_at(block.start) for block in document.blocks] == ["One", "Two"]


def test_the_pages_of_a_pdf_are_spans_of_its_text(tmp_path: Path) -> None:
    file = write_labelled_pdf(tmp_path / "book.pdf", ["A preface.", "Page one.", "Page two."], roman=1)
    result = add_original(tmp_path / "originals", file, DETAILS)
    document, _ = read_original(tmp_path / "originals" / "notice")
    assert document.text == "A preface.\n\nPage one.\n\nPage two."
    assert [document.text[start:][:6] for start in document.page_starts] == ["A pref", "Page o", "Page t"]
    assert [document.page_at(block.start) for block in document.blocks] == [(1, "i"), (2, "1"), (3, "2")]
    assert (result.pages, result.characters, result.empty_pages) == (3, 32, ())


def test_a_sentence_that_runs_over_the_end_of_a_page_stays_whole(tmp_path: Path) -> None:
    file = write_pdf(tmp_path / "a.pdf", ["The first ends. Most of the men", "slept well. The end."])
    add_original(tmp_path / "originals", file, DETAILS)
    document, _ = read_original(tmp_path / "originals" / "notice")
    (passage,) = passages(document)
    sentences = [document.text[start:end] for start, end in passage.sentences]
    assert sentences == ["The first ends.", "Most of the men\nslept well.", "The end."]
    assert [document.page_at(start) for start, _ in passage.sentences] == [(1, "1"), (1, "1"), (2, "2")]


def test_an_empty_first_page_moves_no_page_number(tmp_path: Path) -> None:
    file = write_pdf(tmp_path / "a.pdf", ["", "Words.", "", "More."])
    result = add_original(tmp_path / "originals", file, DETAILS)
    document, _ = read_original(tmp_path / "originals" / "notice")
    assert result.empty_pages == (1, 3)
    assert [document.page_at(block.start) for block in document.blocks] == [(2, "2"), (4, "4")]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.docx", b"PK", r"a\.docx: only \.pdf, \.txt, \.md, \.markdown files can be added"),
        ("a.txt", b"abc\xff", r"a\.txt: byte 3 is not UTF-8\. Save the file as UTF-8"),
        ("a.txt", b"a\0b", r"a\.txt: holds NUL characters: a binary file, not a text"),
        ("a.md", b" \n\t\n", r"a\.md: holds no text\. Fetch it again"),
        ("a.txt", b"", r"a\.txt: holds no text"),
        ("a.txt", b"a" * (20 * 1024**2 + 1), r"a\.txt: 20,971,521 bytes; the limit is 20,971,520\. Split the file"),
        ("a.pdf", b"text", r"a\.pdf: is damaged or not a PDF"),
    ],
)
def test_a_file_that_cannot_be_used_leaves_nothing_behind(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(ExtractionError, match=message):
        added(tmp_path, name, data)
    assert not (tmp_path / "originals").exists()


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match=r"gone\.txt: cannot be opened"):
        add_original(tmp_path / "originals", tmp_path / "gone.txt", DETAILS)


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    added(tmp_path, "a.txt", b"Words.")
    before = layout_sha256(tmp_path / "originals" / "notice")
    with pytest.raises(ExtractionError, match=r"the id 'notice' is taken\. Choose another with --id"):
        added(tmp_path, "b.txt", b"Other words.")
    assert layout_sha256(tmp_path / "originals" / "notice") == before
    assert [path.name for path in (tmp_path / "originals").iterdir()] == ["notice"]


@pytest.mark.parametrize(
    ("file", "data", "error"),
    [
        ("layout.json", b"{", "JSONDecodeError"),
        ("layout.json", b"[]", "TypeError"),
        ("layout.json", b"{}", "FileNotFoundError|KeyError"),
        ("text.txt", b"\xff", "UnicodeDecodeError"),
        ("text.txt", None, "FileNotFoundError"),
        ("original.txt", None, "FileNotFoundError"),
        ("layout.json", None, "FileNotFoundError"),
    ],
)
def test_a_broken_folder_is_named(tmp_path: Path, file: str, data: bytes | None, error: str) -> None:
    added(tmp_path, "a.txt", b"Words.")
    path = tmp_path / "originals" / "notice" / file
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)
    with pytest.raises(ExtractionError, match=rf"notice: cannot be read \(({error}).*Add the file again"):
        read_original(tmp_path / "originals" / "notice")
