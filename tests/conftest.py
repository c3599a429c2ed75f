"""Fixtures of every room: the small corpus, the keyword encoder, and an index built from both."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from assistant.settings import Settings, bundled_corpus, default_index
from corpus.library import Library, read_library
from index.building import rebuild
from index.encoder import EncoderChoice, SentenceEncoder
from index.errors import IndexRoomError
from index.passage_index import PassageIndex
from tests.keyword_encoder import KeywordEncoder
from tests.small_corpus import write_corpus

# The same examples every time, and no deadline: a busy machine is not a defect.
settings.register_profile("house", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
SLOW_SECONDS = 3600
# A shell that runs the tests in the background makes them, and all that they start, deaf to Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What uses the real encoder may take long on a busy machine, above all the first, which builds the index."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_SECONDS))


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the settings of the person who runs it."""
    for name in list(os.environ):
        if name.startswith("KRATOM_"):
            monkeypatch.delenv(name)


@pytest.fixture
def corpus_folder(tmp_path: Path) -> Path:
    """The small corpus, approved, in a folder of its own."""
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def library(corpus_folder: Path) -> Library:
    """What the small corpus holds."""
    return read_library(corpus_folder)


@pytest.fixture
def encoder() -> KeywordEncoder:
    """The designed encoder."""
    return KeywordEncoder()


@pytest.fixture
def index_folder(tmp_path: Path, library: Library, encoder: KeywordEncoder) -> Path:
    """An index of the small corpus on disk."""
    folder = tmp_path / "index"
    rebuild(library, folder, encoder)
    return folder


@pytest.fixture
def passage_index(index_folder: Path, library: Library, encoder: KeywordEncoder) -> PassageIndex:
    """The same index in memory."""
    return PassageIndex.load(index_folder, library, encoder.fingerprint)


@pytest.fixture(scope="session")
def real_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped corpus; the index that `make chat` built where it fits, else one built here, once for all slow tests."""
    corpus, encoder = bundled_corpus(), SentenceEncoder(EncoderChoice())
    library, index = read_library(corpus), default_index(corpus)
    try:
        PassageIndex.load(index, library, encoder.fingerprint)
    except IndexRoomError:
        index = tmp_path_factory.mktemp("real") / "index"
        rebuild(library, index, encoder)
    return Settings(corpus=corpus, index=index)
