"""Answers, documents and lists as HTML: escaped, exact, and no more than they should say."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Notice, Quote
from assistant.claim_check import CheckedClaim, CheckedText
from assistant.claim_html import checked_text, checking, refused
from assistant.document_html import Span, document_panel, marked, parse_span
from assistant.html import banner, body, callable_text, card, exact, help_lines, link, notice, region_choice
from assistant.library_html import bibliography, library_list
from assistant.notices import notice_book
from assistant.page_html import about, disclaimer, evaluation_figures, failed, welcome
from assistant.wording import read_wording
from corpus.claims import Claim
from corpus.document import EVIDENCE_KINDS, Document, Passage, Section, Source
from corpus.library import Library, read_library
from tests.browser.small import make_settings


class Reader(HTMLParser):
    """Reads HTML as a browser would: the text, the text of each class, the tags, the links."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.links = "", list[str](), list[str]()
        self.by_class: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        if tag == "a":
            self.links.append(found.get("href") or "")
        if tag not in ("input", "img", "br"):
            self._open.append(found.get("class") or "")
            if self._open[-1]:
                self.by_class.setdefault(self._open[-1], []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for name in {name for name in self._open if name}:
            self.by_class[name][-1] += data


def quote_of(text: str, start: int, end: int, *sources: Source) -> Quote:
    document = Document("doc", "A <title>", "text", text, "0" * 64, sections=(Section("Why & <how>?", 0, len(text)),))
    return Quote(Passage(document, 0, len(text), ((0, len(text)),)), start, end, 0.5, sources)


def source_of(key: str = "a", **changes: object) -> Source:
    values: dict[str, object] = {"title": "T", "authors": "A B", "year": 2020, "venue": "V", "kind": "survey"} | changes
    return Source(key=key, **values)  # type: ignore[arg-type]


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_any_text_reads_back_as_it_is(text: str) -> None:
    assert Reader(f"<p>{exact(text)}</p>").text == text


@given(st.text(min_size=3, max_size=80).filter(lambda text: "\0" not in text), st.data())
def test_a_card_holds_the_exact_words_in_their_passage(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    read = Reader(card(quote_of(text, start, end), 1, "t1"))
    assert read.by_class["words"] == [text[start:end]]
    assert read.by_class["passage"] == [text]
    assert "script" not in read.tags


@given(st.text(max_size=60), st.integers(0, 30), st.integers(1, 30))
def test_a_marked_paragraph_keeps_its_text(text: str, start: int, length: int) -> None:
    text = text.replace("\0", "")
    assert Reader(f"<p>{marked(text, 0, len(text), Span(start, start + length))}</p>").text == text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Call 911 now.", ["tel:911"]),
        ("Poison Control: 1-800-222-1222, or text 988.", ["tel:18002221222", "tel:988"]),
        ("In the UK 999 or 111; Samaritans 116 123 (free).", ["tel:999", "tel:111", "tel:116123"]),
        ("Call +44 20 7946 0000.", ["tel:+442079460000"]),
        ("Reviewed on 2026-11-22; 2,798 people, 5 g, 81.3 %, 1999 to 2004.", []),
    ],
)
def test_telephone_numbers_become_links_and_other_numbers_do_not(text: str, numbers: list[str]) -> None:
    read = Reader(f"<p>{callable_text(text)}</p>")
    assert read.links == numbers
    assert read.text == text


def test_only_web_addresses_become_links() -> None:
    assert Reader(link(source_of(doi="10.1/x<y>"))).links == ["https://doi.org/10.1/x<y>"]
    assert Reader(link(source_of(url="javascript:alert(1)"))).links == []
    assert Reader(link(source_of())).links == []
    assert 'rel="noopener noreferrer"' in link(source_of(url="https://example.org/"))


def test_every_kind_of_evidence_has_words_on_a_badge() -> None:
    for kind, words in EVIDENCE_KINDS.items():
        assert Reader(card(quote_of("abc", 0, 3, source_of(kind=kind)), 1, "t")).text.count(words) == 1


