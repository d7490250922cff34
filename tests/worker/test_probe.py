"""The probes themselves: where nothing holds a process down, each attack has to succeed."""

import inspect
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from brinery.worker import probe

ROOT = Path(__file__).parents[2]


def attempt(name, *args):
    """Attack from a plain process; its children end with it."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from brinery.worker import probe;"
        f"print(probe.{name}(None, *{args!r}).decode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(ROOT)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_socket_is_opened():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert attempt("open_socket", listener.getsockname()[1]) == "reached a listener"


def test_a_process_is_started():
    assert attempt("fork") == "started a process"


def test_a_program_is_run():
    assert attempt("execute") == "ran a program"


def test_a_file_is_read(tmp_path):
    (tmp_path / "key").write_text("secret")
    assert attempt("read_files", str(tmp_path / "none"), str(tmp_path / "key")).endswith("key")


def test_a_file_is_written(tmp_path):
    assert attempt("write_files", str(tmp_path)) == f"made a file in {tmp_path}"
    assert not list(tmp_path.iterdir())


def test_a_disk_is_filled(tmp_path):
    assert attempt("fill_disk", str(tmp_path)).startswith("wrote a large file")
    assert not list(tmp_path.iterdir())


def test_a_signal_is_sent():
    assert attempt("send_signals", os.getpid()).startswith("may signal")


def test_memory_is_taken():
    assert attempt("fill_memory", 2**27) == "was given more than 128 MiB"


def test_threads_are_started():
    assert attempt("make_threads", 50) == "started 50 threads"


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has /proc and ptrace as here.")
def test_another_process_is_looked_into():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        try:
            got = attempt("trace", other.pid)
        finally:
            other.kill()
    if not got:
        pytest.skip("This system lets nobody look into another process.")
    assert got.endswith(str(other.pid))


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's.")
def test_a_core_dump_is_allowed():
    assert attempt("dump_core")


def test_every_probe_is_told_by_its_name():
    functions = {
        name
        for name, value in vars(probe).items()
        if inspect.isfunction(value)
        and not name.startswith("_")
        and value.__module__ == probe.__name__
    }
    assert functions == set(probe.__all__)
