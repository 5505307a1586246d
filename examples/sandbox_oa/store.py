"""Contracts of the sandbox: one JSON file and a folder of documents."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

NUMBER = re.compile(r"[A-Za-z0-9-]{1,60}")


@dataclass
class Contract:
    """A contract as an office system keeps it."""

    number: str
    title: str
    party: str
    amount: str
    owner: str
    file: str
    digest: str
    #: Papers on the other party: name and digest; both empty where there are none.
    party_file: str = ""
    party_digest: str = ""
    review: dict[str, Any] = field(default_factory=dict)
    seal: dict[str, Any] = field(default_factory=dict)
    log: list[list[str]] = field(default_factory=list)

    def note(self, words: str) -> None:
        """One more line of what happened."""
        self.log.append([datetime.now().isoformat(sep=" ", timespec="seconds"), words])  # noqa: DTZ005, TID251


class Store:
    """All contracts; every change is on disk before it is shown."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        (folder / "files").mkdir(parents=True, exist_ok=True)
        self._list = folder / "contracts.json"
        self.seen: set[str] = set()
        rows = json.loads(self._list.read_text(encoding="utf-8")) if self._list.exists() else []
        self.contracts = {row["number"]: Contract(**row) for row in rows}

    def save(self) -> None:
        """Write the list; it appears whole or not at all."""
        draft = self._list.with_suffix(".new")
        rows = [asdict(one) for one in self.contracts.values()]
        draft.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(draft, self._list)

    def keep(self, name: str, data: bytes) -> tuple[str, str]:
        """A document: its name and its SHA-256."""
        digest = hashlib.sha256(data).hexdigest()
        (self.folder / "files" / digest).write_bytes(data)
        return re.sub(r"[^\w.()（）-]", "_", name)[-80:] or "document", digest

    def path(self, one: Contract) -> Path:
        """Where the document lies as it was registered or changed."""
        return self.folder / "files" / one.digest

    @contextmanager
    def named(self, name: str, digest: str) -> Iterator[Path]:
        """A document under its own name, as long as it is sent."""
        folder = self.folder / f"{digest}.upload"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes((self.folder / "files" / digest).read_bytes())
        try:
            yield path
        finally:
            path.unlink()
            folder.rmdir()
