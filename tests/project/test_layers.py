"""Dependencies point down: edges -> domain -> platform -> lib (design, section 5)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.project.source import PACKAGE, Import, imports, module_name

LIB, PLATFORM, DOMAIN, EDGE = range(4)
LAYERS = {
    **dict.fromkeys(("lib",), LIB),
    **dict.fromkeys(("access", "trail", "packs", "registers", "workflow", "files", "jobs"), PLATFORM),
    **dict.fromkeys(
        ("org", "compliance", "governance", "review", "monitor", "speakup", "evaluate", "supervise", "posture"), DOMAIN
    ),
    **dict.fromkeys(
        ("web", "api", "documents", "cli", "commands", "commands", "demo", "settings", "urls", "wsgi", "__main__"), EDGE
    ),
}
# Every row of the platform lives in a unit and every grant names one, so `org` is the one domain package below which
# nothing can stand: the platform may use it.
USED_BY_PLATFORM = {"org"}
# What one domain package may use of another: its reads, its writes and its words; its tables only to name a type.
OPEN_TO_NEIGHBOURS = {"actions", "queries", "enums"}
# The whistleblowing desk shares sign-in and trail with the rest, and nothing else.
USED_BY_SPEAKUP = {"speakup", "access", "trail", "lib"}


def package_of(module: str) -> str:
    """`org` for `guiju.org.models`; the top module itself counts as `lib`, it only holds the version."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in LAYERS else "lib"


def layer_of(module: str) -> int:
    """A management command is an edge wherever it stands."""
    return EDGE if ".management." in f"{module}." else LAYERS[package_of(module)]


def own_imports() -> Iterator[tuple[str, Import]]:
    """Pairs (importing module, import) within the product; what stands in one package is its own affair."""
    for found in imports():
        if found.name.split(".")[0] == "guiju" and found.name != "guiju.__version__":
            yield module_name(found.path), found


def test_every_package_has_a_layer() -> None:
    names = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert names - {"__init__"} <= LAYERS.keys()


def test_no_module_imports_from_a_layer_above_its_own() -> None:
    wrong = [
        str(found)
        for module, found in own_imports()
        if layer_of(module) < layer_of(found.name)
        and not (layer_of(module) == PLATFORM and package_of(found.name) in USED_BY_PLATFORM)
    ]
    assert wrong == []


def test_domain_packages_meet_through_actions_and_queries() -> None:
    wrong = []
    for module, found in own_imports():
        here, there = package_of(module), package_of(found.name)
        if layer_of(module) != DOMAIN or layer_of(found.name) != DOMAIN or here == there:
            continue
        part = found.name.split(".")[2]
        open_part = part in OPEN_TO_NEIGHBOURS or (part == "models" and found.for_types)
        if not open_part and there not in USED_BY_PLATFORM:
            wrong.append(str(found))
    assert wrong == []


def test_nobody_imports_the_whistleblowing_desk() -> None:
    wrong = [
        str(found)
        for module, found in own_imports()
        if package_of(found.name) == "speakup" and package_of(module) != "speakup"
    ]
    assert wrong == []


def test_the_whistleblowing_desk_imports_only_sign_in_and_trail() -> None:
    wrong = [
        str(found)
        for module, found in own_imports()
        if package_of(module) == "speakup" and package_of(found.name) not in USED_BY_SPEAKUP
    ]
    assert wrong == []


def test_helpers_know_no_tables() -> None:
    wrong = [
        str(found)
        for found in imports()
        if package_of(module_name(found.path)) == "lib"
        and module_name(found.path).startswith("guiju.lib")
        and found.name.startswith(("django.contrib", "django.apps", "django.conf"))
    ]
    assert wrong == []
