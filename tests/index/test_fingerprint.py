"""The fingerprint changes with everything that an answer depends on, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.library import Library, approve, read_library, withdraw
from index.fingerprint import index_fingerprint
from index.ranking import RANKING_FILE, Ranking, read_ranking
from tests.small_corpus import APPROVED_ON, LIVER, SLEEP, expand, write_brief, write_corpus


def fingerprint(library: Library, encoder: str = "encoder", ranking: Ranking | None = None) -> str:
    return index_fingerprint(library, encoder, ranking or read_ranking(RANKING_FILE))


def test_the_same_corpus_elsewhere_has_the_same_fingerprint(library: Library, tmp_path: Path) -> None:
    other = read_library(write_corpus(tmp_path / "elsewhere"))
    assert fingerprint(other) == fingerprint(library)
    assert len(fingerprint(library)) == 64


def test_what_is_not_approved_does_not_count(library: Library) -> None:
    write_brief(library.folder, "pending", SLEEP)
    assert fingerprint(read_library(library.folder)) == fingerprint(library)


@pytest.mark.parametrize("change", ["text", "title", "withdrawn", "source", "new", "expansion"])
def test_every_change_of_what_is_quoted_changes_it(library: Library, change: str) -> None:
    folder, before = library.folder, fingerprint(library)
    if change == "text":
        write_brief(folder, "liver", LIVER.replace("11 patients", "12 patients"))
    elif change == "title":
        write_brief(folder, "liver", LIVER, title="Another title")
    elif change == "withdrawn":
        withdraw(folder, "liver", by="Bob", why="retracted", on=APPROVED_ON)
    elif change == "source":
        path = folder / "sources.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("year = 2019", "year = 2018"), encoding="utf-8")
    elif change == "expansion":
        expand(folder, "liver", "yellow eyes?")
    else:
        write_brief(folder, "new", SLEEP)
    if change != "withdrawn":
        approve(folder, [], by="Bob", on=APPROVED_ON)
    assert fingerprint(read_library(folder)) != before


@pytest.mark.parametrize("name", ["claims.toml", "claim-wordings.toml", "disagreements.toml"])
def test_what_people_judged_counts(library: Library, name: str) -> None:
    before = fingerprint(library)
    path = library.folder / name
    path.write_text("# one")
    one = fingerprint(library)
    path.write_text("# other")
    assert len({before, one, fingerprint(library)}) == 3


def test_encoder_ranking_and_engines_change_it(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(library)
    shipped = read_ranking(RANKING_FILE)
    assert fingerprint(library, encoder="other") != before
    assert fingerprint(library, ranking=Ranking("other", shipped.weights, shipped.fitted)) != before
    monkeypatch.setattr("index.storage.version", lambda name: "9.9" if name == "PyStemmer" else "1")
    upgraded = fingerprint(library)
    monkeypatch.setattr("index.storage.version", lambda name: "1")
    assert upgraded != fingerprint(library)


@pytest.mark.parametrize("constant", ["SPLITTER", "WORDS", "TOKEN_DIMENSIONS", "FORMAT"])
def test_the_ways_of_splitting_and_storing_change_it(
    library: Library, monkeypatch: pytest.MonkeyPatch, constant: str
) -> None:
    before = fingerprint(library)
    monkeypatch.setattr(f"index.fingerprint.{constant}", "other")
    assert fingerprint(library) != before
