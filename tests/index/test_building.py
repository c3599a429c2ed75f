"""Rebuilding: only what changed is encoded, the same corpus gives the same bytes, and a failure loses nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from corpus.library import Library, approve, read_library, withdraw
from corpus.passages import passages
from index.building import rebuild
from index.errors import EncoderError, IndexMismatch, IndexRoomError
from index.passage_index import PassageIndex
from index.storage import current_layout, read_manifest
from tests.index.limits import file_size_limit
from tests.keyword_encoder import KeywordEncoder
from tests.small_corpus import APPROVED_ON, HEART, LIVER, expand, write_brief


@dataclass
class Told:
    """A progress that remembers what it is told."""

    waited: int = 0
    begun: list[tuple[int, int, int]] = field(default_factory=list)
    advanced: int = 0
    wordings: list[int] = field(default_factory=list)
    advanced_wordings: int = 0

    def waiting(self) -> None:
        self.waited += 1

    def begin(self, documents: int, passages: int, reused: int) -> None:
        self.begun.append((documents, passages, reused))

    def advance(self, passages: int) -> None:
        self.advanced += passages

    def begin_wordings(self, wordings: int) -> None:
        self.wordings.append(wordings)

    def advance_wordings(self, wordings: int) -> None:
        self.advanced_wordings += wordings


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "generations").iterdir())


def change(folder: Path, name: str, body: str, **fields: str) -> Library:
    """Write a brief, approve it and read the corpus again."""
    write_brief(folder, name, body, **fields)
    approve(folder, [name], by="Bob", on=APPROVED_ON)
    return read_library(folder)


def winner(folder: Path, library: Library, question: str) -> str:
    index = PassageIndex.load(folder, library, KeywordEncoder().fingerprint)
    return index.search(index.query(question, KeywordEncoder()))[0].passage.text


def test_the_first_build_encodes_every_passage_and_sentence(tmp_path: Path, library: Library) -> None:
    encoder, told = KeywordEncoder(), Told()
    report = rebuild(library, tmp_path / "index", encoder, progress=told)
    assert (report.documents, report.passages, report.encoded, report.reused, report.changed) == (5, 8, 8, 0, True)
    found = [passage for document in library.approved.values() for passage in passages(document)]
    assert encoder.encoded == [passage.embedded_text for passage in found] + [
        passage.document.text[start:end] for passage in found for start, end in passage.sentences
    ]
    assert (told.begun, told.advanced, told.waited) == ([(5, 8, 0)], 8, 0)
    manifest = read_manifest(current_layout(tmp_path / "index"))
    assert (manifest.fingerprint, manifest.documents, manifest.passages) == (report.fingerprint, 5, 8)
    assert manifest.pins == library.pins


def test_without_a_change_nothing_is_encoded_nor_written(index_folder: Path, library: Library) -> None:
    before = {path: path.stat().st_mtime_ns for path in (index_folder / "generations").rglob("*")}
    encoder, told = KeywordEncoder(fails_after=0), Told()
    report = rebuild(library, index_folder, encoder, progress=told)
    assert (report.encoded, report.reused, report.passages, report.changed) == (0, 8, 8, False)
    assert (encoder.encoded, told.begun) == ([], [])
    assert {path: path.stat().st_mtime_ns for path in (index_folder / "generations").rglob("*")} == before
    assert report.seconds < 1


def test_one_changed_brief_is_encoded_and_no_other(index_folder: Path, library: Library) -> None:
    changed = change(library.folder, "liver", LIVER.replace("Most of the 11", "Ten of the 11"))
    encoder, told = KeywordEncoder(), Told()
    report = rebuild(changed, index_folder, encoder, progress=told)
    assert (report.encoded, report.reused) == (1, 7)
    assert told.begun == [(5, 1, 7)]
    assert encoder.encoded == [
        "Kratom and liver\nCan kratom hurt the liver?\nTen of the 11 patients got better after they stopped.",
        "Ten of the 11 patients got better after they stopped.",
    ]
    assert winner(index_folder, changed, "ten got better") == "Ten of the 11 patients got better after they stopped."


def test_a_passage_that_only_moved_is_not_encoded_again(index_folder: Path, library: Library) -> None:
    changed = change(library.folder, "liver", LIVER, summary="A much longer summary moves every offset.")
    encoder = KeywordEncoder(fails_after=0)
    report = rebuild(changed, index_folder, encoder)
    assert (report.encoded, report.reused, report.changed) == (0, 8, True)
    assert winner(index_folder, changed, "jaundice").startswith("Kratom hurt the liver")


def test_a_build_in_steps_equals_a_build_at_once(tmp_path: Path, index_folder: Path, library: Library) -> None:
    change(library.folder, "liver", HEART, title="Changed")
    rebuild(read_library(library.folder), index_folder, KeywordEncoder())
    withdraw(library.folder, "sleep", by="Bob", why="retracted", on=APPROVED_ON)
    changed = change(library.folder, "another", LIVER)
    stepwise = rebuild(changed, index_folder, KeywordEncoder())
    at_once = rebuild(changed, tmp_path / "fresh", KeywordEncoder())
    assert (stepwise.reused, at_once.reused) == (7, 0)
    one, other = current_layout(index_folder), current_layout(tmp_path / "fresh")
    assert one.file_hashes() == other.file_hashes()
    assert one.manifest.read_bytes() == other.manifest.read_bytes()


def test_other_weights_encode_everything_again(index_folder: Path, library: Library) -> None:
    other = KeywordEncoder("keyword-encoder/2")
    report = rebuild(library, index_folder, other)
    assert (report.encoded, report.reused) == (8, 0)
    assert len(PassageIndex.load(index_folder, library, other.fingerprint).passages) == 8


def test_other_engines_encode_everything_again(
    index_folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.storage.version", lambda name: "99")
    assert rebuild(library, index_folder, KeywordEncoder()).encoded == 8


def test_other_sentences_of_the_same_words_are_encoded_again(
    index_folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.passages.sentence_spans", lambda text, start, end: ((start, end),))
    monkeypatch.setattr("index.fingerprint.SPLITTER", "whole paragraphs")
    report = rebuild(library, index_folder, KeywordEncoder())
    assert (report.encoded, report.reused) == (4, 4)
    index = PassageIndex.load(index_folder, library, KeywordEncoder().fingerprint)
    assert [len(index.sentences.passage(place)) for place in range(8)] == [1] * 8


def test_force_encodes_everything_again_into_the_same_bytes(index_folder: Path, library: Library) -> None:
    before = current_layout(index_folder)
    report = rebuild(library, index_folder, KeywordEncoder(), force=True)
    after = current_layout(index_folder)
    assert (report.encoded, report.reused, report.changed) == (8, 0, True)
    assert before.folder != after.folder
    assert before.file_hashes() == after.file_hashes()


def test_a_withdrawn_document_leaves_the_index(index_folder: Path, library: Library) -> None:
    withdraw(library.folder, "liver", by="Bob", why="retracted", on=APPROVED_ON)
    changed = read_library(library.folder)
    report = rebuild(changed, index_folder, KeywordEncoder(fails_after=0))
    assert (report.documents, report.passages, report.encoded) == (4, 6, 0)
    assert "liver" not in winner(index_folder, changed, "liver")


def test_old_generations_are_dropped_but_for_one(index_folder: Path, library: Library) -> None:
    (index_folder / "generations" / ".building-left-behind").mkdir()
    names = [current_layout(index_folder).folder.name]
    for number in range(3):
        rebuild(change(library.folder, "liver", LIVER, title=f"Title {number}"), index_folder, KeywordEncoder())
        names.append(current_layout(index_folder).folder.name)
    assert generations(index_folder) == sorted(names[-2:])


def test_without_approved_documents_the_old_index_stays(index_folder: Path, library: Library) -> None:
    (library.folder / "vetting.toml").unlink()
    with pytest.raises(IndexRoomError, match=r"holds no approved document, .* See: kratom-assistant corpus list"):
        rebuild(read_library(library.folder), index_folder, KeywordEncoder())
    assert winner(index_folder, library, "liver").startswith("Kratom hurt the liver")


@pytest.mark.parametrize("texts", [0, 1, 5])
def test_an_encoder_that_fails_midway_leaves_the_old_index(index_folder: Path, library: Library, texts: int) -> None:
    before = generations(index_folder)
    with pytest.raises(EncoderError, match=f"stops after {texts} texts"):
        rebuild(library, index_folder, KeywordEncoder(fails_after=texts), force=True)
    assert generations(index_folder) == before
    assert winner(index_folder, library, "liver").startswith("Kratom hurt the liver")
    # The lock is free again at once.
    assert rebuild(library, index_folder, KeywordEncoder(), force=True, lock_seconds=0).encoded == 8


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, library: Library) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "generations").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(
        IndexRoomError,
        match=r"the new index could not be written .*The old one is untouched\. .* then run: kratom-assistant",
    ):
        rebuild(library, tmp_path / "index", KeywordEncoder())


def test_a_full_disk_leaves_the_old_index(index_folder: Path, library: Library) -> None:
    layout = current_layout(index_folder)
    sizes = sorted({path.stat().st_size for path in layout.folder.rglob("*") if path.is_file()})
    before = generations(index_folder)
    changed = change(library.folder, "liver", LIVER, title="A longer title makes every file a little larger")
    for size in [0, 1, *(size - 1 for size in sizes)]:
        with (
            file_size_limit(size),
            pytest.raises(
                IndexRoomError, match=r"could not be written .*The old one is untouched\. Make room on the disk"
            ),
        ):
            rebuild(changed, index_folder, KeywordEncoder())
        assert generations(index_folder) == before
        assert winner(index_folder, library, "liver").startswith("Kratom hurt the liver")
    rebuild(changed, index_folder, KeywordEncoder())
    with pytest.raises(IndexMismatch, match=r"approved documents changed \(liver\)"):
        winner(index_folder, library, "liver")
    assert winner(index_folder, changed, "liver").startswith("Kratom hurt the liver")


def test_new_questions_for_a_passage_encode_it_again_and_no_other(index_folder: Path, library: Library) -> None:
    expand(library.folder, "liver", "yellow eyes?", "liver trouble?")
    encoder = KeywordEncoder()
    report = rebuild(library, index_folder, encoder)
    assert (report.encoded, report.reused, report.changed) == (1, 7, True)
    assert encoder.encoded[-2:] == ["yellow eyes?", "liver trouble?"]
    again = KeywordEncoder(fails_after=0)
    assert rebuild(library, index_folder, again).changed is False
