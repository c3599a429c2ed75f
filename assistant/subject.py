"""Whether a question names kratom, its substances or products."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

SUBJECT_FILE = Path(__file__).parent / "data" / "subject.toml"


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = tomllib.loads(SUBJECT_FILE.read_text(encoding="utf-8"))["names"]
    return re.compile(r"(?<!\w)(?:" + "|".join(names) + r")(?!\w)", re.IGNORECASE)


def names_subject(text: str) -> bool:
    """Say whether a text names kratom or one of its substances, by any of the spellings in data/subject.toml."""
    return _pattern().search(text) is not None


def is_subject(text: str) -> bool:
    """Say whether a text is nothing but the name of kratom or one of its substances."""
    return _pattern().fullmatch(text.removeprefix("the ")) is not None


def replace_subject(text: str, other: str) -> str | None:
    """Return a text with its first name of kratom or a substance replaced by another; None where it has none."""
    replaced, count = _pattern().subn(lambda _: other, text, count=1)
    return replaced if count else None
