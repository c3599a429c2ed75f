"""Finding, quoting and keeping silent on judged data, beside what plain methods reach on the same data.

    python benchmarks/retrieval.py JUDGED_FOLDER [--work DIR] [--unanswerable QUESTIONS.jsonl …] [--json FILE]

JUDGED_FOLDER holds documents/*.md and questions.jsonl. Its documents are added, approved and indexed under --work by the
project's own pipeline; a second run uses them again. `benchmarks/measures.py` defines every measure.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.answer import Quote
from assistant.entities import Clues
from assistant.judged_questions import QUESTIONS_FILE
from assistant.quoting import choose, make_quotes
from assistant.silence import SIGNALS, read_calibration
from benchmarks.judged_folder import JudgedFolder, SpanQuestion, open_judged
from benchmarks.measures import (
    auroc,
    document_scores,
    documents_in_order,
    quote_scores,
    span_scores,
    still_answered,
    token_f1,
)
from index.passage_index import Hit

Rows = dict[str, dict[str, float]]
BASELINES_FILE = Path(__file__).parent / "baselines.toml"
# The oracle and the sentence baselines of the README look at the sentences of so many passages.
ORACLE_PASSAGES = 3
# A gold answer is one place in a document; where answers are whole conclusions, only documents are ranked.
LONG_ANSWER_WORDS = 25


def main() -> None:
    """Measure and report on stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data/benchmarks"), help="where the index is kept")
    parser.add_argument(
        "--unanswerable", type=Path, nargs="*", help="other questions; default: kratom's and the other sets'"
    )
    parser.add_argument("--limit", type=int, help="only the first so many questions")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    judged = open_judged(arguments.judged, arguments.work, limit=arguments.limit)
    files = [QUESTIONS_FILE, *_siblings(arguments.judged)] if arguments.unanswerable is None else arguments.unanswerable
    measured = measure(judged, {_set_name(file): _texts(file) for file in files})
    baselines = tomllib.loads(BASELINES_FILE.read_text(encoding="utf-8")).get(judged.name, {})
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    console = Console(width=140)
    for name, rows in measured.items():
        console.print(table(name, rows | known_rows(baselines.get(name.split(",")[0], []))))


def known_rows(baselines: Sequence[dict[str, Any]]) -> Rows:
    """Return baselines as rows, by the name of their method."""
    return {f"· {row['method']}": {name: row[name] for name in row if name != "method"} for row in baselines}


def measure(judged: JudgedFolder, unanswerable: dict[str, list[str]]) -> dict[str, Rows]:
    """Return rows of measures for each of ranking, quotes, and silence against each set of unanswerable questions."""
    spans = has_spans(judged.questions)
    measured = {"ranking": {"this project": ranking_scores(judged, spans=spans)}}
    if spans:
        measured["quotes"] = quoting_scores(judged)
    answerable = [
        confidences(question.text, hits) for question, hits in zip(judged.questions, judged.hits, strict=True)
    ]
    for name, texts in unanswerable.items():
        other = [confidences(text, judged.index.search(judged.index.query(text, judged.encoder))) for text in texts]
        measured[f"silence, against the questions of {name}"] = silence_scores(answerable, other)
    return measured


def has_spans(questions: Sequence[SpanQuestion]) -> bool:
    """Whether the gold answers are short places in long documents, so that passages and quotes can be judged by them."""
    lengths = sorted(len(question.answer.split()) for question in questions)
    return lengths[len(lengths) // 2] < LONG_ANSWER_WORDS


def ranking_scores(judged: JudgedFolder, *, spans: bool) -> dict[str, float]:
    """Return the measures of documents, and of passages where gold answers are places."""
    ranked = [[hit.passage for hit in hits] for hits in judged.hits]
    scores = document_scores(judged.questions, [documents_in_order(passages) for passages in ranked])
    return scores | (span_scores(judged.questions, ranked) if spans else {})


def quoting_scores(judged: JudgedFolder) -> Rows:
    """Return the measures of the quotes beside those of whole passages and of the best sentence there is."""
    shown = [[quote.text for quote in quotes(judged, place)] for place in range(len(judged.questions))]
    passages = [[hit.passage.text for hit in hits[:ORACLE_PASSAGES]] for hits in judged.hits]
    oracle = [[_oracle(question, hits)] for question, hits in zip(judged.questions, judged.hits, strict=True)]
    return {
        "this project": quote_scores(judged.questions, shown),
        "whole passages": quote_scores(judged.questions, passages),
        "oracle sentence of the top three passages": quote_scores(judged.questions, oracle),
    }


def quotes(judged: JudgedFolder, place: int) -> list[Quote]:
    """Return the quotes of a question as they would be shown with the floors of silence open."""
    query, hits = judged.queries[place], judged.hits[place]
    ordered = Clues.of(judged.questions[place].text).order(hits)
    return make_quotes(judged.index, query, choose([(hit, 1.0) for hit in ordered]), judged.library.sources)


def _oracle(question: SpanQuestion, hits: Sequence[Hit]) -> str:
    """The sentence of the first passages that has the highest token F1 against the gold answer."""
    sentences = [
        hit.passage.document.text[start:end] for hit in hits[:ORACLE_PASSAGES] for start, end in hit.passage.sentences
    ]
    return max(sentences, key=lambda sentence: token_f1(sentence, question.answer))


def confidences(text: str, hits: Sequence[Hit]) -> dict[str, float]:
    """Return what could tell an answerable question from another: the project's confidences, and single signals."""
    calibration = read_calibration()
    best = {f"best {name}": max(hit.signals[name] for hit in hits) for name in SIGNALS if not name.startswith("un")}
    return {
        "answer confidence": calibration.answer_confidence(hits, Clues.of(text)),
        "best hit confidence": max(calibration.hit_confidence(hit) for hit in hits),
        **best,
        **{f"first {name}": hits[0].signals[name] * (-1 if name.startswith("un") else 1) for name in SIGNALS},
    }


def silence_scores(answerable: Sequence[dict[str, float]], other: Sequence[dict[str, float]]) -> Rows:
    """Return AUROC for each confidence, and the share of the others still answered when 95 % of the answerable are."""
    rows = {}
    for name in answerable[0]:
        right, wrong = [one[name] for one in answerable], [one[name] for one in other]
        rows[name] = {"AUROC": auroc(right, wrong), "still answered": still_answered(right, wrong)}
    return rows


def table(name: str, rows: dict[str, dict[str, Any]]) -> Table:
    """Return rows of measures as a table; a measure that a row lacks is left blank."""
    measures = list(dict.fromkeys(measure for row in rows.values() for measure in row))
    made = Table(name, *measures, box=None)
    for method, row in rows.items():
        made.add_row(method, *(f"{row[measure]:.3f}" if measure in row else "" for measure in measures))
    return made


def _siblings(folder: Path) -> list[Path]:
    """The questions of the judged folders beside this one: this one's documents do not answer them."""
    return sorted(file for file in folder.resolve().parent.glob("*/questions.jsonl") if file.parent != folder.resolve())


def _set_name(file: Path) -> str:
    return "kratom" if file == QUESTIONS_FILE else file.parent.name


def _texts(file: Path) -> list[str]:
    return [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


if __name__ == "__main__":
    main()
