"""Where objects lie on disk.

For the key ``a/b.mp4`` the folder ``objects/a`` has two files: the content ``b.mp4@<id>``, which never changes, and the
entry ``b.mp4@``, a line of JSON that names the content's id, type, size and time. The entry is what makes an object:
it is replaced by one rename, so content, content type and ETag (the id) change together, a reader sees the old object
or the new one, and hard links serve for copies. ``@`` occurs in no key, so the folder ``a`` and an object ``a`` do not
clash. Ids begin with the time they were made, which tells the sweeper what is old.

Order of writing: content on disk, its name on disk, then the entry; order of deleting: the entry, then the content. So
after a loss of power every entry has its content, and what is left over is content without an entry.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zlib import crc32

from adapters.filesystem.durable import Incoming, locked, make_folder, remove_empty, stamp_of, stamped, sync_folder
from adapters.filesystem.entries import Entry
from streamcore.shared.errors import Invalid, NotFound, PreconditionFailed, Unavailable
from streamcore.shared.objects import ObjectInfo, check_key

_LOCKS = 256
_PATIENCE = 100


@dataclass(frozen=True, slots=True)
class Tree:
    """The folders of a store below ``root``, an absolute path without symbolic links."""

    root: Path

    @property
    def objects(self) -> Path:
        return self.root / "objects"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    def create(self) -> None:
        for folder in (self.root, self.objects, self.temporary, self.uploads, self.locks):
            folder.mkdir(parents=True, exist_ok=True)

    def incoming(self, microseconds: int) -> Incoming:
        return Incoming(self.temporary / stamped(microseconds))

    def lock(self, name: str) -> Path:
        """The lock file for a key or an upload; several share one."""
        return self.locks / f"{crc32(name.encode()) % _LOCKS:02x}"

    def read(self, key: str) -> Entry:
        """The object's entry; `NotFound` if there is none."""
        return Entry.read(self._entry(key))

    def open(self, key: str) -> tuple[Entry, int]:
        """The entry and a descriptor of the content that it names."""
        for _ in range(_PATIENCE):
            entry = self.read(key)
            with suppress(FileNotFoundError):  # replaced since the entry was read
                return entry, os.open(self.content(key, entry), os.O_RDONLY | os.O_NOFOLLOW)
        raise NotFound("There is no such object.")

    def content(self, key: str, entry: Entry) -> Path:
        return self._folder(key) / f"{_name(key)}@{entry.id}"

    def store(self, key: str, file: Incoming, content_type: str, now: datetime, *, if_absent: bool) -> ObjectInfo:
        """Make a finished temporary file the object; `PreconditionFailed` if it has to be absent and is not."""
        microseconds = int(now.timestamp() * 1_000_000)
        entry = Entry(stamped(microseconds), file.size, content_type, now)
        content = self.content(key, entry)
        self._move_in(file.path, content)
        new_entry = self.incoming(microseconds)
        try:
            new_entry.write(entry.to_json())
            new_entry.finish()
            sync_folder(content.parent)
            with locked(self.lock(key)):
                self._replace(key, new_entry.path, if_absent=if_absent)
        except BaseException:
            self._take_back(key, entry)
            raise
        finally:
            new_entry.discard()
        return entry.info(key)

    def delete(self, keys: Sequence[str]) -> None:
        contents: list[Path] = []
        for key in keys:
            with locked(self.lock(key)), suppress(NotFound):
                contents.append(self.content(key, self.read(key)))
                self._entry(key).unlink()
        folders = {content.parent for content in contents}
        for folder in folders:
            with suppress(FileNotFoundError):
                sync_folder(folder)
        for content in contents:
            content.unlink(missing_ok=True)
        for folder in folders:
            remove_empty(folder, self.objects)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """The objects whose keys begin with ``prefix``, in order; holds the names of one folder per level."""
        for key in self.keys(prefix):
            with suppress(NotFound):
                yield replace(self.read(key).info(key), content_type="")

    def keys(self, prefix: str = "") -> Iterator[str]:
        start = prefix[: prefix.rfind("/") + 1]
        if start:
            try:
                check_key(start[:-1])
            except Invalid:
                return
        yield from self._keys(start, prefix)

    def leftovers(self, before: int, *, dry_run: bool = False) -> Iterator[int]:
        """Remove contents without an entry made before a time; for each folder, how many there were."""
        for folder, _, names in os.walk(self.objects, topdown=False):
            path = Path(folder)
            known = {name for name in names if name.endswith("@")}
            contents = [name for name in names if not name.endswith("@") and stamp_of(name.partition("@")[2]) < before]
            suspects = [name for name in contents if f"{name.partition('@')[0]}@" not in known]
            if len(names) > 2 * len(known) or suspects:
                yield self._remove_unnamed(path, contents, dry_run=dry_run)
            if not dry_run:
                remove_empty(path, self.objects)

    def _keys(self, start: str, prefix: str) -> Iterator[str]:
        found: list[str] = []
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(self.objects / start) as entries:
            for entry in entries:
                if entry.name.endswith("@"):
                    found.append(start + entry.name[:-1])
                elif entry.is_dir(follow_symlinks=False):
                    found.append(f"{start}{entry.name}/")
        for name in sorted(found):  # a folder sorts as the keys below it, since it ends in their next character
            if name[: len(prefix)] != prefix[: len(name)]:
                continue
            if name.endswith("/"):
                yield from self._keys(name, prefix)
            elif len(name) >= len(prefix):
                yield name

    def _remove_unnamed(self, folder: Path, contents: Sequence[str], *, dry_run: bool) -> int:
        count = 0
        for name in contents:
            key = f"{folder.relative_to(self.objects)}/{name.partition('@')[0]}".removeprefix("./")
            with locked(self.lock(key)):
                try:
                    named = self.read(key).id
                except NotFound:
                    named = ""
                if name.partition("@")[2] != named:
                    if not dry_run:
                        (folder / name).unlink(missing_ok=True)
                    count += 1
        return count

    def _move_in(self, source: Path, target: Path) -> None:
        for _ in range(_PATIENCE):
            try:
                make_folder(target.parent, self.objects)
                source.rename(target)
            except FileNotFoundError:  # a folder was empty for a moment, and somebody has removed it
                if not source.exists():
                    break
            else:
                return
        raise Unavailable("The temporary file of this object is gone.")

    def _replace(self, key: str, new_entry: Path, *, if_absent: bool) -> None:
        try:
            old: Path | None = self.content(key, self.read(key))
        except NotFound:
            old = None
        if old and if_absent:
            raise PreconditionFailed("There is such an object already.")
        new_entry.rename(self._entry(key))
        sync_folder(self._folder(key))
        if old:
            old.unlink(missing_ok=True)

    def _take_back(self, key: str, entry: Entry) -> None:
        """Remove a content whose entry did not come to be; where nobody knows whether it did, the sweeper decides."""
        content = self.content(key, entry)
        try:
            named = self.read(key).id
        except NotFound:
            named = ""
        if named != entry.id:
            content.unlink(missing_ok=True)
            remove_empty(content.parent, self.objects)

    def _entry(self, key: str) -> Path:
        return self._folder(key) / f"{_name(key)}@"

    def _folder(self, key: str) -> Path:
        folder = (self.objects / key).parent
        if os.path.realpath(folder) != str(folder):
            raise Unavailable("There is a symbolic link among the folders of the object store.")
        return folder


def _name(key: str) -> str:
    return key.rpartition("/")[2]
