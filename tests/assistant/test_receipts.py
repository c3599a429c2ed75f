"""Receipts: what they keep, that they can be checked without our code, and that every changed byte is caught."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.claim_check import check_as_json
from assistant.receipts import Finding, ReceiptError, receipt_text, verify_receipt
from assistant.rendering import answer_as_json
from corpus.library import read_library
from corpus.original import OriginalDetails, add_original
from index.errors import IndexMismatch
from index.passage_index import PassageIndex
from index.storage import current_layout
from tests.assistant.claims_designed import designed_checker
from tests.assistant.designed import Small, open_small
from tests.small_corpus import APPROVED_ON

MADE_AT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "receipt.schema.json").read_text(encoding="utf-8"))
LIVER = "Can kratom hurt the liver?"


@pytest.fixture
def receipt(own_small: Small) -> bytes:
    """A receipt of one answer and one claim check over the small corpus."""
    answer = answer_as_json(own_small.assistant.ask(LIVER))
    check = check_as_json(designed_checker(own_small).check("Kratom can hurt the liver."))
    return receipt_text(MADE_AT, answers=[answer], checks=[check]).encode()


def failures(receipt: bytes, corpus: Path) -> list[Finding]:
    return [finding for finding in verify_receipt(receipt, corpus) if not finding.holds]


def test_a_receipt_holds_where_nothing_changed(receipt: bytes, own_small: Small) -> None:
    findings = verify_receipt(receipt, own_small.corpus)
    assert [finding.place for finding in findings[:2]] == ["receipt", "answer 1, quote 1"]
    assert "check 1, claim 1, quote 1" in {finding.place for finding in findings}
    assert [finding for finding in findings if finding.why] == []


def test_a_receipt_says_what_made_it_and_when(receipt: bytes) -> None:
    data = json.loads(receipt)
    assert (data["receipt"], data["made_at"]) == ("kratom-assistant/1", "2026-11-22T10:30:00+00:00")
    assert data["tool_version"]
    assert data["answers"][0]["question"] == LIVER
    assert data["checks"][0]["claims"][0]["verdict"] == "supported"


def fault(value: Any, schema: dict[str, Any], place: str = "receipt") -> str:
    """The first place where a value breaks a schema; the few keywords of JSON Schema that ours uses."""
    if "$ref" in schema:
        return fault(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], place)
    kinds: dict[str, type | tuple[type, ...]] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "null": type(None),
    }
    named = schema.get("type", [])
    allowed = [named] if isinstance(named, str) else named
    if allowed and not any(isinstance(value, kinds[kind]) for kind in allowed):
        return f"{place}: not {allowed}"
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        return f"{place}: {value!r}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return f"{place}: {value!r} has another form"
    if isinstance(value, dict):
        missing = [name for name in schema.get("required", []) if name not in value]
        extra = [name for name in value if name not in schema.get("properties", value)]
        if missing or (extra and schema.get("additionalProperties") is False):
            return f"{place}: lacks {missing}, has {extra}"
        parts = [
            fault(value[name], part, f"{place}.{name}")
            for name, part in schema.get("properties", {}).items()
            if name in value
        ]
    else:
        parts = (
            [fault(one, schema["items"], f"{place}[]") for one in value]
            if isinstance(value, list) and "items" in schema
            else []
        )
    return next((part for part in parts if part), "")


def test_a_receipt_keeps_to_its_schema(receipt: bytes) -> None:
    data = json.loads(receipt)
    assert fault(data, SCHEMA) == ""
    del data["answers"][0]["quotes"][0]["span_sha256"]
    assert fault(data, SCHEMA) == "receipt.answers[]: lacks [], has []" or "span_sha256" in fault(data, SCHEMA)


def test_a_quote_can_be_checked_by_hand(receipt: bytes, own_small: Small, tmp_path: Path) -> None:
    """With sha256sum and a slice, as docs/receipts.md says."""
    quote = json.loads(receipt)["answers"][0]["quotes"][0]
    path = own_small.corpus / "documents" / f"{quote['document']}.md"
    summed = subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout.split()[0]
    assert summed == quote["document_sha256"] == quote["text_sha256"]
    words = path.read_bytes().decode("utf-8")[quote["start"] : quote["end"]]
    assert words == quote["text"]
    assert hashlib.sha256(words.encode()).hexdigest() == quote["span_sha256"]
    file = tmp_path / "receipt.json"
    file.write_bytes(receipt)
    rest = subprocess.run(["grep", "-v", '^ "receipt_sha256": ', str(file)], capture_output=True, check=True).stdout
    assert hashlib.sha256(rest).hexdigest() == json.loads(receipt)["receipt_sha256"]


def test_one_changed_byte_in_the_receipt_is_caught_wherever_it_stands(receipt: bytes, own_small: Small) -> None:
    library = len(receipt)
    for place in range(0, library, max(library // 150, 1)):
        changed = bytearray(receipt)
        changed[place] ^= 1
        try:
            assert failures(bytes(changed), own_small.corpus), f"byte {place}"
        except ReceiptError:
            continue


def test_one_changed_byte_in_a_document_is_caught(receipt: bytes, own_small: Small) -> None:
    path = own_small.corpus / "documents" / "liver.md"
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    found = failures(receipt, own_small.corpus)
    assert found
    assert all(one.why.startswith("the file of 'liver' is not the one quoted from") for one in found)
    assert hashlib.sha256(data).hexdigest() in found[0].why


def test_a_document_that_is_gone_and_one_withdrawn_are_told(receipt: bytes, own_small: Small) -> None:
    (own_small.corpus / "vetting.toml").write_text(
        (own_small.corpus / "vetting.toml").read_text().replace('status = "approved"', 'status = "withdrawn"')
    )
    assert all(
        "the words are right, but the document is not approved" in one.why
        for one in failures(receipt, own_small.corpus)
    )
    shutil.rmtree(own_small.corpus / "documents")
    assert all("is not in the corpus" in one.why for one in failures(receipt, own_small.corpus))


@pytest.fixture
def with_original(tmp_path: Path, own_small: Small) -> Small:
    """The small corpus and an original, whose text is kept apart from its file."""
    from corpus.library import approve

    file = tmp_path / "kidney.txt"
    file.write_text("Kratom and the liver of mice were studied once. The withdrawal was not.", encoding="utf-8")
    add_original(
        own_small.corpus / "originals", file, OriginalDetails("kidney", "Kidneys", "Agency", None, "regulator", 2020)
    )
    approve(own_small.corpus, ["kidney"], by="Ada Tester", on=APPROVED_ON)
    return open_small(tmp_path / "second", own_small.corpus)


def original_receipt(small: Small) -> bytes:
    passage = next(one for one in small.finder.index.passages if one.document.id == "kidney")
    from assistant.answer import Answer, Quote

    quote = Quote(passage, passage.start, passage.end, 1.0, (small.library.sources["kidney"],))
    answer = Answer("What?", "What?", "quoted", "Not advice.", small.finder.index.fingerprint, quotes=(quote,))
    return receipt_text(MADE_AT, answers=[answer_as_json(answer)]).encode()


@pytest.mark.parametrize(("name", "what"), [("text.txt", "extracted text"), ("original.txt", "file")])
def test_one_changed_byte_in_an_original_or_its_extracted_text_is_caught(
    with_original: Small, name: str, what: str
) -> None:
    receipt = original_receipt(with_original)
    assert failures(receipt, with_original.corpus) == []
    path = with_original.corpus / "originals" / "kidney" / name
    data = bytearray(path.read_bytes())
    data[5] ^= 1
    path.write_bytes(data)
    (found,) = failures(receipt, with_original.corpus)
    assert found.why.startswith(f"the {what} of 'kidney' is not the one quoted from")


def test_a_document_changed_while_an_assistant_runs_is_not_quoted(own_small: Small) -> None:
    checker = designed_checker(own_small)
    assert [len(claim.quotes) for claim in checker.check("Kratom can hurt the liver.").claims] == [1]
    path = own_small.corpus / "documents" / "liver.md"
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    checked = checker.check("Kratom can hurt the liver.")
    assert [(claim.verdict, claim.quotes) for claim in checked.claims] == [("supported", ())]
    assert "liver: its file changed after approval" in checked.failures[0]
    assert own_small.assistant.ask(LIVER).quotes == ()


def test_an_extracted_text_changed_while_an_assistant_runs_is_not_quoted(with_original: Small) -> None:
    reader = with_original.finder.reader
    assert reader.words("kidney", 0, 6) == "Kratom"
    path = with_original.corpus / "originals" / "kidney" / "text.txt"
    path.write_bytes(path.read_bytes().replace(b"mice", b"rats"))
    with pytest.raises(Exception, match="kidney: its text changed after approval"):
        reader.words("kidney", 0, 6)


def test_one_changed_byte_in_any_file_of_the_index_is_caught_at_the_next_start(own_small: Small) -> None:
    layout = current_layout(own_small.index)
    before = own_small.assistant.ask(LIVER)
    for path in sorted(path for path in layout.folder.rglob("*") if path.is_file() and path != layout.manifest):
        data = path.read_bytes()
        changed = bytearray(data)
        changed[len(data) // 2] ^= 1
        path.write_bytes(changed)
        with pytest.raises(IndexMismatch, match=re.escape(path.name)):
            PassageIndex.load(own_small.index, read_library(own_small.corpus), own_small.encoder.fingerprint)
        # What runs holds its index in memory and reads quotations from the documents: its answer stays the same.
        assert own_small.assistant.ask(LIVER) == before
        path.write_bytes(data)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"text": "Other words."}, "are not those that the receipt shows"),
        ({"end": 10_000_000}, "is no stretch of"),
        ({"start": -5}, "is no stretch of"),
        ({"span_sha256": "0" * 64}, "have SHA-256"),
        ({"section": "Another?"}, "its section is"),
        ({"page": 7}, "its page is None in the document, not 7"),
        ({"start": True}, "its 'start' is missing or of the wrong kind"),
        ({"citations": [{"key": "nobody-1900"}]}, "its citation 'nobody-1900' is not in the bibliography"),
        ({"citations": [{"key": "survey-2020", "label": "Garcia A 1999"}]}, "is another one in the bibliography"),
        ({"document": "unknown"}, "the document 'unknown' is not in the corpus"),
    ],
)
def test_a_forged_quotation_is_caught_even_with_a_right_receipt_hash(
    receipt: bytes, own_small: Small, change: dict[str, Any], why: str
) -> None:
    answer = json.loads(receipt)["answers"][0]
    answer["quotes"][0] |= change
    forged = receipt_text(MADE_AT, answers=[answer]).encode()
    found = failures(forged, own_small.corpus)
    assert [one.place for one in found] == ["answer 1, quote 1"]
    assert why in found[0].why


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"receipt": "other/9"}', b"\xff", b'{"receipt": "kratom-assistant/1", "answers": 3}']
)
def test_what_is_no_receipt_is_refused(data: bytes, own_small: Small) -> None:
    with pytest.raises(ReceiptError, match="receipt"):
        verify_receipt(data, own_small.corpus)


def test_broken_parts_fail_by_name_and_do_not_stop_the_check(own_small: Small) -> None:
    text = receipt_text(MADE_AT, answers=[{"quotes": [3]}, {"quotes": "x"}], checks=[{"claims": [None]}])
    assert [(one.place, one.why) for one in failures(text.encode(), own_small.corpus)] == [
        ("answer 1, quote 1", "it is not written as a quotation."),
        ("answer 2, quote 1", "it is not written as a quotation."),
        ("check 1, claim 1", "it is not written as a quotation."),
    ]
