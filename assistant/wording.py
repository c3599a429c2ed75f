"""The fixed sentences that a reader sees besides quotations: reviewed data, not code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

WORDING_FILE = Path(__file__).parent / "data" / "wording.toml"


@dataclass(frozen=True, slots=True)
class Wording:
    """Disclaimer, the lines for each silence, what is said to unusable questions.

    `companions` holds, by kind of notice, a question that is searched besides whenever that notice is given.
    """

    disclaimer: str
    not_covered: str
    off_topic: str
    near_misses: str
    empty: str
    too_long: str
    not_text: str
    not_english: str
    amounts: str
    companions: dict[str, str]


@lru_cache(maxsize=1)
def read_wording() -> Wording:
    """Return the fixed sentences."""
    return Wording(**tomllib.loads(WORDING_FILE.read_text(encoding="utf-8")))
