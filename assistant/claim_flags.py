"""What is wrong with how a claim is put, by rules alone: numbers, lost hedges, animals told as people, absolutes, wrong names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Quote
from assistant.claim_words import ClaimWords
from corpus.claims import Claim

_NUMBER = re.compile(
    r"(?<![\w.,-])(?P<number>\d[\d,]*(?:\.\d+)?)\s?(?:(?:-|–|to|and)\s?(?P<second>\d[\d,]*(?:\.\d+)?)\s?)?"
    r"(?P<unit>grams?|g|mg|milligrams?|kg|ml|%|percent|per cent|hours?|hrs?|days?|weeks?|months?|years?|minutes?|times|people|deaths|million)\b",
    re.IGNORECASE,
)
_UNITS = {
    "g": "gram",
    "grams": "gram",
    "mg": "milligram",
    "milligrams": "milligram",
    "%": "percent",
    "per cent": "percent",
    "hr": "hour",
    "hrs": "hour",
}
_ANIMAL_KINDS = frozenset({"animal", "in-vitro"})


def flags(sentence: str, claim: Claim | None, quotes: Sequence[Quote], words: ClaimWords) -> tuple[str, ...]:
    """Return one line for a reader for each thing that stands out in a sentence, beside a claim and its evidence."""
    found = [
        f"Wrong name: “{match[0]}”. {note}"
        for pattern, note in words.wrong_names
        if (match := pattern.search(sentence))
    ]
    found += _absolute(sentence, words)
    if claim is not None:
        evidence = " ".join([claim.claim, claim.why, *(quote.text for quote in quotes)])
        found += _numbers(sentence, evidence)
        found += _hedge(sentence, claim, words)
        found += _not_people(sentence, claim, quotes, words)
    return tuple(found)


def amounts(text: str) -> dict[tuple[str, str], str]:
    """Return the (number, unit) pairs of a text, and how each stands there; both ends of a range count."""
    found = {}
    for match in _NUMBER.finditer(text):
        unit = match["unit"].lower()
        unit = _UNITS.get(unit, unit.removesuffix("s"))
        for number in (match["number"], match["second"]):
            if number:
                found[number.replace(",", "").removesuffix(".0"), unit] = match[0]
    return found


def _numbers(sentence: str, evidence: str) -> list[str]:
    own, theirs = amounts(sentence), amounts(evidence)
    different = dict.fromkeys(said for pair, said in own.items() if pair not in theirs)
    units = {unit for _, unit in own}
    known = list(dict.fromkeys(said for (_, unit), said in theirs.items() if unit in units))[:4]
    beside = f"The evidence quoted has: {', '.join(known)}." if known else "The evidence quoted gives no such figure."
    return [f"Number or unit differs: “{said}”. {beside}" for said in different]


def _absolute(sentence: str, words: ClaimWords) -> list[str]:
    spared = [match.span() for match in words.not_negations.finditer(sentence)]
    match = next(
        (
            one
            for one in words.absolutes.finditer(sentence)
            if not any(first <= one.start() < last for first, last in spared)
        ),
        None,
    )
    return [f"Absolute wording: “{match[0]}”. Evidence about health seldom allows it."] if match else []


def _hedge(sentence: str, claim: Claim, words: ClaimWords) -> list[str]:
    """A claim that the evidence leaves open or halfway, told as certain."""
    if claim.verdict not in ("unproven", "partly-supported") or words.hedges.search(sentence):
        return []
    hedged = "is not proven" if claim.verdict == "unproven" else "holds only in part"
    return [f"Hedge dropped: the sentence tells it as certain, but by the evidence it {hedged}."]


def _not_people(sentence: str, claim: Claim, quotes: Sequence[Quote], words: ClaimWords) -> list[str]:
    """Evidence from animals or cells only, told without saying so."""
    kinds = {source.kind for quote in quotes for source in quote.sources}
    only = bool(kinds) and kinds <= _ANIMAL_KINDS
    named = words.animals.search(claim.claim) or words.cells.search(claim.claim)
    if not (only or named) or words.animals.search(sentence) or words.cells.search(sentence):
        return []
    return [
        "Animal or cell result told as if it held for people: the evidence behind this claim is from animals or cells."
    ]
