"""Shut a process off from files and TCP by Landlock, for good and for what it starts (landlock(7)).

Constants and layouts: ``linux/landlock.h``; the three system calls have the same numbers on every architecture
(``asm-generic/unistd.h``). Works for any user, and in containers too. `launch` imports this into a bare interpreter:
only modules that load quickly may be imported here.
"""

import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_QUERY_VERSION = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE = 1 << 13, 1 << 14
# The highest right that each version of the interface knows; all below it are handled, thus denied unless allowed.
_FILE_RIGHTS = {1: 12, 2: 13, 3: 14, 4: 14}
_NEWEST_FILE_RIGHT = 15  # version 5: ioctl(2) on devices
_TCP_SINCE, _BIND_AND_CONNECT = 4, 0b11
_SCOPES_SINCE, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11

READ = _READ_FILE | _READ_DIR
RUN = READ | _EXECUTE
WRITE = READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE


def version() -> int:
    """The version of Landlock's interface that the kernel offers; 0 for none."""
    found: int = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_QUERY_VERSION))
    return max(found, 0)


def restrict(allowed: Iterable[tuple[str, int]]) -> None:
    """Allow this process those rights below those paths, and nothing elsewhere; `OSError` if that fails.

    A path that does not exist is left out. Needs ``no_new_privs`` to be set, and `version` to be at least 1.
    """
    newest = version()
    handled = (1 << (_FILE_RIGHTS.get(newest, _NEWEST_FILE_RIGHT) + 1)) - 1
    net = _BIND_AND_CONNECT if newest >= _TCP_SINCE else 0
    scoped = _ABSTRACT_SOCKETS_AND_SIGNALS if newest >= _SCOPES_SINCE else 0
    size = 24 if newest >= _SCOPES_SINCE else 16 if newest >= _TCP_SINCE else 8
    attributes = struct.pack("=QQQ", handled, net, scoped)[:size]
    ruleset = _call(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path, rights in allowed:
            _allow(ruleset, path, rights & handled)
        _call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112  pathlib takes 20 ms to import
            rights &= _OF_A_FILE
        rule = struct.pack("=Qi", rights, place)
        _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_RULE_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    result: int = _libc().syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return result


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
