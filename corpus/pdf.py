"""A PDF file → the text of its pages (the only home of pypdf).

The file is read in a process of its own, with limits on time and memory, because a hostile PDF can take both.
Run as a module it is that process: `python -m corpus.pdf FILE MAX_PAGES` writes JSON lines.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus.errors import ExtractionError

MAX_PAGES = 1_000
SECONDS_PER_PAGE = 2.0
START_SECONDS = 30.0
MEMORY_BYTES = 3 * 1024**3
MAX_FILE_BYTES = 200 * 1024**2
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# Characters that a font without a proper character map leaves behind.
_SUSPICIOUS = re.compile("[\ue000-\uf8ff\ufffd\ufb00-\ufb06]")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PdfText:
    """The texts of the pages, their printed labels, and what looked wrong."""

    pages: tuple[str, ...]
    labels: tuple[str, ...]
    empty_pages: tuple[int, ...]
    suspicious_characters: int


def extractor_name() -> str:
    """The extractor and its version; stored beside every text it made."""
    return f"pypdf-{version('pypdf')}"


def read_pdf(path: Path, *, max_pages: int = MAX_PAGES, progress: Progress | None = None) -> PdfText:
    """Return the text of a PDF's pages; ExtractionError says which file, why, and what to do."""
    _check_file(path)
    # The whole path, because the child works in another folder.
    command = [sys.executable, "-m", "corpus.pdf", str(path.absolute()), str(max_pages)]
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    ) as child:
        try:
            rows = _rows(child, progress)
        finally:
            child.kill()
    return _pdf_text(path, rows)


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ExtractionError(f"{path}: cannot be opened ({error.strerror}). Check its name.") from error
    if size == 0:
        raise ExtractionError(f"{path}: the file is empty (0 bytes). Fetch it again.")
    if size > MAX_FILE_BYTES:
        raise ExtractionError(f"{path}: {size:,} bytes; the limit is {MAX_FILE_BYTES:,}. Split the file.")


def _rows(child: subprocess.Popen[str], progress: Progress | None) -> list[dict[str, Any]]:
    import threading

    rows: list[dict[str, Any]] = []
    pages = 0
    assert child.stdout is not None
    # A watchdog, because reading a line from a stuck child would wait for ever.
    watchdog = threading.Timer(START_SECONDS, child.kill)
    watchdog.start()
    try:
        for line in child.stdout:
            if not line.endswith("\n"):
                break  # a child that was killed may leave half a line
            row = json.loads(line)
            rows.append(row)
            if "pages" in row:
                pages = int(row["pages"])
                watchdog.cancel()
                watchdog = threading.Timer(START_SECONDS + SECONDS_PER_PAGE * pages, child.kill)
                watchdog.start()
            elif progress and "page" in row:
                progress(int(row["page"]), pages)
    finally:
        watchdog.cancel()
    return rows


def _pdf_text(path: Path, rows: list[dict[str, Any]]) -> PdfText:
    for row in rows:
        if "error" in row:
            raise ExtractionError(f"{path}: {row['error']}")
    if not rows or not rows[-1].get("done"):
        raise ExtractionError(
            f"{path}: reading took too long, too much memory, or crashed the reader. "
            "Print the file to a new PDF, or add its text as a .txt file."
        )
    texts = [row for row in rows if "page" in row]
    pages = tuple(str(row["text"]) for row in texts)
    empty = tuple(number for number, text in enumerate(pages, 1) if not text.strip())
    if len(empty) == len(pages):
        raise ExtractionError(
            f"{path}: no text on any of its {len(pages)} pages: a scan. Run text recognition (OCR) on it first."
        )
    suspicious = sum(len(_SUSPICIOUS.findall(text)) for text in pages)
    return PdfText(pages, tuple(str(row["label"]) for row in texts), empty, suspicious)


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except (ImportError, ValueError, OSError):
        # Windows has no such limit; the watchdog still holds.
        return


def _emit(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def _extract(path: Path, max_pages: int) -> None:
    import pypdf

    reader = pypdf.PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        _emit({"error": "is encrypted with a password. Save an unprotected copy and add that."})
        return
    count = len(reader.pages)
    if count == 0:
        _emit({"error": "has no pages. Fetch the file again."})
        return
    if count > max_pages:
        _emit({"error": f"has {count:,} pages; the limit is {max_pages:,}. Split it, or pass --max-pages {count}."})
        return
    _emit({"pages": count})
    labels = reader.page_labels
    for number, page in enumerate(reader.pages):
        _emit({"page": number + 1, "label": labels[number], "text": _CONTROL.sub("", page.extract_text())})
    _emit({"done": True})


def _main(path: str, max_pages: str) -> None:
    from pypdf.errors import LimitReachedError, PyPdfError

    _limit_memory()
    try:
        _extract(Path(path), int(max_pages))
    except LimitReachedError as error:
        _emit(
            {"error": f"breaks a safety limit of the PDF reader ({error}). Print the file to a new PDF and add that."}
        )
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        _emit({"error": f"is damaged or not a PDF ({type(error).__name__}: {error}). Fetch the file again."})


if __name__ == "__main__":
    _main(*sys.argv[1:3])
