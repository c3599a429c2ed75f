"""Judged examples → the weights of the second reading: one logistic regression for any danger, one for each urgent kind.

Run `python -c "from assistant.learning_weights import write_weights; write_weights()"` after the examples, the spelling or the
development half of the judged messages change. The unseen half is never read here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.judged_questions import read_conversations, read_judged
from assistant.safety_evaluation import SAFETY_DEVELOPMENT_FILE, read_safety
from assistant.second_reading import WEIGHTS_FILE, features, stretches
from assistant.triage_rules import read_rules
from assistant.triage_words import Spelling

EXAMPLES_FILE = Path(__file__).parent / "data" / "triage_examples.jsonl"
URGENT = ("emergency", "poisoning", "self-harm")
ANY = "any"
# Questions of this split stay apart, so that false alarms on ordinary questions can be counted honestly.
APART = "test"

# Judged questions that do tell of danger, by their first words.
TELL_OF_DANGER = (
    "There is a guy passed out",
    "My best friend has been texting me",
    "My fifteen year old nephew got into",
)

Example = tuple[str, Collection[str]]


def read_examples(path: Path = EXAMPLES_FILE) -> list[Example]:
    """Return the written examples, the development half of the judged messages, and judged questions as no danger."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    examples: list[Example] = [(row["message"], row["kinds"]) for row in rows]
    examples += [(row.message, row.kinds) for row in read_safety(SAFETY_DEVELOPMENT_FILE)]
    return examples + [(one, ()) for one in ordinary_questions() if not one.startswith(TELL_OF_DANGER)]


def ordinary_questions(*, apart: bool = False) -> list[str]:
    """Return the judged questions and turns of conversations, or those of the split that is kept apart."""
    asked = [*read_judged(), *(turn for turns in read_conversations() for turn in turns)]
    return [one.text for one in asked if (one.split == APART) is apart]


def learn(examples: Iterable[Example], spelling: Spelling) -> dict[str, Any]:
    """Return the weights learned from examples, as they are written to the file."""
    rows = [
        (stretch, kinds)
        for message, kinds in examples
        for words in (spelling.read(message),)
        for stretch in stretches(words.words, words.sentences)
    ]
    read = [stretch for stretch, _ in rows]
    vectorizer = TfidfVectorizer(analyzer=features, min_df=2)
    matrix = vectorizer.fit_transform(read)
    names = (ANY, *URGENT)
    fitted = [_fit(matrix, [_is(name, kinds) for _, kinds in rows]) for name in names]
    columns = [vectorizer.idf_, *(model.coef_[0] for model in fitted)]
    order = vectorizer.vocabulary_
    return {
        "names": list(names),
        "constants": [round(float(model.intercept_[0]), 3) for model in fitted],
        "weights": {
            feature: [round(float(column[order[feature]]), 3) for column in columns] for feature in sorted(order)
        },
    }


def _is(name: str, kinds: Collection[str]) -> bool:
    return bool(set(URGENT) & set(kinds)) if name == ANY else name in kinds


def _fit(matrix: Any, wanted: Sequence[bool]) -> Any:
    model = LogisticRegression(C=10, max_iter=3000, class_weight="balanced")
    return model.fit(matrix, np.asarray(wanted))


def write_weights(path: Path = WEIGHTS_FILE) -> None:
    """Learn from the examples of this project and write the weights, one feature on a line."""
    learned = learn(read_examples(), read_rules()[0])
    head = json.dumps({key: learned[key] for key in ("names", "constants")}, ensure_ascii=False)
    lines = (f"{json.dumps(word, ensure_ascii=False)}: {json.dumps(row)}" for word, row in learned["weights"].items())
    path.write_text(head[:-1] + ',\n"weights": {\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
