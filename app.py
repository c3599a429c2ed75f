"""The web door: builds the page with Gradio, passes messages and clicks to a visit, and serves it on this computer."""

from __future__ import annotations

import base64
import errno
import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

# Read by Gradio when it is imported: no analytics, no version check, nothing kept in the browser.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_RUN_HISTORY"] = "False"
os.environ.pop("GRADIO_VIBE_MODE", None)
# Read by torch when it is loaded: with several people asking on few cores, one thread per question is several times faster.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from threadpoolctl import threadpool_limits

from assistant import claim_html as claims
from assistant import page_html as page
from assistant.claim_check import check_for_page
from assistant.claim_files import text_of
from assistant.hosting import Host, SpeedLimit
from assistant.library_html import bibliography, library_list
from assistant.notices import notice_book
from assistant.settings import Settings
from assistant.web_guard import Guard
from assistant.web_session import WAIT_SECONDS, View, Visit
from assistant.web_wording import WEB_FOLDER, say
from assistant.wording import read_wording
from corpus.errors import CorpusError

# Everyone behind one address (a household, a proxy) together gets this many times one person's share.
SHARES_PER_ADDRESS = 20
CONCURRENT_ANSWERS = 8
QUEUE_LENGTH = 200
SESSION_SECONDS = 3_600
# How often a check says how far it has come.
TOLD_EVERY = 0.5
ASSETS = ("page.css", "page.js", "favicon.svg")

Change = dict[Any, Any]


