"""Follow-ups: a question that leans on the turns before it is completed by visible rules.

The reader sees the result as "Searched for" and can edit it. A question that stands on its own is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answer import Answer
from assistant.entities import Clues, is_name, swap
from assistant.question import content_words
from assistant.subject import is_subject, names_subject, replace_subject
from corpus.document import Passage

JOIN = " — "
_LEAD = re.compile(
    r"^(?:ok(?:ay)?[, ]+|so[, ]+|but[, ]+|yes[, ]+|hm+[, ]+)*(?:and|what about|how about|or|also|same for|plus|then)\b[, ]*",
    re.I,
)
_FILLER = re.compile(r"^(?:ok(?:ay)?|so|but|yes|well|hm+)[, ]+", re.I)
_PRONOUN = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|their|he|she|him|her|there|then|such|one|ones|same|either|both)\b",
    re.I,
)
_NTH = re.compile(
    r"\b(first|second|third|fourth|1st|2nd|3rd|4th|last)\s+(one|quote|quotation|study|point|thing|source)\b", re.I
)
# Things that only an answer has. A "second one" may as well be something within its words.
_OF_ANSWER = frozenset({"quote", "quotation", "source"})
_NAMING = frozenset("named mentioned said told tell say says give gave cited more".split())  # noqa: SIM905
_ORDER = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}
_WHERE = "in|with|for|on|during|after|from|about|to|among"
# A preposition and what follows it, up to the next one.
_PLACE = re.compile(rf"\b({_WHERE}) ((?:the )?[\w'’-]+(?: (?!(?:{_WHERE})\b)[\w'’-]+)*)", re.I)
# A turn that asked several questions is leant on by its last one.
_SEVERAL = re.compile(r"(?<=\?) / ")
_SELF = re.compile(r"\b(?:i|i'm|my|me|we|our)\b", re.I)
_PREPOSITION = re.compile(r"(?:in|for|by|since|near|at|to|from|with|on) (?:how|what|which|when|whom?|a|an|the)\b", re.I)
# What a question asks of its subject, which the next question does not ask again.
_FRAME = re.compile(r"\s+(?:feel|look|mean|happen)(?: like)?(?=\?*$)", re.I)
# What refers to something said before, in a question that is asked after another.
_BACK = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|their|he|she|him|her|there(?! (?:is|are|was|an?)\b)|then|such|same|either"
    r"|both|else|ones|(?:first|second|third|last) one|others?|too|also|as well|instead|yet|still)\b",
    re.I,
)
# What a question that names kratom itself still asks of something else.
_THAT = re.compile(
    r"^(?:(?:so|but|and|well)[, ]+)*(?:is|was|are|were) (?:it|that|this|they)\b(?! true)"
    r"|\b(?:do|does|did|can|about|like|of) (?:that|this)\b|\b(?:they|them|those|the others?)\b",
    re.I,
)
# A question with so few content words of its own cannot stand alone unless it names kratom.
_FEW_WORDS = 2
_SEVERAL_WORDS = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn: what was searched, and the passages quoted."""

    searched_for: str
    passages: tuple[Passage, ...] = ()


def turn_of(answer: Answer) -> Turn:
    """Return what a later question may lean on."""
    return Turn(answer.searched_for or answer.question, tuple(quote.passage for quote in answer.quotes))


def complete(question: str, turns: Sequence[Turn], is_known: Callable[[str], bool]) -> str:
    """Return the question to search: completed from the last turn when it is elliptical, else unchanged.

    `is_known` says whether a word stands in any document: a question about unknown things is no follow-up.
    """
    if not turns:
        return question
    root, before = root_of(turns), _before(turns)
    named = _named_quote(question, turns[-1])
    if named:
        return f"{question}{JOIN}{named}"
    lead = _LEAD.match(question)
    rest = question[lead.end() :].strip() if lead else question
    if lead or _is_fragment(rest):
        return _substitute(rest, root, before, bool(lead), is_known) or question
    return _lean(question, root, before, is_known)


def root_of(turns: Sequence[Turn]) -> str:
    """Return the question that a conversation is about: of the last turn that found something or names a subject."""
    last = next((turn for turn in reversed(turns) if turn.passages or names_subject(turn.searched_for)), turns[-1])
    return _FRAME.sub("", _SEVERAL.split(last.searched_for)[-1].rsplit(JOIN, 1)[-1])


