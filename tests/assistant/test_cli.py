"""The command line through the command line: arguments in; exit code, data, talk and files out."""

from __future__ import annotations

import gc
import json
import re
from pathlib import Path
from typing import Any

import pytest

from corpus.document import sha256
from corpus.library import read_library
from tests.assistant.command_line import ROOT, run
from tests.assistant.designed import SOUND_PARAGRAPH, Small
from tests.corpus.pdf_files import write_pdf
from tests.small_corpus import write_brief

pytestmark = pytest.mark.usefixtures("designed_parts")

SLEEP = "Does kratom disturb sleep?"
SLEEP_QUOTE = "In a survey, users told of poor sleep after large amounts."
EMERGENCY = "he collapsed after kratom"

# The contract in docs/architecture.md.
CITATION: dict[str, Any] = {"key": str, "label": str, "url": (str, None), "year": (int, None), "kind": str}
QUOTE: dict[str, Any] = {
    "text": str,
    "document": str,
    "title": str,
    "section": str,
    "page": (int, None),
    "page_label": (str, None),
    "start": int,
    "end": int,
    "score": float,
    "evidence": [str],
    "citations": [CITATION],
    "document_sha256": str,
    "text_sha256": str,
    "span_sha256": str,
}
ANSWER: dict[str, Any] = {
    "question": str,
    "searched_for": str,
    "outcome": str,
    "notices": [{"kind": str, "text": str}],
    "quotes": [QUOTE],
    "near_misses": [QUOTE],
    "suggestions": [str],
    "disclaimer": str,
    "index": str,
}
# The part of an answer that is there only where quoted sources disagree, before the suggestions.
DISAGREEMENT: dict[str, Any] = {"about": str, "quotes": [QUOTE]}


def check_answer(answer: dict[str, Any]) -> None:
    """Compare an answer with the contract, whether or not sources disagree."""
    rest = dict(answer)
    if "disagreements" in rest:
        assert list(rest).index("disagreements") == list(ANSWER).index("suggestions")
        disagreements = rest.pop("disagreements")
        check(disagreements, [DISAGREEMENT])
        assert [len(one["quotes"]) for one in disagreements] == [2] * len(disagreements) != []
    check(rest, ANSWER)


def check(value: Any, wanted: Any, place: str = "answer") -> None:
    """Compare a value with its part of the contract: the very keys, the very types."""
    if isinstance(wanted, dict):
        assert list(value) == list(wanted), place
        for name, part in wanted.items():
            check(value[name], part, f"{place}.{name}")
    elif isinstance(wanted, list):
        assert isinstance(value, list), place
        for one in value:
            check(one, wanted[0], f"{place}[]")
    elif isinstance(wanted, tuple):
        assert value is None or type(value) is wanted[0], place
    else:
        assert type(value) is wanted, place


def check_quotes(answer: dict[str, Any], corpus: Path) -> None:
    """Check each quote on the file itself."""
    for quote in answer["quotes"] + answer["near_misses"]:
        data = (corpus / "documents" / f"{quote['document']}.md").read_bytes()
        assert data.decode("utf-8")[quote["start"] : quote["end"]] == quote["text"]
        assert quote["document_sha256"] == quote["text_sha256"] == sha256(data)
        assert quote["span_sha256"] == sha256(quote["text"])
        assert 0.0 <= quote["score"] <= 1.0


@pytest.fixture
def at(small: Small) -> tuple[str, ...]:
    """The options that name the small corpus and its index."""
    return ("--corpus", str(small.corpus), "--index", str(small.index))


@pytest.fixture
def own(own_small: Small) -> tuple[str, ...]:
    """The same of a corpus that the test may change."""
    return ("--corpus", str(own_small.corpus), "--index", str(own_small.index))


