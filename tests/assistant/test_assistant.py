"""An answer is made only of notices, exact quotations and fixed sentences."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Quote
from assistant.assistant import ALONE, REFUSED, Assistant
from assistant.followup import Turn
from assistant.rendering import answer_as_json
from assistant.silence import Logistic
from corpus.document import sha256
from corpus.library import withdraw
from tests.assistant.designed import RAISES, WORDING, Small, triage
from tests.small_corpus import APPROVED_ON

LIVER = "Can kratom hurt the liver?"
LIVER_QUOTES = [
    "Kratom hurt the liver of 11 patients. Jaundice came after about three weeks of daily use.",
    "Most of the 11 patients got better after they stopped.",
]
SLEEP_QUOTE = "In a survey, users told of poor sleep after large amounts."


def texts(quotes: tuple[Quote, ...]) -> list[str]:
    return [quote.text for quote in quotes]


def assert_verbatim(small: Small, answer: Answer) -> None:
    for quote in (*answer.quotes, *answer.near_misses):
        words = small.in_file(quote.passage.document.id, quote.start, quote.end)
        assert quote.text == words
        assert quote.span_sha256 == sha256(words)


def test_an_answer_quotes_what_the_documents_say(small: Small) -> None:
    answer = small.assistant.ask(LIVER)
    assert (answer.outcome, answer.question, answer.searched_for) == ("quoted", LIVER, LIVER)
    assert texts(answer.quotes) == LIVER_QUOTES
    assert [quote.passage.document.id for quote in answer.quotes] == ["liver", "liver"]
    assert (answer.disclaimer, answer.message) == ("Not advice.", "")
    assert answer.index == small.finder.index.fingerprint
    assert answer.confidence == pytest.approx(1.0, abs=0.001)
    assert (answer.notices, answer.near_misses, answer.failures) == ((), (), ())
    assert_verbatim(small, answer)


def test_suggestions_are_headings_that_are_not_shown_already(small: Small) -> None:
    answer = small.assistant.ask(LIVER)
    assert len(answer.suggestions) == 4
    assert "Can kratom hurt the liver?" not in answer.suggestions
    headings = {passage.section for passage in small.finder.index.passages}
    assert set(answer.suggestions) < headings


def test_what_is_not_covered_gets_near_misses_and_no_quotes(small: Small) -> None:
    answer = small.assistant.ask("Does kratom turn the tongue blue?")
    assert (answer.outcome, answer.quotes, answer.message) == ("not-covered", (), "Not covered.")
    assert len(answer.near_misses) == 3
    assert answer.suggestions != ()
    assert_verbatim(small, answer)


def test_what_is_off_topic_gets_neither(small: Small) -> None:
    answer = small.assistant.ask("who won the cup")
    assert (answer.outcome, answer.message) == ("off-topic", "Off topic.")
    assert (answer.quotes, answer.near_misses, answer.suggestions) == ((), (), ())
    assert answer.searchable


@pytest.mark.parametrize(
    ("message", "says"),
    [("", "Empty."), (" \n\t ", "Empty."), ("?!", "No words."), ("\x00\x01", "No words."), ("😀", "No words.")],
)
def test_a_message_without_words_is_told_so(small: Small, message: str, says: str) -> None:
    asked = len(small.encoder.questions)
    answer = small.assistant.ask(message)
    assert (answer.outcome, answer.message, answer.searched_for) == ("off-topic", says, "")
    assert not answer.searchable
    assert len(small.encoder.questions) == asked


def test_a_message_too_long_to_read_is_told_so(small: Small) -> None:
    assert small.assistant.ask(f"{LIVER} {'the ' * 100_000}").message.endswith("Too long.")
    assert "Too long." not in small.assistant.ask(f"{LIVER} {'the ' * 100}").message


def test_another_language_is_told_of_the_documents_language(small: Small) -> None:
    answer = small.assistant.ask("¿Es peligroso el kratom para el hígado?")
    assert (answer.outcome, answer.message) == ("not-covered", "Not covered. English, please.")


@pytest.mark.parametrize("word", [word for word, kind in RAISES.items() if kind in ALONE | REFUSED])
def test_an_urgent_notice_and_a_refusal_come_alone_and_at_once(small: Small, word: str) -> None:
    asked = len(small.encoder.questions)
    for assistant in (small.assistant, Assistant(triage, WORDING)):
        answer = assistant.ask(f"{LIVER} {word}")
        assert [notice.kind for notice in answer.notices] == [RAISES[word]]
        assert (answer.outcome, answer.quotes, answer.searched_for) == ("notice-only", (), "")
    # Nothing was searched for.
    assert len(small.encoder.questions) == asked


def test_any_other_notice_comes_with_the_quotes(small: Small) -> None:
    answer = small.assistant.ask("Can pregnant mothers hurt the liver?")
    assert [notice.text for notice in answer.notices] == ["About pregnancy."]
    assert (answer.outcome, texts(answer.quotes)) == ("quoted", LIVER_QUOTES)


def test_a_notice_may_bring_the_quote_of_its_standing_question(small: Small) -> None:
    answer = small.assistant.ask("what dose hurts the liver")
    assert [notice.kind for notice in answer.notices] == ["personal-dosing"]
    assert texts(answer.quotes) == [*LIVER_QUOTES, SLEEP_QUOTE]
    assert answer.searched_for == "what dose hurts the liver"


def test_a_standing_question_answers_even_what_is_not_covered_and_quotes_nothing_twice(small: Small) -> None:
    assert texts(small.assistant.ask("what dose of kratom turns the tongue blue").quotes) == [SLEEP_QUOTE]
    assert texts(small.assistant.ask("what dose disturbs sleep").quotes) == [SLEEP_QUOTE]


def test_without_an_index_there_are_only_notices() -> None:
    answer = Assistant(triage, WORDING).ask(LIVER)
    assert (answer.outcome, answer.notices, answer.index) == ("notice-only", (), "")
    assert [notice.kind for notice in Assistant(triage, WORDING).ask("is a pregnant dose ok").notices] == [
        "pregnancy",
        "personal-dosing",
    ]


def test_several_questions_are_answered_one_by_one(small: Small) -> None:
    answer = small.assistant.ask(f"{LIVER} Does kratom disturb sleep?")
    assert answer.searched_for == f"{LIVER} / Does kratom disturb sleep?"
    assert [(quote.part, quote.text) for quote in answer.quotes] == [
        (LIVER, LIVER_QUOTES[0]),
        (LIVER, LIVER_QUOTES[1]),
        ("Does kratom disturb sleep?", SLEEP_QUOTE),
    ]


def test_one_answer_of_several_suffices_and_a_quote_stands_once(small: Small) -> None:
    answer = small.assistant.ask("Does kratom disturb sleep? Who won the football cup? Is sleep after kratom poor?")
    assert (answer.outcome, texts(answer.quotes)) == ("quoted", [SLEEP_QUOTE])


def test_the_question_may_be_edited(small: Small) -> None:
    answer = small.assistant.ask("whatever", searched_for="Does kratom disturb sleep?", turns=[Turn(LIVER)])
    assert (answer.question, answer.searched_for) == ("whatever", "Does kratom disturb sleep?")
    assert texts(answer.quotes) == [SLEEP_QUOTE]
    # It is searched as it stands: nothing is put right or completed.
    assert small.assistant.ask("x", searched_for="and slep?", turns=[Turn(LIVER)]).searched_for == "and slep?"


def test_a_follow_up_leans_on_the_turn_before(small: Small) -> None:
    answer = small.assistant.ask("why?", turns=[Turn("Is kratom a plant?"), Turn("Does kratom disturb sleep?")])
    assert answer.searched_for == "why? — Does kratom disturb sleep?"
    assert texts(answer.quotes) == [SLEEP_QUOTE]


def test_a_question_that_finds_nothing_by_itself_is_asked_of_what_the_conversation_is_about(small: Small) -> None:
    turns = [Turn("Does kratom disturb sleep?")]
    small.encoder.questions.clear()
    answer = small.assistant.ask("what sorts", turns=turns)
    assert small.encoder.questions == ["what sorts", "what sorts — Does kratom disturb sleep?"]
    assert answer.searched_for == "what sorts — Does kratom disturb sleep?"
    assert texts(answer.quotes) == [SLEEP_QUOTE]
    assert small.assistant.ask("what sorts").outcome == "off-topic"
    # Edited by the reader, it is searched as it stands.
    assert small.assistant.ask("what sorts", turns=turns, searched_for="what sorts").quotes == ()


def test_other_things_asked_in_a_conversation_are_not_answered_with_its_subject(small: Small) -> None:
    followup = Logistic({"answer odds": 1.0, "own unmatched": -50.0}, 0.0)
    guarded = dataclasses.replace(
        small.finder, calibration=dataclasses.replace(small.finder.calibration, followup=followup, followup_floor=0.5)
    )
    turns = [Turn("Does kratom disturb sleep?")]
    answer = dataclasses.replace(small.assistant, finder=guarded).ask("what sorts", turns=turns)
    assert (answer.searched_for, answer.outcome, answer.quotes) == ("what sorts", "off-topic", ())
    # A dash of the person's own joins nothing.
    dashed = dataclasses.replace(small.assistant, finder=guarded).ask("what sorts — Does kratom disturb sleep?")
    assert dashed.searched_for == "what sorts - Does kratom disturb sleep?"
    assert texts(dashed.quotes) == [SLEEP_QUOTE]
    # Without a word of its own nothing can be missed.
    assert texts(dataclasses.replace(small.assistant, finder=guarded).ask("why?", turns=turns).quotes) == [SLEEP_QUOTE]


WORDS = st.sampled_from(
    [
        "kratom",
        "liver",
        "heart",
        "pain",
        "sleep",
        "withdrawal",
        "does",
        "?",
        "dose",
        "tongue",
        "Georgia",
        "and",
        "it",
        "7-OH",
    ]
)


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=60))
def test_whatever_is_asked_every_quote_is_its_slice_of_the_file(small: Small, message: str) -> None:
    answer = small.assistant.ask(message)
    assert_verbatim(small, answer)
    assert (answer.outcome == "quoted") == bool(answer.quotes)
    assert len(answer.quotes) <= 4
    assert not answer.near_misses or answer.outcome == "not-covered"


@given(st.lists(WORDS, min_size=1, max_size=12).map(" ".join))
def test_the_same_question_gets_the_same_answer(small: Small, message: str) -> None:
    assert answer_as_json(small.assistant.ask(message)) == answer_as_json(small.assistant.ask(message))


def change_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    place = data.index(b"11 patients")
    data[place] = ord("9")
    path.write_bytes(data)


def test_a_changed_byte_is_not_quoted_and_told(own_small: Small) -> None:
    assistant, brief = own_small.assistant, own_small.corpus / "documents" / "liver.md"
    before = brief.read_bytes()
    assert texts(assistant.ask(LIVER).quotes) == LIVER_QUOTES
    change_a_byte(brief)
    answer = assistant.ask(f"{LIVER} Does kratom disturb sleep?")
    assert texts(answer.quotes) == [SLEEP_QUOTE]
    (failure,) = answer.failures
    assert failure == (
        f"liver: its file changed after approval (approved {sha256(before)}, found {sha256(brief.read_bytes())})."
    )
    # With nothing else to quote, silence is kept, and the changed words are no near miss either.
    silent = assistant.ask(LIVER)
    assert (silent.outcome, silent.quotes) == ("not-covered", ())
    assert "liver" not in [quote.passage.document.id for quote in silent.near_misses]
    assert silent.failures == (failure,)
    brief.write_bytes(before)
    assert texts(assistant.ask(LIVER).quotes) == LIVER_QUOTES


def test_a_document_that_is_gone_is_not_quoted_and_told(own_small: Small) -> None:
    (own_small.corpus / "documents" / "liver.md").unlink()
    answer = own_small.assistant.ask(LIVER)
    assert answer.quotes == ()
    assert "liver: can no longer be read" in answer.failures[0]


def test_a_document_withdrawn_meanwhile_is_not_quoted_and_told(own_small: Small) -> None:
    withdraw(own_small.corpus, "liver", by="Ada Tester", why="outdated", on=APPROVED_ON)
    answer = own_small.assistant.ask(LIVER)
    assert answer.quotes == ()
    assert answer.failures == ("liver: withdrawn on 2026-01-02: outdated",)


def test_words_that_differ_from_the_file_are_not_shown(own_small: Small) -> None:
    """An index that holds other words than the approved file, by whatever accident."""
    index = own_small.finder.index
    passage = index.passages[3]
    assert passage.document.id == "liver"
    text = passage.document.text.replace("11 patients", "99 patients")
    document = dataclasses.replace(passage.document, text=text)
    passages = tuple(
        dataclasses.replace(one, document=document) if one.document.id == "liver" else one for one in index.passages
    )
    finder = dataclasses.replace(own_small.finder, index=dataclasses.replace(index, passages=passages))
    answer = Assistant(triage, WORDING, finder).ask(LIVER)
    assert answer.quotes == ()
    assert answer.failures[0] == "liver: the words at 173-262 changed; not quoted."
