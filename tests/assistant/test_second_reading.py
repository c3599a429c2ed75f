"""The second reading: features, stretches, chances, and that the weights are those learned from the examples."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path

import pytest

from assistant.learning_weights import ANY, URGENT, learn, ordinary_questions, read_examples, write_weights
from assistant.second_reading import STRETCH, SecondReading, features, read_weights, stretches
from assistant.triage import read_triage
from assistant.triage_rules import read_rules
from assistant.triage_words import Spelling


def test_features_are_words_and_neighbours() -> None:
    assert features(["not", "breathing"]) == {"not", "breathing", "^ not", "not breathing", "breathing $"}


def test_a_long_message_is_cut_between_sentences() -> None:
    words = [str(number) for number in range(100)]
    sentences = [0] * 30 + [1] * 70
    cut = list(stretches(words, sentences))
    assert [len(one) for one in cut] == [30, STRETCH, 25]
    assert [word for one in cut for word in one] == words


def test_the_chance_is_that_of_the_likeliest_stretch() -> None:
    reading = SecondReading(("any",), (-1.0,), {"help": (2.0, 3.0)})
    quiet = ["calm"] * STRETCH
    words = [*quiet, "please", "help", "me"]
    chances = reading.chances(words, [0] * len(quiet) + [1, 1, 1])
    assert chances == {"any": pytest.approx(1 / (1 + exp(-2.0)))}
    assert reading.chances(["help", "me"], [0, 0]) == {"any": 0.0}


def test_weights_are_learned_from_examples() -> None:
    spelling = Spelling({}, {}, [], [])
    danger = [(f"he stopped breathing {word}", {"emergency"}) for word in ("now", "today", "again")]
    danger += [(f"the dog ate {word} powder", {"poisoning"}) for word in ("my", "the", "some")]
    danger += [(f"i want to die {word}", {"self-harm"}) for word in ("now", "today", "again")]
    learned = learn([*danger, *[(f"is the leaf {word} legal", set()) for word in ("now", "today", "again")]], spelling)
    assert learned["names"] == [ANY, *URGENT]
    assert learned["weights"]["breathing"][2] > 0 > learned["weights"]["legal"][1]
    assert max(range(1, 5), key=lambda place: learned["weights"]["dog"][place]) in (1, 3)


def test_the_questions_kept_apart_are_not_learned_from() -> None:
    learned = {message for message, _ in read_examples()}
    apart = ordinary_questions(apart=True)
    assert len(apart) > 200
    # A few follow-ups ("and with alcohol?") are in both halves.
    assert sum(message in learned for message in apart) < 10


@pytest.mark.slow
def test_the_weights_in_the_file_are_those_of_the_examples(tmp_path: Path) -> None:
    write_weights(tmp_path / "weights.json")
    fresh = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    shipped = read_weights()
    assert fresh["names"] == list(shipped.names)
    assert set(fresh["weights"]) == set(shipped.weights)
    for feature, weights in fresh["weights"].items():
        assert shipped.weights[feature] == pytest.approx(weights, abs=0.05), feature


def test_few_ordinary_questions_are_taken_for_danger() -> None:
    triage = read_triage()
    apart = ordinary_questions(apart=True)
    alarms = [message for message in apart if triage.kinds(message).keys() & set(URGENT)]
    assert len(alarms) / len(apart) < 0.06


def test_words_that_rules_know_are_never_respelled() -> None:
    spelling, _, _ = read_rules()
    assert list(spelling.read("pupils dyeing platform").words) == ["pupils", "dyeing", "platform"]
