"""A filter of system calls for a student's process: no process or thread, no network, no uncounted memory.

Calls that are not listed are allowed: they stay within the sandbox and the limits of `worker`.
The filter is a program of the kernel's classic packet filter, https://docs.kernel.org/userspace-api/seccomp_filter.html.
"""

import ctypes
import errno
import platform
import struct

# Numbers of the calls, on a 64-bit PC and on a 64-bit ARM; None where there is no such call.
DENIED = {
    "fork": (57, None),
    "vfork": (58, None),
    # Nor threads: no limit of the process counts them for a superuser, and a machine has 30 thousand.
    "clone": (56, 220),
    "clone3": (435, 435),
    "execve": (59, 221),
    "execveat": (322, 281),
    "socket": (41, 198),
    "socketpair": (53, 199),
    # Memory that no limit of the process counts.
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # Other rights, other name spaces, other processes, and the kernel's wide doors.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # the column above, the kernel's name

LOAD, IF_EQUAL, IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
NR, ARCH = 0, 4  # where they stand in what the filter sees


def program(machine):
    """Return the filter for a machine, such as "x86_64", as bytes."""
    column, arch = MACHINES[machine]
    lines = [
        (LOAD, 0, 0, ARCH),
        (IF_EQUAL, 1, 0, arch),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NR),
        (IF_AT_LEAST, 0, 1, 0x40000000),  # the same calls by other numbers
        (RETURN, 0, 0, KILL),
    ]
    for numbers in DENIED.values():
        if (number := numbers[column]) is not None:
            lines += [(IF_EQUAL, 0, 1, number), (RETURN, 0, 0, FAIL | errno.EPERM)]
    lines.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def install():
    """Put this process under the filter, for good; raise if the kernel refuses."""
    lines = program(platform.machine())
    buffer = ctypes.create_string_buffer(lines)
    header = struct.pack("HxxxxxxP", len(lines) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    program_at = ctypes.create_string_buffer(header)
    for arguments in (
        (no_new_privileges, 1, 0, 0, 0),
        (set_seccomp, filter_mode, ctypes.addressof(program_at), 0, 0),
    ):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "the filter of system calls cannot be installed")
