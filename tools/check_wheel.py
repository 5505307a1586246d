"""Proves that the wheel in `dist/` is whole: a fresh environment, no Node and no checkout, `guiju init`, one page.

Everything happens in a temporary folder; what the wheel needs comes from the locked requirements.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
PAGE = "/account/login/"


def fail(what: str) -> int:
    """One line on stderr."""
    print(f"The wheel is not whole: {what}", file=sys.stderr)
    return 1


def make_environment(folder: Path, wheel: Path) -> Path:
    """Install the wheel the way a user would; returns the folder of its programs."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements/base.txt")], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    subprocess.run([str(programs / "python"), "-m", "pip", "check"], check=True)
    return programs


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of one request, redirects followed."""
    for _ in range(5):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status not in {301, 302}:
            return answer.status, body
        path = answer.headers["Location"]
    raise ConnectionError("the page redirects without end")


def first_page(port: int, server: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Ask until the server answers, it ends, or patience does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return get(port, PAGE)
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serves(programs: Path, *, environment: Mapping[str, str], cwd: Path) -> str:
    """What is wrong with the pages, or nothing."""
    port = free_port()
    command = [str(programs / "guiju"), "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL) as server:
        try:
            status, page = first_page(port, server)
            if status != http.client.OK:
                return f"{PAGE} answers {status}"
            assets = sorted(set(re.findall(rb'"(/static/[^"]+\.(?:css|js))', page)))
            if not any(b"/vendor/" in asset for asset in assets):
                return "the page names no front-end file"
            broken = [asset.decode() for asset in assets if get(port, asset.decode())[0] != http.client.OK]
            return f"missing {', '.join(broken)}" if broken else ""
        except OSError as error:
            return f"no answer from the server: {error}"
        finally:
            server.terminate()


def main() -> int:
    """Check the newest wheel."""
    wheels = sorted((ROOT / "dist").glob("guiju-*.whl"), key=lambda path: path.stat().st_mtime)
    if not wheels:
        return fail("there is none in dist/; run `make bundle`")
    with tempfile.TemporaryDirectory(prefix="guiju-wheel-") as folder:
        cwd = Path(folder)
        programs = make_environment(cwd / "venv", wheels[-1])
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP", "LANG") if name in os.environ}
        environment = {**kept, "PATH": str(programs), "GUIJU_HOME": str(cwd / "var"), "PYTHONUTF8": "1"}
        for command in (["init"], ["packs", "list"], ["doctor"]):
            done = subprocess.run(
                [str(programs / "guiju"), *command],
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                return fail(f"`guiju {' '.join(command)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        wrong = serves(programs, environment=environment, cwd=cwd)
    if wrong:
        return fail(wrong)
    print(f"{wheels[-1].name}: installs, starts and serves without Node.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
