"""Fit when a follow-up is answered; writes `followup` and `followup_floor` into assistant/data/calibration.json.

    python tools/calibrate_followups.py [--write]

A question completed with what the conversation is about names kratom, so it looks answerable whatever it asks. A logistic regression on
its answer confidence and on its own part (`silence.followup_signals`) tells the two apart. Right are the later turns of the development half of the
judged conversations whose required facts are among the quotations; wrong are those that want silence, and questions on other things, asked
after an answerable one: `other` of the written ones (assistant/data/off_topic.jsonl) and those of the development half.
The floor is where, cross-validated by conversation, 4 % of the wrong ones are still answered.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from assistant.assistant import Assistant
from assistant.followup import JOIN, Turn, turn_of
from assistant.judged_questions import read_conversations, read_judged
from assistant.learning_weights import OFF_TOPIC_FILE
from assistant.opening import open_assistant
from assistant.settings import read_settings
from assistant.silence import CALIBRATION_FILE, Logistic

WRONG_ANSWERED = 0.04
OTHERS = 400
DEVELOPMENT = "development"
Row = tuple[Mapping[str, float], bool, str]


def main() -> None:
    """Fit, report on stdout, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    opened = open_assistant(read_settings(corpus_folder=chosen.corpus, index_folder=chosen.index)).assistant
    assert opened.finder is not None
    # Every completed question is answered, so that it is seen what each would be answered with.
    anything = replace(opened.finder.calibration, followup=Logistic({}, 0.0), followup_floor=0.0)
    open_finder = replace(opened.finder, calibration=anything)
    assistant = Assistant(lambda _: (), opened.wording, open_finder)
    rows = [*_conversations(assistant), *_others(assistant)]
    model, floor = _fitted(rows)
    print(f"{len(rows)} completed questions, {sum(right for _, right, _ in rows)} right: {model}, floor {floor:.4f}")
    if chosen.write:
        calibration = json.loads(CALIBRATION_FILE.read_text(encoding="utf-8"))
        calibration |= {"followup": asdict(model), "followup_floor": floor}
        CALIBRATION_FILE.write_text(json.dumps(calibration, indent=1) + "\n", encoding="utf-8")


def _conversations(assistant: Assistant) -> Iterator[Row]:
    for conversation in read_conversations():
        turns: list[Turn] = []
        for question in conversation if conversation[0].split == DEVELOPMENT else ():
            answer = assistant.ask(question.text, turns=turns)
            right = question.answered_by([quote.text for quote in answer.quotes])
            # What is answered wrongly would be kept silent about, and then nothing leans on it.
            turns.append(turn_of(answer) if right else Turn(answer.searched_for))
            if right or question.kind != "answerable":
                yield from _row(assistant, answer.searched_for, conversation[0].id, right=right)


def _others(assistant: Assistant) -> Iterator[Row]:
    judged = [one for one in read_judged() if one.split == DEVELOPMENT]
    before = [turn_of(assistant.ask(one.text)) for one in judged if one.kind == "answerable"]
    written = [json.loads(line)["question"] for line in OFF_TOPIC_FILE.read_text(encoding="utf-8").splitlines()]
    texts = [one.text for one in judged if one.kind == "off-topic"] + written[:: max(len(written) // OTHERS, 1)]
    for place, text in enumerate(texts):
        answer = assistant.ask(text, turns=[before[place % len(before)]])
        yield from _row(assistant, answer.searched_for, text, right=False)


def _row(assistant: Assistant, searched: str, conversation: str, *, right: bool) -> Iterator[Row]:
    """The signals of a completed question; nothing of one that stands alone."""
    assert assistant.finder is not None
    if JOIN in searched:
        yield assistant.finder.find(searched).own, right, conversation


def _fitted(rows: list[Row]) -> tuple[Logistic, float]:
    names = list(rows[0][0])
    values = np.array([[signals[name] for name in names] for signals, _, _ in rows])
    right = np.array([one for _, one, _ in rows])
    spread, mean = values.std(axis=0), values.mean(axis=0)
    model = LogisticRegression(C=1.0)
    groups = [conversation for _, _, conversation in rows]
    sure = cross_val_predict(
        model, (values - mean) / spread, right, groups=groups, cv=GroupKFold(10), method="predict_proba"
    )[:, 1]
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
