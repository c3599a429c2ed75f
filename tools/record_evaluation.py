"""Evaluates the program on the test half of the judged questions and keeps the scores for the page "About".

python tools/record_evaluation.py [--corpus DIR] [--index DIR]
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from rich.console import Console

from assistant.evaluating import run_questions
from assistant.page_html import EVALUATION_FILE
from assistant.settings import read_settings


def main() -> None:
    """Evaluate and write."""
    parser = argparse.ArgumentParser(description="Keep the evaluation scores of this build for the page.")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    chosen = parser.parse_args()
    settings = read_settings(corpus_folder=chosen.corpus, index_folder=chosen.index)
    report, _ = run_questions(settings, None, split="test", baseline=None, out=None, console=Console(stderr=True))
    kept = {
        "index": report.index,
        "on": date.today().isoformat(),
        "questions": len(report.per_question),
        "scores": {name: round(value, 4) for name, value in report.scores.items()},
    }
    EVALUATION_FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(f"Written: {EVALUATION_FILE}")


if __name__ == "__main__":
    main()
