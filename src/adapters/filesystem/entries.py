"""The small files that make objects out of contents."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from streamcore.shared.errors import NotFound, Unavailable
from streamcore.shared.objects import ObjectInfo


@dataclass(frozen=True, slots=True)
class Entry:
    """``id`` names the content and is the ETag."""

    id: str
    size: int
    content_type: str
    modified_at: datetime

    @classmethod
    def read(cls, path: Path) -> "Entry":
        """`NotFound` if there is none; `Unavailable` if something else is in its place."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound("There is no such object.") from error
        with os.fdopen(descriptor, "rb") as file:
            try:
                values = json.load(file)
                return cls(values["id"], values["size"], values["type"], datetime.fromisoformat(values["modified_at"]))
            except (ValueError, KeyError, TypeError) as error:
                raise Unavailable("An entry of the object store is damaged.") from error

    def to_json(self) -> bytes:
        values = {
            "id": self.id,
            "size": self.size,
            "type": self.content_type,
            "modified_at": self.modified_at.isoformat(),
        }
        return json.dumps(values).encode() + b"\n"

    def info(self, key: str) -> ObjectInfo:
        return ObjectInfo(key, self.size, self.id, self.content_type, self.modified_at)
