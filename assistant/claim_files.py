"""A file with claims (text, Markdown, HTML, PDF) → its text, from a path, from stdin, or as it was sent to the page."""

from __future__ import annotations

import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

from corpus.errors import ExtractionError
from corpus.pdf import read_pdf

ENDINGS = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf")
_NO_TEXT_TAGS = frozenset({"script", "style", "head", "noscript", "template", "svg"})
_BREAKING_TAGS = frozenset(
    {"p", "div", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "section", "article", "blockquote"}
)


class _Words(HTMLParser):
    """The words of a page; what breaks a line there breaks one here."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Enter an element."""
        self._hidden += tag in _NO_TEXT_TAGS
        if tag in _BREAKING_TAGS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._hidden = max(self._hidden - (tag in _NO_TEXT_TAGS), 0)
        if tag in _BREAKING_TAGS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the words that a reader would see."""
        if not self._hidden:
            self.parts.append(" ".join(data.split("\n")))


def html_text(page: str) -> str:
    """Return the words of an HTML page, one block a line."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    return "\n".join(line for part in "".join(reader.parts).split("\n") if (line := " ".join(part.split())))


def read_text(file: Path | str) -> str:
    """Return the text of a file (txt, md, html, pdf), or of stdin for "-"; ExtractionError when there is none."""
    if str(file) == "-":
        return _decoded(sys.stdin.buffer.read(), "stdin")
    path = Path(file)
    if path.suffix.lower() == ".pdf":
        return _some(_pdf_text(path), str(path))
    _check_ending(str(path))
    return text_of(str(path), path.read_bytes())


def text_of(name: str, data: bytes) -> str:
    """Return the text of a file that is in memory, by the ending of its name; ExtractionError when there is none.

    A PDF is read by another process from a file that is deleted at once.
    """
    _check_ending(name)
    ending = Path(name).suffix.lower()
    if ending == ".pdf":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sent.pdf"
            path.write_bytes(data)
            try:
                return _some(_pdf_text(path), name)
            except ExtractionError as error:
                raise ExtractionError(str(error).replace(str(path), name)) from error
    text = _decoded(data, name)
    return _some(html_text(text) if ending in (".html", ".htm") else text, name)


def _check_ending(name: str) -> None:
    if Path(name).suffix.lower() not in (*ENDINGS, ""):
        raise ExtractionError(f"{name}: only txt, md, html and pdf files can be checked.")


def _pdf_text(path: Path) -> str:
    return "\n".join(read_pdf(path).pages)


def _some(text: str, name: str) -> str:
    if not text.strip():
        raise ExtractionError(f"{name}: holds no text.")
    return text


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExtractionError(f"{name}: byte {error.start} is not UTF-8. Save it as UTF-8.") from error
