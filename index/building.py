"""Approved documents and the claims catalogue → a new generation of the index, switched in atomically."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from filelock import FileLock, Timeout

from corpus.claims import catalogue_sha256, read_catalogue
from corpus.document import Passage
from corpus.expansion import paragraph_key, read_expansions
from corpus.library import Library
from corpus.passages import passages
from index.dense import DenseIndex, Vectors
from index.encoder import Encoded, Encoder
from index.errors import IndexMismatch, IndexMissing, IndexRoomError
from index.fingerprint import index_fingerprint
from index.lexical import LexicalIndex
from index.ranking import RANKING_FILE, Ranking, read_ranking
from index.sentences import SentenceIndex
from index.storage import (
    Layout,
    Manifest,
    check_files,
    current_layout,
    engine_versions,
    publish,
    read_manifest,
    write_manifest,
)
from index.tokens import TOKEN_DIMENSIONS, PassageTokens, TokenIndex, quantise, reduce
from index.wordings import EncodedWording, WordingIndex, encoded_wordings, wording_key

LOCK_SECONDS = 600.0
_GROUP = 256
_NONE = np.zeros((0, 0), dtype=np.float32)


class BuildProgress(Protocol):
    """Told how a rebuild goes; the command line draws a bar from it."""

    def waiting(self) -> None:
        """Another rebuild holds the lock."""

    def begin(self, documents: int, passages: int, reused: int) -> None:
        """So many passages have to be encoded, beyond those reused."""

    def advance(self, passages: int) -> None:
        """So many more passages are encoded."""

    def begin_wordings(self, wordings: int) -> None:
        """So many wordings of claims have to be encoded, beyond those reused."""

    def advance_wordings(self, wordings: int) -> None:
        """So many more wordings are encoded."""


class Silent:
    """A progress that says nothing."""

    def waiting(self) -> None:
        """Say nothing."""

    def begin(self, documents: int, passages: int, reused: int) -> None:
        """Say nothing."""

    def advance(self, passages: int) -> None:
        """Say nothing."""

    def begin_wordings(self, wordings: int) -> None:
        """Say nothing."""

    def advance_wordings(self, wordings: int) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a rebuild did."""

    fingerprint: str
    documents: int
    passages: int
    encoded: int
    reused: int
    seconds: float
    changed: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """One passage's share of the index."""

    key: str
    vector: Vectors
    tokens: PassageTokens
    sentences: Vectors
    expansions: Vectors


@dataclass(frozen=True, slots=True)
class _New:
    """A passage to encode, the questions written for it, and its key."""

    passage: Passage
    asked: tuple[str, ...]
    key: str

    @property
    def sentences(self) -> list[str]:
        return [self.passage.document.text[start:end] for start, end in self.passage.sentences]


@dataclass(frozen=True, slots=True)
class _Plan:
    fingerprint: str
    ranking: Ranking
    pins: dict[str, str]
    known: dict[str, _Row]
    known_wordings: dict[str, EncodedWording]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Everything that a new generation holds: passages, their rows, and the wordings of claims."""

    passages: list[Passage]
    rows: list[_Row]
    wordings: WordingIndex


def rebuild(
    library: Library,
    folder: Path,
    encoder: Encoder,
    *,
    force: bool = False,
    progress: BuildProgress | None = None,
    ranking: Ranking | None = None,
    lock_seconds: float = LOCK_SECONDS,
) -> BuildReport:
    """Bring the index in `folder` up to date with the approved documents and the claims catalogue of a library.

    Nothing is done, and no model loaded, when the current generation already has the right fingerprint. Only passages and
    wordings that no earlier generation encoded with the same weights are encoded. A second rebuild waits for the first.
    """
    progress = progress or Silent()
    ranking = ranking or read_ranking(RANKING_FILE)
    if not library.approved:
        raise IndexRoomError(
            f"{library.folder}: holds no approved document, so there is nothing to index. "
            "See: kratom-assistant corpus list"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder, progress, lock_seconds):
        started = time.perf_counter()
        fingerprint = index_fingerprint(library, encoder.fingerprint, ranking)
        current = None if force else _current(folder, fingerprint)
        if current:
            seconds = time.perf_counter() - started
            return BuildReport(fingerprint, current.documents, current.passages, 0, current.passages, seconds, False)
        known, wordings = ({}, {}) if force else _reusable(folder, encoder)
        plan = _Plan(fingerprint, ranking, library.pins, known, wordings)
        report = _build(library, folder, encoder, plan, progress)
        return replace(report, seconds=time.perf_counter() - started)


def _lock(folder: Path, progress: BuildProgress, seconds: float) -> AbstractContextManager[object]:
    lock = FileLock(folder / "rebuild.lock")
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        progress.waiting()
    try:
        return lock.acquire(timeout=seconds)
    except Timeout as error:
        raise IndexRoomError(
            f"{folder}: another rebuild still runs after {seconds:.0f} s. Wait for it or stop it, then run this again."
        ) from error


def _current(folder: Path, fingerprint: str) -> Manifest | None:
    """The current generation's manifest if it is whole and has this fingerprint."""
    try:
        layout = current_layout(folder)
        manifest = read_manifest(layout)
        check_files(layout, manifest)
    except (IndexMissing, IndexMismatch):
        return None
    return manifest if manifest.fingerprint == fingerprint else None


