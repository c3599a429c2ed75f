"""How well claims are found and judged: against articles with an expected list, claims worded afresh, and minimal pairs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.claim_check import CheckedClaim, ClaimChecker
from assistant.judged_questions import JudgedSetError
from corpus.sentences import sentence_spans

Progress = Callable[[], None]
NO_CLAIM = "not-a-health-claim"
# The judged sets, by name.
ARTICLES = "articles"
AFRESH, HELD_OUT = "worded afresh", "held out"
THIRD, FOURTH, FIFTH, SIXTH = "third writer", "fourth writer", "fifth writer", "sixth writer"
FRESH = (AFRESH, HELD_OUT, THIRD, FOURTH, FIFTH, SIXTH)
PAIRS = "minimal pairs"
_CATALOGUE = ("supported", "partly-supported", "unproven", "contradicted")


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim, the verdicts that are right for it, and the catalogue's claim that it is.

    That is empty where there is none, and None where the claim was judged by the documents and not by the catalogue.
    """

    text: str
    verdicts: tuple[str, ...]
    claim: str | None


@dataclass(frozen=True, slots=True)
class ExpectedClaim:
    """A claim that an article makes in one sentence; `place` is (article, paragraph, sentence), counted from 1."""

    place: tuple[str, int, int]
    verdicts: tuple[str, ...]
    claim: str

    @property
    def required(self) -> bool:
        """Whether it has to be found; where "not a health claim" is right too, it need not."""
        return NO_CLAIM not in self.verdicts


@dataclass
class Tally:
    """Counts of one judged set, and what went wrong, one line each."""

    name: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wrong: list[str] = field(default_factory=list)

    def share(self, part: str, whole: str) -> float:
        """Return one count as a share of another; 0 where there is none."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the counts and what went wrong."""
        return {"name": self.name, "counts": dict(self.counts), "wrong": self.wrong}


@dataclass(frozen=True, slots=True)
class Aim:
    """What is wanted of one figure, and what was measured."""

    name: str
    wanted: str
    measured: str
    holds: bool


def aims(tallies: Mapping[str, Tally]) -> list[Aim]:
    """Return the acceptance figures of the claim check for the sets that were judged: articles, fresh claims, pairs."""
    found = []
    if (articles := tallies.get(ARTICLES)) is not None:
        found += [
            _least("articles: checkable claims found", articles, "found", "claims", 0.90),
            _least("articles: right verdict, of those found", articles, "found and right", "found", 0.90),
        ]
    for name in FRESH:
        if (fresh := tallies.get(name)) is not None:
            found += [
                _least(f"{name}: right verdict", fresh, "verdict right", "claims", 0.85),
                _none(f"{name}: contradicted shown as supported", fresh, "contradicted shown as supported"),
            ]
    if (pairs := tallies.get(PAIRS)) is not None:
        found.append(_none(f"{PAIRS}: opposite claims with the same verdict", pairs, "same verdict on both sides"))
    return found


def _least(name: str, tally: Tally, part: str, whole: str, wanted: float) -> Aim:
    share = tally.share(part, whole)
    measured = f"{share:.1%} ({tally.counts[part]} of {tally.counts[whole]})"
    return Aim(name, f"at least {wanted:.0%}", measured, share >= wanted)


def _none(name: str, tally: Tally, count: str) -> Aim:
    return Aim(name, "0", str(tally.counts[count]), tally.counts[count] == 0)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON-lines file; JudgedSetError names the line that cannot be read."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except (OSError, ValueError) as error:
        raise JudgedSetError(f"{path}: cannot be read ({error}).") from error
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise JudgedSetError(f"{path}: holds no judged claims, or a line that is none.")
    return rows


def judged_claim(row: dict[str, Any]) -> JudgedClaim:
    """Return one row of a file of judged claims."""
    try:
        claim = str(row["claim"] or "") if "claim" in row else None
        return JudgedClaim(str(row["text"]), tuple(row["verdicts"]), claim)
    except (KeyError, TypeError) as error:
        raise JudgedSetError(f"a judged claim lacks {error}: {row!r}") from error


def surest(checker: ClaimChecker, text: str) -> CheckedClaim:
    """Return what a short text is taken to state: the surest claim of the catalogue, else what stands first."""
    claims = checker.check(text).claims
    covered = [claim for claim in claims if claim.claim]
    if covered:
        return max(covered, key=lambda claim: claim.likely)
    return next((claim for claim in claims if claim.verdict != NO_CLAIM), claims[0])


def evaluate_claims(checker: ClaimChecker, rows: Sequence[JudgedClaim], name: str, progress: Progress) -> Tally:
    """Judge single claims: is the verdict right, is it the right claim, and is anything contradicted shown as supported."""
    tally = Tally(name)
    for row in rows:
        found = surest(checker, row.text)
        _count(tally, row, found)
        progress()
    return tally


