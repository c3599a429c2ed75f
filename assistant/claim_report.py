"""A checked text → a page for printing, Markdown, JSON, a receipt, a summary in words, and a picture of its verdicts' shares."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from html import escape
from typing import Literal, cast, get_args

from assistant.answer import Quote
from assistant.claim_check import VERDICTS, CheckedClaim, CheckedText, CheckVerdict, check_as_json
from assistant.export import literal, source_line
from assistant.receipts import receipt_text
from corpus.errors import ExtractionError

ReportForm = Literal["text", "html", "markdown", "json", "receipt"]
# The ending and the media type of each form that is saved as a file.
FILES: dict[ReportForm, tuple[str, str]] = {
    "html": ("html", "text/html"),
    "markdown": ("md", "text/markdown"),
    "json": ("json", "application/json"),
    "receipt": ("receipt.json", "application/json"),
}

# The word that is always shown with the colour; colours are told apart by people who see few of them, and in print by the word.
WORDS: dict[CheckVerdict, str] = {
    "supported": "supported",
    "partly-supported": "partly supported",
    "unproven": "unproven",
    "contradicted": "contradicted",
    "not-covered": "not covered",
    "not-a-health-claim": "not a health claim",
}
COLOURS: dict[CheckVerdict, str] = {
    "supported": "#1b6e53",
    "partly-supported": "#7a6a00",
    "unproven": "#4a5a8a",
    "contradicted": "#a12622",
    "not-covered": "#6b6b6b",
    "not-a-health-claim": "#b9b9b9",
}
NEAREST_LINE = "Nearest passages. They do NOT answer this:"
_STYLE = (
    "body{font:16px/1.55 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1d2621}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}.reader{white-space:pre-wrap;overflow-wrap:anywhere}"
    "mark{background:none;color:inherit;border-bottom:3px solid}mark sup{font-size:.68rem;font-weight:600;white-space:nowrap}"
    "blockquote{margin:.5rem 0;padding:.2rem 1rem;border-left:3px solid #2f6b4f;font-family:Georgia,serif;white-space:pre-wrap}"
    ".small{font-size:.85rem;overflow-wrap:anywhere}.verdict{font-weight:700}.share svg{max-width:100%;height:auto}"
    "footer{margin-top:2rem;border-top:1px solid #999;font-size:.85rem}@media print{article{break-inside:avoid}}"
)


def report_form(name: str) -> ReportForm:
    """Return a form of report by its name; ExtractionError names those there are."""
    for form in get_args(ReportForm):
        if form == name:
            return cast(ReportForm, form)
    raise ExtractionError(f"{name}: there is no such report; known: {', '.join(get_args(ReportForm))}.")


def report(checked: CheckedText, name: str, form: ReportForm, now: datetime) -> str:
    """Return a checked text in one of the forms; `name` says where the text is from."""
    if form == "html":
        return as_page(checked, name, now.date())
    if form == "markdown":
        return as_markdown(checked, name, now.date())
    if form == "json":
        return json.dumps(check_as_json(checked), ensure_ascii=False) + "\n"
    if form == "receipt":
        return receipt_text(now, checks=[check_as_json(checked)])
    return as_text(checked) + "\n"


def summary_line(counts: Mapping[str, int]) -> str:
    """Return the summary in words: "31 claims: 9 supported, 4 partly supported, …"."""
    claims = sum(counts[verdict] for verdict in VERDICTS if verdict != "not-a-health-claim")
    parts = [
        f"{counts[verdict]} {WORDS[verdict]}"
        for verdict in VERDICTS
        if counts[verdict] and verdict != "not-a-health-claim"
    ]
    text = f"{claims} claim{'' if claims == 1 else 's'}" + (f": {', '.join(parts)}" if parts else "")
    rest = counts["not-a-health-claim"]
    return f"{text}. {rest} sentence{'' if rest == 1 else 's'} without a health claim." if rest else f"{text}."


def summary_of(checked: CheckedText) -> str:
    """Return the summary of a checked text in words, and how the text was read where that has to be said."""
    return " ".join(filter(None, (summary_line(checked.summary), checked.note)))


def share_picture(counts: Mapping[str, int]) -> str:
    """Return an inline SVG: one bar, a part for each verdict in proportion, each named in words below; empty without claims."""
    shown = [verdict for verdict in VERDICTS if counts[verdict] and verdict != "not-a-health-claim"]
    if not shown:
        return ""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Ids in the SVG are made from a fixed salt, and no date is written: the same counts give the same picture.
    with mpl.rc_context({"svg.hashsalt": "kratom-assistant", "svg.fonttype": "path"}):
        figure = Figure(figsize=(7.2, 1.9))
        axes = figure.add_axes((0.02, 0.5, 0.96, 0.45))
        left = 0
        for verdict in shown:
            count = counts[verdict]
            axes.barh(
                0, count, left=left, color=COLOURS[verdict], edgecolor="white", label=f"{WORDS[verdict]}: {count}"
            )
            axes.text(
                left + count / 2, 0, str(count), ha="center", va="center", color="white", fontsize=11, fontweight="bold"
            )
            left += count
        axes.set_axis_off()
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=3, frameon=False, fontsize=10)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    svg = stream.getvalue()
    label = escape(summary_line(counts), quote=True)
    return svg[svg.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{label}"', 1).strip()


def as_page(checked: CheckedText, name: str, today: date) -> str:
    """Return the report as a page for printing that needs no other file."""
    articles = "".join(_article(claim, number) for number, claim in enumerate(shown_claims(checked), 1))
    picture = share_picture(checked.summary)
    failures = "".join(f"<li>{escape(failure)}</li>" for failure in checked.failures)
    warned = f"<h2>Not shown</h2><ul>{failures}</ul>" if failures else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Kratom Assistant: claims checked</title>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body><h1>Claims checked: {escape(name)}</h1><p>Checked on {today}.</p>"
        f'<p class="verdict">{escape(summary_of(checked))}</p><div class="share">{picture}</div>'
        f'<h2>The text</h2><div class="reader">{marked(checked, escape, _underlined)}</div><h2>The claims</h2><main>{articles}</main>{warned}'
        f"<footer><p>{escape(checked.disclaimer)}</p><p>Index: {escape(checked.index)}</p></footer></body></html>\n"
    )


def shown_claims(checked: CheckedText) -> list[CheckedClaim]:
    """Return the stretches of a text that have a verdict on a claim."""
    return [claim for claim in checked.claims if claim.verdict != "not-a-health-claim"]


def marked(checked: CheckedText, escaped: Callable[[str], str], mark: Callable[[str, int, CheckedClaim], str]) -> str:
    """Return the reader's own text, escaped, with `mark(words, number, claim)` in the place of each claim."""
    parts, place = [], 0
    for number, claim in enumerate(shown_claims(checked), 1):
        if claim.start >= place:
            words = escaped(checked.text[claim.start : claim.end])
            parts += [escaped(checked.text[place : claim.start]), mark(words, number, claim)]
            place = claim.end
    return "".join([*parts, escaped(checked.text[place:])])


