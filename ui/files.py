"""The application's own routes for large files: in, piece by piece, and out, as they lie there.

What is uploaded and downloaded through Streamlit is held in memory. Who has a ticket, or the id
of a run, may use it here: both are hard to guess.
"""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from brinery.errors import BrineryError, CannotWrite, NotOnShelf
from brinery.scoring.offered import Offered
from brinery.scoring.run import Kind, Run
from brinery.settings import is_bucket
from ui import services

__all__ = ["FOLDER", "link", "routes"]

FOLDER = "files"
"""Under this name beside the pages are the routes."""

_log = logging.getLogger("brinery.ui")
_READ_BYTES = 2**20
_TOLD_BYTES = 2**16
_ZIP_LEVEL = 1
_PRIVATE = {"Cache-Control": "private, no-store"}


def routes(base: str = "") -> list[Route]:
    """Give the routes.

    Parameters
    ----------
    base : str
        The path under which the application is served, as `server.baseUrlPath` has it.
    """
    at = f"{base.strip('/')}/{FOLDER}".strip("/")
    return [
        Route(f"/{at}/in/{{ticket}}", _tell, methods=["POST"]),
        Route(f"/{at}/in/{{ticket}}", _take, methods=["PUT"]),
        Route(f"/{at}/runs/{{id}}", _give, methods=["GET"]),
    ]


def link(id: str, kind: Kind = "output", *, packed: bool = False) -> str:
    """Give the address of a run's file, as seen from a page.

    Parameters
    ----------
    id : str
        The run's.
    kind : {"output", "partial"}
        Its predictions; or what there is of them, where it did not come to its end.
    packed : bool
        Whether it is to come in a zip file.
    """
    asked = {"kind": kind, **({"packed": "zip"} if packed else {})}
    return f"{FOLDER}/runs/{id}?{urlencode(asked)}"


async def _tell(request: Request) -> Response:
    incoming, ticket = services.get().incoming, request.path_params["ticket"]
    try:
        asked = json.loads(await _short(request))
        name, n_bytes = str(asked["name"]), int(asked["n_bytes"])
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return _problem(400, BrineryError("This is no upload."))
    try:
        n_here = await anyio.to_thread.run_sync(incoming.tell, ticket, name, n_bytes)
    except BrineryError as error:
        return _problem(_status(error), error)
    return JSONResponse({"n_here": n_here}, headers=_PRIVATE)


async def _short(request: Request) -> bytes:
    """Give a body of a few words; of a longer one nothing is held."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _TOLD_BYTES:
            raise ValueError("the body is too long")
    return body


async def _take(request: Request) -> Response:
    incoming, ticket = services.get().incoming, request.path_params["ticket"]
    try:
        start = int(request.query_params.get("start", ""))
    except ValueError:
        return _problem(400, BrineryError("This is no upload."))
    try:
        n_here = await incoming.take(ticket, start, request.stream())
    except ClientDisconnect:  # the browser looks at what is here, and goes on
        return Response(status_code=499)
    except BrineryError as error:
        return _problem(_status(error), error)
    return JSONResponse({"n_here": n_here}, headers=_PRIVATE)


async def _give(request: Request) -> Response:
    asked, id = request.query_params, request.path_params["id"]
    kind: Kind = "partial" if asked.get("kind") == "partial" else "output"
    try:
        run, file = await anyio.to_thread.run_sync(_find, id, kind)
    except BrineryError as error:  # the store of the runs is away
        return _problem(503, error)
    if run is None or file is None:
        gone = NotOnShelf("There is no such file any more.", remedy="Upload your table again.")
        return _problem(404, gone)
    name = run.partial_name if kind == "partial" else run.request.out
    is_packed = asked.get("packed") == "zip"
    whole = FileResponse(
        file.place, filename=f"{name}.zip" if is_packed else name, headers=_PRIVATE
    )
    headers = {**_PRIVATE, "Content-Disposition": whole.headers["content-disposition"]}
    if is_packed:
        return await _streamed(_zipped(file, name), headers, whole.media_type)
    if not is_bucket(file.place):
        return whole
    start = _start(request, file)
    headers |= {"Accept-Ranges": "bytes", "ETag": file.mark}
    headers["Content-Length"] = str(file.n_bytes - start)
    if start:
        headers["Content-Range"] = f"bytes {start}-{file.n_bytes - 1}/{file.n_bytes}"
    return await _streamed(_pieces(file, start), headers, whole.media_type, 206 if start else 200)


async def _streamed(
    pieces: Iterator[bytes], headers: dict[str, str], kind: str | None, status: int = 200
) -> Response:
    try:
        first = await anyio.to_thread.run_sync(next, pieces, b"")
    except BrineryError as error:
        return _problem(503, error)
    return StreamingResponse(chain([first], pieces), status, headers, kind)


def _start(request: Request, file: Offered) -> int:
    """Give where a download that was broken off goes on; 0 where it is to come from its start."""
    wanted = re.fullmatch(r"bytes=(\d{1,18})-", request.headers.get("range", ""))
    is_same = request.headers.get("if-range", file.mark) == file.mark
    start = int(wanted[1]) if wanted and is_same else 0
    return start if start < file.n_bytes else 0


def _find(id: str, kind: Kind) -> tuple[Run | None, Offered | None]:
    runs = services.get().runs
    run = runs.find(id)
    return run, None if run is None else runs.file(run, kind)


def _pieces(file: Offered, start: int) -> Iterator[bytes]:
    with file.open() as source:
        source.seek(start)
        while data := source.read(_READ_BYTES):
            yield data


def _zipped(file: Offered, name: str) -> Iterator[bytes]:
    """Give a zip file with one file in it, made while it is sent."""
    out = _Passing()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_ZIP_LEVEL) as archive,
        file.open() as source,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        while data := source.read(_READ_BYTES):
            member.write(data)
            yield out.taken()
    yield out.taken()


class _Passing(io.RawIOBase):
    """A file that can only be written on, and gives away what was written."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._written.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        written, self._written = self._written, []
        return b"".join(written)


def _status(error: BrineryError) -> int:
    if isinstance(error, CannotWrite):
        _log.error("An upload ended: %s", error)
        return 507
    return 404 if isinstance(error, NotOnShelf) else 413


def _problem(status: int, error: BrineryError) -> Response:
    said = f"{error.problem} {error.remedy}".strip()
    return JSONResponse({"problem": said}, status_code=status, headers=_PRIVATE)
