"""A real server for the browser journeys, the benchmarks and the picture."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from examples.make_tables import EXAMPLES

__all__ = ["ROOT", "Served", "serve"]

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Served:
    """A running server.

    Attributes
    ----------
    url : str
        Its address, without a slash at the end.
    pid : int
        The web process.
    models, key_path : Path
        Its shelf and the key of the seals.
    log_path : Path
        Everything that it printed.
    """

    url: str
    pid: int
    models: Path
    key_path: Path
    log_path: Path

    def log(self) -> str:
        """Give everything that the server printed so far."""
        return self.log_path.read_text("utf-8", errors="replace")


@contextmanager
def serve(
    folder: Path,
    *,
    script: Path = ROOT / "app.py",
    role: str = "operator",
    models: Path | None = None,
    seconds: float = 180,
) -> Iterator[Served]:
    """Start a server on a free port of this machine, and end it afterwards.

    Parameters
    ----------
    folder : Path
        Where its log goes, and, where `models` is not given, its shelf.
    script : Path
        The application.
    role : str
        What its people may do.
    models : Path, optional
        A shelf that is already there, its key beside it; else a new one is made, and the
        first start's two models are waited for.
    seconds : float
        How long it may take to be ready.

    Raises
    ------
    TimeoutError
        It was not ready in time; the message has the end of its log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shelf = models or folder / "models"
    key_path = shelf.parent / "key"
    log_path = folder / f"server-{role}.log"
    port = _free_port()
    environment = {
        **os.environ,
        "BRINERY_MODELS": str(shelf),
        "BRINERY_KEY_FILE": str(key_path),
        "BRINERY_ROLE": role,
        "BRINERY_EXAMPLES": "0" if models else "1",
        "BRINERY_WORKERS": "2",
        "PYTHONUNBUFFERED": "1",
    }
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(script)),
        *("--server.port", str(port), "--server.address", "127.0.0.1"),
        *("--server.headless", "true"),
    ]
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    served = Served(f"http://127.0.0.1:{port}", process.pid, shelf, key_path, log_path)
    try:
        _wait(served, process, seconds, [] if models or script.name != "app.py" else _cards(shelf))
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _cards(shelf: Path) -> list[Path]:
    return [shelf / example.name / "versions" / "0001" / "card.json" for example in EXAMPLES]


def _wait(
    served: Served, process: subprocess.Popen[bytes], seconds: float, files: list[Path]
) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        if _healthy(served.url) and all(file.exists() for file in files):
            return
        if "Traceback" in served.log():
            break
        time.sleep(0.2)
    raise TimeoutError(
        f"The server failed, or was not ready in {seconds:g} s:\n{served.log()[-3000:]}"
    )


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
