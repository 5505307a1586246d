"""Runs the benchmarks in `bench/` one after the other (never at once: they would measure each other)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(wanted: Sequence[str]) -> int:
    """Run those named, or all; a file whose name begins with `_` is a helper of the others."""
    there = {path.stem: path for path in sorted((ROOT / "bench").glob("[!_]*.py"))}
    unknown = [name for name in wanted if name not in there]
    if unknown:
        print(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(there)}.", file=sys.stderr)
        return 2
    codes = []
    for name in wanted or there:
        print(f"== {name} ==", flush=True)
        codes.append(subprocess.run([sys.executable, str(there[name])], cwd=ROOT, check=False).returncode)
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
