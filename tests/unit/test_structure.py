"""Who may import whom, as docs/architecture.md draws it, and what else keeps the house in order."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "lib"

# Folder of lib/ → folders it may import from. What stands lower knows nothing of what stands higher.
MAY_IMPORT = {
    "args": {"args"},
    "foundation": {"args", "foundation"},
    "storage": {"args", "foundation", "storage"},
    "secrets": {"args", "foundation", "secrets"},
    "database": {"args", "foundation", "secrets", "database"},
    "networking": {"args", "foundation", "storage", "networking"},
    "compute": {"args", "foundation", "storage", "secrets", "compute"},
    "dns": {"args", "foundation", "dns"},
    "monitoring": {"args", "foundation", "storage", "monitoring"},
    "groundwork": {"args", "foundation", "networking"},
    "stores": {"args", "foundation", "storage", "secrets", "database", "networking", "groundwork"},
    "uses": {"args", "foundation", "compute", "stores"},
    "load_balancers": {"args", "foundation", "compute", "dns"},
    "workloads": {"args", "networking", "compute", "groundwork", "stores", "load_balancers", "uses"},
    "backups": {"args", "foundation", "storage", "groundwork"},
    "failovers": {"args", "foundation", "compute", "dns", "groundwork"},
    "signals": {
        *("args", "foundation", "storage", "database", "networking", "dns", "monitoring"),
        *("groundwork", "workloads"),
    },
    "watch": {
        *("args", "storage", "networking", "dns", "monitoring"),
        *("groundwork", "stores", "workloads", "signals"),
    },
    "tap_stack": {
        *("args", "foundation", "database", "networking", "dns"),
        *("groundwork", "stores", "workloads", "failovers", "backups", "watch"),
    },
}

# Pure modules: no Pulumi, no AWS. The rules of the settings may use them, wherever they live.
PURE = {
    "lib.foundation.naming",
    "lib.networking.acl_rule",
    "lib.networking.cidr",
    "lib.networking.grants",
    "lib.networking.grid",
    "lib.networking.layout",
    "lib.networking.pairs",
    "lib.networking.tiers",
}
OUTSIDE = {"tap", "boto3", "botocore", "moto", "tests", "bench"}
READS = {"environ", "getenv", "open", "read_text", "read_bytes", "glob", "iterdir", "listdir"}


def modules() -> list[Path]:
    return sorted(LIB.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(path)))


@functools.cache
def imports(path: Path) -> frozenset[str]:
    """Modules that a module imports when it is loaded; what only the type checker sees is left out."""
    body = [node for node in nodes(path) if not _for_types_only(node)]
    hidden = {inner for node in nodes(path) if _for_types_only(node) for inner in _names(node)}
    return frozenset(name for node in body for name in _names(node) if name not in hidden)


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If):
        for inner in node.body:
            yield from _names(inner)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_library_imports_no_tool_and_no_client_of_aws() -> None:
    found = {name_of(path): {name.split(".")[0] for name in imports(path)} & OUTSIDE for path in modules()}
    assert {module: names for module, names in found.items() if names} == {}


def test_a_module_imports_only_what_stands_below_it() -> None:
    found: list[str] = []
    for path in modules():
        folder = name_of(path).split(".")[1] if path.parent != LIB or path.stem != "__init__" else "tap_stack"
        for name in imports(path):
            if name.startswith("lib.") and not any(name.startswith(f"{pure}.") for pure in PURE):
                found += [] if name.split(".")[1] in MAY_IMPORT[folder] else [f"{name_of(path)} imports {name}"]
    assert found == []


@pytest.mark.parametrize("module", sorted(PURE))
def test_a_pure_module_knows_nothing_of_pulumi(module: str) -> None:
    path = ROOT / module.replace(".", "/")
    for part in sorted(path.glob("*.py")) if path.is_dir() else [path.with_suffix(".py")]:
        assert not {name.split(".")[0] for name in imports(part)} & {"pulumi", "pulumi_aws", "pulumi_random"}
        for name in imports(part):
            if name.startswith("lib."):
                assert name.startswith("lib.args.") or any(name.startswith(f"{pure}.") for pure in PURE)


def test_only_loading_reads_files_and_the_environment() -> None:
    found = {name_of(path): used(path) & READS for path in modules() if path != LIB / "args" / "loading.py"}
    assert {module: names for module, names in found.items() if names} == {}


def used(path: Path) -> set[str]:
    """Names and attributes that a module's code speaks of."""
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in nodes(path)
        if isinstance(node, ast.Attribute | ast.Name)
    }


def test_a_module_holds_one_noun() -> None:
    paths = [*modules(), *sorted((ROOT / "tap").rglob("*.py"))]
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert {
        name_of(path): count for path, count in lines.items() if count > (250 if path.name == "tap_stack.py" else 300)
    } == {}


def test_the_program_is_thin() -> None:
    assert len((ROOT / "__main__.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_services_that_a_stack_does_not_use_are_not_imported() -> None:
    """The SDK's parts load when they are first looked into, which annotations would do at once."""
    looks_in = [path for path in modules() if "lib.args" not in name_of(path) and "pulumi_aws" in imports_of(path)]
    assert [name_of(path) for path in looks_in if "__future__" not in imports_of(path)] == []


def imports_of(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}
