"""A report of an evaluation → a table for the terminal, an HTML page with plots, and the comparison with a baseline."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping
from typing import Any

from rich.table import Table

from assistant.evaluation import Report

# Scores that must not fall; a fall of more than the tolerance against a baseline is a regression.
GUARDED = (
    "nDCG@10",
    "RR@10",
    "required facts quoted",
    "first quote right",
    "quote precision",
    "silence recall",
    "silence precision",
    "off-topic silence recall",
    "verbatim rate",
)
TOLERANCE = 0.01


def score_table(report: Report) -> Table:
    """Return the scores, the whole set first and then each topic."""
    table = Table("score", "value", box=None, title=f"index {report.index[:12]}", title_justify="left")
    for name, value in report.scores.items():
        table.add_row(name, _shown(name, value))
    return table


def topic_table(report: Report) -> Table:
    """Return a row for each topic."""
    columns = ("questions", "required facts quoted", "first quote right", "quote precision", "silence recall")
    table = Table("topic", *columns, box=None)
    for topic, scores in report.topics.items():
        table.add_row(topic, *(_shown(name, scores[name]) if name in scores else "–" for name in columns))
    return table


def regressions(report: Report, baseline: Mapping[str, Any]) -> list[str]:
    """Return one line for each guarded score that fell below the baseline by more than the tolerance."""
    before = baseline.get("scores", {})
    return [
        f"{name}: {before[name]:.3f} → {report.scores.get(name, 0.0):.3f}"
        for name in GUARDED
        if name in before and report.scores.get(name, 0.0) < before[name] - TOLERANCE
    ]


def report_page(report: Report) -> str:
    """Return a self-contained HTML page: scores, topics, risk and coverage, and every question."""
    scores = "".join(f"<tr><td>{html.escape(name)}<td>{_shown(name, value)}" for name, value in report.scores.items())
    rows = "".join(
        f"<tr class={'right' if _fine(one.kind, one.outcome, one.answered) else 'wrong'}><td>{html.escape(one.id)}"
        f"<td>{html.escape(one.question)}<td>{one.kind}<td>{one.outcome}<td>{'yes' if one.answered else 'no'}"
        f"<td>{one.right_quotes}/{one.quotes}<td>{one.confidence:.2f}"
        for one in report.per_question
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Evaluation</title><style>"
        "body{font:16px/1.5 system-ui;max-width:72rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}"
        "td,th{padding:.2rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}.wrong{background:#fdecea}"
        f"</style><h1>Evaluation</h1><p>Index {html.escape(report.index)}</p><table>{scores}</table>"
        f"<h2>By topic</h2><img alt='Share of questions with the required facts quoted, by topic' src='{_topic_plot(report)}'>"
        f"<h2>Risk and coverage</h2><img alt='Risk against coverage' src='{_risk_plot(report)}'>"
        "<h2>Questions</h2><table><tr><th>id<th>question<th>kind<th>outcome<th>facts quoted<th>right quotes<th>confidence"
        f"{rows}</table></html>"
    )


def _fine(kind: str, outcome: str, answered: bool) -> bool:
    return answered if kind == "answerable" else outcome in ("not-covered", "off-topic")


def _shown(name: str, value: float) -> str:
    if name.endswith("ms"):
        return f"{value:.1f}"
    return f"{value:.0f}" if name in ("questions", "with notices", "quotes shown") else f"{value:.3f}"


def _topic_plot(report: Report) -> str:
    from matplotlib.figure import Figure

    topics = {
        name: scores["required facts quoted"]
        for name, scores in report.topics.items()
        if "required facts quoted" in scores
    }
    figure = Figure(figsize=(8, 0.35 * max(len(topics), 2) + 1), layout="constrained")
    axes = figure.subplots()
    axes.barh(list(topics), list(topics.values()), color="#2f6f5e")
    axes.set_xlim(0, 1)
    axes.set_xlabel("share with the required facts quoted")
    return _picture(figure)


def _risk_plot(report: Report) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(
        [point[0] for point in report.risk_coverage], [point[1] for point in report.risk_coverage], color="#2f6f5e"
    )
    axes.set(
        xlim=(0, 1), ylim=(0, 1), xlabel="coverage: share of questions quoted", ylabel="risk: share without the facts"
    )
    return _picture(figure)


def _picture(figure: Any) -> str:
    stream = io.BytesIO()
    figure.savefig(stream, format="svg")
    return "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue()).decode()