def corpus_of(options: tuple[str, ...]) -> Path:
    return Path(options[1])


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_garbage_collector_runs_again_after_an_answer(at: tuple[str, ...]) -> None:
    for question in (SLEEP, ""):
        run("ask", question, *at)
        assert gc.isenabled()


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        (SLEEP, "quoted"),
        ("Does kratom turn the tongue blue?", "not-covered"),
        ("who won the world cup", "off-topic"),
        (EMERGENCY, "notice-only"),
    ],
)
def test_an_answer_in_json_keeps_the_contract(small: Small, at: tuple[str, ...], question: str, outcome: str) -> None:
    done = run("ask", question, "--json", *at)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("}\n")
    assert done.out.count("\n") == 1
    answer = json.loads(done.out)
    check(answer, ANSWER)
    check_quotes(answer, small.corpus)
    assert (answer["question"], answer["outcome"]) == (question, outcome)
    assert bool(answer["quotes"]) == (outcome == "quoted")
    assert bool(answer["near_misses"]) == (outcome == "not-covered")
    if outcome != "notice-only":
        assert answer["index"] == small.finder.index.fingerprint


def test_the_contract_in_the_documents_names_the_same_fields() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = text.split("## The answer as JSON")[1].split("```")[1]
    named = re.findall(r'"(\w+)":', block)
    notice = list(ANSWER["notices"][0])
    quotes = [*QUOTE][:11] + list(CITATION) + [*QUOTE][11:]
    expected = [*ANSWER][:4] + notice + ["quotes", *quotes] + [*ANSWER][5:]
    expected[expected.index("suggestions") : expected.index("suggestions")] = ["disagreements", "about", "quotes"]
    assert named == expected
    assert set(re.findall(r'"outcome": (.*),', block)[0].replace('"', "").split(" | ")) == {
        "quoted",
        "not-covered",
        "off-topic",
        "notice-only",
    }


def test_an_answer_in_plain_text(at: tuple[str, ...]) -> None:
    done = run("ask", SLEEP, *at)
    assert (done.code, done.err) == (0, "")
    assert f"[1] “{SLEEP_QUOTE}”\n    Kratom and sleep — Does kratom disturb sleep?\n" in done.out
    assert "Searched for" not in done.out
    assert "information, not medical advice" in done.out
    assert "Searched for: Does kratom disturb sleep?" in run("ask", "Does kratum disturb sleep?", *at).out


def test_every_door_of_the_command_line_shows_notices_first(at: tuple[str, ...], tmp_path: Path) -> None:
    asked = "Does kratom disturb pregnant sleep?"
    text = run("ask", asked, *at).out
    assert text.startswith("!! About pregnancy.\n")
    assert text.index("About pregnancy.") < text.index(SLEEP_QUOTE)
    batch = tmp_path / "batch.jsonl"
    batch.write_text(json.dumps({"id": 1, "question": asked}) + "\n", encoding="utf-8")
    for out in (run("ask", asked, "--json", *at).out, run("ask", "--batch", batch, *at).out):
        assert out.index("About pregnancy.") < out.index(SLEEP_QUOTE)


def test_an_emergency_needs_neither_corpus_nor_index(tmp_path: Path) -> None:
    done = run("ask", EMERGENCY, "--json", "--corpus", tmp_path / "none", "--index", tmp_path / "none")
    answer = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert answer["notices"] == [{"kind": "emergency", "text": "About emergency."}]


def test_the_settings_choose_corpus_and_index(small: Small, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'corpus = "{small.corpus}"\nindex = "{small.index}"\n', encoding="utf-8")
    assert json.loads(run("ask", SLEEP, "--json", "--settings", file).out)["quotes"][0]["text"] == SLEEP_QUOTE


def test_the_question_may_come_from_stdin(at: tuple[str, ...]) -> None:
    assert run("ask", "-", "--json", *at, stdin=SLEEP).out == run("ask", SLEEP, "--json", *at).out


