"""Flags: numbers, lost hedges, animals told as people, absolutes, wrong names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.claim_flags import amounts, flags
from assistant.claim_words import read_claim_words
from corpus.claims import Claim, Verdict

WORDS = read_claim_words()
CLAIM = Claim(
    "amount", "Kratom at 5 grams eases pain.", ("a", "b", "c"), "unproven", "No trial; users took 1 to 3 grams.", ()
)


def raised(sentence: str, claim: Claim | None = CLAIM) -> list[str]:
    return [flag.split(":")[0] for flag in flags(sentence, claim, (), WORDS)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Kratom may ease pain at 5 grams.", []),
        ("Kratom may ease pain at 2 to 5 grams.", ["Number or unit differs"]),
        ("Kratom may ease pain at 5 mg.", ["Number or unit differs"]),
        ("Kratom eases pain.", ["Hedge dropped"]),
        ("Kratom may ease pain without side effects.", ["Absolute wording"]),
        ("Mitraphylline may ease pain.", ["Wrong name"]),
        ("The alkaloid mitraginin may ease pain.", ["Wrong name"]),
    ],
)
def test_each_fault_raises_its_flag(sentence: str, expected: list[str]) -> None:
    assert raised(sentence) == expected


def test_a_number_flag_names_what_the_evidence_has() -> None:
    (flag,) = flags("Kratom may ease pain at 9 grams.", CLAIM, (), WORDS)
    assert flag == "Number or unit differs: “9 grams”. The evidence quoted has: 5 grams, 1 to 3 grams."


@pytest.mark.parametrize(
    ("verdict", "count"), [("unproven", 1), ("partly-supported", 1), ("supported", 0), ("contradicted", 0)]
)
def test_a_dropped_hedge_matters_only_where_the_evidence_is_open(verdict: Verdict, count: int) -> None:
    assert raised("Kratom eases pain.", replace(CLAIM, verdict=verdict)).count("Hedge dropped") == count


def test_an_animal_result_told_as_human_is_flagged_and_one_told_as_such_is_not() -> None:
    claim = replace(CLAIM, claim="Kratom tea eases pain in mice.", verdict="supported")
    assert raised("Kratom tea eases pain.", claim) == ["Animal or cell result told as if it held for people"]
    assert raised("Kratom tea eases pain in mice.", claim) == []


def test_without_a_claim_only_words_are_judged() -> None:
    assert raised("Kratom never harms anyone at 9 grams.", None) == ["Absolute wording"]


def test_amounts_read_units_and_both_ends_of_a_range() -> None:
    assert amounts("2-5 g, 1,000 mg and 3 hrs") == {
        ("2", "gram"): "2-5 g",
        ("5", "gram"): "2-5 g",
        ("1000", "milligram"): "1,000 mg",
        ("3", "hour"): "3 hrs",
    }
