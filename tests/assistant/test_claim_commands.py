"""The commands `check` and `verify`: files in, reports out, honest exit codes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from assistant import checking_claims
from assistant.checking_claims import run_check, run_verify
from assistant.claim_check import ClaimChecker
from assistant.claim_files import html_text, read_text, text_of
from assistant.claim_report import report_form
from assistant.cli import app
from assistant.settings import Settings
from corpus.errors import ExtractionError
from tests.assistant.claims_designed import designed_checker
from tests.assistant.designed import Small


@pytest.fixture
def settings(own_small: Small, monkeypatch: pytest.MonkeyPatch) -> Settings:
    checker = designed_checker(own_small)

    def opened(settings: Settings, console: Console) -> ClaimChecker:
        return checker

    monkeypatch.setattr(checking_claims, "_opened", opened)
    return Settings(own_small.corpus, own_small.index)


def quiet() -> Console:
    return Console(file=StringIO())


def test_the_words_of_a_page_are_read_without_its_scripts() -> None:
    page = "<html><head><title>T</title></head><body><h1>Kratom</h1><script>x()</script><p>eases<br>pain &amp; more</p></body>"
    assert html_text(page) == "Kratom\neases\npain & more"


def test_files_are_read_by_their_kind(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kratom.", encoding="utf-8-sig")
    (tmp_path / "a.html").write_text("<p>Kratom.</p>")
    assert [read_text(tmp_path / name) for name in ("a.txt", "a.html")] == ["Kratom.", "Kratom."]
    (tmp_path / "a.docx").write_text("x")
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    for name, why in (
        ("a.docx", "only txt, md, html and pdf"),
        ("empty.txt", "holds no text"),
        ("latin.txt", "not UTF-8"),
    ):
        with pytest.raises(ExtractionError, match=why):
            read_text(tmp_path / name)


@pytest.mark.parametrize(
    ("form", "opening"),
    [
        ("text", "1 claim"),
        ("html", "<!doctype html>"),
        ("markdown", "# Claims checked"),
        ("json", '{"summary"'),
        ("receipt", '{\n "receipt_sha256"'),
    ],
)
def test_a_report_comes_in_every_form(settings: Settings, tmp_path: Path, form: str, opening: str) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Kratom relieves pain.")
    assert run_check(settings, file, form=report_form(form), console=quiet()).startswith(opening)


def test_an_unknown_form_is_named() -> None:
    with pytest.raises(ExtractionError, match="docx: there is no such report; known: text, html"):
        report_form("docx")


def test_verify_says_how_many_quotations_fail(settings: Settings, tmp_path: Path) -> None:
    file, receipt = tmp_path / "a.txt", tmp_path / "receipt.json"
    file.write_text("Kratom relieves pain.")
    receipt.write_text(run_check(settings, file, form="receipt", console=quiet()), encoding="utf-8")
    assert {name: run_verify(settings, receipt, console=quiet())[name] for name in ("quotes", "failed")} == {
        "quotes": 2,
        "failed": 0,
    }
    done = CliRunner().invoke(app, ["verify", str(receipt), "--corpus", str(settings.corpus), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["failed"] == 0
    (settings.corpus / "documents" / "pain.md").write_text("changed")
    done = CliRunner().invoke(app, ["verify", str(receipt), "--corpus", str(settings.corpus)])
    assert done.exit_code == 1


def test_the_check_command_writes_a_file(settings: Settings, tmp_path: Path) -> None:
    file, out = tmp_path / "a.txt", tmp_path / "a.json"
    file.write_text("Kratom relieves pain.")
    done = CliRunner().invoke(app, ["check", str(file), "--json", "--out", str(out), "--corpus", str(settings.corpus)])
    assert (done.exit_code, json.loads(out.read_text())["claims"][0]["claim"]) == (0, "eases-pain")
    assert CliRunner().invoke(app, ["check", str(tmp_path / "absent.txt")]).exit_code == 1


def test_a_file_in_memory_is_read_by_the_ending_of_its_name(tmp_path: Path) -> None:
    assert text_of("a.md", "Kratom.".encode("utf-8-sig")) == "Kratom."
    assert text_of("a.HTM", b"<p>Kratom</p><script>x</script>") == "Kratom"
    for name, data, why in (
        ("a.exe", b"x", r"^a\.exe: only txt, md, html and pdf"),
        ("a.txt", b"\xff", r"^a\.txt: byte 0 is not UTF-8"),
        ("a.html", b"<style>x</style>", r"^a\.html: holds no text"),
        ("a.pdf", b"", r"^a\.pdf: the file is empty"),
    ):
        with pytest.raises(ExtractionError, match=why):
            text_of(name, data)
