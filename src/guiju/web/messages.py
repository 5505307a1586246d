"""Compiles the message catalogues (`python -m guiju.web.messages`), without gettext installed.

Chinese is the default language, so a message without Chinese is a fault: `--strict` names it and fails.
"""

from __future__ import annotations

import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "locale"


def compile_all(*, folder: Path = LOCALE) -> list[str]:
    """Write one .mo beside each .po; the messages without translation come back as `language: msgid`."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    untranslated: list[str] = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        language = source.parts[-3]
        with source.open("rb") as lines:
            catalogue = read_po(lines, locale=language)
        untranslated += [
            f"{language}: {entry.id}" for entry in catalogue if entry.id and not _is_complete(entry.string)
        ]
        with source.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)
    return untranslated


def _is_complete(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) if isinstance(string, str) else all(string or [""])


def main() -> int:
    """Compile; with `--strict`, say what lacks its translation."""
    missing = compile_all()
    if "--strict" not in sys.argv[1:]:
        return 0
    for line in missing:
        print(line, file=sys.stderr)
    if missing:
        print(f"{len(missing)} messages have no translation.", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