def _reusable(folder: Path, encoder: Encoder) -> tuple[dict[str, _Row], dict[str, EncodedWording]]:
    """The passages and wordings of the current generation that the same weights, prompts and engines made, by key."""
    try:
        layout = current_layout(folder)
        manifest = read_manifest(layout)
        check_files(layout, manifest)
        if (manifest.encoder, manifest.versions) != (encoder.fingerprint, engine_versions()):
            return {}, {}
        keys = [row["key"] for row in json.loads(layout.passages.read_text(encoding="utf-8"))]
        vectors, tokens = DenseIndex.load(layout.dense).vectors, TokenIndex.load(layout.tokens)
        sentences = SentenceIndex.load(layout.sentences)
        # An index of an earlier version of this program has none of these.
        has_expansions = layout.expansions.is_file()
        expansions = (
            SentenceIndex.load(layout.expansions) if has_expansions else SentenceIndex.build([_NONE] * len(keys))
        )
        wordings = WordingIndex.load(layout.wordings).rows() if layout.wordings.is_file() else {}
    except (IndexMissing, IndexMismatch, OSError, ValueError, KeyError):
        return {}, {}
    rows = {
        key: _Row(key, vectors[place], tokens.passage(place), sentences.passage(place), expansions.passage(place))
        for place, key in enumerate(keys)
    }
    return rows, wordings


def _build(library: Library, folder: Path, encoder: Encoder, plan: _Plan, progress: BuildProgress) -> BuildReport:
    found = [passage for _, document in sorted(library.approved.items()) for passage in passages(document)]
    asked = read_expansions(library.folder)
    questions = [asked.get(paragraph_key(passage), ()) for passage in found]
    keys = [passage_key(passage, encoder.fingerprint, asked) for passage, asked in zip(found, questions, strict=True)]
    new = [place for place, key in enumerate(keys) if key not in plan.known]
    progress.begin(len(library.approved), len(new), len(found) - len(new))
    rows = plan.known | _encode([_New(found[place], questions[place], keys[place]) for place in new], encoder, progress)
    parts = _Parts(found, [rows[key] for key in keys], _wordings(library, encoder, plan, progress))
    _write(folder, parts, plan, encoder.fingerprint, catalogue_sha256(library.folder))
    return BuildReport(
        plan.fingerprint, len(library.approved), len(found), len(new), len(found) - len(new), 0.0, changed=True
    )


def _wordings(library: Library, encoder: Encoder, plan: _Plan, progress: BuildProgress) -> WordingIndex:
    """The wordings of the claims catalogue, encoded where no earlier generation has them."""
    texts = [wording.text for wording in read_catalogue(library.folder)[1]]
    new = {key for text in texts if (key := wording_key(text, encoder.fingerprint)) not in plan.known_wordings}
    progress.begin_wordings(len(new))
    return WordingIndex.build(encoded_wordings(texts, encoder, plan.known_wordings, progress.advance_wordings))


