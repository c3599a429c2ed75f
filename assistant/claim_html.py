"""A checked text → HTML: its summary and shares, the text with each claim marked, and per claim the verdict and exact quotations."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.claim_check import VERDICTS, CheckedClaim, CheckedText
from assistant.claim_report import FILES, WORDS, marked, shown_claims, summary_of
from assistant.html import card, exact
from assistant.web_wording import say

# What a click on a quotation asks for.
OPEN = "check-open"


def refused(why: str) -> str:
    """Return the sentence that says why a text is not checked."""
    return f'<p class="refusal" role="alert">{exact(why)}</p>'


def told(what: str) -> str:
    """Return a sentence on a file that was read."""
    return f'<p class="note" role="status">{exact(what)}</p>'


def checking(done: int, total: int) -> str:
    """Return how far a check has come."""
    words = say("claim.working", done=done, total=total) if total else say("claim.starting")
    return (
        f'<section class="checked"><p class="headline" role="status">{exact(words)}</p>'
        f'<progress max="{max(total, 1)}" value="{done}" aria-label="{exact(say("claim.progress"))}"></progress></section>'
    )


def checked_text(checked: CheckedText) -> str:
    """Return the whole result, or the sentence that says that there is nothing to check."""
    if not checked.claims:
        return refused(say("claim.none"))
    claims = "".join(_claim(claim, number) for number, claim in enumerate(shown_claims(checked), 1))
    warned = "".join(f"<li>{exact(failure)}</li>" for failure in checked.failures)
    return (
        f'<section class="checked"><p class="headline" role="status">{exact(summary_of(checked))}</p>'
        f"{_shares(checked.summary)}{_saving()}"
        f'<details class="marked" open><summary>{say("claim.marked")}</summary><div class="reader">{marked(checked, exact, _linked)}</div></details>'
        f'<ol class="claims">{claims}</ol>{f"<ul>{warned}</ul>" if warned else ""}<p class="note">{exact(checked.disclaimer)}</p></section>'
    )


def _shares(counts: Mapping[str, int]) -> str:
    """One bar with a part for each verdict in proportion; the words are those of the summary above it."""
    parts = "".join(
        f'<span data-verdict="{verdict}" style="flex-grow:{counts[verdict]}" title="{WORDS[verdict]}: {counts[verdict]}">'
        f"{counts[verdict]}</span>"
        for verdict in VERDICTS
        if counts[verdict] and verdict != "not-a-health-claim"
    )
    return f'<div class="shares" aria-hidden="true">{parts}</div>' if parts else ""


def _saving() -> str:
    buttons = "".join(
        f'<button type="button" class="quiet" data-do="check-save" data-value="{form}">{say(f"claim.save_{form}")}</button>'
        for form in FILES
    )
    return f'<p class="actions">{say("claim.save")} {buttons}</p>'


def _linked(words: str, number: int, claim: CheckedClaim) -> str:
    """A claim underlined in its colour, with a link to its place in the list behind it: its number and verdict in words."""
    return (
        f'<mark data-verdict="{claim.verdict}">{words}</mark><a class="to-claim" data-verdict="{claim.verdict}" '
        f'href="#check" data-jump="claim-{number}">{number} {WORDS[claim.verdict]}</a>'
    )


def _claim(claim: CheckedClaim, number: int) -> str:
    flags = "".join(f"<li>{exact(flag)}</li>" for flag in claim.flags)
    flagged = f'<div class="flags"><b>{say("claim.flags")}</b><ul>{flags}</ul></div>' if flags else ""
    why = f"<p>{exact(claim.claim.why)}</p>" if claim.claim else ""
    cards = "".join(card(quote, place, f"c{number}", do=OPEN) for place, quote in enumerate(claim.quotes, 1))
    quotes = f'<ol class="cards">{cards}</ol>' if cards else ""
    near = "".join(card(quote, place, f"c{number}-near", do=OPEN) for place, quote in enumerate(claim.nearest, 1))
    if near:
        title = exact(say("claim.near", count=len(claim.nearest)))
        quotes += f'<details class="near"><summary>{title}</summary><ol class="cards">{near}</ol></details>'
    return (
        f'<li class="claim" id="claim-{number}" tabindex="-1" data-verdict="{claim.verdict}">'
        f'<p class="said">{number}. {exact(claim.text)}</p>'
        f'<p class="verdict">{exact(say(f"verdicts.{claim.verdict}"))}</p>{why}{flagged}{quotes}</li>'
    )
