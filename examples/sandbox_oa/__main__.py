"""`python examples/sandbox_oa`: an office system to try the review gate with."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from gate_client import Gate  # noqa: E402
from office import Office, server  # noqa: E402
from store import Store  # noqa: E402


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="sandbox_oa", description=__doc__)
    parser.add_argument("--guiju", required=True, metavar="URL", help="the API, such as http://127.0.0.1:8000/api/v1")
    parser.add_argument("--token", required=True)
    parser.add_argument("--unit", required=True, metavar="CODE")
    parser.add_argument("--system", default="oa")
    parser.add_argument("--port", type=int, default=8030)
    parser.add_argument("--data", type=Path, default=Path("sandbox-oa"))
    parser.add_argument("--when-down", choices=("closed", "open", "pass"), default="closed")
    parser.add_argument("--hook-secret", default="")
    args = parser.parse_args()
    args.data.mkdir(parents=True, exist_ok=True)
    gate = Gate(
        args.guiju, args.token, args.system, args.unit, when_down=args.when_down, journal=args.data / "journal.jsonl"
    )
    serving = server(Office(Store(args.data), gate, hook_secret=args.hook_secret), args.port)
    sys.stdout.write(f"http://127.0.0.1:{serving.server_address[1]}\n")
    sys.stdout.flush()
    try:
        serving.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
