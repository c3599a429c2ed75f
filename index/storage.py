"""An index on disk: generations, one pointer to the current one, and the checks on loading.

    INDEX/CURRENT                      the name of the current generation
    INDEX/generations/NAME/manifest.json
    INDEX/generations/NAME/passages.json, dense.faiss, tokens.npz, sentences.npz, expansions.npz, wordings.npz, lexical/

A generation is written beside the others and becomes current by one `os.replace` of the pointer: killed at any moment,
the old or the new one is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from index.errors import IndexMismatch, IndexMissing

FORMAT = 1
_ENGINES = ("faiss-cpu", "bm25s", "PyStemmer", "sentencex", "sentence-transformers", "torch", "numpy")
REBUILD = "kratom-assistant rebuild"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from, and the hash of each of its files."""

    fingerprint: str
    encoder: str
    documents: int
    passages: int
    dimension: int
    versions: dict[str, str]
    pins: dict[str, str]
    files: dict[str, str]
    ranking: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the files of one generation stand."""

    folder: Path

    @property
    def manifest(self) -> Path:
        """What it was built from."""
        return self.folder / "manifest.json"

    @property
    def passages(self) -> Path:
        """The spans of the passages."""
        return self.folder / "passages.json"

    @property
    def dense(self) -> Path:
        """The FAISS index."""
        return self.folder / "dense.faiss"

    @property
    def tokens(self) -> Path:
        """The token vectors."""
        return self.folder / "tokens.npz"

    @property
    def sentences(self) -> Path:
        """The vectors of the sentences."""
        return self.folder / "sentences.npz"

    @property
    def expansions(self) -> Path:
        """The vectors of the questions of document expansion."""
        return self.folder / "expansions.npz"

    @property
    def wordings(self) -> Path:
        """The vectors of the wordings of the claims catalogue."""
        return self.folder / "wordings.npz"

    @property
    def lexical(self) -> Path:
        """The folder of the BM25 index."""
        return self.folder / "lexical"

    def file_hashes(self) -> dict[str, str]:
        """The SHA-256 of every file but the manifest, by its path in the folder."""
        hashes = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path != self.manifest:
                with path.open("rb") as file:
                    hashes[path.relative_to(self.folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
        return hashes


def engine_versions() -> dict[str, str]:
    """The versions of the packages whose change could change an answer."""
    found = {}
    for name in _ENGINES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def current_layout(folder: Path) -> Layout:
    """Return where the current generation stands; IndexMissing when there is none."""
    if not (folder / "CURRENT").is_file():
        raise IndexMissing(f"{folder}: there is no index yet. Run: {REBUILD}")
    name = _pointed(folder)
    layout = Layout(folder / "generations" / name)
    if not name or "/" in name or not layout.manifest.is_file():
        raise IndexMismatch(f"{folder}: the current generation {name!r} is gone. Run: {REBUILD} --force")
    return layout


def read_manifest(layout: Layout) -> Manifest:
    """Return what a generation says of itself; IndexMismatch when it is of another version or cannot be read."""
    try:
        values = json.loads(layout.manifest.read_text(encoding="utf-8"))
        if values.get("format") != FORMAT:
            raise IndexMismatch(
                f"{layout.folder}: the index has format {values.get('format')!r}, this program needs {FORMAT}. "
                f"Run: {REBUILD} --force"
            )
        return Manifest(**values)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise IndexMismatch(f"{layout.manifest}: cannot be read ({error}). Run: {REBUILD} --force") from error


def check_files(layout: Layout, manifest: Manifest) -> None:
    """Refuse a generation any of whose files is missing, additional or changed."""
    found = layout.file_hashes()
    for name in sorted({*found, *manifest.files}):
        if found.get(name) != manifest.files.get(name):
            state = "missing" if name not in found else "not expected" if name not in manifest.files else "changed"
            raise IndexMismatch(f"{layout.folder / name}: the file is {state}. Run: {REBUILD} --force")


def write_manifest(layout: Layout, manifest: Manifest) -> None:
    """Write what a generation was built from, last of its files."""
    layout.manifest.write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n", encoding="utf-8")


def publish(folder: Path, staged: Layout, name: str) -> Layout:
    """Make a finished generation the current one, and drop all but it and the one before."""
    previous = _pointed(folder)
    for path in (*staged.folder.rglob("*"), staged.folder):
        _sync(path)
    final = Layout(folder / "generations" / name)
    staged.folder.rename(final.folder)
    _sync(final.folder.parent)
    part = folder / "CURRENT.part"
    part.write_text(name + "\n", encoding="utf-8")
    _sync(part)
    part.replace(folder / "CURRENT")
    _sync(folder)
    for old in (folder / "generations").iterdir():
        if old.name not in (name, previous):
            shutil.rmtree(old, ignore_errors=True)
    return final


def _pointed(folder: Path) -> str:
    pointer = folder / "CURRENT"
    # A damaged pointer names no generation; it must not stop a rebuild from replacing it.
    return pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
