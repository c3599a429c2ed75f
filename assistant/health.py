"""The doctor: what is wrong with corpus, index and encoder, and which command mends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.settings import Settings
from corpus.checking import check_corpus
from corpus.errors import CorpusError
from corpus.library import Library, read_library
from index.encoder import SentenceEncoder
from index.errors import IndexRoomError
from index.passage_index import PassageIndex


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: well or not, and what to say of it."""

    well: bool
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Look at the corpus, the encoder and the index, in the order in which one needs the other."""
    try:
        library = read_library(settings.corpus)
    except CorpusError as error:
        return [Finding(False, f"corpus: {error}")]
    findings = _corpus(library)
    encoder = SentenceEncoder(settings.encoder)
    try:
        fingerprint = encoder.fingerprint
        findings.append(Finding(True, f"encoder: {settings.encoder.model}, weights as expected"))
        index = PassageIndex.load(settings.index, library, fingerprint)
        findings.append(
            Finding(True, f"index: {len(index.passages)} passages, {index.fingerprint[:12]}, {settings.index}")
        )
    except IndexRoomError as error:
        findings.append(Finding(False, str(error)))
    return findings


def _corpus(library: Library) -> list[Finding]:
    report = check_corpus(library, today=date.today())
    findings = [Finding(False, problem) for problem in report.problems]
    findings += [Finding(True, f"note: {warning}") for warning in report.warnings]
    if not library.approved:
        findings.append(
            Finding(False, "corpus: no approved document. Run: kratom-assistant corpus approve --all --by NAME")
        )
    if not report.problems:
        findings.append(
            Finding(True, f"corpus: {len(library.approved)} approved documents, {report.paragraphs} paragraphs")
        )
    return findings
