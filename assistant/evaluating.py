"""Running an evaluation for the command line: progress, tables on stderr, reports as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from assistant.evaluation import Report, evaluate, evaluate_conversations
from assistant.evaluation_report import GUARDED, regressions, report_page, score_table, topic_table
from assistant.judged_questions import QUESTIONS_FILE, JudgedSetError, read_conversations, read_judged
from assistant.opening import open_assistant
from assistant.safety_evaluation import (
    SAFETY_DEVELOPMENT_FILE,
    SAFETY_UNSEEN_FILE,
    evaluate_safety,
    read_safety,
    safety_table,
)
from assistant.settings import Settings
from assistant.triage import read_triage


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


def run_safety(settings: Settings, *, split: str | None, console: Console) -> dict[str, Any]:
    """Evaluate the triage on both halves of the judged messages, or on one: development or unseen."""
    triage = read_triage(settings.region)
    values = {}
    for name, file in (("development", SAFETY_DEVELOPMENT_FILE), ("unseen", SAFETY_UNSEEN_FILE)):
        if split in (None, name):
            report = evaluate_safety(triage, read_safety(file))
            console.print(f"{name} half", safety_table(report))
            values[name] = report.as_json()
    return values


def run_conversations(settings: Settings, *, split: str | None, console: Console) -> dict[str, Any]:
    """Evaluate the later turns of the judged conversations; print the ones that went wrong."""
    chosen = [one for one in read_conversations() if split in (None, one[0].split)]
    opened = open_assistant(settings)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("conversations", total=len(chosen))
        results = evaluate_conversations(opened.assistant, chosen, lambda: progress.advance(task))
    for question, answer, right in results:
        if not right:
            console.print(f"{question.id}: {question.text} → {answer.searched_for} ({answer.outcome})", markup=False)
    right_turns = sum(right for _, _, right in results)
    console.print(f"{len(chosen)} conversations, {len(results)} later turns, {right_turns} right")
    return {"conversations": len(chosen), "later_turns": len(results), "right": right_turns}


def _baseline(path: Path | None) -> dict[str, dict[str, float]]:
    if path is None:
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        scores = {name: float(score) for name, score in values["scores"].items()}
        if not scores.keys() & set(GUARDED):
            raise ValueError(f"it has none of the scores {', '.join(GUARDED)}")
        return {"scores": scores}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise JudgedSetError(f"{path}: is not an evaluation report ({type(error).__name__}: {error}).") from error
