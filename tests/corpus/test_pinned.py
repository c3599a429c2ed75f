"""Words are read from the files as they are now, and refused once these are not the approved ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.document import sha256
from corpus.errors import VettingError
from corpus.library import approve, read_library, withdraw
from corpus.original import OriginalDetails, add_original
from corpus.pinned import PinnedReader

TODAY = date(2026, 5, 6)


@pytest.fixture
def reader(corpus_folder: Path) -> PinnedReader:
    """A reader of the small corpus and of one approved original."""
    file = corpus_folder / "sent.txt"
    file.write_bytes("Der Hase läuft. 😀 So it is.".encode())
    add_original(corpus_folder / "originals", file, OriginalDetails("notice", "N", "Agency", None, "regulator", None))
    approve(corpus_folder, ["notice"], by="Bob", on=TODAY)
    return PinnedReader(corpus_folder)


def test_words_are_those_of_the_file(reader: PinnedReader, corpus_folder: Path) -> None:
    document = read_library(corpus_folder).approved["liver"]
    block = document.blocks[1]
    assert reader.words("liver", block.start, block.end) == "Most of the 11 patients got better after they stopped."
    assert reader.words("notice", 16, 27) == "😀 So it is."


def test_a_changed_byte_is_refused_while_running(reader: PinnedReader, corpus_folder: Path) -> None:
    assert reader.words("liver", 0, 3) == "---"
    path = corpus_folder / "documents" / "liver.md"
    old = sha256(path.read_bytes())
    path.write_bytes(path.read_bytes().replace(b"better", b"bitter"))
    new = sha256(path.read_bytes())
    with pytest.raises(VettingError, match=rf"liver: its file changed after approval \(approved {old}, found {new}\)"):
        reader.words("liver", 0, 3)
    path.write_bytes(path.read_bytes().replace(b"bitter", b"better"))
    assert reader.words("liver", 0, 3) == "---"


@pytest.mark.parametrize(("file", "what"), [("original.txt", "file"), ("text.txt", "text"), ("layout.json", "layout")])
def test_each_file_of_an_original_is_checked(reader: PinnedReader, corpus_folder: Path, file: str, what: str) -> None:
    assert reader.words("notice", 0, 3) == "Der"
    path = corpus_folder / "originals" / "notice" / file
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(VettingError, match=f"notice: its {what} changed after approval"):
        reader.words("notice", 0, 3)


@pytest.mark.parametrize("file", ["original.txt", "text.txt", "layout.json"])
def test_a_deleted_file_of_an_original_is_refused(reader: PinnedReader, corpus_folder: Path, file: str) -> None:
    assert reader.words("notice", 0, 3) == "Der"
    (corpus_folder / "originals" / "notice" / file).unlink()
    with pytest.raises(VettingError, match=r"notice: can no longer be read \(.*Restore the file"):
        reader.words("notice", 0, 3)


def test_a_deleted_brief_is_refused(reader: PinnedReader, corpus_folder: Path) -> None:
    assert reader.words("liver", 0, 3) == "---"
    (corpus_folder / "documents" / "liver.md").unlink()
    with pytest.raises(VettingError, match=r"liver: can no longer be read \(.*liver\.md"):
        reader.words("liver", 0, 3)


def test_a_withdrawal_holds_at_once(reader: PinnedReader, corpus_folder: Path) -> None:
    assert reader.words("liver", 0, 3) == "---"
    withdraw(corpus_folder, "liver", by="Bob", why="retracted", on=TODAY)
    with pytest.raises(VettingError, match="liver: withdrawn on 2026-05-06: retracted"):
        reader.words("liver", 0, 3)
    assert reader.words("heart", 0, 3) == "---"


def test_a_document_without_a_record_is_refused(reader: PinnedReader) -> None:
    with pytest.raises(VettingError, match=r"kidney: has no approval record\. Approve it, or rebuild the index"):
        reader.words("kidney", 0, 3)


def test_without_readable_records_nothing_is_quoted(reader: PinnedReader, corpus_folder: Path) -> None:
    records = corpus_folder / "vetting.toml"
    records.write_text("[[approval]", encoding="utf-8")
    with pytest.raises(VettingError, match=r"vetting\.toml: cannot be read"):
        reader.words("liver", 0, 3)
    records.unlink()
    with pytest.raises(VettingError, match=r"liver: can no longer be read \(.*vetting\.toml"):
        reader.words("liver", 0, 3)
