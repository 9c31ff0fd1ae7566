"""Refuse a process the system calls that a decoder never needs (seccomp(2)), for good.

Most of all `socket`: without it there is no network, whatever the container or the user. Also no new processes (but
threads), no signals to others, nothing that outlives the process or escapes its limits. A refused call returns an
error; the program goes on. It is a list of what is refused, not of what is allowed: FFmpeg's builds, their libraries
and the C libraries differ too much, and are free to.

Constants: ``linux/seccomp.h``, ``linux/filter.h``, ``linux/audit.h``, ``linux/sched.h``; the numbers of the calls are
those of ``asm/unistd_64.h`` (x86-64) and ``asm-generic/unistd.h`` (arm64). `launch` loads this into a bare interpreter.
"""

import ctypes
import errno
import os
import struct

_PR_GET_SECCOMP, _PR_SET_SECCOMP, _MODE_FILTER = 21, 22, 2
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of classic BPF
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # in struct seccomp_data; both machines are little-endian
_CLONE_THREAD = 0x00010000
_PR_SET_PDEATHSIG = 1
_X32_BIT = 0x40000000

# Machine → its AUDIT_ARCH, its column in the tables below.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_ABSENT = -1
_REFUSED = {
    "socket": (41, 198),
    "socketpair": (53, 199),  # of datagrams: each end reaches other local sockets by their names
    # What Landlock lets pass: whose a file is, who may read it, when it was written.
    "chmod": (90, _ABSENT),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, _ABSENT),
    "fchown": (93, 55),
    "lchown": (94, _ABSENT),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "utime": (132, _ABSENT),
    "utimes": (235, _ABSENT),
    "futimesat": (261, _ABSENT),
    "utimensat": (280, 88),
    "fork": (57, _ABSENT),
    "vfork": (58, _ABSENT),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "setns": (308, 268),
    "unshare": (272, 97),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "syslog": (103, 116),
    "ioperm": (173, _ABSENT),
    "iopl": (172, _ABSENT),
    "modify_ldt": (154, _ABSENT),
}
# Those for which the C library or FFmpeg has another way, and takes it when the kernel does not know them. clone3 hides
# its flags from a filter; memory of memfd_create does not count for the limit; io_uring goes around this filter.
_UNKNOWN = {
    "clone3": (435, 435),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
_CLONE, _KILL, _TGKILL, _PRLIMIT, _PRCTL = (56, 220), (62, 129), (234, 131), (302, 261), (157, 167)

_Instruction = tuple[int, int, int, int]


def available() -> bool:
    """Whether the kernel filters system calls, and this machine's numbers are known here."""
    known = os.uname().machine in _MACHINES and ctypes.sizeof(ctypes.c_void_p) == 8
    found: int = ctypes.CDLL(None, use_errno=True).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0)
    return known and found >= 0


def restrict() -> None:
    """Filter this process's calls from now on; `OSError` if that fails. Needs ``no_new_privs`` to be set."""
    program = _program(os.uname().machine, os.getpid())
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *instruction) for instruction in program))
    # struct sock_fprog: the number of instructions, padded to a pointer's place, and a pointer to them
    described = struct.pack("@HP", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), described, 0, 0):
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


def _program(machine: str, own_pid: int) -> list[_Instruction]:
    architecture, column = _MACHINES[machine]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL_PROCESS),  # 32-bit calls have other numbers
        (_LOAD, 0, 0, _NUMBER_AT),
        (_JUMP_ABOVE, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    for table, error in ((_REFUSED, errno.EPERM), (_UNKNOWN, errno.ENOSYS)):
        for numbers in table.values():
            if numbers[column] != _ABSENT:
                program += [(_JUMP_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _ERRNO | error)]
    program += _if_first_argument(_CLONE[column], (_JUMP_SET, _CLONE_THREAD))
    program += _if_first_argument(_KILL[column], (_JUMP_EQUAL, own_pid))
    program += _if_first_argument(_TGKILL[column], (_JUMP_EQUAL, own_pid))
    program += _if_first_argument(_PRLIMIT[column], (_JUMP_EQUAL, 0), (_JUMP_EQUAL, own_pid))
    # The kernel is to kill FFmpeg when its worker dies: that may not be taken back.
    program += _unless_first_argument(_PRCTL[column], _PR_SET_PDEATHSIG)
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def _if_first_argument(number: int, *tests: tuple[int, int]) -> list[_Instruction]:
    """Allow the call only where one of the tests holds for its first argument (its lower half: all are ints)."""
    count = len(tests)
    return [
        (_JUMP_EQUAL, 0, count + 3, number),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        *((jump, count - place, 0, value) for place, (jump, value) in enumerate(tests)),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _unless_first_argument(number: int, refused: int) -> list[_Instruction]:
    return [
        (_JUMP_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_JUMP_EQUAL, 0, 1, refused),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
