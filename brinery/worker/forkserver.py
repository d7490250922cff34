"""The fork server: a clean Python with scikit-learn imported, from which workers are forked.

It is run as a script by `python -I`, of this program's environment or of another, told over
its control socket where the libraries are, and then forks, counts and ends workers on
request. It touches no data: it never calls into BLAS or OpenMP either, since a forked child
could wait for their threads for ever. When its control socket closes, it ends all its workers
and itself.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import json
import os
import signal
import socket
import sys
import traceback
import warnings
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

__all__: list[str] = []

_PRELOADED = (
    "numpy",
    "pandas",
    "pyarrow",
    "pyarrow.compute",
    "pyarrow.parquet",
    "joblib",
    "threadpoolctl",
    "sklearn.calibration",
    "sklearn.cluster",
    "sklearn.compose",
    "sklearn.dummy",
    "sklearn.ensemble",
    "sklearn.feature_extraction.text",
    "sklearn.impute",
    "sklearn.inspection",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.naive_bayes",
    "sklearn.neighbors",
    "sklearn.neural_network",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "sklearn.svm",
    "sklearn.tree",
)


def _import_alone(name: str, folder: str) -> None:
    """Import a package by its folder, so that nothing else that lies beside it is found."""
    spec = importlib.util.spec_from_file_location(
        name, f"{folder}/__init__.py", submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


def _fork(fd: int, control: Connection[Any, Any], plan: dict[str, Any], sandbox: Any) -> int:
    from brinery.safety import house
    from brinery.worker import process

    parent_pid = os.getpid()
    with warnings.catch_warnings():
        # Python warns of forks in a process with threads; none of ours holds a lock here.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        control.close()
        serving = process.Plan(
            plan["memory_bytes"], tuple(plan["packages"]), house.parsed(plan["allow"])
        )
        process.serve(fd, parent_pid, serving, sandbox)
        status = 0
    except BaseException:  # noqa: BLE001  nothing may run on into the server's own loop
        traceback.print_exc()
    finally:
        os._exit(status)


def _end(pid: int) -> int:
    """End a worker with all that it started; give its exit code, or minus its signal."""
    # Looked at but not reaped, so that the pid stays ours until the end of this function.
    if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _obey(
    request: dict[str, Any],
    control: Connection[Any, Any],
    plan: dict[str, Any],
    sandbox: Any,
    pids: dict[int, int],
) -> dict[str, Any]:
    number = request["worker"]
    if request["do"] == "fork":
        with socket.socket(fileno=os.dup(control.fileno())) as passing:
            _, fds, _, _ = socket.recv_fds(passing, 1, 1)
        try:
            pids[number] = _fork(fds[0], control, plan, sandbox)
        except OSError as error:
            return {"problem": str(error)}
        finally:
            os.close(fds[0])
        return {"pid": pids[number]}
    # Workers are named by number: a pid can come again, a number can't.
    pid = pids.pop(number, None)
    return {"exit_code": None if pid is None else _end(pid)}


def _main() -> None:
    control = Connection(int(sys.argv[1]))
    plan = json.loads(control.recv_bytes())
    if plan["path"]:
        sys.path[:] = plan["path"]
    for name, folder in plan["alone"].items():
        _import_alone(name, folder)
    packages = tuple(plan["packages"])
    gc.disable()  # else a tenth of the time goes to looking through what the libraries keep
    for name in (*_PRELOADED, *plan["preloaded"], *packages):
        importlib.import_module(name)
    sandbox = importlib.import_module("brinery.worker.sandbox").prepare(packages)
    sys.dont_write_bytecode = True  # a worker's file limit would cut the file short
    gc.collect()
    gc.enable()
    gc.freeze()  # the collector would otherwise copy every page that the workers share
    pids: dict[int, int] = {}
    control.send_bytes(b"{}")
    try:
        while True:
            request = json.loads(control.recv_bytes())
            answer = _obey(request, control, plan, sandbox, pids)
            control.send_bytes(json.dumps(answer).encode())
    except (EOFError, OSError):
        pass
    finally:
        for pid in pids.values():
            _end(pid)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _main()
