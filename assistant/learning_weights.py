"""Judged examples → the weights of triage: for each kind, and for any danger, one logistic regression over the marks.

Run `python -c "from assistant.learning_weights import write_weights; write_weights()"` after the examples, the words, the rules
or the development half of the judged messages change. The unseen half is never read here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.answer import Notice
from assistant.assistant import REFUSED
from assistant.judged_questions import read_conversations, read_judged
from assistant.notices import read_notices
from assistant.safety_evaluation import (
    SAFETY_DEVELOPMENT_FILE,
    JudgedMessage,
    SafetyReport,
    evaluate_safety,
    read_safety,
)
from assistant.settings import bundled_corpus
from assistant.triage import ANY, URGENCY, URGENT, Marking, Triage, read_marking
from assistant.triage_weighing import WEIGHTS_FILE, weighing
from corpus.expansion import expansion_rows

EXAMPLES_FILE = Path(__file__).parent / "data" / "triage_examples.jsonl"
OFF_TOPIC_FILE = Path(__file__).parent / "data" / "off_topic.jsonl"
NAMES = (ANY, *URGENCY)
# Questions of this split stay apart, so that false alarms on ordinary questions can be counted honestly.
APART = "test"

# A judged row was read by more than one person; a written example by its writer.
_JUDGED_COUNTS = 3

# The kinds whose notice stands alone, without quotations.
_STOPPED = (*URGENT, *sorted(REFUSED))

# Judged questions that do tell of danger, by their first words.
TELL_OF_DANGER = (
    "There is a guy passed out",
    "My best friend has been texting me",
    "and if they want to end it all",
)


@dataclass(frozen=True, slots=True)
class Example:
    """A message and its kinds. Of the kinds that were not judged, those that the rules see are left open."""

    message: str
    kinds: Collection[str]
    judged: Collection[str] = URGENCY
    counts: int = 1


def read_examples(path: Path = EXAMPLES_FILE) -> list[Example]:
    """Return the written examples, the development half of the judged messages, and judged questions as no danger."""
    return [*_written(path), *map(_judged, read_safety(SAFETY_DEVELOPMENT_FILE))]


def _written(path: Path = EXAMPLES_FILE) -> list[Example]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    examples = [Example(row["message"], row["kinds"], row.get("judged", URGENCY)) for row in rows]
    calm = sorted({one for one in ordinary_questions() if not one.startswith(TELL_OF_DANGER)})
    turns = [turn for turns in read_conversations() for turn in turns]
    answered = {one.text for one in [*read_judged(), *turns] if one.kind == "answerable"}
    return [*examples, *calm_questions(), *(_calm(one, answered) for one in calm)]


def _calm(question: str, answered: Collection[str]) -> Example:
    return Example(question, (), _STOPPED, _JUDGED_COUNTS) if question in answered else Example(question, (), URGENT)


def calm_questions() -> list[Example]:
    """Return questions that are not to be refused: those the documents answer, and some on other things, no danger either.

    What the documents answer is left open as to danger: somebody who stands beside one may ask the same.
    """
    rows = [row for _, row in expansion_rows(bundled_corpus())]
    answered = {question for row in rows for question in (row["heading"], *row["asked"])}
    other = {json.loads(line)["question"] for line in OFF_TOPIC_FILE.read_text(encoding="utf-8").splitlines()}
    return [Example(one, (), _STOPPED if one in other else tuple(REFUSED)) for one in sorted(answered | other)]


def _judged(row: JudgedMessage) -> Example:
    return Example(row.message, row.kinds, counts=_JUDGED_COUNTS)


def cross_validated(folds: int = 5) -> SafetyReport:
    """Return how triage does on the development half, each part of it judged by weights learned without that part."""
    rows, written, marking, notices = read_safety(), _written(), read_marking(), read_notices()
    raised: dict[str, tuple[Notice, ...]] = {}
    for fold in range(folds):
        learned = learn([*written, *(_judged(row) for n, row in enumerate(rows) if n % folds != fold)], marking)
        triage = Triage(marking, weighing(learned["names"], learned["constants"], learned["weights"]), notices)
        raised |= {row.message: triage(row.message) for row in rows[fold::folds]}
    return evaluate_safety(raised.__getitem__, rows)


def ordinary_questions(*, apart: bool = False) -> list[str]:
    """Return the judged questions and turns of conversations, or those of the split that is kept apart."""
    asked = [*read_judged(), *(turn for turns in read_conversations() for turn in turns)]
    return [one.text for one in asked if (one.split == APART) is apart]


def learn(examples: Iterable[Example], marking: Marking, names: Sequence[str] = NAMES) -> dict[str, Any]:
    """Return the weights learned from examples, as they are written to the file."""
    rows = [(marks, example) for example in examples for marks in marking.marks(example.message)]
    vectorizer = TfidfVectorizer(analyzer=set, min_df=2)
    matrix = vectorizer.fit_transform([marks for marks, _ in rows])
    counts = np.asarray([example.counts for _, example in rows])
    fitted = [_fit(matrix, [_is(name, marks, example) for marks, example in rows], counts) for name in names]
    columns = [vectorizer.idf_, *(model.coef_[0] for model in fitted)]
    order = vectorizer.vocabulary_
    return {
        "names": list(names),
        "constants": [round(float(model.intercept_[0]), 2) for model in fitted],
        "weights": {mark: [round(float(column[order[mark]]), 2) for column in columns] for mark in sorted(order)},
    }


def _is(name: str, marks: Collection[str], example: Example) -> bool | None:
    """Whether an example is of a kind; nothing where that was not judged, or for danger where not all danger was."""
    if name in example.kinds or (name == ANY and set(URGENT) & set(example.kinds)):
        return True
    if name == ANY or name in URGENT:
        return False if set(URGENT) <= set(example.judged) else None
    return None if name not in example.judged and f"={name}" in marks else False


def _fit(matrix: Any, wanted: Sequence[bool | None], counts: npt.NDArray[np.int64]) -> Any:
    judged = [row for row, one in enumerate(wanted) if one is not None]
    model = LogisticRegression(C=10, max_iter=3000, class_weight="balanced", solver="liblinear")
    return model.fit(matrix[judged], np.asarray([wanted[row] for row in judged]), sample_weight=counts[judged])


def write_weights(path: Path = WEIGHTS_FILE) -> None:
    """Learn from the examples of this project and write the weights, one mark on a line."""
    learned = learn(read_examples(), read_marking())
    head = json.dumps({key: learned[key] for key in ("names", "constants")}, ensure_ascii=False)
    lines = (f"{json.dumps(word, ensure_ascii=False)}: {json.dumps(row)}" for word, row in learned["weights"].items())
    path.write_text(head[:-1] + ',\n"weights": {\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
