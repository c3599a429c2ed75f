"""Asking for the doors: one question, a conversation, or a batch of JSON lines with the model loaded once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Answer
from assistant.followup import turn_of
from assistant.opening import open_assistant, triage_only
from assistant.settings import Settings

Warn = Callable[[str], None]


@dataclass
class Conversation:
    """The turns of one conversation, in order."""

    ask_one: Callable[[str, list[Answer]], Answer]
    turns: list[Answer] = field(default_factory=list)

    @classmethod
    def open(cls, settings: Settings, warn: Warn) -> Conversation:
        """Start a conversation over the settings' corpus and index."""
        opened = open_assistant(settings)
        for warning in opened.library.warnings:
            warn(warning)
        return cls(lambda message, turns: opened.assistant.ask(message, turns=[turn_of(answer) for answer in turns]))

    def ask(self, message: str) -> Answer:
        """Answer the next message in the light of the turns before it."""
        answer = self.ask_one(message, self.turns)
        self.turns.append(answer)
        return answer


def ask_once(settings: Settings, message: str, warn: Warn) -> Answer:
    """Answer one message. A message that only raises a notice needs neither index nor model."""
    first = triage_only(settings).ask(message)
    if first.notices and first.outcome == "notice-only" and _stands_alone(first):
        return first
    return Conversation.open(settings, warn).ask(message)


def _stands_alone(answer: Answer) -> bool:
    from assistant.assistant import ALONE, REFUSED

    return any(notice.kind in ALONE | REFUSED for notice in answer.notices)


def ask_batch(settings: Settings, lines: Iterable[bytes], warn: Warn) -> Iterator[dict[str, Any]]:
    """Yield one answer (with its `id`) for each JSON line; a line that cannot be read yields `{"id", "error"}` in its place."""
    from assistant.rendering import answer_as_json

    first = Conversation.open(settings, warn)
    conversations: dict[str, Conversation] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8"))
            question, name = row["question"], row.get("id", number)
            if not isinstance(question, str):
                raise TypeError("the question is not a text")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            warn(f"line {number}: cannot be read ({type(error).__name__}: {error})")
            yield {"id": number, "error": f"line {number} is not a JSON object with a question"}
            continue
        key = row.get("conversation")
        conversation = Conversation(first.ask_one)
        if key is not None:
            conversation = conversations.setdefault(str(key), conversation)
        answer = conversation.ask(question)
        for failure in answer.failures:
            warn(failure)
        yield {"id": name, **answer_as_json(answer)}
