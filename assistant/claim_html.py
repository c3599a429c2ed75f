"""A checked text (the JSON of the contract) → HTML: each sentence, its verdict in plain words, and exact quotations."""

from __future__ import annotations

from typing import Any

from assistant.html import exact
from assistant.web_wording import say


def checked_text(checked: dict[str, Any], empty: bool = False) -> str:
    """Return the whole result, or the sentence that says why there is none."""
    if empty or not checked.get("claims"):
        return f'<p class="refusal" role="alert">{exact(say("claim.empty" if empty else "claim.none"))}</p>'
    counts = ", ".join(f"{exact(_verdict(verdict))}: {count}" for verdict, count in checked["summary"].items() if count)
    claims = "".join(_claim(claim, number) for number, claim in enumerate(checked["claims"], 1))
    return (
        f'<section class="checked"><p class="headline" role="status">{counts}</p><ol class="claims">{claims}</ol>'
        f'<p class="note">{exact(str(checked["disclaimer"]))}</p></section>'
    )


def _verdict(verdict: str) -> str:
    return say(f"verdicts.{verdict}")


def _claim(claim: dict[str, Any], number: int) -> str:
    flags = "".join(f"<li>{exact(str(flag))}</li>" for flag in claim["flags"])
    flagged = f'<div class="flags"><b>{say("claim.flags")}</b><ul>{flags}</ul></div>' if flags else ""
    why = f"<p>{exact(claim['why'])}</p>" if claim["why"] else ""
    cards = "".join(_card(quote, place, f"c{number}") for place, quote in enumerate(claim["quotes"], 1))
    quotes = f'<ol class="cards">{cards}</ol>' if cards else ""
    near = "".join(_card(quote, place, f"c{number}-near") for place, quote in enumerate(claim.get("nearest", []), 1))
    if near:
        title = exact(say("claim.near", count=len(claim["nearest"])))
        quotes += f'<details class="near"><summary>{title}</summary><ol class="cards">{near}</ol></details>'
    return (
        f'<li class="claim" data-verdict="{exact(claim["verdict"])}"><p class="said">{exact(claim["text"])}</p>'
        f'<p class="verdict">{exact(_verdict(claim["verdict"]))}</p>{why}{flagged}{quotes}</li>'
    )


def _card(quote: dict[str, Any], place: int, claim: str) -> str:
    span = f"{quote['document']}:{quote['start']}-{quote['end']}"
    name = f"{claim}-{place}"
    where = " › ".join(exact(part) for part in (quote["title"], quote["section"]) if part)
    badges = "".join(f'<li class="badge other">{exact(kind)}</li>' for kind in quote["evidence"])
    cited = "; ".join(_citation(citation) for citation in quote["citations"])
    rests = f'<p class="rests">{say("answer.rests_on")}: {cited}</p>' if cited else ""
    return (
        f'<li class="card" id="{name}"><span class="number" aria-hidden="true">{place}</span>'
        f'<blockquote><p class="passage"><span class="words" data-span="{exact(span)}">{exact(quote["text"])}</span></p>'
        "</blockquote>"
        f'<p class="where"><cite>{where}</cite></p><ul class="badges">{badges}</ul>{rests}<p class="actions">'
        f'<button type="button" class="open" data-do="check-open" data-value="{exact(span)}" data-from="{name}">'
        f"{say('answer.document')}</button></p></li>"
    )


def _citation(citation: dict[str, Any]) -> str:
    address, label = str(citation["url"] or ""), exact(str(citation["label"]))
    if not address.startswith(("https://", "http://")):
        return label
    return f'<a class="source" href="{exact(address)}" target="_blank" rel="noopener noreferrer">{label}</a>'
