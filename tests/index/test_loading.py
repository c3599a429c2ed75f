"""An index is loaded only when it is whole and is the one that the corpus and the settings ask for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.library import Library, approve, read_library, withdraw
from index.building import rebuild
from index.errors import IndexMismatch, IndexMissing
from index.passage_index import PassageIndex
from index.ranking import Ranking
from index.storage import Layout, current_layout
from tests.keyword_encoder import KeywordEncoder
from tests.small_corpus import APPROVED_ON, LIVER, SLEEP, write_brief

FINGERPRINT = KeywordEncoder().fingerprint
FILES = (
    "dense.faiss",
    "expansions.npz",
    "lexical/data.csc.index.npy",
    "lexical/indices.csc.index.npy",
    "lexical/indptr.csc.index.npy",
    "lexical/params.index.json",
    "lexical/vocab.index.json",
    "passages.json",
    "sentences.npz",
    "tokens.npz",
    "wordings.npz",
)


@pytest.fixture
def layout(index_folder: Path) -> Layout:
    """The files of the current generation."""
    return current_layout(index_folder)


def edit_manifest(layout: Layout, **changes: Any) -> None:
    values = json.loads(layout.manifest.read_text(encoding="utf-8"))
    layout.manifest.write_text(json.dumps(values | changes), encoding="utf-8")


def edit_passages(layout: Layout, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the passages as a forger would: with the right hash in the manifest."""
    rows = json.loads(layout.passages.read_text(encoding="utf-8"))
    change(rows)
    layout.passages.write_text(json.dumps(rows), encoding="utf-8")
    edit_manifest(layout, files=layout.file_hashes())


def refused(folder: Path, library: Library, message: str) -> None:
    """Loading is refused with this message, and the command that it names mends the index."""
    with pytest.raises(IndexMismatch, match=message) as refusal:
        PassageIndex.load(folder, library, FINGERPRINT)
    command = str(refusal.value).rpartition("Run: kratom-assistant rebuild")[2]
    assert command in ("", " --force")
    rebuild(library, folder, KeywordEncoder(), force=command == " --force")
    assert len(PassageIndex.load(folder, library, FINGERPRINT).passages) == sum(
        len(document.blocks) for document in library.approved.values()
    )


