"""Reads the repository's own files for the tests beside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
PACKAGE = SRC / "guiju"
SKIPPED_FOLDERS = {
    *(".git", ".venv", "build", "dist", "var", "node_modules", "vendor", "__pycache__"),
    *(".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"),
}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `name` is dotted and includes what stands after `from x import`."""

    path: Path
    line: int
    name: str
    at_top: bool
    for_types: bool

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.name}"


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Files of the repository, without what is built or belongs to the machine."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in SKIPPED_FOLDERS and not path.name.endswith(".egg-info"):
                yield from files(path)
        else:
            yield path


def texts(folder: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """The same, as text; pictures and spreadsheets are left out."""
    for path in files(folder):
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def module_name(path: Path) -> str:
    """`guiju.org.models` for its file; a package's `__init__` is the package."""
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports() -> tuple[Import, ...]:
    """Every import statement in `src`."""
    found: list[Import] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = _parsed(path)
        found += _imports_in(tree.body, path=path, at_top=True, for_types=False)
    return tuple(found)


def _parsed(path: Path) -> ast.Module:
    text = path.read_text(encoding="utf-8")
    try:
        return ast.parse(text, filename=str(path))
    except SystemError:  # CPython 3.11 counts the depth of all threads together (python/cpython#106905)
        return ast.parse(text, filename=str(path))


def _imports_in(body: list[ast.stmt], *, path: Path, at_top: bool, for_types: bool) -> Iterator[Import]:
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(path, node.lineno, alias.name, at_top, for_types)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(path, node.lineno, f"{node.module or ''}.{alias.name}", at_top, for_types)
        elif isinstance(node, ast.If):
            typing_only = for_types or "TYPE_CHECKING" in ast.unparse(node.test)
            yield from _imports_in(node.body, path=path, at_top=False, for_types=typing_only)
            yield from _imports_in(node.orelse, path=path, at_top=False, for_types=for_types)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.With | ast.For):
            inside = at_top and isinstance(node, ast.ClassDef | ast.With | ast.For)
            yield from _imports_in(node.body, path=path, at_top=inside, for_types=for_types)
        elif isinstance(node, ast.Try):
            # `try: import fcntl / except ImportError` is how a portable module asks.
            guarded = any("Error" in ast.unparse(handler.type or ast.Constant("")) for handler in node.handlers)
            yield from _imports_in(node.body, path=path, at_top=at_top and not guarded, for_types=for_types)
            for handler in node.handlers:
                yield from _imports_in(handler.body, path=path, at_top=False, for_types=for_types)
