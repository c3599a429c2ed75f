"""Triage: which notices a message raises. Deterministic; needs neither index nor model."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answer import Notice


def read_triage(region: str = "US") -> Callable[[str], tuple[Notice, ...]]:
    """Return the triage for a region's telephone numbers."""

    def triage(message: str) -> tuple[Notice, ...]:
        return ()

    return triage
