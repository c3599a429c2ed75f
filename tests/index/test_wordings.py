"""The wordings of the claims catalogue: encoded once at rebuild, kept with their word pieces, told apart by text and weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corpus.claims import CLAIMS_FILE, WORDINGS_FILE
from corpus.errors import ClaimsError
from corpus.library import Library, read_library
from index.building import rebuild
from index.errors import IndexMismatch
from index.passage_index import PassageIndex
from index.storage import current_layout
from index.wordings import EncodedWording, WordingIndex, encoded_wordings, wording_key
from tests.index.test_building import Told
from tests.keyword_encoder import KeywordEncoder, encode

TEXTS = ["kratom hurts the liver", "kratom eases pain"]
CLAIM = """
[[claim]]
id = "hurts-liver"
claim = "Kratom can hurt the liver."
wordings = ["kratom is bad for the liver", "liver injury comes from kratom", "the liver suffers from kratom"]
verdict = "supported"
why = "11 patients were reported in 2019."
passages = ["liver#Can kratom hurt the liver?"]
"""
WORDINGS = [
    "Kratom can hurt the liver.",
    "kratom is bad for the liver",
    "liver injury comes from kratom",
    "the liver suffers from kratom",
]


@pytest.fixture
def with_claims(library: Library) -> Library:
    """The small corpus with a catalogue of one claim."""
    (library.folder / CLAIMS_FILE).write_text(CLAIM, encoding="utf-8")
    return library


def key(text: str) -> str:
    return wording_key(text, KeywordEncoder().fingerprint)


def test_wordings_are_read_back_as_they_were_kept(tmp_path: Path) -> None:
    made = WordingIndex.build(encoded_wordings(TEXTS, KeywordEncoder(), {}, lambda _: None))
    made.save(tmp_path / "wordings.npz")
    read = WordingIndex.load(tmp_path / "wordings.npz")
    assert read.keys == made.keys == tuple(map(key, TEXTS))
    for text, row in zip(TEXTS, read.rows().values(), strict=True):
        encoded = EncodedWording.of(encode(text))
        assert np.array_equal(row.vector, encoded.vector)
        assert np.array_equal(row.tokens, encoded.tokens)
        assert np.array_equal(row.ids, encoded.ids)


def test_a_catalogue_without_wordings_is_kept_empty(tmp_path: Path) -> None:
    WordingIndex.build({}).save(tmp_path / "wordings.npz")
    read = WordingIndex.load(tmp_path / "wordings.npz")
    assert (len(read), read.rows()) == (0, {})


def test_what_is_known_is_not_encoded_again() -> None:
    first, second = KeywordEncoder(), KeywordEncoder()
    known = encoded_wordings(TEXTS, first, {}, lambda _: None)
    told: list[int] = []
    found = encoded_wordings(["kratom ruins sleep", *TEXTS, TEXTS[0]], second, known, told.append)
    assert second.encoded == ["kratom ruins sleep"]
    assert sum(told) == 1
    assert list(found) == [key("kratom ruins sleep"), *map(key, TEXTS)]


def test_other_weights_give_another_key() -> None:
    assert wording_key(TEXTS[0], "one") != wording_key(TEXTS[0], "two")
    assert wording_key(TEXTS[0], "one") != wording_key(TEXTS[1], "one")


def test_a_rebuild_encodes_the_wordings_after_the_passages(tmp_path: Path, with_claims: Library) -> None:
    (with_claims.folder / WORDINGS_FILE).write_text('hurts-liver = ["my liver hates kratom"]\nunknown = ["x"]\n')
    encoder, told = KeywordEncoder(), Told()
    rebuild(with_claims, tmp_path / "index", encoder, progress=told)
    assert encoder.encoded[-5:] == [*WORDINGS, "my liver hates kratom"]
    assert (told.wordings, told.advanced_wordings) == ([5], 5)
    loaded = PassageIndex.load(tmp_path / "index", with_claims, encoder.fingerprint)
    assert loaded.wordings.keys == tuple(map(key, [*WORDINGS, "my liver hates kratom"]))


def test_a_rebuild_after_a_new_claim_encodes_only_its_wordings(tmp_path: Path, with_claims: Library) -> None:
    rebuild(with_claims, tmp_path / "index", KeywordEncoder())
    (with_claims.folder / WORDINGS_FILE).write_text('hurts-liver = ["my liver hates kratom"]\n')
    encoder = KeywordEncoder()
    report = rebuild(with_claims, tmp_path / "index", encoder)
    assert (report.changed, report.encoded) == (True, 0)
    assert encoder.encoded == ["my liver hates kratom"]


def test_without_a_change_a_rebuild_does_nothing(tmp_path: Path, with_claims: Library) -> None:
    rebuild(with_claims, tmp_path / "index", KeywordEncoder())
    report = rebuild(with_claims, tmp_path / "index", KeywordEncoder(fails_after=0))
    assert not report.changed


def test_after_a_change_of_the_catalogue_the_index_is_refused(index_folder: Path, library: Library) -> None:
    (library.folder / CLAIMS_FILE).write_text(CLAIM, encoding="utf-8")
    with pytest.raises(IndexMismatch, match=r"the claims catalogue changed\. Run: kratom-assistant rebuild"):
        PassageIndex.load(index_folder, library, KeywordEncoder().fingerprint)


def test_a_changed_byte_of_the_kept_wordings_is_refused(tmp_path: Path, with_claims: Library) -> None:
    rebuild(with_claims, tmp_path / "index", KeywordEncoder())
    path = current_layout(tmp_path / "index").wordings
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexMismatch, match=r"wordings\.npz: the file is changed"):
        PassageIndex.load(tmp_path / "index", with_claims, KeywordEncoder().fingerprint)


def test_an_index_of_an_earlier_version_keeps_its_passages(index_folder: Path, with_claims: Library) -> None:
    layout = current_layout(index_folder)
    layout.wordings.unlink()
    manifest = json.loads(layout.manifest.read_text(encoding="utf-8"))
    del manifest["files"]["wordings.npz"], manifest["claims"]
    layout.manifest.write_text(json.dumps(manifest), encoding="utf-8")
    encoder = KeywordEncoder()
    rebuild(read_library(with_claims.folder), index_folder, encoder)
    assert encoder.encoded == WORDINGS


def test_a_catalogue_that_cannot_be_read_stops_the_rebuild(tmp_path: Path, library: Library) -> None:
    (library.folder / WORDINGS_FILE).write_text('hurts-liver = "not a list"\n')
    with pytest.raises(ClaimsError, match=r"claim-wordings\.toml: the wordings of 'hurts-liver' must be a list"):
        rebuild(library, tmp_path / "index", KeywordEncoder())
