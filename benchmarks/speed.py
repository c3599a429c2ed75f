"""How fast: the question path beside bare sentence-transformers and faiss, the cold start, and rebuilding.

    python benchmarks/speed.py questions|start|rebuild [--corpus DIR] [--index DIR] [--json FILE]

Everything is compared with something bare in the same run, because absolute times say more of the machine than of the code.
"""

from __future__ import annotations

import argparse
import functools
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.assistant import Assistant
from assistant.finding import Finder
from assistant.judged_questions import read_judged
from assistant.opening import open_assistant
from assistant.settings import Settings, read_settings
from assistant.triage import Triage
from corpus.library import read_library
from corpus.passages import passages
from corpus.pinned import PinnedReader
from index.building import rebuild
from index.dense import DenseIndex
from index.encoder import SentenceEncoder, model_folder
from index.lexical import LexicalIndex
from index.passage_index import PassageIndex
from index.sentences import SentenceIndex
from index.tokens import TokenIndex

RATIO_TARGET = 1.3
START_TARGET_SECONDS = 1.5
QUESTION = "How long does kratom stay in the body?"
_STARTS = 3
_TOP_K = 10
_ROUNDS = 2
# What each part of the question path is called in the report, and which function it is.
_PARTS: tuple[tuple[Any, str, str], ...] = (
    (Triage, "__call__", "triage"),
    (Finder, "questions", "put right"),
    (SentenceEncoder, "encode_query", "encode"),
    (PassageIndex, "query_of", "words of the question"),
    (DenseIndex, "similarities", "dense"),
    (LexicalIndex, "match", "words"),
    (TokenIndex, "best_matches", "late interaction"),
    (SentenceIndex, "best", "sentences"),
    (PassageIndex, "_words_met", "words met"),
    (PassageIndex, "search", "search, all of it"),
    (PassageIndex, "sentence_scores", "quoting"),
    (PinnedReader, "words", "re-reading"),
)

Times = dict[str, list[float]]


