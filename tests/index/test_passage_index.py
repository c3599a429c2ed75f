"""The search: winners by design of the encoder, absolute signals by hand, ties in a fixed order."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from corpus.library import Library, approve, read_library
from index.building import rebuild
from index.passage_index import CANDIDATES, OWN_SHARE, Hit, PassageIndex
from tests.keyword_encoder import KeywordEncoder, encode
from tests.small_corpus import APPROVED_ON, brief_text, expand, write_brief


def search(index: PassageIndex, question: str, top_k: int = CANDIDATES) -> list[Hit]:
    return index.search(index.query(question, KeywordEncoder()), top_k)


def built(folder: Path, briefs: dict[str, str]) -> PassageIndex:
    """An index of these bodies; the title is the same for all."""
    for name, body in briefs.items():
        write_brief(folder / "made", name, body, title="A title")
    approve(folder / "made", [], by="Ada", on=APPROVED_ON)
    library, encoder = read_library(folder / "made"), KeywordEncoder()
    rebuild(library, folder / "made-index", encoder)
    return PassageIndex.load(folder / "made-index", library, encoder.fingerprint)


@pytest.mark.parametrize(
    ("question", "winner"),
    [
        ("liver", "Kratom hurt the liver of 11 patients. Jaundice came after about three weeks of daily use."),
        # The word stands in no passage: only the encoder knows that it means the liver.
        ("hepatic", "Kratom hurt the liver of 11 patients. Jaundice came after about three weeks of daily use."),
        ("Who got better once they had stopped?", "Most of the 11 patients got better after they stopped."),
        ("cardiac rhythm", "Changes of the heart rhythm were seen in single patients."),
        # The encoder knows nothing of these words: they are found as words.
        ("ice water", "In one trial, men held a hand in ice water for longer after kratom tea."),
        ("runny nose", "Kratom withdrawal brings aches, a runny nose and a low mood. Withdrawal lasts about a week."),
        ("poor sleep", "In a survey, users told of poor sleep after large amounts."),
    ],
)
def test_the_passage_meant_by_design_wins(passage_index: PassageIndex, question: str, winner: str) -> None:
    assert search(passage_index, question)[0].passage.text == winner


def test_a_hit_knows_its_document_section_and_sources(passage_index: PassageIndex) -> None:
    passage = search(passage_index, "ice water")[0].passage
    assert (passage.document.id, passage.section) == ("pain", "How long do people bear pain after kratom?")
    assert passage.keys == ("trial-2022",)
    assert passage.document.text[passage.start : passage.end] == passage.text


def test_passages_stand_in_the_order_of_documents(passage_index: PassageIndex) -> None:
    places = [(passage.document.id, passage.start) for passage in passage_index.passages]
    assert places == sorted(places)
    assert [name for name, _ in places] == ["heart", "heart", "liver", "liver", "pain", "pain", "sleep", "withdrawal"]


def test_hits_come_best_first_and_no_more_than_asked(passage_index: PassageIndex) -> None:
    hits = search(passage_index, "liver")
    assert len(hits) == 8
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert search(passage_index, "liver", 3) == hits[:3]
    assert [hit.passage.document.id for hit in hits[:2]] == ["liver", "liver"]
    assert all(passage_index.passages[hit.position] == hit.passage for hit in hits)


def test_absolute_signals_are_the_values_worked_by_hand(tmp_path: Path) -> None:
    index = built(tmp_path, {"one": "## Liver?\n\nLiver pain.\n", "two": "## Heart?\n\nHeart pain.\n"})
    hit = search(index, "liver")[0]
    # The encoder reads "A title / Liver? / Liver pain.": liver twice, pain once, two other words of weight 0.05.
    assert hit.signals["dense"] == pytest.approx(2 / math.sqrt(4 + 1 + 2 * 0.05**2), abs=1e-5)
    assert hit.signals["sentence"] == pytest.approx(1 / math.sqrt(2), abs=1e-3)
    assert hit.signals["late"] == pytest.approx(1.0, abs=0.01)
    assert hit.signals["bm25"] == pytest.approx(1.0)
    assert hit.signals["coverage"] == 1.0
    assert hit.signals["matched"] == pytest.approx(1.0, abs=0.01)
    assert hit.signals["unmatched"] == pytest.approx(0.0, abs=0.01)
    assert hit.signals["uncovered"] == 0.0


def test_a_question_written_for_a_passage_finds_it(tmp_path: Path) -> None:
    bodies = {"one": "## Liver?\n\nLiver trouble.\n", "two": "## Heart?\n\nHeart trouble.\n"}
    before = built(tmp_path, bodies)
    assert search(before, "yellow eyes")[0].signals["expansion"] == 0.0
    expand(tmp_path / "made", "one", "Why are my eyes yellow?", "liver")
    index = built(tmp_path, bodies)
    first, second = search(index, "yellow eyes")
    assert (first.passage.document.id, second.passage.document.id) == ("one", "two")
    # Of the five words of the question that was written, two are asked for.
    assert first.signals["expansion"] == pytest.approx(2 / math.sqrt(5 * 2), abs=1e-3)
    # The other passage has no such question: it is as near as its own words are.
    assert second.signals["expansion"] == second.signals["dense"]
    assert (len(index.expansions.passage(0)), len(index.expansions.passage(1))) == (2, 0)


def test_a_question_written_for_other_words_is_left_out(tmp_path: Path) -> None:
    built(tmp_path, {"one": "## Liver?\n\nLiver trouble.\n"})
    expand(tmp_path / "made", "one", "Why are my eyes yellow?")
    index = built(tmp_path, {"one": "## Liver?\n\nLiver troubles.\n"})
    assert search(index, "yellow eyes")[0].signals["expansion"] == 0.0


def test_what_a_passage_does_not_meet_is_told(tmp_path: Path) -> None:
    index = built(tmp_path, {"one": "## Liver?\n\nLiver pain.\n", "two": "## Heart?\n\nHeart pain.\n"})
    hit = search(index, "liver zebra")[0]
    known, unknown = math.log(1 + 1.5 / 1.5), math.log(1 + 2.5 / 0.5)
    assert hit.passage.document.id == "one"
    # "zebra" weighs 1 and neither the passage nor any of its words has it.
    assert hit.signals["uncovered"] == 1.0
    assert hit.signals["unmatched"] == pytest.approx(1.0, abs=0.02)
    assert hit.signals["coverage"] == pytest.approx(known / (known + unknown), abs=1e-5)
    assert hit.signals["matched"] == pytest.approx(known / (known + unknown), abs=0.02)


@pytest.mark.parametrize("question", ["liver", "Kratom?", "What is it?", ""])
def test_ties_are_broken_by_document_then_place(tmp_path: Path, question: str) -> None:
    twice = "## Liver?\n\nKratom hurt it.\n\nKratom hurt it.\n"
    index = built(tmp_path, {"b": twice, "a": twice, "c": twice})
    hits = search(index, question)
    assert len({hit.score for hit in hits}) == 1
    start = brief_text("a", twice, title="A title").index("Kratom hurt it")
    assert [(hit.passage.document.id, hit.passage.start) for hit in hits] == [
        (name, place) for name in "abc" for place in (start, start + len("Kratom hurt it.\n\n"))
    ]


def test_only_the_candidates_are_looked_at_closely(tmp_path: Path) -> None:
    paragraphs = "\n\n".join(f"Case {number} had liver pain." for number in range(60))
    index = built(tmp_path, {"many": f"## Liver?\n\n{paragraphs}\n"})
    assert len(search(index, "liver", 60)) == CANDIDATES
    assert search(index, "case 57")[0].passage.text == "Case 57 had liver pain."


@pytest.mark.parametrize("question", ["", "   ", "?!", "\0", "ليفر", "😀", "liver " * 5000])
def test_any_question_is_answered_by_some_order(passage_index: PassageIndex, question: str) -> None:
    hits = search(passage_index, question)
    assert len(hits) == 8
    assert all(np.isfinite([hit.score, *hit.signals.values()]).all() for hit in hits)


def test_a_question_is_encoded_once(passage_index: PassageIndex, encoder: KeywordEncoder) -> None:
    query = passage_index.query("Does kratom hurt the liver?", encoder)
    assert encoder.questions == ["Does kratom hurt the liver?"]
    assert query.words == ("kratom", "hurt", "liver")
    assert query.token_weights.sum() == pytest.approx(1.0, abs=1e-5)
    passage_index.search(query)
    assert encoder.questions == ["Does kratom hurt the liver?"]


def test_the_words_of_a_question_have_their_pieces_and_weights(passage_index: PassageIndex) -> None:
    query = passage_index.query("Is the liver hurt by zebra-milk?", KeywordEncoder())
    # The encoder's word pieces: is the liver hurt by zebra milk.
    assert [(word.stems, word.pieces) for word in query.content] == [
        (("liver",), (2,)),
        (("hurt",), (3,)),
        (("zebra-milk", "zebra", "milk"), (5, 6)),
    ]
    assert query.content[2].weight == 1.0
    # Of eight passages, two have the title "Kratom and liver".
    expected = math.log(1 + 6.5 / 2.5) / math.log(1 + 8.5 / 0.5)
    assert query.content[0].weight == pytest.approx(expected, abs=1e-5)


def test_the_best_sentence_of_a_hit_is_known(passage_index: PassageIndex) -> None:
    query = passage_index.query("jaundice weeks", KeywordEncoder())
    hit = passage_index.search(query)[0]
    scores = passage_index.sentence_scores(query, hit)
    assert [hit.passage.document.text[start:end] for start, end in hit.passage.sentences] == [
        "Kratom hurt the liver of 11 patients.",
        "Jaundice came after about three weeks of daily use.",
    ]
    assert scores.overlap.tolist() == [0.0, 1.0]
    assert scores.late[1] == pytest.approx(1.0, abs=0.01)
    assert scores.late[0] == pytest.approx(0.0, abs=0.01)
    sentence, question = encode("Jaundice came after about three weeks of daily use."), encode("jaundice weeks")
    assert scores.dense[1] == pytest.approx(float(sentence.vector @ question.vector), abs=1e-3)
    assert scores.dense[1] > scores.dense[0] + 0.3


def test_a_sentence_shares_part_of_the_words(passage_index: PassageIndex) -> None:
    query = passage_index.query("liver jaundice", KeywordEncoder())
    hit = passage_index.search(query)[0]
    liver, jaundice = passage_index.lexical.idf("liver"), passage_index.lexical.idf("jaundic")
    np.testing.assert_allclose(
        passage_index.sentence_scores(query, hit).overlap,
        [liver / (liver + jaundice), jaundice / (liver + jaundice)],
        rtol=1e-5,
    )


def test_the_same_question_gives_the_same_hits_twice(
    passage_index: PassageIndex, index_folder: Path, library: Library
) -> None:
    again = PassageIndex.load(index_folder, library, KeywordEncoder().fingerprint)
    for question in ("liver", "heart pain sleep", "ice water", "zebra"):
        assert [(hit.passage.id, hit.score, hit.signals) for hit in search(again, question)] == [
            (hit.passage.id, hit.score, hit.signals) for hit in search(passage_index, question)
        ]


def test_how_badly_the_words_of_a_part_of_a_question_are_met(passage_index: PassageIndex) -> None:
    query = passage_index.query("liver quagga", KeywordEncoder())
    hits = passage_index.search(query)[:2]
    # "liver" is met; "quagga", which no passage has, weighs most and is met by nothing.
    assert passage_index.unmatched(query, hits, len("liver")) == pytest.approx(0.0, abs=0.02)
    assert passage_index.unmatched(query, hits, len(query.text)) == pytest.approx(1.0, abs=0.02)
    assert passage_index.unmatched(query, hits, 0) == 0.0
    assert passage_index.unmatched(query, [], len(query.text)) == 0.0


def test_what_a_completed_question_asks_itself_adds_to_the_scores(passage_index: PassageIndex) -> None:
    encoder = KeywordEncoder()
    query, own = (
        passage_index.query("ice water, cardiac rhythm", encoder),
        passage_index.query("cardiac rhythm", encoder),
    )
    alone, joined = passage_index.search(query), passage_index.search(query, own=own)
    rhythm = "Changes of the heart rhythm were seen in single patients."
    scores = [next(hit for hit in hits if hit.passage.text == rhythm) for hits in (alone, joined)]
    also = next(hit for hit in passage_index.search(own) if hit.passage.text == rhythm)
    # All eight passages are candidates, so the scores of both searches add up; the signals stay those of the whole question.
    assert scores[1].score == pytest.approx(scores[0].score + OWN_SHARE * also.score, abs=1e-5)
    assert scores[1].signals == scores[0].signals
    assert joined[0].passage.text == rhythm


def test_how_much_nearer_another_passage_is_than_those_found(passage_index: PassageIndex) -> None:
    liver, sleep = (passage_index.query(word, KeywordEncoder()) for word in ("liver", "sleep"))
    by_sleep, by_liver = passage_index.search(sleep)[:1], passage_index.search(liver)[:1]
    assert passage_index.beside(liver, by_liver) == 0.0
    gap = passage_index.beside(liver, by_sleep)
    dense = {hit.position: hit.signals["dense"] for hit in passage_index.search(liver)}
    assert gap == pytest.approx(max(dense.values()) - dense[by_sleep[0].position], abs=1e-5)
    assert gap > 0.5
    assert passage_index.beside(liver, []) == 0.0
