"""Fit the weights of `index/data/ranking.json`: how the signals of a passage become one score.

    python benchmarks/fit_ranking.py JUDGED_FOLDER [--work DIR] [--corpus DIR] [--write]

Development data: the development half of the judged kratom questions, and a judged folder with gold spans. The signals
are standardised over the candidates of each question. Three fits are tried: a logistic regression, a pairwise one, and a
search over a grid on the measures themselves; each is cross-checked by halves (of the documents, and of the questions).
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.entities import Clues
from assistant.judged_questions import JudgedQuestion, read_judged
from assistant.opening import open_assistant
from assistant.progress import progress_bar
from assistant.settings import Settings, bundled_corpus
from benchmarks.judged_folder import JudgedFolder, SpanQuestion, open_judged, talk
from benchmarks.measures import covers
from corpus.library import read_library
from index.building import rebuild
from index.encoder import EncoderChoice, SentenceEncoder
from index.passage_index import Hit
from index.ranking import RANKING_FILE, SIGNALS, Ranking, read_ranking, standardised

Floats = npt.NDArray[np.float64]
Scores = dict[str, Floats]

# Late interaction is 1; only the proportions of the weights matter.
GRID = {
    "dense": (-0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
    "bm25": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1.0),
    "late": (1.0,),
    "sentence": (0.4, 0.55, 0.7, 0.85, 1.0, 1.2, 1.4),
    "coverage": (0.0, 0.15, 0.3, 0.45, 0.6),
    "expansion": (0.0, 0.3, 0.6, 0.8, 1.0, 1.2),
}
QUOTES = 4
_RANKED = 10
# A passage that names what the question names comes before all others (assistant.entities.Clues.order).
_NAMES = 1e3


@dataclass(frozen=True)
class SpanExample:
    """A question of a judged folder: the standardised signals of its candidates, and which of them are right."""

    half: int
    signals: Floats
    right: npt.NDArray[np.bool_]
    of_gold_document: npt.NDArray[np.bool_]
    documents: npt.NDArray[np.int64]

    @classmethod
    def of(cls, question: SpanQuestion, hits: Sequence[Hit], half: int) -> SpanExample:
        """Return the example of a question's hits."""
        names = [hit.passage.document.id for hit in hits]
        return cls(
            half,
            _signals(hits),
            np.array([covers(question, hit.passage) for hit in hits]),
            np.array([name == question.document for name in names]),
            np.unique(names, return_inverse=True)[1].astype(np.int64),
        )

    def measure(self, weights: Floats) -> Scores:
        """Return nDCG@10 of the document, span@1 and span@3 for each row of weights."""
        scores = self.signals @ weights.T
        gold = np.where(self.of_gold_document[:, None], scores, -np.inf).max(axis=0)
        ahead = np.zeros(len(weights))
        for document in np.unique(self.documents):
            ahead += scores[self.documents == document].max(axis=0) > gold
        ndcg = np.where(np.isfinite(gold) & (ahead < _RANKED), 1 / np.log2(ahead + 2), 0.0)
        best = np.where(self.right[:, None], scores, -np.inf).max(axis=0)
        above = (scores > best).sum(axis=0)
        found = np.isfinite(best)
        return {
            "nDCG@10": ndcg,
            "span@1": (found & (above < 1)).astype(float),
            "span@3": (found & (above < 3)).astype(float),
        }


@dataclass(frozen=True)
class FactExample:
    """A judged kratom question: the standardised signals of its candidates, and which requirements each meets."""

    half: int
    signals: Floats
    right: npt.NDArray[np.bool_]
    named: Floats
    met: npt.NDArray[np.int64]
    needed: int

    @classmethod
    def of(cls, question: JudgedQuestion, hits: Sequence[Hit], named: Sequence[float], half: int) -> FactExample:
        """Return the example of a question's hits; `named` is which share of the question's entities each names."""
        met = [_met(question, hit.passage.text) for hit in hits]
        needed = (1 << len(question.facts)) - 1
        return cls(
            half, _signals(hits), np.array([one == needed for one in met]), np.array(named), np.array(met), needed
        )

    def measure(self, weights: Floats) -> Scores:
        """Return, for each row of weights: all facts in the first four passages, and any in the first."""
        scores = self.signals @ weights.T + _NAMES * self.named[:, None]
        order = np.argsort(-scores, axis=0, kind="stable")
        met = self.met[order]
        together = np.bitwise_or.reduce(met[:QUOTES], axis=0)
        return {
            "facts@4": (together == self.needed).astype(float),
            "first right": (met[0] > 0).astype(float),
        }


