"""The command-line door: `kratom-assistant …`. Data on stdout, talk on stderr, honest exit codes.

Exit codes: 0 done, 1 something failed or is unhealthy, 2 the command was not understood.
"""

from __future__ import annotations

import gc
import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.settings import Settings, SettingsError, read_settings
from corpus.errors import CorpusError

app = typer.Typer(
    name="kratom-assistant",
    help="Answers questions about kratom only with exact quotations from vetted documents. Not medical advice.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
corpus_app = typer.Typer(help="Add, vet, list and check the documents that may be quoted.", no_args_is_help=True)
app.add_typer(corpus_app, name="corpus")

# Lines are not broken: a path or a command in a message can be copied.
talk = Console(stderr=True, highlight=False, soft_wrap=True)

CorpusOption = Annotated[Path | None, typer.Option("--corpus", metavar="DIR", help="Another corpus folder.")]
IndexOption = Annotated[Path | None, typer.Option("--index", metavar="DIR", help="Another index folder.")]
SettingsOption = Annotated[Path | None, typer.Option("--settings", metavar="FILE", help="A settings file (TOML).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]


class Failure(Exception):
    """A message for the person at the terminal; the command exits with 1."""


def main() -> None:
    """Run the command line; every foreseen error becomes one line on stderr and exit code 1."""
    logging.basicConfig(level=logging.ERROR)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A character that the terminal or UTF-8 cannot write (half of a surrogate pair) is written as its escape.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except BrokenPipeError:
        sys.exit(1)


@contextmanager
def _errors() -> Iterator[None]:
    """Turn the errors of the rooms into a line on stderr and exit code 1."""
    from assistant.judged_questions import JudgedSetError
    from index.errors import IndexRoomError

    try:
        yield
        sys.stdout.flush()
    except (CorpusError, IndexRoomError, JudgedSetError, SettingsError, Failure) as error:
        talk.print(f"Error: {error}", style="red", markup=False)
        raise typer.Exit(1) from error
    except BrokenPipeError:
        raise  # the reader has enough; typer ends quietly with exit code 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        talk.print(
            f"Error: {error.strerror or error}{where}. Mend that and run the command again.", style="red", markup=False
        )
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        talk.print("Stopped. Nothing half done was kept.")
        raise typer.Exit(130) from None


@contextmanager
def _collector_held() -> Iterator[None]:
    """Hold the garbage collector: looking through all that one answer loads, again and again, takes longer than finding it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _settings(corpus: Path | None, index: Path | None, settings: Path | None) -> Settings:
    return read_settings(settings, corpus_folder=corpus, index_folder=index)


def _json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question; - reads it from stdin.")] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch",
            metavar="FILE",
            help='JSON lines {"id", "conversation"?, "question"}; - reads stdin.',
            allow_dash=True,
        ),
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Answer a question, or every line of a batch, with exact quotations."""
    from assistant.asking import ask_batch, ask_once

    with _errors():
        chosen = _settings(corpus, index, settings)
        if batch is not None:
            unread = 0
            with nullcontext(sys.stdin.buffer) if str(batch) == "-" else batch.open("rb") as lines:
                for row in ask_batch(chosen, lines, _warn):
                    _json(row)
                    unread += "error" in row
            if unread:
                raise Failure(f"{unread} of the lines could not be read; the others are answered.")
            return
        if question is None:
            raise Failure('no question. Write it in quotation marks: kratom-assistant ask "Is kratom addictive?"')
        text = sys.stdin.buffer.read().decode("utf-8", errors="replace") if question == "-" else question
        with _collector_held():
            answer = ask_once(chosen, text, _warn)
        from assistant.rendering import answer_as_json, answer_as_text

        if as_json:
            _json(answer_as_json(answer))
        elif answer.searchable:
            sys.stdout.write(answer_as_text(answer) + "\n")
        if not answer.searchable:
            raise Failure(answer.message)


@app.command()
def chat(corpus: CorpusOption = None, index: IndexOption = None, settings: SettingsOption = None) -> None:
    """Ask questions one after the other in the terminal; an empty line or Ctrl-D ends."""
    from assistant.asking import Conversation
    from assistant.rendering import answer_as_text

    with _errors():
        conversation = Conversation.open(_settings(corpus, index, settings), _warn)
        talk.print("Ask about kratom. An empty line ends.\n")
        while True:
            talk.print("? ", end="")
            line = sys.stdin.readline()
            if not line.strip():
                return
            sys.stdout.write("\n" + answer_as_text(conversation.ask(line.strip())) + "\n\n")
            sys.stdout.flush()


def _warn(message: str) -> None:
    talk.print(f"Warning: {message}", style="yellow", markup=False)


# ── the index ───────────────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def rebuild(
    force: Annotated[bool, typer.Option("--force", help="Build everything anew.")] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Bring the index up to date with the approved documents."""
    from dataclasses import asdict

    from assistant.progress import progress_bar
    from corpus.library import read_library
    from index.building import rebuild as build
    from index.encoder import SentenceEncoder

    with _errors():
        chosen = _settings(corpus, index, settings)
        library = read_library(chosen.corpus)
        for warning in library.warnings:
            _warn(warning)
        with progress_bar(talk) as progress:
            report = build(library, chosen.index, SentenceEncoder(chosen.encoder), force=force, progress=progress)
        if as_json:
            _json(asdict(report))
        state = (
            f"built: {report.encoded} passages encoded, {report.reused} reused"
            if report.changed
            else "already up to date"
        )
        talk.print(
            f"Index {report.fingerprint[:12]} {state}; "
            f"{report.passages} passages of {report.documents} documents, {report.seconds:.1f} s"
        )


@app.command()
def evaluate(
    questions: Annotated[
        Path | None, typer.Argument(metavar="QUESTIONS.jsonl", help="Judged questions; the shipped set when left out.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Only this split: development or test.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An earlier JSON report; exit 1 on regression.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write report.json and report.html there.")] = None,
    safety: Annotated[bool, typer.Option("--safety", help="Evaluate the triage of judged messages instead.")] = False,
    conversations: Annotated[
        bool, typer.Option("--conversations", help="Evaluate the later turns of judged conversations instead.")
    ] = False,
    claims: Annotated[bool, typer.Option("--claims", help="Evaluate the claim check instead.")] = False,
    judged: Annotated[
        Path | None, typer.Option(metavar="DIR", help="With --claims: where the judged claims are.")
    ] = None,
    articles: Annotated[
        Path | None, typer.Option(metavar="DIR", help="With --claims: where the two articles are.")
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Ask every judged question, or check every judged claim, and report how well that goes."""
    from assistant.evaluating import run_questions

    if claims:
        _evaluate_claims(_settings_or_exit(corpus, index, settings), judged, articles, out, as_json=as_json)
        return
    if safety or conversations:
        _evaluate_others(_settings_or_exit(corpus, index, settings), split, safety=safety, as_json=as_json)
        return
    with _errors():
        report, fallen = run_questions(
            _settings(corpus, index, settings), questions, split=split, baseline=baseline, out=out, console=talk
        )
        if as_json:
            _json(report.as_json())
    if fallen:
        talk.print("Regression against the baseline:\n  " + "\n  ".join(fallen), style="red", markup=False)
        raise typer.Exit(1)


def _settings_or_exit(corpus: Path | None, index: Path | None, settings: Path | None) -> Settings:
    with _errors():
        return _settings(corpus, index, settings)


def _evaluate_others(settings: Settings, split: str | None, *, safety: bool, as_json: bool) -> None:
    from assistant.evaluating import run_conversations, run_safety

    with _errors():
        values = (run_safety if safety else run_conversations)(settings, split=split, console=talk)
        if as_json:
            _json(values)


def _evaluate_claims(
    settings: Settings, judged: Path | None, articles: Path | None, out: Path | None, *, as_json: bool
) -> None:
    from assistant.checking_claims import ARTICLES_FOLDER, JUDGED_FOLDER, run_claims_evaluation

    with _errors():
        tallies = run_claims_evaluation(
            settings, judged or JUDGED_FOLDER, articles or ARTICLES_FOLDER, out=out, console=talk
        )
        if as_json:
            _json([tally.as_json() for tally in tallies])
    if any(tally.counts["contradicted shown as supported"] for tally in tallies):
        talk.print("A contradicted claim was shown as supported.", style="red")
        raise typer.Exit(1)


# ── claims and receipts ─────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def check(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A txt, md, html or pdf file; - reads stdin.")],
    form: Annotated[str, typer.Option("--format", help="text, html, markdown, json or receipt.")] = "text",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report there instead of to stdout.")
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Check the claims of a text: each with a verdict of the claims catalogue and the exact quotations behind it."""
    from assistant.checking_claims import run_check
    from assistant.claim_report import report_form

    with _errors():
        report = run_check(
            _settings(corpus, index, settings), file, form=report_form("json" if as_json else form), console=talk
        )
        if out is None:
            sys.stdout.write(report)
        else:
            out.write_text(report, encoding="utf-8")
            talk.print(f"Written: {out}", markup=False)


@app.command()
def verify(
    receipt: Annotated[Path, typer.Argument(metavar="RECEIPT", help="A receipt made by this program.")],
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    settings: SettingsOption = None,
) -> None:
    """Check every quotation of a receipt against the documents, offline; exit 1 when one does not hold."""
    from assistant.checking_claims import run_verify

    with _errors():
        result = run_verify(_settings(corpus, None, settings), receipt, console=talk)
        if as_json:
            _json(result)
    if result["failed"]:
        raise typer.Exit(1)


@app.command()
def doctor(corpus: CorpusOption = None, index: IndexOption = None, settings: SettingsOption = None) -> None:
    """Say what is wrong and which command mends it; exit 1 when something is."""
    from assistant.health import examine

    with _errors():
        findings = examine(_settings(corpus, index, settings))
    for finding in findings:
        talk.print(
            ("ok     " if finding.well else "WRONG  ") + finding.text,
            style=None if finding.well else "red",
            markup=False,
        )
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Serve the web chat."""
    from dataclasses import replace

    with _errors():
        chosen = _settings(corpus, index, settings)
        chosen = replace(chosen, host=host or chosen.host, port=port or chosen.port)
        import app as web

        web.serve(chosen)


@app.command()
def feedback(
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """List what readers of the page found missing, by topic. Their questions are not stored."""
    from assistant.feedback import FeedbackError, feedback_file, read_feedback, summary

    with _errors():
        chosen = _settings(corpus, index, settings)
        try:
            found = summary(read_feedback(feedback_file(chosen)))
        except FeedbackError as error:
            raise Failure(str(error)) from error
        if as_json:
            _json(found.as_json())
            return
        for topic, count in found.gaps:
            sys.stdout.write(f"{count:5d}  {topic}\n")
        pressed = ", ".join(f"{verdict} {count}" for verdict, count in found.verdicts.items())
        talk.print(f"{found.entries} presses of a button ({pressed}); above: the topics where something was missing.")
        if not chosen.feedback:
            talk.print("Feedback is turned off. To turn it on: feedback = true in kratom-assistant.toml")


# ── the corpus ──────────────────────────────────────────────────────────────────────────────────────────────────────


@corpus_app.command("add")
def corpus_add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="PDF, plain text or Markdown files.")],
    title: Annotated[str | None, typer.Option(help="Its title; the file's name when several files are added.")] = None,
    publisher: Annotated[str, typer.Option(help="Who published it.")] = "",
    url: Annotated[str | None, typer.Option(help="Where it was published.")] = None,
    kind: Annotated[
        str, typer.Option(help="Kind of evidence, for example regulator or systematic-review.")
    ] = "document",
    year: Annotated[int | None, typer.Option(help="Year of publication.")] = None,
    name: Annotated[str | None, typer.Option("--id", help="Its id; from the file's name when left out.")] = None,
    max_pages: Annotated[int, typer.Option(help="Refuse a PDF with more pages.")] = 1_000,
    corpus: CorpusOption = None,
    settings: SettingsOption = None,
) -> None:
    """Take the text out of files and store both; the documents stay pending until approved."""
    from assistant.curating import add_files
    from corpus.original import OriginalDetails

    with _errors():
        folder = _settings(corpus, None, settings).corpus
        if len(files) > 1 and (title or name):
            raise Failure("--title and --id belong to one file. Leave them out, or add the files one by one.")
        details = OriginalDetails(name or "", title or "", publisher, url, kind, year)
        table, failed = add_files(folder, files, details, max_pages=max_pages, console=talk)
        talk.print(table)
        if failed:
            raise Failure(f"{failed} of {len(files)} files could not be added.")


