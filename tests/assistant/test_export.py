"""What leaves the page: Markdown that shows the words as they are, a page for printing, a receipt that can be checked."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answer import Answer, Notice, Quote
from assistant.export import as_markdown, as_page, citation_text, export, literal
from corpus.document import Document, Passage, Section, Source, sha256
from tests.browser.small import HOSTILE_TEXT

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SOURCE = Source("s", "A title", "Roe J, Doe J, Poe E", 2020, "V", "survey", doi="10.1/x")


def answer_of(text: str) -> Answer:
    document = Document(
        "doc", "Title *x*", "text", text, sha256(text), sections=(Section("Why?", 0, len(text)),), as_of=DAY
    )
    quote = Quote(Passage(document, 0, len(text), ((0, len(text)),)), 0, len(text), 0.5, (SOURCE,))
    notice = Notice("pregnancy", "Call <b>911</b>.")
    return Answer("Is *it* <b>?", "it", "quoted", "Not <advice>.", "f" * 64, notices=(notice,), quotes=(quote,))


class Quotes(HTMLParser):
    """The text of each blockquote."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found, self.inside = list[str](), False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self.inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "blockquote"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1] += data


def test_hostile_words_survive_markdown() -> None:
    markdown = as_markdown([answer_of(HOSTILE_TEXT.strip())], DAY)
    shown = Quotes(MarkdownIt("commonmark", {"html": True}).render(markdown)).found
    # The notice is a quotation block too; line ends within a paragraph are kept, blank lines divide paragraphs.
    words = shown[1].strip().replace("\n\n", "\n")
    assert words == HOSTILE_TEXT.strip().replace("\n\n", "\n")


LINES = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), min_size=1)


@given(LINES)
def test_any_line_survives_markdown(line: str) -> None:
    shown = Quotes(MarkdownIt("commonmark", {"html": True}).render(f"> {literal(line)}\n")).found
    assert [text.strip("\n") for text in shown] == [line]


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_any_text_survives_the_printed_page(text: str) -> None:
    assert Quotes(as_page([answer_of(text)], DAY)).found == [text]


def test_the_printed_page_runs_and_loads_nothing() -> None:
    page = as_page([answer_of("abc <script>alert(1)</script>")], DAY)
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "Not &lt;advice&gt;." in page
    assert "f" * 64 in page


def test_a_receipt_holds_what_a_check_needs() -> None:
    text = "One. Two."
    receipt = json.loads(export([answer_of(text)], "receipt", NOW)[2])
    quote = receipt["answers"][0]["quotes"][0]
    assert quote["text"] == text[quote["start"] : quote["end"]]
    assert quote["span_sha256"] == sha256(text)
    assert quote["text_sha256"] == sha256(text)
    assert receipt["answers"][0]["disclaimer"] == "Not <advice>."
    assert receipt["made_at"] == "2026-11-22T12:00:00+00:00"


def test_a_copied_quotation_names_its_source() -> None:
    quote = answer_of("One. Two.").quotes[0]
    assert citation_text(quote) == (
        "“One. Two.”\n— Title *x*, Why?, as of 2026-11-22. Rests on: Roe J et al. 2020 https://doi.org/10.1/x. [doc:0-9]"
    )


def test_each_form_has_its_file_name_and_type() -> None:
    answers = [answer_of("One.")]
    assert [export(answers, form, NOW)[:2] for form in ("markdown", "print", "receipt")] == [
        ("kratom-assistant-2026-11-22.md", "text/markdown"),
        ("kratom-assistant-2026-11-22.html", "text/html"),
        ("kratom-assistant-2026-11-22.json", "application/json"),
    ]


def test_an_empty_conversation_can_be_saved() -> None:
    assert "a conversation" in as_markdown([], DAY)
    assert "<main></main>" in as_page([], DAY)


def test_a_conversation_over_two_indexes_names_both() -> None:
    first, second = answer_of("one"), dataclasses.replace(answer_of("two"), index="another")
    for text in (as_markdown([first, second, first], NOW.date()), as_page([first, second, first], NOW.date())):
        assert f"Index: {first.index}, another" in text
