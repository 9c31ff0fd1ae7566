"""Multipart uploads on disk: a folder for each, with ``upload.json`` and its parts as ``<number>-<etag>``.

A part's entity tag is its checksum, so that the same part once more changes nothing for those who have its tag.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.filesystem.durable import Incoming, locked, stamp_of, stamped, sync_folder
from adapters.filesystem.tree import Tree
from streamcore.shared.errors import Invalid, NotFound
from streamcore.shared.objects import MIN_PART_SIZE, Part, StoredPart

_ID = re.compile(r"[0-9a-f]{32}")
_ABOUT = "upload.json"


def wrong_parts() -> Invalid:
    return Invalid.field("parts", "These are not the parts that were stored.", "wrong_parts")


@dataclass(frozen=True, slots=True)
class Uploads:
    tree: Tree

    def start(self, key: str, content_type: str, microseconds: int) -> str:
        upload_id = stamped(microseconds)
        about = self.tree.incoming(microseconds)
        folder = self.tree.uploads / upload_id
        try:
            about.write(json.dumps({"key": key, "type": content_type}).encode())
            about.finish()
            folder.mkdir()
            about.path.rename(folder / _ABOUT)
            sync_folder(folder)
            sync_folder(self.tree.uploads)
        finally:
            about.discard()
        return upload_id

    def content_type(self, key: str, upload_id: str) -> str:
        """What the upload was begun with; `NotFound` if there is none of this id for this key."""
        try:
            about = json.loads((self._folder(upload_id) / _ABOUT).read_bytes())
        except FileNotFoundError as error:
            raise NotFound("There is no such upload.") from error
        if about["key"] != key:
            raise NotFound("There is no such upload.")
        return str(about["type"])

    def add(self, key: str, upload_id: str, number: int, file: Incoming) -> Part:
        """Make a finished temporary file, written with its digest, a part, in place of an older one."""
        etag = file.checksum()
        folder = self._folder(upload_id)
        with locked(self.tree.lock(upload_id)):
            self.content_type(key, upload_id)
            file.path.rename(folder / f"{number:05}-{etag}")
            for path in folder.iterdir():
                if path.name.startswith(f"{number:05}-") and not path.name.endswith(etag):
                    path.unlink(missing_ok=True)
            sync_folder(folder)
        return Part(number, etag)

    def hold(self, upload_id: str) -> int | None:
        """Keep others from joining the upload; a descriptor to be closed afterwards, None while somebody else does."""
        try:
            descriptor = os.open(self._folder(upload_id) / _ABOUT, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError as error:
            raise NotFound("There is no such upload.") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def parts(self, key: str, upload_id: str) -> Sequence[StoredPart]:
        """Every part by its number; of two under one number, which are there for a moment, the one stored last."""
        self.content_type(key, upload_id)
        found: dict[int, tuple[int, StoredPart]] = {}
        for path in self._folder(upload_id).iterdir():
            number, dash, etag = path.name.partition("-")
            if dash:
                with suppress(FileNotFoundError):  # replaced since the folder was read
                    about = path.stat()
                    stored = (about.st_ctime_ns, StoredPart(int(number), etag, about.st_size))
                    found[int(number)] = max(stored, found.get(int(number), stored))
        return [found[number][1] for number in sorted(found)]

    def files(self, upload_id: str, parts: Sequence[Part]) -> Sequence[Path]:
        """The files of the parts in the order of their numbers; `Invalid` unless they fit together."""
        ordered = sorted(parts, key=lambda part: part.number)
        stored = {path.name: path for path in self._folder(upload_id).iterdir()}
        found = [stored.get(f"{part.number:05}-{part.etag}") for part in ordered]
        files = [path for path in found if path]
        if not parts or len(files) < len(parts) or len({part.number for part in parts}) < len(parts):
            raise wrong_parts()
        if any(path.stat().st_size < MIN_PART_SIZE for path in files[:-1]):
            raise Invalid.field("parts", f"A part has fewer than {MIN_PART_SIZE} bytes.", "part_too_small")
        return files

    def remove(self, upload_id: str) -> None:
        """Everything of the upload, if there is one: at once it is not found any more."""
        if not _ID.fullmatch(upload_id):
            return
        going = self.tree.temporary / upload_id
        with suppress(FileNotFoundError):
            (self.tree.uploads / upload_id).rename(going)
        shutil.rmtree(going, ignore_errors=True)

    def leftovers(self, before: int, kept: Collection[str], *, dry_run: bool = False) -> Iterator[int]:
        """Remove uploads and temporary files begun before a time, but for the ``kept`` uploads; one for each."""
        for path in [*self.tree.uploads.iterdir(), *self.tree.temporary.iterdir()]:
            if stamp_of(path.name) >= before or path.name in kept:
                continue
            if not dry_run:
                self._remove(path)
            yield 1

    def _remove(self, path: Path) -> None:
        if path.is_dir():
            self.remove(path.name)
        else:
            path.unlink(missing_ok=True)

    def _folder(self, upload_id: str) -> Path:
        if not _ID.fullmatch(upload_id):
            raise NotFound("There is no such upload.")
        return self.tree.uploads / upload_id
