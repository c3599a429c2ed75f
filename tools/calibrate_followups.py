"""Fit when a follow-up is answered; writes `followup` and `followup_floor` into assistant/data/calibration.json.

    python tools/calibrate_followups.py [--write]

A question completed with what the conversation is about names kratom, so it looks answerable whatever it asks. A logistic regression on
its answer confidence and on how badly its own words are met tells the two apart. Right are the later turns of the development half of the
judged conversations whose required facts are among the quotations; wrong are those that want silence, and questions on other things, asked
after an answerable one: `other` of the written ones (assistant/data/off_topic.jsonl) and those of the development half.
The floor is where, cross-validated, 10 % of the wrong ones are still answered.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from assistant.assistant import Assistant
from assistant.finding import Finder
from assistant.followup import JOIN, Turn, own_part, turn_of
from assistant.judged_questions import read_conversations, read_judged
from assistant.learning_weights import OFF_TOPIC_FILE
from assistant.opening import open_assistant
from assistant.quoting import MAX_QUOTES
from assistant.settings import read_settings
from assistant.silence import CALIBRATION_FILE, Logistic, followup_signals

WRONG_ANSWERED = 0.1
OTHERS = 200
DEVELOPMENT = "development"
Row = tuple[dict[str, float], bool]


def main() -> None:
    """Fit, report on stdout, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    opened = open_assistant(read_settings(corpus_folder=chosen.corpus, index_folder=chosen.index)).assistant
    assert opened.finder is not None
    open_finder = replace(opened.finder, calibration=replace(opened.finder.calibration, followup=None))
    assistant = Assistant(lambda _: (), opened.wording, open_finder)
    rows = [*_conversations(assistant, open_finder), *_others(assistant, open_finder)]
    model, floor = _fitted(rows)
    print(f"{len(rows)} completed questions, {sum(right for _, right in rows)} right: {model}, floor {floor:.4f}")
    if chosen.write:
        calibration = json.loads(CALIBRATION_FILE.read_text(encoding="utf-8"))
        calibration |= {"followup": asdict(model), "followup_floor": floor}
        CALIBRATION_FILE.write_text(json.dumps(calibration, indent=1) + "\n", encoding="utf-8")


def _conversations(assistant: Assistant, finder: Finder) -> Iterator[Row]:
    for conversation in read_conversations():
        turns: list[Turn] = []
        for question in conversation if conversation[0].split == DEVELOPMENT else ():
            answer = assistant.ask(question.text, turns=turns)
            turns.append(turn_of(answer))
            right = question.answered_by([quote.text for quote in answer.quotes])
            if right or question.kind != "answerable":
                yield from _row(finder, answer.searched_for, right=right and question.kind == "answerable")


def _others(assistant: Assistant, finder: Finder) -> Iterator[Row]:
    judged = [one for one in read_judged() if one.split == DEVELOPMENT]
    before = [turn_of(assistant.ask(one.text)) for one in judged if one.kind == "answerable"]
    written = [json.loads(line)["question"] for line in OFF_TOPIC_FILE.read_text(encoding="utf-8").splitlines()]
    texts = [one.text for one in judged if one.kind == "off-topic"] + written[:: max(len(written) // OTHERS, 1)]
    for place, text in enumerate(texts):
        answer = assistant.ask(text, turns=[before[place % len(before)]])
        yield from _row(finder, answer.searched_for, right=False)


def _row(finder: Finder, searched: str, *, right: bool) -> Iterator[Row]:
    """The signals of a completed question; nothing of one that stands alone."""
    if JOIN in searched:
        query = finder.index.query(searched, finder.encoder)
        found = finder.find(searched)
        hits = finder.index.search(query)[:MAX_QUOTES]
        unmatched = finder.index.unmatched(query, hits, len(own_part(searched)))
        yield followup_signals(found.confidence, unmatched), right


def _fitted(rows: list[Row]) -> tuple[Logistic, float]:
    names = list(rows[0][0])
    values = np.array([[signals[name] for name in names] for signals, _ in rows])
    right = np.array([one for _, one in rows])
    spread, mean = values.std(axis=0), values.mean(axis=0)
    model = LogisticRegression(C=1.0)
    folds = StratifiedKFold(10, shuffle=True, random_state=1)
    sure = cross_val_predict(model, (values - mean) / spread, right, cv=folds, method="predict_proba")[:, 1]
    floor = round(float(np.quantile(sure[~right], 1 - WRONG_ANSWERED)), 4)
    print(
        f"cross-validated: {np.mean(sure[right] >= floor):.3f} of the right and {np.mean(sure[~right] >= floor):.3f} of the wrong answered"
    )
    model.fit((values - mean) / spread, right)
    weights = model.coef_[0] / spread
    bias = round(float(model.intercept_[0] - weights @ mean), 4)
    return Logistic({name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}, bias), floor


if __name__ == "__main__":
    main()