def main() -> None:
    """Measure what was asked for, and report on stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("questions", "start", "rebuild"))
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--limit", type=int, default=150, help="how many of the judged questions are asked")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    settings = read_settings(corpus_folder=arguments.corpus, index_folder=arguments.index)
    kinds: dict[str, Callable[[], dict[str, Any]]] = {
        "questions": lambda: questions(settings, arguments.limit),
        "start": lambda: start(settings),
        "rebuild": lambda: rebuilding(settings),
    }
    measured = kinds[arguments.what]()
    table = Table(arguments.what, "value", box=None)
    for name, value in measured.items():
        table.add_row(name, f"{value:,.2f}" if isinstance(value, float) else str(value))
    Console(width=140).print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


# ── the question path ───────────────────────────────────────────────────────────────────────────────────────────────


def questions(settings: Settings, limit: int) -> dict[str, Any]:
    """Milliseconds of a question, bare and whole, in turns; then of each part of the whole."""
    assistant = open_assistant(settings).assistant
    texts = [question.text for question in read_judged()][:limit]
    bare = _bare_search(settings, assistant)
    for text in texts[:10]:
        bare(text)
        assistant.ask(text)
    times: Times = defaultdict(list)
    for _ in range(_ROUNDS):
        for text in texts:
            _clock(times["bare"], bare, text)
            _clock(times["whole"], assistant.ask, text)
    measured: dict[str, Any] = {
        f"{name} p{share} ms": float(np.percentile(found, share)) for name, found in times.items() for share in (50, 95)
    }
    measured["ratio p50"] = measured["whole p50 ms"] / measured["bare p50 ms"]
    measured["ratio p95"] = measured["whole p95 ms"] / measured["bare p95 ms"]
    measured["ratio p50 reached"] = str(measured["ratio p50"] <= RATIO_TARGET)
    return measured | _parts(assistant, texts)


def _bare_search(settings: Settings, assistant: Assistant) -> Callable[[str], Any]:
    """Return plain `SentenceTransformer.encode` and faiss exact search over the same passages, with one faiss thread."""
    import faiss
    from sentence_transformers import SentenceTransformer

    assert assistant.finder is not None
    model = SentenceTransformer(str(model_folder(settings.encoder)), device="cpu", local_files_only=True)
    flat = faiss.IndexFlatIP(assistant.finder.index.dense.dimension)
    flat.add(assistant.finder.index.dense.vectors)
    faiss.omp_set_num_threads(1)
    return lambda text: flat.search(model.encode([text], normalize_embeddings=True, show_progress_bar=False), _TOP_K)


def _clock(times: list[float], function: Callable[[str], Any], text: str) -> None:
    started = time.perf_counter()
    function(text)
    times.append(1000 * (time.perf_counter() - started))


def _parts(assistant: Assistant, texts: list[str]) -> dict[str, float]:
    """Median milliseconds that each part takes in one question; a part that runs several times is summed."""
    spent: dict[str, float] = defaultdict(float)
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in _PARTS]
    for owner, name, label in _PARTS:
        setattr(owner, name, _timed(getattr(owner, name), spent, label))
    found: Times = defaultdict(list)
    try:
        for text in texts:
            spent.clear()
            assistant.ask(text)
            for _, _, label in _PARTS:
                found[label].append(1000 * spent[label])
    finally:
        for owner, name, function in originals:
            setattr(owner, name, function)
    return {f"part: {label} ms": statistics.median(values) for label, values in found.items()}


def _timed(function: Callable[..., Any], spent: dict[str, float], label: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            spent[label] += time.perf_counter() - started

    return timed


# ── the cold start ──────────────────────────────────────────────────────────────────────────────────────────────────


def start(settings: Settings) -> dict[str, Any]:
    """Seconds from nothing to the first answer beside those of `import sentence_transformers`, and what is imported."""
    ask = [
        *(sys.executable, "-c", "import sys; from assistant.cli import main; main()", "ask", QUESTION),
        *("--corpus", str(settings.corpus), "--index", str(settings.index)),
    ]
    bare = [sys.executable, "-c", "import sentence_transformers"]
    times: Times = defaultdict(list)
    for _ in range(_STARTS):
        for name, command in (("bare", bare), ("ask", ask)):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append(time.perf_counter() - started)
    whole, imported = statistics.median(times["ask"]), statistics.median(times["bare"])
    traced = subprocess.run([ask[0], "-X", "importtime", *ask[1:]], check=True, capture_output=True, text=True)
    packages = import_seconds(traced.stderr)
    largest = sorted(packages.items(), key=lambda pair: -pair[1])[:12]
    return {
        "import sentence_transformers s": imported,
        "ask, cold, s": whole,
        "difference s": whole - imported,
        "difference reached": str(whole - imported <= START_TARGET_SECONDS),
        "gradio imported": str("gradio" in packages),
        **{f"import: {name} s": seconds for name, seconds in largest},
    }


def import_seconds(trace: str) -> dict[str, float]:
    """Return the seconds that each package's own modules took, from the output of `python -X importtime`."""
    seconds: dict[str, float] = defaultdict(float)
    for own, name in re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", trace, re.MULTILINE):
        seconds[name.split(".")[0]] += int(own) / 1e6
    return dict(seconds)


# ── rebuilding ──────────────────────────────────────────────────────────────────────────────────────────────────────


def rebuilding(settings: Settings) -> dict[str, Any]:
    """Seconds of a rebuild from nothing beside bare encoding of the same passages, and with nothing changed."""
    from sentence_transformers import SentenceTransformer

    library, encoder = read_library(settings.corpus), SentenceEncoder(settings.encoder)
    encoder.warm()
    with tempfile.TemporaryDirectory() as folder:
        first = rebuild(library, Path(folder), encoder)
        started = time.perf_counter()
        again = rebuild(library, Path(folder), SentenceEncoder(settings.encoder))
        unchanged = time.perf_counter() - started
        bytes_on_disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        started = time.perf_counter()
        subprocess.run(
            [
                *(sys.executable, "-c", "from assistant.cli import main; main()", "rebuild"),
                *("--corpus", str(settings.corpus), "--index", folder),
            ],
            check=True,
            capture_output=True,
        )
        command = time.perf_counter() - started
    model = SentenceTransformer(str(model_folder(settings.encoder)), device="cpu", local_files_only=True)
    texts = [
        passage.embedded_text for _, document in sorted(library.approved.items()) for passage in passages(document)
    ]
    started = time.perf_counter()
    model.encode(texts, show_progress_bar=False)
    bare = time.perf_counter() - started
    return {
        "documents": first.documents,
        "passages": first.passages,
        "from nothing s": first.seconds,
        "from nothing, passages/s": first.passages / first.seconds,
        "bare encoding of the passages s": bare,
        "ratio to bare": first.seconds / bare,
        "nothing changed s": unchanged,
        "nothing changed, encoded": again.encoded,
        "nothing changed, whole command s": command,
        "index on disk MB": bytes_on_disk / 1e6,
    }


if __name__ == "__main__":
    main()
