"""A question is searched, put in order, and answered with quotes or a kind of silence."""

from __future__ import annotations

import dataclasses

import pytest

from assistant.answer import Quote
from assistant.followup import Turn
from tests.assistant.designed import Small


def ids(quotes: tuple[Quote, ...]) -> list[str]:
    return [quote.passage.id for quote in quotes]


@pytest.mark.parametrize(
    ("question", "passages"),
    [
        ("liver", ["liver:173-262", "liver:293-347"]),
        ("cardiac", ["heart:181-298", "heart:353-410"]),
        ("withdrawal", ["withdrawal:193-284"]),
    ],
)
def test_the_passages_of_a_keyword_win(small: Small, question: str, passages: list[str]) -> None:
    found = small.finder.find(question)
    assert sorted(ids(found.quotes)) == passages
    assert (found.question, found.outcome, found.near_misses, found.failures) == (question, "quoted", (), ())
    assert found.headings[0] == found.quotes[0].passage.section


def test_a_limit_keeps_the_best(small: Small) -> None:
    best = small.finder.find("jaundice of the liver").quotes
    assert len(best) == 2
    assert small.finder.find("jaundice of the liver", limit=1).quotes == best[:1]


def test_scores_are_the_confidences_of_the_hits(small: Small) -> None:
    (quote,) = small.finder.find("sleep").quotes
    hit = small.finder.index.search(small.finder.index.query("sleep", small.encoder))[0]
    assert quote.score == small.finder.calibration.hit_confidence(hit) > 0.999


def test_an_answer_floor_out_of_reach_gives_near_misses(small: Small) -> None:
    calibration = dataclasses.replace(small.finder.calibration, answer_floor=1.01)
    found = dataclasses.replace(small.finder, calibration=calibration).find("kratom and sleep")
    assert (found.outcome, found.quotes) == ("not-covered", ())
    assert ids(found.near_misses)[0] == "sleep:173-231"
    assert len(found.near_misses) == 3


def test_a_quote_floor_out_of_reach_gives_silence_although_the_answer_seemed_sure(small: Small) -> None:
    calibration = dataclasses.replace(small.finder.calibration, quote_floor=1.01)
    found = dataclasses.replace(small.finder, calibration=calibration).find("kratom and sleep")
    assert (found.outcome, found.quotes) == ("not-covered", ())
    assert found.confidence > 0.99


def test_which_silence_hangs_on_the_subject(small: Small) -> None:
    assert small.finder.find("who won the cup").outcome == "off-topic"
    assert small.finder.find("who won the kratom cup").outcome == "not-covered"
    assert small.finder.find("who won the cup").near_misses == ()


def test_an_animal_that_no_passage_names_leaves_the_order_alone(small: Small) -> None:
    plain = small.finder.find("back pain").quotes
    assert ids(plain)[0] == "pain:171-271"
    assert ids(small.finder.find("back pain of mice").quotes) == ids(plain)


def test_a_message_becomes_questions(small: Small) -> None:
    finder = small.finder
    assert finder.questions("is KRATUM bad\n4 the livr?") == ("is kratom bad 4 the livr?",)
    assert finder.questions("does kratum hurt the hart?") == ("does kratom hurt the heart?",)
    assert finder.questions("Does kratom hurt the liver? And does it disturb sleep?") == (
        "Does kratom hurt the liver?",
        "does it disturb sleep? — Does kratom hurt the liver?",
    )
    assert finder.searchable("Does kratom hurt the liver? And the heart rate?") == (
        "Does kratom hurt the liver? And the heart rate?"
    )


def test_a_later_question_leans_on_the_turns(small: Small) -> None:
    turns = [Turn("Does kratom hurt the liver?")]
    assert small.finder.questions("and the heart?", turns) == ("the heart — Does kratom hurt the liver?",)
    assert small.finder.questions("Mongolia?", turns) == ("Mongolia?",)


def test_the_language_is_told_after_spellings_are_put_right(small: Small) -> None:
    assert small.finder.looks_english("kratum hurts patiens livr")
    assert not small.finder.looks_english("ist das gut oder schlecht")


def test_a_question_is_encoded_once(small: Small) -> None:
    small.encoder.questions.clear()
    small.finder.find("Does kratom disturb sleep?")
    assert small.encoder.questions == ["Does kratom disturb sleep?"]


def test_a_completed_question_is_encoded_with_what_it_asks_itself(small: Small) -> None:
    small.encoder.questions.clear()
    found = small.finder.find("jaundice too — Does kratom disturb sleep?")
    assert small.encoder.questions == ["jaundice too — Does kratom disturb sleep?", "jaundice too"]
    assert found.own["own refers back"] == 1.0
    assert found.own["own names other"] == 0.0
    # "jaundice" stands in a passage that was found.
    assert found.own["own unmatched"] == pytest.approx(0.0, abs=0.02)
    # What was encoded before is not encoded again.
    small.encoder.questions.clear()
    own = small.finder.index.query("jaundice too", small.encoder)
    again = small.finder.find("jaundice too — Does kratom disturb sleep?", own=own)
    assert small.encoder.questions == ["jaundice too", "jaundice too — Does kratom disturb sleep?"]
    assert again.quotes == found.quotes
    assert small.finder.find("Does kratom disturb sleep?").own == {}
