"""A progress bar on stderr for rebuilding: documents, passages, rate and time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _Rate(ProgressColumn):
    """Passages or wordings per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "–/s")


class _Bar:
    def __init__(self, progress: Progress, console: Console) -> None:
        self._progress, self._console = progress, console
        self._task: TaskID | None = None
        self._wordings: TaskID | None = None

    def waiting(self) -> None:
        self._console.print("Another rebuild is running; waiting for it…")

    def begin(self, documents: int, passages: int, reused: int) -> None:
        if passages:
            self._console.print(
                f"Indexing {documents} documents: {passages} passages to encode, {reused} known. Loading the model…"
            )
        self._task = self._progress.add_task("passages", total=passages)

    def advance(self, passages: int) -> None:
        if self._task is not None:
            self._progress.advance(self._task, passages)

    def begin_wordings(self, wordings: int) -> None:
        if wordings:
            self._console.print(f"Claims catalogue: {wordings} wordings to encode.")
        self._wordings = self._progress.add_task("wordings of claims", total=wordings)

    def advance_wordings(self, wordings: int) -> None:
        if self._wordings is not None:
            self._progress.advance(self._wordings, wordings)


@contextmanager
def progress_bar(console: Console) -> Iterator[_Bar]:
    """Give a build progress that draws a bar where the console is a terminal, and says the start line anywhere."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Bar(progress, console)