class Page:
    """The Gradio page over one host."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.person = SpeedLimit(host.settings.questions_per_minute)
        self.address = SpeedLimit(host.settings.questions_per_minute * SHARES_PER_ADDRESS)
        self.region = notice_book().region(host.settings.region)
        self.tabs = ["ask", "check", "sources", "about"]
        self.actions = (WEB_FOLDER / "actions.js").read_text(encoding="utf-8")
        with gr.Blocks(title=say("page.name"), fill_width=True, analytics_enabled=False) as self.blocks:
            self._lay_out()
            self._wire()
        self.blocks.queue(max_size=QUEUE_LENGTH)

    def _html(self, value: str = "", *, name: str) -> Any:
        # The default style class would set its own type and margins over the page's.
        return gr.HTML(value, elem_id=name, js_on_load=self.actions, apply_default_css=False)

    def _lay_out(self) -> None:
        self.visit = gr.State(None, time_to_live=SESSION_SECONDS)
        self.masthead = self._html(page.head(self.tabs), name="masthead")
        self.banner = self._html(name="banner")
        self.status = self._html(name="status")
        self.announcement = self._html(page.announcement(""), name="announcement")
        with gr.Row(elem_id="page-ask", elem_classes="page"):
            with gr.Column(elem_id="conversation", scale=6, min_width=300):
                # Apart from the log, so that what loads late can never overwrite a conversation.
                self.welcome = self._html(name="welcome")
                self.log = self._html(name="log")
                with gr.Row(elem_id="composer"):
                    self.box = gr.Textbox(
                        label=say("composer.label"),
                        placeholder=say("composer.placeholder"),
                        lines=1,
                        max_lines=5,
                        elem_id="question",
                    )
                    self.send = gr.Button(say("composer.send"), variant="primary", elem_id="send")
                    self._html(page.to_newest(), name="to-newest")
            with gr.Column(elem_id="source-panel", scale=5, min_width=300):
                self.panel = self._html(name="panel")
        self._lay_out_claims()
        with gr.Row(elem_id="page-sources", elem_classes="page"):
            with gr.Column(elem_id="shelves", scale=5, min_width=300):
                self.library = self._html(name="library")
                self.bibliography = self._html(name="bibliography")
            with gr.Column(elem_id="reading", scale=6, min_width=300):
                self.reader = self._html(name="reader")
        with gr.Column(elem_id="page-about", elem_classes="page"):
            self.about = self._html(name="about")
        self.disclaimer = self._html(page.disclaimer(read_wording().disclaimer, self.region), name="disclaimer")
        self.download = gr.HTML(
            "",
            elem_id="download",
            html_template="<i></i>",
            js_on_load=(WEB_FOLDER / "download.js").read_text(encoding="utf-8"),
        )
        self.nudge = gr.HTML(
            "",
            elem_id="nudge",
            html_template="<i></i>",
            js_on_load=(WEB_FOLDER / "nudge.js").read_text(encoding="utf-8"),
        )
        self.timer = gr.Timer(0.5, active=False)

    def _lay_out_claims(self) -> None:
        with gr.Row(elem_id="page-check", elem_classes="page"):
            with gr.Column(elem_id="claims", scale=6, min_width=300):
                self.intro = gr.HTML(
                    page.claim_intro(),
                    elem_id="claim-file",
                    js_on_load=(WEB_FOLDER / "upload.js").read_text(encoding="utf-8"),
                    apply_default_css=False,
                )
                self.pasted = gr.Textbox(label=say("claim.label"), lines=6, max_lines=14, elem_id="pasted")
                self.check_button = gr.Button(say("claim.send"), variant="primary", elem_id="check-send")
                self.checked = self._html(name="checked")
            with gr.Column(elem_id="claim-source", scale=5, min_width=300):
                self.claim_panel = self._html(name="claim-panel")

    def _wire(self) -> None:
        # Each event names only the parts that it can change: Gradio builds every other part it names anew, even unchanged.
        talk = [self.visit, self.log, self.panel, self.banner, self.announcement, self.timer]
        everything = [
            *talk, self.box, self.welcome, self.reader, self.status, self.library, self.bibliography, self.about,
        ]  # fmt: skip
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        answering: dict[str, Any] = {**quiet, "concurrency_limit": CONCURRENT_ANSWERS, "concurrency_id": "ask"}
        asked = [self.box, self.visit]
        gr.on([self.box.submit, self.send.click], self.on_ask, inputs=asked, outputs=[*talk, self.box], **answering)
        for part in (self.welcome, self.panel, self.banner, self.disclaimer):
            part.act(self.on_act, inputs=[self.visit], outputs=talk, **answering)
        self.log.act(self.on_act, inputs=[self.visit], outputs=[*talk, self.download], **answering)
        for part in (self.library, self.bibliography, self.reader):
            reading = [self.visit, self.reader, self.bibliography]
            part.act(self.on_act, inputs=[self.visit], outputs=reading, **answering)
        self.status.act(self.on_act, inputs=[self.visit], outputs=everything, **answering)
        inputs = [self.pasted, self.visit]
        self.check_button.click(
            self.on_check, inputs=inputs, outputs=[self.visit, self.checked], concurrency_limit=2, **quiet
        )
        self.checked.act(self.on_check_act, inputs=[self.visit], outputs=[self.claim_panel, self.download], **quiet)
        self.intro.act(self.on_file, outputs=[self.pasted, self.checked], concurrency_limit=2, **quiet)
        self.nudge.act(_nothing, concurrency_limit=None, **quiet)
        # "multiple": if the answer to one call is lost on its way, the next one is made all the same.
        self.timer.tick(
            self.on_tick,
            inputs=[self.visit],
            outputs=everything,
            concurrency_limit=None,
            trigger_mode="multiple",
            **quiet,
        )
        self.blocks.load(self.on_load, inputs=[self.visit], outputs=everything, **answering)

    def on_load(self, visit: Visit | None, request: gr.Request) -> Change:
        """Fill the page when it is opened; a permalink opens its passage or asks its question."""
        self.host.start()
        self.host.refresh()
        visit = visit or Visit(self.host)
        # Not the log nor the banner: a question asked while this was under way must not be wiped out.
        beside = replace(visit.start(), log=None, banner=None)
        change = {self.visit: visit, **self._changed(beside), **self._readiness()}
        asked = dict(request.query_params)
        if asked.get("region"):
            visit.choose_region(asked["region"])
        if "passage" in asked or "document" in asked:
            return change | self._changed(visit.follow(asked.get("passage") or asked["document"]))
        if asked.get("q", "").strip():
            return change | self._ask(asked["q"], visit, request)
        return change

    def on_tick(self, visit: Visit | None) -> Change:
        """While loading: say what is being loaded; then carry out what waited, and fill in what was missing."""
        change = self._readiness()
        if self.host.loading or visit is None:
            return change
        return {**change, self.visit: visit, **self._changed(visit.ready())}

    def _readiness(self) -> Change:
        host = self.host
        if host.loading:
            status = {self.status: page.loading(host.step), self.timer: gr.Timer(active=True)}
            return {**status, self.welcome: page.welcome(host.library), self.about: self._about()}
        trouble = page.failed(host.failure) if host.failure else page.stale(host.stale) if host.stale else ""
        status = {self.status: trouble, self.timer: gr.Timer(active=False)}
        change = {**status, self.welcome: page.welcome(host.library)}
        if host.library:
            change |= {
                self.library: library_list(host.library),
                self.bibliography: page.show_bibliography(host.library),
            }
        return {**change, self.about: self._about()}

    def _about(self) -> str:
        host = self.host
        return page.about(
            host.library, fingerprint=host.fingerprint, passages=host.passages, feedback_on=host.settings.feedback
        )

    def on_ask(self, message: str, visit: Visit | None, request: gr.Request) -> Change:
        """Answer the message in the box."""
        visit = visit or Visit(self.host)
        return {self.visit: visit, self.box: "", **self._ask(message, visit, request)}

    def _ask(self, message: str, visit: Visit, request: gr.Request) -> Change:
        refused = visit.refuse(message) or self._too_fast(message, visit, request)
        if refused:
            return {**self._changed(refused), self.box: message[:4_000]}
        change = self._changed(visit.ask(message))
        return {**change, self.timer: gr.Timer(active=True)} if visit.pending else change

    def _too_fast(self, message: str, visit: Visit, request: gr.Request) -> View | None:
        seconds = self._seconds_to_wait(request)
        if not seconds:
            return None
        return visit.refused(message, say("status.too_fast", limit=self.person.per_minute, seconds=seconds))

    def _seconds_to_wait(self, request: gr.Request) -> int:
        address = request.client.host if request.client else ""
        return self.person.wait_seconds(str(request.session_hash)) or self.address.wait_seconds(address)

    def on_act(self, visit: Visit | None, request: gr.Request, event: gr.EventData) -> Change:
        """Carry out a click on the page."""
        visit = visit or Visit(self.host)
        details = {str(key): str(value)[:4_000] for key, value in dict(event._data or {}).items()}
        action = details.get("do", "")
        if action == "ask":
            change = self._ask(details.get("value", ""), visit, request)
            change.pop(self.box, None)
            return {self.visit: visit, **change}
        if action == "bibliography" and self.host.library:
            return {self.bibliography: bibliography(self.host.library)}
        view = (self._too_fast("", visit, request) if action == "search-again" else None) or visit.act(action, details)
        if view.retry:
            self.host.start()
        return {self.visit: visit, **self._changed(view), **(self._readiness() if view.retry else {})}

    def on_check(self, text: str, visit: Visit | None, request: gr.Request) -> Iterator[Change]:
        """Check a pasted text sentence by sentence, telling how far it has come."""
        visit = visit or Visit(self.host)
        seconds = self._seconds_to_wait(request)
        self.host.wait(WAIT_SECONDS)
        refusal = visit.refuse_check(text, seconds, self.person.per_minute)
        if refusal or self.host.opened is None:
            yield {self.checked: refusal or claims.refused(say("status.not_ready"))}
            return
        come, opened = [0, 0], self.host.opened
        with ThreadPoolExecutor(1) as worker:
            job = worker.submit(
                check_for_page, text, opened, lambda done, total: come.__setitem__(slice(0, 2), [done, total])
            )
            while not wait([job], timeout=TOLD_EVERY).done:
                yield {self.checked: claims.checking(*come)}
        yield {self.visit: visit, self.checked: visit.show_checked(job)}

    def on_check_act(self, visit: Visit | None, event: gr.EventData) -> Change:
        """Open the passage of a quotation under a claim, or save the report."""
        visit = visit or Visit(self.host)
        details = {str(key): str(value)[:4_000] for key, value in dict(event._data or {}).items()}
        if details.get("do") == "check-save":
            saved = visit.save_check(details.get("value", ""))
            return {self.download: saved} if saved else {}
        view = visit.open(details.get("value", ""), details.get("from", ""), place="claim")
        return {self.claim_panel: view.panel}

    def on_file(self, event: gr.EventData) -> Change:
        """Put the text of a chosen file into the box."""
        details = {str(key): str(value) for key, value in dict(event._data or {}).items()}
        if details.get("do") == "refuse":
            return {self.checked: claims.refused(details.get("why", "")[:200])}
        name = details.get("name", "")[:200]
        try:
            text = text_of(name, base64.b64decode(details.get("data", ""), validate=True))
        except ValueError:
            return {self.checked: claims.refused(say("claim.file_failed"))}
        except CorpusError as error:
            return {self.checked: claims.refused(str(error))}
        return {self.pasted: text, self.checked: claims.told(say("claim.file_read", file=name))}

    def _changed(self, view: View) -> Change:
        parts = {
            self.log: view.log, self.panel: view.panel, self.reader: view.reader, self.banner: view.banner,
            self.announcement: view.announcement, self.download: view.download,
        }  # fmt: skip
        return {component: value for component, value in parts.items() if value is not None}


def _nothing() -> None:
    """Change nothing: the call itself makes the page fetch an answer that it missed."""


def build(host: Host) -> gr.Blocks:
    """Return the page over a host."""
    blocks: gr.Blocks = Page(host).blocks
    return blocks


def web_app(host: Host) -> Guard:
    """Return the whole web application: the page, its own style and script, and the guard around them."""
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    web.mount("/web", StaticFiles(directory=WEB_FOLDER), name="web")
    theme = gr.themes.Base(
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
        primary_hue="green",
        neutral_hue="stone",
    )
    head = (
        '<link rel="icon" type="image/svg+xml" href="web/favicon.svg"><link rel="stylesheet" href="web/page.css">'
        '<script src="web/page.js" defer></script>'
    )
    gr.mount_gradio_app(
        web, build(host), path="/", server_name=host.settings.host, server_port=host.settings.port, theme=theme, head=head,
        footer_links=[], run_history=False, show_error=False, ssr_mode=False, pwa=False, mcp_server=False, enable_monitoring=False,
        favicon_path=str(WEB_FOLDER / "favicon.svg"), allowed_paths=[], max_file_size=0,
    )  # fmt: skip
    return Guard(web)


def serve(settings: Settings) -> None:
    """Serve the page until it is stopped; an address that cannot be used is an OSError that says so."""
    # numpy is loaded before this module is, so it has not read the variable above. Threads that wait for work take
    # nearly half of the processor from the other people who ask.
    threadpool_limits(limits=1)
    listener = _listen(settings)
    host = Host(settings)
    host.start()
    address = f"[{settings.host}]" if ":" in settings.host else settings.host
    sys.stderr.write(f"Kratom Assistant: http://{address}:{settings.port}  (Ctrl-C stops it)\n")
    server = uvicorn.Server(uvicorn.Config(web_app(host), log_level="warning", timeout_graceful_shutdown=3))
    server.run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            message = f"port {settings.port} is already in use; choose another with --port"
            raise OSError(error.errno, message) from error
        raise
    return listener