@corpus_app.command("approve")
def corpus_approve(
    names: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Ids of documents.")] = None,
    by: Annotated[str, typer.Option(help="Who vouches for them.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Approve every pending document.")] = False,
    statement: Annotated[str, typer.Option(help="What was reviewed, and by whom.")] = "",
    corpus: CorpusOption = None,
    settings: SettingsOption = None,
) -> None:
    """Pin the bytes and the text of documents: from now on they may be quoted."""
    from corpus.library import approve

    with _errors():
        if not by.strip():
            raise Failure("who approves? Add --by NAME.")
        if bool(names) == everything:
            raise Failure("name the documents to approve, or say --all.")
        folder = _settings(corpus, None, settings).corpus
        done = approve(folder, names or [], by=by, on=date.today(), statement=statement)
        talk.print(
            f"Approved by {by}: {', '.join(done) or 'nothing was pending'}. Next: kratom-assistant rebuild",
            markup=False,
        )


@corpus_app.command("withdraw")
def corpus_withdraw(
    name: Annotated[str, typer.Argument(metavar="ID")],
    why: Annotated[str, typer.Option(help="Why it must not be quoted any more.")],
    by: Annotated[str, typer.Option(help="Who decided.")] = "the curator",
    corpus: CorpusOption = None,
    settings: SettingsOption = None,
) -> None:
    """Stop quoting a document; its record and the reason stay."""
    from corpus.library import withdraw

    with _errors():
        withdraw(_settings(corpus, None, settings).corpus, name, by=by, why=why, on=date.today())
        talk.print(f"Withdrawn: {name}. Next: kratom-assistant rebuild", markup=False)


