"""Places, animals and other substances in a question, and which passages name them too."""

from __future__ import annotations

import pytest

from assistant.entities import Clues, is_name, swap
from assistant.subject import is_subject, names_subject, replace_subject
from corpus.document import Document, Passage, Section
from index.passage_index import Hit


def hit(text: str, heading: str = "") -> Hit:
    sections = (Section(heading, 0, len(text)),) if heading else ()
    document = Document("doc", "Title", "text", text, "0" * 64, sections=sections)
    return Hit(Passage(document, 0, len(text), ((0, len(text)),)), 0, 1.0, {})


@pytest.mark.parametrize(
    ("question", "named", "implied", "other", "entities"),
    [
        ("Is kratom legal in Georgia?", True, False, False, 1),
        ("is it legal in georgia and Florida?", False, True, False, 2),
        ("how long does nicotine withdrawal last", False, False, True, 1),
        ("kratom and nicotine", True, False, False, 1),
        ("does it mix with nicotine", False, True, False, 1),
        ("who won the world cup", False, False, False, 0),
        ("what is 7-OH", True, False, False, 0),
        ("Georgian cooking", False, False, False, 0),
    ],
)
def test_the_clues_of_a_question(question: str, named: bool, implied: bool, other: bool, entities: int) -> None:
    clues = Clues.of(question)
    assert (clues.names_subject, clues.implies_subject, clues.names_other) == (named, implied, other)
    assert len(clues.entities) == entities


def test_the_share_of_entities_that_a_passage_or_its_heading_names() -> None:
    clues = Clues.of("Is kratom legal in Georgia or Florida?")
    assert clues.share_named(hit("In Georgia it is sold.").passage) == 0.5
    assert clues.share_named(hit("In Georgia it is sold.", "What of Florida?").passage) == 1.0
    assert clues.share_named(hit("In Ohio it is sold.").passage) == 0.0
    assert Clues.of("Is kratom legal?").share_named(hit("In Ohio.").passage) == 1.0


def test_passages_that_name_the_same_place_come_first_and_keep_their_order() -> None:
    ohio, georgia, florida, both = (
        hit(text) for text in ("Ohio.", "Georgia one.", "Florida two.", "Georgia and Florida.")
    )
    question = "legal in Georgia and Florida"
    assert Clues.of(question).order([ohio, georgia, florida, both]) == [both, georgia, florida, ohio]
    assert Clues.of("legal?").order([ohio, georgia]) == [ohio, georgia]


@pytest.mark.parametrize(
    ("text", "other", "swapped"),
    [
        ("is kratom legal in germany", "portugal", "is kratom legal in portugal"),
        ("Is kratom legal in Texas?", "and the Netherlands?", "Is kratom legal in the Netherlands?"),
        ("How many calls do US poison centres get?", "canada", "How many calls do canada poison centres get?"),
        ("Is it safe with alcohol?", "caffeine", "Is it safe with caffeine?"),
        ("From Ohio to Utah?", "Iowa", "From Ohio to Iowa?"),
        # Another kind, or none.
        ("Is it safe with alcohol?", "Utah", None),
        ("Is it safe for us?", "Utah", None),
        ("Is kratom legal in Texas?", "who says so", None),
    ],
)
def test_a_name_takes_the_place_of_another_of_its_kind(text: str, other: str, swapped: str | None) -> None:
    assert swap(text, other) == swapped


def test_nothing_but_a_name() -> None:
    assert [is_name(text) for text in ("New Zealand", "the Netherlands", "utah", "utah, is it", "heart")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "text", ["Kratom", "ketum leaf", "KRATUM", "7oh", "seven-hydroxy", "maeng da", "mitragyna tree"]
)
def test_the_names_of_kratom(text: str) -> None:
    assert names_subject(f"about {text}.")


@pytest.mark.parametrize("text", ["", "krat", "tomato", "70h", "the plant", "pseudonym"])
def test_what_is_no_name_of_kratom(text: str) -> None:
    assert not names_subject(text)


def test_the_first_name_is_replaced() -> None:
    assert replace_subject("Is kratom like kratom tea?", "7-OH") == "Is 7-OH like kratom tea?"
    assert replace_subject("Is it safe?", "7-OH") is None
    # A replacement is text, not a pattern.
    assert replace_subject("Is kratom safe?", r"\1") == r"Is \1 safe?"


@pytest.mark.parametrize(
    ("text", "only"), [("the 7-OH", True), ("Kratom", True), ("kratom patches", False), ("it", False)]
)
def test_a_text_that_is_nothing_but_a_name(text: str, only: bool) -> None:
    assert is_subject(text) is only
