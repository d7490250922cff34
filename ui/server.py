"""The server around the pages: start and end, and the headers of every answer."""

from __future__ import annotations

import base64
import gc
import hashlib
import logging
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brinery.errors import BrineryError
from brinery.registry.keys import keys_at
from brinery.registry.prove import ready
from brinery.registry.standing import standing_of
from brinery.report.system import doubts, verdict
from brinery.safety.guard import forbid_unpickling
from brinery.settings import Settings
from brinery.worker.pool import Pool
from brinery.worker.trial import what_is_open
from ui import files, first_start, services, shell

__all__ = ["Headers", "content_security_policy", "parts"]

_log = logging.getLogger("brinery.ui")

_CLEAR_SECONDS = 3600.0


def parts() -> dict[str, Any]:
    """Give what `st.App` takes besides the script.

    Raises
    ------
    SystemExit
        A setting, or the shelf or the key that it names, can't be used; it says which, and what
        to do.
    """
    try:
        here = services.get()
        _require_folders(here.settings)
        keys_at(here.settings.key_place)
        here.shelf.names()
    except BrineryError as error:
        raise SystemExit(f"Brinery can't start. {error}") from None
    return {
        "lifespan": _life,
        "routes": files.routes(st.get_option("server.baseUrlPath") or ""),
        "middleware": [Middleware(Headers, policy=content_security_policy())],
        "on_script_error": shell.failed,
    }


def _require_folders(settings: Settings) -> None:
    """Refuse a file where the server is to make a folder, before somebody's upload finds it."""
    for name, place in (
        ("BRINERY_RUNS", settings.runs_path),
        ("BRINERY_REMEMBERED", settings.remembered_path),
    ):
        if place.exists() and not place.is_dir():
            raise BrineryError(
                f"{name} is “{place}”, which is no folder.",
                remedy="Set it to a folder; where there is none yet, it is made.",
            )


@asynccontextmanager
async def _life(_app: Any) -> AsyncIterator[None]:
    forbid_unpickling()
    await anyio.to_thread.run_sync(_warm)
    first_start.begin(services.get())
    threading.Thread(target=_try_out, args=(services.get(),), daemon=True).start()
    try:
        async with anyio.create_task_group() as beside:
            beside.start_soon(_clear_now_and_then, services.get())
            yield
            beside.cancel_scope.cancel()
    finally:
        services.reset()


async def _clear_now_and_then(here: services.Services) -> None:
    while True:
        await anyio.sleep(_CLEAR_SECONDS)
        await anyio.to_thread.run_sync(_clear, here)


def _clear(here: services.Services) -> None:
    """Delete the runs and the uploads that have been kept long enough."""
    keep_seconds = here.settings.runs_days * 24 * 3600
    try:
        here.runs.clear(keep_seconds=keep_seconds, keep_bytes=here.settings.runs_bytes)
        here.incoming.clear()
    except (BrineryError, OSError) as error:  # the disk, or the store; the next time clears them
        _log.warning("Old runs are not cleared: %s", error)


def _warm() -> None:
    """Import what the first click needs, and have the workers up, before anybody is let in."""
    import altair  # noqa: F401
    import pandas  # noqa: F401
    import scipy.stats  # noqa: F401  for a file that is another population

    services.get().pool.warm()
    # What is loaded now stays for good: later collections need not walk through it.
    gc.collect()
    gc.freeze()


def _try_out(here: services.Services) -> None:
    """Take up the runs; try the sandbox, and whether each model still answers as it did.

    What was set in vain is said first.
    """
    for doubt in doubts(here.settings):
        _log.warning("%s", doubt)
    _clear(here)
    try:
        here.runs.resume()
    except OSError as error:
        _log.error("Runs are not taken up: %s", error)
    _try_sandbox(here.pool)
    for entry in here.shelf.entries():
        if entry.card and standing_of(entry.card, entry.events).state == "unproved":
            ref = f"{entry.name}@{entry.card.version}"
            try:
                ready(here.shelf, ref, here.pool, by="start after an upgrade")
            except (BrineryError, RuntimeError) as error:  # recorded, or tried again when asked for
                _log.warning("%s gives no predictions: %s", ref, error)


def _try_sandbox(pool: Pool) -> None:
    """Find out whether the workers' sandbox holds, and say so to who reads the log."""
    try:
        tried = pool.sandbox()
    except (BrineryError, RuntimeError) as error:  # the server ended meanwhile, most likely
        _log.info("The sandbox was not tried: %s", error)
        return
    _log.log(logging.WARNING if what_is_open(tried) else logging.INFO, "%s", verdict(tried))


def content_security_policy() -> str:
    """Give the policy: this server only, no eval, and Streamlit's one inline script by its hash."""
    page = Path(st.__file__).with_name("static") / "index.html"
    inline = re.findall(r"<script>(.*?)</script>", page.read_text("utf-8"), re.DOTALL)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in inline
    )
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: ws: wss:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


class Headers:
    """Put the security headers on every answer; bodies and websockets pass untouched.

    A file of a run goes out as it lies on the disk: packed on the way, as Streamlit packs every
    answer, it would take many times as long.
    """

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with the headers added to what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self.policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        if f"/{files.FOLDER}/" in scope["path"]:
            left = [one for one in scope["headers"] if one[0] != b"accept-encoding"]
            scope = {**scope, "headers": left}
        await self.app(scope, receive, with_headers)
