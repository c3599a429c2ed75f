"""One person's visit to the web page: messages and clicks in, the changed parts of the page out. Knows no web framework."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import get_args

from assistant import claim_html as claims
from assistant import page_html as page
from assistant.answer import Answer, Notice
from assistant.asking import Conversation
from assistant.claim_check import MAX_CHARACTERS as MAX_CHECKED
from assistant.claim_check import CheckedText
from assistant.claim_report import FILES, report
from assistant.document_html import document_panel, empty_panel, parse_span, refused_panel
from assistant.export import Format, export
from assistant.feedback import feedback_of, store
from assistant.hosting import Host
from assistant.html import banner, body, exact
from assistant.notices import notice_book, read_notices
from assistant.web_wording import say
from corpus.errors import CorpusError

MAX_CHARACTERS = 8_000
MAX_TURNS = 60
WAIT_SECONDS = 180.0


@dataclass(slots=True)
class View:
    """The parts of the page that changed; None leaves a part as it is."""

    log: str | None = None
    panel: str | None = None
    reader: str | None = None
    banner: str | None = None
    announcement: str | None = None
    download: str | None = None
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer as they stand on the page; `extra` is what was added under the answer."""

    answer: Answer
    extra: str
    shown: str


@dataclass
class Visit:
    """The turns of one visit and what is open beside them. Held in memory only."""

    host: Host
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    turns: list[Turn] = field(default_factory=list)
    region: str = ""
    urgent: tuple[tuple[Notice, ...], int] = ((), 0)
    opened: int = 0
    pending: str = ""
    wanted: str = ""
    # What stands under the turns until the next question: why the last message was not asked, or that it waits.
    after: str = ""
    checked: CheckedText | None = None
    conversation: Conversation = field(init=False)
    _chose_region: bool = False

    def __post_init__(self) -> None:
        """Start with an empty conversation, and with the numbers of the operator's region."""
        self.conversation = self.host.conversation()
        self.region = self.region or notice_book().region(self.host.settings.region)

    @property
    def answers(self) -> list[Answer]:
        """The answers so far, in order."""
        return self.conversation.turns

    def start(self) -> View:
        """Return the conversation as it stands before the first question: empty, under the welcome."""
        return View(log=self._log(), panel=empty_panel(), reader=_nothing_to_read(), banner="")

    def refuse(self, message: str) -> View | None:
        """Say why a message is not asked: too long, or too many; None when it may be asked. Urgent notices come first."""
        if len(message) > MAX_CHARACTERS:
            why = say("status.too_long", count=f"{len(message):,}", limit=f"{MAX_CHARACTERS:,}")
        elif len(self.turns) >= MAX_TURNS:
            why = say("status.too_many_turns", limit=MAX_TURNS)
        else:
            return None
        return self.refused(message, why)

    def refused(self, message: str, why: str) -> View:
        """Return the page with the reason for not asking a message, and with the urgent notices that it raises all the same."""
        notices = self._here(self.host.notices(message))
        self.after = page.refusal(why)
        return View(
            log=self._log(),
            banner=self._alarm(notices, len(self.turns)),
            announcement=page.announcement(" ".join([*(notice.text for notice in notices), why])),
        )

    def ask(self, message: str) -> View:
        """Answer a message; while the search is being loaded let it wait, though urgent notices show at once."""
        if self.host.loading:
            self.pending = message
            self.after = page.waiting(message, len(self.turns) + 1)
            urgent = self._alarm(self._here(self.host.notices(message)), len(self.turns) + 1)
            return View(log=self._log(), banner=urgent, announcement=page.announcement(say("answer.pending")))
        if self.host.opened is None and not self.host.notices(message):
            return self.refused(message, say("status.not_ready"))
        return self._show(self.conversation.ask(message))

    def follow(self, value: str) -> View:
        """Open the document of a permalink, as soon as the documents are loaded."""
        if self.host.loading:
            self.wanted = value
            return View()
        return self.open(value, "")

    def ready(self) -> View:
        """Carry out what waited for the search to be loaded."""
        pending, wanted, self.pending, self.wanted = self.pending, self.wanted, "", ""
        if pending:
            return self.ask(pending)
        view = self.open(wanted, "") if wanted else View()
        # Only what was said of the search itself is taken away: a late call must not wipe out another refusal.
        if self.host.opened is None or self.after != page.refusal(say("status.not_ready")):
            return view
        self.after = ""
        return replace(view, log=self._log())

    def act(self, action: str, details: Mapping[str, str]) -> View:
        """Carry out a click; an unknown or stale one changes nothing."""
        value = details.get("value", "")
        turn = _number(details.get("turn", value))
        answer = self.answers[turn - 1] if 0 < turn <= len(self.answers) else None
        if action in ("open", "read"):
            return self.open(value, details.get("from", ""), place="reader" if action == "read" else "panel")
        if action == "dismiss":
            self.urgent = ((), 0)
            return View(banner="")
        if action == "region":
            return self.choose_region(value)
        if action == "retry":
            return View(retry=True)
        if action == "new":
            self.turns, self.conversation, self.urgent = [], self.host.conversation(), ((), 0)
            self.pending = self.after = ""
            return replace(self.start(), reader=None)
        if action == "export" and value in get_args(Format):
            name, kind, text = export(self.answers, value, self.now())  # type: ignore[arg-type]
            return View(download=json.dumps({"name": name, "type": kind, "text": text, "at": time.monotonic_ns()}))
        if action == "search-again" and answer and value.strip():
            return self._search_again(answer, value)
        if action == "sources-say" and answer:
            return self._sources_say(answer, turn)
        if action == "feedback" and answer and self.host.settings.feedback:
            return self._feedback(answer, turn, value)
        return View()

    def refuse_check(self, text: str, seconds: int, per_minute: int) -> str:
        """Say why a text is not checked: too many, nothing in it, too long, or not ready; empty when it may be."""
        if seconds:
            return claims.refused(say("status.too_fast", limit=per_minute, seconds=seconds))
        if self.host.opened is None:
            return claims.refused(say("status.not_ready"))
        if not text.strip():
            return claims.refused(say("claim.empty"))
        if len(text) > MAX_CHECKED:
            return claims.refused(say("claim.too_long", count=f"{len(text):,}", limit=f"{MAX_CHECKED:,}"))
        return ""

    def show_checked(self, job: Future[CheckedText]) -> str:
        """Keep a check that is done, to be saved, and return it; or why it could not be made."""
        try:
            self.checked = job.result()
        except CorpusError as error:
            return claims.refused(str(error))
        return claims.checked_text(self.checked)

    def save_check(self, form: str) -> str:
        """Return the last report in one of its forms, as it is downloaded; empty where there is none."""
        kind = next((known for known in FILES if known == form), None)
        if self.checked is None or kind is None:
            return ""
        ending, media = FILES[kind]
        now = self.now()
        text = report(self.checked, "pasted text", kind, now)
        name = f"kratom-claims-{now.date()}.{ending}"
        return json.dumps({"name": name, "type": media, "text": text, "at": time.monotonic_ns()})

    def choose_region(self, code: str) -> View:
        """Show the telephone numbers of another region in everything that is on the page."""
        self.region, self._chose_region = notice_book().region(code), True
        notices, turn = self.urgent
        for place, one in enumerate(self.turns):
            self._put(place, replace(one.answer, notices=self._here(one.answer.notices)), one.extra)
        banner = self._alarm(self._here(notices), turn)
        return View(log=self._log() if self.turns or self.after else None, banner=banner)

    def _here(self, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
        """The notices with the telephone numbers of the chosen region."""
        if not self._chose_region:
            return notices
        here = read_notices(self.region)
        # Only those that name a number: others are the same everywhere, and one of them has a short form too.
        local = {text.kind for text in notice_book().texts if text.contacts or "{emergency}" in text.text}
        return tuple(here[one.kind] if one.kind in local else one for one in notices)

    def _alarm(self, notices: tuple[Notice, ...], turn: int) -> str | None:
        """The banner of urgent notices, kept so that it stays until it is dismissed; None when there is nothing urgent."""
        shown = banner(notices, turn, self.region)
        if not shown:
            return None
        self.urgent = (notices, turn)
        return shown

    def _put(self, place: int, answer: Answer, extra: str) -> None:
        """Set a turn anew, in the conversation too, so that what is saved is what is shown."""
        turn = Turn(answer, extra, page.turn(answer, place + 1, self.host.library, extra=extra))
        self.turns[place : place + 1] = [turn]
        self.answers[place : place + 1] = [answer]

    def open(self, value: str, back: str, *, place: str = "panel") -> View:
        """Open a document, at a passage where one is named: beside the conversation, or in the list of documents."""
        self.opened += 1
        panel = self._document(value, back, place=place, move=self.opened)
        return View(reader=panel) if place == "reader" else View(panel=panel)

    def _show(self, answer: Answer) -> View:
        number, self.after = len(self.turns) + 1, ""
        answer = replace(answer, notices=self._here(answer.notices))
        self._put(number - 1, answer, page.feedback_buttons(number) if self.host.settings.feedback else "")
        panel = None
        if answer.quotes:
            first = answer.quotes[0]
            span = f"{first.passage.document.id}:{first.start}-{first.end}"
            panel = self._document(span, f"t{number}-1", place="panel")
        return View(
            log=self._log(),
            panel=panel,
            banner=self._alarm(answer.notices, number),
            announcement=page.announcement(page.spoken(answer, number)),
        )

    def _search_again(self, answer: Answer, searched_for: str) -> View:
        again = self.host.search_again(answer, searched_for)
        self.conversation.turns.append(again)
        return self._show(again)

    def _sources_say(self, answer: Answer, turn: int) -> View:
        found = self.host.without_triage(answer)
        shown = body(found, turn, "") if found else f'<p class="headline">{exact(say("status.not_ready"))}</p>'
        title = f"<h4>{say('answer.sources_say_title')}</h4>"
        self._put(turn - 1, answer, f'<div class="after-notice">{title}{shown}</div>')
        return View(log=self._log())

    def _feedback(self, answer: Answer, turn: int, verdict: str) -> View:
        store(self.host.feedback_file, feedback_of(answer, verdict, self.now().date()))
        self._put(turn - 1, answer, page.thanks())
        return View(log=self._log(), announcement=page.announcement(say("feedback.thanks")))

    def _document(self, value: str, back: str, *, place: str, move: int = 0) -> str:
        library = self.host.library
        try:
            name, span = parse_span(value)
        except ValueError:
            return refused_panel(say("panel.no_passage"))
        document = library.documents.get(name) if library else None
        if library is None or document is None or (span and not 0 <= span.start < span.end <= len(document.text)):
            return refused_panel(say("panel.no_passage"))
        # A document that is not approved may be read in the list, never shown as the source of a quotation.
        if name in library.approved or place != "reader":
            why = self.host.still_approved(name)
            if why:
                return refused_panel(why)
        return document_panel(library, document, span=span, place=place, back=back, move=move)

    def _log(self) -> str:
        return page.log([turn.shown for turn in self.turns], after=self.after) if self.turns or self.after else ""


def _nothing_to_read() -> str:
    return f'<section class="panel empty"><p>{say("library.choose")}</p></section>'


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
