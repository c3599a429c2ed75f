"""A visit and its host: what changes on the page, without a browser."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from assistant.claim_check import CheckedClaim, CheckedText
from assistant.hosting import QUESTIONS_REMEMBERED, Host, OneAtATime, SpeedLimit
from assistant.opening import open_assistant
from assistant.page_html import stale
from assistant.settings import Settings
from assistant.web_guard import policy
from assistant.web_session import MAX_CHARACTERS, MAX_TURNS, Visit
from corpus.errors import ClaimsError
from corpus.library import approve, read_library
from index.building import rebuild
from index.encoder import Encoded
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
    visit.ask(HEART)
    visit.turns = visit.turns * MAX_TURNS
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


def test_a_late_call_of_the_timer_wipes_out_no_refusal(host: Host) -> None:
    visit = Visit(host)
    visit.ask(HEART)
    assert "1 a minute" in (visit.refused("again", "At most 1 a minute.").log or "")
    assert visit.ready().log is None
    assert "1 a minute" in (visit.choose_region("GB").log or "")
    assert "1 a minute" not in (visit.ask(HEART).log or "")


def test_a_new_conversation_answers_nothing_that_was_asked_before(host: Host) -> None:
    visit = Visit(host, pending=HEART)
    assert visit.act("new", {}).log == ""
    assert visit.ready().log is None
    assert visit.answers == []


def test_what_was_said_of_the_search_goes_once_it_is_ready(host: Host, tmp_path: Path) -> None:
    broken = Host(Settings(corpus=tmp_path / "none", index=tmp_path / "index"), WordEncoder())
    broken.start()
    assert broken.wait(30)
    visit = Visit(broken)
    visit.ask(HEART)
    assert visit.ready().log is None
    visit.host = host
    assert visit.ready().log == ""


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


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to pass in 30 s")


def test_a_rebuilt_index_takes_over_between_questions_and_a_broken_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.opening.read_triage", designed_triage)
    host = Host(make_settings(tmp_path), WordEncoder())
    host.start()
    assert host.wait(30)
    visit, first = Visit(host), host.fingerprint
    brief = host.settings.corpus / "documents" / "heart.md"
    brief.write_text(brief.read_text(encoding="utf-8").replace("did not slow", "never slowed"), encoding="utf-8")
    approve(host.settings.corpus, ["heart"], by="A test", on=date(2026, 11, 2))
    rebuild(read_library(host.settings.corpus), host.settings.index, WordEncoder())
    visit.ask(HEART)
    wait_until(lambda: host.fingerprint != first)
    assert "never slowed the heart" in (visit.ask(HEART).log or "")
    assert host.stale == ""

    second = host.fingerprint
    pointer = host.settings.index / "CURRENT"
    good = pointer.read_text(encoding="utf-8")
    shutil.copytree(host.settings.index / "generations" / good.strip(), host.settings.index / "generations" / "worse")
    (host.settings.index / "generations" / "worse" / "passages.json").write_text("[]", encoding="utf-8")
    pointer.write_text("worse", encoding="utf-8")
    visit.ask(HEART)
    wait_until(lambda: bool(host.stale))
    assert "passages.json: the file is changed" in host.stale
    assert host.fingerprint == second
    assert "never slowed the heart" in (visit.ask(HEART).log or "")
    pointer.write_text(good, encoding="utf-8")
    host.start()
    wait_until(lambda: not host.stale)
    assert "kratom-assistant rebuild" in stale("broken. Run: kratom-assistant rebuild")


def test_a_question_asked_again_is_not_encoded_again() -> None:
    class Counting(WordEncoder):
        asked: ClassVar[list[str]] = []

        def encode_query(self, text: str) -> Encoded:
            self.asked.append(text)
            return super().encode_query(text)

    shared = OneAtATime(Counting())
    first, again = shared.encode_query(HEART), shared.encode_query(HEART)
    assert first is again
    for number in range(QUESTIONS_REMEMBERED):
        shared.encode_query(str(number))
    shared.encode_query(HEART)
    assert Counting.asked.count(HEART) == 2
    assert not any(HEART.encode() in name for name in shared.recent)


def test_a_question_takes_one_forward_pass(settings: Settings) -> None:
    class Counting(WordEncoder):
        asked: ClassVar[list[str]] = []

        def encode_query(self, text: str) -> Encoded:
            self.asked.append(text)
            return super().encode_query(text)

    opened = open_assistant(settings, Counting())
    assert opened.assistant.ask(HEART).quotes
    assert Counting.asked == [HEART]


def test_another_region_changes_every_number_on_the_page_and_in_what_is_saved(host: Host) -> None:
    visit = Visit(host)
    visit.ask(HEART)
    first = visit.ask("she cannot breathe").banner or ""
    assert "tel:911" in first
    assert '<option value="US" selected>' in first
    view = visit.choose_region("UK")
    assert "tel:999" in (view.banner or "")
    assert "911" not in (view.banner or "") + (view.log or "")
    assert '<option value="UK" selected>' in (view.banner or "")
    assert "tel:999" in (visit.ask("I cannot breathe").log or "")
    saved = visit.act("export", {"value": "receipt"}).download or ""
    assert "999" in saved
    assert "911 now" not in saved
    assert visit.act("region", {"value": "Atlantis"}).banner
    assert visit.region == "other"
    visit.act("dismiss", {})
    assert visit.act("region", {"value": "IE"}).banner is None


def test_another_region_leaves_notices_without_a_number_as_they_are(host: Host) -> None:
    visit = Visit(host)
    visit.ask("where to buy kratom")
    visit.choose_region("UK")
    assert [notice.text for notice in visit.answers[0].notices] == ["No help with buying."]
    assert "No help with buying." in visit.turns[0].shown


def test_a_new_conversation_ends_the_banner(host: Host) -> None:
    visit = Visit(host)
    visit.ask("she cannot breathe")
    view = visit.act("new", {})
    assert (view.banner, view.log, view.reader) == ("", "", None)
    assert visit.choose_region("UK").banner is None


def test_a_check_is_refused_with_its_reason(host: Host) -> None:
    visit = Visit(host)
    assert "at least one sentence" in visit.refuse_check(" \n", 0, 30)
    assert "100,001 characters; at most 100,000" in visit.refuse_check("k" * 100_001, 0, 30)
    assert "7 seconds" in visit.refuse_check("Kratom helps.", 7, 30)
    assert visit.refuse_check("Kratom helps.", 0, 30) == ""


def test_a_check_is_kept_and_saved_in_each_form(host: Host) -> None:
    visit = Visit(host, now=lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    assert visit.save_check("markdown") == ""
    job: Future[CheckedText] = Future()
    job.set_result(CheckedText("Hi.", (CheckedClaim("Hi.", 0, 3, "not-covered"),), "Not advice.", "i", "0" * 64))
    assert "1 claim: 1 not covered" in visit.show_checked(job)
    saved = {form: json.loads(visit.save_check(form)) for form in ("html", "markdown", "json", "receipt")}
    assert [file["name"] for file in saved.values()] == [
        f"kratom-claims-2026-11-22.{ending}" for ending in ("html", "md", "json", "receipt.json")
    ]
    assert all("Not advice" in file["text"] for file in saved.values())
    assert visit.save_check("../x") == ""
    failed: Future[CheckedText] = Future()
    failed.set_exception(ClaimsError("no <catalogue>"))
    assert "no &lt;catalogue&gt;" in visit.show_checked(failed)
