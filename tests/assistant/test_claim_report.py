"""Reports: words beside colours, the reader's text untouched, quotations exact, nothing executed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from assistant.claim_check import ASSUMED, VERDICTS, CheckedText, ClaimChecker
from assistant.claim_report import as_markdown, as_page, as_text, share_picture, summary_line
from tests.assistant.claims_designed import designed_checker
from tests.assistant.designed import open_small

TODAY = date(2026, 11, 22)
TEXT = "Kratom relieves pain. Kratom is not bad for the liver.\n<script>alert(1)</script> The weather is fine."


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> CheckedText:
    checker: ClaimChecker = designed_checker(open_small(tmp_path_factory.mktemp("reported")))
    return checker.check(TEXT)


def counts(**values: int) -> dict[str, int]:
    return {verdict: values.get(verdict.replace("-", "_"), 0) for verdict in VERDICTS}


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "0 claims."),
        ({"supported": 1}, "1 claim: 1 supported."),
        (
            {
                "supported": 9,
                "partly_supported": 4,
                "unproven": 11,
                "contradicted": 6,
                "not_covered": 1,
                "not_a_health_claim": 2,
            },
            "31 claims: 9 supported, 4 partly supported, 11 unproven, 6 contradicted, 1 not covered. "
            "2 sentences without a health claim.",
        ),
    ],
)
def test_the_summary_says_it_in_words(values: dict[str, int], line: str) -> None:
    assert summary_line(counts(**values)) == line


@pytest.mark.parametrize("form", [as_page, as_markdown, lambda checked, *_: as_text(checked)])
def test_every_form_says_how_the_text_was_read(checked: CheckedText, form: Callable[..., str]) -> None:
    assert ASSUMED not in form(checked, "x", TODAY).replace("\\", "")
    assert ASSUMED in form(replace(checked, note=ASSUMED), "x", TODAY).replace("\\", "")


def test_the_picture_is_inline_named_and_always_the_same() -> None:
    some = counts(supported=2, contradicted=1)
    picture = share_picture(some)
    assert picture == share_picture(some)
    assert picture.startswith('<svg role="img" aria-label="3 claims: 2 supported, 1 contradicted."')
    assert picture.endswith("</svg>")
    assert share_picture(counts(not_a_health_claim=3)) == ""


def test_the_page_shows_the_readers_text_with_words_and_quotations(checked: CheckedText) -> None:
    page = as_page(checked, "a.txt", TODAY)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for claim in checked.claims:
        for quote in claim.quotes:
            assert quote.text in unescape(page)
    assert "1 unproven</sup>" in page
    assert "2 contradicted</sup>" in page
    assert "Not advice." in page
    assert "default-src 'none'" in page


def test_markdown_and_text_name_verdicts_reasons_and_sources(checked: CheckedText) -> None:
    for report in (as_markdown(checked, "a.txt", TODAY), as_text(checked)):
        lowered = report.lower()
        assert lowered.index("unproven") < lowered.index("contradicted")
        assert "no trial has tested" in lowered
        assert "pain:" in report.replace("\\", "")


def test_failed_quotations_are_told(tmp_path: Path) -> None:
    small = open_small(tmp_path)
    checker = designed_checker(small)
    path = small.corpus / "documents" / "pain.md"
    path.write_bytes(path.read_bytes() + b" ")
    checked = checker.check("Kratom relieves pain.")
    assert "its file changed after approval" in as_page(checked, "x", TODAY)
    assert "its file changed after approval" in as_text(checked)
