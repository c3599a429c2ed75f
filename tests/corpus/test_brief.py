"""A brief is read as it stands, and every breach of its format names the file, the line and the remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.brief import read_brief
from corpus.document import sha256
from corpus.errors import BriefError
from tests.small_corpus import LIVER, brief_text, write_brief

# The front matter of `brief_text` has eight lines and a blank one follows: the body begins on line 10.
BODY = "## Is it so?\n\nIt is so. [@key]\n"


def written(folder: Path, text: str | bytes, name: str = "liver") -> Path:
    path = folder / f"{name}.md"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_brief_becomes_a_document(tmp_path: Path) -> None:
    path = write_brief(tmp_path, "liver", LIVER)
    document = read_brief(path)
    assert (document.id, document.title, document.kind) == ("liver", "Kratom and liver", "brief")
    assert (document.topic, document.summary) == ("effects", "What is known of kratom and liver.")
    assert (document.as_of, document.review_by) == (date(2026, 1, 1), date(2027, 1, 1))
    assert document.document_sha256 == document.text_sha256 == sha256(path.read_bytes())


def test_the_text_is_the_file_and_offsets_slice_it(tmp_path: Path) -> None:
    path = write_brief(tmp_path, "liver", LIVER)
    document = read_brief(path)
    assert document.text == path.read_text(encoding="utf-8")
    assert [(document.text[block.start : block.end], block.keys) for block in document.blocks] == [
        (
            "Kratom hurt the liver of 11 patients. Jaundice came after about three weeks of daily use.",
            ("cases-2019", "survey-2020"),
        ),
        ("Most of the 11 patients got better after they stopped.", ("cases-2019",)),
    ]


def test_sections_reach_from_heading_to_heading(tmp_path: Path) -> None:
    body = "## One?\n\nFirst. [@a]\n\n## Two?\n\nSecond. [@b]\n"
    document = read_brief(write_brief(tmp_path, "liver", body))
    assert [(section.heading, document.text[section.start : section.end]) for section in document.sections] == [
        ("One?", "## One?\n\nFirst. [@a]\n\n"),
        ("Two?", "## Two?\n\nSecond. [@b]\n"),
    ]
    assert [document.section_at(block.start) for block in document.blocks] == ["One?", "Two?"]


@pytest.mark.parametrize(
    ("line", "words", "keys"),
    [
        ("Plain. [@a]", "Plain.", ("a",)),
        ("Several. [@a] [@b-1.2:c]", "Several.", ("a", "b-1.2:c")),
        ("Joined. [@a; @b]", "Joined.", ("a", "b")),
        ("Twice the same. [@a][@a]", "Twice the same.", ("a",)),
        ("  Spaces.   [@a]  ", "Spaces.", ("a",)),
        ("Nothing cited.", "Nothing cited.", ()),
        ("Grün ‘2*3*4’ <b> 😀. [@a]", "Grün ‘2*3*4’ <b> 😀.", ("a",)),
    ],
)
def test_a_paragraph_ends_before_its_citations(tmp_path: Path, line: str, words: str, keys: tuple[str, ...]) -> None:
    document = read_brief(write_brief(tmp_path, "liver", f"## Is it so?\n\n{line}\n"))
    (block,) = document.blocks
    assert (document.text[block.start : block.end], block.keys) == (words, keys)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"liver\.md:1: no front matter\. Open the file with a line ---"),
        ("# Title\n\nWords.\n", r"liver\.md:1: no front matter"),
        ("---\nid: liver\n", r"liver\.md:1: no front matter\. .* a closing line ---"),
        ("---\n---\n", r"liver\.md:2: the front matter has no fields; needed: id, title"),
        ("---\n- id\n---\n", r"liver\.md:2: the front matter has no fields"),
        ("---\nid: liver\ntitle: [a\n---\n", r"liver\.md:4: the front matter is not YAML"),
        ("---\nid: liver\ntitle: \x07\n---\n", r"liver\.md:1: the front matter is not YAML"),
        (
            brief_text("liver", BODY, title='""'),
            r"liver\.md:2: the front matter field 'title' is missing or not a text",
        ),
        (brief_text("liver", BODY, title="7"), r"liver\.md:2: the front matter field 'title' is missing or not a text"),
        (brief_text("liver", BODY, as_of="soon"), r"liver\.md:2: .* 'as_of' .* not a date such as 2026-07-01"),
        (brief_text("liver", BODY, as_of="2026-01-01 10:00:00"), r"liver\.md:2: .* 'as_of' .* not a date"),
        (brief_text("liver", BODY, as_of="2026-13-01"), r"liver\.md:1: the front matter is not YAML \(month must be"),
        (brief_text("liver", BODY, author="me"), r"liver\.md:2: unknown front matter fields author\."),
        (
            brief_text("heart", BODY),
            r"liver\.md:2: the id is 'heart' but the file is named liver\.md\. Make them equal",
        ),
        (brief_text("liver", ""), r"liver\.md: has no paragraphs\. Write at least one under a ## heading"),
        (brief_text("liver", "Words. [@a]\n"), r"liver\.md:10: a paragraph stands before the first ## heading"),
        (brief_text("liver", "# One\n"), r"liver\.md:10: only ## headings are known here"),
        (brief_text("liver", "## Is it?\n\n### Deep\n"), r"liver\.md:12: only ## headings are known here"),
        (
            brief_text("liver", "## Is it?\n\nIt [@a] is.\n"),
            r"liver\.md:12: a citation stands inside the paragraph\. Move it to the end",
        ),
        (
            brief_text("liver", "## Is it?\n\nIt is. [@a\n"),
            r"liver\.md:12: a citation stands inside the paragraph",
        ),
        (
            brief_text("liver", "## Is it?\n\nIt is.\n\n[@a]\n"),
            r"liver\.md:14: citations without a paragraph\. Keep a paragraph and its citations on one line",
        ),
        (
            brief_text("liver", BODY).replace("\n", "\r\n"),
            r"liver\.md: has Windows line ends\. Save the file with Unix",
        ),
        (
            "\ufeff" + brief_text("liver", BODY),
            r"liver\.md: begins with a byte order mark\. Save the file as UTF-8 without",
        ),
        (b"---\nid: \xff\n---\n", r"liver\.md: byte 8 is not UTF-8\. Save the file as UTF-8"),
    ],
)
def test_each_breach_of_the_format_is_named(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(BriefError, match=message):
        read_brief(written(tmp_path, text))


def test_a_field_that_is_missing_is_named(tmp_path: Path) -> None:
    text = brief_text("liver", BODY).replace("review_by: 2027-01-01\n", "")
    with pytest.raises(BriefError, match="'review_by' is missing"):
        read_brief(written(tmp_path, text))


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "liver.md").symlink_to(tmp_path / "nowhere.md")
    with pytest.raises(BriefError, match=r"liver\.md: cannot be opened"):
        read_brief(tmp_path / "liver.md")
