"""Evaluation: scores worked by hand on five questions, the report in its three forms, and the comparison with a baseline."""

from __future__ import annotations

import dataclasses
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from assistant.assistant import Assistant
from assistant.evaluating import run_questions
from assistant.evaluation import Judged, Report, evaluate, evaluate_conversations, risk_coverage, summary, verbatim
from assistant.evaluation_report import GUARDED, TOLERANCE, regressions, report_page, score_table, topic_table
from assistant.judged_questions import JudgedQuestion, JudgedSetError, Kind
from assistant.settings import Settings
from tests.assistant.designed import WORDING, Small, triage


def question(id: str, text: str, kind: Kind, topic: str, *facts: tuple[str, ...]) -> JudgedQuestion:
    return JudgedQuestion(id, text, kind, topic, "lay", "development", facts)


LIVER = question("liver", "Can kratom hurt the liver?", "answerable", "harm", ("11 patients",), ("three weeks",))
SLEEP = question("sleep", "Does kratom disturb sleep?", "answerable", "harm", ("well", "POOR sleep"))
WITHDRAWAL = question("withdrawal", "What is kratom withdrawal like?", "answerable", "other", ("two months",))
BLUE = question("blue", "Does kratom turn the tongue blue?", "not-covered", "other")
CUP = question("cup", "who won the cup", "off-topic", "none")
# Wanted silence, though the documents seem to answer.
HEART = question("heart", "heart transplants of kratom users", "not-covered", "other")
QUESTIONS = [LIVER, SLEEP, WITHDRAWAL, BLUE, CUP, HEART]


@pytest.fixture(scope="module")
def report(small: Small) -> Report:
    return evaluate(small.assistant, QUESTIONS, lambda: None)


def test_each_question_is_judged(report: Report, small: Small) -> None:
    assert report.index == small.finder.index.fingerprint
    got = {
        one.id: (one.outcome, one.answered, one.first_right, one.right_quotes, one.quotes)
        for one in report.per_question
    }
    assert got == {
        "liver": ("quoted", True, True, 2, 2),
        "sleep": ("quoted", True, True, 1, 1),
        "withdrawal": ("quoted", False, False, 0, 1),
        "blue": ("not-covered", False, False, 0, 0),
        "cup": ("off-topic", False, False, 0, 0),
        "heart": ("quoted", False, False, 0, 2),
    }
    assert all(one.milliseconds > 0 for one in report.per_question)


def test_the_scores_are_those_worked_by_hand(report: Report) -> None:
    scores = dict(report.scores)
    assert scores.pop("p95 ms") >= scores.pop("p50 ms") > 0
    assert scores == pytest.approx(
        {
            # For the liver, both passages hold the first fact and the first of them also the second: a perfect order.
            "nDCG@10": 1.0,
            "RR@10": 1.0,
            "R@1": 0.75,
            "R@5": 1.0,
            "R@10": 1.0,
            "questions": 6.0,
            "with notices": 0.0,
            "required facts quoted": 2 / 3,
            "facts quoted, urgent notices opened": 2 / 3,
            "first quote right": 2 / 3,
            "quote precision": 3 / 4,
            "answerable answered": 1.0,
            "silence recall": 2 / 3,
            "silence precision": 1.0,
            "off-topic silence recall": 1.0,
            "kind of silence right": 1.0,
            # Six quotes and three near misses.
            "quotes shown": 9.0,
            "verbatim rate": 1.0,
        }
    )


def test_topics_have_scores_of_their_own(report: Report) -> None:
    assert list(report.topics) == ["harm", "none", "other"]
    assert report.topics["harm"]["required facts quoted"] == 1.0
    assert report.topics["other"]["required facts quoted"] == 0.0
    assert report.topics["other"]["silence recall"] == 0.5
    # A share of nothing is left out.
    assert "silence recall" not in report.topics["harm"]
    assert "required facts quoted" not in report.topics["none"]


def judged(id: str, confidence: float, answered: bool, **changes: object) -> Judged:
    values = Judged(id, id, "answerable", "", "", "quoted", answered, answered, 1, 1, confidence, 0.0, ())
    return dataclasses.replace(values, **changes)  # type: ignore[arg-type]


