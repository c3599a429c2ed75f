"""What serving many people at once needs: the assistant opened in the background, one encoder for all, limits on speed."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from assistant.answer import Answer, Notice
from assistant.asking import Conversation
from assistant.feedback import FEEDBACK_FILE
from assistant.followup import turn_of
from assistant.opening import Opened, open_assistant, triage_only
from assistant.settings import Settings
from corpus.errors import CorpusError, VettingError
from corpus.library import Library, read_library
from corpus.pinned import PinnedReader
from index.encoder import Encoded, Encoder, SentenceEncoder
from index.errors import IndexRoomError

Step = Literal["corpus", "index", "model"]


@dataclass(frozen=True)
class OneAtATime:
    """An encoder that several threads may use: the tokenizer of the real one is not safe to share."""

    encoder: Encoder
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def fingerprint(self) -> str:
        """Names the weights and prompts."""
        return self.encoder.fingerprint

    def encode_query(self, text: str) -> Encoded:
        """One forward pass over a question, when it is this thread's turn."""
        with self.lock:
            return self.encoder.encode_query(text)

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None]) -> list[Encoded]:
        """Encode passages, when it is this thread's turn."""
        with self.lock:
            return self.encoder.encode_documents(texts, progress)


@dataclass
class Host:
    """One served assistant: notices work at once, quotations as soon as corpus, index and model are loaded."""

    settings: Settings
    encoder: Encoder | None = None
    step: Step = "corpus"
    library: Library | None = None
    opened: Opened | None = None
    failure: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _done: threading.Event = field(default_factory=threading.Event)
    _running: bool = False

    def start(self) -> None:
        """Open the assistant in the background; does nothing while that is going on or done."""
        with self._lock:
            if self._running or self.opened:
                return
            self._running, self.failure = True, ""
            self._done.clear()
        threading.Thread(target=self._open, name="opening", daemon=True).start()

    def _open(self) -> None:
        try:
            self.step = "corpus"
            self.library = read_library(self.settings.corpus)
            self.step = "index"
            encoder = self.encoder or SentenceEncoder(self.settings.encoder)
            opened = open_assistant(self.settings, OneAtATime(encoder))
            self.library = opened.library
            self.step = "model"
            # The first forward pass loads the weights: better now than at the first question.
            encoder.encode_query("kratom")
            self.opened = opened
        except (CorpusError, IndexRoomError, OSError) as error:
            self.failure = str(error)
        finally:
            self._running = False
            self._done.set()

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
        if self.opened is None:
            return triage_only(self.settings).ask(message)
        return self.opened.assistant.ask(message, turns=[turn_of(answer) for answer in turns])

    def notices(self, message: str) -> tuple[Notice, ...]:
        """Return the notices of triage alone, which needs neither index nor model."""
        return triage_only(self.settings).ask(message).notices

    @property
    def feedback_file(self) -> Path:
        """Where feedback is kept, beside the index, when the operator turned it on."""
        return self.settings.index.parent / FEEDBACK_FILE

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
