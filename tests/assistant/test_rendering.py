"""Answers as JSON by the contract, and as plain text for a terminal."""

from __future__ import annotations

import dataclasses
import json

import pytest

from assistant.answer import Answer, Notice, Quote
from assistant.rendering import answer_as_json, answer_as_text, citation_as_json, headline, quote_as_json, source_lines
from corpus.document import Document, Passage, Section, Source, sha256

TEXT = "Front matter. Rats slept “well”. The end."
SURVEY = Source("a-2020", "A", "Roe J, Doe J, Poe E", 2020, "V", "survey", doi="10.1/x", url="https://example.org")
RATS = Source("r-2015", "Rats", "", None, "", "animal")
PAGED = Document(
    "doc",
    "A title",
    "pdf",
    TEXT,
    "a" * 64,
    sections=(Section("Why?", 10, 40),),
    page_starts=(0, 14),
    page_labels=("i", "ii"),
)
QUOTE = Quote(Passage(PAGED, 14, 32, ((14, 32),)), 14, 32, 0.123456, (SURVEY, RATS))
ANSWER = Answer(
    question="did rats sleep",
    searched_for="did rats sleep?",
    outcome="quoted",
    disclaimer="Not advice.",
    index="f" * 64,
    notices=(Notice("pregnancy", "Midwife."),),
    quotes=(QUOTE,),
    suggestions=("Why?", "How?"),
)
QUOTE_JSON = {
    "text": "Rats slept “well”.",
    "document": "doc",
    "title": "A title",
    "section": "Why?",
    "page": 2,
    "page_label": "ii",
    "start": 14,
    "end": 32,
    "score": 0.1235,
    "evidence": ["survey: what people reported", "in animals, not people"],
    "citations": [
        {
            "key": "a-2020",
            "label": "Roe J et al. 2020",
            "url": "https://doi.org/10.1/x",
            "year": 2020,
            "kind": "survey: what people reported",
        },
        {"key": "r-2015", "label": "Rats", "url": None, "year": None, "kind": "in animals, not people"},
    ],
    "document_sha256": "a" * 64,
    "text_sha256": sha256(TEXT),
    "span_sha256": sha256("Rats slept “well”."),
}


def test_an_answer_as_json_follows_the_contract() -> None:
    assert answer_as_json(ANSWER) == {
        "question": "did rats sleep",
        "searched_for": "did rats sleep?",
        "outcome": "quoted",
        "notices": [{"kind": "pregnancy", "text": "Midwife."}],
        "quotes": [QUOTE_JSON],
        "near_misses": [],
        "suggestions": ["Why?", "How?"],
        "disclaimer": "Not advice.",
        "index": "f" * 64,
    }
    near = dataclasses.replace(ANSWER, outcome="not-covered", quotes=(), near_misses=(QUOTE,))
    assert answer_as_json(near)["near_misses"] == [QUOTE_JSON]


def test_json_can_be_written_and_read_again() -> None:
    assert json.loads(json.dumps(answer_as_json(ANSWER))) == answer_as_json(ANSWER)


def test_a_document_without_pages_has_no_page() -> None:
    document = dataclasses.replace(PAGED, page_starts=(), page_labels=())
    quote = Quote(Passage(document, 14, 32, ((14, 32),)), 14, 32, 1.0, ())
    found = quote_as_json(quote)
    assert (found["page"], found["page_label"], found["evidence"], found["citations"]) == (None, None, [], [])


def test_an_evidence_kind_is_named_once() -> None:
    other = dataclasses.replace(SURVEY, key="b-2021")
    assert dataclasses.replace(QUOTE, sources=(SURVEY, other, RATS)).evidence == (
        "survey: what people reported",
        "in animals, not people",
    )


def test_a_source_without_doi_has_its_own_address() -> None:
    assert citation_as_json(dataclasses.replace(SURVEY, doi=None))["url"] == "https://example.org"


def test_an_answer_as_text() -> None:
    assert answer_as_text(ANSWER) == (
        "!! Midwife.\n"
        "\n"
        "Searched for: did rats sleep?\n"
        "\n"
        "1 quotation from 1 document\n"
        "\n"
        "[1] “Rats slept “well”.”\n"
        "    A title — Why?, page ii\n"
        "    Evidence: survey: what people reported, in animals, not people\n"
        "    Sources: Roe J et al. 2020 <https://doi.org/10.1/x>; Rats\n"
        "\n"
        "Not advice."
    )


def test_a_question_searched_as_it_was_is_not_repeated() -> None:
    assert "Searched for" not in answer_as_text(dataclasses.replace(ANSWER, searched_for=ANSWER.question))


def test_silence_as_text_shows_near_misses_and_failures() -> None:
    silent = dataclasses.replace(
        ANSWER,
        outcome="not-covered",
        quotes=(),
        near_misses=(QUOTE,),
        notices=(),
        message="Not covered.",
        failures=("doc: its file changed.",),
    )
    lines = answer_as_text(silent).splitlines()
    assert lines.index("Not covered.") < lines.index("Nearest passages. They do NOT answer the question:")
    assert "  – “Rats slept “well”.”" in lines
    assert lines[-2:] == ["(doc: its file changed.)", "Not advice."]


def test_a_notice_alone_is_all_there_is() -> None:
    alone = Answer("q", "", "notice-only", "Not advice.", "", notices=(Notice("emergency", "Call."),))
    assert answer_as_text(alone) == "!! Call.\n\nNot advice."


def test_the_place_of_a_quote_without_a_heading() -> None:
    document = Document("doc", "A title", "text", TEXT, "a" * 64)
    quote = Quote(Passage(document, 0, 13, ((0, 13),)), 0, 13, 0.5, ())
    assert source_lines(quote)[0] == "    A title"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, "1 quotation from 1 document"),
        ({"quotes": (QUOTE, QUOTE)}, "2 quotations from 1 document"),
        ({"message": "English, please."}, "1 quotation from 1 document. English, please."),
        ({"outcome": "off-topic", "quotes": (), "message": "Off."}, "Off."),
        ({"outcome": "notice-only", "quotes": ()}, ""),
    ],
)
def test_the_headline_says_what_was_found(change: dict[str, object], line: str) -> None:
    assert headline(dataclasses.replace(ANSWER, **change)) == line  # type: ignore[arg-type]


def test_silence_has_a_line_of_its_own_where_no_other_is_given() -> None:
    line = headline(dataclasses.replace(ANSWER, outcome="not-covered", quotes=()))
    assert line.startswith("The vetted documents do not answer this.")
