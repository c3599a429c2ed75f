"""Settings → an assistant ready to answer: the library is read and checked, the index loaded, the encoder chosen."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.assistant import Assistant
from assistant.disagreeing import Pairs
from assistant.finding import Finder
from assistant.question import Spelling
from assistant.settings import Settings
from assistant.silence import read_calibration
from assistant.triage import read_triage
from assistant.wording import read_wording
from corpus.disagreements import read_disagreements
from corpus.library import Library, read_library
from corpus.pinned import PinnedReader
from index.encoder import Encoder, SentenceEncoder, known_words
from index.passage_index import PassageIndex


@dataclass(frozen=True, slots=True)
class Opened:
    """An assistant and the library behind it."""

    assistant: Assistant
    library: Library


def triage_only(settings: Settings) -> Assistant:
    """Return an assistant that needs neither index nor model: it can only raise notices."""
    return Assistant(read_triage(settings.region), read_wording())


def open_assistant(settings: Settings, encoder: Encoder | None = None) -> Opened:
    """Return an assistant over the settings' corpus and index; raises CorpusError, IndexMissing, IndexMismatch, EncoderError.

    The model itself is loaded at the first question that needs it.
    """
    library = read_library(settings.corpus)
    encoder = encoder or SentenceEncoder(settings.encoder)
    index = PassageIndex.load(settings.index, library, encoder.fingerprint)
    spelling = Spelling.of((passage.embedded_text for passage in index.passages), known_words(settings.encoder))
    pairs = Pairs.of(read_disagreements(settings.corpus), library, index.passages)
    reader = PinnedReader(settings.corpus)
    finder = Finder(index, encoder, library.sources, reader, read_calibration(), spelling, pairs)
    return Opened(Assistant(read_triage(settings.region), read_wording(), finder), library)
