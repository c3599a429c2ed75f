"""Where sentences begin and end (the only home of sentencex)."""

import re

import sentencex

# sentencex panics on some texts with no-break and other wide spaces; a plain one has the same length and meaning.
_WIDE_SPACE = re.compile(r"[^\S\n\r\t ]")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) offsets of each sentence of `text[start:end]`, without surrounding white space."""
    piece = text[start:end]
    spans = []
    for boundary in sentencex.get_sentence_boundaries("en", _WIDE_SPACE.sub(" ", piece)):
        sentence = piece[boundary["start_index"] : boundary["end_index"]]
        left = boundary["start_index"] + len(sentence) - len(sentence.lstrip())
        right = boundary["start_index"] + len(sentence.rstrip())
        if left < right:
            spans.append((start + left, start + right))
    return tuple(spans)
