"""What the words of a claim are about, and whether they say it or deny it: units with a sign, from data/claim_words.toml."""

from __future__ import annotations

import itertools
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.claim_concepts import Concept, Concepts, any_of
from index.lexical import words as stems

CLAIM_WORDS_FILE = Path(__file__).parent / "data" / "claim_words.toml"
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
# The subject of every claim tells none from another; helping verbs neither.
_SILENT = frozenset({"kratom", "ketum", "may", "might", "must", "shall", "someth", "thing", "take", "taken", "took"})
# A comma ends the reach of a negation only where a new statement begins.
_HARD_END = re.compile(
    r"[;:.!?()–—]|,(?= (?:it|they|he|she|you|we|i|kratom|there|this|that|which|these|who|plain|the)\b)", re.IGNORECASE
)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that a text speaks of, where, and whether it is said (+1) or denied (-1).

    `sign` turns with a negation that stands before it; `clause_sign` with one anywhere in its clause, because "no safe dose
    is known" and "a safe dose is not known" deny the same.
    """

    key: str
    sign: int
    clause_sign: int
    start: int
    end: int
    specific: bool = False
    two_sided: bool = False


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """The word lists of data/claim_words.toml, compiled."""

    negations: re.Pattern[str]
    not_negations: re.Pattern[str]
    clause_ends: re.Pattern[str]
    frames: re.Pattern[str]
    hedges: re.Pattern[str]
    absolutes: re.Pattern[str]
    certain: re.Pattern[str]
    animals: re.Pattern[str]
    cells: re.Pattern[str]
    humans: re.Pattern[str]
    announcements: re.Pattern[str]
    advice: re.Pattern[str]
    own: re.Pattern[str]
    others: re.Pattern[str]
    telling: frozenset[str]
    wrong_names: tuple[tuple[re.Pattern[str], str], ...]
    concepts: Concepts

    def without_frames(self, text: str) -> str:
        """Return a text without the words that only say who says so, or how surely; the text itself when nothing would stay."""
        bare = " ".join(self.frames.sub(" ", text).split()).strip(" ,-–")
        return bare if len(bare.split()) >= 3 else text

    def negations_in(self, text: str) -> tuple[Span, ...]:
        """Return where the words stand that turn round what is said."""
        spared = [match.span() for match in self.not_negations.finditer(text)]
        return tuple(
            match.span()
            for match in self.negations.finditer(text)
            if not any(start <= match.start() < end for start, end in spared)
        )

    def clauses(self, text: str) -> tuple[Span, ...]:
        """Return the stretches that a negation cannot reach out of."""
        edges = {match.start() for pattern in (self.clause_ends, _HARD_END) for match in pattern.finditer(text)}
        places = [0, *sorted(edges - {0}), len(text)]
        return tuple(itertools.pairwise(places))

    def units(self, text: str) -> tuple[Unit, ...]:
        """Return what a text speaks of, concepts first, then the stems of the words that belong to no concept."""
        cues = self.negations_in(text)
        clauses = self.clauses(text)

        def signs(start: int, end: int) -> tuple[int, int]:
            first, last = next(clause for clause in reversed(clauses) if clause[0] <= start)
            within = [cue for cue in cues if first <= cue[0] < last]
            before = sum(cue[1] <= start for cue in within)
            around = sum(not (cue[0] < end and start < cue[1]) for cue in within)
            return 1 - 2 * (before % 2), 1 - 2 * (around % 2)

        found = []
        for one in self.concepts.mentions(text):
            near, whole = signs(one.start, one.end)
            concept = one.concept
            found.append(
                Unit(
                    one.key,
                    one.way * near,
                    one.way * whole,
                    one.start,
                    one.end,
                    concept.specific,
                    bool(concept.opposite),
                )
            )
        taken = {place for unit in found for place in range(unit.start, unit.end)}
        for match in _WORD.finditer(text):
            if match.start() in taken or self.negations.fullmatch(match[0]):
                continue
            near, whole = signs(*match.span())
            found += [Unit(stem, near, whole, *match.span()) for stem in stems(match[0]) if stem not in _SILENT]
        return tuple(found)


@lru_cache(maxsize=1)
def read_claim_words() -> ClaimWords:
    """Return the word lists."""
    data: dict[str, Any] = tomllib.loads(CLAIM_WORDS_FILE.read_text(encoding="utf-8"))
    lists = {
        name: any_of(data[name])
        for name in (
            "negations",
            "not_negations",
            "clause_ends",
            "hedges",
            "absolutes",
            "certain",
            "announcements",
            "advice",
            "own",
        )
    }
    return ClaimWords(
        **lists,
        frames=re.compile("|".join(data["frames"]), re.IGNORECASE),
        others=re.compile(r"\W*(?:[\w'’-]+\W+){0,2}?" + any_of(data["others"]).pattern, re.IGNORECASE),
        animals=any_of(data["animal_words"]),
        cells=any_of(data["cell_words"]),
        humans=any_of(data["human_words"]),
        telling=frozenset(f"{name}:" for name in data["telling"]),
        wrong_names=tuple((any_of([row["pattern"]]), row["note"]) for row in data["wrong_name"]),
        concepts=Concepts(
            tuple(
                Concept(
                    row["name"],
                    tuple(row["words"]),
                    tuple(row.get("opposite", ())),
                    row.get("specific", False),
                    row.get("each", False),
                )
                for row in data["concept"]
            )
        ),
    )