def passage_key(passage: Passage, encoder_fingerprint: str, asked: Sequence[str] = ()) -> str:
    """What a passage's vectors depend on: weights and prompts, the text read, its sentences, the questions written for it."""
    sentences = [(start - passage.start, end - passage.start) for start, end in passage.sentences]
    parts = (encoder_fingerprint, str(TOKEN_DIMENSIONS), passage.embedded_text, str(sentences), *asked)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _encode(new: list[_New], encoder: Encoder, progress: BuildProgress) -> dict[str, _Row]:
    """The rows of passages that no earlier generation has, a group at a time so that memory stays small."""
    rows: dict[str, _Row] = {}
    for first in range(0, len(new), _GROUP):
        group = new[first : first + _GROUP]
        encoded = encoder.encode_documents([one.passage.embedded_text for one in group], progress.advance)
        sentences = _vectors([one.sentences for one in group], encoder)
        expansions = _vectors([one.asked for one in group], encoder)
        for one, whole, said, asked in zip(group, encoded, sentences, expansions, strict=True):
            rows[one.key] = _Row(one.key, whole.vector, _tokens(whole), said, asked)
    return rows


def _vectors(groups: Sequence[Sequence[str]], encoder: Encoder) -> list[Vectors]:
    """The unit vectors of groups of texts, each of shape (texts, dimension), as 16 bits keep them."""
    encoded = iter(encoder.encode_documents([text for group in groups for text in group], lambda _: None))
    found = [[next(encoded).vector for _ in group] for group in groups]
    return [np.stack(vectors).astype(np.float16).astype(np.float32) if vectors else _NONE for vectors in found]


def _tokens(encoded: Encoded) -> PassageTokens:
    # The marks that open and close a text stand for no character and match anything: they are left out.
    real = encoded.token_spans[:, 1] > encoded.token_spans[:, 0]
    quantised, scales = quantise(reduce(encoded.token_vectors[real]))
    return PassageTokens(
        quantised, scales, encoded.token_ids[real].astype(np.int32), encoded.token_spans[real].astype(np.int32)
    )


def _write(folder: Path, parts: _Parts, plan: _Plan, encoder: str, claims: dict[str, str]) -> None:
    found, rows = parts.passages, parts.rows
    name = f"{plan.fingerprint[:16]}-{time.time_ns()}"
    staged = Layout(folder / "generations" / f".building-{name}")
    try:
        for left in staged.folder.parent.glob(".building-*"):
            shutil.rmtree(left, ignore_errors=True)
        staged.folder.mkdir(parents=True)
        dense = DenseIndex.build(np.stack([row.vector for row in rows]))
        dense.save(staged.dense)
        TokenIndex.build([row.tokens for row in rows]).save(staged.tokens)
        SentenceIndex.build([row.sentences for row in rows]).save(staged.sentences)
        SentenceIndex.build([row.expansions for row in rows]).save(staged.expansions)
        parts.wordings.save(staged.wordings)
        LexicalIndex.build([passage.embedded_text for passage in found]).save(staged.lexical)
        staged.passages.write_text(
            json.dumps([_passage_row(passage, row.key) for passage, row in zip(found, rows, strict=True)]),
            encoding="utf-8",
        )
        manifest = Manifest(
            fingerprint=plan.fingerprint,
            encoder=encoder,
            documents=len({passage.document.id for passage in found}),
            passages=len(found),
            dimension=dense.dimension,
            versions=engine_versions(),
            pins=plan.pins,
            files=staged.file_hashes(),
            ranking=plan.ranking.describe(),
            claims=claims,
        )
        write_manifest(staged, manifest)
        publish(folder, staged, name)
    except (OSError, RuntimeError) as error:
        shutil.rmtree(staged.folder, ignore_errors=True)
        raise IndexRoomError(
            f"{staged.folder}: the new index could not be written ({error}). The old one is untouched. "
            "Make room on the disk or mend the folder's permissions, then run: kratom-assistant rebuild"
        ) from error


def _passage_row(passage: Passage, key: str) -> dict[str, object]:
    return {
        "document": passage.document.id,
        "start": passage.start,
        "end": passage.end,
        "sentences": passage.sentences,
        "sha256": hashlib.sha256(passage.text.encode()).hexdigest(),
        "key": key,
    }
