"""The rules stand alone: they know neither the library nor the tools, so that the pack needs nothing else."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "policy"
MODULES = sorted(FOLDER.rglob("*.py"))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_knows_rules_alone_and_holds_one_noun(path):
    outside = {name.split(".")[0] for name in imports(path)} - {"policy"}
    assert not outside & {"lib", "tap", "boto3", "botocore", "moto", "tests", "pulumi_aws"}
    assert path.stem in ("pack", "__main__") or not {name for name in outside if name.startswith("pulumi")}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
