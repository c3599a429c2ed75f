"""docs/page.md names tests and pictures that are there, and every picture is named somewhere."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "page.md").read_text(encoding="utf-8")


def test_every_test_that_the_document_names_exists() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))
    named = re.findall(r"`(test_\w+)`", PAGE)
    assert len(named) > 40
    assert [name for name in named if f"def {name}(" not in sources] == []


def test_every_browser_test_is_named() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "browser").glob("test_*.py"))
    )
    assert [name for name in re.findall(r"def (test_\w+)\(", sources) if f"`{name}`" not in PAGE] == []


def test_pictures_and_their_names_agree() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"images/([\w-]+\.png)", PAGE + readme))
    assert named == {path.name for path in (ROOT / "docs" / "images").glob("*.png")}
