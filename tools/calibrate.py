"""Fit when to keep silent on the development half of the judged questions; writes assistant/data/calibration.json.

    python tools/calibrate.py [--write] [--negatives QUESTIONS.jsonl …]

Two logistic regressions on absolute signals. `answer`: is the question answerable at all, from the signals of its first
hit and the best of each signal over its hits. `hit`: does a hit's passage meet a requirement. `answer_floor` is where,
cross-validated, 4 % of the off-topic questions are still answered, or higher where that loses no answerable one;
`quote_floor` keeps 97 % of the right passages among the first four; `topic_floor` is the similarity that 5 % of the
off-topic questions exceed.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from assistant.entities import Clues
from assistant.finding import Finder
from assistant.judged_questions import JudgedQuestion, read_judged
from assistant.opening import open_assistant
from assistant.settings import read_settings
from assistant.silence import CALIBRATION_FILE, SIGNALS, Calibration, Logistic, answer_signals
from index.passage_index import Hit

HITS = 4
# A little under the 5 % aimed at, because the floor is set on only forty off-topic questions.
OFF_TOPIC_ANSWERED = 0.04
RIGHT_KEPT = 0.97
ANSWER_STRENGTH = 0.3
# Of shares from 0.3 to 0.6 each, those that made the quotations most precise while they kept the required facts.
QUOTE_SHARE, SCORE_SHARE = 0.3, 0.5


def main() -> None:
    """Fit, report on stdout, and write the calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--negatives", type=Path, nargs="*", default=[])
    parser.add_argument("--most-negatives", type=int, default=150)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    questions = [one for one in read_judged() if one.split == "development"]
    questions += _negatives(arguments.negatives, arguments.most_negatives)
    finder = open_assistant(
        read_settings(corpus_folder=arguments.corpus, index_folder=arguments.index)
    ).assistant.finder
    assert finder is not None
    found = [_Example.of(finder, question) for question in questions]
    answer, sure = _answer_model(found)
    hit = _hit_model(found)
    floor = _answer_floor(found, sure, answer)
    print(f"{len(questions)} questions, answer floor {floor:.3f}")
    for kind in ("answerable", "not-covered", "off-topic"):
        print(
            f"{kind}: {np.mean([s >= floor for s, one in zip(sure, found, strict=True) if one.question.kind == kind]):.3f} answered"
        )
    calibration = Calibration(
        hit=hit,
        answer=answer,
        quote_floor=_quote_floor(found, hit),
        quote_share=QUOTE_SHARE,
        score_share=SCORE_SHARE,
        answer_floor=round(floor - 5e-5, 4),  # never above the question it was taken from
        topic_floor=_topic_floor(found),
        fitted=f"tools/calibrate.py: logistic regressions on {len(questions)} development questions",
    )
    print(calibration)
    if arguments.write:
        CALIBRATION_FILE.write_text(json.dumps(asdict(calibration), indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class _Example:
    question: JudgedQuestion
    clues: Clues
    hits: list[Hit]

    @classmethod
    def of(cls, finder: Finder, question: JudgedQuestion) -> _Example:
        text = finder.searchable(question.text)
        clues = Clues.of(text)
        return cls(question, clues, clues.order(finder.index.search(finder.index.query(text, finder.encoder))))

    @property
    def signals(self) -> dict[str, float]:
        return answer_signals(self.hits, self.clues)


def _logistic(rows: list[dict[str, float]], right: list[bool], strength: float) -> Logistic:
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    spread = np.where(values.std(axis=0) > 1e-9, values.std(axis=0), 1.0)
    model = LogisticRegression(C=strength, max_iter=5000).fit((values - values.mean(axis=0)) / spread, right)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - weights @ values.mean(axis=0))
    return Logistic(
        {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}, round(bias, 4)
    )


def _answer_model(found: list[_Example]) -> tuple[Logistic, list[float]]:
    """The model of the whole set, and each question's confidence from a model that did not see it."""
    rows = [one.signals for one in found]
    right = [one.question.kind == "answerable" for one in found]
    sure = [0.0] * len(found)
    for train, held_out in StratifiedKFold(10, shuffle=True, random_state=1).split(rows, right):
        model = _logistic([rows[place] for place in train], [right[place] for place in train], ANSWER_STRENGTH)
        for place in held_out:
            sure[place] = model(rows[place])
    return _logistic(rows, right, ANSWER_STRENGTH), sure


def _hit_model(found: list[_Example]) -> Logistic:
    rows, right = [], []
    for one in found:
        for hit in one.hits[:HITS]:
            rows.append({name: hit.signals[name] for name in SIGNALS})
            right.append(one.question.met([hit.passage.text]) > 0)
    return _logistic(rows, right, 1.0)


def _quote_floor(found: list[_Example], hit: Logistic) -> float:
    """The confidence that nearly all right passages among the first four reach."""
    right = [
        hit(candidate.signals)
        for one in found
        for candidate in one.hits[:HITS]
        if one.question.met([candidate.passage.text]) > 0
    ]
    return round(float(np.quantile(right, 1 - RIGHT_KEPT)), 4)


def _answer_floor(found: list[_Example], sure: list[float], answer: Logistic) -> float:
    off_topic = [
        s
        for s, one in zip(sure, found, strict=True)
        if one.question.kind == "off-topic" and one.question.style != "other"
    ]
    lowest = float(np.quantile(off_topic, 1 - OFF_TOPIC_ANSWERED)) + 1e-6
    # As high as it can be without losing one more question that has an answer, by the model of the whole set.
    answerable = [answer(one.signals) for one in found if one.question.kind == "answerable"]
    return min((s for s in answerable if s >= lowest), default=lowest)


def _topic_floor(found: list[_Example]) -> float:
    """Questions that do not name kratom are off topic below the similarity that few off-topic ones exceed."""
    off_topic = [
        one.hits[0].signals["dense"]
        for one in found
        if one.question.kind == "off-topic" and not one.clues.names_subject
    ]
    return round(float(np.quantile(off_topic, 0.95)), 4)


def _negatives(files: list[Path], most: int) -> list[JudgedQuestion]:
    found = []
    for file in files:
        texts = [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").split("\n") if line]
        step = max(len(texts) // most, 1)
        found += [
            JudgedQuestion(f"{file.parent.name}-{place}", text, "off-topic", "none", "other", "development")
            for place, text in enumerate(texts[::step][:most])
        ]
    return found


if __name__ == "__main__":
    main()
