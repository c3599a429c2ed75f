"""A corpus that fits on a screen, with hostile text in it, and an encoder designed so that shared words mean likeness."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from assistant.answer import Notice
from assistant.settings import Settings
from corpus.library import approve, read_library
from corpus.original import OriginalDetails, add_original
from index.building import rebuild
from index.encoder import Encoded

DIMENSION = 48
HOSTILE = (
    "2*3*4",
    "~5 g~",
    "<img src=x onerror=alert(1)>",
    "\n# x",
    "\n    four",
    "_u_",
    "[a](http://x)",
    "${7*7} {{value}}",
    "&amp; &lt;b&gt;",
    "$$x$$",
)

BRIEF = """---
id: {id}
title: {title}
summary: What is known of {title}.
topic: {topic}
as_of: 2026-07-01
review_by: 2027-07-01
---

{body}
"""

LIVER = """## Does kratom damage the liver?

Kratom damaged the liver of some users in a registry of eleven patients. Jaundice began after about three weeks of daily \
kratom in most of them. All eleven patients recovered after they stopped. [@liver-2020]

## How long does the liver take to recover?

The liver of kratom users recovered within two months in a registry. Nobody in the registry needed a new liver. \
[@liver-2020] [@rats-2015]"""

HEART = """## Does kratom slow the heart?

Kratom did not slow the heart in a survey of forty regular users. A faster heart was reported by nine of the \
forty users. [@heart-2021]

## Do rats tell us about the heart?

Rats given kratom extract had slower hearts in one experiment of 2015. Rats are not people, so the finding may not carry \
over. [@rats-2015]"""

HOSTILE_TEXT = """Kratom powder strength written by a stranger was 2*3*4 units and ~5 g~ in the ledger of _u_ and `v`.
# x is no heading in the ledger
    four spaces open this line of the ledger, with <img src=x onerror=alert(1)> and [a](http://x) in it.

Kratom template ledger entries read ${7*7} {{value}} and &amp; &lt;b&gt; and $$x$$ and <script>alert(2)</script> as they stand.
"""

DISAGREEMENTS = """
[[disagreement]]
id = "slow-heart"
about = "Whether kratom slows the <b>heart</b>"
sides = [
    { passage = "heart#Does kratom slow the heart?", opens = "Kratom did not slow" },
    { passage = "heart#Do rats tell us about the heart?", opens = "Rats given kratom" },
]
"""

SOURCES = """
[[source]]
key = "liver-2020"
title = "Liver <b>registry</b> & kratom"
authors = "Roe J, Doe J, Poe E"
year = 2020
venue = "Journal of Livers"
kind = "case-series"
doi = "10.1000/liver"

[[source]]
key = "heart-2021"
title = "A survey of hearts"
authors = "Heart agency"
year = 2021
venue = "Heart reports"
kind = "survey"
url = "https://example.org/heart?a=1&b=2"

[[source]]
key = "rats-2015"
title = "Rats and kratom"
authors = "Rat R"
year = 2015
venue = "Rat letters"
kind = "animal"
url = "javascript:alert(3)"
"""


@dataclass(frozen=True)
class WordEncoder:
    """Every word has a fixed direction; a text is the sum of its words."""

    fingerprint: str = "word-encoder-1"

    def encode_query(self, text: str) -> Encoded:
        """Encode a question."""
        return _encode(text)

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None]) -> list[Encoded]:
        """Encode passages."""
        progress(len(texts))
        return [_encode(text) for text in texts]


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
    vector = np.random.default_rng(seed).normal(size=DIMENSION)
    return vector / np.linalg.norm(vector)


def _encode(text: str) -> Encoded:
    matches = list(re.finditer(r"\w+", text.lower())) or list(re.finditer(r"\S", text)) or list(re.finditer(r".?", "x"))
    vectors = np.stack([_direction(match[0]) for match in matches]).astype(np.float32)
    total = vectors.sum(axis=0)
    ids = [int.from_bytes(hashlib.sha256(match[0].encode()).digest()[:3], "big") for match in matches]
    return Encoded(
        vector=(total / max(float(np.linalg.norm(total)), 1e-9)).astype(np.float32),
        token_vectors=vectors,
        token_ids=np.array(ids, dtype=np.int64),
        token_spans=np.array([match.span() for match in matches], dtype=np.int64),
    )


def make_settings(folder: Path, *, index: bool = True, **changes: object) -> Settings:
    """Write the corpus, approve it, build its index by the real pipeline; return settings that point at both."""
    documents = folder / "corpus" / "documents"
    documents.mkdir(parents=True)
    briefs = [("liver", "Kratom and the liver", "harm", LIVER), ("heart", "Kratom and the heart", "effects", HEART)]
    for name, title, topic, body in briefs:
        (documents / f"{name}.md").write_text(
            BRIEF.format(id=name, title=title, topic=topic, body=body), encoding="utf-8"
        )
    (folder / "corpus" / "sources.toml").write_text(SOURCES, encoding="utf-8")
    (folder / "corpus" / "disagreements.toml").write_text(DISAGREEMENTS, encoding="utf-8")
    ledger = folder / "ledger.txt"
    ledger.write_text(HOSTILE_TEXT, encoding="utf-8")
    details = OriginalDetails("ledger", "A <i>ledger</i> & more", 'A "stranger"', None, "document", 2024)
    add_original(folder / "corpus" / "originals", ledger, details)
    approve(folder / "corpus", [], by="The tests <b>", on=date(2026, 11, 1), statement="Read by a test.")
    settings = Settings(corpus=folder / "corpus", index=folder / "index", **changes)  # type: ignore[arg-type]
    if index:
        rebuild(read_library(settings.corpus), settings.index, WordEncoder())
    return settings


def designed_triage(region: str = "US") -> Callable[[str], tuple[Notice, ...]]:
    """Return a triage with one notice of each behaviour, so that the page's tests do not hang on the real rules."""

    def triage(message: str) -> tuple[Notice, ...]:
        found = []
        if "cannot breathe" in message:
            text = "Call 911 now.\nPoison Control: 1-800-222-1222, <b>free</b>, reviewed 2026-11-22."
            found.append(Notice("emergency", text))
        if "pregnan" in message:
            found.append(Notice("pregnancy", "Speak with a midwife; call 1-800-222-1222."))
        if "where to buy" in message:
            found.append(Notice("sourcing", "No help with buying."))
        return tuple(found)

    return triage
