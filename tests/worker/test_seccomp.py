import ctypes
import ctypes.util
import platform

import pytest

from brinery.worker import seccomp
from brinery.worker.syscalls import ALLOWED, CHECKED

PROCESSORS = (0xC000003E, 0xC00000B7)
FORBIDDEN = (
    *("socket", "connect", "socketpair", "sendmsg", "execve", "execveat", "fork", "vfork"),
    *("ptrace", "process_vm_readv", "pidfd_send_signal", "tkill", "rt_sigqueueinfo", "unshare"),
    *("setns", "mount", "chroot", "bpf", "io_uring_setup", "userfaultfd", "memfd_create"),
    *("unlink", "rename", "chmod", "truncate", "open_by_handle_at", "setuid", "capset"),
)


def test_the_numbers_are_those_of_libseccomp():
    name = ctypes.util.find_library("seccomp")
    if name is None:
        pytest.skip("There is no libseccomp here.")
    library = ctypes.CDLL(name)
    look = library.seccomp_syscall_resolve_name_arch
    look.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    known = {call: numbers for table in (ALLOWED, CHECKED) for call, numbers in table.items()}
    for call, numbers in known.items():
        theirs = tuple(look(processor, call.encode()) for processor in PROCESSORS)
        assert tuple(-1 if number is None else number for number in numbers) == tuple(
            max(number, -1) for number in theirs
        ), call


@pytest.mark.parametrize("call", FORBIDDEN)
def test_what_reaches_beyond_a_worker_is_not_let_through(call):
    assert call not in {**ALLOWED, **CHECKED}


def test_no_call_is_in_both_tables():
    assert not set(ALLOWED) & set(CHECKED)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_filter_is_made_for_each_processor(machine):
    made = seccomp.program(machine, 4321)
    assert len(made) % 8 == 0
    assert 50 < len(made) // 8 < 4096
    assert (4321).to_bytes(4, "little") in made


def test_this_machine_is_known_by_its_name():
    assert seccomp.is_known() == (
        platform.system() == "Linux" and platform.machine() in ("x86_64", "aarch64")
    )
