"""The rules of triage: families of words and the lines that combine them, read from data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.answer import NoticeKind
from assistant.triage_lexicon import Lexicon
from assistant.triage_words import Spelling

TRIAGE_FILE = Path(__file__).parent / "data" / "triage.toml"
MEDICINES_FILE = Path(__file__).parent / "data" / "medicines.toml"

# What can take a match back: `plain` a denial; `wish` also long ago and the news; `thought` also a general question in which
# nobody in particular is named; `sure` also a bereavement, a fear and make-believe; `event` any general question or news.
Frame = Literal["certain", "plain", "wish", "thought", "sure", "event"]

_DEFAULT_SPAN = 5
_PHRASE = 6


class TriageDataError(Exception):
    """Triage data that cannot be used; the message names the rule or the family."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Families that must stand near one another: the first is looked for, each further one near it or after the last."""

    kind: NoticeKind
    frame: Frame
    elements: tuple[str, ...]
    ordered: tuple[bool, ...]
    span: int
    across: bool
    absent: str
    needs: frozenset[str]
    line: str

    @property
    def reach(self) -> int:
        """How many words away from its first family any other may stand."""
        return (self.span + _PHRASE) * len(self.elements)

    @property
    def mark(self) -> str:
        """What is weighed when the rule holds: its kind and what could have taken it back."""
        return f"={self.kind} {self.frame}"

    @property
    def kind_mark(self) -> str:
        """What is weighed when any rule of the kind holds."""
        return f"={self.kind}"


def read_rules(
    path: Path = TRIAGE_FILE, medicines: Path = MEDICINES_FILE
) -> tuple[Spelling, Lexicon, tuple[Rule, ...]]:
    """Return the spelling, the families and the rules of the triage data."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    named = {name: _phrases(text) for name, text in data["families"].items()}
    for name, text in tomllib.loads(medicines.read_text(encoding="utf-8")).items():
        named[name] = _phrases(text)
    families = {name: _flat(phrases, named, name) for name, phrases in named.items()}
    rules: list[Rule] = []
    for block in data["rules"]:
        if block["kind"] not in get_args(NoticeKind) or block["frame"] not in get_args(Frame):
            raise TriageDataError(f"rules about {block.get('about')!r}: unknown kind or frame.")
        lines = (line.strip() for line in block["lines"].splitlines())
        rules.extend(_rule(block, line, families) for line in lines if line and not line.startswith("# "))
    used = {name for rule in rules for name in (*rule.elements, rule.absent)}
    kept = {name: phrases for name, phrases in families.items() if name in used or name in _FRAME_FAMILIES}
    spelling = data["spelling"]
    return (
        Spelling(
            spelling["plain"],
            spelling["units"],
            _phrases(spelling["keys"]),
            # A word that the rules know is never a misspelling of another.
            {
                *_phrases(spelling["real"]),
                *(word for phrases in kept.values() for one in phrases for word in one.split()),
            },
        ),
        Lexicon(kept),
        tuple(rules),
    )


_FRAME_FAMILIES = frozenset(
    [
        "idiom",
        "barrier",
        "denial",
        "inner denial",
        "present",
        "recent",
        "past",
        "long ago",
        "news",
        "bereaved",
        "unreal",
        "fear",
        "some day",
        "general",
        "third",
        "self",
        "personal ask",
    ]
)


def _phrases(text: str) -> list[str]:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("# "))
    return [phrase.strip() for phrase in " ".join(lines).split(",") if phrase.strip()]


def _flat(phrases: list[str], named: Mapping[str, list[str]], owner: str, depth: int = 0) -> list[str]:
    """Return the phrases with each `@family` replaced by its own."""
    return list(dict.fromkeys(_unfold(phrases, named, owner, depth)))


def _unfold(phrases: list[str], named: Mapping[str, list[str]], owner: str, depth: int) -> Iterator[str]:
    for phrase in phrases:
        if not phrase.startswith("@"):
            yield phrase
        elif phrase[1:] in named and depth < 5:
            yield from _unfold(named[phrase[1:]], named, owner, depth + 1)
        else:
            raise TriageDataError(f"{owner}: there is no family {phrase!r}.")


def _rule(block: Mapping[str, Any], line: str, families: dict[str, list[str]]) -> Rule:
    """Return the rule of a line such as `@breath + slow*|@weak : 4 - laugh*`.

    `+` asks for the next family near the first, `>` after the last; `: n` says how near, `::` across sentences too;
    `- family` for what must not stand around. Alternatives are split by `|`.
    """
    asked, _, absent = line.partition(" - ")
    body, mark, span = asked.partition(" : ")
    if not mark:
        body, mark, span = asked.partition(" :: ")
    if mark and not span.strip().isdigit():
        raise TriageDataError(f"rule {line!r}: {span!r} is not a number of words.")
    parts = body.replace(" > ", " + >").split(" + ")
    elements = tuple(_element(part.lstrip(">"), families, line) for part in parts)
    return Rule(
        kind=block["kind"],
        frame=block["frame"],
        elements=elements,
        ordered=tuple(part.startswith(">") for part in parts[1:]),
        span=int(span) if mark else _DEFAULT_SPAN,
        across="::" in mark,
        absent=_element(absent, families, line) if absent else "",
        needs=frozenset(elements),
        line=line,
    )


def _element(text: str, families: dict[str, list[str]], line: str) -> str:
    """Return the name of the family that an element asks for, making one of its alternatives if need be."""
    text = text.strip()
    if "|" not in text and text.startswith("@"):
        if text[1:] not in families:
            raise TriageDataError(f"rule {line!r}: there is no family {text!r}.")
        return text[1:]
    if text not in families:
        families[text] = _flat([part.strip() for part in text.split("|")], families, f"rule {line!r}")
    return text
