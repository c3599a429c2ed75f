"""A text checked over the small corpus with a designed catalogue: verdicts, spans, quotations, silence."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import claim_check
from assistant.claim_catalogue import Seen, particulars
from assistant.claim_check import ASSUMED, ELSEWHERE, VERDICTS, ClaimChecker, check_as_json, check_for_page, checker_of
from assistant.claim_pieces import choose
from assistant.claim_sentences import Piece
from assistant.opening import Opened
from corpus.errors import ClaimsError
from tests.assistant.claims_designed import FOREST, designed_checker
from tests.assistant.designed import open_small
from tests.keyword_encoder import encode


@pytest.fixture(scope="session")
def checker(tmp_path_factory: pytest.TempPathFactory) -> ClaimChecker:
    return designed_checker(open_small(tmp_path_factory.mktemp("checked")))


def verdicts(checker: ClaimChecker, text: str) -> list[tuple[str, str, str]]:
    return [(claim.text, claim.verdict, claim.claim.id if claim.claim else "") for claim in checker.check(text).claims]


@pytest.mark.parametrize(
    ("text", "verdict", "claim"),
    [
        ("Kratom is bad for the liver.", "supported", "hurts-liver"),
        ("Kratom is not bad for the liver.", "contradicted", "never-hurts-liver"),
        ("No liver suffers from kratom.", "contradicted", "never-hurts-liver"),
        ("My doctor says that kratom relieves pain.", "unproven", "eases-pain"),
        ("Kratom does not relieve pain.", "not-covered", ""),
        ("Kratom cures tinnitus.", "not-covered", ""),
        ("Does kratom relieve pain?", "not-a-health-claim", ""),
        ("The weather is fine today.", "not-a-health-claim", ""),
        ("Liver", "not-a-health-claim", ""),
    ],
)
def test_a_sentence_gets_the_verdict_of_its_claim_and_no_other(
    checker: ClaimChecker, text: str, verdict: str, claim: str
) -> None:
    assert verdicts(checker, text) == [(text, verdict, claim)]


def test_a_sentence_with_two_claims_is_cut_and_both_are_told(checker: ClaimChecker) -> None:
    assert verdicts(checker, "Kratom relieves pain, but kratom is bad for the liver.") == [
        ("Kratom relieves pain", "unproven", "eases-pain"),
        ("but kratom is bad for the liver.", "supported", "hurts-liver"),
    ]


def test_quotations_are_the_passages_of_the_catalogue_word_by_word(checker: ClaimChecker) -> None:
    (claim,) = checker.check("Kratom relieves pain.").claims
    assert [(quote.passage.document.id, quote.passage.section) for quote in claim.quotes] == [
        ("pain", "Does kratom help with pain?"),
        ("pain", "How long do people bear pain after kratom?"),
    ]
    for quote in claim.quotes:
        words = (checker.evidence.reader.folder / "documents" / "pain.md").read_text(encoding="utf-8")
        assert quote.text == words[quote.start : quote.end]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Kratom grows beside rivers.", "not-covered"),
        ("We pack our kratom beside rivers.", "not-a-health-claim"),
        ("We find that our kratom helps the eyesight.", "not-covered"),
        ("Rivers grow wider in spring.", "not-a-health-claim"),
    ],
)
def test_what_is_not_covered_states_something_of_kratom(checker: ClaimChecker, text: str, verdict: str) -> None:
    assert [claim.verdict for claim in checker.check(text).claims] == [verdict]


@pytest.mark.parametrize(
    ("text", "verdict", "note"),
    [
        ("Relieves pain.", "unproven", ASSUMED),
        ("It is bad for the liver.", "supported", ASSUMED),
        ("Kratom relieves pain.", "unproven", ""),
        ("Aspirin relieves pain.", "not-a-health-claim", ELSEWHERE),
        ("My old kava relieves pain.", "not-a-health-claim", ELSEWHERE),
        ("The weather is fine today.", "not-a-health-claim", ""),
        ("Relieves pain." + " The weather is fine." * 40, "not-a-health-claim", ELSEWHERE),
    ],
)
def test_a_short_text_without_a_subject_is_read_as_said_of_kratom_and_says_so(
    checker: ClaimChecker, text: str, verdict: str, note: str
) -> None:
    checked = checker.check(text)
    assert (checked.claims[0].verdict, checked.note) == (verdict, note)
    assert check_as_json(checked)["note"] == (note or None)


def test_where_nothing_is_covered_the_nearest_passages_stand_apart(checker: ClaimChecker) -> None:
    (claim,) = checker.check("Kratom whitens the teeth and does away with the liver of old horses.").claims
    assert (claim.verdict, claim.quotes) == ("not-covered", ())
    assert claim.nearest[0].passage.document.id in {"pain", "liver"}


def test_json_keeps_the_contract(checker: ClaimChecker) -> None:
    result = check_as_json(checker.check("Kratom relieves pain at 9 grams. The weather is fine today."))
    assert result["summary"] == {verdict: int(verdict in ("unproven", "not-a-health-claim")) for verdict in VERDICTS}
    claim = result["claims"][0]
    assert (claim["claim"], claim["why"]) == ("eases-pain", "Users say so; no trial has tested it for back pain.")
    assert claim["flags"][0].startswith("Number or unit differs")
    assert result["disclaimer"] == "Not advice."


@given(st.text(alphabet=st.sampled_from("Kratom iseaspnlvr.,!?\n-é"), max_size=120))
def test_every_stretch_is_a_slice_of_the_readers_text_in_order(checker: ClaimChecker, text: str) -> None:
    claims = checker.check(text).claims
    assert all(claim.text == text[claim.start : claim.end] for claim in claims)
    assert [claim.start for claim in claims] == sorted(claim.start for claim in claims)
    assert all(one.end <= other.start for one, other in itertools.pairwise(claims))


def test_a_text_is_cut_at_the_limit(checker: ClaimChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim_check, "MAX_CHARACTERS", 21)
    assert checker.check("Kratom relieves pain. Kratom is bad for the liver.").text == "Kratom relieves pain."


def test_progress_is_told_to_the_end(checker: ClaimChecker) -> None:
    told: list[tuple[int, int]] = []
    checker.check("It rains. " * 10, lambda done, total: told.append((done, total)))
    assert told == [(8, 10), (10, 10)]


def test_without_a_catalogue_nothing_can_be_checked(tmp_path: Path) -> None:
    small = open_small(tmp_path)
    with pytest.raises(ClaimsError, match="there is no claims catalogue"):
        checker_of(Opened(small.assistant, small.library), forest=FOREST)


def test_the_page_gets_the_same_and_opens_the_catalogue_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = open_small(tmp_path)
    checker = designed_checker(small)
    opened = Opened(small.assistant, small.library)
    made: list[Opened] = []

    def make(one: Opened) -> ClaimChecker:
        made.append(one)
        return checker

    monkeypatch.setattr(claim_check, "checker_of", make)
    for _ in range(2):
        assert check_for_page("Kratom relieves pain.", opened).claims[0].verdict == "unproven"
    assert made == [opened]


def test_a_near_tie_with_a_contradicted_claim_is_left_undecided(checker: ClaimChecker) -> None:
    text = "Kratom is bad for the liver."
    seen = Seen.of(text, encode(text), checker.words)
    found = checker.matcher.candidates(seen)
    tied = [replace(one, probability=0.7 if one.claim.id.endswith("liver") else 0.0) for one in found]
    piece = Piece(0, len(text), 0, 0, text)
    assert choose(1, [(piece, seen, tied)], FOREST.floors) == []
    clear = [replace(one, probability=0.9 if one.claim.id == "hurts-liver" else 0.0) for one in found]
    assert [one.candidate.claim.id for one in choose(1, [(piece, seen, clear)], FOREST.floors)] == ["hurts-liver"]


def test_support_is_withheld_from_a_text_that_turns_the_claim_round_or_says_more(checker: ClaimChecker) -> None:
    text = "Kratom is bad for the liver."
    seen = Seen.of(text, encode(text), checker.words)
    piece = Piece(0, len(text), 0, 0, text)
    sure = [
        replace(one, probability=0.9 if one.claim.id == "hurts-liver" else 0.0, turned=False, beyond=False)
        for one in checker.matcher.candidates(seen)
    ]
    for turned, beyond, stated in ((False, False, ["hurts-liver"]), (True, False, []), (False, True, [])):
        doubted = [replace(one, turned=turned, beyond=beyond) for one in sure]
        assert [one.candidate.claim.id for one in choose(1, [(piece, seen, doubted)], FOREST.floors)] == stated


def test_other_units_of_time_or_a_further_particular_thing_are_beyond_a_claim(checker: ClaimChecker) -> None:
    catalogue = checker.matcher.catalogue
    pain = next(place for place, claim in enumerate(catalogue.claims) if claim.id == "eases-pain")
    texts = ("Kratom relieves pain.", "Kratom relieves pain from tinnitus.")
    row = int(catalogue.rows(pain)[0])
    assert [catalogue.beyond(Seen.of(text, encode(text), checker.words), pain, row) for text in texts] == [False, True]
    assert particulars("gone within three hours, not days", ()) == {"hour", "day"}


def test_a_text_that_shares_no_word_with_a_claim_does_not_state_it(checker: ClaimChecker) -> None:
    met = {
        text: [one.met for one in checker.matcher.candidates(Seen.of(text, encode(text), checker.words))]
        for text in ("Hello kratom", "Kratom relieves pain.")
    }
    assert set(met["Hello kratom"]) == {0.0}
    assert max(met["Kratom relieves pain."]) > 0.9
    assert verdicts(checker, "Hello\nKratom relieves pain.") == [
        ("Hello", "not-a-health-claim", ""),
        ("Kratom relieves pain.", "unproven", "eases-pain"),
    ]


def test_a_part_that_only_advises_to_see_somebody_states_no_claim(checker: ClaimChecker) -> None:
    text = "Seek medical advice for the liver that kratom is bad for, however kratom relieves pain."
    assert [(one.verdict, one.text) for one in checker.check(text).claims] == [("unproven", text)]


def test_nothing_is_stated_where_no_wording_meets_the_words(checker: ClaimChecker) -> None:
    text = "Kratom is bad for the liver."
    seen = Seen.of(text, encode(text), checker.words)
    piece = Piece(0, len(text), 0, 0, text)
    found = {str(one.claim.verdict): one for one in checker.matcher.candidates(seen)}
    floors = FOREST.floors | {"met": 0.5, "met_supported": 0.6, "met_slope": 0.1}
    # Odds of one say nothing; those of nine (logarithm 2.2) make up for 0.22. Support needs more.
    for probability, met, unproven, supported in (
        (0.5, 0.51, 1, 0),
        (0.5, 0.49, 0, 0),
        (0.9, 0.29, 1, 0),
        (0.9, 0.39, 1, 1),
    ):
        for verdict, stated in (("unproven", unproven), ("supported", supported)):
            alone = [replace(found[verdict], probability=probability, met=met, beyond=False, turned=False)]
            assert len(choose(1, [(piece, seen, alone)], floors)) == stated, (probability, met, verdict)


def test_what_most_likely_states_something_in_no_document_gets_no_verdict(checker: ClaimChecker) -> None:
    text = "Kratom relieves pain."
    seen = Seen.of(text, encode(text), checker.words)
    piece = Piece(0, len(text), 0, 0, text)
    claim = next(one for one in checker.matcher.candidates(seen) if one.claim.id == "eases-pain")
    unknown = replace(claim, claim=replace(claim.claim, id="in-horses", verdict="not-covered", why="", passages=()))
    for likelier, told in ((0.4, []), (0.95, ["eases-pain"])):
        both = [replace(claim, probability=likelier), replace(unknown, probability=0.9)]
        both.sort(key=lambda one: -one.probability)
        stated = choose(1, [(piece, seen, both)], FOREST.floors | {"least": 0.3, "lead": 1.0})
        assert [one.candidate.claim.id for one in stated] == told
