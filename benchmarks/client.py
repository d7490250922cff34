"""A visitor without a browser: speaks Streamlit's own protocol over a websocket."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

__all__ = ["Visitor", "visitor"]

_XSRF = "_streamlit_xsrf"


@dataclass
class Visitor:
    """One session: what is on its page, and what its widgets hold.

    Attributes
    ----------
    elements : dict of (int, …) to (str, element)
        The page by place: each element's type and its message.
    values : dict of str to WidgetState
        What the widgets hold, by id; sent whole with every rerun, as a browser does.
    """

    http: httpx.AsyncClient
    socket: websockets.ClientConnection
    path: str
    query: str
    session_id: str = ""
    page_hash: str = ""
    elements: dict[tuple[int, ...], tuple[str, Any]] = field(default_factory=dict)
    values: dict[str, WidgetState] = field(default_factory=dict)
    repeats: dict[str, float] = field(default_factory=dict)

    def find(self, kind: str, label: str = "") -> Any:
        """Give the first element of that type whose label starts with `label`.

        Raises
        ------
        LookupError
            It is not on the page; the message lists what is.
        """
        for name, element in self.elements.values():
            if name == kind and getattr(element, "label", "").startswith(label):
                return element
        there = sorted({name for name, _ in self.elements.values()})
        raise LookupError(f"No {kind} called {label!r} on {self.path}; there are {there}")

    def has(self, kind: str, label: str = "") -> bool:
        """Say whether such an element is on the page."""
        return any(
            name == kind and getattr(element, "label", "").startswith(label)
            for name, element in self.elements.values()
        )

    async def rerun(self, fragment_id: str = "") -> float:
        """Send the widgets, wait until the script has finished; give the seconds it took."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_script_hash = self.page_hash
        state.page_name = "" if self.page_hash else self.path.strip("/")
        state.fragment_id = fragment_id
        state.is_auto_rerun = bool(fragment_id)
        state.widget_states.widgets.extend(self.values.values())
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await self._until("script_finished")
        return time.perf_counter() - started

    async def pick(self, label: str, option: str) -> float:
        """Choose an option of a select box; give the seconds until the page was whole."""
        box = self.find("selectbox", label)
        self.values[box.id] = WidgetState(id=box.id, string_value=option)
        return await self.rerun()

    async def press(self, label: str) -> float:
        """Press a button; give the seconds until the page was whole."""
        button = self.find("button", label)
        self.values[button.id] = WidgetState(id=button.id, trigger_value=True)
        try:
            return await self.rerun()
        finally:
            del self.values[button.id]

    async def upload(self, name: str, data: bytes, done: tuple[str, str]) -> float:
        """Send a file as a browser does; give the seconds until element `done` was there."""
        started = time.perf_counter()
        uploader = self.find("file_uploader")
        await self._take_back(uploader.id)
        request = BackMsg()
        request.file_urls_request.request_id = str(uuid.uuid4())
        request.file_urls_request.file_names.append(name)
        request.file_urls_request.session_id = self.session_id
        await self.socket.send(request.SerializeToString())
        answer = (await self._until("file_urls_response")).file_urls_response
        urls = answer.file_urls[0]
        put = await self.http.put(urls.upload_url, files={"file": (name, data)})
        put.raise_for_status()
        info = UploadedFileInfo(name=name, size=len(data), file_id=urls.file_id)
        info.file_urls.CopyFrom(FileURLs(**{one.name: value for one, value in urls.ListFields()}))
        self._hold(uploader.id, [info])
        await self.rerun()
        while not self.has(*done):
            if not self.repeats:
                raise LookupError(f"The page ended without {done}")
            fragment_id, interval = next(iter(self.repeats.items()))
            await asyncio.sleep(interval)
            await self.rerun(fragment_id)
        return time.perf_counter() - started

    async def take_back(self) -> float:
        """Remove the uploaded file; give the seconds until the page was whole."""
        uploader = self.find("file_uploader")
        await self._take_back(uploader.id)
        self._hold(uploader.id, [])
        return await self.rerun()

    def _hold(self, uploader_id: str, files: list[UploadedFileInfo]) -> None:
        state = WidgetState(id=uploader_id)
        state.file_uploader_state_value.SetInParent()
        state.file_uploader_state_value.uploaded_file_info.extend(files)
        self.values[uploader_id] = state

    async def _take_back(self, uploader_id: str) -> None:
        held = self.values.get(uploader_id)
        for info in held.file_uploader_state_value.uploaded_file_info if held else []:
            await self.http.delete(info.file_urls.delete_url)

    async def _until(self, wanted: str) -> ForwardMsg:
        async with asyncio.timeout(120):
            while True:
                message = ForwardMsg.FromString(await self.socket.recv())
                kind = message.WhichOneof("type")
                self._take(kind, message)
                early = ForwardMsg.FINISHED_EARLY_FOR_RERUN
                if kind == wanted and not (
                    kind == "script_finished" and message.script_finished == early
                ):
                    return message

    def _take(self, kind: str | None, message: ForwardMsg) -> None:
        if kind == "new_session":
            self.session_id = message.new_session.initialize.session_id
            if not message.metadata.run.fragment_ids:
                self.elements.clear()
                self.repeats.clear()
        elif kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.repeats[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for fragment_id in message.stop_auto_rerun.fragment_ids:
                self.repeats.pop(fragment_id, None)
        elif kind == "delta":
            self._place(tuple(message.metadata.delta_path), message.delta)

    def _place(self, path: tuple[int, ...], delta: Any) -> None:
        for there in [one for one in self.elements if one[: len(path)] == path]:
            del self.elements[there]
        if delta.WhichOneof("type") == "new_element":
            kind = delta.new_element.WhichOneof("type")
            self.elements[path] = (kind, getattr(delta.new_element, kind))


@asynccontextmanager
async def visitor(url: str, path: str = "/", query: str = "") -> AsyncIterator[Visitor]:
    """Open a page as a browser does: the XSRF cookie first, then the socket, then a first run."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        await http.get("/_stcore/health")
        token = http.cookies[_XSRF]
        http.headers["X-Xsrftoken"] = token
        async with websockets.connect(
            url.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit"), websockets.Subprotocol(token)],
            additional_headers={"Cookie": f"{_XSRF}={token}", "Origin": url},
            max_size=None,
            compression=None,
        ) as socket:
            somebody = Visitor(http, socket, path, query)
            await somebody.rerun()
            yield somebody