def test_a_batch_gives_a_line_for_each_line(at: tuple[str, ...], tmp_path: Path) -> None:
    lines = [{"id": "x", "question": SLEEP, "conversation": 1}, {"question": "why?", "conversation": 1}]
    file = tmp_path / "batch.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = run("ask", "--batch", file, *at)
    assert (done.code, done.err) == (0, "")
    rows = [json.loads(line) for line in done.out.splitlines()]
    for row in rows:
        check(row, {"id": type(row["id"]), **ANSWER})
    assert [(row["id"], row["searched_for"]) for row in rows] == [("x", SLEEP), (2, f"why? — {SLEEP}")]
    assert run("ask", "--batch", "-", *at, stdin=file.read_bytes()) == done


def test_a_chat_goes_on_until_an_empty_line(at: tuple[str, ...]) -> None:
    done = run("chat", *at, stdin=f"{SLEEP}\nwhy?\n\nnever asked\n")
    assert done.code == 0
    assert done.out.count(SLEEP_QUOTE) == 2
    assert f"Searched for: why? — {SLEEP}" in done.out
    assert "never asked" not in done.out
    assert done.err == "Ask about kratom. An empty line ends.\n\n? ? ? "
    assert run("chat", *at).code == 0


# ── the index ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_index_is_built_once(small: Small, tmp_path: Path) -> None:
    at = ("--corpus", small.corpus, "--index", tmp_path / "index")
    first = run("rebuild", *at)
    assert (first.code, first.out) == (0, "")
    assert "built: 8 passages encoded, 0 reused; 8 passages of 5 documents" in first.err
    second = run("rebuild", "--json", *at)
    assert "already up to date; 8 passages of 5 documents" in second.err
    report = json.loads(second.out)
    assert report.pop("seconds") < 60
    assert report == {
        "fingerprint": small.finder.index.fingerprint,
        "documents": 5,
        "passages": 8,
        "encoded": 0,
        "reused": 8,
        "changed": False,
    }
    forced = json.loads(run("rebuild", "--force", "--json", *at).out)
    assert (forced["encoded"], forced["changed"]) == (8, True)


def test_the_doctor_talks_and_exits_with_what_is_wrong(own: tuple[str, ...]) -> None:
    done = run("doctor", *own)
    # The paragraphs of the small corpus are shorter than an evidence brief's should be.
    assert (done.code, done.out) == (1, "")
    assert "WRONG  " in done.err
    assert "ok     index: 8 passages" in done.err


def evaluated(folder: Path, *extra: dict[str, Any]) -> Path:
    rows = [{"id": "s", "question": SLEEP, "kind": "answerable", "facts": [["poor sleep"]]}, *extra]
    file = folder / "judged.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_an_evaluation_exits_with_a_regression(at: tuple[str, ...], tmp_path: Path) -> None:
    done = run("evaluate", evaluated(tmp_path), "--out", tmp_path / "out", "--json", *at)
    assert done.code == 0
    assert json.loads(done.out)["scores"]["required facts quoted"] == 1.0
    assert "required facts quoted" in done.err
    baseline = tmp_path / "out" / "report.json"
    assert json.loads(baseline.read_text(encoding="utf-8"))["per_question"][0]["id"] == "s"
    missed = {"id": "m", "question": SLEEP, "kind": "answerable", "facts": [["good sleep"]]}
    worse = run("evaluate", evaluated(tmp_path, missed), "--baseline", baseline, *at)
    assert (worse.code, worse.out) == (1, "")
    assert "Regression against the baseline:" in worse.err
    assert "required facts quoted: 1.000 → 0.500" in worse.err


