"""A visit and its host: what changes on the page, without a browser."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.hosting import Host, SpeedLimit
from assistant.settings import Settings
from assistant.web_guard import policy
from assistant.web_session import MAX_CHARACTERS, MAX_TURNS, Visit
from tests.browser.small import WordEncoder, designed_triage, make_settings

HEART = "Does kratom slow the heart?"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_settings(tmp_path_factory.mktemp("visit"))


@pytest.fixture
def host(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setattr("assistant.opening.read_triage", designed_triage)
    host = Host(settings, WordEncoder())
    host.start()
    assert host.wait(30)
    assert host.failure == ""
    return host


def test_an_answer_changes_log_panel_and_announcement(host: Host) -> None:
    visit = Visit(host)
    view = visit.ask(HEART)
    assert "slow the heart in a survey" in (view.log or "")
    assert 'class="here"' in (view.panel or "")
    assert "data-move" not in (view.panel or "")
    assert "Answer 1. " in (view.announcement or "")
    assert view.banner is None


def test_a_visit_is_not_endless_and_messages_are_not_either(host: Host) -> None:
    visit = Visit(host)
    assert visit.refuse("x" * MAX_CHARACTERS) is None
    refused = visit.refuse("she cannot breathe " + "x" * MAX_CHARACTERS)
    assert refused
    assert "at most 8,000" in (refused.log or "")
    assert "tel:911" in (refused.banner or "")
    visit.turns = ["<article></article>"] * MAX_TURNS
    assert "conversation is full" in ((visit.refuse("x") or visit.start()).log or "")


@pytest.mark.parametrize(
    ("action", "details"),
    [
        ("feedback", {"value": "helpful", "turn": "1"}),
        ("search-again", {"value": "x", "turn": "99"}),
        ("search-again", {"value": "  ", "turn": "1"}),
        ("sources-say", {"value": "²"}),
        ("export", {"value": "exe"}),
        ("nonsense", {}),
    ],
)
def test_stale_or_unknown_clicks_change_nothing(host: Host, action: str, details: dict[str, str]) -> None:
    visit = Visit(host)
    visit.ask(HEART)
    before = list(visit.turns)
    view = visit.act(action, details)
    assert (view.log, view.panel, view.download) == (None, None, None)
    assert visit.turns == before


@pytest.mark.parametrize("value", ["", "heart:5-2", "heart:0-9999999", "heart:x-y", "../../etc/passwd", "nothing:1-2"])
def test_passages_that_do_not_exist_are_refused(host: Host, value: str) -> None:
    assert "no such passage" in (Visit(host).open(value, "").panel or "")


def test_the_receipt_downloads_with_a_date(host: Host) -> None:
    visit = Visit(host, now=lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    visit.ask(HEART)
    file = json.loads(visit.act("export", {"value": "receipt"}).download or "")
    assert file["name"] == "kratom-assistant-2026-11-22.json"
    assert json.loads(file["text"])["answers"][0]["question"] == HEART


def test_a_host_without_a_corpus_fails_with_a_reason_and_can_start_again(tmp_path: Path, host: Host) -> None:
    broken = Host(Settings(corpus=tmp_path / "none", index=tmp_path / "index"), WordEncoder())
    broken.start()
    assert broken.wait(30)
    assert "no such corpus folder" in broken.failure
    assert broken.fingerprint == ""
    assert "not ready" in (Visit(broken).ask(HEART).log or "")
    assert "tel:911" in (Visit(broken).ask("she cannot breathe").banner or "")
    broken.settings = host.settings
    broken.start()
    assert broken.wait(30)
    assert broken.fingerprint == host.fingerprint


def test_the_speed_limit_lets_through_again_after_a_minute() -> None:
    now = [0.0]
    limit = SpeedLimit(2, clock=lambda: now[0])
    assert [limit.wait_seconds("a") for _ in range(3)] == [0, 0, 60]
    assert limit.wait_seconds("b") == 0
    now[0] = 59.0
    assert limit.wait_seconds("a") == 1
    now[0] = 60.0
    assert limit.wait_seconds("a") == 0


def test_the_policy_names_inline_scripts_by_their_hash() -> None:
    named = policy(b"<script>let a = 1;</script><script src='x.js'></script><SCRIPT type=module>b()</SCRIPT>")
    assert named.count("'sha256-") == 2
    assert "'unsafe-inline'" not in named.split("style-src")[0]
