"""The briefs say no figure that the evidence does not: run where the evidence lies beside the checkout (`../shared/evidence`)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.opening import open_assistant
from assistant.settings import Settings
from corpus.brief import read_brief

ROOT = Path(__file__).resolve().parent.parent
EVIDENCE = ROOT.parent / "shared" / "evidence"
BRIEFS = sorted((ROOT / "corpus" / "documents").glob("*.md"))
FACT = re.compile(r"- `\[[A-Z]{2}-\d+\]` (?P<text>.*) `\{(?P<keys>.*)\}`\s*$")
PUBLIC = re.compile(r"^## What the public asks.*?$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
WRITTEN_OUT = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

pytestmark = pytest.mark.skipif(not EVIDENCE.is_dir(), reason=f"the evidence is not there: {EVIDENCE}")


def figures(text: str) -> set[str]:
    """The figures of a text; small numbers count the same in letters. The 7 of 7-OH is a name."""
    text = re.sub(r"7-(?:OH|hydroxy)", "", text)
    found = {figure.replace(",", "") for figure in FIGURE.findall(text)}
    return found | {str(n) for n, word in enumerate(WRITTEN_OUT, start=1) if re.search(rf"\b{word}\b", text, re.I)}


@cache
def facts() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Each fact's citation keys and figures."""
    lines = [line for path in sorted((EVIDENCE / "facts").glob("*.md")) for line in path.read_text("utf-8").split("\n")]
    matches = [match for line in lines if (match := FACT.match(line))]
    return tuple(
        (frozenset(re.findall(r"@([\w.-]+)", match["keys"])), frozenset(figures(match["text"]))) for match in matches
    )


def unknown_figures(text: str, keys: tuple[str, ...]) -> list[str]:
    """The figures of a paragraph that stand in no fact with one of its citations."""
    known = {figure for cited, said in facts() if cited & set(keys) for figure in said}
    return sorted(figures(text) - known)


def test_the_evidence_is_read() -> None:
    assert len(facts()) > 1000
    assert sum(bool(keys and said) for keys, said in facts()) > 800


def test_a_figure_that_no_fact_has_is_found() -> None:
    keys, said = next((keys, said) for keys, said in facts() if keys and said)
    assert unknown_figures(f"{next(iter(said))} of 987,654.5 people", tuple(keys)) == ["987654.5"]


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)
def test_every_figure_of_a_paragraph_is_in_a_fact_that_it_cites(path: Path) -> None:
    brief = read_brief(path)
    wrong = {
        brief.text[block.start : block.start + 60]: found
        for block in brief.blocks
        if (found := unknown_figures(brief.text[block.start : block.end], block.keys))
    }
    assert wrong == {}


def test_every_source_of_the_bibliography_is_in_that_of_the_evidence() -> None:
    ours = tomllib.loads((ROOT / "corpus" / "sources.toml").read_text("utf-8"))["source"]
    theirs = tomllib.loads((EVIDENCE / "sources.toml").read_text("utf-8"))["source"]
    assert {one["key"] for one in ours} <= {one["key"] for one in theirs}


def public_questions() -> list[str]:
    """The questions under "What the public asks" of each file of facts."""
    texts = [path.read_text("utf-8") for path in sorted((EVIDENCE / "facts").glob("*.md"))]
    lists = [match[1] for text in texts if (match := PUBLIC.search(text))]
    return [question for one in lists for question in re.findall(r"^(?:-|\d+\.) (.*)$", one, re.MULTILINE)]


@pytest.mark.slow
def test_nearly_all_that_the_public_asks_is_answered_by_quotations(real_settings: Settings) -> None:
    opened = open_assistant(real_settings).assistant
    # What triage stops is no matter of the corpus.
    assistant = Assistant(lambda _: (), opened.wording, opened.finder)
    asked = public_questions()
    silent = [question for question in asked if assistant.ask(question).outcome != "quoted"]
    assert len(asked) > 240
    assert len(silent) <= 0.05 * len(asked), silent
