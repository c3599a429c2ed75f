"""Running an evaluation for the command line: progress, tables on stderr, reports as files."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from assistant.evaluation import Report, evaluate
from assistant.evaluation_report import regressions, report_page, score_table, topic_table
from assistant.judged_questions import QUESTIONS_FILE, JudgedSetError, read_judged
from assistant.opening import open_assistant
from assistant.settings import Settings


def run_questions(
    settings: Settings,
    file: Path | None,
    *,
    split: str | None,
    baseline: Path | None,
    out: Path | None,
    console: Console,
) -> tuple[Report, list[str]]:
    """Evaluate judged questions; return the report and the scores that fell below the baseline."""
    questions = [one for one in read_judged(file or QUESTIONS_FILE) if split in (None, one.split)]
    if not questions:
        raise JudgedSetError(
            f"{file or QUESTIONS_FILE}: holds no question{f' of the split {split!r}' if split else ''}."
        )
    before = _baseline(baseline)
    opened = open_assistant(settings)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("questions", total=len(questions))
        report = evaluate(opened.assistant, questions, lambda: progress.advance(task))
    console.print(score_table(report))
    console.print(topic_table(report))
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").write_text(json.dumps(report.as_json(), indent=1) + "\n", encoding="utf-8")
        (out / "report.html").write_text(report_page(report), encoding="utf-8")
        console.print(f"Written: {out / 'report.json'}, {out / 'report.html'}", markup=False)
    return report, regressions(report, before)


def _baseline(path: Path | None) -> dict[str, dict[str, float]]:
    if path is None:
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return {"scores": {name: float(score) for name, score in values["scores"].items()}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise JudgedSetError(f"{path}: is not an evaluation report ({type(error).__name__}: {error}).") from error