def test_every_number_of_every_region_can_be_tapped() -> None:
    for code, lines in notice_book().lines.items():
        for line in lines:
            links = Reader(f"<p>{callable_text(line.shown)}</p>").links
            if any(character.isdigit() for character in line.number) and "." not in line.number:
                called = [link.removeprefix("tel:") for link in links]
                wanted = [re.sub(r"\D", "", part) for part in line.number.split(" or ")]
                assert called[: len(wanted)] == wanted, (code, line.name)
            elif "." in line.number:
                assert f"https://{line.number}" in links
    assert Reader(f"<p>{callable_text('In 2018 about 935 of 1367x took 119.5 mg on 2026-11-22')}</p>").links == []


def test_the_lines_of_the_chosen_region_alone_are_seen() -> None:
    lines = help_lines("UK")
    assert re.findall(r'data-region="(\w+)"(?! hidden)', lines) == ["UK"]
    assert "tel:116123" in lines
    assert Reader(region_choice("foot", "UK")).text.startswith("Help numbers for ")


def test_an_urgent_notice_stands_alone_in_the_banner() -> None:
    notices = (Notice("emergency", "Call 911 <now>."), Notice("pregnancy", "Midwife."))
    read = Reader(banner(notices, 3, "US"))
    assert "Call 911 <now>." in read.text
    assert "Midwife" not in read.text
    assert banner(notices[1:], 3, "US") == ""


def test_a_refusal_offers_nothing() -> None:
    answer = Answer("q", "", "notice-only", "D", "i", notices=(Notice("sourcing", "No."),))
    read = Reader(body(answer, 1, "<b>covered</b>"))
    assert "No." in read.text
    assert "covered" not in read.text


def test_silence_shows_what_is_covered_and_failures_are_told() -> None:
    answer = Answer("q", "q <x>", "not-covered", "D", "i", message="Not <in> it.", failures=("doc changed <b>",))
    read = Reader(body(answer, 1, "<b>covered</b>"))
    for part in ("covered", "Not <in> it.", "doc changed <b>", "q <x>"):
        assert part in read.text


@pytest.fixture(scope="module")
def small_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return read_library(make_settings(tmp_path_factory.mktemp("html"), index=False).corpus)


def test_a_document_panel_shows_every_paragraph_as_it_stands(small_library: Library) -> None:
    for document in small_library.approved.values():
        block = document.blocks[-1]
        read = Reader(
            document_panel(small_library, document, span=Span(block.start, block.end), place="p", back="t1-1")
        )
        assert read.by_class["paragraph"] == [document.text[one.start : one.end] for one in document.blocks]
        assert read.by_class["here"] == [document.text[block.start : block.end]]
        assert "img" not in read.tags
        assert all(address.startswith(("https://", "?passage=", "#p-s")) for address in read.links)
        assert document.text_sha256 in read.text


def test_the_lists_name_every_document_and_every_cited_source(small_library: Library) -> None:
    read = Reader(library_list(small_library))
    for document in small_library.documents.values():
        assert document.title in read.text
    sources = Reader(bibliography(small_library))
    assert "Liver <b>registry</b> & kratom" in sources.text
    assert sources.text.count("Used in") == 4
    assert not any(address.startswith("javascript") for address in sources.links)


def test_spans_of_permalinks() -> None:
    assert parse_span("heart:12-40") == ("heart", Span(12, 40))
    assert parse_span("heart") == ("heart", None)
    with pytest.raises(ValueError, match="invalid literal"):
        parse_span("heart:a-b")


def test_a_failure_shows_the_command_that_mends_it() -> None:
    read = Reader(failed("/x <index>: there is no index yet. Run: kratom-assistant rebuild"))
    assert "/x <index>: there is no index yet." in read.text
    assert re.search(r"<code>kratom-assistant rebuild</code>", failed("x. Run: kratom-assistant rebuild"))


def test_fixed_parts_say_what_they_must(small_library: Library) -> None:
    assert "not medical <advice>" in Reader(disclaimer("This is not medical <advice>. Call 911.", "US")).text
    assert "from 3 vetted documents" in Reader(welcome(small_library)).text
    page = Reader(about(small_library, fingerprint="f" * 64, passages=7, feedback_on=False)).text
    for part in ("f" * 64, "7", "nothing about your questions is stored", "The tests <b>"):
        assert part in page


