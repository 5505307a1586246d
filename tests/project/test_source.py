"""What no file of ours may contain."""

from __future__ import annotations

import re
import sys

from tests.project.source import PACKAGE, ROOT, files, imports, texts

LINES_AT_MOST = 600
POSIX_ONLY = {
    *("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix", "readline"),
    *("gunicorn", "uvloop", "uwsgi"),
}
# Folders as they look on somebody's own machine; written in two halves so that this file does not match itself.
HOME_PATH = re.compile("(?<![\\w.])(?:/" + "home/\\w|/" + "Users/\\w|/" + "root/|/" + "work/main|[A-Z]:\\\\" + "Users)")
URL_HOST = re.compile(r"\bhttps?://(\[[0-9a-f:]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)")
# Loopback, names reserved for examples, and names of formats that only look like addresses.
HARMLESS_HOST = re.compile(
    r"""(?:127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0|testserver|(?:.+\.)?(?:example|invalid|test|localhost)
    |(?:.+\.)?example\.(?:com|org|net|cn)|www\.w3\.org|schemas\.openxmlformats\.org|schemas\.microsoft\.com
    |purl\.org|json-schema\.org)\.?""",
    re.VERBOSE,
)
CODE = ("src", "tools", "requirements", "bench", ".ci", "Makefile", "package.json", "package-lock.json", ".npmrc")


def code_texts() -> list[tuple[str, str]]:
    """Texts of what runs or builds the product; documents and packs may cite addresses."""
    found = [(path.relative_to(ROOT), text) for path, text in texts()]
    return [(path.as_posix(), text) for path, text in found if path.parts[0] in CODE]


def test_no_file_grows_beyond_what_one_can_read() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in files(PACKAGE)
        if path.suffix in {".py", ".html", ".js", ".css"}
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_AT_MOST
    }
    assert long == {}


def test_a_laptop_without_posix_can_import_everything() -> None:
    wrong = [str(found) for found in imports() if found.at_top and found.name.split(".")[0] in POSIX_ONLY]
    assert wrong == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if HOME_PATH.search(line)
    ]
    assert wrong == []


def test_code_names_no_host() -> None:
    wrong = [
        f"{name}: {host}"
        for name, text in code_texts()
        for host in URL_HOST.findall(text)
        if not HARMLESS_HOST.fullmatch(host)
    ]
    assert wrong == []


def test_every_python_file_of_the_product_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if (text := path.read_text(encoding="utf-8").strip())
        and "migrations" not in path.parts
        and not text.startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_the_suite_runs_on_a_supported_python() -> None:
    assert sys.version_info >= (3, 11)
