"""Files and folders that survive a loss of power once a function here has returned.

A new name is on disk only when its folder has been synced too (fsync(2), notes).
"""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

_NO_LINK = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES})
_NO_RANGE = frozenset({errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM})


def stamped(microseconds: int) -> str:
    """A name that nobody else has, beginning with a time (Unix microseconds, 14 hex digits)."""
    return f"{microseconds:014x}{secrets.token_hex(9)}"


def stamp_of(name: str) -> int:
    """The time in a stamped name; 0 for any other name."""
    try:
        return int(name[:14], 16)
    except ValueError:
        return 0


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, below: Path) -> None:
    """Make ``folder`` and what is missing of its parents down from ``below``, which is there."""
    if folder.is_dir() or folder == below:
        return
    make_folder(folder.parent, below)
    with suppress(FileExistsError):
        folder.mkdir()
        sync_folder(folder.parent)


def remove_empty(folder: Path, below: Path) -> None:
    """Remove ``folder`` and its parents as long as they are empty, never ``below`` itself."""
    while folder != below:
        try:
            folder.rmdir()
        except OSError:  # somebody uses it, or was quicker
            return
        folder = folder.parent


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file, against other threads and other processes; the system frees it when a process dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Incoming:
    """A temporary file that becomes something or goes away. ``size`` counts the bytes so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._digest = sha256()
        self._descriptor: int | None = None

    def write(self, data: bytes, *, digest: bool = False) -> None:
        """Append; with ``digest`` (always or never) `checksum` tells of it."""
        descriptor = self._opened()
        if digest:
            self._digest.update(data)
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        self.size += len(data)

    def checksum(self) -> str:
        return self._digest.hexdigest()

    def link(self, source: Path) -> bool:
        """Be the same file as ``source``, if the file system allows; `FileNotFoundError` if it is gone."""
        try:
            os.link(source, self.path, follow_symlinks=False)
        except OSError as error:
            if error.errno in _NO_LINK:
                return False
            raise
        self._descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW)
        self.size = os.fstat(self._descriptor).st_size
        return True

    def append(self, source: int, offset: int, count: int) -> int:
        """Append up to ``count`` bytes of an open file from ``offset``; how many, 0 at its end."""
        descriptor = self._opened()
        try:
            copied = os.copy_file_range(source, descriptor, count, offset)
        except OSError as error:
            if error.errno not in _NO_RANGE:
                raise
            data = os.pread(source, min(count, 1024 * 1024), offset)
            self.write(data)
            return len(data)
        self.size += copied
        return copied

    def finish(self) -> None:
        """Have the content on disk."""
        descriptor, self._descriptor = self._opened(), None
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def discard(self) -> None:
        """Remove what is still there under the temporary name."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
        self.path.unlink(missing_ok=True)

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        return self._descriptor
