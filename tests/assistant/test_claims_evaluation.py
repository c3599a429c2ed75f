"""How the claim check is scored, on judged claims of our own; and the acceptance figures with the real model."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.claim_check import ClaimChecker, open_checker
from assistant.claims_evaluation import (
    AFRESH,
    ARTICLES,
    PAIRS,
    ExpectedClaim,
    JudgedClaim,
    Tally,
    aims,
    evaluate_articles,
    evaluate_claims,
    evaluate_pairs,
    judged_claim,
    read_rows,
)
from assistant.judged_questions import JudgedSetError
from assistant.settings import Settings
from tests.assistant.claims_designed import designed_checker
from tests.assistant.designed import open_small

JUDGED = Path(__file__).resolve().parents[1] / "judged"
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"


SINGLE = ("claims-worded-afresh.jsonl", "claims-held-out.jsonl", "claims-third-writer.jsonl")
# Written when all wordings were there: what words they share is chance.
LATER = ("claims-fourth-writer.jsonl", "claims-fifth-writer.jsonl", "claims-sixth-writer.jsonl")


def judged_texts() -> Iterator[str]:
    """The texts of the judged claims."""
    for name in SINGLE:
        for row in read_rows(JUDGED / name):
            yield row["text"]
    for row in read_rows(JUDGED / "claim-pairs.jsonl"):
        yield from (row[side]["text"] for side in "ab")


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> ClaimChecker:
    return designed_checker(open_small(tmp_path_factory.mktemp("scored")))


def nothing() -> None:
    """No progress is watched."""


RIGHT = JudgedClaim("Kratom relieves pain.", ("unproven",), "eases-pain")
WRONG = JudgedClaim("Kratom is bad for the liver.", ("contradicted",), "never-hurts-liver")
OUTSIDE = JudgedClaim("Kratom cures tinnitus.", ("not-covered",), "")


def test_single_claims_are_counted(checker: ClaimChecker) -> None:
    tally = evaluate_claims(checker, [RIGHT, WRONG, OUTSIDE], "ours", nothing)
    assert dict(tally.counts) == {
        "claims": 3,
        "verdict right": 2,
        "in the catalogue": 2,
        "found": 2,
        "found and right": 1,
        "same claim": 1,
        "contradicted shown as supported": 1,
        "outside the catalogue": 1,
        "left alone": 1,
    }
    assert tally.wrong == ["supported (hurts-liver) for contradicted (never-hurts-liver): Kratom is bad for the liver."]
    assert tally.share("verdict right", "claims") == pytest.approx(2 / 3)


def test_claims_judged_by_the_documents_are_neither_in_the_catalogue_nor_outside_it(checker: ClaimChecker) -> None:
    row = judged_claim({"text": "Kratom relieves pain.", "verdicts": ["unproven"]})
    assert row.claim is None
    assert judged_claim({"text": "Kratom relieves pain.", "verdicts": ["unproven"], "claim": None}).claim == ""
    tally = evaluate_claims(checker, [row], "ours", nothing)
    assert dict(tally.counts) == {"claims": 1, "verdict right": 1, "contradicted shown as supported": 0}


def test_pairs_that_get_one_verdict_are_counted(checker: ClaimChecker) -> None:
    good = (
        JudgedClaim("Kratom is bad for the liver.", ("supported",), "hurts-liver"),
        JudgedClaim("Kratom is not bad for the liver.", ("contradicted",), "never-hurts-liver"),
    )
    bad = (good[0], WRONG)
    tally = evaluate_pairs(checker, [good, bad], "pairs", nothing)
    assert (tally.counts["pairs"], tally.counts["pairs right"], tally.counts["same verdict on both sides"]) == (2, 1, 1)


def test_an_article_is_scored_sentence_by_sentence(checker: ClaimChecker) -> None:
    text = "Kratom And Pain\n\nThe sky is blue. Kratom relieves pain, but kratom is bad for the liver.\nKratom ruins sleep."
    expected = [
        ExpectedClaim(("a", 2, 2), ("unproven",), "eases-pain"),
        ExpectedClaim(("a", 2, 2), ("contradicted",), "never-hurts-liver"),
        ExpectedClaim(("a", 2, 1), ("unproven",), "eases-pain"),
        ExpectedClaim(("a", 1, 1), ("not-a-health-claim", "unproven"), "eases-pain"),
    ]
    tally = evaluate_articles(checker, {"a": text}, expected, "articles", nothing)
    assert dict(tally.counts) == {
        "claims": 3,
        "found": 2,
        "found and right": 1,
        "same claim": 1,
        "contradicted shown as supported": 1,
        "reported besides": 0,
    }


@pytest.mark.parametrize("content", ["", "not json\n", "[1]\n"])
def test_a_judged_file_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(content)
    with pytest.raises(JudgedSetError, match=r"judged\.jsonl"):
        read_rows(path)


def test_a_share_of_nothing_is_nothing() -> None:
    assert Tally("empty").share("found", "claims") == 0.0
    assert json.dumps(Tally("empty").as_json()) == '{"name": "empty", "counts": {}, "wrong": []}'


@pytest.fixture(scope="session")
def real(real_settings: Settings) -> ClaimChecker:
    return open_checker(real_settings)


@pytest.mark.slow
def test_with_the_real_model_a_claim_and_its_contrary_differ(real: ClaimChecker) -> None:
    verdicts = [real.check(text).claims[0].verdict for text in ("Kratom is addictive.", "Kratom is not addictive.")]
    assert verdicts == ["supported", "contradicted"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", SINGLE + LATER)
def test_with_the_real_model_nothing_contradicted_among_single_claims_is_shown_as_supported(
    real: ClaimChecker, name: str
) -> None:
    tally = evaluate_claims(real, [judged_claim(row) for row in read_rows(JUDGED / name)], name, nothing)
    assert tally.counts["claims"] >= 60
    assert tally.counts["contradicted shown as supported"] == 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_with_the_real_model_no_two_opposite_claims_get_the_same_verdict(real: ClaimChecker) -> None:
    rows = read_rows(JUDGED / "claim-pairs.jsonl")
    tally = evaluate_pairs(real, [(judged_claim(row["a"]), judged_claim(row["b"])) for row in rows], PAIRS, nothing)
    assert tally.counts["pairs that differ"] >= 60
    assert tally.counts["same verdict on both sides"] == 0


def test_the_acceptance_figures_are_told_with_what_holds() -> None:
    fresh = Tally(AFRESH, defaultdict(int, {"claims": 20, "verdict right": 16}))
    pairs = Tally(PAIRS, defaultdict(int, {"pairs": 60, "same verdict on both sides": 1}))
    articles = Tally(ARTICLES, defaultdict(int, {"claims": 10, "found": 9, "found and right": 9}))
    found = aims({tally.name: tally for tally in (fresh, pairs, articles)})
    assert [(aim.wanted, aim.measured, aim.holds) for aim in found] == [
        ("at least 90%", "90.0% (9 of 10)", True),
        ("at least 90%", "100.0% (9 of 9)", True),
        ("at least 85%", "80.0% (16 of 20)", False),
        ("0", "0", True),
        ("0", "1", False),
    ]
