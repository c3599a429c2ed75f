"""The other side of a disagreement: fetched by the pairs that people made, word for word, never twice."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from assistant.disagreeing import MAX_DISAGREEMENTS, Pair, Pairs
from assistant.export import as_markdown, as_page
from assistant.html import body
from assistant.receipts import receipt_text, verify_receipt
from assistant.rendering import answer_as_json, answer_as_text, arranged, headline
from corpus.disagreements import Disagreement, Side
from tests.assistant.designed import Small
from tests.assistant.test_export import NOW

PAIN, ICE, HELP = "Does kratom help with pain?", "How long do people bear pain after kratom?", "In a survey, most users"
ROWS = (
    Disagreement("pain", "Whether kratom <eases> pain", (Side("pain", PAIN, HELP), Side("pain", ICE, "In one trial"))),
    Disagreement("gone", "Nothing", (Side("pain", PAIN, HELP), Side("pain", ICE, "Nowhere"))),
    Disagreement("lost", "Nothing", (Side("nobody", PAIN, HELP), Side("pain", ICE, "In one trial"))),
)


@pytest.fixture
def paired(small: Small) -> Small:
    pairs = Pairs.of(ROWS, small.library, small.finder.index.passages)
    return dataclasses.replace(small, finder=dataclasses.replace(small.finder, pairs=pairs))


def test_only_pairs_whose_paragraphs_are_there_are_kept(paired: Small) -> None:
    (pair,) = paired.finder.pairs.pairs
    assert pair.about == "Whether kratom <eases> pain"
    assert [passage.section for passage in pair.passages] == [PAIN, ICE]


def test_the_other_side_is_quoted_beside_the_first(paired: Small) -> None:
    answer = paired.assistant.ask(PAIN)
    (contrast,) = answer.disagreements
    assert contrast.about == "Whether kratom <eases> pain"
    for quote in contrast.quotes:
        assert quote.text == paired.in_file("pain", quote.start, quote.end)
    assert {quote.passage.section for quote in contrast.quotes} == {PAIN, ICE}
    assert any(quote in answer.quotes for quote in contrast.quotes)
    assert "Sources disagree; both sides are quoted" in headline(answer)
    shown = [quote for group in arranged(answer) for _, quote in group.quotes]
    assert set(answer.quotes) <= set(shown)
    assert len(shown) == len(set(shown))
    numbers = [number for group in arranged(answer) for number, _ in group.quotes if number]
    assert numbers == list(range(1, len(answer.quotes) + 1))


def test_every_door_shows_both_sides(paired: Small, tmp_path: Path) -> None:
    answer = paired.assistant.ask(PAIN)
    words = [quote.text for quote in answer.disagreements[0].quotes]
    value = answer_as_json(answer)
    assert [quote["text"] for quote in value["disagreements"][0]["quotes"]] == words
    assert value["disagreements"][0]["about"] == "Whether kratom <eases> pain"
    for text in (answer_as_text(answer), as_page([answer], NOW.date()), body(answer, 1, "")):
        assert "Sources disagree" in text
        assert all(text.count(one) >= 1 for one in words)
    assert "<eases>" not in body(answer, 1, "") + as_page([answer], NOW.date())
    assert "Sources disagree: Whether kratom \\<eases\\> pain" in as_markdown([answer], NOW.date())
    receipt = receipt_text(NOW, answers=[value])
    places = [finding.place for finding in verify_receipt(receipt.encode(), paired.corpus) if finding.holds]
    assert "answer 1, disagreement 1, quote 2" in places
    broken = receipt.replace('"disagreements": [', '"disagreements": [7, ')
    assert not all(finding.holds for finding in verify_receipt(broken.encode(), paired.corpus))


def test_an_answer_without_one_keeps_the_plain_contract(paired: Small) -> None:
    answer = paired.assistant.ask("Can kratom hurt the liver?")
    assert answer.disagreements == ()
    assert "disagreements" not in answer_as_json(answer)


def test_a_side_whose_file_changed_is_not_shown_and_told(own_small: Small) -> None:
    pairs = Pairs.of(ROWS, own_small.library, own_small.finder.index.passages)
    finder = dataclasses.replace(own_small.finder, pairs=pairs)
    (quote,) = finder.find(PAIN, limit=1).quotes
    path = own_small.corpus / "documents" / "pain.md"
    path.write_text(path.read_text(encoding="utf-8").replace("ice water", "hot water"), encoding="utf-8")
    contrasts, failures = finder.disagreements([quote])
    assert contrasts == ()
    assert "pain: its file changed after approval" in failures[0]


def test_a_passage_stands_in_one_pair_and_a_full_pair_comes_first(small: Small) -> None:
    one, two, three, four, five, six = small.finder.index.passages[:6]
    pairs = Pairs((Pair("fetched", (one, two)), Pair("full", (one, three)), Pair("late", (four, five))))
    assert [pair.about for pair in pairs.touched([one, three])] == ["full"]
    assert [pair.about for pair in pairs.touched([one])] == ["fetched"]
    assert [pair.about for pair in pairs.touched([six, three, four])] == ["full"]
    assert [pair.about for pair in pairs.touched([six, two, four, five])] == ["fetched", "late"]
    assert pairs.touched([six]) == []
    assert pairs.touched([]) == []
    many = Pairs(tuple(Pair(str(place), pair) for place, pair in enumerate([(one, two), (three, four), (five, six)])))
    assert len(many.touched([one, two, three, four, five, six])) == MAX_DISAGREEMENTS
