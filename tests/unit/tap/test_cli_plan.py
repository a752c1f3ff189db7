"""`python -m tap plan`, and the tree that a Plan is shown as."""

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tap.cli import app
from tap.tree import render
from tests.support.deploy import deploy
from tests.support.shop import shop
from tests.support.stack import deploy_blueprint

PROJECT = "name: TapStack\nruntime: python\nconfig: {owner: {default: me}}\n"
PROGRAM = """
import pulumi
import pulumi_random as random

pulumi.log.warn("careful")
print("printed")
if pulumi.Config().get_object("settings", {}).get("a", {}).get("b") == 1:
    raise pulumi.RunError("b must not be 1")
pet = random.RandomPet("pet")
pulumi.export("owner", pulumi.Config().require("owner"))
pulumi.export("secret", pulumi.Output.secret("a word"))
"""


def tap(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def text(plan):
    console = Console(file=io.StringIO(), width=200)
    console.print(render(plan))
    return console.file.getvalue()


@pytest.fixture
def project(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def test_the_tree_shows_regions_components_resources_and_counts():
    lines = [line.rstrip() for line in text(deploy(shop)).splitlines()]
    assert lines[0] == "TapStack dev: 8 resources in us-east-1, us-west-2, no region"
    assert lines[2:13] == [
        "us-east-1  6 resources",
        "└── shop Shop  6",
        "    ├── Subnet shop-subnet protected",
        "    ├── Vpc shop-vpc",
        "    ├── Role shop-role",
        "    ├── Function shop-function",
        "    └── shop-database Database  2",
        "        ├── Secret shop-database-secret",
        "        └── SecretVersion shop-database-version",
        "",
        "us-west-2  1 resource",
    ]
    assert lines[-1] == "4 outputs: bucket, password, tags, vpc_id"


def test_the_tree_shows_no_value_so_no_secret():
    plan = deploy(shop)
    assert plan.exports["password"].value not in text(plan)


def test_the_tree_is_the_same_however_the_registrations_came():
    plan = deploy(shop)
    turned = type(plan)(**{**{name: getattr(plan, name) for name in plan.__slots__}, "resources": plan.resources[::-1]})
    assert text(turned) == text(plan)


def test_an_empty_stack_has_a_tree_too():
    assert text(deploy(lambda: None)).splitlines() == ["TapStack dev: 0 resources"]


def test_plan_prints_the_tree_alone_and_everything_else_beside_it(project):
    result = tap("plan", "--cwd", project)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "TapStack dev: 1 resource in no region"
    assert "RandomPet pet" in result.stdout
    assert "a word" not in result.output
    assert sorted(result.stderr.splitlines()) == ["printed", "warning: careful"]


def test_plan_tells_a_programs_refusal_and_fails(project):
    result = tap("plan", "-C", project, "--set", "a.b=1")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "b must not be 1"
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_a_folder_without_project_is_told(tmp_path):
    result = tap("plan", "-C", tmp_path)
    assert result.exit_code == 1
    assert "Pulumi.yaml: there is no such file" in result.stderr


def test_an_override_of_another_form_is_told(project):
    result = tap("plan", "-C", project, "--set", "owner")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--set owner: is not of the form key=value" in result.stderr


def test_an_assumed_vpc_of_another_form_is_told(project):
    result = tap("plan", "-C", project, "--assume-vpc", "vpc-1")
    assert result.exit_code == 1
    assert "--assume-vpc vpc-1: write it as" in result.stderr


def test_the_plan_says_how_long_a_failover_takes():
    said = "api.orders-orders-dev.test  fails over within about 150 s; its DNS answers are rehearsed alone"
    assert said in text(deploy_blueprint("multi-region-dr"))
    assert "fails over" not in text(deploy_blueprint("vpc-peering"))