def evaluate_pairs(
    checker: ClaimChecker, pairs: Sequence[tuple[JudgedClaim, JudgedClaim]], name: str, progress: Progress
) -> Tally:
    """Judge minimal pairs: each side by itself, and whether two sides that differ ever get the same claim."""
    tally = Tally(name)
    for first, second in pairs:
        one, other = surest(checker, first.text), surest(checker, second.text)
        right = [_count(tally, first, one), _count(tally, second, other)]
        tally.counts["pairs"] += 1
        tally.counts["pairs right"] += all(right)
        differ = not set(first.verdicts) & set(second.verdicts)
        tally.counts["pairs that differ"] += differ
        if differ and one.claim and other.claim and one.verdict == other.verdict:
            tally.counts["same verdict on both sides"] += 1
            tally.wrong.append(f"both {one.verdict}: {first.text} / {second.text}")
        progress()
    return tally


def _count(tally: Tally, row: JudgedClaim, found: CheckedClaim) -> bool:
    right = found.verdict in row.verdicts
    named = found.claim.id if found.claim else ""
    tally.counts["claims"] += 1
    tally.counts["verdict right"] += right
    if row.claim:
        tally.counts["in the catalogue"] += 1
        tally.counts["found"] += bool(found.claim)
        tally.counts["found and right"] += bool(found.claim) and right
        tally.counts["same claim"] += named == row.claim
    elif row.claim is not None:
        tally.counts["outside the catalogue"] += 1
        tally.counts["left alone"] += right
    tally.counts["contradicted shown as supported"] += _dangerous(row.verdicts, found.verdict)
    if not right:
        tally.wrong.append(
            f"{found.verdict} ({named or 'no claim'}) for {'/'.join(row.verdicts)} ({row.claim or 'none'}): {row.text}"
        )
    return right


def _dangerous(right: Sequence[str], shown: str) -> bool:
    return shown == "supported" and "contradicted" in right and "supported" not in right


def evaluate_articles(
    checker: ClaimChecker, articles: Mapping[str, str], expected: Sequence[ExpectedClaim], name: str, progress: Progress
) -> Tally:
    """Judge whole articles: which of the expected claims are found in their sentence, and with which verdict.

    Within a sentence each claim reported is given to one expected claim: first where the catalogue's claim is the same, then
    where the verdict is right, then to any that is left (found, with a wrong verdict).
    """
    tally = Tally(name)
    by_place: dict[tuple[str, int, int], list[ExpectedClaim]] = defaultdict(list)
    for one in expected:
        by_place[one.place].append(one)
    for article, text in articles.items():
        reported = _by_place(article, text, checker.check(text).claims)
        for place, wanted in by_place.items():
            if place[0] == article:
                _assign(tally, place, wanted, reported.get(place, []))
        progress()
    return tally


def _by_place(
    article: str, text: str, claims: Sequence[CheckedClaim]
) -> dict[tuple[str, int, int], list[CheckedClaim]]:
    found: dict[tuple[str, int, int], list[CheckedClaim]] = defaultdict(list)
    for place, start, end in _places(article, text):
        found[place] = [claim for claim in claims if claim.claim and start <= claim.start < end]
    return found


def _places(article: str, text: str) -> Iterator[tuple[tuple[str, int, int], int, int]]:
    """The sentences of an article with their paragraph and number: a paragraph is a line that is not empty."""
    offset = paragraph = 0
    for line in text.split("\n"):
        if line.strip():
            paragraph += 1
            for number, (start, end) in enumerate(sentence_spans(text, offset, offset + len(line)), 1):
                yield (article, paragraph, number), start, end
        offset += len(line) + 1


def _assign(
    tally: Tally, place: tuple[str, int, int], wanted: Sequence[ExpectedClaim], reported: Sequence[CheckedClaim]
) -> None:
    left = list(reported)
    given: dict[int, CheckedClaim] = {}
    order = sorted(range(len(wanted)), key=lambda number: not wanted[number].required)
    for fits in (_same_claim, _right_verdict, _any_verdict):
        for number in order:
            taken = next((one for one in left if number not in given and fits(wanted[number], one)), None)
            if taken is not None and (wanted[number].required or fits is not _any_verdict):
                given[number] = taken
                left.remove(taken)
    for number, one in enumerate(wanted):
        found = given.get(number)
        if one.required:
            tally.counts["claims"] += 1
            tally.counts["found"] += found is not None
            tally.counts["found and right"] += found is not None and found.verdict in one.verdicts
            tally.counts["same claim"] += found is not None and _same_claim(one, found)
        if found is not None:
            tally.counts["contradicted shown as supported"] += _dangerous(one.verdicts, found.verdict)
        if (one.required and found is None) or (found is not None and found.verdict not in one.verdicts):
            shown = f"{found.verdict} ({found.claim.id if found.claim else ''})" if found else "not found"
            tally.wrong.append(
                f"{place[0][:3]} {place[1]}.{place[2]}: {shown} for {'/'.join(one.verdicts)} ({one.claim})"
            )
    tally.counts["reported besides"] += len(left)


def _same_claim(wanted: ExpectedClaim, found: CheckedClaim) -> bool:
    return found.claim is not None and found.claim.id == wanted.claim


def _right_verdict(wanted: ExpectedClaim, found: CheckedClaim) -> bool:
    return found.verdict in wanted.verdicts


def _any_verdict(wanted: ExpectedClaim, found: CheckedClaim) -> bool:
    return found.verdict in _CATALOGUE and bool(wanted.claim)
