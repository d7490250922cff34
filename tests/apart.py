"""Something done in a process of its own, so that what it breaks is its own."""

import os
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["MOST_MEBIBYTES", "MOST_SECONDS", "Outcome", "apart"]

MOST_SECONDS, MOST_MEBIBYTES = 2.0, 300
"""What one file may take of the processor, and of memory."""

_LONGEST_SECONDS = 60
"""By the clock on the wall, which other work on the machine slows; then the process is ended."""


@dataclass(frozen=True)
class Outcome:
    """What came of it: what it said, or its error; how the process ended, and what it took."""

    said: bytes
    status: int
    failed: bool = False
    processor_seconds: float = 0.0
    mebibytes: float = 0.0


def apart(work: Callable[[], bytes]) -> Outcome:
    """Fork, do it there, and give what it said; an error says its `repr`."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        signal.alarm(_LONGEST_SECONDS)
        processor = time.process_time()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        failed = 0
        try:
            said = work()
        except BaseException as error:  # noqa: BLE001  told to the parent
            failed, said = 1, repr(error).encode()
        processor = time.process_time() - processor
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        with os.fdopen(write_end, "wb") as pipe:
            pipe.write(f"{failed} {processor} {more} ".encode() + said)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        answer = pipe.read()
    status = os.waitpid(pid, 0)[1]
    if status or not answer:
        return Outcome(b"", status)
    failed, processor, more, said = answer.split(b" ", 3)
    return Outcome(said, status, failed == b"1", float(processor), float(more))
