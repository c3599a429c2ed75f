"""The doctor: what is wrong, and the command that mends it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.health import Finding, examine
from assistant.settings import Settings
from index.encoder import EncoderChoice
from tests.assistant.designed import SOUND_PARAGRAPH, Small
from tests.small_corpus import BODIES, write_brief


@pytest.fixture
def settings(own_small: Small, designed_parts: None) -> Settings:
    return Settings(corpus=own_small.corpus, index=own_small.index)


def wrong(settings: Settings) -> list[str]:
    return [finding.text for finding in examine(settings) if not finding.well and " words; " not in finding.text]


def test_a_sound_index_is_well(settings: Settings, own_small: Small) -> None:
    assert wrong(settings) == []
    fingerprint = own_small.finder.index.fingerprint[:12]
    assert Finding(True, f"index: 8 passages, {fingerprint}, {settings.index}") in examine(settings)
    assert Finding(True, "encoder: all-MiniLM-L6-v2, weights as expected") in examine(settings)


def test_a_sound_corpus_is_counted(settings: Settings) -> None:
    for name in BODIES:
        write_brief(settings.corpus, name, f"## Is it {name}?\n\n{SOUND_PARAGRAPH}\n")
    (settings.corpus / "vetting.toml").unlink()
    findings = examine(settings)
    assert (
        Finding(False, "corpus: no approved document. Run: kratom-assistant corpus approve --all --by NAME") in findings
    )
    assert Finding(True, "corpus: 0 approved documents, 5 paragraphs") in findings
    assert Finding(True, "note: liver: pending. Approve it to have it quoted.") in findings


def test_a_missing_corpus_ends_the_examination(settings: Settings, tmp_path: Path) -> None:
    gone = Settings(corpus=tmp_path / "gone", index=settings.index)
    assert examine(gone) == [
        Finding(False, f"corpus: {tmp_path / 'gone'}: there is no such corpus folder. Name one with --corpus DIR.")
    ]


def test_a_missing_index_names_the_command(settings: Settings) -> None:
    shutil.rmtree(settings.index)
    assert wrong(settings) == [f"{settings.index}: there is no index yet. Run: kratom-assistant rebuild"]


def test_a_changed_document_is_named_and_the_index_is_out_of_date(settings: Settings) -> None:
    brief = settings.corpus / "documents" / "liver.md"
    brief.write_bytes(brief.read_bytes().replace(b"11 patients", b"12 patients"))
    problems = wrong(settings)
    assert len(problems) == 2
    assert problems[0].startswith("liver: ")
    assert problems[1] == (
        f"{settings.index}: the index is out of date: approved documents changed (liver). Run: kratom-assistant rebuild"
    )


def test_a_model_that_is_not_there_names_the_command(own_small: Small) -> None:
    choice = EncoderChoice(model="no-such/model", revision="abc")
    problems = wrong(Settings(corpus=own_small.corpus, index=own_small.index, encoder=choice))
    assert problems == [
        "The model 'no-such/model' is neither a folder nor in the local cache. "
        "Fetch it once with: hf download no-such/model --revision abc"
    ]


def test_a_folder_without_weights_is_named(own_small: Small, tmp_path: Path) -> None:
    choice = EncoderChoice(model=str(tmp_path))
    problems = wrong(Settings(corpus=own_small.corpus, index=own_small.index, encoder=choice))
    assert problems == [f"{tmp_path}: holds no model weights (*.safetensors). Fetch the model again."]
