"""The notice of each kind, with a region's telephone numbers: data, and the check that no row has grown old."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.answer import Notice, NoticeKind

NOTICES_FILE = Path(__file__).parent / "data" / "notices.toml"
# Shown where a region is not known: better than another country's numbers.
ELSEWHERE = "other"

Purpose = Literal["emergency", "poison", "crisis", "drugs"]
_ALSO_CALLED = {"GB": "UK", "USA": "US"}


class NoticeDataError(Exception):
    """Notices that cannot be used; the message names the row."""


@dataclass(frozen=True, slots=True)
class Line:
    """Whom to call in a region, and who says so."""

    purpose: Purpose
    name: str
    number: str
    source: str
    source_url: str
    checked_on: date
    note: str = ""

    @property
    def shown(self) -> str:
        """The line as a person reads it."""
        return f"{self.name}: {self.number}{f' ({self.note})' if self.note else ''}"


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What to do now, in fixed words, and who says so."""

    kind: NoticeKind
    text: str
    contacts: tuple[Purpose, ...]
    source: str
    source_url: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class NoticeBook:
    """Every text and every region's lines."""

    texts: tuple[NoticeText, ...]
    names: dict[str, str]
    lines: dict[str, tuple[Line, ...]]
    months_fresh: int

    def region(self, code: str) -> str:
        """Return the code of a region as written here; an unknown one is `other`."""
        known = {name.upper(): name for name in self.names}
        wanted = code.strip().upper()
        return known.get(_ALSO_CALLED.get(wanted, wanted), ELSEWHERE)

    def knows(self, code: str) -> bool:
        """Whether a region has numbers of its own here, by its code or another name of it."""
        wanted = code.strip().upper()
        return _ALSO_CALLED.get(wanted, wanted) in map(str.upper, self.names)

    def words(self, text: NoticeText, region: str) -> str:
        """Return what to do now, without the numbers below it."""
        emergency = next(line.number for line in self.lines[self.region(region)] if line.purpose == "emergency")
        return text.text.replace("{emergency}", emergency)

    def notice(self, text: NoticeText, region: str) -> Notice:
        """Return the notice as shown: what to do, then whom to call."""
        lines = self.lines[self.region(region)]
        called = [line.shown for purpose in text.contacts for line in lines if line.purpose == purpose]
        return Notice(text.kind, "\n".join([self.words(text, region), *called]))

    def stale(self, today: date) -> tuple[str, ...]:
        """Return the rows last checked longer ago than the limit, by name."""
        rows = [(f"text {text.kind}", text.checked_on) for text in self.texts]
        rows += [(f"line {code} {line.name}", line.checked_on) for code in self.names for line in self.lines[code]]
        return tuple(name for name, checked_on in rows if _months(checked_on, today) >= self.months_fresh)


def _months(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def parse_notices(text: str) -> NoticeBook:
    """Return the notices written in a TOML text."""
    try:
        data: dict[str, Any] = tomllib.loads(text)
        texts = tuple(_text(row) for row in data["texts"])
        names = {str(region["code"]): str(region["name"]) for region in data["regions"]}
        lines = {str(region["code"]): tuple(Line(**row) for row in region["lines"]) for region in data["regions"]}
        months = int(data["months_fresh"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise NoticeDataError(f"The notices cannot be read ({type(error).__name__}: {error}).") from error
    if missing := set(get_args(NoticeKind)) ^ {one.kind for one in texts}:
        raise NoticeDataError(f"One text is needed for each kind: {', '.join(sorted(missing))}.")
    for code, rows in lines.items():
        if not any(row.purpose == "emergency" for row in rows):
            raise NoticeDataError(f"The region {code!r} has no emergency number.")
    if ELSEWHERE not in lines:
        raise NoticeDataError(f"The region {ELSEWHERE!r} is needed.")
    return NoticeBook(texts, names, lines, months)


def _text(row: dict[str, Any]) -> NoticeText:
    return NoticeText(**{**row, "text": row["text"].strip(), "contacts": tuple(row["contacts"])})


@lru_cache(maxsize=1)
def notice_book() -> NoticeBook:
    """Return the notices of this project."""
    return parse_notices(NOTICES_FILE.read_text(encoding="utf-8"))


def regions() -> dict[str, str]:
    """Return the regions that can be chosen: code → name."""
    return dict(notice_book().names)


def read_notices(region: str = "US") -> dict[NoticeKind, Notice]:
    """Return the notice of each kind with a region's numbers; of an unknown region, those of no country in particular."""
    book = notice_book()
    return {text.kind: book.notice(text, region) for text in book.texts}
