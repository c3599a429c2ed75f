"""Approval records: written and read without loss, and what each refuses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.document import Document, sha256
from corpus.errors import VettingError
from corpus.vetting import Approval, read_approvals, write_approvals

DOCUMENT = Document("liver", "Liver", "pdf", "The words.", "file-hash")
RECORD = Approval(
    document="liver",
    status="approved",
    by="Ada „Tester“ O'Neil",
    on=date(2026, 1, 2),
    document_sha256="file-hash",
    text_sha256=sha256("The words."),
    layout_sha256="layout-hash",
    statement='Read "in full"\nand compared.',
    review_by=date(2027, 1, 1),
)
GONE = Approval("heart", "withdrawn", "Bob", date(2026, 3, 4), "a", "b", why="retracted by its journal")


def test_records_survive_writing_and_reading(tmp_path: Path) -> None:
    path = tmp_path / "vetting.toml"
    write_approvals(path, {"liver": RECORD, "heart": GONE})
    assert read_approvals(path) == {"heart": GONE, "liver": RECORD}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["vetting.toml"]


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    write_approvals(one, {"liver": RECORD, "heart": GONE})
    write_approvals(two, {"heart": GONE, "liver": RECORD})
    assert one.read_bytes() == two.read_bytes()
    assert one.read_text(encoding="utf-8").startswith(
        "# Approval records, written by `kratom-assistant corpus approve`"
    )


def test_an_absent_file_approves_nothing(tmp_path: Path) -> None:
    assert read_approvals(tmp_path / "vetting.toml") == {}


def test_an_approval_lets_its_document_be_quoted() -> None:
    assert RECORD.refusal(DOCUMENT, "layout-hash") is None


@pytest.mark.parametrize(
    ("document", "layout", "what", "old", "new"),
    [
        (Document("liver", "L", "pdf", "The words.", "other"), "layout-hash", "file", "file-hash", "other"),
        (
            Document("liver", "L", "pdf", "The word.", "file-hash"),
            "layout-hash",
            "text",
            sha256("The words."),
            sha256("The word."),
        ),
        (DOCUMENT, "other", "layout", "layout-hash", "other"),
    ],
)
def test_a_change_is_refused_with_both_hashes(document: Document, layout: str, what: str, old: str, new: str) -> None:
    assert RECORD.refusal(document, layout) == (
        f"liver: its {what} changed after approval (approved {old}, found {new}). "
        "Restore it, or read it again and run: kratom-assistant corpus approve liver --by NAME"
    )


def test_a_withdrawn_document_is_refused_with_the_reason() -> None:
    document = Document("heart", "Heart", "brief", "b", "a")
    assert GONE.refusal(document) == "heart: withdrawn on 2026-03-04 by Bob: retracted by its journal"


_ROW = '[[approval]]\ndocument = "a"\nstatus = "approved"\nby = "x"\non = 2026-01-02\n'
_HASHES = 'document_sha256 = "1"\ntext_sha256 = "2"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[approval]", r"vetting\.toml: cannot be read \(.*Restore it from version control"),
        (b'by = "\xff"', r"vetting\.toml: cannot be read \("),
        (_ROW, r"vetting\.toml: cannot be read \(.*missing 2 required .*'document_sha256' and 'text_sha256'"),
        (_ROW + _HASHES + "sure = true\n", r"vetting\.toml: cannot be read \(.*'sure'"),
        ("approval = 3", r"vetting\.toml: cannot be read \("),
        ((_ROW + _HASHES) * 2, r"vetting\.toml: a document has two records\. Keep the later one"),
        # A slip of the pen must not approve anything.
        (_ROW.replace('"approved"', '"Withdrawn"') + _HASHES, r"vetting\.toml: .* unknown status 'Withdrawn'"),
        (_ROW.replace('"approved"', '"pending"') + _HASHES, r"vetting\.toml: .* unknown status 'pending'"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    path = tmp_path / "vetting.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(VettingError, match=message):
        read_approvals(path)
