"""Which sentences to quote of a document that is no brief: tries the constants of `assistant/quoting.py` on judged data.

    python benchmarks/quotes.py JUDGED_FOLDER [--work DIR]

The first quote is judged by its token F1 against the gold answer and by whether it contains it. Choices are cross-checked
by halves of the documents. A choice is: the shares of the three sentence scores and of the passage's own score, among how
many passages the best sentence is sought, and how near to it a neighbour must come to be quoted with it.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.quoting import (
    DENSE_SHARE,
    LATE_SHARE,
    MAX_SENTENCES,
    NEIGHBOUR_SHARE,
    ORDERED_BY_SENTENCE,
    OVERLAP_SHARE,
    PASSAGE_SHARE,
    best_run,
)
from benchmarks.judged_folder import JudgedFolder, SpanQuestion, open_judged
from benchmarks.measures import contains, token_f1
from index.passage_index import Hit

Values = npt.NDArray[np.float64]
PASSAGES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of choosing the first quote."""

    dense: float = DENSE_SHARE
    late: float = LATE_SHARE
    overlap: float = OVERLAP_SHARE
    passage: float = PASSAGE_SHARE
    passages: int = ORDERED_BY_SENTENCE
    neighbour: float = NEIGHBOUR_SHARE
    sentences: int = MAX_SENTENCES


@dataclass(frozen=True)
class Candidate:
    """A passage found for a question: its fused score, and three scores for each of its sentences."""

    hit: Hit
    scores: Values


@dataclass
class Example:
    """A question, its first passages, and which half of the documents it belongs to."""

    question: SpanQuestion
    half: int
    candidates: list[Candidate]
    judged: dict[tuple[int, int, int], tuple[float, bool, int]] = field(default_factory=dict)

    def measure(self, choice: Choice) -> tuple[float, bool, int]:
        """Return the token F1 of the first quote, whether it contains the answer, and its number of words."""
        shares = np.array([choice.dense, choice.late, choice.overlap])
        values = [candidate.scores @ shares for candidate in self.candidates[: choice.passages]]
        bests = [
            float(value.max()) + choice.passage * candidate.hit.score
            for value, candidate in zip(values, self.candidates, strict=False)
        ]
        place = int(np.argmax(bests))
        first, last = best_run(values[place], max_sentences=choice.sentences, neighbour_share=choice.neighbour)
        return self._judge(place, first, last)

    def _judge(self, place: int, first: int, last: int) -> tuple[float, bool, int]:
        key = (place, first, last)
        if key not in self.judged:
            passage = self.candidates[place].hit.passage
            text = passage.document.text[passage.sentences[first][0] : passage.sentences[last][1]]
            self.judged[key] = (
                token_f1(text, self.question.answer),
                contains(self.question, text),
                len(text.split()),
            )
        return self.judged[key]


def examples(judged: JudgedFolder) -> list[Example]:
    """Return every question with the sentence scores of its first passages."""
    halves = {name: place % 2 for place, name in enumerate(sorted(judged.library.approved))}
    found = []
    for question, query, hits in zip(judged.questions, judged.queries, judged.hits, strict=True):
        candidates = []
        for hit in hits[:PASSAGES]:
            scores = judged.index.sentence_scores(query, hit)
            candidates.append(
                Candidate(hit, np.column_stack([scores.dense, scores.late, scores.overlap]).astype(float))
            )
        found.append(Example(question, halves[question.document], candidates))
    return found


def mean_measures(found: Sequence[Example], choice: Choice) -> Values:
    """Return mean token F1, containment and words of the first quotes."""
    return np.asarray(np.mean([example.measure(choice) for example in found], axis=0))


def grid() -> Iterable[Choice]:
    """Every choice that is tried; late interaction counts 1."""
    for dense, overlap, passage, neighbour in itertools.product(
        (0.5, 1.0, 1.5), (0.7, 1.0, 1.3), (0.0, 0.05, 0.1), (0.8, 0.9, 0.95, 1.0)
    ):
        yield Choice(dense, 1.0, overlap, passage, PASSAGES, neighbour)


def fitted(found: Sequence[Example]) -> Choice:
    """Return the choice with the highest sum of token F1 and half of the containment: an answer, not much more than it."""
    return max(grid(), key=lambda choice: float(mean_measures(found, choice)[:2] @ np.array([1.0, 0.5])))


def cross_fitted(found: Sequence[Example]) -> Values:
    """Return the measures with each half judged by the choice that the other half makes."""
    choices = {half: fitted([example for example in found if example.half != half]) for half in (0, 1)}
    return np.asarray(np.mean([example.measure(choices[example.half]) for example in found], axis=0))


def attempts() -> dict[str, Choice]:
    """What is shown beside the best of the grid: one thing changed at a time."""
    single = Choice(1.0, 1.0, 1.0, 0.0, PASSAGES, 1.0, 1)
    return {
        "as in assistant/quoting.py": Choice(),
        "one sentence of the first passage": replace(single, passages=1),
        "one sentence of the top three, vectors only": replace(single, late=0.0, overlap=0.0),
        "one sentence of the top three, late interaction only": replace(single, dense=0.0, overlap=0.0),
        "one sentence of the top three, words only": replace(single, dense=0.0, late=0.0),
        "one sentence of the top three, all three alike": single,
        "… and the passage's score": replace(single, passage=0.05),
        "… and a neighbour within 5 %": replace(single, passage=0.05, neighbour=0.95, sentences=3),
        "… and a neighbour within 10 %": replace(single, passage=0.05, neighbour=0.9, sentences=3),
        "… and a neighbour within 20 %": replace(single, passage=0.05, neighbour=0.8, sentences=3),
        "before: best run of the first passage, within 20 %": Choice(1.0, 1.0, 0.7, 0.0, 1, 0.8, 3),
    }


def main() -> None:
    """Report on stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data/benchmarks"))
    arguments = parser.parse_args()
    found = examples(open_judged(arguments.judged, arguments.work))
    table = Table("first quote", "token F1", "contains", "words", box=None)
    best = fitted(found)
    rows = {name: mean_measures(found, choice) for name, choice in attempts().items()}
    rows |= {"best of the grid": mean_measures(found, best), "best of the grid, cross-fitted": cross_fitted(found)}
    for name, (f1, contained, words) in rows.items():
        table.add_row(name, f"{f1:.3f}", f"{contained:.3f}", f"{words:.1f}")
    console = Console(width=120)
    console.print(table)
    console.print(best)


if __name__ == "__main__":
    main()
