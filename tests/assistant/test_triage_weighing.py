"""Weighing: marks, stretches, chances, and that the weights are those learned from the examples."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path

import pytest

from assistant.assistant import ALONE, REFUSED
from assistant.judged_questions import read_judged
from assistant.learning_weights import (
    APART,
    NAMES,
    TELL_OF_DANGER,
    Example,
    calm_questions,
    learn,
    ordinary_questions,
    read_examples,
    write_weights,
)
from assistant.safety_evaluation import read_safety
from assistant.triage import URGENCY, URGENT, Marking, read_marking, read_triage
from assistant.triage_lexicon import Lexicon
from assistant.triage_rules import Rule
from assistant.triage_weighing import STRETCH, read_weights, stretches, weighing, word_marks
from assistant.triage_words import Spelling, Words


def test_marks_are_words_and_neighbours_within_a_sentence() -> None:
    assert word_marks(["not", "breathing", "help"], [0, 0, 1]) == {
        "not",
        "breathing",
        "help",
        "^ not",
        "not breathing",
        "breathing $",
        "^ help",
        "help $",
    }
    assert word_marks([], []) == set()


def test_a_long_message_is_cut_between_sentences() -> None:
    sentences = [0] * 60 + [1] * 140
    cuts = stretches(Words([str(number) for number in range(200)], sentences, sentences))
    assert cuts == [(0, 60), (60, 60 + STRETCH), (60 + STRETCH, 200)]


def test_the_chance_is_that_of_the_likeliest_stretch() -> None:
    table = weighing(["any"], [-1.0], {"help": [2.0, 3.0], "calm": [1.0, -1.0]})
    # help: -1 + 2·3/2; both: -1 + (2·3 - 1·1)/√5
    assert table.chances(table.odds_of_marks([{"calm"}, {"help"}])) == {"any": pytest.approx(1 / (1 + exp(-2.0)))}
    assert table.chances(table.odds_of_marks([{"calm", "help"}]))["any"] == pytest.approx(1 / (1 + exp(1 - 5 / 5**0.5)))
    # A word that no example has counts as a quarter of the rarest known mark (2² / 4), a family that none has counts as nothing.
    assert table.chances(table.odds_of_marks([{"calm", "help", "unknown", "@unknown"}]))["any"] == pytest.approx(
        1 / (1 + exp(1 - 5 / 6**0.5))
    )
    assert table.chances(table.odds_of_marks([{"unknown"}]))["any"] == pytest.approx(1 / (1 + exp(1)))
    assert table.chances(table.odds_of_marks([set()]))["any"] == pytest.approx(1 / (1 + exp(1.0)))


def marking(*rules: Rule, **families: list[str]) -> Marking:
    return Marking(Spelling({}, {}, [], []), Lexicon(families), rules)


BREATHING = Rule(
    "emergency", "plain", ("stop", "breath"), (False,), 5, False, "", frozenset({"stop", "breath"}), "line"
)


def test_families_rules_and_denials_are_marks() -> None:
    read = marking(BREATHING, stop=["stopped"], breath=["breath*"], denial=["not"])
    (marks,) = read.marks("he stopped breathing")
    assert {"@stop", "@breath", "=emergency", "=emergency plain"} <= marks
    (marks,) = read.marks("it is not that he stopped, breathing is fine")
    assert {"!@stop", "@breath"} <= marks
    assert "!@breath" not in marks
    assert "=emergency" not in marks


def test_each_stretch_has_its_own_marks() -> None:
    read = marking(BREATHING, stop=["stopped"], breath=["breath*"], denial=["not"])
    quiet = "we talked about soil for a while. " * 30
    marks = read.marks(f"{quiet} he stopped breathing. {quiet} he stopped breathing.")
    assert ["=emergency" in one for one in marks] == [False, False, True, False, True]


def test_words_are_weighed_as_their_marks_in_writing_are() -> None:
    triage = read_triage()
    messages = [row.message for row in read_safety()[::4]]
    long = [". ".join(messages[start : start + 40]) for start in range(0, len(messages), 40)]
    for message in [*messages, *long, "", "?", "zzyzx qwyjibo", "help " * 2_000]:
        marked = triage.marking.marked(message)
        assert (triage.weighing.odds(marked) == triage.weighing.odds_of_marks(marked.marks())).all(), message


def test_weights_are_learned_from_examples() -> None:
    danger = [Example(f"he stopped breathing {word}", {"emergency"}) for word in ("now", "today", "again")]
    danger += [Example(f"the dog ate {word} powder", {"poisoning"}) for word in ("my", "the", "some")]
    calm = [Example(f"is the leaf {word} legal", {"legal"}) for word in ("now", "today", "again")]
    learned = learn([*danger, *calm], marking(), ["any", "emergency", "poisoning", "legal"])
    assert learned["names"] == ["any", "emergency", "poisoning", "legal"]
    _, any_danger, emergency, poisoning, legal = learned["weights"]["breathing"]
    assert emergency > any_danger > 0 > legal > poisoning or emergency > 0 > max(legal, poisoning)
    assert learned["weights"]["legal"][4] > 0 > learned["weights"]["legal"][1]


def test_a_kind_that_was_not_judged_is_left_open_where_a_rule_sees_it() -> None:
    read = marking(Rule("legal", "certain", ("law",), (), 5, False, "", frozenset({"law"}), "x"), law=["law"])
    rows = [Example("the law", {"legal"}), Example("the soil", ()), Example("my soil", ())]
    without = learn(rows, read, ["legal"])
    judged = learn([*rows, *[Example("the law", ())] * 3], read, ["legal"])
    left_open = learn([*rows, *[Example("the law", (), URGENT)] * 3], read, ["legal"])
    assert judged["weights"]["law $"][1] < left_open["weights"]["law $"][1]
    assert without["names"] == ["legal"]


def test_the_questions_kept_apart_are_not_learned_from() -> None:
    learned = {example.message for example in read_examples()}
    apart = ordinary_questions(apart=True)
    assert len(apart) > 200
    # A few follow-ups ("and with alcohol?") are in both halves.
    assert sum(message in learned for message in apart) < 10


@pytest.mark.slow
def test_the_weights_in_the_file_are_those_of_the_examples(tmp_path: Path) -> None:
    write_weights(tmp_path / "weights.json")
    fresh = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    shipped = read_weights()
    assert tuple(fresh["names"]) == shipped.names == NAMES
    assert set(fresh["weights"]) == set(shipped.rows)
    table = weighing(fresh["names"], fresh["constants"], fresh["weights"])
    assert table.constants == pytest.approx(shipped.constants, abs=0.05)
    assert table.table == pytest.approx(shipped.table, abs=500_000)


def test_few_ordinary_questions_are_taken_for_danger() -> None:
    triage = read_triage()
    apart = ordinary_questions(apart=True)
    alarms = [message for message in apart if triage.kinds(message).keys() & set(URGENT)]
    assert len(alarms) / len(apart) < 0.03


def test_no_answerable_development_question_is_refused_or_taken_for_danger() -> None:
    triage = read_triage()
    asked = [one.text for one in read_judged() if one.split != APART and one.kind == "answerable"]
    stopped = [text for text in asked if triage.kinds(text).keys() & (ALONE | REFUSED)]
    assert len(asked) > 100
    assert [text for text in stopped if not text.startswith(TELL_OF_DANGER)] == []


def test_words_that_rules_know_are_never_respelled() -> None:
    spelling = read_marking().spelling
    assert list(spelling.read("pupils dyeing platform").words) == ["pupils", "dyeing", "platform"]


def test_every_kind_is_weighed() -> None:
    assert set(read_weights().names) == {"any", *URGENCY}


def test_what_the_documents_answer_teaches_never_to_refuse_and_nothing_of_danger() -> None:
    calm = {example.message: example for example in calm_questions()}
    assert len(calm) > 4000
    assert all(example.kinds == () and set(example.judged) >= REFUSED for example in calm.values())
    # Somebody who stands beside an emergency may ask the same.
    assert set(calm["What do I do if someone will not wake up after kratom or 7-OH?"].judged) == REFUSED
    assert sum(set(example.judged) == REFUSED | set(URGENT) for example in calm.values()) > 900


def test_an_example_not_judged_for_danger_says_nothing_of_danger() -> None:
    rows = [Example("he fell asleep", {"emergency"}), Example("he fell over", {"emergency"})]
    rows += [Example("the soil", ()), Example("my soil", ())]
    names = ["any", "emergency"]
    for judged, sign in ((REFUSED, 1), (URGENCY, -1)):
        learned = learn([*rows, *[Example("he fell asleep", (), judged)] * 3], marking(), names)
        _, any_danger, emergency = learned["weights"]["asleep"]
        assert any_danger * sign > 0.3, judged
        assert emergency * sign > 0.3, judged