@corpus_app.command("list")
def corpus_list(as_json: JsonOption = False, corpus: CorpusOption = None, settings: SettingsOption = None) -> None:
    """List every document with its state."""
    from assistant.curating import listing
    from corpus.library import read_library

    with _errors():
        rows = listing(read_library(_settings(corpus, None, settings).corpus))
        if as_json:
            _json(rows)
            return
        table = Table("id", "state", "topic", "title", "as of", "by", box=None)
        for row in rows:
            table.add_row(*(escape(str(row[key] or "")) for key in ("id", "state", "topic", "title", "as_of", "by")))
        Console(width=None if sys.stdout.isatty() else 200).print(table)


@corpus_app.command("check")
def corpus_check(
    verbose: Annotated[bool, typer.Option("--verbose", help="Also show how hard the paragraphs are to read.")] = False,
    corpus: CorpusOption = None,
    settings: SettingsOption = None,
) -> None:
    """Report every problem, one line each; exit 1 when there is any."""
    from assistant.curating import grade_lines
    from corpus.checking import check_corpus
    from corpus.library import read_library

    with _errors():
        library = read_library(_settings(corpus, None, settings).corpus)
        report = check_corpus(library, today=date.today(), grades=verbose)
    for problem in report.problems:
        sys.stdout.write(problem + "\n")
    for warning in report.warnings:
        _warn(warning)
    for line in grade_lines(report) if verbose else ():
        sys.stdout.write(line + "\n")
    talk.print(
        f"{len(library.documents)} documents, {report.paragraphs} paragraphs, {report.words} words: "
        f"{len(report.problems)} problems, {len(report.warnings)} warnings"
    )
    if report.problems:
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
