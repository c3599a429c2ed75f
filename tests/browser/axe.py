"""axe-core from the npm registry, kept in a cache folder, never in the repository."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from playwright.sync_api import Page

VERSION = "4.10.3"
GRAVE = ("serious", "critical")


def axe_script() -> str:
    """Return axe's source; skip the test where it can be neither found nor fetched."""
    folder = platformdirs.user_cache_path("kratom-assistant-tests") / f"axe-core-{VERSION}"
    script = folder / "axe.min.js"
    if not script.is_file():
        _fetch(folder, script)
    return script.read_text(encoding="utf-8")


def _fetch(folder: Path, script: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core is not in the cache and npm is not installed to fetch it")
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--silent", f"axe-core@{VERSION}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    archive = folder / f"axe-core-{VERSION}.tgz"
    if done.returncode != 0 or not archive.is_file():
        pytest.skip(f"axe-core could not be fetched with npm: {done.stderr.strip()[-200:]}")
    with tarfile.open(archive) as packed:
        member = packed.extractfile("package/axe.min.js")
        assert member is not None
        script.write_bytes(member.read())
    archive.unlink()


def grave_violations(page: Page) -> list[str]:
    """Return axe's serious and critical findings on the page as it stands, one line for each place."""
    # By evaluate, not by a script tag: the page's content policy forbids scripts that are not its own.
    page.evaluate(axe_script())
    found: dict[str, Any] = json.loads(page.evaluate("axe.run(document).then(result => JSON.stringify(result))"))
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))}: {node['html'][:160]} {_why(node)}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])[:200]
