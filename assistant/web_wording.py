"""The fixed sentences of the web page, by dotted name: reviewed data in `data/web/wording.toml`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

WEB_FOLDER = Path(__file__).parent / "data" / "web"


@lru_cache(maxsize=1)
def read_web_wording() -> dict[str, Any]:
    """Return every fixed sentence of the page, as the file nests them."""
    return tomllib.loads((WEB_FOLDER / "wording.toml").read_text(encoding="utf-8"))


def entry(name: str) -> Any:
    """Return what stands under a dotted name; KeyError when the file lacks it."""
    value: Any = read_web_wording()
    for part in name.split("."):
        value = value[part]
    return value


def say(name: str, **values: object) -> str:
    """Return the sentence of a dotted name with its {names} filled in."""
    sentence = str(entry(name))
    return sentence.format(**values) if values else sentence


def topic_name(topic: str) -> str:
    """Return the words for a document's topic; an unknown topic stands for itself."""
    names: dict[str, str] = read_web_wording()["topics"]
    return names.get(topic, topic.replace("-", " ").capitalize())
