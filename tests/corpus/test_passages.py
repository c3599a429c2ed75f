"""Passages are whole sentences in reading order, never overlapping, and leave nothing out."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Block, Document, DocumentKind, Section
from corpus.library import Library
from corpus.passages import passages


def document(text: str, kind: DocumentKind = "text", headings: tuple[str, ...] = ()) -> Document:
    """A document whose blocks are the runs between blank lines and whose sections begin at the headings' words."""
    edges = [*(text.index(heading) for heading in headings), len(text)]
    return Document(
        id="made",
        title="A made document",
        kind=kind,
        text=text,
        document_sha256="",
        sections=tuple(
            Section(heading, start, end) for heading, start, end in zip(headings, edges, edges[1:], strict=False)
        ),
        blocks=tuple(
            Block(match.start(), match.end(), ("key",))
            for match in re.finditer(r"\S(?:.*?\S)?(?=\n\n|\s*\Z)", text, re.DOTALL)
        ),
    )


def texts(made: Document, passage_words: int = 120) -> list[str]:
    return [passage.text for passage in passages(made, passage_words=passage_words)]


def test_each_paragraph_of_a_brief_is_a_passage_with_its_own_citations(library: Library) -> None:
    found = list(passages(library.approved["liver"]))
    assert [(passage.text, passage.section, passage.keys) for passage in found] == [
        (
            "Kratom hurt the liver of 11 patients. Jaundice came after about three weeks of daily use.",
            "Can kratom hurt the liver?",
            ("cases-2019", "survey-2020"),
        ),
        (
            "Most of the 11 patients got better after they stopped.",
            "Can kratom hurt the liver?",
            ("cases-2019",),
        ),
    ]


def test_a_passage_slices_its_document_and_knows_its_sentences(library: Library) -> None:
    brief = library.approved["liver"]
    first = next(passages(brief))
    assert first.start == brief.text.index("Kratom hurt")
    assert brief.text[first.start : first.end] == first.text
    assert [brief.text[start:end] for start, end in first.sentences] == [
        "Kratom hurt the liver of 11 patients.",
        "Jaundice came after about three weeks of daily use.",
    ]
    assert first.embedded_text == f"Kratom and liver\nCan kratom hurt the liver?\n{first.text}"


def test_short_paragraphs_of_an_original_are_joined_while_they_fit() -> None:
    made = document("One two.\n\nThree four.\n\nFive six seven.")
    assert texts(made) == ["One two.\n\nThree four.\n\nFive six seven."]
    assert texts(made, passage_words=4) == ["One two.\n\nThree four.", "Five six seven."]


def test_a_long_paragraph_is_split_between_sentences() -> None:
    made = document("One two three. Four five six. Seven eight nine.", "brief")
    assert texts(made, passage_words=7) == ["One two three. Four five six.", "Seven eight nine."]


def test_a_single_sentence_over_the_limit_stays_whole() -> None:
    made = document("Short. One two three four five six seven. End.")
    assert texts(made, passage_words=3) == ["Short.", "One two three four five six seven.", "End."]


def test_no_passage_crosses_a_heading() -> None:
    made = document("First\n\nOne.\n\nSecond\n\nTwo.", "markdown", ("First", "Second"))
    assert texts(made) == ["First\n\nOne.", "Second\n\nTwo."]
    assert [passage.section for passage in passages(made)] == ["First", "Second"]


def test_a_document_without_blocks_has_no_passages() -> None:
    assert texts(Document("empty", "Empty", "text", "words", "")) == []


_PARAGRAPH = st.text(alphabet="abC .?!1(“”)😀\n", min_size=1, max_size=60).map(
    lambda text: re.sub(r"\s*\n\s*", "\n", text).strip() or "x"
)


@given(st.lists(_PARAGRAPH, max_size=6), st.sampled_from(["brief", "text"]), st.integers(1, 12))
def test_passages_keep_their_promises_for_any_text(paragraphs: list[str], kind: DocumentKind, words: int) -> None:
    made = document("\n\n".join(paragraphs), kind)
    found = list(passages(made, passage_words=words))
    sentences = [span for passage in found for span in passage.sentences]
    assert all(any(block.start <= start < end <= block.end for block in made.blocks) for start, end in sentences)
    assert "".join("".join(made.text[start:end].split()) for start, end in sentences) == "".join(made.text.split())
    assert all(first[1] <= second[0] for first, second in pairwise(sentences))
    for passage in found:
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])
        counts = [len(made.text[start:end].split()) for start, end in passage.sentences]
        assert sum(counts) <= words or len(counts) == 1
