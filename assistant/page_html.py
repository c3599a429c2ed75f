"""The fixed parts of the page as HTML: head, welcome, states of loading, turns of a conversation, about, disclaimer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from assistant.answer import Answer
from assistant.claim_files import ENDINGS
from assistant.html import body, callable_text, exact, examples, help_lines, month, region_choice, stands_alone
from assistant.library_html import cited_by, topics_covered
from assistant.rendering import headline
from assistant.web_wording import entry, say
from corpus.library import Library

# A file to check is sent whole, and never kept.
MAX_FILE_BYTES = 5_000_000
EVALUATION_FILE = Path(__file__).parent / "data" / "evaluation.json"


def head(tabs: Sequence[str]) -> str:
    """Return the name, the promise and the tabs."""
    links = "".join(f'<li><a href="#{tab}" data-tab="{tab}">{say(f"tabs.{tab}")}</a></li>' for tab in tabs)
    return (
        f'<header class="masthead"><a class="skip" href="#question" data-focus-question>{say("page.skip")}</a>'
        f'<div class="name"><img src="web/favicon.svg" alt="" width="28" height="28"><h1>{say("page.name")}</h1>'
        f'<p class="motto">{say("page.motto")}</p></div>'
        f'<nav aria-label="{say("page.name")}"><ul class="tabs">{links}</ul>'
        f'<button type="button" class="theme" data-theme-switch aria-label="{say("page.theme")}">◐</button>'
        "</nav></header>"
    )


def disclaimer(text: str, region: str) -> str:
    """Return the disclaimer that stands at the foot of the window at all times, with whom to call where the reader is."""
    return (
        f'<aside class="disclaimer" aria-label="{say("disclaimer.label")}"><p class="full">{callable_text(text)}</p>'
        f'<details class="brief"><summary>{say("disclaimer.short")} <span class="more">{say("disclaimer.more")}</span></summary>'
        f'<p>{callable_text(text)}</p></details><div class="help">{region_choice("foot", region)}{help_lines(region)}</div></aside>'
    )


def welcome(library: Library | None) -> str:
    """Return what stands in the conversation before the first question."""
    text = say("welcome.text", documents=len(library.approved)) if library else say("page.motto")
    topics = topics_covered(library) if library else ""
    lead = f'<h2>{say("welcome.title")}</h2><p class="lead">{exact(text)}</p>'
    return f'<section class="welcome">{lead}{examples()}{topics}</section>'


def covered(library: Library | None) -> str:
    """Return what the documents do cover, for an answer that has nothing to quote."""
    return f'<div class="covered">{topics_covered(library)}{examples()}</div>' if library else ""


def turn(answer: Answer, number: int, library: Library | None, *, extra: str = "") -> str:
    """Return one question and its answer."""
    alone = stands_alone(answer)
    return (
        f'<article class="turn{" alone" if alone else ""}" id="turn-{number}" aria-labelledby="turn-{number}-question">'
        f'<h3 class="question" id="turn-{number}-question" tabindex="-1">'
        f'<span class="visually-hidden">{say("answer.yours")}: </span>'
        f'<span class="asked">{exact(answer.question)}</span></h3>'
        f'<div class="answer">{body(answer, number, covered(library))}{extra}</div></article>'
    )


def to_newest() -> str:
    """Return the link after the question box, seen when it has the focus, that leads to the newest answer."""
    return f'<a class="to-answer" href="#ask" data-to-answer>{say("page.to_answer")}</a>'


def waiting(question: str, number: int) -> str:
    """Return a question that waits for the search to be ready."""
    return (
        f'<article class="turn" id="turn-{number}"><h3 class="question"><span class="asked">{exact(question)}</span></h3>'
        f'<div class="answer"><p class="headline pending">{say("answer.pending")}</p></div></article>'
    )


def refusal(text: str) -> str:
    """Return why a message was not asked at all: too long, too fast."""
    return f'<p class="refusal" role="alert">{exact(text)}</p>'


def log(turns: Sequence[str], *, after: str = "") -> str:
    """Return the conversation: its turns, newest last, what follows them, and the tools to save it."""
    tools = _tools() if turns else ""
    return f'<div class="turns">{"".join(turns)}{after}</div>{tools}'


def _tools() -> str:
    saves = "".join(
        f'<button type="button" class="quiet" data-do="export" data-value="{form}">{say(f"tools.{form}")}</button>'
        for form in ("markdown", "print", "receipt")
    )
    return (
        f'<div class="tools" role="group" aria-label="{say("tools.label")}">{saves}'
        f'<button type="button" class="quiet" data-do="new">{say("tools.new")}</button></div>'
    )


def feedback_buttons(number: int) -> str:
    """Return the three feedback buttons of an answer; shown only where the operator turned feedback on."""
    buttons = "".join(
        f'<button type="button" class="quiet" data-do="feedback" data-value="{kind}" data-turn="{number}">'
        f"{say(f'feedback.{kind}')}</button>"
        for kind in ("helpful", "wrong", "missing")
    )
    label = say("feedback.label")
    return f'<div class="feedback" role="group" aria-label="{label}"><span>{label}</span>{buttons}</div>'


def thanks() -> str:
    """Return what stands in place of the feedback buttons once one was used."""
    return f'<p class="feedback">{say("feedback.thanks")}</p>'


def announcement(text: str) -> str:
    """Return the live region: one plain sentence, read out once."""
    return f'<p class="visually-hidden" role="status" aria-live="polite">{exact(text)}</p>'


def spoken(answer: Answer, number: int) -> str:
    """Return the sentence that is read out for an answer."""
    words = headline(answer) or " ".join(notice.text for notice in answer.notices)
    return say("answer.announce", number=number, headline=words)


def loading(step: str) -> str:
    """Say what is being loaded."""
    return (
        f'<div class="status loading" role="status"><span class="pulse" aria-hidden="true"></span>'
        f"<p>{exact(say('status.loading', step=say(f'status.step_{step}')))}</p></div>"
    )


def failed(why: str) -> str:
    """Say why no question can be answered, with the command that mends it."""
    return _trouble("failed", why, role="alert")


def stale(why: str) -> str:
    """Say that a newer index exists and could not be opened, so that the earlier one still answers."""
    return _trouble("stale", why, role="status")


def _trouble(kind: str, why: str, *, role: str) -> str:
    before, found, command = why.rpartition("Run: ")
    shown = f"{exact(before)}<code>{exact(command)}</code>" if found else exact(why)
    return (
        f'<div class="status failed" role="{role}"><h2>{say(f"status.{kind}_title")}</h2><p>{say(f"status.{kind}")}</p>'
        f'<p class="why">{shown}</p><button type="button" data-do="retry">{say("status.retry")}</button></div>'
    )


def about(library: Library | None, *, fingerprint: str, passages: int, feedback_on: bool) -> str:
    """Return the page about the page: promises, their limits, and the figures of this build."""
    sections = "".join(
        f"<h3>{exact(part['heading'])}</h3><p>{exact(part['text'])}</p>" for part in entry("about.section")
    )
    stored = say("about.feedback.on" if feedback_on else "about.feedback.off")
    return (
        f'<section class="about"><h2>{say("about.title")}</h2>{sections}<p>{exact(stored)}</p>'
        f"<h3>{say('about.build')}</h3>{_build(library, fingerprint, passages)}{evaluation_figures(fingerprint)}</section>"
    )


def _build(library: Library | None, fingerprint: str, passages: int) -> str:
    if library is None:
        return f"<p>{say('about.loading')}</p>"
    by = sorted({library.approvals[name].by for name in library.approved})
    rows = [
        (say("about.documents"), str(len(library.approved))),
        (say("about.passages"), str(passages)),
        (say("about.sources"), str(len(cited_by(library)))),
        (say("about.approvers"), ", ".join(by)),
        (say("about.fingerprint"), fingerprint or say("about.no_index")),
    ]
    items = "".join(f"<div><dt>{exact(name)}</dt><dd>{exact(value)}</dd></div>" for name, value in rows)
    return f'<dl class="build">{items}</dl><p class="note">{say("about.fingerprint_note")}</p>'


def evaluation_figures(fingerprint: str, path: Path = EVALUATION_FILE) -> str:
    """The figures that were measured when this build was made, in plain words, and whether it was with the very index in use."""
    if not path.is_file():
        return ""
    measured = json.loads(path.read_text(encoding="utf-8"))
    figures = [(words, measured["scores"].get(name)) for name, words in entry("about.figures").items()]
    items = "".join(
        f"<div><dt>{exact(words)}</dt><dd>{round(100 * value)} %</dd></div>"
        for words, value in figures
        if value is not None
    )
    same = say("about.same_index" if measured["index"] == fingerprint else "about.other_index")
    note = say("about.evaluation_note", questions=measured["questions"], on=month(date.fromisoformat(measured["on"])))
    return (
        f'<h3>{say("about.evaluation")}</h3><p class="note">{exact(note)} {exact(same)}</p>'
        f'<dl class="build figures">{items}</dl>'
    )


def show_bibliography(library: Library) -> str:
    """Return the button that shows the bibliography, which is long and so not sent at first."""
    words = say("library.show_bibliography", count=len(cited_by(library)))
    return f'<button type="button" class="quiet" data-do="bibliography">{exact(words)}</button>'


def claim_intro() -> str:
    """Return the head of the claim check, with the choice of a file."""
    too_large = exact(say("claim.too_large", megabytes=MAX_FILE_BYTES // 1_000_000))
    return (
        f'<section class="claim-intro"><h2>{say("claim.title")}</h2><p class="lead">{say("claim.text")}</p>'
        f'<label class="file">{say("claim.file")} <input type="file" accept="{",".join(ENDINGS)}" '
        f'data-most="{MAX_FILE_BYTES}" data-too-large="{too_large}"></label>'
        "</section>"
    )