def _before(turns: Sequence[Turn]) -> str:
    """The last question with what that one leant on, for a question with hardly a word of its own, such as "who says so?"."""
    last, root = turns[-1].searched_for, root_of(turns)
    said_something = JOIN in last and last.endswith(root) and content_words(own_part(last))
    return f"{own_part(last)}{JOIN}{root}" if said_something else root


def leaning(question: str, turns: Sequence[Turn]) -> str | None:
    """Return a question that found nothing by itself joined to what the conversation is about; None where it names a subject."""
    if not turns or JOIN in question or names_subject(question):
        return None
    return f"{question}{JOIN}{root_of(turns)}"


def own_part(question: str) -> str:
    """Return what a joined question asks itself; the whole of any other."""
    return question.split(JOIN, 1)[0]


def refers_back(question: str) -> bool:
    """Say whether a question has a word for something said before, such as "it", "there", "else" or "too"."""
    return _BACK.search(question) is not None


def _named_quote(question: str, last: Turn) -> str | None:
    """The heading of "the second one you named"."""
    match = _NTH.search(question)
    if not match or not last.passages:
        return None
    asked = set(content_words(question[: match.start()] + question[match.end() :])) - _NAMING
    if asked and match[2].lower() not in _OF_ANSWER:
        return None
    place = _ORDER[match[1].lower()]
    if place >= len(last.passages):
        return None
    return last.passages[place].section or last.passages[place].document.title


def _is_fragment(text: str) -> bool:
    """A noun phrase alone, such as "France?" or "with alcohol?"."""
    words = text.rstrip("?!. ").split()
    return 0 < len(words) <= 3 and not re.match(
        r"(?:what|why|how|when|where|which|who|is|are|was|were|do|does|did|can|will|has|have)\b", text, re.I
    )


def _substitute(rest: str, root: str, before: str, led: bool, is_known: Callable[[str], bool]) -> str | None:
    """ "and in Georgia?" after "Is kratom legal in Florida?" → "Is kratom legal in Georgia?"."""
    words = content_words(rest)
    bare = rest.rstrip("?!. ")
    if not words:
        return f"{rest}{JOIN}{root}"
    if len(words) > _SEVERAL_WORDS or re.match(
        r"(?:what|why|how|when|where|which|who|is|are|do|does|did|can)\b", rest, re.I
    ):
        return _lean(rest, root, before, is_known) if led else None
    if not led and not names_subject(bare) and not any(is_known(word) for word in words):
        return None
    if names_subject(bare):
        if len(words) > _FEW_WORDS:
            return bare
        put = replace_subject(root, bare) if is_subject(bare) else _put_in_place(root, bare)
        return put or f"{bare}{JOIN}{root}"
    if _PLACE.match(bare):
        return _put_in_place(root, bare) or f"{root.rstrip('?!. ')} {bare}?"
    swapped = swap(root, bare)
    if swapped:
        return swapped if is_name(bare) else f"{bare}{JOIN}{swapped}"
    proper = [match for match in _PLACE.finditer(root) if match[2].removeprefix("the ")[:1].isupper()]
    if proper and bare.removeprefix("the ")[:1].isupper():
        return root[: proper[-1].start(2)] + bare + root[proper[-1].end(2) :]
    return f"{bare}{JOIN}{root}"


def _put_in_place(root: str, bare: str) -> str | None:
    """The root with its last phrase of the same preposition replaced: "in Florida" by "in Georgia"; None where there is none."""
    phrase = _PLACE.match(bare)
    same = [match for match in _PLACE.finditer(root) if phrase and match[1].lower() == phrase[1].lower()]
    return root[: same[-1].start()] + bare + root[same[-1].end() :] if same else None


def _mine(question: str, words: Sequence[str], is_known: Callable[[str], bool]) -> bool:
    """Whether somebody goes on about their own case, mostly in words the documents know and without another subject."""
    known = sum(is_known(word) for word in words)
    return bool(_SELF.search(question)) and not Clues.of(question).entities and 2 * known > len(words)


def _lean(question: str, root: str, before: str, is_known: Callable[[str], bool]) -> str:
    """Complete a question with a pronoun or hardly any word of its own."""
    bare = _FILLER.sub("", question)
    words = content_words(bare)
    pronoun = _PRONOUN.search(question)
    if names_subject(question):
        return f"{bare}{JOIN}{root}" if len(words) <= _SEVERAL_WORDS and _THAT.search(question) else question
    hardly_any = len(words) <= _FEW_WORDS and all(is_known(word) for word in words)
    if pronoun or hardly_any or _PREPOSITION.match(question) or _mine(question, words, is_known):
        return f"{bare}{JOIN}{before if len(words) <= 1 else root}"
    return question