def test_risk_and_coverage_go_from_the_surest_on() -> None:
    rows = [judged("b", 0.5, False), judged("a", 0.5, True), judged("c", 0.9, True), judged("d", 0.1, False)]
    assert risk_coverage(rows) == ((0.25, 0.0), (0.5, 0.0), (0.75, 1 / 3), (1.0, 0.5))
    assert risk_coverage([]) == ()


def test_silence_about_an_answerable_question_lowers_precision() -> None:
    rows = [
        judged("a", 0.1, False, outcome="not-covered"),
        judged("b", 0.1, False, kind="off-topic", outcome="not-covered"),
    ]
    scores = summary(rows)
    assert scores["silence precision"] == 0.5
    assert scores["kind of silence right"] == 0.0
    assert scores["answerable answered"] == 0.0


def test_an_evaluation_needs_an_index() -> None:
    with pytest.raises(ValueError, match="an evaluation needs an index"):
        evaluate(Assistant(triage, WORDING), QUESTIONS, lambda: None)


def test_progress_is_told_for_each_question(small: Small) -> None:
    told: list[int] = []
    evaluate(small.assistant, [SLEEP, CUP], lambda: told.append(1))
    assert len(told) == 2


def test_quotes_that_are_no_longer_in_the_files_are_not_verbatim(own_small: Small) -> None:
    answer = own_small.assistant.ask(LIVER.text)
    assert verbatim(own_small.finder, [answer]) == [True, True]
    brief = own_small.corpus / "documents" / "liver.md"
    brief.write_bytes(brief.read_bytes().replace(b"11 patients", b"12 patients"))
    assert verbatim(own_small.finder, [answer]) == [False, False]


def test_later_turns_of_conversations_are_judged(small: Small) -> None:
    why = question("why", "why?", "answerable", "", ("poor sleep",))
    wrong = question("wrong", "why?", "answerable", "", ("good sleep",))
    blue = question("blue", "Does kratom turn it blue?", "not-covered", "")
    loud = question("loud", "and the liver?", "off-topic", "")
    results = evaluate_conversations(small.assistant, [[SLEEP, why, wrong], [SLEEP, blue, loud]], lambda: None)
    assert [(one.id, answer.searched_for, right) for one, answer, right in results] == [
        ("why", "why? — Does kratom disturb sleep?", True),
        ("wrong", "why? — Does kratom disturb sleep?", False),
        ("blue", "Does kratom turn it blue?", True),
        ("loud", "the liver — Does kratom turn it blue?", False),
    ]


def shown(table: Table) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=200).print(table)
    return [" ".join(line.split()) for line in file.getvalue().splitlines()]


def test_the_tables_show_shares_counts_and_times(report: Report) -> None:
    rows = shown(score_table(dataclasses.replace(report, scores=report.scores | {"p50 ms": 1.26})))
    assert rows[0] == f"index {report.index[:12]}"
    assert {"required facts quoted 0.667", "questions 6", "quotes shown 9", "p50 ms 1.3"} <= set(rows)
    rows = shown(topic_table(report))
    assert "harm 2 1.000 1.000 1.000 –" in rows
    assert "none 1 – – – 1.000" in rows


