"""Where one worker keeps its files while it works, so that those of a dead worker can be found and removed.

``root/worker-…/lock`` is held by flock(2) as long as the worker lives; the kernel frees it however the worker dies.
``root/.lock`` is held while a worker's folder is made or swept, so that nobody sweeps one that is not locked yet.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.ffmpeg.errors import from_os_error

_PREFIX, _LOCK = "worker-", "lock"


def sweep_work_folder(root: Path, *, dry_run: bool = False) -> int:
    """Remove the folders of workers that are dead; how many. With ``dry_run`` they are only counted."""
    if not root.is_dir():
        return 0
    with _locked(root):
        return sum(_remove_if_dead(folder, dry_run=dry_run) for folder in root.glob(f"{_PREFIX}*"))


class WorkFolder:
    """This worker's folder below ``root``: made at first use, gone after `close`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder: Path | None = None
        self._lock = -1

    @contextmanager
    def run(self) -> Iterator[Path]:
        """An empty folder for one run, only for this user's eyes. What goes wrong in it, also in a group of tasks,
        leaves as one error of the core."""
        try:
            folder = Path(tempfile.mkdtemp(prefix="run-", dir=self._folder or self._open()))
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        except (OSError, BaseExceptionGroup) as error:
            first = _first(error)
            if isinstance(first, OSError):
                raise from_os_error(first) from first
            raise first from None

    def close(self) -> None:
        """Remove everything and give the lock back; a later run opens a new folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            os.close(self._lock)
            self._folder = None

    def _open(self) -> Path:
        self._root.mkdir(parents=True, exist_ok=True)
        with _locked(self._root):
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._root))
            self._lock = _lock(folder / _LOCK, fcntl.LOCK_EX)
            self._folder = folder
        return folder


def _first(error: BaseException) -> BaseException:
    """The error that ended a group of tasks; the others were cancelled because of it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _remove_if_dead(folder: Path, *, dry_run: bool) -> bool:
    try:
        lock = _lock(folder / _LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:  # another sweep was here first
        return False
    try:
        if not dry_run:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
    return True


def _lock(path: Path, how: int) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, how)
    except BaseException:
        os.close(file)
        raise
    return file


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    lock = _lock(root / ".lock", fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)
