"""The fingerprint of an index: the same fingerprint gives the same answers."""

from __future__ import annotations

import hashlib
import json

from corpus.claims import catalogue_sha256
from corpus.disagreements import disagreements_sha256
from corpus.expansion import expansions_sha256
from corpus.library import Library
from corpus.passages import SPLITTER
from index.lexical import WORDS
from index.ranking import Ranking
from index.storage import FORMAT, engine_versions
from index.tokens import TOKEN_DIMENSIONS


def index_fingerprint(library: Library, encoder_fingerprint: str, ranking: Ranking) -> str:
    """Return the hash of everything an answer depends on.

    Approved documents with their pins, the bibliography, the questions of document expansion, the claims catalogue with its
    wordings, the disagreements, the passage splitter, the words of the lexical index, the ranking weights, the encoder's weights
    and prompts, and the versions of the engines.
    """
    parts = {
        "format": FORMAT,
        "documents": [
            (name, document.document_sha256, document.text_sha256, library.layouts[name])
            for name, document in sorted(library.approved.items())
        ],
        "sources": [repr(library.sources[key]) for key in sorted(library.sources)],
        "expansions": expansions_sha256(library.folder),
        "claims": catalogue_sha256(library.folder),
        "disagreements": disagreements_sha256(library.folder),
        "splitter": SPLITTER,
        "words": WORDS,
        "ranking": ranking.describe(),
        "tokens": TOKEN_DIMENSIONS,
        "encoder": encoder_fingerprint,
        "versions": engine_versions(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
