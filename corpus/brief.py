"""An evidence brief → Document: front matter, question headings, one-line paragraphs that end with citation keys.

The text of a brief is its file, decoded and otherwise untouched, so that every offset can be checked on the file itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from corpus.document import Block, Document, Section, sha256
from corpus.errors import BriefError

_REQUIRED = {"id": str, "title": str, "summary": str, "topic": str, "as_of": date, "review_by": date}
_MARKS = re.compile(r"(?:\s*\[@[^\]\n]*\])+\s*$")
_KEY = re.compile(r"@([\w.:-]+)")
_FENCE = "---"


@dataclass(slots=True)
class _Outline:
    """What the lines of a brief have given so far."""

    sections: list[Section] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    heading: tuple[str, int] | None = None

    def close(self, end: int) -> None:
        if self.heading:
            self.sections.append(Section(self.heading[0], self.heading[1], end))


def read_brief(path: Path) -> Document:
    """Return the document of a brief; BriefError names the file, the line and the remedy."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except OSError as error:
        raise BriefError(f"{path}: cannot be opened ({error.strerror}). Restore it or remove it.") from error
    except UnicodeDecodeError as error:
        raise BriefError(f"{path}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from error
    if text.startswith("\ufeff"):
        raise BriefError(f"{path}: begins with a byte order mark. Save the file as UTF-8 without one.")
    if "\r" in text:
        raise BriefError(f"{path}: has Windows line ends. Save the file with Unix line ends.")
    front, body_start = _front_matter(text, path)
    outline = _outline(text, body_start, path)
    return Document(
        id=front["id"],
        title=front["title"],
        kind="brief",
        text=text,
        document_sha256=sha256(data),
        sections=tuple(outline.sections),
        blocks=tuple(outline.blocks),
        topic=front["topic"],
        summary=front["summary"],
        as_of=front["as_of"],
        review_by=front["review_by"],
    )


def _front_matter(text: str, path: Path) -> tuple[dict[str, Any], int]:
    end = text.find(f"\n{_FENCE}\n", len(_FENCE))
    if not text.startswith(f"{_FENCE}\n") or end < 0:
        raise BriefError(
            f"{path}:1: no front matter. Open the file with a line ---, the fields, and a closing line ---."
        )
    try:
        front = yaml.safe_load(text[len(_FENCE) + 1 : end + 1])
    # A date that no calendar has is a ValueError, not a YAMLError.
    except (yaml.YAMLError, ValueError) as error:
        place = getattr(error, "problem_mark", None)
        line = place.line + 2 if place else 1
        raise BriefError(
            f"{path}:{line}: the front matter is not YAML ({getattr(error, 'problem', error)})."
        ) from error
    if not isinstance(front, dict):
        raise BriefError(f"{path}:2: the front matter has no fields; needed: {', '.join(_REQUIRED)}.")
    for name, kind in _REQUIRED.items():
        # The exact type, because a date with a time is a date too.
        if type(front.get(name)) is not kind or front[name] == "":
            wanted = "a date such as 2026-07-01" if kind is date else "a text"
            raise BriefError(f"{path}:2: the front matter field {name!r} is missing or not {wanted}.")
    unknown = sorted(set(front) - set(_REQUIRED))
    if unknown:
        raise BriefError(f"{path}:2: unknown front matter fields {', '.join(map(str, unknown))}.")
    if front["id"] != path.stem:
        raise BriefError(f"{path}:2: the id is {front['id']!r} but the file is named {path.name}. Make them equal.")
    return front, end + len(_FENCE) + 2


def _outline(text: str, start: int, path: Path) -> _Outline:
    outline = _Outline()
    offset = start
    line_number = text.count("\n", 0, start) + 1
    for line in text[start:].split("\n"):
        if line.startswith("## "):
            outline.close(offset)
            outline.heading = (line[3:].strip(), offset)
        elif line.strip():
            outline.blocks.append(_block(line, offset, f"{path}:{line_number}", outline))
        offset += len(line) + 1
        line_number += 1
    outline.close(len(text))
    if not outline.blocks:
        raise BriefError(f"{path}: has no paragraphs. Write at least one under a ## heading.")
    return outline


def _block(line: str, offset: int, place: str, outline: _Outline) -> Block:
    if line.startswith("#"):
        raise BriefError(f"{place}: only ## headings are known here.")
    if not outline.heading:
        raise BriefError(f"{place}: a paragraph stands before the first ## heading.")
    marks = _MARKS.search(line)
    body = line[: marks.start()] if marks else line
    if "[@" in body:
        raise BriefError(f"{place}: a citation stands inside the paragraph. Move it to the end.")
    if not body.strip():
        raise BriefError(f"{place}: citations without a paragraph. Keep a paragraph and its citations on one line.")
    start = offset + len(body) - len(body.lstrip())
    keys = tuple(dict.fromkeys(_KEY.findall(marks[0]))) if marks else ()
    return Block(start, offset + len(body.rstrip()), keys)
