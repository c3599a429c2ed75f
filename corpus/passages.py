"""Document → its passages: the paragraphs of a brief, or runs of whole sentences of any other text."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.document import Block, Document, Passage
from corpus.sentences import sentence_spans

# The encoder reads 256 word pieces: about 150 words, less the title and heading.
PASSAGE_WORDS = 120
# Part of the index fingerprint: change it whenever the same document would give other passages.
SPLITTER = f"sentencex-1/{PASSAGE_WORDS}-words/3"

_Sentence = tuple[int, int]


def passages(document: Document, *, passage_words: int = PASSAGE_WORDS) -> Iterator[Passage]:
    """Yield the passages of a document in reading order, without overlap.

    A passage has at most `passage_words` words unless a single sentence is longer. Paragraphs of a brief stand alone,
    because each has its own citations; short paragraphs of other documents are joined while they fit.
    """
    for group in _groups(document):
        sentences = [span for block in group for span in sentence_spans(document.text, block.start, block.end)]
        for run in _runs(document.text, sentences, passage_words):
            yield Passage(document, run[0][0], run[-1][1], tuple(run), group[0].keys)


def _groups(document: Document) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in document.blocks:
        alone = document.kind == "brief" or (
            group and document.section_at(group[0].start) != document.section_at(block.start)
        )
        if group and alone:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _runs(text: str, sentences: list[_Sentence], passage_words: int) -> Iterator[list[_Sentence]]:
    run: list[_Sentence] = []
    words = 0
    for start, end in sentences:
        count = len(text[start:end].split())
        if run and words + count > passage_words:
            yield run
            run, words = [], 0
        run.append((start, end))
        words += count
    if run:
        yield run
