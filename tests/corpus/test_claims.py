"""The claims catalogue: read in the file's order, each breach of its format by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.claims import Claim, Wording, catalogue_sha256, read_catalogue, read_claims, read_wordings
from corpus.errors import ClaimsError

CLAIM = """
[[claim]]
id = "eases-pain"
claim = "Kratom eases pain."
wordings = ["kratom helps pain", "kratom is a painkiller", "kratom stops pain"]
verdict = "unproven"
why = "Only surveys say so."
passages = ["pain#Does kratom help with pain?", "heart#Is it C# or D?"]
"""

NOT_COVERED = """
[[claim]]
id = "cures-warts"
claim = "Kratom cures warts."
wordings = ["a", "b", "c"]
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "claims.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_claims_are_read_in_order(tmp_path: Path) -> None:
    first, second = read_claims(written(tmp_path, CLAIM.replace("eases-pain", "b") + CLAIM))
    assert first.id == "b"
    assert second == Claim(
        id="eases-pain",
        claim="Kratom eases pain.",
        wordings=("kratom helps pain", "kratom is a painkiller", "kratom stops pain"),
        verdict="unproven",
        why="Only surveys say so.",
        passages=(("pain", "Does kratom help with pain?"), ("heart", "Is it C# or D?")),
    )


def test_an_absent_catalogue_is_empty(tmp_path: Path) -> None:
    assert read_claims(tmp_path / "claims.toml") == ()
    assert read_wordings(tmp_path / "claim-wordings.toml") == {}
    assert (read_catalogue(tmp_path), catalogue_sha256(tmp_path)) == (((), ()), {})


def test_every_wording_stands_once_after_its_claim(tmp_path: Path) -> None:
    written(tmp_path, CLAIM + CLAIM.replace("eases-pain", "b"))
    (tmp_path / "claim-wordings.toml").write_text('b = ["kratom stops pain", "no more aches"]\nother = ["x"]\n')
    claims, wordings = read_catalogue(tmp_path)
    own = ("Kratom eases pain.", "kratom helps pain", "kratom is a painkiller", "kratom stops pain")
    assert [claim.id for claim in claims] == ["eases-pain", "b"]
    assert wordings == (*(Wording(0, text) for text in own), *(Wording(1, text) for text in (*own, "no more aches")))
    assert sorted(catalogue_sha256(tmp_path)) == ["claim-wordings.toml", "claims.toml"]


def test_what_no_document_covers_comes_last_and_has_no_passages(tmp_path: Path) -> None:
    written(tmp_path, CLAIM)
    (tmp_path / "claims-not-covered.toml").write_text(NOT_COVERED)
    claims, wordings = read_catalogue(tmp_path)
    assert [(claim.id, claim.verdict, claim.passages, claim.why) for claim in claims[1:]] == [
        ("cures-warts", "not-covered", (), "")
    ]
    assert [wording.text for wording in wordings if wording.claim == 1] == ["Kratom cures warts.", "a", "b", "c"]
    assert sorted(catalogue_sha256(tmp_path)) == ["claims-not-covered.toml", "claims.toml"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (NOT_COVERED + 'why = "x"', "'cures-warts' is not-covered and has no why. Move it to claims.toml"),
        (NOT_COVERED.replace("cures-warts", "eases-pain"), "the claim id 'eases-pain' stands twice"),
    ],
)
def test_what_no_document_covers_has_no_verdict_of_its_own(tmp_path: Path, text: str, why: str) -> None:
    written(tmp_path, CLAIM)
    (tmp_path / "claims-not-covered.toml").write_text(text)
    with pytest.raises(ClaimsError, match=why):
        read_catalogue(tmp_path)


def test_not_covered_is_no_verdict_to_be_given_in_the_catalogue(tmp_path: Path) -> None:
    path = written(tmp_path, CLAIM.replace('"unproven"', '"not-covered"'))
    with pytest.raises(ClaimsError, match="unknown verdict 'not-covered'"):
        read_claims(path)


@pytest.mark.parametrize(
    ("text", "why"),
    [("b = 1", "wordings of 'b' must be a list"), ('b = [""]', "must be a list"), ("b = [", "cannot be read as TOML")],
)
def test_wordings_that_are_none_are_named(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "claim-wordings.toml").write_text(text)
    with pytest.raises(ClaimsError, match=why):
        read_wordings(tmp_path / "claim-wordings.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claim = [", r"claims\.toml: cannot be read as TOML"),
        (b'claim = "\xff"', r"claims\.toml: cannot be read as TOML"),
        (CLAIM.replace("[[claim]]", "[claim]"), r"claims\.toml: claims are written under \[\[claim\]\]"),
        (CLAIM + CLAIM, r"claims\.toml: the claim id 'eases-pain' stands twice\. Rename one"),
        (CLAIM.replace('why = "Only surveys say so."', ""), r"claim 'eases-pain' lacks why\."),
        (CLAIM.replace("unproven", "true"), r"claim 'eases-pain' has the unknown verdict 'true'; known: supported"),
        (CLAIM.replace(', "kratom stops pain"', ""), r"claim 'eases-pain' has 2 wordings; at least 3 are needed"),
        (
            CLAIM.replace('["kratom helps pain", "kratom is a painkiller", "kratom stops pain"]', '"kratom helps"'),
            r"claim 'eases-pain': wordings must be a list of texts",
        ),
        (
            CLAIM.replace('["pain#Does kratom help with pain?", "heart#Is it C# or D?"]', "[1]"),
            r"claim 'eases-pain': passages must be a list of texts",
        ),
    ],
)
def test_each_breach_of_the_format_is_named(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(ClaimsError, match=message):
        read_claims(written(tmp_path, text))
