"""Writes docs/evidence-tests.md from the evidence tests themselves."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Write the page; a test compares it with what the tests say."""
    sys.path.insert(0, str(ROOT / "src"))
    with tempfile.TemporaryDirectory() as home:
        os.environ["GUIJU_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guiju.settings")
        import django

        django.setup()
        from guiju.posture.evidence import docs

        (ROOT / "docs/evidence-tests.md").write_text(docs.page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
