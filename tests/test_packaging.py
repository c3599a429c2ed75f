"""The package: what the code imports is declared, and what is declared is pinned, so that a fresh machine has it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"app", "assistant", "benchmarks", "corpus", "index", "tests", "tools"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ;]", one)[0].lower().replace("_", "-") for one in requirements}


def imported(folders: list[str]) -> set[str]:
    """The distributions that the Python files of these folders import from."""
    found: set[str] = set()
    for path in (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) or [ROOT / folder]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    where = packages_distributions()
    return {where[one][0].lower().replace("_", "-") for one in found - OURS - set(sys.stdlib_module_names)}


NEEDED = names(PROJECT["project"]["dependencies"])
FOR_DEVELOPERS = names(PROJECT["dependency-groups"]["dev"])


def test_every_package_that_the_product_imports_is_a_dependency() -> None:
    assert imported(["app.py", "assistant", "corpus", "index"]) - NEEDED == set()


def test_every_package_that_tests_and_tools_import_is_declared() -> None:
    assert imported(["tests", "tools", "benchmarks"]) - NEEDED - FOR_DEVELOPERS == set()


@pytest.mark.parametrize("name", sorted(NEEDED | FOR_DEVELOPERS))
def test_every_declared_package_is_pinned(name: str) -> None:
    pins = (ROOT / "constraints.txt").read_text("utf-8").lower().replace("_", "-")
    assert re.search(rf"^{re.escape(name)}==\S+$", pins, flags=re.MULTILINE)
