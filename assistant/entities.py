"""Places, animals and other substances named in a question: only passages that name them too can answer it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.subject import names_subject
from corpus.document import Passage
from index.passage_index import Hit

ENTITIES_FILE = Path(__file__).parent / "data" / "entities.toml"


_IMPLICIT = re.compile(
    r"\b(?:it|its|this stuff|the plant|the lea(?:f|ves)|the powder|these (?:pills|tablets|shots))\b", re.IGNORECASE
)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    lists = tomllib.loads(ENTITIES_FILE.read_text(encoding="utf-8"))
    return tuple(
        (kind, re.compile(rf"(?<![\w-])(?:{name})(?![\w-])", re.IGNORECASE))
        for kind in ("states", "countries", "animals", "substances")
        for name in lists[kind]
    )


_PLACES = frozenset({"states", "countries"})
# Not among the countries of the list: most documents are about it without naming it.
_HOME = re.compile(r"\b(?:US|U\.S\.|USA|America(?:ns?)?)(?![\w-])")


def _named(text: str) -> list[tuple[str, int, int]]:
    """The places, animals and substances of a text: their kind, and where they stand."""
    found = [
        ("place" if kind in _PLACES else kind, match.start(), match.end())
        for kind, pattern in _patterns()
        for match in pattern.finditer(text)
    ]
    found += [("place", match.start(), match.end()) for match in _HOME.finditer(text)]
    return sorted(found, key=lambda one: one[1])


def swap(text: str, other: str) -> str | None:
    """Return a text with its last place, animal or substance replaced by the first of that kind in another; None without both."""
    for kind, low, high in _named(other):
        low -= 4 * other[:low].endswith("the ")
        here = [(start, end) for own, start, end in _named(text) if own == kind]
        if here:
            return text[: here[-1][0]] + other[low:high] + text[here[-1][1] :]
    return None


def is_name(text: str) -> bool:
    """Say whether a text is nothing but the name of a place, an animal or a substance."""
    return any(pattern.fullmatch(text.removeprefix("the ")) for _, pattern in _patterns())


@dataclass(frozen=True, slots=True)
class Clues:
    """What a question's words say of its subject: kratom by name, kratom as "it", or another substance instead."""

    names_subject: bool
    implies_subject: bool
    names_other: bool
    entities: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, question: str) -> Clues:
        """Return the clues of a question as searched."""
        found = [(kind, pattern) for kind, pattern in _patterns() if pattern.search(question)]
        named = names_subject(question)
        implied = not named and _IMPLICIT.search(question) is not None
        other = not named and not implied and any(kind == "substances" for kind, _ in found)
        return cls(named, implied, other, tuple(pattern for _, pattern in found))

    def share_named(self, passage: Passage) -> float:
        """Return which share of the question's entities a passage or its heading names; 1 when there is none to name."""
        if not self.entities:
            return 1.0
        text = f"{passage.section}\n{passage.text}"
        return sum(pattern.search(text) is not None for pattern in self.entities) / len(self.entities)

    def order(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits with those first that name what the question names; otherwise in the same order."""
        return sorted(hits, key=lambda hit: -self.share_named(hit.passage)) if self.entities else list(hits)
