"""What a text speaks of, and whether it says or denies it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from assistant.claim_words import read_claim_words
from corpus.claims import WORDINGS_FILE, read_wordings
from tests.assistant.test_claims_evaluation import JUDGED, SEEDS, judged_texts

WORDS = read_claim_words()
CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def signs(text: str, key: str) -> tuple[int, int]:
    unit = next(unit for unit in WORDS.units(text) if unit.key == key)
    return unit.sign, unit.clause_sign


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("Kratom is addictive.", "addiction:", (1, 1)),
        ("Kratom is not addictive.", "addiction:", (-1, -1)),
        ("Kratom isn't addictive.", "addiction:", (-1, -1)),
        ("Kratom is non-addictive.", "addiction:", (-1, -1)),
        ("Nobody gets addicted to kratom.", "addiction:", (-1, -1)),
        ("Kratom eases pain without addiction.", "addiction:", (-1, -1)),
        ("Kratom fails to slow the breathing.", "breathing:", (-1, -1)),
        ("Kratom leaves the liver alone.", "liver:", (-1, -1)),
        ("The liver is unaffected.", "liver:", (1, -1)),
        ("A safe dose is not known.", "safety:", (1, -1)),
        ("No safe dose is known.", "safety:", (-1, -1)),
        ("Kratom is not only safe.", "safety:", (1, 1)),
        ("Kratom withdrawal is never not severe.", "severity:", (1, 1)),
        ("Kratom is not legal but it is safe.", "safety:", (1, 1)),
        ("Kratom lowers the pulse.", "amount:", (-1, -1)),
        ("Kratom raises the pulse.", "amount:", (1, 1)),
        ("Kratom does not lower the pulse.", "heart:", (-1, -1)),
        ("Kratom is illegal.", "law:", (-1, -1)),
        ("Kratom may not be sold.", "law:", (-1, -1)),
        ("Kratom is no longer illegal.", "law:", (1, 1)),
        ("Mitragynine is gone from the blood.", "body clearing:", (1, 1)),
        ("Mitragynine circulates for days.", "body clearing:", (-1, -1)),
    ],
)
def test_a_negation_turns_what_it_reaches(text: str, key: str, expected: tuple[int, int]) -> None:
    assert signs(text, key) == expected


def test_a_text_and_its_denial_differ_in_sign_only() -> None:
    said, denied = WORDS.units("Kratom is addictive."), WORDS.units("Kratom is not addictive.")
    assert [unit.key for unit in said] == [unit.key for unit in denied] == ["addiction:"]
    assert [unit.clause_sign for unit in said] == [1]
    assert [unit.clause_sign for unit in denied] == [-1]


def test_units_that_name_one_thing_each_are_told_apart() -> None:
    teeth = {unit.key for unit in WORDS.units("Kratom whitens teeth")}
    nails = {unit.key for unit in WORDS.units("Kratom whitens nails")}
    assert {key for key in teeth ^ nails if key.startswith("other body part:")} == {
        "other body part:teeth",
        "other body part:nail",
    }


def test_states_and_countries_are_particular_things() -> None:
    named = [unit.key for unit in WORDS.units("Kratom is illegal in West Virginia and in Sweden.") if unit.specific]
    assert named == ["state:west virginia", "country:sweden"]


def test_what_breaks_down_is_neither_a_break_nor_less() -> None:
    keys = {unit.key for unit in WORDS.units("An enzyme breaks down mitragynine.")}
    assert "breaks:" not in keys and "amount:" not in keys
    assert "breaks:" in {unit.key for unit in WORDS.units("Days off and breaks restore it.")}


@pytest.mark.parametrize(
    "text", ["A buyer must be 21 or older.", "The shop asks for proof of 18+.", "There is an age limit."]
)
def test_a_buying_age_is_something_to_check(text: str) -> None:
    assert {unit.key for unit in WORDS.units(text)} & WORDS.telling


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("My doctor says that kratom hurts the liver", "kratom hurts the liver"),
        ("Honestly, kratom hurts the liver", "kratom hurts the liver"),
        ("According to my aunt, kratom hurts the liver", "kratom hurts the liver"),
        ("Kratom hurts the liver", "Kratom hurts the liver"),
        ("She says", "She says"),
    ],
)
def test_frames_are_taken_away_but_never_everything(text: str, bare: str) -> None:
    assert WORDS.without_frames(text) == bare


def test_wrong_names_have_a_note_and_right_names_none() -> None:
    noted = {
        text: [note for pattern, note in WORDS.wrong_names if pattern.search(text)]
        for text in ("mitraphylline", "mitraginin", "mitragynine", "Mitragyna speciosa")
    }
    assert [len(notes) for notes in noted.values()] == [1, 1, 0, 0]
    assert "mitragynine" in noted["mitraginin"][0]


def test_telling_concepts_exist() -> None:
    assert WORDS.telling <= {f"{concept.name}:" for concept in WORDS.concepts.concepts}


def test_every_further_wording_belongs_to_a_claim_and_speaks_of_kratom() -> None:
    if not (CORPUS / "claims.toml").exists():
        pytest.skip("the bundled corpus has no claims.toml yet")
    ids = {row["id"] for row in tomllib.loads((CORPUS / "claims.toml").read_text(encoding="utf-8"))["claim"]}
    assert set(read_wordings(CORPUS / WORDINGS_FILE)) - ids == set()


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    tokens = re.findall(r"[a-z0-9'-]+", text.lower().replace("’", "'"))
    return {tuple(tokens[place : place + length]) for place in range(len(tokens) - length + 1)}


@pytest.mark.skipif(not JUDGED.is_dir(), reason="no judged claims here")
def test_no_further_wording_is_taken_from_the_judged_claims() -> None:
    """Five words in a row shared with a judged claim would be fitting to its letter."""
    judged = set().union(*(_runs(text, 5) for text in judged_texts()))
    further = [text for texts in read_wordings(CORPUS / WORDINGS_FILE).values() for text in texts]
    assert [text for text in further if _runs(text, 5) & judged] == []


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the articles in ../shared are not here")
def test_no_further_wording_is_taken_from_the_articles() -> None:
    articles = set().union(*(_runs(path.read_text(encoding="utf-8"), 4) for path in SEEDS.glob("*.txt")))
    further = [text for texts in read_wordings(CORPUS / WORDINGS_FILE).values() for text in texts]
    assert [text for text in further if _runs(text, 4) & articles] == []
