"""Rebuilds in a process of its own. Run as `python -m tests.index.rebuild_process MODE CORPUS INDEX`.

killed CORPUS INDEX OUT     in OUT, a copy of INDEX for each time that a rebuild writes, killed by SIGKILL just before it
held CORPUS INDEX           takes the lock, says so, and holds it until its standard input ends
plain CORPUS INDEX          rebuilds, and says which passages a question finds with which scores
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from corpus.library import Library, read_library
from index.building import Silent, rebuild
from index.errors import IndexRoomError
from index.passage_index import PassageIndex
from tests.keyword_encoder import KeywordEncoder

_OPERATIONS = {"os.mkdir", "os.rename", "os.remove", "shutil.rmtree"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _killed(library: Library, index: Path, out: Path) -> None:
    for count in range(1, 1000):
        copy = out / f"{count:03}"
        shutil.copytree(index, copy)
        child = os.fork()
        if not child:
            _die_before(count, copy)
            rebuild(library, copy, KeywordEncoder())
            os._exit(0)
        if os.WIFEXITED(os.waitpid(child, 0)[1]):
            return


def _die_before(count: int, folder: Path) -> None:
    left = count

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        writes = event in _OPERATIONS or (event == "open" and arguments[2] & _WRITING)
        if writes and str(arguments[0]).startswith(str(folder)):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


class _Held(Silent):
    def begin(self, documents: int, passages: int, reused: int) -> None:
        print("holding", flush=True)
        sys.stdin.read()


def main(mode: str, corpus: str, index: str, *rest: str) -> None:
    library, folder = read_library(Path(corpus)), Path(index)
    if mode == "killed":
        _killed(library, folder, Path(rest[0]))
        return
    encoder = KeywordEncoder()
    try:
        rebuild(library, folder, encoder, progress=_Held() if mode == "held" else None)
    except IndexRoomError as error:
        sys.exit(str(error))
    found = PassageIndex.load(folder, library, encoder.fingerprint)
    for hit in found.search(found.query("Does kratom hurt the liver or the heart?", encoder)):
        print(hit.passage.id, hit.score, sorted(hit.signals.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