CLAIM = Claim("x", "Cures all.", (), "contradicted", "Because <no>.", ())


def checked_of(text: str, *claims: CheckedClaim) -> CheckedText:
    return CheckedText(text, claims, "D <d>", "i", "0" * 64, ("gone <file>",))


def test_a_checked_text_shows_sentences_and_quotations_as_they_are() -> None:
    quote = quote_of("2*3 <b> words", 0, 13, source_of(url="javascript:alert(1)"))
    text = "Hello. Cures <all>. Bye <now>."
    cures = CheckedClaim("Cures <all>.", 7, 19, "contradicted", CLAIM, (quote,), (quote,), ("Look <here>",), 0.9)
    markup = checked_text(checked_of(text, CheckedClaim("Hello.", 0, 6, "not-a-health-claim"), cures))
    read = Reader(markup)
    assert read.by_class["headline"] == ["1 claim: 1 contradicted. 1 sentence without a health claim."]
    # The reader's own text as it is, with the number and the word of the claim behind it.
    assert read.by_class["reader"] == ["Hello. Cures <all>.1 contradicted Bye <now>."]
    assert read.by_class["said"] == ["1. Cures <all>."]
    assert read.by_class["words"] == ["2*3 <b> words"] * 2
    assert read.by_class["verdict"] == ["Contradicted by the documents"]
    for part in ("Because <no>.", "Look <here>", "D <d>", "gone <file>"):
        assert part in read.text
    assert read.links == ["#check"]
    assert markup.count('data-do="check-open"') == 2
    assert [form in markup for form in ('data-value="html"', 'data-value="markdown"', 'data-value="receipt"')] == [
        True
    ] * 3


def test_the_shares_of_verdicts_are_in_proportion() -> None:
    claims = [
        CheckedClaim("a", 0, 1, verdict) for verdict in ("supported", "unproven", "unproven", "not-a-health-claim")
    ]
    markup = checked_text(checked_of("a", *claims))
    assert re.findall(r'flex-grow:(\d)" title="([^"]+)"', markup) == [("1", "supported: 1"), ("2", "unproven: 2")]


def test_a_check_says_how_far_it_has_come_and_why_there_is_none() -> None:
    assert Reader(checking(3, 12)).text == "3 of 12 sentences checked …"
    assert '<progress max="12" value="3"' in checking(3, 12)
    assert "Reading the claims catalogue" in Reader(checking(0, 0)).text
    assert "No sentence" in Reader(checked_text(checked_of(""))).text
    assert Reader(refused("<a> file")).by_class["refusal"] == ["<a> file"]


def test_the_figures_of_a_build_are_told_in_plain_words_with_the_index_they_belong_to(tmp_path: Path) -> None:
    file = tmp_path / "evaluation.json"
    scores = {"first quote right": 0.766, "nDCG@10": 0.73}
    file.write_text(json.dumps({"index": "f" * 64, "on": "2026-11-22", "questions": 216, "scores": scores}))
    same = Reader(evaluation_figures("f" * 64, file)).text
    assert "Measured on 22 November 2026 with 216 questions" in same
    assert "the first quotation answers it77 %" in same
    assert "nDCG" not in same
    assert "the very one in use now" in same
    assert "an earlier one" in Reader(evaluation_figures("e" * 64, file)).text
    assert evaluation_figures("f" * 64, tmp_path / "none.json") == ""


def test_the_figures_that_come_with_the_page_can_be_shown() -> None:
    shown = Reader(evaluation_figures("")).text
    assert "Quotations equal to the document, character for character100 %" in shown


def test_the_line_on_amounts_is_small_and_the_notice_on_dosing_is_not() -> None:
    line = Notice("personal-dosing", read_wording().amounts)
    assert Reader(notice(line)).by_class == {"notice slight": [line.text]}
    full = Reader(notice(Notice("personal-dosing", "I cannot tell you.")))
    assert full.by_class["kind"] == ["No personal dosing"]
