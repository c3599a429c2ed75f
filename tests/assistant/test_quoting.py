"""Hits become quotes: whole paragraphs of briefs, the best run of sentences of other documents, from two documents."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.answer import Quote
from assistant.quoting import (
    DENSE_SHARE,
    LATE_SHARE,
    MAX_QUOTES,
    NEIGHBOUR_SHARE,
    OVERLAP_SHARE,
    best_run,
    choose,
    make_quote,
    make_quotes,
    sentence_values,
)
from corpus.document import Document, Passage
from corpus.library import approve
from corpus.original import OriginalDetails, add_original
from index.passage_index import Hit, SentenceScores
from tests.assistant.designed import Small, open_small
from tests.small_corpus import write_corpus

# A neighbour so good is quoted with a best sentence of value 1, and one a little worse is not.
NEAR = NEIGHBOUR_SHARE
FAR = NEIGHBOUR_SHARE - 0.01


@pytest.mark.parametrize(
    ("values", "run"),
    [
        ([0.9], (0, 0)),
        ([0.1, 1.0, 0.2], (1, 1)),
        ([FAR, 1.0, FAR], (1, 1)),
        ([FAR, 1.0, NEAR], (1, 2)),
        ([NEAR, 1.0, FAR], (0, 1)),
        ([NEAR, 1.0, NEAR], (0, 2)),
        # Never more than three; the later neighbour wins a tie.
        ([NEAR, 1.0, NEAR, NEAR], (1, 3)),
        ([1.0, 1.0, 1.0, 1.0], (0, 2)),
        # Ties for the best go to the earlier sentence.
        ([0.2, 1.0, 0.2, 1.0], (1, 1)),
        ([0.0, 0.0], (0, 1)),
    ],
)
def test_the_best_run_of_sentences(values: list[float], run: tuple[int, int]) -> None:
    assert best_run(values) == run


def test_a_run_can_be_held_short() -> None:
    assert best_run([1.0, 1.0, 1.0], max_sentences=1) == (0, 0)


def test_the_value_of_a_sentence_weighs_three_scores() -> None:
    scores = SentenceScores(*(np.array(row, dtype=np.float32) for row in ([0.5, 0.0], [0.25, 0.0], [1.0, 1.0])))
    assert sentence_values(scores).tolist() == pytest.approx(
        [0.5 * DENSE_SHARE + 0.25 * LATE_SHARE + OVERLAP_SHARE, OVERLAP_SHARE]
    )


def hit(name: str, start: int) -> Hit:
    document = Document(name, name, "text", "x" * 100, "0" * 64)
    return Hit(Passage(document, start, start + 1, ((start, start + 1),)), start, 0.0, {})


def names(pairs: list[tuple[Hit, float]]) -> list[str]:
    return [f"{pair[0].passage.document.id}{pair[0].passage.start}" for pair in pairs]


@pytest.mark.parametrize(
    ("found", "limit", "chosen"),
    [
        ("", 4, ""),
        ("a0", 4, "a0"),
        ("a0 a1 b0 a2 a3", 4, "a0 a1 b0 a2"),
        # All from one document: the last gives way to the best of another.
        ("a0 a1 a2 a3 a4 b0 c0", 4, "a0 a1 a2 b0"),
        ("a0 a1 a2 a3 a4", 4, "a0 a1 a2 a3"),
        ("a0 b0", 1, "a0"),
        ("a0 a1 b0", 2, "a0 b0"),
    ],
)
def test_quotes_come_from_two_documents_where_there_are_two(found: str, limit: int, chosen: str) -> None:
    pairs = [(hit(name[0], int(name[1])), 0.5) for name in found.split()]
    assert names(choose(pairs, limit=limit)) == chosen.split()


def test_four_quotes_at_most() -> None:
    pairs = [(hit("ab"[place % 2], place), 0.5) for place in range(9)]
    assert len(choose(pairs)) == MAX_QUOTES == 4


def first_quote(small: Small, question: str) -> Quote:
    query = small.finder.index.query(question, small.encoder)
    best = small.finder.index.search(query)[0]
    return make_quote(small.finder.index, query, best, small.library.sources, 0.25)


def test_a_paragraph_of_a_brief_is_quoted_whole_with_its_best_sentence_marked(small: Small) -> None:
    quote = first_quote(small, "How long after did jaundice of the liver come?")
    assert quote.text == "Kratom hurt the liver of 11 patients. Jaundice came after about three weeks of daily use."
    assert (quote.passage.document.id, quote.score) == ("liver", 0.25)
    assert [source.key for source in quote.sources] == ["cases-2019", "survey-2020"]
    assert quote.evidence == ("series of patients", "survey: what people reported")
    assert quote.focus is not None
    assert small.in_file("liver", *quote.focus) in quote.text


def test_of_another_document_the_best_run_of_sentences_is_quoted(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    file = tmp_path / "cats.txt"
    file.write_text("Cats purr at night. Zebras sleep in the sun. Ships sail far away.\n", encoding="utf-8")
    add_original(corpus / "originals", file, OriginalDetails("cats", "Cats", "Roe", None, "document", 2020))
    approve(corpus, ["cats"], by="Ada Tester", on=date(2026, 1, 2))
    quote = first_quote(open_small(tmp_path, corpus), "zebras in the sun")
    assert quote.text == "Zebras sleep in the sun."
    assert (quote.start, quote.end, quote.focus) == (20, 44, (20, 44))
    assert [source.label for source in quote.sources] == ["Roe 2020"]


def test_originals_are_ordered_by_their_best_sentence_and_briefs_keep_their_place(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    for name, text in (("ships", "Ships sail far away."), ("zebras", "Zebras sleep in the sun.")):
        file = tmp_path / f"{name}.txt"
        file.write_text(text + "\n", encoding="utf-8")
        add_original(corpus / "originals", file, OriginalDetails(name, name, "Roe", None, "document", 2020))
    approve(corpus, ["ships", "zebras"], by="Ada Tester", on=date(2026, 1, 2))
    small = open_small(tmp_path, corpus)
    query = small.finder.index.query("zebras in the sun", small.encoder)
    hits = {hit.passage.document.id: dataclasses.replace(hit, score=0.0) for hit in small.finder.index.search(query)}
    pairs = [(hits[name], 0.5) for name in ("heart", "ships", "zebras", "liver")]
    quotes = make_quotes(small.finder.index, query, pairs, small.library.sources)
    assert [quote.passage.document.id for quote in quotes] == ["heart", "zebras", "ships", "liver"]
    # So much better did the search rate the ships that their place is kept.
    pairs[1] = (dataclasses.replace(hits["ships"], score=100.0), 0.5)
    quotes = make_quotes(small.finder.index, query, pairs, small.library.sources)
    assert [quote.passage.document.id for quote in quotes] == ["heart", "ships", "zebras", "liver"]


def test_a_quote_outside_its_passage_cannot_be_made() -> None:
    passage = Passage(Document("doc", "T", "text", "One. Two.", "0" * 64), 0, 4, ((0, 4),))
    for start, end in ((0, 5), (2, 2), (3, 2), (-1, 2)):
        with pytest.raises(ValueError, match=f"quote {start}-{end} lies outside passage doc:0-4"):
            Quote(passage, start, end, 0.5, ())
    assert Quote(passage, 0, 4, 0.5, ()).text == "One."