class Page(HTMLParser):
    """The text, tags and pictures of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags, self.pictures = "", list[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.pictures.append(dict(attrs)["src"] or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_every_question_and_loads_nothing(report: Report) -> None:
    hostile = dataclasses.replace(report.per_question[0], question="<script>alert(1)</script>")
    page = Page(report_page(dataclasses.replace(report, per_question=(hostile, *report.per_question[1:]))))
    for one in report.per_question[1:]:
        assert one.question in page.text
    assert "<script>alert(1)</script>" in page.text
    assert not {"script", "link"} & set(page.tags)
    assert [picture[:26] for picture in page.pictures] == ["data:image/svg+xml;base64,"] * 2


def test_a_report_survives_json(report: Report) -> None:
    read = json.loads(json.dumps(report.as_json()))
    assert read["scores"] == report.scores
    assert read["per_question"][0]["id"] == "liver"
    assert set(read) == {"index", "scores", "topics", "risk_coverage", "per_question"}


@pytest.mark.parametrize("name", GUARDED)
def test_a_score_that_fell_is_a_regression(report: Report, name: str) -> None:
    value = report.scores[name]
    assert regressions(report, {"scores": {name: value + 2 * TOLERANCE}}) == [
        f"{name}: {value + 2 * TOLERANCE:.3f} → {value:.3f}"
    ]
    assert regressions(report, {"scores": {name: value + TOLERANCE / 2}}) == []
    assert regressions(report, {"scores": {name: value - 0.1}}) == []


def test_a_score_that_is_gone_is_a_regression_and_others_are_not_guarded(report: Report) -> None:
    without = dataclasses.replace(report, scores={})
    assert regressions(without, {"scores": {"verbatim rate": 1.0, "R@5": 1.0}}) == ["verbatim rate: 1.000 → 0.000"]
    assert regressions(report, {}) == []


# ── as the command runs it ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def settings(small: Small, designed_parts: None) -> Settings:
    return Settings(corpus=small.corpus, index=small.index)


def judged_file(folder: Path) -> Path:
    rows = [
        {"id": "s", "question": SLEEP.text, "kind": "answerable", "facts": [["poor sleep"]], "split": "test"},
        {"id": "c", "question": CUP.text, "kind": "off-topic", "split": "development"},
    ]
    path = folder / "judged.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def run(
    settings: Settings, file: Path, *, split: str | None = None, baseline: Path | None = None, out: Path | None = None
) -> tuple[Report, list[str], str]:
    console = Console(file=io.StringIO(), width=200)
    report, fallen = run_questions(settings, file, split=split, baseline=baseline, out=out, console=console)
    assert isinstance(console.file, io.StringIO)
    return report, fallen, console.file.getvalue()


def test_a_run_writes_its_report_which_serves_as_a_baseline(settings: Settings, tmp_path: Path) -> None:
    file, out = judged_file(tmp_path), tmp_path / "deep" / "out"
    report, fallen, told = run(settings, file, out=out)
    assert (report.scores["questions"], fallen) == (2.0, [])
    assert f"Written: {out / 'report.json'}, {out / 'report.html'}" in told
    assert (out / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    written = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert written["scores"]["verbatim rate"] == 1.0
    assert run(settings, file, baseline=out / "report.json")[1] == []
    written["scores"]["quote precision"] += 0.5
    (out / "report.json").write_text(json.dumps(written), encoding="utf-8")
    assert run(settings, file, baseline=out / "report.json")[1] == ["quote precision: 1.500 → 1.000"]


def test_a_split_takes_its_questions_only(settings: Settings, tmp_path: Path) -> None:
    report, _, _ = run(settings, judged_file(tmp_path), split="test")
    assert [one.id for one in report.per_question] == ["s"]
    with pytest.raises(JudgedSetError, match=r"judged\.jsonl: holds no question of the split 'tset'\."):
        run(settings, judged_file(tmp_path), split="tset")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "{}",
        '{"scores": 3}',
        '{"scores": {}}',
        '{"scores": [1]}',
        '{"scores": {"p50 ms": 3}}',
        '{"scores": {"RR@10": "high"}}',
    ],
)
def test_a_baseline_that_is_no_report_is_refused(settings: Settings, tmp_path: Path, text: str) -> None:
    baseline = tmp_path / "baseline.json"
    baseline.write_text(text, encoding="utf-8")
    with pytest.raises(JudgedSetError, match=r"baseline\.json: is not an evaluation report \("):
        run(settings, judged_file(tmp_path), baseline=baseline)
    with pytest.raises(JudgedSetError, match=r"gone\.json: is not an evaluation report \("):
        run(settings, judged_file(tmp_path), baseline=tmp_path / "gone.json")


def test_a_notice_alone_where_silence_is_wanted_is_a_mistake() -> None:
    alone = Judged("a", "q?", "off-topic", "t", "lay", "notice-only", False, False, 0, 0, 0.0, 0.0, ("poisoning",))
    silent = dataclasses.replace(alone, outcome="off-topic")
    scores = summary([alone, silent])
    assert (scores["off-topic silence recall"], scores["silence recall"]) == (0.5, 0.5)
    assert scores["silence precision"] == 1.0


def test_what_stands_behind_an_urgent_notice_is_counted_apart(small: Small) -> None:
    questions = [
        question("a", "collapsed liver", "answerable", "harm", ("11 patients",)),
        question("b", "buy for the liver", "answerable", "harm", ("11 patients",)),
    ]
    scores = evaluate(small.assistant, questions, lambda: None).scores
    assert scores["required facts quoted"] == 0.0
    # A refusal has nothing behind it.
    assert scores["facts quoted, urgent notices opened"] == 0.5
