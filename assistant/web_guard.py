"""A guard around the web page: security headers, a content policy that names each script, and a limit on what is sent in.

It is plain ASGI, so it knows no web framework.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# A file to check of five million bytes, in base64. What a question may have is limited by its characters.
MAX_BODY_BYTES = 7_000_000
TOO_LARGE = b"The message is too large. Shorten it, or check a part of the file."
_SCRIPT = re.compile(rb"<script(?:\s[^>]*)?>(.*?)</script>", re.DOTALL | re.IGNORECASE)
# The page has no use for files sent to it, for files read by path, or for other sites fetched through it.
_CLOSED = re.compile(
    r"^/(?:gradio_api/)?(?:upload|file|proxy|stream|api|info|call|mcp|reload|dev|custom_component)\b"
    r"|^/(?:docs|redoc|openapi\.json)$"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


class TooLarge(Exception):
    """A request whose body is larger than any file that can be checked."""


def policy(page: bytes = b"") -> str:
    """Return the content policy of a page: its own inline scripts by their hashes, nothing from anywhere else.

    Gradio builds its HTML components with `Function`, which needs 'unsafe-eval'; inline handlers such as onerror stay
    forbidden, so that a slip in escaping could not run anything, nor load an image or send a word to another host.
    """
    hashes = [
        base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _SCRIPT.findall(page) if script.strip()
    ]
    scripts = " ".join(["'self'", "'unsafe-eval'", *(f"'sha256-{value}'" for value in dict.fromkeys(hashes))])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


class Guard:
    """Wraps an ASGI application."""

    def __init__(self, application: Application, *, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self.application = application
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it; add the headers to every answer."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        if _CLOSED.search(scope["path"]):
            await _refuse(send, 404, b"Not offered here.")
            return
        length = _header(scope, b"content-length")
        if length.isdigit() and int(length) > self.max_body_bytes:
            await _refuse(send, 413, TOO_LARGE)
            return
        answer = _Answer(send)
        try:
            await self.application(scope, self._limited(receive), answer)
        except TooLarge:
            if not answer.started:
                await _refuse(send, 413, TOO_LARGE)

    def _limited(self, receive: Receive) -> Receive:
        total = 0

        async def limited() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > self.max_body_bytes:
                raise TooLarge
            return message

        return limited


class _Answer:
    """Adds the headers; an HTML page is held back until it is whole, because its policy names its scripts."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.started = False
        self.held: Message | None = None
        self.page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            if _header(message, b"content-type").startswith(b"text/html") and not _header(message, b"content-encoding"):
                self.held = message
                return
            await self.send(_with_headers(message, policy()))
        elif self.held is not None:
            self.page += message.get("body", b"")
            if not message.get("more_body"):
                start, self.held = self.held, None
                await self.send(_with_headers(start, policy(self.page)))
                await self.send({"type": "http.response.body", "body": self.page})
        else:
            await self.send(message)


def _header(message: Message, name: bytes) -> bytes:
    return next((value for key, value in message["headers"] if key.lower() == name), b"")


def _with_headers(message: Message, content_policy: str) -> Message:
    ours = {**_HEADERS, "content-security-policy": content_policy}
    kept = [(key, value) for key, value in message["headers"] if key.decode("latin-1").lower() not in ours]
    return {**message, "headers": [*kept, *((key.encode(), value.encode()) for key, value in ours.items())]}


async def _refuse(send: Send, status: int, text: bytes) -> None:
    start = {
        "type": "http.response.start",
        "status": status,
        "headers": [(b"content-type", b"text/plain; charset=utf-8")],
    }
    await send(_with_headers(start, policy()))
    await send({"type": "http.response.body", "body": text})