# ── the corpus ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_added_approved_indexed_quoted_and_withdrawn(own: tuple[str, ...], tmp_path: Path) -> None:
    corpus = own[:2]
    pdf = write_pdf(tmp_path / "report.pdf", ["Nothing here.", "Zebras slumber after kratom."])
    details = (
        "--title",
        "Zebras",
        "--publisher",
        "Roe",
        "--kind",
        "regulator",
        "--year",
        "2020",
        "--url",
        "https://e.org/",
    )
    added = run("corpus", "add", pdf, *details, *corpus)
    assert (added.code, added.out) == (0, "")
    assert re.search(r"report\.pdf +report +2 +\d+ +pending", added.err)
    pending = run("rebuild", *own)
    assert "Warning: report: not approved." in pending.err
    approved = run("corpus", "approve", "report", "--by", "Ada [Tester]", "--statement", "read", *corpus)
    assert (approved.code, approved.out) == (0, "")
    assert approved.err == "Approved by Ada [Tester]: report. Next: kratom-assistant rebuild\n"
    assert run("ask", "zebras", *own).code == 1
    assert run("rebuild", *own).code == 0
    near = json.loads(run("ask", "kratom zebras", "--json", *own).out)
    (quote,) = (one for one in near["quotes"] + near["near_misses"] if one["document"] == "report")
    assert (quote["text"], quote["page"], quote["page_label"]) == ("Zebras slumber after kratom.", 2, "2")
    assert quote["citations"] == [
        {"key": "report", "label": "Roe 2020", "url": "https://e.org/", "year": 2020, "kind": "agency"}
    ]
    withdrawn = run("corpus", "withdraw", "report", "--why", "outdated", *corpus)
    assert withdrawn.err == "Withdrawn: report. Next: kratom-assistant rebuild\n"
    refused = run("ask", "zebras", *own)
    assert (refused.code, refused.out) == (1, "")
    assert "approved documents changed (report). Run: kratom-assistant rebuild" in refused.err
    # Everything pending is approved at once, but for what was withdrawn.
    again = run("corpus", "approve", "--all", "--by", "Ada", *corpus)
    assert again.err == "Approved by Ada: nothing was pending. Next: kratom-assistant rebuild\n"


def test_the_documents_are_listed(own: tuple[str, ...]) -> None:
    write_brief(
        corpus_of(own), "new", "## Is it new?\n\nIt is new. [@survey-2020]\n", title='"Kratom [draft] [/x] new"'
    )
    listed = run("corpus", "list", *own[:2])
    assert (listed.code, listed.err) == (0, "")
    lines = {line.split()[0]: line for line in listed.out.splitlines()}
    assert lines["new"].split() == ["new", "pending", "effects", "Kratom", "[draft]", "[/x]", "new", "2026-01-01"]
    assert "approved" in lines["liver"]
    rows = json.loads(run("corpus", "list", "--json", *own[:2]).out)
    assert [row["id"] for row in rows] == ["heart", "liver", "new", "pain", "sleep", "withdrawal"]
    assert {row["state"] for row in rows if row["id"] != "new"} == {"approved"}


def test_a_sound_corpus_passes_its_check(own: tuple[str, ...]) -> None:
    for name in read_library(corpus_of(own)).documents:
        write_brief(corpus_of(own), name, f"## Is it {name}?\n\n{SOUND_PARAGRAPH}\n")
    assert run("corpus", "approve", *read_library(corpus_of(own)).documents, "--by", "Ada", *own[:2]).code == 0
    done = run("corpus", "check", "--verbose", *own[:2])
    assert done.code == 0
    assert done.out.startswith("reading grade (")
    assert done.err.endswith("5 documents, 5 paragraphs, 275 words: 0 problems, 0 warnings\n")
    assert run("doctor", *own).code == 1
    assert run("rebuild", *own).code == 0
    well = run("doctor", *own)
    assert (well.code, well.out) == (0, "")
    assert "WRONG" not in well.err


@pytest.mark.parametrize(
    "command",
    [
        ("ask",),
        ("chat",),
        ("rebuild",),
        ("evaluate",),
        ("doctor",),
        ("serve",),
        ("corpus", "add"),
        ("corpus", "approve"),
        ("corpus", "withdraw"),
        ("corpus", "list"),
        ("corpus", "check"),
    ],
    ids=" ".join,
)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert (done.code, done.err) == (0, "")
    assert "Usage:" in done.out
    assert "--settings" in done.out


@pytest.mark.parametrize(
    "arguments", [(), ("corpus",), ("ask", "--colour"), ("answer",), ("corpus", "withdraw", "liver")]
)
def test_a_command_that_is_not_understood_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 2
