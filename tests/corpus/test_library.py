"""A corpus folder: what is approved, what waits, what is refused, and problems that do not stop the others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.document import sha256
from corpus.errors import CorpusError, VettingError
from corpus.library import approve, document_paths, read_library, withdraw
from corpus.original import OriginalDetails, add_original
from tests.small_corpus import APPROVED_ON, LIVER, SLEEP, write_brief

TODAY = date(2026, 5, 6)


def add_text(folder: Path, name: str, text: str = "An agency speaks of kratom. Nobody answers.\n") -> None:
    file = folder / "sent.txt"
    file.write_text(text, encoding="utf-8")
    details = OriginalDetails(name, "A notice", "The Agency", "https://agency.example", "regulator", 2024)
    add_original(folder / "originals", file, details)


def test_the_small_corpus_is_approved_in_a_stable_order(corpus_folder: Path) -> None:
    library = read_library(corpus_folder)
    assert list(library.approved) == ["heart", "liver", "pain", "sleep", "withdrawal"]
    assert (library.pending, library.refused, library.problems, library.warnings) == ({}, (), (), ())
    assert library.approvals["liver"].by == "Ada Tester"
    assert library.approvals["liver"].on == APPROVED_ON
    assert library.approvals["liver"].review_by == date(2027, 1, 1)
    assert library.pins["liver"] == sha256((corpus_folder / "documents" / "liver.md").read_bytes())


def test_briefs_come_first_then_originals_each_by_name(corpus_folder: Path) -> None:
    add_text(corpus_folder, "b-notice")
    add_text(corpus_folder, "a-notice")
    (corpus_folder / "originals" / ".adding-x").mkdir()
    (corpus_folder / "originals" / "stray.txt").write_text("stray", encoding="utf-8")
    names = [path.name for path in document_paths(corpus_folder)]
    assert names == ["heart.md", "liver.md", "pain.md", "sleep.md", "withdrawal.md", "a-notice", "b-notice"]


def test_a_new_document_waits_until_it_is_approved(corpus_folder: Path) -> None:
    write_brief(corpus_folder, "sleepless", SLEEP)
    library = read_library(corpus_folder)
    assert list(library.pending) == ["sleepless"]
    assert library.warnings == (
        "sleepless: not approved. Read it, then run: kratom-assistant corpus approve sleepless --by NAME",
    )
    assert approve(corpus_folder, ["sleepless"], by="Bob", on=TODAY) == ["sleepless"]
    library = read_library(corpus_folder)
    assert list(library.documents) == ["heart", "liver", "pain", "sleep", "sleepless", "withdrawal"]
    assert list(library.approved) == list(library.documents)


def test_an_approved_original_is_a_source_of_its_own(corpus_folder: Path) -> None:
    add_text(corpus_folder, "notice")
    approve(corpus_folder, ["notice"], by="Bob", on=TODAY)
    library = read_library(corpus_folder)
    assert library.sources["notice"].label == "The Agency 2024"
    assert library.approved["notice"].blocks[0].keys == ("notice",)
    assert library.approvals["notice"].layout_sha256 == library.layouts["notice"] != ""


def test_a_changed_byte_is_refused_with_both_hashes(corpus_folder: Path) -> None:
    path = corpus_folder / "documents" / "liver.md"
    old = sha256(path.read_bytes())
    path.write_bytes(path.read_bytes().replace(b"11 patients", b"12 patients"))
    library = read_library(corpus_folder)
    assert "liver" not in library.approved
    assert library.warnings == (
        f"liver: its file changed after approval (approved {old}, found {sha256(path.read_bytes())}). "
        "Restore it, or read it again and run: kratom-assistant corpus approve liver --by NAME",
    )
    approve(corpus_folder, ["liver"], by="Bob", on=TODAY)
    assert "liver" in read_library(corpus_folder).approved


@pytest.mark.parametrize(("file", "what"), [("original.txt", "file"), ("text.txt", "text"), ("layout.json", "layout")])
def test_each_file_of_an_original_is_pinned(corpus_folder: Path, file: str, what: str) -> None:
    add_text(corpus_folder, "notice")
    approve(corpus_folder, ["notice"], by="Bob", on=TODAY)
    path = corpus_folder / "originals" / "notice" / file
    path.write_bytes(path.read_bytes().replace(b"notice", b"Notice").replace(b"speaks", b"SPEAKS"))
    (refusal,) = read_library(corpus_folder).refused
    assert refusal.startswith(f"notice: its {what} changed after approval (approved ")


def test_a_withdrawn_document_is_never_quoted_again(corpus_folder: Path) -> None:
    withdraw(corpus_folder, "liver", by="Bob", why="retracted", on=TODAY)
    library = read_library(corpus_folder)
    assert "liver" not in library.approved
    assert library.warnings == ("liver: withdrawn on 2026-05-06 by Bob: retracted",)
    assert library.approvals["liver"].document_sha256 == library.documents["liver"].document_sha256


def test_approving_everything_leaves_withdrawn_documents_alone(corpus_folder: Path) -> None:
    withdraw(corpus_folder, "liver", by="Bob", why="retracted", on=TODAY)
    write_brief(corpus_folder, "sleepless", SLEEP)
    assert approve(corpus_folder, [], by="Bob", on=TODAY) == ["sleepless"]
    assert read_library(corpus_folder).approvals["liver"].status == "withdrawn"
    assert approve(corpus_folder, ["liver"], by="Bob", on=TODAY) == ["liver"]
    assert "liver" in read_library(corpus_folder).approved


def test_only_an_approved_document_can_be_withdrawn(corpus_folder: Path) -> None:
    with pytest.raises(VettingError, match=r"kidney: has no approval to withdraw\. See: kratom-assistant corpus list"):
        withdraw(corpus_folder, "kidney", by="Bob", why="?", on=TODAY)


def test_an_unknown_document_cannot_be_approved(corpus_folder: Path) -> None:
    before = (corpus_folder / "vetting.toml").read_bytes()
    with pytest.raises(VettingError, match=r"kidney: no such document\. See: kratom-assistant corpus list"):
        approve(corpus_folder, ["liver", "kidney"], by="Bob", on=TODAY)
    assert (corpus_folder / "vetting.toml").read_bytes() == before


def test_a_document_that_cannot_be_read_cannot_be_approved(corpus_folder: Path) -> None:
    (corpus_folder / "documents" / "kidney.md").write_text("no front matter", encoding="utf-8")
    with pytest.raises(VettingError, match=r"kidney\.md:1: no front matter"):
        approve(corpus_folder, ["kidney"], by="Bob", on=TODAY)


def test_problems_do_not_stop_the_other_documents(corpus_folder: Path) -> None:
    documents = corpus_folder / "documents"
    (documents / "aaa.md").write_bytes(b"---\n\xff")
    (documents / "bbb.md").symlink_to(documents / "nowhere.md")
    (documents / "ccc.md").mkdir()
    (corpus_folder / "originals" / "broken").mkdir(parents=True)
    add_text(corpus_folder, "without-url")
    layout = corpus_folder / "originals" / "without-url" / "layout.json"
    layout.write_text(layout.read_text(encoding="utf-8").replace('"url"', '"web"'), encoding="utf-8")
    library = read_library(corpus_folder)
    assert list(library.approved) == ["heart", "liver", "pain", "sleep", "withdrawal"]
    assert [problem.split(": ")[0] for problem in library.problems] == [
        str(documents / "aaa.md"),
        str(documents / "bbb.md"),
        str(documents / "ccc.md"),
        str(corpus_folder / "originals" / "broken"),
        str(corpus_folder / "originals" / "without-url"),
    ]


def test_an_id_belongs_to_one_document(corpus_folder: Path) -> None:
    add_text(corpus_folder, "liver")
    library = read_library(corpus_folder)
    assert library.problems == (
        f"{corpus_folder / 'originals' / 'liver'}: the id 'liver' belongs to another document too. Rename one.",
    )
    assert library.approved["liver"].kind == "brief"


def test_a_corpus_without_records_has_everything_pending(tmp_path: Path) -> None:
    write_brief(tmp_path, "liver", LIVER)
    library = read_library(tmp_path)
    assert (list(library.approved), list(library.pending)) == ([], ["liver"])


def test_an_absent_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere: there is no such corpus folder\. Name one with --corpus DIR"):
        read_library(tmp_path / "nowhere")
