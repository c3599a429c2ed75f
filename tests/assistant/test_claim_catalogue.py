"""The catalogue as it is compared: encoded once, kept on disk, never taken from a changed file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.claim_catalogue import SIGNALS, Catalogue, Seen, encode_texts, numbers
from assistant.claim_words import read_claim_words
from corpus.claims import Claim, read_claims
from tests.assistant.claims_designed import write_claims
from tests.keyword_encoder import KeywordEncoder, encode

WORDS = read_claim_words()
TEXTS = ["kratom hurts the liver", "kratom eases pain"]


@pytest.fixture
def claims(tmp_path: Path) -> tuple[Claim, ...]:
    write_claims(tmp_path)
    return read_claims(tmp_path / "claims.toml")


@pytest.fixture
def catalogue(claims: tuple[Claim, ...]) -> Catalogue:
    return Catalogue.of(claims, KeywordEncoder(), WORDS)


def signals(catalogue: Catalogue, text: str) -> dict[str, dict[str, float]]:
    found = catalogue.signals(Seen.of(text, encode(text), WORDS))
    return {
        wording: dict(zip(SIGNALS, map(float, row), strict=True))
        for wording, row in zip(catalogue.wordings, found, strict=True)
    }


def test_the_same_words_meet_in_every_signal(catalogue: Catalogue) -> None:
    row = signals(catalogue, "kratom relieves pain")["kratom relieves pain"]
    assert row["dense"] == pytest.approx(1.0, abs=1e-5)
    assert row["late_text"] == pytest.approx(1.0, abs=1e-5)
    assert (row["overlap_text"], row["overlap_wording"], row["agree"]) == pytest.approx((1.0, 1.0, 1.0))
    assert (row["disagree"], row["clause_disagree"], row["contrary"], row["specific_text"]) == (0.0, 0.0, 0.0, 0.0)


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
    catalogue = Catalogue.of(
        claims, KeywordEncoder(), WORDS, more={"eases-pain": ["kratom is a painkiller"], "unknown": ["nothing"]}
    )
    row = catalogue.wordings.index("kratom is a painkiller")
    assert catalogue.claims[int(catalogue.owners[row])].id == "eases-pain"
    assert "nothing" not in catalogue.wordings


def test_texts_are_encoded_once_and_read_back_alike(tmp_path: Path) -> None:
    first, second = KeywordEncoder(), KeywordEncoder()
    made, kept = encode_texts(TEXTS, first, tmp_path), encode_texts(TEXTS, second, tmp_path)
    assert (first.encoded, second.encoded) == (TEXTS, [])
    assert np.array_equal(made.vectors, kept.vectors)
    assert np.allclose(made.tokens, kept.tokens, atol=1e-3)


def test_another_text_or_encoder_is_encoded_anew_and_the_old_file_goes(tmp_path: Path) -> None:
    encode_texts(TEXTS, KeywordEncoder(), tmp_path)
    other, changed = KeywordEncoder("keyword-encoder/2"), KeywordEncoder()
    encode_texts(TEXTS, other, tmp_path)
    encode_texts([*TEXTS, "more"], changed, tmp_path)
    assert (other.encoded, changed.encoded) == (TEXTS, [*TEXTS, "more"])
    assert len(list(tmp_path.glob("claims-*.npz"))) == 1
    assert list(tmp_path.glob("*.part")) == []


def test_a_changed_byte_in_the_kept_file_is_noticed(tmp_path: Path) -> None:
    encode_texts(TEXTS, KeywordEncoder(), tmp_path)
    path = next(tmp_path.glob("claims-*.npz"))
    data = bytearray(path.read_bytes())
    for place in range(0, len(data), max(len(data) // 40, 1)):
        changed = bytearray(data)
        changed[place] ^= 1
        path.write_bytes(changed)
        again = KeywordEncoder()
        found = encode_texts(TEXTS, again, tmp_path)
        # Either the byte lies in padding that nothing reads, or everything is encoded anew.
        assert np.array_equal(found.vectors, np.stack([encode(text).vector for text in TEXTS]))
        assert again.encoded in ([], TEXTS)


def test_a_folder_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    encoder = KeywordEncoder()
    assert len(encode_texts(TEXTS, encoder, blocked / "cache").vectors) == 2
    assert encoder.encoded == TEXTS
