"""Settings: options first, then the file, then the defaults; anything unknown is refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import corpus
from assistant.settings import (
    SETTINGS_FILE,
    SETTINGS_VARIABLE,
    Settings,
    SettingsError,
    bundled_corpus,
    default_index,
    read_settings,
)
from index.encoder import EncoderChoice

FULL = """
corpus = "some/corpus"
index = "some/index"
region = "GB"
host = "0.0.0.0"
port = 8080
feedback = true
questions_per_minute = 5

[encoder]
model = "some/model"
revision = "abc"
query_prompt = "query: "
document_prompt = "passage: "
"""


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings file stands in the current folder unless a test writes one."""
    monkeypatch.chdir(tmp_path)


def settings_file(text: str, name: str = "some.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold() -> None:
    settings = read_settings()
    assert settings == Settings(corpus=bundled_corpus(), index=default_index(bundled_corpus()))
    assert (settings.region, settings.host, settings.port, settings.feedback) == ("US", "127.0.0.1", 7860, False)
    assert settings.encoder == EncoderChoice("all-MiniLM-L6-v2")
    assert settings.questions_per_minute == 30


def test_a_file_sets_everything() -> None:
    assert read_settings(settings_file(FULL)) == Settings(
        corpus=Path("some/corpus"),
        index=Path("some/index"),
        encoder=EncoderChoice("some/model", "abc", "query: ", "passage: "),
        region="GB",
        host="0.0.0.0",
        port=8080,
        feedback=True,
        questions_per_minute=5,
    )


def test_a_file_in_the_current_folder_is_read_unless_the_variable_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings_file('region = "IE"', SETTINGS_FILE)
    assert read_settings().region == "IE"
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_file('region = "AU"', "other.toml")))
    assert read_settings().region == "AU"
    assert read_settings(settings_file('region = "NZ"', "named.toml")).region == "NZ"


def test_options_come_before_the_file() -> None:
    file = settings_file(FULL)
    assert read_settings(file, index_folder=Path("mine")).index == Path("mine")
    chosen = read_settings(file, corpus_folder=Path("mine"))
    assert chosen.corpus == Path("mine")
    # The file's index belongs to the file's corpus.
    assert chosen.index == default_index(Path("mine"))


def test_each_corpus_has_an_index_of_its_own() -> None:
    shipped, one, other = (default_index(folder) for folder in (bundled_corpus(), Path("one"), Path("other")))
    assert shipped.name == "index"
    assert len({shipped, one, other}) == 3
    assert default_index(Path("one").resolve()) == one
    assert shipped.parent == one.parent == other.parent


def test_the_bundled_corpus_is_the_package() -> None:
    assert bundled_corpus() == Path(corpus.__path__[0])
    assert (bundled_corpus() / "sources.toml").is_file()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'colour = "red"',
            r"unknown setting 'colour'; known: corpus, encoder, feedback, host, index, port, questions_per",
        ),
        ('[encoder]\nmodle = "x"', r"unknown setting 'modle'; known: document_prompt, model, query_prompt, revision\."),
        ('port = "80"', r"'port' must be of type int, not str\."),
        ("region = 1", r"'region' must be of type str, not int\."),
        (
            'region = "Mars"',
            r"there is no region 'Mars'; known: US \(United States\), UK \(United Kingdom\), .*Somewhere else",
        ),
        ("encoder = 3", r"'encoder' must be of type dict, not int\."),
        ("feedback = 1", r"'feedback' must be of type bool, not int\."),
        ("port = true", r"'port' must be of type int, not bool\."),
        ("port = x", r"cannot be read as TOML: .*line 1"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=rf"^some\.toml: {says}"):
        read_settings(settings_file(text))


def test_a_file_that_is_no_text_is_refused() -> None:
    Path("some.toml").write_bytes(b'region = "\xff"')
    with pytest.raises(SettingsError, match=r"some\.toml: cannot be read as TOML: .*utf-8"):
        read_settings(Path("some.toml"))


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"gone\.toml: there is no such settings file\."):
        read_settings(Path("gone.toml"))
    monkeypatch.setenv(SETTINGS_VARIABLE, "gone.toml")
    with pytest.raises(SettingsError, match=r"gone\.toml: there is no such settings file\."):
        read_settings()


def test_the_readme_names_every_setting_with_its_default() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = text.split("## Settings")[1].split("##")[0]
    for name, field in Settings.__dataclass_fields__.items():
        assert f"`{name}`" in table or f"`[{name}]`" in table, name
        if isinstance(field.default, bool | int | str):
            assert f"`{json.dumps(field.default)}`" in table, name
    for key in EncoderChoice.__dataclass_fields__:
        assert f"`{key}`" in table
