"""What serving many people at once needs: the assistant opened in the background, one encoder for all, limits on speed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal

from assistant.answer import Answer, Notice
from assistant.asking import Conversation
from assistant.feedback import feedback_file
from assistant.followup import turn_of
from assistant.opening import Opened, open_assistant, triage_only
from assistant.settings import Settings
from corpus.errors import CorpusError, VettingError
from corpus.library import Library, read_library
from corpus.pinned import PinnedReader
from index.encoder import Encoded, Encoder, SentenceEncoder
from index.errors import IndexRoomError
from index.storage import current_layout

Step = Literal["corpus", "index", "model"]
# Asked once before anybody does: the first question loads the weights and fills what is worked out only once.
FIRST_QUESTION = "What is kratom?"
QUESTIONS_REMEMBERED = 256


@dataclass(frozen=True)
class OneAtATime:
    """An encoder that several threads may use: the tokenizer of the real one is not safe to share.

    The vectors of the last questions are kept, by the hash of their words, because many people ask the same ones.
    """

    encoder: Encoder
    lock: threading.Lock = field(default_factory=threading.Lock)
    recent: OrderedDict[bytes, Encoded] = field(default_factory=OrderedDict)

    @property
    def fingerprint(self) -> str:
        """Names the weights and prompts."""
        return self.encoder.fingerprint

    def encode_query(self, text: str) -> Encoded:
        """One forward pass over a question, when it is this thread's turn; none for one asked lately."""
        name = sha256(text.encode("utf-8", errors="surrogatepass")).digest()
        with self.lock:
            encoded = self.recent.get(name) or self.encoder.encode_query(text)
            self.recent[name] = encoded
            self.recent.move_to_end(name)
            if len(self.recent) > QUESTIONS_REMEMBERED:
                self.recent.popitem(last=False)
            return encoded

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None]) -> list[Encoded]:
        """Encode passages, when it is this thread's turn."""
        with self.lock:
            return self.encoder.encode_documents(texts, progress)


@dataclass
class Host:
    """One served assistant: notices work at once, quotations as soon as corpus, index and model are loaded.

    A rebuilt index is opened beside the one in use and takes its place between two questions. One that cannot be opened
    leaves the old one in use, and `stale` says why.
    """

    settings: Settings
    encoder: Encoder | None = None
    step: Step = "corpus"
    library: Library | None = None
    opened: Opened | None = None
    failure: str = ""
    stale: str = ""
    _generation: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _done: threading.Event = field(default_factory=threading.Event)
    _running: bool = False

    def start(self) -> None:
        """Open the assistant in the background; does nothing while that is going on or done."""
        with self._lock:
            if self._running or (self.opened and not self.stale):
                return
            self._running, self.failure, self.stale = True, "", ""
            if not self.opened:
                self._done.clear()
        threading.Thread(target=self._open, name="opening", daemon=True).start()

    def refresh(self) -> None:
        """Open a rebuilt index in the background; each generation is tried once."""
        with self._lock:
            if self._running or self.opened is None or self._pointed() in ("", self._generation):
                return
            self._running, self.stale = True, ""
        threading.Thread(target=self._open, name="opening again", daemon=True).start()

    def _pointed(self) -> str:
        try:
            return current_layout(self.settings.index).folder.name
        except (IndexRoomError, OSError):
            return ""

    def _open(self) -> None:
        try:
            # Noted before anything is read: an index that is switched meanwhile is seen at the next question.
            self._generation = self._pointed()
            self.step = "corpus"
            if not self.opened:
                self.library = read_library(self.settings.corpus)
            self.step = "index"
            opened = open_assistant(self.settings, self._shared_encoder)
            self.step = "model"
            if not self.opened:
                self.library = opened.library
            opened.assistant.ask(FIRST_QUESTION)
            self.opened, self.library = opened, opened.library
        except (CorpusError, IndexRoomError, OSError) as error:
            if self.opened:
                self.stale = str(error)
            else:
                self.failure = str(error)
        finally:
            self._running = False
            self._done.set()

    @cached_property
    def _shared_encoder(self) -> OneAtATime:
        # One for all generations: a rebuilt index does not load the model again.
        return OneAtATime(self.encoder or SentenceEncoder(self.settings.encoder))

    @cached_property
    def _reader(self) -> PinnedReader:
        # Kept, because it remembers the approval records until their file changes.
        return PinnedReader(self.settings.corpus)

    @property
    def loading(self) -> bool:
        """Whether the assistant is still being opened."""
        return not self._done.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until opening has ended, well or badly; False when it still goes on."""
        return self._done.wait(seconds)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the loaded index; empty while there is none."""
        finder = self.opened.assistant.finder if self.opened else None
        return finder.index.fingerprint if finder else ""

    @property
    def passages(self) -> int:
        """How many passages can be quoted."""
        finder = self.opened.assistant.finder if self.opened else None
        return len(finder.index.passages) if finder else 0

    def conversation(self) -> Conversation:
        """Start a conversation with the assistant as it is now."""
        return Conversation(self._ask)

    def _ask(self, message: str, turns: list[Answer]) -> Answer:
        self.refresh()
        if self.opened is None:
            return triage_only(self.settings).ask(message)
        return self.opened.assistant.ask(message, turns=[turn_of(answer) for answer in turns])

    def notices(self, message: str) -> tuple[Notice, ...]:
        """Return the notices of triage alone, which needs neither index nor model."""
        return triage_only(self.settings).ask(message).notices

    @property
    def feedback_file(self) -> Path:
        """Where feedback is kept, beside the index, when the operator turned it on."""
        return feedback_file(self.settings)

    def search_again(self, answer: Answer, searched_for: str) -> Answer:
        """Answer a message anew with the question searched for as a reader edited it."""
        assistant = self.opened.assistant if self.opened else triage_only(self.settings)
        return assistant.ask(answer.question, searched_for=searched_for)

    def without_triage(self, answer: Answer) -> Answer | None:
        """Return what the documents say to a message whose urgent notice has been read; None while nothing is loaded."""
        if self.opened is None:
            return None
        return replace(self.opened.assistant, triage=lambda _: ()).ask(answer.question)

    def still_approved(self, document: str) -> str:
        """Read a document again from its files; return why it may not be shown, or nothing when it may."""
        try:
            self._reader.words(document, 0, 0)
        except VettingError as error:
            return str(error)
        return ""


@dataclass
class SpeedLimit:
    """At most so many messages a minute from each caller."""

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_seconds(self, caller: str) -> int:
        """Count a message of a caller; return 0 when it may pass, else how many seconds to wait."""
        now = self.clock()
        with self._lock:
            if len(self._seen) > 10_000:
                self._seen = {name: times for name, times in self._seen.items() if times and now - times[-1] < 60}
            times = self._seen.setdefault(caller, deque())
            while times and now - times[0] >= 60:
                times.popleft()
            if len(times) >= self.per_minute:
                return max(1, round(60 - (now - times[0])))
            times.append(now)
            return 0