def _underlined(words: str, number: int, claim: CheckedClaim) -> str:
    """A claim underlined in its colour and followed by its number and verdict in words."""
    colour = COLOURS[claim.verdict]
    return (
        f'<mark style="border-color:{colour}">{words}<sup style="color:{colour}">'
        f" {number} {WORDS[claim.verdict]}</sup></mark>"
    )


def _article(claim: CheckedClaim, number: int) -> str:
    why = f"<p>{escape(claim.claim.why)}</p>" if claim.claim else ""
    flags = "".join(f"<li>{escape(flag)}</li>" for flag in claim.flags)
    nearest = "".join(_printed(quote) for quote in claim.nearest)
    nearest = f"<p>{escape(NEAREST_LINE)}</p><ul>{nearest}</ul>" if nearest else ""
    quotes = "".join(_printed(quote) for quote in claim.quotes)
    return (
        f'<article><h3>{number}. “{escape(claim.text)}”</h3><p class="verdict" style="color:{COLOURS[claim.verdict]}">'
        f"{WORDS[claim.verdict].capitalize()}</p>{why}{f'<ul>{flags}</ul>' if flags else ''}"
        f"{f'<ol>{quotes}</ol>' if quotes else ''}{nearest}</article>"
    )


def _printed(quote: Quote) -> str:
    words = escape(quote.text).replace("\r", "&#13;")
    return f'<li><blockquote>{words}</blockquote><p class="small">{escape(source_line(quote))}</p></li>'


def as_markdown(checked: CheckedText, name: str, today: date) -> str:
    """Return the report as Markdown."""
    lines = [
        f"# Claims checked: {literal(name)}",
        "",
        f"Checked on {today}. {literal(summary_of(checked))}",
        "",
    ]
    for number, claim in enumerate(shown_claims(checked), 1):
        lines += [f"## {number}\\. {WORDS[claim.verdict].capitalize()}", "", literal(" ".join(claim.text.split())), ""]
        if claim.claim:
            lines += [literal(claim.claim.why), ""]
        lines += [f"- {literal(flag)}" for flag in claim.flags] + ([""] if claim.flags else [])
        for quote in claim.quotes:
            lines += _quoted(quote)
        if claim.nearest:
            lines += [literal(NEAREST_LINE), ""]
            for quote in claim.nearest:
                lines += _quoted(quote)
    if checked.failures:
        lines += ["## Not shown", "", *(f"- {literal(failure)}" for failure in checked.failures), ""]
    return "\n".join([*lines, "---", "", literal(checked.disclaimer), "", f"Index: {checked.index}", ""])


def _quoted(quote: Quote) -> list[str]:
    words = [f"> {line}" if line else ">" for line in literal(quote.text).split("\n")]
    return [*words, "", literal(source_line(quote)), ""]


def as_text(checked: CheckedText) -> str:
    """Return the report as plain text for a terminal."""
    lines = [summary_of(checked), ""]
    for number, claim in enumerate(shown_claims(checked), 1):
        lines += [f"{number}. {WORDS[claim.verdict].upper()}: {' '.join(claim.text.split())}"]
        lines += [f"   {claim.claim.why}"] if claim.claim else []
        lines += [f"   ! {flag}" for flag in claim.flags]
        for quote in claim.quotes:
            lines += [f"   “{quote.text}”", f"   {source_line(quote)}"]
        if claim.nearest:
            lines += [f"   {NEAREST_LINE}"]
            lines += [f"   {quote.passage.section} [{quote.passage.id}]" for quote in claim.nearest]
        lines.append("")
    return "\n".join([*lines, *checked.failures, checked.disclaimer])