Example = SpanExample | FactExample
Fit = Callable[[Sequence[Example]], Floats]


def mean_scores(examples: Sequence[Example], weights: Floats) -> Scores:
    """Return each measure's mean over examples of one kind, one value per row of weights."""
    rows = [example.measure(weights) for example in examples]
    return {name: np.mean([row[name] for row in rows], axis=0) for name in rows[0]}


def objective(examples: Sequence[Example], weights: Floats) -> Floats:
    """Return the mean over the sets of the mean of each set's measures: the sets count alike, whatever their size."""
    kinds = [[one for one in examples if isinstance(one, kind)] for kind in (SpanExample, FactExample)]
    means = [np.mean(list(mean_scores(kind, weights).values()), axis=0) for kind in kinds if kind]
    return np.asarray(np.mean(means, axis=0))


def fit_logistic(examples: Sequence[Example]) -> Floats:
    """Weights of a logistic regression of right against wrong candidates; each set counts alike."""
    known = [example for example in examples if example.right.any()]
    values = np.concatenate([example.signals for example in known])
    right = np.concatenate([example.right for example in known])
    share = np.concatenate([np.full(len(example.right), _share(example, known)) for example in known])
    model = LogisticRegression(class_weight="balanced", max_iter=2000).fit(values, right, sample_weight=share)
    return _scaled(model.coef_[0])


def fit_pairwise(examples: Sequence[Example]) -> Floats:
    """Weights of a logistic regression on differences of a right and a wrong candidate of the same question."""
    known = [example for example in examples if example.right.any() and not example.right.all()]
    differences, share = [], []
    for example in known:
        right, wrong = example.signals[example.right], example.signals[~example.right]
        pairs = (right[:, None, :] - wrong[None, :, :]).reshape(-1, len(SIGNALS))
        differences.append(pairs)
        share.append(np.full(len(pairs), _share(example, known) / len(pairs)))
    values, weights = np.concatenate(differences), np.concatenate(share)
    model = LogisticRegression(fit_intercept=False, max_iter=2000)
    model.fit(
        np.concatenate([values, -values]),
        [1] * len(values) + [0] * len(values),
        sample_weight=np.concatenate([weights, weights]) * len(values),
    )
    return _scaled(model.coef_[0])


def fit_grid(examples: Sequence[Example]) -> Floats:
    """The weights in the middle of the best part of the grid: each point is judged by the mean over its neighbours."""
    grid = np.array(list(itertools.product(*(GRID[name] for name in SIGNALS))))
    found = objective(examples, grid).reshape([len(GRID[name]) for name in SIGNALS])
    return np.asarray(grid[int(smoothed(found).argmax())])


def smoothed(values: Floats) -> Floats:
    """Return the mean of each point of a grid and its neighbours, the points at the edge being their own neighbours."""
    for axis in range(values.ndim):
        last = values.shape[axis] - 1
        places = np.arange(last + 1)
        near = [np.take(values, np.clip(places + step, 0, last), axis=axis) for step in (-1, 0, 1)]
        values = np.asarray(np.mean(near, axis=0))
    return values


def cross_fitted(examples: Sequence[Example], fit: Fit) -> Scores:
    """Return every measure, each example being judged with weights fitted on the other half."""
    scores: dict[str, list[Floats]] = {}
    for half in (0, 1):
        weights = fit([example for example in examples if example.half != half])
        for example in examples:
            if example.half == half:
                for name, value in example.measure(weights[None, :]).items():
                    scores.setdefault(name, []).append(value)
    return {name: np.mean(values, axis=0) for name, values in scores.items()}


def _signals(hits: Sequence[Hit]) -> Floats:
    return standardised(np.array([[hit.signals[name] for name in SIGNALS] for hit in hits]))


def _met(question: JudgedQuestion, text: str) -> int:
    lower = text.lower()
    return sum(
        1 << place for place, choices in enumerate(question.facts) if any(one.lower() in lower for one in choices)
    )


def _share(example: Example, known: Sequence[Example]) -> float:
    return 1 / sum(isinstance(one, type(example)) for one in known)


