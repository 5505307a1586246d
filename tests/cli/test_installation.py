"""A new installation, from nothing to a page, as its owner runs it."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.project.source import ROOT

URN = "cn:casmes:effectiveness-draft"

pytestmark = pytest.mark.slow


class Machine:
    """A machine on which nothing is installed but the programme."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.first_words = ""
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("GUIJU_", "DATABASE_", "DJANGO_"))
        }
        self.environment = {
            **kept,
            "GUIJU_HOME": str(self.home),
            "GUIJU_LANG": "en",
            "GUIJU_EMBEDDED_WORKER": "0",
            "PYTHONPATH": str(ROOT / "src"),
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "guiju", *words]

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """An installation that has been made."""
    found = Machine(tmp_path_factory.mktemp("machine"))
    done = found.run("init", "--admin", "chen", "--unit-name", "松江拍卖行", "--unit-code", "SJ")
    assert done.returncode == 0, done.stderr
    found.first_words = done.stdout
    return found


def test_before_init_every_command_says_what_to_do(machine: Machine) -> None:
    for words in (("packs", "list"), ("serve",), ("trail", "verify"), ("demo", "load")):
        done = machine.run(*words)
        assert done.returncode == 2
        assert "guiju init" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (machine.home / "guiju.sqlite3").exists()
    assert machine.run("doctor").returncode == 1


def test_init_makes_folders_that_nobody_else_may_read(ready: Machine) -> None:
    for name in ("", "keys", "files", "tmp"):
        assert stat.S_IMODE((ready.home / name).stat().st_mode) == 0o700


def test_init_shows_the_first_accounts_once(ready: Machine) -> None:
    passwords = re.findall(r"(?m)^(\S+) +((?:[a-z2-9]{4}-){3}[a-z2-9]{4})  ", ready.first_words)
    assert [name for name, _password in passwords] == ["chen", "chen-security", "chen-compliance"]
    again = ready.run("init", "--admin", "chen", "--unit-name", "松江拍卖行", "--unit-code", "SJ")
    assert again.returncode == 0
    assert "chen exists already" in again.stderr
    assert passwords[0][1] not in again.stdout


def test_init_may_be_run_again(ready: Machine) -> None:
    again = ready.run("init")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.splitlines() == [f"Ready: {ready.home}"]


def test_a_real_installation_never_becomes_a_demo(ready: Machine) -> None:
    assert ready.run("init", "--demo").returncode == 1
    refused = ready.run("demo", "load")
    assert refused.returncode == 1
    assert "demo installation" in refused.stderr


def test_accounts_need_an_enterprise(machine: Machine) -> None:
    done = machine.run("init", "--admin", "chen")
    assert done.returncode == 2
    assert "--unit-name" in done.stderr


def test_a_home_that_cannot_be_written_is_named(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = machine.run("init", GUIJU_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 2
    assert "GUIJU_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_doctor_finds_a_new_installation_healthy(ready: Machine) -> None:
    done = ready.run("doctor", "--json")
    states = {check["name"]: check["state"] for check in json.loads(done.stdout)["checks"]}
    assert "bad" not in {state for name, state in states.items() if name != "Front end"}
    assert {"Database", "Tables", "Packs", "Log", "Keys"} <= states.keys()


def test_the_doctor_sees_a_key_that_others_may_read(machine: Machine) -> None:
    assert machine.run("init").returncode == 0
    (machine.home / "keys" / "log.key").chmod(0o644)
    done = machine.run("doctor")
    assert done.returncode == 1
    assert "log.key" in done.stdout


def test_the_log_of_a_new_installation_is_whole(ready: Machine) -> None:
    done = ready.run("trail", "verify", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"] is True


def test_the_contract_holds_on_the_command_line(ready: Machine) -> None:
    done = ready.run("packs", "show", URN, "--size", "small", "--json")
    assert done.returncode == 0
    row = json.loads(done.stdout)["requirements"][0]
    assert list(row) == ["id", "kind", "section", "source", "official", "plain", "force", "group"]


def test_the_server_says_where_it_is_and_answers(ready: Machine) -> None:
    command = ready.command("serve", "--port", "0")
    with subprocess.Popen(
        command, env=ready.environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())
            assert address is not None
            with urllib.request.urlopen(address[0] + "/static/guiju/mark.svg", timeout=20) as answer:
                assert answer.status == 200
        finally:
            server.terminate()


def test_a_port_in_use_is_named(ready: Machine) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = ready.run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "Choose another port" in done.stderr
