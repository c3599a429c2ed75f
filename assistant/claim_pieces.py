"""Which pieces of a sentence state claims: the split that explains most, each piece with its claim, no claim twice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.claim_catalogue import Seen
from assistant.claim_matching import Candidate
from assistant.claim_sentences import Piece
from corpus.claims import NOT_COVERED

_SUPPORT = ("supported", "partly-supported")
Rated = tuple[Piece, Seen, list[Candidate]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A piece that states a claim."""

    start: int
    end: int
    seen: Seen
    candidate: Candidate
    sure: float


def choose(leaves: int, rated: Sequence[Rated], floors: Mapping[str, float]) -> list[Chosen]:
    """Return the pieces to report, in order: those whose claims together are surest, without overlap.

    Dynamic programming over the sentence's leaves. Every further piece has to earn its cost, so that a sentence is cut
    only where its parts say more than the whole.
    """
    best: list[tuple[float, list[Chosen]]] = [(0.0, []), *((-1.0, []) for _ in range(leaves))]
    options = [(piece, chosen) for piece, seen, found in rated if (chosen := stated(piece, seen, found, floors))]
    for end in range(1, leaves + 1):
        best[end] = best[end - 1]
        for piece, chosen in options:
            if piece.last + 1 != end:
                continue
            value, before = best[piece.first]
            gain = chosen.sure - floors["least"] + 0.01
            # Tiny, so that of equal splits the one with longer pieces is kept.
            gain -= floors.get("cost", 0.0) * bool(before)
            if value + gain > best[end][0] + 1e-9:
                best[end] = (value + gain, [*before, chosen])
    return _once(best[leaves][1])


def stated(piece: Piece, seen: Seen, found: Sequence[Candidate], floors: Mapping[str, float]) -> Chosen | None:
    """Return the claim that a piece states; None below the floors, where a claim of the contrary verdict is as near, or where
    what it most likely states is known to be in no document.

    Neighbouring claims share their probability, so the verdict is the one that the candidates together favour, and the claim
    is the likeliest that has it. How sure that is, is the sum over those candidates.
    """
    shares: dict[str, float] = {}
    for one in found:
        shares[one.claim.verdict] = shares.get(one.claim.verdict, 0.0) + one.probability
    if not shares:
        return None
    # Of equal shares the verdict of the likelier claim, which comes first.
    verdict = max(shares, key=lambda name: shares[name])
    rival = max((share for name, share in shares.items() if name != verdict), default=0.0)
    clear = shares[verdict] >= floors["least"] and shares[verdict] >= floors["lead"] * rival
    if shares[verdict] < floors["match"] and not clear:
        return None
    if verdict == NOT_COVERED:
        return None
    claim = next(one for one in found if one.claim.verdict == verdict)
    sure = min(shares[verdict], 1.0)
    if _strange(claim, sure, floors) or _doubtful(claim, shares, floors):
        return None
    return Chosen(piece.start, piece.end, seen, claim, sure)


def _strange(claim: Candidate, sure: float, floors: Mapping[str, float]) -> bool:
    """Whether too much of the text is met by no wording of the claim; the surer the verdict, the less has to be met.

    Support needs more than another verdict: nothing false may be shown as supported.
    """
    odds = math.log(max(sure, 1e-6) / max(1 - sure, 1e-3))
    least = floors.get("met_supported" if claim.claim.verdict == "supported" else "met", 0.0)
    return claim.met + floors.get("met_slope", 0.0) * odds < least


def _doubtful(claim: Candidate, shares: Mapping[str, float], floors: Mapping[str, float]) -> bool:
    """Whether a verdict for or against would be rash: the text turns the claim round, or claims of the other side are as near.

    Nothing false may be shown as supported, so support is also withheld from a text that names a further particular thing.
    """
    verdict = claim.claim.verdict
    if verdict == "unproven":
        return False
    supported = verdict in _SUPPORT
    against = shares.get("contradicted" if supported else "supported", 0.0) / shares[verdict]
    if against >= floors["contrary" if supported else "contrary_of_contradicted"] or (supported and claim.beyond):
        return True
    return claim.turned and (supported or against >= floors["turned"])


def _once(chosen: Sequence[Chosen]) -> list[Chosen]:
    """Each claim once, where it is surest."""
    surest: dict[str, Chosen] = {}
    for one in chosen:
        known = surest.get(one.candidate.claim.id)
        if known is None or one.sure > known.sure:
            surest[one.candidate.claim.id] = one
    return [one for one in chosen if surest[one.candidate.claim.id] is one]
