"""A PostgreSQL server that lives as long as one test run: own folder, own port on loopback, own password."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

# Nothing of it survives the run, so nothing of it need reach the disk.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "100",
    "shared_buffers": "'64MB'",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",  # small tables: compiling a query takes longer than answering it
}
START_ATTEMPTS = 3  # another program may take the port between our choosing it and the server binding it


class PostgresError(Exception):
    """PostgreSQL is there but does not start; the message holds what it said."""


class Cluster:
    """`with Cluster(folder_of_initdb) as cluster: cluster.url` — a fresh server with an empty database `guiju`."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="guiju-pg-"))
        self._data = self._folder / "data"
        self._password = secrets.token_urlsafe(16)
        self._owner = _server_user()
        self._port = 0

    @property
    def url(self) -> str:
        """DATABASE_URL of the empty database `guiju`; its user may create others."""
        return f"postgresql://guiju:{self._password}@127.0.0.1:{self._port}/guiju"

    def __enter__(self) -> Self:
        try:
            self._create()
            self._start()
            self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "guiju", "guiju")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server and remove its folder."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-D", str(self._data), "-m", "immediate", "-w", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _create(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(self._password, encoding="ascii")
        if self._owner is not None:
            shutil.chown(self._folder, user=self._owner)
            shutil.chown(password_file, user=self._owner)
        self._run(
            "initdb",
            *("-D", str(self._data), "-U", "guiju", "--pwfile", str(password_file), "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        )
        lines = [f"{name} = {value}\n" for name, value in SETTINGS.items()]
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.writelines(lines)

    def _start(self) -> None:
        log = self._folder / "server.log"
        for attempt in range(START_ATTEMPTS):
            self._port = _free_port()
            try:
                self._run(
                    *("pg_ctl", "start", "-D", str(self._data), "-w", "-t", "60"),
                    *("-l", str(log), "-o", f"-p {self._port}"),
                )
            except PostgresError as error:
                if attempt + 1 == START_ATTEMPTS:
                    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
                    raise PostgresError(f"{error}\n{said}") from None
            else:
                return

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        # Output goes to a file: the server inherits the handles of `pg_ctl start`, and a pipe would never close.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                cwd=self._folder,
                env={**os.environ, "PGPASSWORD": self._password, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self._owner,
                check=False,
            )
            if check and done.returncode:
                output.seek(0)
                said = output.read().decode("utf-8", errors="replace").strip()
                raise PostgresError(f"{program} ended with {done.returncode}: {said}")


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root: lend it an ordinary user there."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody", "daemon") if name in names), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
