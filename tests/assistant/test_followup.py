"""Follow-ups: elliptical questions are completed by visible rules, full ones stay as they are."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, Quote
from assistant.followup import JOIN, Turn, complete, leaning, own_part, refers_back, root_of, turn_of
from corpus.document import Document, Passage, Section

# The words of the documents, for these tests.
KNOWN = frozenset(
    """kratom alcohol liver heart pain mice rats people women men children dogs florida georgia sleep nausea withdrawal
    coffee days long humans tested opioids dangerous opioid addictive cause seizures tea leaves mitragynine come dose
    blood pressure raise harm help say says second""".split()  # noqa: SIM905 - a list of strings would be a page long
)
LIVER = "Does kratom harm the liver?"
LAST = "How long does kratom last?"


def completed(earlier: str, question: str, *passages: Passage) -> str:
    return complete(question, [Turn("Is kratom a plant?"), Turn(earlier, passages)], KNOWN.__contains__)


@pytest.mark.parametrize(
    ("earlier", "question", "searched"),
    [
        # Another place, companion or group takes the room of the one before.
        ("Is kratom legal in Florida?", "and in Georgia?", "Is kratom legal in Georgia?"),
        ("Is kratom legal in Florida?", "Georgia?", "Is kratom legal in Georgia?"),
        ("Is kratom legal in Florida?", "what about Texas?", "Is kratom legal in Texas?"),
        ("Is kratom legal in New York?", "what about New Jersey?", "Is kratom legal in New Jersey?"),
        ("is kratom legal in florida", "and georgia?", "is kratom legal in georgia"),
        ("Is kratom legal in Florida?", "and georgia, is that fine", f"georgia, is that fine{JOIN}Is kratom legal in georgia?"),
        ("Is kratom legal in Florida?", "and the UK?", "Is kratom legal in the UK?"),
        ("Does kratom work in mice?", "or in rats?", "Does kratom work in rats?"),
        ("Is it safe to take kratom with alcohol?", "and with Xanax?", "Is it safe to take kratom with Xanax?"),
        ("Is it safe to take kratom with alcohol?", "with coffee?", "Is it safe to take kratom with coffee?"),
        ("Does kratom help with pain in women?", "and in men?", "Does kratom help with pain in men?"),
        # Another substance takes the room of kratom.
        (LIVER, "what about 7-OH?", "Does 7-OH harm the liver?"),
        (LIVER, "7-OH?", "Does 7-OH harm the liver?"),
        (LIVER, "and mitragynine?", "Does mitragynine harm the liver?"),
        # What has no room in the earlier question is added to it.
        ("Is kratom addictive?", "ok, and for women?", "Is kratom addictive for women?"),
        (LIVER, "and with alcohol?", "Does kratom harm the liver with alcohol?"),
        ("Does kratom cause seizures?", "in what dose?", "Does kratom cause seizures in what dose?"),
        # What is no preposition's phrase is put before it.
        (LIVER, "and the heart?", f"the heart{JOIN}{LIVER}"),
        ("Does kratom affect dogs?", "same for children?", f"children{JOIN}Does kratom affect dogs?"),
        ("What is kratom?", "nausea?", f"nausea{JOIN}What is kratom?"),
        # A pronoun, or hardly a word of its own.
        (LIVER, "was that tested on humans?", f"was that tested on humans?{JOIN}{LIVER}"),
        ("What is kratom withdrawal like?", "how long is it?", f"how long is it?{JOIN}What is kratom withdrawal like?"),
        ("What is kratom withdrawal like?", "for how many days?", f"for how many days?{JOIN}What is kratom withdrawal like?"),
        (LAST, "how come?", f"how come?{JOIN}{LAST}"),
        (LAST, "why?", f"why?{JOIN}{LAST}"),
        (LIVER, "so, how?", f"so, how?{JOIN}{LIVER}"),
        (LIVER, "who says so?", f"who says so?{JOIN}{LIVER}"),
        (LIVER, "well, does it cause seizures?", f"does it cause seizures?{JOIN}{LIVER}"),
        (
            "Is kratom addictive?",
            "is it dangerous for people who take opioids every day?",
            f"is it dangerous for people who take opioids every day?{JOIN}Is kratom addictive?",
        ),
        # A phrase that names a substance takes the room of its like; more than the name of a substance takes no room.
        ("Does naloxone work on kratom?", "and on 7-OH tablets?", "Does naloxone work on 7-OH tablets?"),
        ("Is kratom tea quick?", "what about kratom patches?", f"kratom patches{JOIN}Is kratom tea quick?"),
        # Kratom is named, but what is asked of it stands in the question before.
        ("Can kratom kill?", "was it only kratom?", f"was it only kratom?{JOIN}Can kratom kill?"),
        (LIVER, "but does that go for 7-OH too", f"does that go for 7-OH too{JOIN}{LIVER}"),
        (LIVER, "is it the kratom or other drugs they took", f"is it the kratom or other drugs they took{JOIN}{LIVER}"),
        # With hardly a word of its own, a question leans on the one before and on what that one leant on.
        (f"was it tested?{JOIN}{LIVER}", "who says so?", f"who says so?{JOIN}was it tested?{JOIN}{LIVER}"),
        (f"mice{JOIN}was it tested?{JOIN}{LIVER}", "why?", f"why?{JOIN}mice{JOIN}{LIVER}"),
        (f"why?{JOIN}{LIVER}", "who says so?", f"who says so?{JOIN}{LIVER}"),
        (f"was it tested?{JOIN}{LIVER}", "does it harm mice for days", f"does it harm mice for days{JOIN}{LIVER}"),
        # What goes on about one's own case, mostly in words of the documents.
        (LIVER, "would my zither raise heart pain?", f"would my zither raise heart pain?{JOIN}{LIVER}"),
        ("How does kratom work?", "in mice?", "How does kratom work in mice?"),
        # One among several things is named by the question before alone.
        (
            "Is kratom safer in Japan or Singapore?",
            "so which one is better for people who take it daily?",
            f"which one is better for people who take it daily?{JOIN}Is kratom safer in Japan or Singapore?",
        ),
        # A completed question gives its root, and of several questions the last is leant on.
        (f"Is kratom addictive?{JOIN}{LIVER}", "and the heart?", f"the heart{JOIN}{LIVER}"),
        (f"Is kratom addictive? / {LIVER}", "and 7-OH?", "Does 7-OH harm the liver?"),
        (f"{LIVER} / Is kratom addictive?", "with alcohol?", "Is kratom addictive with alcohol?"),
    ],
)  # fmt: skip
def test_an_elliptical_question_is_completed(earlier: str, question: str, searched: str) -> None:
    assert completed(earlier, question) == searched


@pytest.mark.parametrize(
    "question",
    [
        # Kratom is named.
        "Is mitragynine an opioid?",
        "Does kratom raise blood pressure?",
        "How does 7-OH differ from it?",
        "is it true that kratom cures cancer?",
        "what does the FDA say of kratom for that?",
        # About things that no document knows.
        "who won the world cup?",
        "what is the capital of Mongolia?",
        "Paris?",
        "recipe for lasagne",
        # No question at all.
        "thanks",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert completed("Does kratom help with pain?", question) == question


def test_a_full_question_loses_its_lead_only() -> None:
    assert completed(LIVER, "and does kratom cause seizures?") == "does kratom cause seizures?"


def test_without_an_earlier_turn_nothing_is_added() -> None:
    assert complete("and with alcohol?", [], KNOWN.__contains__) == "and with alcohol?"


TEXT = "One. Two. Three."
BRIEF = Document(
    "b", "The brief", "brief", TEXT, "0" * 64, sections=(Section("Liver?", 0, 5), Section("Heart?", 5, 16))
)
PLAIN = Document("p", "The plain text", "text", TEXT, "0" * 64)
PASSAGES = (
    Passage(BRIEF, 0, 4, ((0, 4),)),
    Passage(BRIEF, 5, 9, ((5, 9),)),
    Passage(PLAIN, 0, 4, ((0, 4),)),
)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("tell me of the first one", "Liver?"),
        ("and the second one you named", "Heart?"),
        ("what does the 2nd quote mean", "Heart?"),
        ("who wrote the third source", "The plain text"),
        ("more on the last one", "The plain text"),
    ],
)
def test_a_numbered_quote_is_named(question: str, named: str) -> None:
    assert completed(LIVER, question, *PASSAGES) == f"{question}{JOIN}{named}"


def test_a_numbered_thing_of_which_more_is_asked_is_one_of_the_question_before() -> None:
    asked = "does the last one help with sleep"
    assert completed(LIVER, asked, *PASSAGES) == f"{asked}{JOIN}{LIVER}"
    assert completed(LIVER, "does the last source help with sleep", *PASSAGES).endswith(f"{JOIN}The plain text")


def test_a_number_without_its_quote_names_nothing() -> None:
    assert "Liver?" not in completed("Is kratom legal?", "and the fourth one", *PASSAGES)
    assert completed("Is kratom legal?", "the second one") == f"the second one{JOIN}Is kratom legal?"


def test_a_turn_keeps_what_was_searched_and_the_passages_quoted() -> None:
    quotes = tuple(Quote(passage, passage.start, passage.end, 0.5, ()) for passage in PASSAGES)
    assert turn_of(Answer("q", "searched", "quoted", "D", "i", quotes=quotes)) == Turn("searched", PASSAGES)
    assert turn_of(Answer("q", "", "notice-only", "D", "i")) == Turn("q")


def test_a_conversation_is_about_the_last_turn_that_found_something_or_names_a_subject() -> None:
    found, silent = Turn("does it harm sleep", PASSAGES[:1]), Turn("what sort of problems")
    assert root_of([Turn(LIVER), silent]) == LIVER
    assert root_of([Turn(LIVER), found, silent]) == "does it harm sleep"
    assert root_of([found, Turn("Does kratom cure tinnitus?")]) == "Does kratom cure tinnitus?"
    assert root_of([silent]) == "what sort of problems"


def test_a_question_that_finds_nothing_by_itself_may_lean() -> None:
    turns = [Turn(LIVER)]
    assert leaning("what sort of problems", turns) == f"what sort of problems{JOIN}{LIVER}"
    assert leaning("what sort of problems", []) is None
    assert leaning("what problems does kratom bring", turns) is None
    assert leaning(f"why{JOIN}{LIVER}", turns) is None


@pytest.mark.parametrize(
    ("question", "refers"),
    [
        ("does it heal", True),
        ("what else do they add", True),
        ("my mother too", True),
        ("the last one", True),
        ("one more", False),
        ("pasta recipe", False),
        ("its", True),
        ("if there are two", False),
    ],
)
def test_a_question_refers_back_by_a_word_for_something_said_before(question: str, refers: bool) -> None:
    assert refers_back(question) is refers


def test_the_own_part_of_a_completed_question() -> None:
    assert own_part(f"why{JOIN}{LIVER}") == "why"
    assert own_part(LIVER) == LIVER
