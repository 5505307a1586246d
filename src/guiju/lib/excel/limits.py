"""How much a spreadsheet may ask of us."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds; `ratio` counts only for members larger than `ratio_from`."""

    upload_bytes: int = 50 * MB
    unpacked_bytes: int = 200 * MB
    ratio: int = 100
    ratio_from: int = 1 * MB
    members: int = 2_000
    sheets: int = 200
    rows: int = 200_000
    columns: int = 500
    memory_bytes: int = 1024 * MB
    cpu_seconds: int = 60
    wait_seconds: int = 90
