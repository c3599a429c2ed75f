"""Checking claims, receipts and the check itself for the command line: files in, reports out, progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from assistant import claims_evaluation as evaluation
from assistant.claim_check import MAX_CHARACTERS, ClaimChecker, open_checker
from assistant.claim_files import read_text
from assistant.claim_report import ReportForm, report, summary_of
from assistant.judged_questions import JudgedSetError
from assistant.receipts import verify_receipt
from assistant.settings import Settings

# Both stand outside the packages: judged claims in a checkout's tests; the articles beside it, for they are no part of the product.
JUDGED_FOLDER = Path(__file__).parent.parent / "tests" / "judged"
ARTICLES_FOLDER = Path(__file__).parent.parent.parent / "shared" / "seeds"
ARTICLES = ("000_ae2261013d9df198", "004_7e48e3dfa50443c1")


def _opened(settings: Settings, console: Console) -> ClaimChecker:
    """Open the checker; the first time, the catalogue's wordings have to be encoded."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading the claims catalogue", total=None)
        return open_checker(settings, progress=lambda more: progress.advance(task, more))


def run_check(settings: Settings, file: Path | str, *, form: ReportForm, console: Console) -> str:
    """Check the claims of a text and return the report in one of its forms."""
    text = read_text(file)
    if len(text) > MAX_CHARACTERS:
        console.print(
            f"Warning: {len(text):,} characters; only the first {MAX_CHARACTERS:,} are checked.",
            style="yellow",
            markup=False,
        )
    checker = _opened(settings, console)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("sentences", total=None)
        checked = checker.check(text, lambda done, total: progress.update(task, completed=done, total=total))
    for failure in checked.failures:
        console.print(f"Warning: {failure}", style="yellow", markup=False)
    console.print(summary_of(checked), markup=False)
    return report(checked, "pasted text" if str(file) == "-" else Path(file).name, form, datetime.now().astimezone())


def run_verify(settings: Settings, receipt: Path, *, console: Console) -> dict[str, Any]:
    """Check every quotation of a receipt against the corpus; the JSON returned says under "failed" how many do not hold."""
    findings = verify_receipt(receipt.read_bytes(), settings.corpus)
    for finding in findings:
        line = f"{'holds ' if finding.holds else 'FAILS '} {finding.place}" + (
            f": {finding.why}" if finding.why else ""
        )
        console.print(line, style=None if finding.holds else "red", markup=False, soft_wrap=True)
    failed = sum(not finding.holds for finding in findings)
    quotes = len(findings) - 1
    console.print(
        f"{quotes} quotation{'' if quotes == 1 else 's'} checked against {settings.corpus}; {failed} failed.",
        markup=False,
    )
    return {
        "quotes": quotes,
        "failed": failed,
        "findings": [{"place": one.place, "holds": one.holds, "why": one.why} for one in findings],
    }


def run_claims_evaluation(
    settings: Settings, judged: Path, articles: Path | None, *, out: Path | None, console: Console
) -> list[evaluation.Tally]:
    """Evaluate the claim check on the judged files of a folder; print tables and the acceptance figures, and return the tallies."""
    fresh = {
        name: [evaluation.judged_claim(row) for row in evaluation.read_rows(path)]
        for name, path in (
            (evaluation.AFRESH, judged / "claims-worded-afresh.jsonl"),
            (evaluation.HELD_OUT, judged / "claims-held-out.jsonl"),
            (evaluation.THIRD, judged / "claims-third-writer.jsonl"),
            (evaluation.FOURTH, judged / "claims-fourth-writer.jsonl"),
            (evaluation.FIFTH, judged / "claims-fifth-writer.jsonl"),
            (evaluation.SIXTH, judged / "claims-sixth-writer.jsonl"),
        )
        # The others are of the checkout's own; another folder need not have them.
        if name == evaluation.AFRESH or path.is_file()
    }
    pairs = [
        (evaluation.judged_claim(row["a"]), evaluation.judged_claim(row["b"]))
        for row in evaluation.read_rows(judged / "claim-pairs.jsonl")
    ]
    texts = _articles(articles)
    checker = _opened(settings, console)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("judged claims", total=sum(map(len, fresh.values())) + len(pairs) + len(texts))

        def step() -> None:
            progress.advance(task)

        tallies = [evaluation.evaluate_claims(checker, rows, name, step) for name, rows in fresh.items()]
        tallies.append(evaluation.evaluate_pairs(checker, pairs, evaluation.PAIRS, step))
        if texts:
            expected = _expected(judged / "seed-claims.jsonl")
            tallies.append(evaluation.evaluate_articles(checker, texts, expected, evaluation.ARTICLES, step))
    for tally in tallies:
        console.print(_table(tally))
    console.print(_aims(tallies))
    if not texts:
        console.print(
            f"The articles are not there ({articles}): their part was left out.", style="yellow", markup=False
        )
    if out:
        out.mkdir(parents=True, exist_ok=True)
        rows = [tally.as_json() for tally in tallies]
        (out / "claims.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return tallies


def _aims(tallies: Sequence[evaluation.Tally]) -> Table:
    table = Table("acceptance", "aim", "measured", "", box=None, title_justify="left")
    for aim in evaluation.aims({tally.name: tally for tally in tallies}):
        table.add_row(aim.name, aim.wanted, aim.measured, "holds" if aim.holds else "DOES NOT HOLD")
    return table


def _articles(folder: Path | None) -> Mapping[str, str]:
    if folder is None:
        return {}
    paths = [folder / f"{name}.txt" for name in ARTICLES]
    return {path.stem: path.read_text(encoding="utf-8") for path in paths if path.is_file()}


def _expected(path: Path) -> list[evaluation.ExpectedClaim]:
    try:
        return [
            evaluation.ExpectedClaim(
                (row["article"], row["paragraph"], row["sentence"]), tuple(row["verdicts"]), row.get("claim") or ""
            )
            for row in evaluation.read_rows(path)
        ]
    except (KeyError, TypeError) as error:
        raise JudgedSetError(f"{path}: an expected claim lacks {error}.") from error


def _table(tally: evaluation.Tally) -> Table:
    table = Table(tally.name, "", box=None, title_justify="left")
    for name, count in tally.counts.items():
        table.add_row(name, str(count))
    for name, part, whole in (
        ("verdict accuracy", "verdict right", "claims"),
        ("share found", "found", "in the catalogue" if tally.counts.get("in the catalogue") else "claims"),
        ("verdict right, of those found", "found and right", "found"),
        ("pairs right on both sides", "pairs right", "pairs"),
    ):
        if tally.counts.get(whole) and tally.counts.get(part) is not None:
            table.add_row(name, f"{tally.share(part, whole):.1%}")
    return table
