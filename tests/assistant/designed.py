"""An assistant whose every step can be worked by hand: designed triage, floors and wording over the small corpus."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Notice, NoticeKind
from assistant.assistant import Assistant
from assistant.finding import Finder
from assistant.question import Spelling
from assistant.silence import Calibration, Logistic
from assistant.wording import Wording
from corpus.library import Library, read_library
from corpus.pinned import PinnedReader
from index.building import rebuild
from index.passage_index import PassageIndex
from tests.keyword_encoder import KeywordEncoder
from tests.small_corpus import write_corpus

# A word that raises each kind of notice.
RAISES: dict[str, NoticeKind] = {
    "collapsed": "emergency",
    "swallowed": "poisoning",
    "worthless": "self-harm",
    "buy": "sourcing",
    "cheat": "drug-test-evasion",
    "brew": "extraction",
    "pregnant": "pregnancy",
    "dose": "personal-dosing",
}

WORDING = Wording(
    disclaimer="Not advice.",
    not_covered="Not covered.",
    off_topic="Off topic.",
    near_misses="Near:",
    empty="Empty.",
    too_long="Too long.",
    not_text="No words.",
    not_english="English, please.",
    amounts="No recommendation.",
    companions={"personal-dosing": "Does kratom disturb sleep?"},
)

# What a check of the corpus asks of a paragraph: long enough, easy to read, with a source.
SOUND_PARAGRAPH = (
    "Kratom was the name of the plant in a survey of forty people. Most of them said that the leaves had a bitter taste. "
    "Some of them said that they drank the leaves as a tea. The survey did not ask about the age of the people, and it "
    "did not ask where they lived. [@survey-2020]"
)

# A text that shares the keyword of a passage has similarity 1 with it, any other almost 0: both are far from the floors.
STEEP = 20.0
CALIBRATION = Calibration(
    hit=Logistic({"dense": STEEP}, -STEEP / 2),
    answer=Logistic({"first dense": STEEP}, -STEEP / 2),
    quote_floor=0.5,
    quote_share=0.5,
    score_share=0.0,
    answer_floor=0.5,
    topic_floor=0.3,
    fitted="by hand",
)


def triage(message: str) -> tuple[Notice, ...]:
    """Return a notice for each of the words in `RAISES`, in that order."""
    words = message.lower().split()
    return tuple(Notice(kind, f"About {kind}.") for word, kind in RAISES.items() if word in words)


@dataclass(frozen=True)
class Small:
    """The small corpus, its index on disk and in memory, and the assistant over both."""

    corpus: Path
    index: Path
    library: Library
    encoder: KeywordEncoder
    finder: Finder

    @property
    def assistant(self) -> Assistant:
        """The designed assistant."""
        return Assistant(triage, WORDING, self.finder)

    def in_file(self, document: str, start: int, end: int) -> str:
        """The characters of a brief's file, read anew."""
        return (self.corpus / "documents" / f"{document}.md").read_bytes().decode("utf-8")[start:end]


def open_small(folder: Path, corpus: Path | None = None) -> Small:
    """Write the small corpus into a folder, unless one is given, and index it."""
    corpus = corpus or write_corpus(folder / "corpus")
    library, encoder = read_library(corpus), KeywordEncoder()
    rebuild(library, folder / "index", encoder)
    index = PassageIndex.load(folder / "index", library, encoder.fingerprint)
    spelling = Spelling.of((passage.embedded_text for passage in index.passages), frozenset({"the", "who", "cup"}))
    finder = Finder(index, encoder, library.sources, PinnedReader(corpus), CALIBRATION, spelling)
    return Small(corpus, folder / "index", library, encoder, finder)
