"""The catalogue as it is compared: its wordings taken from the index, signals that can be worked by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.claim_catalogue import SIGNALS, Catalogue, Seen, numbers, quantities, universal
from assistant.claim_words import read_claim_words
from corpus.claims import Claim, catalogue_wordings, read_claims
from index.wordings import WordingIndex, encoded_wordings
from tests.assistant.claims_designed import write_claims
from tests.keyword_encoder import KeywordEncoder, encode

WORDS = read_claim_words()


@pytest.fixture
def claims(tmp_path: Path) -> tuple[Claim, ...]:
    write_claims(tmp_path)
    return read_claims(tmp_path / "claims.toml")


@pytest.fixture
def catalogue(claims: tuple[Claim, ...]) -> Catalogue:
    return Catalogue.of(claims, catalogue_wordings(claims, {}), KeywordEncoder(), WORDS)


def signals(catalogue: Catalogue, text: str) -> dict[str, dict[str, float]]:
    found = catalogue.signals(Seen.of(text, encode(text), WORDS))
    return {
        wording: dict(zip(SIGNALS, map(float, row), strict=True))
        for wording, row in zip(catalogue.wordings, found, strict=True)
    }


def test_the_same_words_meet_in_every_signal(catalogue: Catalogue) -> None:
    row = signals(catalogue, "kratom relieves pain")["kratom relieves pain"]
    assert row["dense"] == pytest.approx(1.0, abs=1e-5)
    assert row["late_text"] == pytest.approx(1.0, abs=1e-4)
    assert (row["overlap_text"], row["overlap_wording"], row["agree"]) == pytest.approx((1.0, 1.0, 1.0))
    assert (row["disagree"], row["clause_disagree"], row["contrary"], row["specific_text"]) == (0.0, 0.0, 0.0, 0.0)


def test_words_are_met_by_any_wording_of_a_claim(catalogue: Catalogue) -> None:
    def met(text: str, claim: int) -> float:
        return catalogue.met(Seen.of(text, encode(text), WORDS), claim)

    pain = [claim.id for claim in catalogue.claims].index("eases-pain")
    # "relieves" stands in one wording, "gets better" in another.
    assert met("kratom relieves pain", pain) == pytest.approx(1.0, abs=1e-3)
    assert met("pain gets better", pain) == pytest.approx(1.0, abs=1e-3)
    assert met("malaria relieves pain", pain) < 0.8


def test_a_denial_shares_the_words_and_disagrees(catalogue: Catalogue) -> None:
    row = signals(catalogue, "kratom does not relieve pain")["kratom relieves pain"]
    assert row["overlap_wording"] == pytest.approx(1.0)
    assert (row["disagree"], row["clause_disagree"], row["contrary"]) == pytest.approx((1.0, 1.0, 1.0))
    assert row["agree"] == pytest.approx(0.0)


def test_two_denials_agree(catalogue: Catalogue) -> None:
    assert (
        signals(catalogue, "kratom is not bad for the liver")["kratom is not bad for the liver"]["clause_disagree"]
        == 0.0
    )


def test_a_particular_thing_that_no_wording_has_is_told(catalogue: Catalogue) -> None:
    row = signals(catalogue, "kratom relieves tinnitus")["kratom relieves pain"]
    assert row["specific_text"] == pytest.approx(np.log1p(4))
    assert row["specific_wording"] > 0.5


def test_numbers_differ_only_where_both_sides_have_some(catalogue: Catalogue) -> None:
    wording = "Kratom at 5 grams ruins sleep."
    assert [
        signals(catalogue, text)[wording]["numbers"]
        for text in ("kratom at 9 grams ruins sleep", "kratom at 5 grams ruins sleep", "kratom ruins sleep")
    ] == [1.0, 0.0, 0.0]


def test_numbers_leave_names_alone() -> None:
    assert numbers("7-OH and 1,000 times 2.5 mg of 4x100") == {"1000", "2.5"}


def test_further_wordings_belong_to_their_claim(claims: tuple[Claim, ...]) -> None:
    wordings = catalogue_wordings(claims, {"eases-pain": ["kratom is a painkiller"], "unknown": ["nothing"]})
    catalogue = Catalogue.of(claims, wordings, KeywordEncoder(), WORDS)
    row = catalogue.wordings.index("kratom is a painkiller")
    assert catalogue.claims[int(catalogue.owners[row])].id == "eases-pain"
    assert "nothing" not in catalogue.wordings


def test_what_the_index_keeps_is_not_encoded_and_gives_the_same(claims: tuple[Claim, ...]) -> None:
    wordings = catalogue_wordings(claims, {})
    texts = [wording.text for wording in wordings]
    kept = WordingIndex.build(encoded_wordings(texts[1:], KeywordEncoder(), {}, lambda _: None))
    encoder = KeywordEncoder()
    catalogue = Catalogue.of(claims, wordings, encoder, WORDS, kept=kept)
    assert encoder.encoded == texts[:1]
    fresh = Catalogue.of(claims, wordings, KeywordEncoder(), WORDS)
    assert np.array_equal(catalogue.encoded.vectors, fresh.encoded.vectors)
    assert np.array_equal(catalogue.encoded.tokens, fresh.encoded.tokens)
    assert np.array_equal(catalogue.encoded.starts, fresh.encoded.starts)


def test_numbers_told_in_words_are_quantities() -> None:
    assert quantities("Over ten million of 1,000 people, or one in twenty") == {"10", "1000", "20"}
    assert numbers("Over ten million of 1,000 people") == {"1000"}


def test_other_numbers_are_beyond_a_claim_that_has_some(catalogue: Catalogue) -> None:
    row = next(row for row, text in enumerate(catalogue.wordings) if not quantities(text))
    owner = int(catalogue.owners[row])
    counted = replace(catalogue, wordings=tuple(f"{text} in two million people" for text in catalogue.wordings))
    for told, beyond in (("in two million people", False), ("in ten million people", True), ("", False)):
        seen = replace(catalogue.seen(row), text=f"{catalogue.wordings[row]} {told}")
        assert counted.beyond(seen, owner, row) is beyond
        assert not catalogue.beyond(seen, owner, row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kratom is banned in all states.", True),
        ("Everyone who takes kratom gets sick.", True),
        ("Kratom never fails.", True),
        ("Those who take kratom every day or every other week all day.", False),
        ("Listen y'all: kratom is overall allowed.", False),
    ],
)
def test_what_is_said_of_all_is_beyond_a_claim_that_is_not(catalogue: Catalogue, text: str, expected: bool) -> None:
    assert universal(text) is expected
    row = next(row for row, wording in enumerate(catalogue.wordings) if not universal(wording))
    owner = int(catalogue.owners[row])
    assert catalogue.beyond(replace(catalogue.seen(row), text=text), owner, row) is expected
    of_all = replace(catalogue, wordings=tuple(f"Always: {wording}" for wording in catalogue.wordings))
    assert not of_all.beyond(replace(catalogue.seen(row), text=text), owner, row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kratom cures addiction in ten days with zero withdrawal", True),
        ("there is no proof that kratom cures addiction", False),
        ("it is not known whether kratom cures addiction", False),
    ],
)
def test_that_something_is_not_shown_supports_only_what_speaks_of_showing(
    catalogue: Catalogue, text: str, expected: bool
) -> None:
    row, owner = 0, int(catalogue.owners[0])
    unshown = replace(catalogue.claims[owner], claim="No trial has shown that kratom cures addiction.")
    doubting = replace(catalogue, claims=(unshown, *catalogue.claims[1:]))
    assert doubting.beyond(replace(catalogue.seen(row), text=text), owner, row) is expected
    assert not catalogue.beyond(replace(catalogue.seen(row), text=text), owner, row)
