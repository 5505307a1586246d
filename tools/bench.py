"""Runs the benchmarks in `bench/` one after the other (never at once: they would measure each other), then one table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))
import _bench  # noqa: E402 - found beside the benchmarks only


def main(wanted: Sequence[str]) -> int:
    """Run those named, or all; a file whose name begins with `_` is a helper of the others."""
    there = {path.stem: path for path in sorted((ROOT / "bench").glob("[!_]*.py"))}
    unknown = [name for name in wanted if name not in there]
    if unknown:
        print(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(there)}.", file=sys.stderr)
        return 2
    codes = []
    with tempfile.TemporaryDirectory() as folder:
        gathered = Path(folder) / "rows"
        gathered.touch()
        environment = {**os.environ, _bench.GATHERED: str(gathered)}
        for name in wanted or there:
            print(f"== {name} ==", flush=True)
            done = subprocess.run([sys.executable, str(there[name])], cwd=ROOT, env=environment, check=False)
            codes.append(done.returncode)
        _print([json.loads(line) for line in gathered.read_text(encoding="utf-8").splitlines()])
    return 1 if any(codes) else 0


def _print(rows: list[dict[str, object]]) -> None:
    """Everything once more, and what misses its aim by processor time; a miss is told, it does not fail the run."""
    print("\n" + _bench.line(_bench.HEADINGS))
    group = None
    for row in rows:
        if row["group"] != group:
            group = row["group"]
            print(f"-- {group}")
        print(_bench.row_line(_bench.Figure(**{key: value for key, value in row.items() if key != "group"})))  # type: ignore[arg-type]
    judged = [row for row in rows if row["holds"] is not None]
    print(f"\n{sum(bool(row['holds']) for row in judged)} of {len(judged)} aims hold, by processor time.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
