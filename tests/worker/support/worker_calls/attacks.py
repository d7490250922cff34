"""What hostile code would do in a worker; each gives how far it came."""

import ctypes
import fcntl
import json
import mmap
import os
import resource
import signal
import socket
import subprocess
import threading
from pathlib import Path

_PTRACE_ATTACH, _F_SETSIG = 16, 10


def _tried(*attempts) -> bytes:
    """Give for each attempt the name of the error that stopped it, or what it got."""
    outcomes = []
    for attempt in attempts:
        try:
            outcomes.append(f"got {attempt()}")
        except (OSError, RuntimeError, ValueError, MemoryError) as error:
            outcomes.append(type(error).__name__)
    return json.dumps(outcomes).encode()


def connect(port: int, path: str) -> bytes:
    def tcp():
        with socket.create_connection(("127.0.0.1", port), timeout=5) as reached:
            return reached.sendall(b"out")

    def unix():
        with socket.socket(socket.AF_UNIX) as one:
            return one.connect(path)

    def udp():
        with socket.socket(type=socket.SOCK_DGRAM) as one:
            return one.sendto(b"out", ("127.0.0.1", port))

    return _tried(tcp, unix, udp, socket.socketpair)


def split() -> bytes:
    libc = ctypes.CDLL(None, use_errno=True)

    def raw(number, *args):
        def call():
            pid = libc.syscall(number, *args)
            if pid == 0:
                os._exit(0)
            if pid < 0:
                raise OSError(ctypes.get_errno(), "refused")
            return pid

        return call

    # clone as fork calls it, and clone with a new user namespace; the same on both processors.
    clone = 56 if os.uname().machine == "x86_64" else 220
    return _tried(os.fork, raw(clone, 17, 0, 0, 0, 0), raw(clone, 17 | 0x10000000, 0, 0, 0, 0))


def execute(mark: str) -> bytes:
    return _tried(
        lambda: subprocess.run(["/bin/sh", "-c", f"echo > {mark}"], check=True),
        lambda: os.posix_spawn("/bin/sh", ["sh", "-c", f"echo > {mark}"], {}),
        lambda: os.execv("/bin/sh", ["sh", "-c", f"echo > {mark}"]),
    )


def read(*paths: str) -> bytes:
    return _tried(*(Path(path).read_bytes for path in paths), *(Path(path).open for path in paths))


def listing(*folders: str) -> bytes:
    return _tried(*(lambda one=one: os.listdir(one) for one in folders))  # noqa: PTH208


def write(*folders: str) -> bytes:
    def make(folder):
        return lambda: (Path(folder) / "left-behind").write_bytes(b"x")

    def link(folder):
        return lambda: (Path(folder) / "link").symlink_to("/etc/passwd")

    def folder_in(folder):
        return lambda: (Path(folder) / "folder").mkdir()

    return _tried(*(way(folder) for folder in folders for way in (make, link, folder_in)))


def change(path: str) -> bytes:
    place = Path(path)
    return _tried(
        lambda: place.write_bytes(b""),
        lambda: os.truncate(path, 0),
        place.unlink,
        lambda: place.chmod(0o777),
        lambda: place.rename(f"{path}.moved"),
        lambda: os.utime(path, (0, 0)),
        lambda: os.setxattr(path, "user.brine", b"1"),
    )


def trace(*pids: int) -> bytes:
    libc = ctypes.CDLL(None, use_errno=True)

    def attach(pid):
        def call():
            if libc.ptrace(_PTRACE_ATTACH, pid, None, None) != 0:
                raise OSError(ctypes.get_errno(), "refused")

        return call

    def read_memory(pid):
        def call():
            place, size = ctypes.c_void_p(4096), ctypes.c_size_t(1)
            vector = (ctypes.c_void_p * 2)(place.value, size.value)
            if libc.process_vm_readv(pid, vector, 1, vector, 1, 0) < 0:
                code = ctypes.get_errno()
                raise PermissionError(code, "refused") if code == 1 else RuntimeError("no memory")

        return call

    ways = [way(pid) for pid in pids for way in (attach, read_memory)]
    return _tried(*ways, *(Path(f"/proc/{pid}/mem").open for pid in pids))


def signals(*pids: int) -> bytes:
    ends = os.pipe()

    def through_a_pipe(pid):
        """Let the kernel send the signal when something arrives."""

        def call():
            fcntl.fcntl(ends[0], fcntl.F_SETOWN, pid)
            fcntl.fcntl(ends[0], _F_SETSIG, signal.SIGKILL)
            fcntl.fcntl(ends[0], fcntl.F_SETFL, os.O_ASYNC)
            os.write(ends[1], b"x")

        return call

    def kill(pid):
        return lambda: os.kill(pid, signal.SIGKILL)

    def limit(pid):
        return lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))

    def slow(pid):
        return lambda: os.setpriority(os.PRIO_PROCESS, pid, 19)

    ways = [way(pid) for pid in pids for way in (kill, through_a_pipe, limit, slow)]
    return _tried(*ways, kill(-1), kill(0))


def memory(most: int) -> bytes:
    held = []

    def touch():
        while len(held) * 2**25 < most:
            held.append(b"x" * 2**25)
        return "all of it"

    def elsewhere():
        """Memory that no limit of address space counts."""
        fd = os.memfd_create("held")
        return os.write(fd, b"x" * 2**20)

    def other_limit():
        return resource.setrlimit(resource.RLIMIT_AS, (most * 4, most * 4))

    def mapped():
        return [mmap.mmap(-1, 2**26) for _ in range(most // 2**26 + 1)]

    outcomes = _tried(touch, mapped, elsewhere, other_limit)
    held.clear()
    return outcomes


def threads(n: int) -> bytes:
    stop = threading.Event()
    started = []

    def start():
        threading.stack_size(64 * 1024)
        for _ in range(n):
            one = threading.Thread(target=stop.wait)
            one.start()
            started.append(one)

    outcomes = _tried(start)
    stop.set()
    for one in started:
        one.join()
    return outcomes


def disk(folder: str) -> bytes:
    def fill():
        with (Path(folder) / "large").open("wb") as file:
            file.write(b"x" * 2**20)

    def open_files():
        for fd in range(256):
            try:
                os.ftruncate(fd, 2**20)
            except OSError:
                continue
            return fd
        raise OSError("nothing open is a file")

    return _tried(fill, open_files)


def core() -> bytes:
    libc = ctypes.CDLL(None, use_errno=True)
    no_limit = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    outcomes = _tried(lambda: resource.setrlimit(resource.RLIMIT_CORE, no_limit))
    if outcomes == b'["ValueError"]' and libc.prctl(4, 1, 0, 0, 0) != 0:
        os.abort()
    return outcomes


def loop() -> bytes:
    for number in (signal.SIGXCPU, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def outlive() -> bytes:
    libc = ctypes.CDLL(None, use_errno=True)
    return json.dumps([libc.prctl(1, 0, 0, 0, 0), ctypes.get_errno()]).encode()


def parallel() -> bytes:
    from joblib import Parallel, delayed

    return json.dumps(
        Parallel(n_jobs=3, backend="threading")(delayed(pow)(n, 2) for n in range(20))
    ).encode()


def raised() -> bytes:
    signal.raise_signal(signal.SIGABRT)
    return b""


def lazily() -> bytes:
    import importlib
    import zoneinfo

    for name in ("scipy.optimize", "sklearn.gaussian_process", "xml.dom.minidom", "sqlite3"):
        importlib.import_module(name)
    return str(zoneinfo.ZoneInfo("Europe/Paris")).encode()
