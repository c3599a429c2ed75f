"""The bibliography: keys to sources, and each breach of its format by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.bibliography import read_bibliography
from corpus.document import Source
from corpus.errors import BibliographyError
from tests.small_corpus import SOURCES


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "sources.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_sources_are_read_by_key(tmp_path: Path) -> None:
    sources = read_bibliography(written(tmp_path, SOURCES))
    assert list(sources) == ["survey-2020", "trial-2022", "cases-2019"]
    assert sources["trial-2022"] == Source(
        key="trial-2022",
        title="A trial of kratom tea",
        authors="Vicknasingam B",
        year=2022,
        venue="",
        kind="rct",
        pmid="123",
        url="https://example.org/trial",
    )


def test_an_absent_bibliography_is_empty(tmp_path: Path) -> None:
    assert read_bibliography(tmp_path / "sources.toml") == {}


_ENTRY = '[[source]]\nkey = "a"\ntitle = "A"\nkind = "rct"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[source]\n", r"sources\.toml: cannot be read as TOML: .* line 1.*Mend the line it names"),
        (b'[[source]]\nkey = "\xff"\n', r"sources\.toml: cannot be read as TOML"),
        ('[source]\nkey = "a"\n', r"sources\.toml: entries are written under \[\[source\]\]"),
        ('source = ["a"]\n', r"sources\.toml: entries are written under \[\[source\]\]"),
        (_ENTRY + _ENTRY, r"sources\.toml: the key 'a' stands twice\. Remove or rename one entry"),
        ('[[source]]\nkey = "a"\ntitle = ""\n', r"sources\.toml: entry 'a' lacks title, kind\."),
        (
            '[[source]]\ntitle = "A"\nkind = "rct"\n',
            r"sources\.toml: entry \{'title': 'A', 'kind': 'rct'\} lacks key\.",
        ),
        (_ENTRY + 'author = "me"\n', r"sources\.toml: entry 'a' has unknown fields author\."),
        (_ENTRY.replace("rct", "rumour"), r"entry 'a' has the unknown kind 'rumour'; known: systematic-review, rct"),
        (_ENTRY + 'authors = ["A", "B"]\n', r"entry 'a': authors must be text, not list\."),
        (_ENTRY + 'year = "2020"\n', r"entry 'a': year must be a whole number, not str\."),
    ],
)
def test_each_breach_of_the_format_is_named(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(BibliographyError, match=message):
        read_bibliography(written(tmp_path, text))
