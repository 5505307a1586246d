"""A failure is told when it happens: a run that is stopped before its end has named it all the same.

What failed and was told a second time is told once more at the end, with the first reason: whoever sees only the end of
a run must not be left with the second.
"""

from __future__ import annotations

import os

import pytest

#: Characters of a failure's account; the whole stands at the end of the run.
_SHOWN = 6000
#: Lines of the first reason at the end.
_LINES = 40


class Telling:
    """Speaks in the process that reports, not in its workers."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome in {"failed", "rerun"}:
            self._terminal.write_line("")
            self._terminal.write_line(f"-- {report.nodeid} ({report.when}, {report.outcome})")
            self._terminal.write_line(report.longreprtext[-_SHOWN:])

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self) -> None:
        for report in self._terminal.stats.get("rerun", []):
            self._terminal.write_line(f"-- why {report.nodeid} was told again ({report.when})")
            self._terminal.write_line("\n".join(report.longreprtext.splitlines()[-_LINES:]))


def pytest_sessionstart(session: pytest.Session) -> None:
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and "PYTEST_XDIST_WORKER" not in os.environ:
        session.config.pluginmanager.register(Telling(terminal), "telling")
