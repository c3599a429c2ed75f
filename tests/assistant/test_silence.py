"""Confidences are logistic functions worked by hand; floors decide what is quoted and which silence is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.entities import Clues
from assistant.silence import SIGNALS, Calibration, Logistic, answer_signals, followup_signals, read_calibration
from corpus.document import Document, Passage
from index.passage_index import Hit
from tests.assistant.designed import CALIBRATION

TEXT = "Kratom is sold in Georgia."
PASSAGE = Passage(Document("doc", "T", "text", TEXT, "0" * 64), 0, len(TEXT), ((0, len(TEXT)),))


def hit(dense: float, **signals: float) -> Hit:
    return Hit(
        PASSAGE,
        0,
        dense,
        {"dense": dense, "sentence": 0.0, "matched": 0.0, "unmatched": 0.0, "uncovered": 0.0} | signals,
    )


def test_a_logistic_is_worked_by_hand() -> None:
    logistic = Logistic({"a": 2.0, "b": -1.0}, 0.5)
    assert logistic({"a": 0.0, "b": 0.5}) == 0.5
    assert logistic({"a": 1.0, "b": 0.5, "unused": 9.0}) == pytest.approx(1 / (1 + 2.718281828**-2))
    with pytest.raises(KeyError, match="b"):
        logistic({"a": 1.0})


def test_hits_under_the_floor_are_not_quoted() -> None:
    # By the designed calibration: 0.5 → 0.5, 0.6 → 0.881, 0.45 → 0.269.
    first, second, third = hit(0.6), hit(0.5), hit(0.45)
    assert [pair[0] for pair in CALIBRATION.quotable([first, third, second])] == [first, second]
    assert CALIBRATION.quotable([first])[0][1] == pytest.approx(0.880797, abs=1e-6)
    assert CALIBRATION.quotable([]) == []


def test_hits_under_a_share_of_the_surest_are_not_quoted() -> None:
    # 0.51 → 0.55 is over the floor of 0.5, but 0.55 is under 0.9 of 1.0.
    strict = Calibration(CALIBRATION.hit, CALIBRATION.answer, 0.5, 0.9, 0.0, 0.5, 0.3, "by hand")
    assert strict.quotable([hit(0.51)]) != []
    assert [pair[0].score for pair in strict.quotable([hit(1.0), hit(0.51)])] == [1.0]


def test_hits_under_a_share_of_the_best_score_are_not_quoted() -> None:
    strict = Calibration(CALIBRATION.hit, CALIBRATION.answer, 0.5, 0.0, 0.8, 0.5, 0.3, "by hand")
    assert [pair[0].score for pair in strict.quotable([hit(0.75), hit(1.0), hit(0.85)])] == [1.0, 0.85]


def test_the_surest_is_looked_for_among_the_hits_of_good_score() -> None:
    strict = Calibration(CALIBRATION.hit, CALIBRATION.answer, 0.5, 0.9, 0.8, 0.5, 0.3, "by hand")
    surest_elsewhere = replace(hit(1.0), score=0.1)
    best = replace(hit(0.55), score=1.0)
    assert [pair[0] for pair in strict.quotable([best, surest_elsewhere])] == [best]


def test_no_hits_give_no_confidence() -> None:
    assert CALIBRATION.answer_confidence([], Clues.of("kratom")) == 0.0
    assert CALIBRATION.answer_confidence([hit(0.5)], Clues.of("kratom")) == 0.5


@pytest.mark.parametrize(
    ("question", "dense", "on_topic"),
    [
        ("does kratom turn the tongue blue", 0.0, True),
        ("does the leaf fall", 0.0, True),
        ("what of aches", 0.31, True),
        ("what of aches", 0.29, False),
        # Another substance in kratom's place is off topic, however similar the words.
        ("how long does nicotine withdrawal last", 0.9, False),
        ("kratom and nicotine", 0.0, True),
    ],
)
def test_which_silence_is_kept(question: str, dense: float, on_topic: bool) -> None:
    assert CALIBRATION.on_topic([hit(dense)], Clues.of(question)) is on_topic


def test_a_question_without_hits_is_off_topic_unless_it_names_kratom() -> None:
    assert not CALIBRATION.on_topic([], Clues.of("aches"))
    assert CALIBRATION.on_topic([], Clues.of("kratom"))


def test_the_signals_of_an_answer() -> None:
    hits = [hit(0.7, sentence=0.2, matched=0.3, unmatched=0.6, uncovered=0.4), hit(0.9, sentence=0.8)]
    assert answer_signals(hits, Clues.of("Is it legal in Georgia or Ohio?")) == {
        "first dense": 0.7,
        "first matched": 0.3,
        "first unmatched": 0.6,
        "first uncovered": 0.4,
        "best sentence": 0.8,
        "entities named": 0.5,
        "names subject": 0.0,
        "implies subject": 1.0,
        "names other": 0.0,
    }


def test_a_calibration_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    logistic = {"weights": {"dense": 2.0}, "bias": -1.0}
    values = {"hit": logistic, "answer": {"weights": {}, "bias": 0.0}}
    floors = {
        "quote_floor": 0.1,
        "quote_share": 0.2,
        "score_share": 0.6,
        "answer_floor": 0.3,
        "topic_floor": 0.4,
        "fitted": "here",
    }
    path.write_text(json.dumps(values | floors), encoding="utf-8")
    read = read_calibration(path)
    assert read == Calibration(Logistic({"dense": 2.0}, -1.0), Logistic({}, 0.0), 0.1, 0.2, 0.6, 0.3, 0.4, "here")


def test_the_shipped_calibration_knows_every_signal_it_asks_for() -> None:
    shipped = read_calibration()
    assert set(shipped.hit.weights) <= set(SIGNALS)
    assert set(shipped.answer.weights) <= set(answer_signals([hit(0.5)], Clues.of("kratom")))
    assert shipped.followup is not None
    assert set(shipped.followup.weights) == set(signals(0.5, 0.0))
    floors = (shipped.quote_floor, shipped.quote_share, shipped.score_share, shipped.answer_floor, shipped.topic_floor)
    for floor in floors:
        assert 0.0 < floor < 1.0


def signals(confidence: float, unmatched: float) -> dict[str, float]:
    return followup_signals(confidence, unmatched=unmatched, beside=0.25, refers_back=True, names_other=False)


def test_the_signals_of_a_completed_question() -> None:
    assert signals(0.5, 0.125) == {
        "answer odds": 0.0,
        "own unmatched": 0.125,
        "own beside": 0.25,
        "own refers back": 1.0,
        "own names other": 0.0,
    }
    # Certainty has no odds; it is taken for a millionth less.
    assert signals(1.0, 0.0)["answer odds"] == pytest.approx(13.815510, abs=1e-5)


def test_a_completed_question_is_answered_when_its_own_words_are_met() -> None:
    followup = Logistic({"answer odds": 1.0, "own unmatched": -4.0, "own beside": -2.0, "own refers back": 0.5}, 0.0)
    guarded = replace(CALIBRATION, followup=followup, followup_floor=0.5)
    # Odds of nine have the logarithm 2.2, which 0.55 of a word weighs up; another passage nearer by 0.25 is as much as "it".
    assert [guarded.answers(0.9, signals(0.9, unmatched)) for unmatched in (0.0, 0.5, 0.6)] == [True, True, False]
    assert guarded.answers(1.0, signals(1.0, 1.0))
    # Its floor stands in the place of that of a question that stands alone.
    assert guarded.answers(0.1, signals(0.9, 0.0))
    assert [guarded.answers(confidence, {}) for confidence in (0.49, 0.51)] == [False, True]
    assert [CALIBRATION.answers(confidence, signals(0.9, 0.0)) for confidence in (0.49, 0.51)] == [False, True]


def test_a_completed_question_is_quoted_by_its_share_of_the_surest_alone() -> None:
    strict = replace(CALIBRATION, quote_floor=0.9, quote_share=0.5)
    first, second = hit(0.55), hit(0.4)
    assert strict.quotable([first, second]) == []
    assert [pair[0] for pair in strict.quotable([first, second], completed=True)] == [first]
