"""The command line as a process of its own: exit codes, pipes, signals, a full disk; never a traceback."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.assistant.command_line import DESIGNED_CLI, ROOT, process, run, run_process
from tests.assistant.designed import Small

SLEEP = "Does kratom disturb sleep?"
SLEEP_LINE = json.dumps({"id": "a", "question": SLEEP}).encode() + b"\n"
PROGRAM = (str(ROOT / ".venv" / "bin" / "kratom-assistant"),)


@pytest.fixture
def at(small: Small) -> tuple[str | Path, ...]:
    return ("--corpus", small.corpus, "--index", small.index)


def test_data_on_stdout_talk_on_stderr(own_small: Small) -> None:
    document = own_small.corpus / "documents" / "liver.md"
    document.write_bytes(document.read_bytes() + b"\n")
    refused = run_process("ask", "-", "--corpus", own_small.corpus, "--index", own_small.index, stdin=SLEEP.encode())
    assert (refused.code, refused.out) == (1, "")
    # Never broken into lines, so that the command can be copied.
    assert refused.err.count("\n") == 1
    assert refused.err.endswith("approved documents changed (liver). Run: kratom-assistant rebuild\n")


@pytest.mark.usefixtures("designed_parts")
def test_the_same_question_gives_the_same_bytes_in_another_process(at: tuple[str | Path, ...]) -> None:
    here, there = (ask("ask", SLEEP, "--json", *at) for ask in (run, run_process))
    assert here == there
    assert (here.code, here.err) == (0, "")
    assert json.loads(here.out)["outcome"] == "quoted"


def test_bytes_that_are_no_text_in_a_question(at: tuple[str | Path, ...]) -> None:
    done = run_process("ask", os.fsdecode(b"\xff\xfe sleep"), "--json", *at)
    assert (done.code, done.err) == (0, "")
    answer = json.loads(done.out)
    # Halves of surrogate pairs stand for the bytes; JSON writes them as escapes.
    assert (answer["question"], answer["searched_for"]) == ("\udcff\udcfe sleep", "sleep")


def test_a_reader_that_has_enough(at: tuple[str | Path, ...], tmp_path: Path) -> None:
    file = tmp_path / "batch.jsonl"
    file.write_bytes(SLEEP_LINE * 1000)
    with process("ask", "--batch", file, *at) as started:
        assert started.stdout
        assert started.stderr
        assert json.loads(started.stdout.readline())["id"] == "a"
        started.stdout.close()
        assert started.wait(120) == 1
        assert started.stderr.read() == b""


def test_a_batch_is_answered_line_by_line_until_it_is_interrupted(at: tuple[str | Path, ...]) -> None:
    with process("ask", "--batch", "-", *at) as started:
        assert started.stdin
        assert started.stdout
        assert started.stderr
        started.stdin.write(SLEEP_LINE)
        started.stdin.flush()
        # The answer comes before the end of the input.
        assert json.loads(started.stdout.readline())["outcome"] == "quoted"
        started.send_signal(signal.SIGINT)
        assert started.wait(120) == 130
        assert started.stderr.read() == b"Stopped. Nothing half done was kept.\n"


def test_an_output_that_cannot_be_written(at: tuple[str | Path, ...]) -> None:
    full = ("sh", "-c", 'exec "$@" > /dev/full', "sh", *DESIGNED_CLI)
    done = run_process("ask", SLEEP, *at, program=full)
    assert (done.code, done.out) == (1, "")
    assert done.err == "Error: No space left on device. Mend that and run the command again.\n"


@pytest.mark.usefixtures("designed_parts")
def test_a_full_disk_leaves_the_old_index(own_small: Small) -> None:
    at = ("--corpus", own_small.corpus, "--index", own_small.index)
    before = run("ask", SLEEP, "--json", *at)
    # Files of at most 2 KiB: the vectors of the passages find no room.
    small_disk = ("sh", "-c", 'ulimit -f 4; exec "$@"', "sh", *DESIGNED_CLI)
    done = run_process("rebuild", "--force", *at, program=small_disk)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith(f"Error: {own_small.index}/generations/.building-")
    assert "could not be written (" in done.err
    assert done.err.endswith(
        "The old one is untouched. Make room on the disk or mend the folder's permissions, "
        "then run: kratom-assistant rebuild\n"
    )
    assert "Traceback" not in done.err
    assert run("ask", SLEEP, "--json", *at) == before
    assert json.loads(before.out)["outcome"] == "quoted"
    assert [path.name for path in (own_small.index / "generations").iterdir()] == [
        (own_small.index / "CURRENT").read_text(encoding="utf-8").strip()
    ]


def test_an_honest_exit_code(at: tuple[str | Path, ...]) -> None:
    done = run_process("ask", "", *at)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Error: The question is empty.")


@pytest.mark.skipif(not Path(*PROGRAM).is_file(), reason="the program is not installed in .venv")
def test_the_installed_program_gives_urgent_help_without_corpus_or_index(tmp_path: Path) -> None:
    at = ("--corpus", tmp_path / "none", "--index", tmp_path / "none")
    done = run_process("ask", "my friend took kratom and has stopped breathing", "--json", *at, program=PROGRAM)
    assert (done.code, done.err) == (0, "")
    answer = json.loads(done.out)
    assert "emergency" in [notice["kind"] for notice in answer["notices"]]
    assert "911" in answer["notices"][0]["text"]
    assert (answer["outcome"], answer["quotes"]) == ("notice-only", [])
