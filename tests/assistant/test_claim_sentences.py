"""A text's sentences, their kinds, and the pieces that may state claims of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.claim_sentences import Sentence, completed, pieces, sentences
from assistant.claim_words import read_claim_words

WORDS = read_claim_words()


def kinds(text: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.kind) for one in sentences(text, WORDS)]


def test_headings_questions_announcements_and_advice_are_told_from_statements() -> None:
    text = (
        "The Science of Kratom and Pain\n"
        "- Safe Dosage for Everybody\n"
        "Kratom eases pain. Is it safe? This article explores both.\n"
        "Consult your doctor before you take it.\n"
        "## Kratom And Sleep"
    )
    assert kinds(text) == [
        ("The Science of Kratom and Pain", "heading"),
        ("Safe Dosage for Everybody", "heading"),
        ("Kratom eases pain.", "statement"),
        ("Is it safe?", "question"),
        ("This article explores both.", "announcement"),
        ("Consult your doctor before you take it.", "advice"),
        ("Kratom And Sleep", "heading"),
    ]


def test_a_short_line_without_a_stop_is_a_statement_when_it_reads_like_one() -> None:
    assert kinds("kratom is not addictive") == [("kratom is not addictive", "statement")]


def cut(text: str) -> list[str]:
    _, found = pieces(text, Sentence(0, len(text), "statement"), "kratom")
    return [text[piece.start : piece.end].strip(" ,") for piece in found if piece.first == piece.last]


def test_a_sentence_is_cut_where_another_claim_may_begin() -> None:
    assert cut("It binds to opioid receptors, offering pain relief without addiction.") == [
        "It binds to opioid receptors",
        "offering pain relief",
    ]


def test_the_members_of_a_list_keep_the_words_before_it() -> None:
    text = "Kratom can lead to dependence, tolerance, and withdrawal."
    _, found = pieces(text, Sentence(0, len(text), "statement"), "kratom")
    assert [piece.text for piece in found if piece.first == piece.last] == [
        "Kratom can lead to dependence",
        "Kratom can lead to tolerance",
        "Kratom can lead to withdrawal.",
    ]


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("it eases pain", "kratom eases pain"),
        ("These compounds bind to receptors", "kratom bind to receptors"),
        ("offering relief", "kratom offering relief"),
        ("side effects of the leaf", "side effects of the leaf"),
        ("Kratom eases pain", "Kratom eases pain"),
        ("pain goes away", "kratom: pain goes away"),
    ],
)
def test_a_piece_without_a_subject_gets_one(words: str, whole: str) -> None:
    assert completed(words, "kratom") == whole


def test_nothing_is_completed_where_the_text_never_names_kratom() -> None:
    assert completed("it eases pain", "") == "it eases pain"


@given(st.text(alphabet="kratom pin,.;:—!?\n-àé and or such as", max_size=200))
def test_leaves_cover_a_sentence_in_order_and_pieces_lie_inside(text: str) -> None:
    for one in sentences(text, WORDS):
        count, found = pieces(text, one, "kratom")
        assert all(one.start <= piece.start < piece.end <= one.end for piece in found)
        assert all(0 <= piece.first <= piece.last < count for piece in found)
        whole = [piece for piece in found if (piece.first, piece.last) == (0, count - 1)]
        assert [(piece.start, piece.end) for piece in whole] == [(one.start, one.end)]
