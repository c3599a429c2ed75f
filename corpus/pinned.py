"""Reads a span from the files as they are now, and refuses unless they are still the approved ones."""

from __future__ import annotations

from pathlib import Path

from corpus.document import sha256
from corpus.errors import CorpusError, VettingError
from corpus.vetting import Approval, read_approvals

_Signature = tuple[int, int, int, int]


def _signature(path: Path) -> _Signature:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino


class PinnedReader:
    """The words of approved documents, checked against their pins at every read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._approvals: tuple[_Signature, dict[str, Approval]] | None = None
        self._hashes: dict[Path, tuple[_Signature, str]] = {}

    def words(self, document: str, start: int, end: int) -> str:
        """Return the characters start to end of a document; VettingError says what is no longer as approved."""
        try:
            return self._text(document)[start:end]
        except OSError as error:
            raise VettingError(f"{document}: can no longer be read ({error}). Restore the file.") from error

    def _text(self, name: str) -> str:
        record = self._records().get(name)
        if record is None:
            raise VettingError(f"{name}: has no approval record. Approve it, or rebuild the index.")
        if record.status == "withdrawn":
            raise VettingError(f"{name}: withdrawn on {record.on}: {record.why}")
        original = self.folder / "originals" / name
        if not original.is_dir():
            data = (self.folder / "documents" / f"{name}.md").read_bytes()
            self._same(name, "file", record.document_sha256, sha256(data))
        else:
            data = (original / "text.txt").read_bytes()
            files = (path for path in sorted(original.iterdir()) if path.stem == "original")
            file = next(files, original / "original")
            self._same(name, "file", record.document_sha256, self._hash(file))
            self._same(name, "layout", record.layout_sha256, self._hash(original / "layout.json"))
        self._same(name, "text", record.text_sha256, sha256(data))
        return data.decode("utf-8")

    @staticmethod
    def _same(name: str, what: str, approved: str, found: str) -> None:
        if approved != found:
            raise VettingError(f"{name}: its {what} changed after approval (approved {approved}, found {found}).")

    def _records(self) -> dict[str, Approval]:
        path = self.folder / "vetting.toml"
        signature = _signature(path)
        if self._approvals is None or self._approvals[0] != signature:
            try:
                self._approvals = (signature, read_approvals(path))
            except CorpusError as error:
                raise VettingError(str(error)) from error
        return self._approvals[1]

    def _hash(self, path: Path) -> str:
        """The hash of a large file, remembered while its times, size and inode stay the same."""
        signature = _signature(path)
        known = self._hashes.get(path)
        if known is None or known[0] != signature:
            known = (signature, sha256(path.read_bytes()))
            self._hashes[path] = known
        return known[1]
