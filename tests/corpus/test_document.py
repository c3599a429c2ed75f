"""The types that flow out of the corpus."""

from __future__ import annotations

import hashlib

import pytest

from corpus.document import EVIDENCE_KINDS, Document, Passage, Section, Source, sha256


def test_the_hash_of_a_text_is_that_of_its_utf8_bytes() -> None:
    assert sha256("Täglich") == sha256("Täglich".encode()) == hashlib.sha256(b"T\xc3\xa4glich").hexdigest()


@pytest.mark.parametrize(
    ("authors", "year", "label"),
    [
        ("Garcia A, Smith B, Jones C", 2020, "Garcia A et al. 2020"),
        ("Garcia A, Smith B", 2020, "Garcia A 2020"),
        ("FDA", None, "FDA"),
        ("A, B, C", None, "A et al."),
        ("", 2019, "The title 2019"),
    ],
)
def test_a_source_has_a_short_label(authors: str, year: int | None, label: str) -> None:
    assert Source("key", "The title", authors, year, "", "news").label == label


def test_a_source_links_to_its_doi_before_its_page() -> None:
    assert Source("k", "T", "", None, "", "rct", doi="10.1/x", url="https://a.org").link == "https://doi.org/10.1/x"
    assert Source("k", "T", "", None, "", "rct", url="https://a.org").link == "https://a.org"
    assert Source("k", "T", "", None, "", "rct").link is None


def test_every_evidence_kind_has_words_for_a_reader() -> None:
    assert all(words and words == words.strip() for words in EVIDENCE_KINDS.values())


def test_sections_and_pages_are_found_by_offset() -> None:
    document = Document(
        "d",
        "D",
        "pdf",
        "0123456789",
        "",
        sections=(Section("One", 2, 6), Section("Two", 6, 10)),
        page_starts=(0, 4, 4, 8),
        page_labels=("i", "ii", "1", "2"),
    )
    assert [document.section_at(offset) for offset in (0, 1, 2, 5, 6, 9)] == ["", "", "One", "One", "Two", "Two"]
    # Page 2 is empty: it starts where page 3 does.
    assert [document.page_at(offset) for offset in (0, 3, 4, 7, 8)] == [
        (1, "i"),
        (1, "i"),
        (3, "1"),
        (3, "1"),
        (4, "2"),
    ]


def test_a_document_without_pages_has_no_page() -> None:
    assert Document("d", "D", "text", "abc", "").page_at(1) is None


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 4)])
def test_a_passage_outside_its_document_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"passage {start}-{end} lies outside d \(3 characters\)"):
        Passage(Document("d", "D", "text", "abc", ""), start, end, ())


def test_a_passage_reads_its_words_from_the_document() -> None:
    passage = Passage(Document("d", "D", "text", "abc def", ""), 4, 7, ((4, 7),))
    assert (passage.text, passage.id, passage.section, passage.embedded_text) == ("def", "d:4-7", "", "D\ndef")
