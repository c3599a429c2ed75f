"""A message → the question that is searched: spellings and slang put right, long stories cut to what they ask.

Every change is by a visible rule, and the reader is shown the result as "Searched for".
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from assistant.subject import names_subject
from corpus.sentences import sentence_spans
from index.lexical import is_content_word

ALIASES_FILE = Path(__file__).parent / "data" / "aliases.toml"
# A message longer than this, of several sentences, is cut to the sentences that ask.
LONG_WORDS = 35
# What lies beyond is not read: a message is a question with its story, not a book.
MAX_MESSAGE_CHARACTERS = 20_000
# Letters a word may differ by from the vocabulary: one in five.
_SPELLING_CUTOFF = 0.8
_SHORTEST_MENDED = 5
_ASKING_SENTENCES = 2
_ASKING_WORDS = 4
# A sentence of a message is a question of its own from so many content words on.
_OWN_WORDS = 2
_MOST_QUESTIONS = 3
_SHORTEST_LANGUAGE = 4
_ENGLISH_SHARE = 0.5
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ASKS = re.compile(
    r"\?|^(?:so |and |but |also |ok |please |hey )?(?:what|why|how|when|where|which|who|whom|whose|is|are|was|were|do|does|did|can"
    r"|could|will|would|should|has|have|had|may|might|tell me|explain|anyone know|any (?:idea|proof|evidence|studies|study)"
    r"|i(?:'m| am)? (?:want|wonder|need|wondering|like|curious|asking)(?:ing)?(?: to know| if| whether| about)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spelling:
    """What words may be mended to (the vocabulary of the documents), and other words that are right as they are."""

    vocabulary: frozenset[str]
    known: Collection[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str], known: Collection[str] = frozenset()) -> Spelling:
        """Return the spelling of the words of some texts."""
        return cls(frozenset(word.lower() for text in texts for word in _WORD.findall(text)), known)

    @cached_property
    def _by_letter(self) -> dict[str, list[str]]:
        """The longer words of the vocabulary by their first letter, sorted so that ties are always broken alike."""
        groups: dict[str, list[str]] = {}
        for word in sorted(self.vocabulary):
            if len(word) >= _SHORTEST_MENDED - 1:
                groups.setdefault(word[0], []).append(word)
        return groups

    def mend(self, text: str) -> str:
        """Return the text with each unknown word replaced by the nearest word of the documents, where one is near enough."""
        return _WORD.sub(lambda match: self._word(match[0]), text)

    def _word(self, word: str) -> str:
        lower = word.lower()
        if len(word) < _SHORTEST_MENDED or lower in self.vocabulary or lower in self.known:
            return word
        found = process.extractOne(
            lower,
            self._by_letter.get(lower[0], []),
            scorer=DamerauLevenshtein.normalized_similarity,
            score_cutoff=_SPELLING_CUTOFF,
        )
        return found[0] if found else word


@lru_cache(maxsize=1)
def _aliases() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = tomllib.loads(ALIASES_FILE.read_text(encoding="utf-8"))["alias"]
    return tuple(
        (re.compile(r"(?<![\w-])(?:" + "|".join(row["for"]) + r")(?![\w-])", re.IGNORECASE), row["write"])
        for row in rows
    )


def clean(text: str) -> str:
    """Return a message as it is searched: no control characters, white space folded, and not endless."""
    normal = unicodedata.normalize("NFC", text[:MAX_MESSAGE_CHARACTERS])
    return " ".join("".join(_printable(character) for character in normal).split())


def _printable(character: str) -> str:
    """The character itself, nothing for one that only steers the display (a soft hyphen divides no word), else a space."""
    if character.isprintable():
        return character
    return "" if unicodedata.category(character) == "Cf" else " "


def put_right(text: str, spelling: Spelling) -> str:
    """Return a text with slang and misspellings replaced by the words of the documents."""
    for pattern, written in _aliases():
        text = pattern.sub(written, text)
    return spelling.mend(text)


def shorten(text: str) -> str:
    """Return the sentences of a long message that ask something; the message itself when it is short or asks nothing.

    Consumer questions are found better when cut to their question (Ben Abacha and Demner-Fushman, AMIA 2019).
    """
    if len(text.split()) <= LONG_WORDS:
        return text
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    asking = [place for place, sentence in enumerate(sentences) if _ASKS.search(sentence)][-_ASKING_SENTENCES:]
    if not asking or len(asking) == len(sentences):
        return text
    kept = set(asking)
    short = " ".join(sentences[place] for place in asking)
    if not names_subject(short):
        # What "it" is must be kept: the last sentence that names kratom, else the sentence before.
        naming = [place for place, sentence in enumerate(sentences) if names_subject(sentence)]
        kept.add(naming[-1] if naming else max(asking[0] - 1, 0))
    if len(content_words(short)) < _ASKING_WORDS:
        kept.add(max(asking[0] - 1, 0))
    return " ".join(sentences[place] for place in sorted(kept))


def questions_in(text: str) -> tuple[str, ...]:
    """Return the separate questions of a message, at most three; the message alone when it asks one thing."""
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    asked = [
        sentence for sentence in sentences if sentence.endswith("?") and len(content_words(sentence)) >= _OWN_WORDS
    ]
    return tuple(asked[:_MOST_QUESTIONS]) if len(asked) > 1 else (text,)


def looks_english(text: str, spelling: Spelling) -> bool:
    """Say whether enough words of a text are those of the documents or function words; short texts always are.

    The other known words do not count: the encoder's vocabulary holds common words of many languages.
    """
    found = [word.lower() for word in _WORD.findall(text)]
    known = sum(word in spelling.vocabulary or not is_content_word(word) for word in found)
    return len(found) < _SHORTEST_LANGUAGE or known >= _ENGLISH_SHARE * len(found)


def content_words(text: str) -> list[str]:
    """Return the words of a text that say something of its subject, in order, lower case."""
    return [word for word in re.findall(r"[\w-]+", text.lower()) if is_content_word(word)]