def _scaled(weights: npt.ArrayLike) -> Floats:
    """Late interaction is 1, as in the grid."""
    values = np.asarray(weights, dtype=np.float64)
    return np.asarray(values / max(values[SIGNALS.index("late")], 1e-9))


def span_examples(judged: JudgedFolder) -> list[SpanExample]:
    """Return the examples of a judged folder, halves by document."""
    halves = {name: place % 2 for place, name in enumerate(sorted(judged.library.approved))}
    pairs = zip(judged.questions, judged.hits, strict=True)
    return [SpanExample.of(question, hits, halves[question.document]) for question, hits in pairs]


def fact_examples(corpus: Path, index: Path, split: str) -> list[FactExample]:
    """Return the examples of the answerable kratom questions of one split, halves by place in the file."""
    library, encoder = read_library(corpus), SentenceEncoder(EncoderChoice())
    with progress_bar(talk) as progress:
        rebuild(library, index, encoder, progress=progress)
    finder = open_assistant(Settings(corpus=corpus, index=index), encoder).assistant.finder
    assert finder is not None
    examples = []
    for place, question in enumerate(one for one in read_judged() if one.split == split and one.kind == "answerable"):
        text = finder.searchable(question.text)
        hits = finder.index.search(finder.index.query(text, encoder))
        clues = Clues.of(text)
        named = [clues.share_named(hit.passage) for hit in hits]
        examples.append(FactExample.of(question, hits, named, place % 2))
    return examples


def report(examples: Sequence[Example], candidates: dict[str, Floats]) -> Table:
    """Return a table of every candidate's weights and measures."""
    spans = [one for one in examples if isinstance(one, SpanExample)]
    facts = [one for one in examples if isinstance(one, FactExample)]
    table = Table("weights", *SIGNALS, box=None)
    first = next(iter(candidates.values()))[None, :]
    for name in (*mean_scores(spans, first), *mean_scores(facts, first), "objective"):
        table.add_column(name, justify="right")
    for name, weights in candidates.items():
        rows = [mean_scores(kind, weights[None, :]) for kind in (spans, facts)]
        found = [float(value[0]) for row in rows for value in row.values()]
        found.append(float(objective(examples, weights[None, :])[0]))
        table.add_row(name, *(f"{value:.2f}" for value in weights), *(f"{value:.3f}" for value in found))
    return table


def main() -> None:
    """Fit, report on stdout, and with --write keep the best."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data/benchmarks"), help="where the indexes are kept")
    parser.add_argument("--corpus", type=Path, default=bundled_corpus(), help="the kratom corpus (read only)")
    parser.add_argument("--choose", default="grid", help="which fit --write keeps")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    kratom = arguments.work / "kratom" / "index"
    examples: list[Example] = [
        *span_examples(open_judged(arguments.judged, arguments.work)),
        *fact_examples(arguments.corpus, kratom, "development"),
    ]
    fits: dict[str, Fit] = {
        "logistic": fit_logistic,
        "pairwise": fit_pairwise,
        "grid": fit_grid,
    }
    current = read_ranking(RANKING_FILE)
    candidates = {
        "equal": np.ones(len(SIGNALS)),
        "current": np.array([current.weights[name] for name in SIGNALS]),
        **{name: fit(examples) for name, fit in fits.items()},
    }
    console = Console(width=160)
    console.print(report(examples, candidates))
    crossed = Table("cross-fitted by halves", box=None)
    for place, (name, fit) in enumerate(fits.items()):
        scores = cross_fitted(examples, fit)
        if not place:
            for measure in scores:
                crossed.add_column(measure, justify="right")
        crossed.add_row(name, *(f"{float(value[0]):.3f}" for value in scores.values()))
    console.print(crossed)
    if arguments.write:
        _write(candidates[arguments.choose], arguments.choose, arguments.judged.name)


def _write(weights: Floats, fit: str, judged: str) -> None:
    fitted = (
        f"benchmarks/fit_ranking.py, {fit}: development half of the judged kratom questions and {judged}, "
        "cross-checked by halves; see docs/quality.md"
    )
    ranking = Ranking(
        f"{fit}-2", {name: round(float(value), 2) for name, value in zip(SIGNALS, weights, strict=True)}, fitted
    )
    RANKING_FILE.write_text(json.dumps(ranking.describe(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
