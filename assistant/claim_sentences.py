"""A reader's text → its sentences, and the pieces of each that may state a claim of their own.

A sentence of a vendor's page often states several: "side effects such as nausea and drowsiness", "eases pain without addiction".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.claim_words import ClaimWords
from assistant.subject import names_subject
from corpus.sentences import sentence_spans

SentenceKind = Literal["statement", "heading", "question", "announcement", "advice"]
_LONGEST_HEADING = 16
_LEAST_WORDS = 3
_MOST_LEAVES = 10
_LONGEST_RUN = 4
# So many words before a list say what holds for each of its members: "high doses can lead to" dependence, tolerance.
_LONGEST_HEAD = 5
_LINE = re.compile(r"[^\n]+")
_MARKS = re.compile(r"^\s*(?:[-*•–>]+|#{1,6}|\d+[.)])\s+")
# Where a sentence may be cut: before these words, or after these marks.
_CUT = re.compile(
    r"(?:[;:]|\s[—–-]\s|—)\s*|"
    r",?\s+(?=(?:but|although|though|while|whereas|however|which|because of|due to|through|by (?:\w+ing)|thanks to"
    r"|making|offering|providing|giving|influencing|triggering|releasing|allowing|helping|including"
    r"|particularly|especially|such as|as well as|without|along with|after|when|if|unlike|with fewer)\b)|"
    r",\s+(?=(?:is|are|has|have|may|can|could|will|offers?|interacts?|acts?|works?|exhibits?|shows?|contains?|provides?|produces?|reduces?|gives?|known|with|derived|an?|one of)\b)|"
    r"(?<=,[”\"])\s+(?=(?:it|they|this|kratom)\b)|"
    r"\s+(?=and to [a-z]+\b)|\s+(?=and the (?:risk|danger|chance) of\b)|"
    # Names in quotation marks, each of which says something: known as “this” or “that”.
    r"\s+(?=(?:and|or) [\"“‘])|"
    r",\s+(?=(?:and|or|mitragynine|kratom|it|they|these|this|users|people)\b)|"
    r"\s+(?=(?:and|or|to)\s+(?:can|may|it|is|are|has|have|was|were|does|do|will|helps?|reduces?|relieves?|lowers?|raises?|causes?|makes?|eases?|acts?|binds?|offers?|monitor|keep|causing|making|leading|improving|relieving|reducing|avoid|prevent|reduce)\b)",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"(?P<first>[\w’'-]+(?: [\w’'()-]+){0,3}),\s+(?P<rest>(?:(?!and\b|or\b)[\w’'-]+(?: [\w’'()-]+){0,3},\s+)*)(?:and|or)\s+(?P<last>[\w’'-]+(?: [\w’'-]+){0,3})"
)
_TAIL = re.compile(r",?\s+(?:and|or|but)$", re.IGNORECASE)
_AND = re.compile(r"^(?:and|or)\s+", re.IGNORECASE)
_PRONOUN = re.compile(
    r"^(?P<lead>(?:however|also|additionally|furthermore|moreover|therefore|thus|as such|typically|often|instead|then|and|but|or|so|yet|which|who|that)[, ]+)*"
    r"(?P<subject>it|its|they|their|these (?:substances|compounds|alkaloids|leaves|products|properties)|this (?:alkaloid|herb|plant|leaf|substance|mechanism|action|interaction|product|ancient herb|natural remedy|herbal remedy|compound)|the (?:herb|plant|leaf|leaves|powder|substance|drug|active compounds?|two chemicals))\b",
    re.IGNORECASE,
)
_VERB_FIRST = re.compile(
    r"^(?:and |or |to |by )*(?P<verb>\w+ing|\w+s|can|may|is|are|has|have|was|will|does)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the reader's text by its offsets, and what kind it is."""

    start: int
    end: int
    kind: SentenceKind


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence, the leaves (first to last) that it covers, and the text that is matched for it."""

    start: int
    end: int
    first: int
    last: int
    text: str


def sentences(text: str, words: ClaimWords) -> Iterator[Sentence]:
    """Yield the sentences of a text in order; every line is taken for itself, so that a heading never runs into a paragraph."""
    for line in _LINE.finditer(text):
        start = line.start() + (len(mark[0]) if (mark := _MARKS.match(line[0])) else 0)
        for first, last in sentence_spans(text, start, line.end()):
            whole_line = first == start and not text[last : line.end()].strip()
            yield Sentence(first, last, _kind(text[first:last], words, alone=whole_line, marked=mark is not None))


def _kind(sentence: str, words: ClaimWords, *, alone: bool, marked: bool) -> SentenceKind:
    bare = sentence.strip(" \"'“”*_")
    if bare.endswith("?"):
        return "question"
    tokens = re.findall(r"[^\W\d_][\w’'-]*", bare)
    capital = sum(token[0].isupper() for token in tokens)
    title = (
        alone
        and not bare.endswith((".", "!", "…"))
        and len(tokens) <= _LONGEST_HEADING
        and capital >= 0.6 * max(len(tokens), 1)
    )
    if title and (marked or len(tokens) > 1):
        return "heading"
    if words.announcements.search(bare):
        return "announcement"
    return "advice" if words.advice.search(bare) else "statement"


def pieces(text: str, sentence: Sentence, subject: str) -> tuple[int, list[Piece]]:
    """Return how many leaves a sentence has, and every piece of it that may be matched.

    `subject` is what a piece that names no subject is taken to speak of.
    """
    spans, heads = _leaves(text, sentence)
    found = []
    for first in range(len(spans)):
        for last in range(first, len(spans)):
            whole = last - first + 1 == len(spans)
            if last - first >= _LONGEST_RUN and not whole:
                continue
            start, end = spans[first][0], spans[last][1]
            words = _TAIL.sub("", text[start:end].strip(" ,;:—–-"))
            head = heads[first] if first == last else ""
            if head:
                words = _AND.sub("", words)
            if len(words.split()) < _LEAST_WORDS and not head and not whole:
                continue
            found.append(Piece(start, end, first, last, completed(f"{head} {words}".strip(), subject)))
    return len(spans), found


def _leaves(text: str, sentence: Sentence) -> tuple[list[tuple[int, int]], list[str]]:
    """The smallest parts, which cover the sentence; and for the members of a list the words that stand before the list."""
    words = text[sentence.start : sentence.end]
    cuts = {match.end() for match in _CUT.finditer(words)}
    heads: dict[int, str] = {}
    for match in _LIST.finditer(words):
        begin = max((cut for cut in cuts if cut <= match.start()), default=0)
        # The first member is taken to be one word: "can lead to dependence, tolerance, and withdrawal".
        lead = words[begin : match.start("first")] + match["first"].rpartition(" ")[0]
        members = list(re.finditer(r"[^,]+", words[match.start() : match.end()]))
        places = [match.start() + part.start() for part in members][1:]
        last = match.start("last")
        places = [place + len(words[place:]) - len(words[place:].lstrip()) for place in places if place < last]
        for place in {*places, last}:
            cuts = {cut for cut in cuts if abs(cut - place) > 4}
            heads[place] = " ".join(lead.strip(" ,").split()[-_LONGEST_HEAD:])
            cuts.add(place)
    edges = _joined(words, sorted({0, len(words), *(cut for cut in cuts if 0 < cut < len(words))}), heads)
    if len(edges) - 1 > _MOST_LEAVES:
        edges = [0, *edges[1:_MOST_LEAVES], len(words)]
    spans = [(sentence.start + left, sentence.start + right) for left, right in itertools.pairwise(edges)]
    return spans, [heads.get(left, "") for left in edges[:-1]]


def _joined(words: str, edges: list[int], heads: dict[int, str]) -> list[int]:
    """Leave out the edges after parts of a single word ("However,", "but"), which state nothing by themselves."""
    kept = [0]
    for left, right in itertools.pairwise(edges):
        if right == len(words) or len(words[left:right].split()) > 1 or left in heads or right in heads:
            kept.append(right)
    return kept


def completed(words: str, subject: str) -> str:
    """Return a piece with its subject: a pronoun replaced, a missing one put before it."""
    if names_subject(words) or not subject:
        return words
    replaced, count = _PRONOUN.subn(subject, words, count=1)
    if count:
        return replaced
    opening = _VERB_FIRST.match(words)
    return f"{subject} {words[opening.start('verb') :]}" if opening else f"{subject}: {words}"
