"""The measures of the benchmarks, with figures worked by hand."""

from __future__ import annotations

import math

import pytest

from benchmarks.judged_folder import SpanQuestion
from benchmarks.measures import (
    auroc,
    document_scores,
    documents_in_order,
    quote_scores,
    span_scores,
    squad_tokens,
    still_answered,
    token_f1,
)
from corpus.document import Document, Passage

TEXT = "The leaf is bitter. Ketum is its name in Malaysia. It is a tree."
LEAF = Document("leaf", "Leaf", "markdown", TEXT, "0" * 64)
OTHER = Document("other", "Other", "markdown", "Also ketum. Nothing else.", "0" * 64)


def question(start: int, end: int, document: Document = LEAF, name: str = "q") -> SpanQuestion:
    return SpanQuestion(name, "?", document.id, document.text[start:end], start, end)


def passage(document: Document, start: int, end: int) -> Passage:
    return Passage(document, start, end, ((start, end),))


def test_the_words_of_a_text_are_compared_without_case_punctuation_and_articles() -> None:
    assert squad_tokens("The 7-OH, a tree's ANSWER!") == ["7oh", "trees", "answer"]


@pytest.mark.parametrize(
    ("text", "gold", "f1"),
    [
        # 2 common words of 4 and of 2: precision 1/2, recall 1.
        ("Ketum grows in Malaysia", "Malaysia: ketum", 2 / 3),
        ("a tree", "the tree", 1.0),
        ("leaf", "tree", 0.0),
        # A word that stands twice counts twice only where both have it twice.
        ("very very bitter", "very bitter", 2 * 2 / 5),
        ("the", "a", 1.0),
        ("the", "tree", 0.0),
    ],
)
def test_token_f1(text: str, gold: str, f1: float) -> None:
    assert token_f1(text, gold) == pytest.approx(f1)


def test_the_first_passage_of_each_document_counts() -> None:
    ranked = [passage(OTHER, 0, 11), passage(LEAF, 0, 19), passage(OTHER, 12, 25)]
    assert documents_in_order(ranked) == ["other", "leaf"]


def test_document_measures_of_two_questions() -> None:
    questions = [question(0, 3, name="first"), question(0, 3, name="second")]
    scores = document_scores(questions, [["leaf", "other"], ["other", "x", "leaf"]])
    assert scores["nDCG@10"] == pytest.approx((1 + 1 / math.log2(4)) / 2)
    assert scores["MRR@10"] == pytest.approx((1 + 1 / 3) / 2)
    assert scores["recall@1"] == 0.5
    assert scores["recall@5"] == scores["recall@10"] == 1.0


def test_a_span_is_stricter_than_its_words() -> None:
    ketum = question(21, 25)
    # The same letters stand in the first passage, but the annotated ones in the second, and only part of them in the third.
    ranked = [passage(OTHER, 0, 11), passage(LEAF, 20, 50), passage(LEAF, 0, 24)]
    assert span_scores([ketum], [ranked]) == {"span@1": 0.0, "contains@1": 1.0, "span@3": 1.0, "contains@3": 1.0}
    assert span_scores([ketum], [ranked[2:]])["span@3"] == 0.0


def test_quotes_are_judged_by_the_first_and_by_three() -> None:
    questions = [question(20, 25), question(20, 25), question(20, 25)]
    shown = [["Ketum is its name", "x"], ["It is", "no", "Ketum", "Ketum"], []]
    scores = quote_scores(questions, shown)
    assert scores["token F1"] == pytest.approx((2 * 1 / 5 + 0 + 0) / 3)
    assert scores["contains@1"] == pytest.approx(1 / 3)
    assert scores["contains@3"] == pytest.approx(2 / 3)
    assert scores["words"] == pytest.approx((4 + 2 + 0) / 3)


def test_auroc_counts_ties_half() -> None:
    # Pairs: 0.9 beats both; 0.5 beats 0.1 and ties with 0.5.
    assert auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx((2 + 1.5) / 4)


def test_what_is_still_answered_when_nearly_all_answerable_questions_are() -> None:
    answerable = [place / 100 for place in range(1, 101)]
    # 95 of a hundred reach 0.05 or more.
    assert still_answered(answerable, [0.01, 0.049, 0.06, 0.9]) == 0.5
