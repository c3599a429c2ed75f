"""The house: imports run doors → assistant → index → corpus, engines have one home each, and importing does nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each room and those that it may import from; the doors may import from any.
ROOMS = {"corpus": {"corpus"}, "index": {"index", "corpus"}, "assistant": {"assistant", "index", "corpus"}}
DOORS = ("app.py", "assistant/cli.py")
ENGINES = {
    "sentence_transformers": {"index/encoder.py"},
    "torch": {"index/encoder.py"},
    "transformers": {"index/encoder.py"},
    "safetensors": {"index/encoder.py"},
    "faiss": {"index/dense.py"},
    "bm25s": {"index/lexical.py"},
    "Stemmer": {"index/lexical.py"},
    "filelock": {"index/building.py"},
    "pypdf": {"corpus/pdf.py"},
    "sentencex": {"corpus/sentences.py"},
    "markdown_it": {"corpus/original.py"},
    "gradio": {"app.py"},
    "typer": {"assistant/cli.py"},
}
# Settings are read by the doors; the encoder switches the model's packages to offline work before it loads them.
READS_ENVIRONMENT = {"app.py", "assistant/settings.py", "index/encoder.py"}
# What a module may do when it is imported, beyond naming things.
DOES_AT_IMPORT = {"index/lexical.py": {"logging.getLogger('bm25s').setLevel(logging.WARNING)"}}
VAGUE = {"utils", "helpers", "common", "base", "core", "misc", "manager", "types", "store", "engine"}


def modules() -> list[str]:
    return [
        "app.py",
        *(path.relative_to(ROOT).as_posix() for room in ROOMS for path in sorted((ROOT / room).glob("**/*.py"))),
    ]


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[tuple[str, str]]:
    """Every import of a module, wherever it stands, as (module, name)."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: a relative import"
            yield from ((str(node.module), alias.name) for alias in node.names)


def rooms_imported(module: str) -> set[str]:
    return {name.split(".")[0] for name, _ in imports(module)} & {*ROOMS, "app", "tests"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def test_the_rooms_are_where_the_design_puts_them() -> None:
    assert all((ROOT / room / "__init__.py").is_file() for room in ROOMS)
    assert all((ROOT / door).is_file() for door in DOORS)


@pytest.mark.parametrize("module", modules())
def test_imports_never_run_upward(module: str) -> None:
    if module in DOORS:
        assert "tests" not in rooms_imported(module)
        assert "app" not in rooms_imported(module) or module == "assistant/cli.py"
    else:
        assert rooms_imported(module) <= ROOMS[module.split("/")[0]]


def test_no_room_imports_a_door() -> None:
    inside = [module for module in modules() if module not in DOORS]
    assert [module for module in inside if "assistant.cli" in {name for name, _ in imports(module)}] == []


@pytest.mark.parametrize("module", modules())
def test_private_names_stay_in_their_module(module: str) -> None:
    ours = {*ROOMS, "app"}
    named = [f"{source}.{name}" for source, name in imports(module) if source.split(".")[0] in ours]
    imported = {name for source, name in imports(module) if source.split(".")[0] in ours}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
            named.append(f"{node.value.id}.{node.attr}")
    assert [name for name in named if any(is_private(part) for part in name.split("."))] == []


@pytest.mark.parametrize("module", modules())
def test_each_engine_has_one_home(module: str) -> None:
    used = {name.split(".")[0] for name, _ in imports(module)} & set(ENGINES)
    assert {engine for engine in used if module not in ENGINES[engine]} == set()


def test_every_engine_is_used_in_its_home() -> None:
    homes = {engine: home for engine, homes in ENGINES.items() for home in homes if engine != "torch"}
    assert {
        engine for engine, home in homes.items() if engine not in {name.split(".")[0] for name, _ in imports(home)}
    } == set()


@pytest.mark.parametrize("module", modules())
def test_only_the_doors_read_the_environment(module: str) -> None:
    names = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}
    names |= {name for source, name in imports(module) if source == "os"}
    assert module in READS_ENVIRONMENT or not names & {"environ", "getenv", "putenv"}


@pytest.mark.parametrize("module", modules())
def test_rooms_do_not_print(module: str) -> None:
    called = [
        node.func.id
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert not {"print", "input", "breakpoint"} & set(called)


@pytest.mark.parametrize("module", [module for module in modules() if module not in DOORS])
def test_a_module_only_names_things_when_it_is_imported(module: str) -> None:
    """Definitions, constants and imports: no loop, no bare call."""
    naming = (
        ast.Import,
        ast.ImportFrom,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.Assign,
        ast.AnnAssign,
        ast.AugAssign,
    )
    body = tree(module).body
    rest = [node for node in body[1:] if not isinstance(node, naming)]
    rest = [node for node in rest if not (isinstance(node, ast.If) and ast.unparse(node.test) in _ALLOWED_TESTS)]
    assert {ast.unparse(node) for node in rest} == DOES_AT_IMPORT.get(module, set())


_ALLOWED_TESTS = {"TYPE_CHECKING", "__name__ == '__main__'"}


@pytest.mark.parametrize("module", modules())
def test_every_module_opens_with_a_sentence_and_has_a_clear_name(module: str) -> None:
    opening = ast.get_docstring(tree(module)) or ""
    assert opening.split("\n\n")[0].rstrip().endswith((".", ":", "?")) or module == "corpus/library.py"
    assert Path(module).stem not in VAGUE


def test_importing_the_lower_rooms_does_nothing_and_loads_no_model() -> None:
    names = [
        module.removesuffix(".py").replace("/", ".") for module in modules() if module.startswith(("corpus", "index"))
    ]
    program = (
        "import os, sys\n"
        "before = dict(os.environ), sys.stdout, sys.stderr\n"
        f"import {', '.join(name.removesuffix('.__init__') for name in names)}\n"
        "assert (dict(os.environ), sys.stdout, sys.stderr) == before\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'pypdf', 'gradio', 'textstat', 'sklearn'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
