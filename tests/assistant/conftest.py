"""The designed assistant over the small corpus: one for tests that only ask, and one for tests that change files."""

from __future__ import annotations

from pathlib import Path

import pytest

import assistant.health
import assistant.opening
import index.encoder
from tests.assistant.designed import CALIBRATION, Small, open_small, triage
from tests.keyword_encoder import KeywordEncoder


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The small corpus indexed once; no test may change its files."""
    return open_small(tmp_path_factory.mktemp("small"))


@pytest.fixture
def own_small(tmp_path: Path) -> Small:
    """The small corpus of one test, which may change its files."""
    return open_small(tmp_path)


@pytest.fixture
def designed_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doors open their encoder, triage and floors by name; here these names give the designed ones."""
    for module in (assistant.opening, assistant.health, index.encoder):
        monkeypatch.setattr(module, "SentenceEncoder", lambda choice: KeywordEncoder())
    monkeypatch.setattr(assistant.opening, "read_triage", lambda region: triage)
    monkeypatch.setattr(assistant.opening, "read_calibration", lambda: CALIBRATION)
