"""The few choices a person makes, read only by the doors: a TOML file, and options on the command line."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import platformdirs

import corpus
from assistant.notices import notice_book, regions
from index.encoder import EncoderChoice

SETTINGS_FILE = "kratom-assistant.toml"
SETTINGS_VARIABLE = "KRATOM_ASSISTANT_SETTINGS"
_ENCODER_KEYS = {"model", "revision", "query_prompt", "document_prompt"}
_KEYS: dict[str, type] = {"corpus": str, "index": str, "region": str, "host": str, "port": int, "encoder": dict}
_PLAIN = ("region", "host", "port", "feedback", "questions_per_minute")
_KEYS |= {"feedback": bool, "questions_per_minute": int}


class SettingsError(Exception):
    """A settings file that cannot be used; the message says which key and what is known."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the corpus and the index are, which encoder, which region's telephone numbers, where and how to serve."""

    corpus: Path
    index: Path
    encoder: EncoderChoice = field(default_factory=EncoderChoice)
    region: str = "US"
    host: str = "127.0.0.1"
    port: int = 7860
    feedback: bool = False
    questions_per_minute: int = 30


def bundled_corpus() -> Path:
    """The corpus that comes with the program."""
    return Path(next(iter(corpus.__path__)))


def default_index(corpus_folder: Path) -> Path:
    """The data folder of a corpus' index: beside a checkout, else in the user's data folder; one for each corpus."""
    checkout = bundled_corpus().parent
    data = (
        checkout / "data"
        if (checkout / "pyproject.toml").is_file()
        else platformdirs.user_data_path("kratom-assistant")
    )
    if corpus_folder.resolve() == bundled_corpus().resolve():
        return data / "index"
    return data / f"index-{sha256(str(corpus_folder.resolve()).encode()).hexdigest()[:12]}"


def read_settings(
    file: Path | None = None, *, corpus_folder: Path | None = None, index_folder: Path | None = None
) -> Settings:
    """Return the settings: options first, then the file, then the defaults. An unknown key is an error."""
    values = _file_values(file)
    folder = corpus_folder or (Path(values["corpus"]) if "corpus" in values else bundled_corpus())
    index = index_folder or (
        Path(values["index"]) if "index" in values and not corpus_folder else default_index(folder)
    )
    settings = Settings(corpus=folder, index=index, encoder=EncoderChoice(**values.get("encoder", {})))
    return replace(settings, **{name: values[name] for name in _PLAIN if name in values})


def _file_values(file: Path | None) -> dict[str, Any]:
    named = file or (Path(os.environ[SETTINGS_VARIABLE]) if os.environ.get(SETTINGS_VARIABLE) else None)
    path = named or Path(SETTINGS_FILE)
    if not path.is_file():
        if named:
            raise SettingsError(f"{path}: there is no such settings file.")
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as TOML: {error}") from error
    _check(path, values, _KEYS)
    _check(path, values.get("encoder", {}), dict.fromkeys(_ENCODER_KEYS, str))
    if "region" in values and not notice_book().knows(values["region"]):
        names = ", ".join(f"{code} ({name})" for code, name in regions().items())
        raise SettingsError(f"{path}: there is no region {values['region']!r}; known: {names}.")
    return values


def _check(path: Path, values: dict[str, Any], known: dict[str, type]) -> None:
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"{path}: unknown setting {name!r}; known: {', '.join(sorted(known))}.")
        if type(value) is not known[name]:  # exactly: a truth value is a number too
            raise SettingsError(f"{path}: {name!r} must be of type {known[name].__name__}, not {type(value).__name__}.")
