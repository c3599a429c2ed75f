"""Amounts that somebody takes, in a quotation: what must never be shown without the words that it is no recommendation."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answer import Answer, Notice

_NUMBER = r"(?:\d[\d,.]*|half an?|one|two|three|four|five|six|seven|eight|nine|ten|a few|several)"
_UNIT = (
    r"(?:mg|milligrams?|g|grams?|grammes?|micrograms?|mcg|µg|ml|millilit(?:re|er)s?|capsules?|tablets?|pills?|"
    r"(?:tea|table)spoon(?:ful)?s?|spoonfuls?|scoops?|shots?|cups?|glasses|leaves)"
)
# Between them stands at most a word or two: "5 to 15 grams", "two heaped teaspoons", "10 dried leaves". Not a concentration.
_AMOUNT = re.compile(
    rf"\b{_NUMBER}[\s-]+(?:[a-z]+[\s-]+){{0,2}}?{_UNIT}\b(?!\s*(?:/|per)\s*(?:m?l\b|lit))|\b\d[\d,.]*(?:mg|g|ml)\b",
    re.IGNORECASE,
)


def holds_amount(text: str) -> bool:
    """Whether a text names an amount that can be taken."""
    return bool(_AMOUNT.search(text))


def framed(answer: Answer, line: str) -> Answer:
    """Return the answer with the fixed line about amounts as a notice, where a quotation names one and no notice says so."""
    if any(notice.kind == "personal-dosing" for notice in answer.notices):
        return answer
    shown = [*answer.quotes, *answer.near_misses, *(quote for one in answer.disagreements for quote in one.quotes)]
    if not any(holds_amount(quote.text) for quote in shown):
        return answer
    return replace(answer, notices=(*answer.notices, Notice("personal-dosing", line)))
