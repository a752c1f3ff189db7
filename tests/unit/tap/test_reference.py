"""The generated reference: current, whole, and true."""

import json
from functools import cache, partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lib.args.blueprint import Blueprint
from lib.args.fields import field_at, model_of
from lib.args.loading import blueprint_names, read_blueprint
from lib.args.network import NetworkArgs
from lib.args.stack import TapStackArgs
from tap import schema
from tap.blueprint_page import blueprint_page
from tap.cli import app
from tap.cost import cost
from tap.picture import picture
from tap.plan import Plan
from tap.recording import ExistingVpc
from tap.reference import pages, settings_page
from tests.support.blueprints import overrides_of
from tests.support.deploy import deploy_project
from tests.support.stack import deploy_networks

ROOT = Path(__file__).resolve().parents[3]
OLD = {"region": "us-west-2", "vpc_id": "vpc-old", "tiers": {"api": {}}}
NEW = {"cidr": "10.0.0.0/16", "zones": 1, "tiers": {"web": {"kind": "public"}, "app": {}}, "nat": "single"}
LINK = {"between": ["new", "old"], "allow": [{"from": "new.app", "to": "old.api", "port": 443}]}


@cache
def plan_here(blueprint: str) -> Plan:
    return deploy_project(blueprint=blueprint, overrides=overrides_of(blueprint))


@pytest.fixture(scope="module")
def reference() -> dict[str, str]:
    return pages(schema.schema(), plan_here)


def cells(page: str) -> list[list[str]]:
    """The rows of all tables of a page."""
    lines = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def row(page: str, first: str) -> list[str]:
    """The rest of the one row that begins with this."""
    (found,) = [cells for cells in cells(page) if cells[0] == first]
    return found[1:]


def adopting() -> str:
    plan = deploy_networks(
        vpcs={"vpc-old": ExistingVpc("10.7.0.0/16", "us-west-2")},
        networks={"new": NEW, "old": OLD},
        peerings={"link": LINK},
    )
    return blueprint_page(Blueprint("mixed", "description: Both kinds.\nnetworks: {}\n"), plan)


def test_every_page_of_the_reference_is_current(reference: dict[str, str]) -> None:
    written = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in reference}
    assert written == reference, "run: python -m tap schema"


def test_no_page_is_left_of_a_blueprint_that_is_gone() -> None:
    assert {path.stem for path in (ROOT / "docs" / "blueprints").glob("*.md")} == set(blueprint_names())


def test_every_key_of_every_model_stands_there_with_its_path() -> None:
    keys = [first.strip("`") for first, *_ in cells(settings_page(schema.schema())) if first.startswith("`")]
    assert len(keys) == len(set(keys))
    assert {f"networks.<name>.{key}" for key in NetworkArgs.model_fields} <= set(keys)
    assert set(TapStackArgs.model_fields) - {"config_values", "files"} | {"parameters", "environments"} <= set(keys)
    assert {"networks.<name>.tiers.<tier>.kind", "meshes.<name>.allow[].from"} <= set(keys)


def test_a_path_of_the_reference_leads_to_a_setting() -> None:
    known = [first.strip("`") for first, *_ in cells(settings_page(schema.schema())) if first.startswith("`")]
    for path in set(known) - {"description", "parameters", "examples", "environments"}:
        keys = [key for part in path.split(".") for key in ([part[:-2], 0] if part.endswith("[]") else [part])]
        assert field_at(TapStackArgs, keys) is not None, path


def test_a_section_has_a_heading_with_what_it_is() -> None:
    page = settings_page(schema.schema())
    tiers = model_of(field_at(NetworkArgs, ["tiers", "app"]))
    assert tiers is not None
    assert f"## `networks.<name>.tiers.<tier>`\n\n{tiers.__doc__}\n\n" in page


@pytest.mark.parametrize(
    ("key", "value", "default"),
    [
        ("environment_suffix", "text", "required"),
        ("region", "AWS region", "`us-east-1`"),
        ("parameters", "map of list of text or section", ""),
        ("networks", "map of section", ""),
        ("networks.<name>.tiers", "map of section", "required"),
        ("networks.<name>.zones", "1 to 8 or list of text", "as many as the longest `cidrs` list of a tier, else 2"),
        ("networks.<name>.endpoints", "list of text", ""),
        ("networks.<name>.primary", "`true` `false`", "`false`"),
        ("peerings.<name>.allow[].port", "1 to 65535", "required"),
        ("peerings.<name>.allow[].protocol", "`tcp` `udp`", "`tcp`"),
        ("protection.log_retention_days", "1 to 3653", "`30` in profile dev, `365` in profile prod"),
        ("aws", "map", ""),
    ],
)
def test_a_key_has_its_type_and_its_default(key: str, value: str, default: str) -> None:
    assert row(settings_page(schema.schema()), f"`{key}`")[:2] == [value, default]


def test_a_parameter_has_its_path_and_what_it_is_unless_set(reference: dict[str, str]) -> None:
    page = reference["blueprints/vpc-peering.md"]
    assert row(page, "`payment_vpc_cidr`")[:2] == ["`networks.payment.cidr`", "`10.0.0.0/16`"]
    assert row(page, "`payment_region`")[:2] == ["`networks.payment.region`", "the stack's region"]
    assert row(page, "`payment_vpc_id`")[1:] == ["", "Existing VPC to adopt instead of creating one."]


@pytest.mark.parametrize("name", blueprint_names())
def test_a_blueprints_page_has_every_parameter_and_every_output(name: str, reference: dict[str, str]) -> None:
    page = reference[f"blueprints/{name}.md"]
    assert read_blueprint(name).head.description in page
    assert all(row(page, f"`{parameter}`") for parameter in read_blueprint(name).head.parameters)
    outputs = page.partition("## Outputs\n\n")[2].replace("`", "").strip().split(", ")
    assert outputs == sorted(plan_here(name).exports)