def test_the_list_of_files_is_complete(layout: Layout) -> None:
    assert tuple(layout.file_hashes()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_one_changed_bit_is_refused(index_folder: Path, library: Library, layout: Layout, name: str) -> None:
    data = bytearray((layout.folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (layout.folder / name).write_bytes(data)
    refused(index_folder, library, rf"{name}: the file is changed\.")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(index_folder: Path, library: Library, layout: Layout, name: str) -> None:
    (layout.folder / name).unlink()
    refused(index_folder, library, rf"{name}: the file is missing\.")


@pytest.mark.parametrize("name", ["dense.faiss", "expansions.npz", "lexical/data.csc.index.npy", "passages.json"])
def test_an_additional_byte_is_refused(index_folder: Path, library: Library, layout: Layout, name: str) -> None:
    with (layout.folder / name).open("ab") as file:
        file.write(b" ")
    refused(index_folder, library, rf"{name}: the file is changed\.")


def test_an_additional_file_is_refused(index_folder: Path, library: Library, layout: Layout) -> None:
    (layout.folder / "note.txt").touch()
    refused(index_folder, library, r"note\.txt: the file is not expected\.")


def test_a_missing_manifest_is_refused(index_folder: Path, library: Library, layout: Layout) -> None:
    layout.manifest.unlink()
    refused(index_folder, library, "the current generation .* is gone")


def test_another_format_is_refused(index_folder: Path, library: Library, layout: Layout) -> None:
    edit_manifest(layout, format=99)
    refused(index_folder, library, "the index has format 99, this program needs 1")


def test_a_damaged_pointer_is_refused(index_folder: Path, library: Library) -> None:
    (index_folder / "CURRENT").write_bytes(b"\xff\xfe")
    refused(index_folder, library, "the current generation .* is gone")


def test_an_absent_index_is_never_an_empty_one(tmp_path: Path, library: Library) -> None:
    with pytest.raises(IndexMissing, match=r"nowhere: there is no index yet\. Run: kratom-assistant rebuild"):
        PassageIndex.load(tmp_path / "nowhere", library, FINGERPRINT)


def test_another_encoder_is_refused(index_folder: Path, library: Library) -> None:
    with pytest.raises(IndexMismatch, match=r"the ranking or the encoder changed\. Run: kratom-assistant rebuild$"):
        PassageIndex.load(index_folder, library, "another encoder")


def test_another_ranking_is_refused(
    index_folder: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ranking.json"
    weights = dict.fromkeys(("dense", "bm25", "late", "sentence", "coverage"), 1.0)
    path.write_text(json.dumps(Ranking("equal", weights, "by hand").describe()), encoding="utf-8")
    for module in ("passage_index", "building"):
        monkeypatch.setattr(f"index.{module}.RANKING_FILE", path)
    refused(
        index_folder,
        library,
        "the index is out of date: the bibliography, the disagreements, the ranking or the encoder changed",
    )


def test_a_changed_bibliography_is_refused(index_folder: Path, library: Library) -> None:
    path = library.folder / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("year = 2019", "year = 2018"), encoding="utf-8")
    refused(
        index_folder,
        read_library(library.folder),
        "out of date: the bibliography, the disagreements, the ranking or the encoder",
    )


def test_changed_documents_are_named(index_folder: Path, library: Library) -> None:
    write_brief(library.folder, "liver", LIVER.replace("11 patients", "12 patients"))
    write_brief(library.folder, "new", SLEEP)
    approve(library.folder, [], by="Bob", on=APPROVED_ON)
    withdraw(library.folder, "heart", by="Bob", why="retracted", on=APPROVED_ON)
    refused(
        index_folder,
        read_library(library.folder),
        r"the index is out of date: approved documents changed \(heart, liver, new\)\.",
    )


def test_of_many_changed_documents_five_are_named(index_folder: Path, library: Library) -> None:
    for number in range(7):
        write_brief(library.folder, f"new{number}", SLEEP)
    approve(library.folder, [], by="Bob", on=APPROVED_ON)
    refused(index_folder, read_library(library.folder), r"\(new0, new1, new2, new3, new4 and 2 more\)")


def test_another_version_of_an_engine_is_refused(
    index_folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = json.loads(current_layout(index_folder).manifest.read_text(encoding="utf-8"))["versions"]
    monkeypatch.setattr("index.storage.version", lambda name: "99" if name == "faiss-cpu" else built[name])
    refused(index_folder, library, rf"out of date: faiss-cpu {built['faiss-cpu']} is now 99\.")


@pytest.mark.parametrize("changes", [{"passages": 7}, {"dimension": 384}])
def test_parts_that_disagree_are_refused(
    index_folder: Path, library: Library, layout: Layout, changes: dict[str, int]
) -> None:
    edit_manifest(layout, **changes)
    refused(index_folder, library, "the parts of the index disagree")


def test_a_passage_too_few_is_refused(index_folder: Path, library: Library, layout: Layout) -> None:
    edit_passages(layout, lambda rows: rows.__delitem__(-1))
    refused(index_folder, library, r"the parts of the index disagree \(counts \[7, 8\]")


def test_a_moved_passage_is_refused(index_folder: Path, library: Library, layout: Layout) -> None:
    edit_passages(layout, lambda rows: rows[2].update(start=rows[2]["start"] + 1))
    refused(index_folder, library, r"the passage liver:\d+-\d+ has other words")


def test_a_passage_of_an_unknown_document_is_refused(index_folder: Path, library: Library, layout: Layout) -> None:
    edit_passages(layout, lambda rows: rows[0].update(document="ghost"))
    refused(index_folder, library, "the document 'ghost' is gone")


def test_a_file_that_faiss_cannot_read_is_refused(index_folder: Path, library: Library, layout: Layout) -> None:
    layout.dense.write_bytes(b"forged")
    edit_manifest(layout, files=layout.file_hashes())
    refused(index_folder, library, r"dense\.faiss: faiss cannot read it\.")
