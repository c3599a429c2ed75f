"""Real processes: killed before every write, rebuilding at once, on a full disk, with another hash seed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.library import Library, approve, read_library
from index.building import Silent, rebuild
from index.errors import IndexRoomError
from index.passage_index import PassageIndex
from index.storage import current_layout, read_manifest
from tests.keyword_encoder import KeywordEncoder
from tests.small_corpus import APPROVED_ON, LIVER, write_brief

ROOT = Path(__file__).resolve().parents[2]
FINGERPRINT = KeywordEncoder().fingerprint


def command(mode: str, library: Library, index: Path, *rest: Path) -> list[str]:
    return [sys.executable, "-m", "tests.index.rebuild_process", mode, *map(str, (library.folder, index, *rest))]


def changed(library: Library) -> Library:
    """The same corpus with one brief changed."""
    write_brief(library.folder, "liver", LIVER.replace("11 patients", "12 patients"))
    approve(library.folder, ["liver"], by="Bob", on=APPROVED_ON)
    return read_library(library.folder)


def test_killed_at_any_moment_the_old_or_the_new_index_is_whole(
    tmp_path: Path, index_folder: Path, library: Library
) -> None:
    # Two generations, so that the one before last is dropped after the switch.
    rebuild(library, index_folder, KeywordEncoder(), force=True)
    new = changed(library)
    fingerprints = {read_manifest(current_layout(index_folder)).fingerprint: library}
    (tmp_path / "killed").mkdir()
    subprocess.run(command("killed", new, index_folder, tmp_path / "killed"), cwd=ROOT, check=True, timeout=120)
    copies = sorted((tmp_path / "killed").iterdir())
    outcomes = []
    for copy in copies:
        manifest = read_manifest(current_layout(copy))
        held = fingerprints.get(manifest.fingerprint, new)
        outcomes.append("old" if held is library else "new")
        assert len(PassageIndex.load(copy, held, FINGERPRINT).passages) == 8
    # The last copy was left to end. There is one switch, and it is never undone.
    assert len(copies) > 15
    assert outcomes == sorted(outcomes, reverse=True)
    assert outcomes.count("new") > 1


def test_a_killed_rebuild_is_cleared_away_by_the_next(tmp_path: Path, index_folder: Path, library: Library) -> None:
    new = changed(library)
    with subprocess.Popen(
        command("held", new, index_folder), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"holding\n"

        class Kill(Silent):
            def waiting(self) -> None:
                """The lock of a process that died is free."""
                waited.append(True)
                other.kill()

        waited: list[bool] = []
        report = rebuild(new, index_folder, KeywordEncoder(), progress=Kill())
    assert (waited, report.changed) == ([True], True)
    assert len(PassageIndex.load(index_folder, new, FINGERPRINT).passages) == 8


def test_a_second_rebuild_waits_for_the_first_or_says_so(index_folder: Path, library: Library) -> None:
    new = changed(library)
    with subprocess.Popen(
        command("held", new, index_folder), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        assert first.stdout.readline() == b"holding\n"
        with pytest.raises(IndexRoomError, match=r"another rebuild still runs after 0 s\. Wait for it or stop it"):
            rebuild(new, index_folder, KeywordEncoder(), lock_seconds=0.05)
        # While the first builds, the old index can be read.
        assert len(PassageIndex.load(index_folder, library, FINGERPRINT).passages) == 8

        class Release(Silent):
            def waiting(self) -> None:
                """Let the first rebuild go on."""
                assert first.stdin is not None
                first.stdin.close()

        report = rebuild(new, index_folder, KeywordEncoder(fails_after=0), progress=Release())
        # It must be heard to the end: what writes to a closed pipe fails.
        first.stdout.read()
    # The first one had done everything by the time the second got its turn.
    assert (report.changed, report.encoded) == (False, 0)
    assert first.returncode == 0


def test_the_same_inputs_give_the_same_bytes_and_hits_in_any_process(tmp_path: Path, library: Library) -> None:
    hits = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        hits.append(
            subprocess.run(
                command("plain", library, tmp_path / seed),
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.PIPE,
            ).stdout
        )
    one, two = current_layout(tmp_path / "1"), current_layout(tmp_path / "2")
    assert one.file_hashes() == two.file_hashes()
    assert one.manifest.read_bytes() == two.manifest.read_bytes()
    assert hits[0] == hits[1]
    assert hits[0].count(b"\n") == 8


def test_on_a_full_disk_the_old_index_stays(tmp_path: Path, index_folder: Path, library: Library) -> None:
    """A real file system of 128 kB, in a mount namespace of its own that ends with the process."""
    unshare = shutil.which("unshare")
    namespace = [unshare or "", "--mount", *(["--user", "--map-root-user"] if os.geteuid() else [])]
    mount = f"mount -t tmpfs -o size=128k none {tmp_path}/disk"
    (tmp_path / "disk").mkdir()
    if not unshare or subprocess.run([*namespace, "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("no small file system can be mounted here")
    new = changed(library)
    # The old generation takes about 70 kB of it. What is left afterwards is copied out to be looked at.
    program = " ".join(command("plain", new, tmp_path / "disk" / "index"))
    script = (
        f"{mount} && cp -r {index_folder} {tmp_path}/disk/index\n"
        f"{program}; echo $? > {tmp_path}/code\n"
        f"cp -r {tmp_path}/disk/index {tmp_path}/after"
    )
    done = subprocess.run([*namespace, "sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (tmp_path / "code").read_text(encoding="utf-8").strip() == "1"
    assert "could not be written ([Errno 28] No space left on device" in done.stderr
    assert "The old one is untouched. Make room on the disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(PassageIndex.load(tmp_path / "after", library, FINGERPRINT).passages) == 8
    assert [path.name for path in (tmp_path / "after" / "generations").iterdir()] == [
        current_layout(index_folder).folder.name
    ]