@pytest.mark.parametrize("name", blueprint_names())
def test_a_blueprints_page_has_its_picture_its_cost_and_its_operations(name: str, reference: dict[str, str]) -> None:
    page, plan = reference[f"blueprints/{name}.md"], plan_here(name)
    assert f"```mermaid\n{picture(plan)}```" in page
    assert row(page, "sum") == ["", "", f"{cost(plan).usd:.2f}"]
    assert all(row(page, line.what)[-1] == f"{line.usd:.2f}" for line in cost(plan).lines)
    assert all(str(use) in page for use in cost(plan).uses)
    assert f"(../operations/{name}.md)" in page
    assert (ROOT / "docs" / "operations" / f"{name}.md").is_file()


def test_environments_are_compared_where_they_differ(reference: dict[str, str]) -> None:
    page = reference["blueprints/payment-processing.md"]
    assert row(page, "setting") == ["dev", "staging", "prod"]
    assert row(page, "`services.app.cpu`") == ["", "`512`", "`1024`"]
    assert row(page, "`databases.payments.serverless.max_capacity`") == ["`2`", "`8`", ""]
    assert row(page, "`protection.deletion_protection`") == ["`false`", "`false`", "`true`"]
    assert "`databases.payments.network`" not in page
    assert row(reference["blueprints/high-availability.md"], "`policy.exceptions`") == ["2 entries", "2 entries", ""]


def test_what_has_no_price_is_told_on_the_page() -> None:
    plan = deploy_networks(networks={"one": {**NEW, "nat": "regional"}})
    page = blueprint_page(Blueprint("any", "description: Any.\nnetworks: {}\n"), plan)
    assert "Not priced: 1 of NAT gateway of all zones, by the zones in use." in page


def test_networks_tiers_and_peerings_are_those_of_the_plan(reference: dict[str, str]) -> None:
    page = reference["blueprints/vpc-peering.md"]
    assert row(page, "`analytics`") == ["us-west-2", "`10.1.0.0/16`", "256 of 65536 (0.4 %)"]
    assert row(page, "`payment-analytics`") == ["`payment`", "`analytics`", "2"]
    assert row(page, "`payment.app`") == ["`10.0.1.0/24` in us-east-1a", "none"]
    banking = reference["blueprints/banking-vpc.md"]
    assert [row(banking, f"`banking.{tier}`")[1] for tier in ("public", "private", "database")] == [
        "internet gateway",
        "NAT gateway",
        "none",
    ]


def test_resources_are_counted_by_type_and_region(reference: dict[str, str]) -> None:
    page = reference["blueprints/vpc-peering.md"]
    assert row(page, "type") == ["us-east-1", "us-west-2"]
    assert row(page, "VpcPeeringConnection") == ["1", ""]
    assert row(page, "Key") == ["2", "2"]
    counts = [each[1:] for each in cells(page.partition("## Resources")[2])[1:]]
    *rows, total = [[int(count or 0) for count in each] for each in counts]
    assert [sum(column) for column in zip(*rows, strict=True)] == total


def test_an_adopted_network_and_a_blueprint_without_parameters_have_a_page() -> None:
    page = adopting()
    assert row(page, "`old`") == ["us-west-2", "adopted", ""]
    assert row(page, "`link`") == ["`new`", "`old`", "2"]
    assert "## Parameters" not in page
    assert not [each for each in cells(page) if each[0].startswith("`old.")]


def test_a_blueprint_that_cannot_stand_alone_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tap import blueprint_page as module

    (tmp_path / "Pulumi.yaml").write_text("name: TapStack\nruntime: python\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text("import pulumi; raise pulumi.RunError('image: is required')\n", "utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    with pytest.raises(ValueError, match="image: is required"):
        module.recorded.__wrapped__("vpc-peering")


def test_the_environment_of_whoever_generates_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from tap.blueprint_page import recorded

    monkeypatch.setenv("ENVIRONMENT_SUFFIX", "-not a suffix-")
    assert recorded.__wrapped__("banking-vpc").exports["environment_suffix"] == "dev"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to generate into."""
    monkeypatch.setattr(schema, "FILE", tmp_path / "schemas" / "tapstack.schema.json")
    # In this process: a program of its own for each blueprint takes long.
    monkeypatch.setattr(schema, "pages", partial(pages, plan_of=plan_here))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_schema_says_which_files_are_stale_and_brings_them_up_to_date(elsewhere: Path) -> None:
    def run(*arguments: str) -> tuple[int, list[str]]:
        result = CliRunner().invoke(app, ["schema", *arguments])
        return result.exit_code, result.output.splitlines()

    assert run("--check")[0] == 1
    assert run()[0] == 0
    assert json.loads(schema.FILE.read_text(encoding="utf-8"))["title"] == "TapStack settings"
    assert run("--check") == (0, [f"{2 + len(blueprint_names())} generated files are current."])
    (elsewhere / "docs" / "settings.md").write_text("old", encoding="utf-8")
    (elsewhere / "docs" / "blueprints" / "gone.md").write_text("", encoding="utf-8")
    assert run("--check") == (
        1,
        [f"docs/{name} is not current. Run: python -m tap schema" for name in ("blueprints/gone.md", "settings.md")],
    )
    assert run()[1][:-1] == [f"docs/{name} was brought up to date." for name in ("blueprints/gone.md", "settings.md")]
    assert not (elsewhere / "docs" / "blueprints" / "gone.md").exists()
    assert run("--check")[0] == 0
