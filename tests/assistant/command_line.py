"""Runs the command line: in this process for speed, or in one of its own for exit codes, pipes and signals.

Run as `python -m tests.assistant.command_line …` it is the command line with the designed encoder, triage and floors.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

import assistant.silence
import assistant.triage
import index.encoder
from tests.assistant.designed import CALIBRATION, triage
from tests.keyword_encoder import KeywordEncoder

ROOT = Path(__file__).parent.parent.parent
DESIGNED_CLI = (sys.executable, "-m", "tests.assistant.command_line")


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, its data, its talk."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path, stdin: str | bytes = b"") -> Done:
    """Run a command in this process; an exception that is no exit is raised, as a traceback would be."""
    from assistant.cli import app

    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin, catch_exceptions=False)
    return Done(result.exit_code, result.stdout, result.stderr)


@contextmanager
def process(*arguments: str | Path, program: tuple[str, ...] = DESIGNED_CLI) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command with pipes on all sides; it is killed if the test leaves before it ends."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KRATOM_")}
    # Strict, as a terminal in UTF-8 is.
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8:strict", "COLUMNS": "80"}
    command = [*program, *(str(argument) for argument in arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe) as started:
        try:
            yield started
        finally:
            started.kill()


def run_process(*arguments: str | Path, stdin: bytes = b"", program: tuple[str, ...] = DESIGNED_CLI) -> Done:
    """Run a command in a process of its own, to its end."""
    with process(*arguments, program=program) as started:
        out, err = started.communicate(stdin, timeout=120)
    return Done(started.returncode, out.decode("utf-8"), err.decode("utf-8"))


def main() -> None:
    """Put the designed encoder, triage and floors in their places, then run the command line."""
    # By name, because to mypy the one is a class and the other a certain function.
    for module, name, part in (
        (index.encoder, "SentenceEncoder", lambda choice: KeywordEncoder()),
        (assistant.triage, "read_triage", lambda region: triage),
        (assistant.silence, "read_calibration", lambda: CALIBRATION),
    ):
        setattr(module, name, part)
    from assistant.cli import main

    main()


if __name__ == "__main__":
    main()
