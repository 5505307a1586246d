"""Build hook of the wheel: adds `packs/` as package data, and refuses a wheel whose built parts are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = {
    "front-end assets": "src/guiju/**/static/vendor/**/*.js",
    "compiled messages": "src/guiju/**/*.mo",
}


class GuijuBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for wheels only; an editable install reads everything in place."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        missing = [name for name, pattern in BUILT.items() if not any(root.glob(pattern))]
        if missing:
            raise SystemExit(f"The wheel would lack its {' and '.join(missing)}. Run `make assets` first.")
        build_data["force_include"][str(root / "packs")] = "guiju/_packs"
