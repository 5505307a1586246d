"""All static checks; runs every one even when an earlier one fails, and ends with one exit code."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
CHECKS: dict[str, list[str]] = {
    "style": [PYTHON, "-m", "ruff", "check", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "types": [PYTHON, "-m", "mypy"],
    "migrations": [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "deployment": [PYTHON, "-m", "django", "check", "--fail-level", "WARNING"],
    "packs": [PYTHON, "-m", "guiju", "packs", "check", "packs"],
}


def main() -> int:
    """Run the checks and name those that failed."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="guiju-lint-") as home:
        environment = {**os.environ, "GUIJU_HOME": home, "DJANGO_SETTINGS_MODULE": "guiju.settings"}
        environment.pop("DATABASE_URL", None)
        (Path(home) / "tmp").mkdir()  # `guiju init` makes it; the checks look for it
        for name, command in CHECKS.items():
            print(f"-- {name}", flush=True)
            done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False)
            if done.returncode:
                failed.append(name)
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
