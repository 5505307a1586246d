"""Our front-end files run in Chromium 109 under a strict content policy, and everything third-party is accounted for."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from guiju.web import floor, vendor_assets

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "guiju" / "web"
OURS = WEB / "static" / "guiju"
TEMPLATES = sorted(WEB.glob("templates/**/*.html"))
STYLES = sorted(OURS.glob("**/*.css"))
SCRIPTS = sorted(OURS.glob("**/*.js"))


def _name(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES, *SCRIPTS], ids=_name)
def test_our_files_ask_for_nothing_newer_than_the_floor(path: Path) -> None:
    assert [str(hit) for hit in floor.scan(_read(path), suffix=path.suffix)] == []


@pytest.mark.parametrize(
    ("suffix", "text", "feature"),
    [
        (".css", "a { color: color-mix(in srgb, red, blue); }", "color-mix()"),
        (".css", ".card { & > a { color: red } }", "nesting"),
        (".css", "@scope (.card) { a { color: red } }", "@scope"),
        (".js", "Object.groupBy(rows, key)", "Object.groupBy"),
        (".js", "rows.toSorted()", "toSorted"),
        (".js", "menu.showPopover()", "popover"),
        (".html", '<div popover id="menu"></div>', "popover"),
    ],
)
def test_a_feature_that_is_too_new_is_named_with_its_line(suffix: str, text: str, feature: str) -> None:
    (hit,) = floor.scan(f"\n{text}", suffix=suffix)
    assert (hit.feature, hit.line) == (feature, 2)
    assert hit.since > floor.FLOOR


def test_what_stands_in_comments_and_strings_of_a_sheet_is_not_used() -> None:
    assert floor.scan('/* no color-mix() */ a::before { content: "color-mix(red)"; }', suffix=".css") == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_templates_carry_no_inline_handlers_styles_or_scripts(path: Path) -> None:
    text = _read(path)
    assert re.findall(r"\son[a-z]+\s*=", text) == []
    assert re.findall(r"\sstyle\s*=|<style\b", text) == []
    assert re.findall(r"javascript:|\bhx-on\b|hx-vals=.js:", text) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_scripts_make_no_code_out_of_text(path: Path) -> None:
    text = _read(path)
    assert re.findall(r"\beval\(|new Function\b|innerHTML\s*=|insertAdjacentHTML|document\.write", text) == []


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES, *SCRIPTS], ids=_name)
def test_pages_load_nothing_from_elsewhere(path: Path) -> None:
    assert (
        re.findall(r"(?:src|href)=\"(?:https?:)?//|url\(\s*['\"]?https?:|import\s[^;]*['\"]https?:", _read(path)) == []
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_chinese_on_a_page_comes_from_the_catalogue(path: Path) -> None:
    assert (
        re.findall(r"[\u4e00-\u9fff]+", re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", _read(path), flags=re.S))
        == []
    )


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    text = "\n".join(map(_read, TEMPLATES))
    named = set(re.findall(r"\{% icon \"([^\"]+)\"", text)) | set(re.findall(r"icon=\"([^\"]+)\"", text))
    named |= set(re.findall(r"\{% icon \w+\|default:\"([^\"]+)\"", text))
    assert named
    assert named - set(vendor_assets.read_manifest().icons) == set()


def test_the_sprite_is_listed_once_and_in_order() -> None:
    icons = list(vendor_assets.read_manifest().icons)
    assert icons == sorted(set(icons))


def test_every_vendored_package_is_pinned_and_brings_its_licence() -> None:
    manifest = vendor_assets.read_manifest()
    locked = json.loads(_read(ROOT / "package-lock.json"))["packages"]
    for package in manifest.packages:
        assert f"node_modules/{package.name}" in locked
        assert package.licence
        assert package.licence_name in manifest.outputs()


def test_package_json_pins_exact_versions_that_the_lock_holds() -> None:
    wanted = json.loads(_read(ROOT / "package.json"))["dependencies"]
    locked = json.loads(_read(ROOT / "package-lock.json"))["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_the_lock_has_digests_and_no_registry() -> None:
    lock = json.loads(_read(ROOT / "package-lock.json"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert all("resolved" not in entry for entry in packages.values())
    for entry in packages.values():
        entry.pop("funding", None)
    assert "://" not in json.dumps(lock)
    assert "omit-lockfile-registry-resolved=true" in _read(ROOT / ".npmrc")


def test_no_third_party_file_is_tracked() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = listed.stdout.splitlines()
    assert [name for name in tracked if "/vendor/" in name or "node_modules" in name or ".min." in name] == []


def test_vendored_files_are_whole_when_they_are_there() -> None:
    if not vendor_assets.TARGET.is_dir():
        pytest.skip("front-end files are not built here: make assets")
    manifest = vendor_assets.read_manifest()
    assert [name for name in manifest.outputs() if not (vendor_assets.TARGET / name).is_file()] == []
    vendor_assets.check_floor(vendor_assets.TARGET, allowed=manifest.allowed)
    copied = [path for path in vendor_assets.TARGET.iterdir() if path.suffix in {".js", ".css"}]
    assert [path.name for path in copied if "sourceMappingURL" in _read(path)] == []


def test_the_sprite_holds_only_the_icons_that_are_asked_for(tmp_path: Path) -> None:
    for name in ("flag", "house"):
        (tmp_path / f"{name}.svg").write_text(
            '<svg width="16" viewBox="0 0 16 16"><path d="M1 1"/></svg>', encoding="utf-8"
        )
    made = vendor_assets.sprite(["house"], folder=tmp_path)
    assert '<symbol id="house" viewBox="0 0 16 16"><path d="M1 1"/></symbol>' in made
    assert "flag" not in made


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(vendor_assets.AssetError, match="no icon named hat"):
        vendor_assets.sprite(["hat"], folder=tmp_path)


def test_a_copied_file_loses_its_pointer_to_a_map_that_is_not_shipped(tmp_path: Path) -> None:
    base = tmp_path / "modules" / "kit"
    base.mkdir(parents=True)
    (base / "kit.min.js").write_text("run();\n//# sourceMappingURL=kit.min.js.map\n", encoding="utf-8")
    (base / "LICENSE").write_text("MIT", encoding="utf-8")
    package = vendor_assets.Package("kit", "LICENSE", ("kit.min.js",))
    vendor_assets.copy_package(package, modules=tmp_path / "modules", target=tmp_path)
    assert (tmp_path / "kit.min.js").read_text(encoding="utf-8").strip() == "run();"
    assert (tmp_path / "kit.LICENSE.txt").is_file()


def test_a_package_without_the_named_file_is_refused(tmp_path: Path) -> None:
    package = vendor_assets.Package("kit", "LICENSE", ("gone.js",))
    with pytest.raises(vendor_assets.AssetError, match=r"kit has no file gone\.js"):
        vendor_assets.copy_package(package, modules=tmp_path, target=tmp_path)


def test_a_vendored_file_that_is_too_new_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "kit.css").write_text("a { color: oklch(1 0 0) }", encoding="utf-8")
    with pytest.raises(vendor_assets.AssetError, match=r"kit\.css, line 1: oklch\(\) needs Chromium 111"):
        vendor_assets.check_floor(tmp_path, allowed=frozenset())
    vendor_assets.check_floor(tmp_path, allowed=frozenset({("kit.css", "oklch()")}))


def test_an_allowance_that_nothing_needs_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(vendor_assets.AssetError, match="does not use it"):
        vendor_assets.check_floor(tmp_path, allowed=frozenset({("kit.css", "oklch()")}))
