"""An index on disk: one pointer, whole generations, and a refusal that names the command for anything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import IndexMismatch, IndexMissing
from index.storage import (
    FORMAT,
    Layout,
    Manifest,
    check_files,
    current_layout,
    engine_versions,
    publish,
    read_manifest,
    write_manifest,
)


def generation(folder: Path, name: str) -> Layout:
    """A finished generation of two files, not yet published."""
    staged = Layout(folder / "generations" / f".building-{name}")
    staged.lexical.mkdir(parents=True)
    staged.passages.write_text(name, encoding="utf-8")
    (staged.lexical / "words").write_text("words", encoding="utf-8")
    files = staged.file_hashes()
    write_manifest(staged, Manifest(name, "encoder", 1, 2, 3, {"numpy": "2"}, {"liver": "pin"}, files, {"name": "r"}))
    return staged


def published(folder: Path, name: str) -> Layout:
    return publish(folder, generation(folder, name), name)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "generations").iterdir())


def edit(layout: Layout, **changes: Any) -> None:
    values = json.loads(layout.manifest.read_text(encoding="utf-8"))
    layout.manifest.write_text(json.dumps(values | changes), encoding="utf-8")


def test_a_published_generation_is_the_current_one(tmp_path: Path) -> None:
    layout = published(tmp_path, "one")
    assert current_layout(tmp_path) == layout
    manifest = read_manifest(layout)
    assert (manifest.fingerprint, manifest.passages, manifest.format) == ("one", 2, FORMAT)
    assert sorted(manifest.files) == ["lexical/words", "passages.json"]
    check_files(layout, manifest)


def test_only_the_current_generation_and_the_one_before_are_kept(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        published(tmp_path, name)
    (tmp_path / "generations" / ".building-left").mkdir()
    assert names(tmp_path) == [".building-left", "three", "two"]
    published(tmp_path, "four")
    assert names(tmp_path) == ["four", "three"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "generations"]


def test_without_an_index_the_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"there is no index yet\. Run: kratom-assistant rebuild"):
        current_layout(tmp_path)


@pytest.mark.parametrize("pointer", [b"", b"gone\n", b"../one", b"\0\0\0\0", b"\xff\xfe", b".."])
def test_a_damaged_pointer_is_refused_and_can_be_replaced(tmp_path: Path, pointer: bytes) -> None:
    published(tmp_path, "one")
    (tmp_path / "CURRENT").write_bytes(pointer)
    with pytest.raises(IndexMismatch, match=r"is gone\. Run: kratom-assistant rebuild --force"):
        current_layout(tmp_path)
    layout = published(tmp_path, "two")
    assert current_layout(tmp_path) == layout


@pytest.mark.parametrize("name", ["passages.json", "lexical/words"])
def test_a_changed_file_is_refused(tmp_path: Path, name: str) -> None:
    layout = published(tmp_path, "one")
    (layout.folder / name).write_text("wordz", encoding="utf-8")
    with pytest.raises(IndexMismatch, match=rf"{name}: the file is changed\. Run: kratom-assistant rebuild --force"):
        check_files(layout, read_manifest(layout))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    layout = published(tmp_path, "one")
    layout.passages.unlink()
    with pytest.raises(IndexMismatch, match=r"passages\.json: the file is missing\. Run"):
        check_files(layout, read_manifest(layout))


def test_an_additional_file_is_refused(tmp_path: Path) -> None:
    layout = published(tmp_path, "one")
    (layout.lexical / "more").touch()
    with pytest.raises(IndexMismatch, match=r"lexical/more: the file is not expected\. Run"):
        check_files(layout, read_manifest(layout))


@pytest.mark.parametrize("version", [0, FORMAT + 1, None, "1"])
def test_another_format_is_refused(tmp_path: Path, version: object) -> None:
    layout = published(tmp_path, "one")
    edit(layout, format=version)
    with pytest.raises(
        IndexMismatch, match=rf"has format {version!r}, this program needs {FORMAT}\. Run: kratom-assistant rebuild"
    ):
        read_manifest(layout)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", f'{{"format": {FORMAT}}}', f'{{"format": {FORMAT}, "more": 1}}'])
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    layout = published(tmp_path, "one")
    layout.manifest.write_text(text, encoding="utf-8")
    with pytest.raises(IndexMismatch, match=r"manifest\.json: cannot be read .*Run: kratom-assistant rebuild --force"):
        read_manifest(layout)


def test_the_versions_of_the_engines_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = engine_versions()
    assert versions["faiss-cpu"].startswith("1.")
    assert "absent" not in versions.values()
    monkeypatch.setattr("index.storage._ENGINES", ("no-such-package",))
    assert engine_versions() == {"no-such-package": "absent"}
