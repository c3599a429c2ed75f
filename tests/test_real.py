"""The real encoder over the shipped corpus: sensible answers by the contract, and scores no worse than they were."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.evaluation import evaluate
from assistant.judged_questions import read_judged
from assistant.opening import open_assistant
from assistant.settings import Settings, bundled_corpus
from tests.assistant.command_line import ROOT, run_process
from tests.assistant.test_cli import check_answer, check_quotes

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "assistant.cli")


@pytest.fixture(scope="session")
def settings(real_settings: Settings) -> Settings:
    """The shipped corpus and an index of it."""
    return real_settings


@pytest.fixture(scope="session")
def answers(settings: Settings) -> dict[str, dict[str, Any]]:
    """The answers to the questions of this module, from one process."""
    lines = "".join(json.dumps({"id": question, "question": question}) + "\n" for question in QUESTIONS)
    options = ("--corpus", settings.corpus, "--index", settings.index)
    done = run_process("ask", "--batch", "-", *options, stdin=lines.encode(), program=COMMAND)
    assert done.code == 0, done.err
    return {row.pop("id"): row for row in map(json.loads, done.out.splitlines())}


@pytest.fixture(scope="session")
def real(settings: Settings) -> Assistant:
    return open_assistant(settings).assistant


ADDICTIVE = "Is kratom addictive?"
DOSE = "what dose for back pain"
BRAIN = "how does kratom work in the brain"
HEART = "does it slow the heart rate"
CUP = "who won the world cup"
QUESTIONS = (ADDICTIVE, DOSE, BRAIN, HEART, CUP)


def words(answer: dict[str, Any]) -> str:
    return " ".join(quote["text"] for quote in answer["quotes"]).lower()


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_keeps_the_contract(answers: dict[str, dict[str, Any]], question: str) -> None:
    check_answer(answers[question])
    check_quotes(answers[question], bundled_corpus())
    assert answers[question]["outcome"] == ("off-topic" if question == CUP else "quoted")


def test_is_it_addictive(answers: dict[str, dict[str, Any]]) -> None:
    assert "addictive" in answers[ADDICTIVE]["quotes"][0]["text"]
    assert "withdrawal" in words(answers[ADDICTIVE])


def test_a_dose_is_not_recommended(answers: dict[str, dict[str, Any]]) -> None:
    answer = answers[DOSE]
    assert "personal-dosing" in [notice["kind"] for notice in answer["notices"]]
    assert any("safe" in quote["text"] and "dose" in quote["text"] for quote in answer["quotes"])
    assert any(phrase in words(answer) for phrase in ("no safe", "no dose", "not been established", "no one knows"))


def test_how_it_works(answers: dict[str, dict[str, Any]]) -> None:
    assert "mitragynine" in words(answers[BRAIN])
    assert "opioid receptor" in words(answers[BRAIN])


def test_slow_and_fast(answers: dict[str, dict[str, Any]]) -> None:
    assert any(word in words(answers[HEART]) for word in ("slow", "bradycardia", "fell", "drop"))
    assert any(word in words(answers[HEART]) for word in ("fast", "rose", "rais", "tachycardia", "racing"))


def test_the_world_cup_is_off_topic(answers: dict[str, dict[str, Any]]) -> None:
    answer = answers[CUP]
    assert (answer["quotes"], answer["near_misses"], answer["suggestions"]) == ([], [], [])


def test_a_cold_start_is_the_same_to_the_byte_and_does_without_the_web_page(
    settings: Settings, answers: dict[str, dict[str, Any]]
) -> None:
    watched = (sys.executable, "-X", "importtime", "-m", "assistant.cli")
    options = ("--json", "--corpus", settings.corpus, "--index", settings.index)
    done = run_process("ask", BRAIN, *options, program=watched)
    assert done.code == 0
    assert done.out == json.dumps(answers[BRAIN], ensure_ascii=False) + "\n"
    imported = {line.rpartition("|")[2].strip() for line in done.err.splitlines() if line.startswith("import time:")}
    assert "sentence_transformers" in imported
    assert not imported & {"gradio", "matplotlib", "pypdf", "ir_measures"}


def test_the_program_is_in_good_health(settings: Settings) -> None:
    done = run_process("doctor", "--corpus", settings.corpus, "--index", settings.index, program=COMMAND)
    assert (done.code, done.out) == (0, ""), done.err


# A little below what was measured on 2026-11-22: 0.922, 0.823, 1.000, 0.967 and 0.866.
FLOORS = {
    "required facts quoted": 0.90,
    "first quote right": 0.80,
    "off-topic silence recall": 0.95,
    "silence precision": 0.92,
    "RR@10": 0.84,
}


@pytest.mark.timeout(3600)
def test_the_development_questions_are_answered_no_worse_than_before(real: Assistant) -> None:
    questions = [question for question in read_judged() if question.split == "development"]
    scores = evaluate(real, questions, lambda: None).scores
    assert scores["verbatim rate"] == 1.0
    fallen = {name: scores[name] for name, floor in FLOORS.items() if scores[name] < floor}
    assert fallen == {}


def test_the_shipped_corpus_has_no_problem() -> None:
    done = run_process("corpus", "check", "--corpus", bundled_corpus(), program=COMMAND)
    assert (done.code, done.out) == (0, "")
    assert Path(bundled_corpus()) == ROOT / "corpus"
