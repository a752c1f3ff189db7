"""Pulumi.yaml and the stack files, read as the CLI reads them; the schema of settings; `tap check`."""

from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from lib.args import loading
from lib.args.blueprint import CONFIG_KEYS
from lib.args.stack import TapStackArgs
from tap import schema
from tap.cli import app
from tests.support.blueprints import parameters_of

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENTS = ("dev", "staging", "prod")
BLUEPRINTS = [path.stem for path in sorted((ROOT / "blueprints").glob("*.yaml"))]
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


@pytest.fixture(scope="module")
def project():
    return yaml.safe_load((ROOT / "Pulumi.yaml").read_text())


def test_the_project_runs_python_in_its_virtualenv(project):
    assert project["name"] == "TapStack"
    assert project["description"]
    assert project["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}


def test_every_config_key_has_a_type_a_description_and_a_default_of_that_type(project):
    for key, entry in project["config"].items():
        assert set(entry) == {"type", "description", "default"}, key
        assert isinstance(entry["default"], TYPES[entry["type"]]), key
        assert entry["description"].endswith("."), key


def test_no_key_of_another_namespace_is_declared(project):
    assert not [key for key in project["config"] if ":" in key]


def test_the_declared_keys_are_the_ones_that_loading_reads(project):
    assert set(project["config"]) == {*CONFIG_KEYS, "containerImage"}


def test_only_owner_and_cost_center_have_a_default_that_counts(project):
    counting = {key: entry["default"] for key, entry in project["config"].items() if entry["default"]}
    assert counting == {"owner": loading.DEFAULT_OWNER, "costCenter": loading.DEFAULT_COST_CENTER}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_stack_file_names_its_environment_and_a_blueprint_and_no_settings(environment):
    config = yaml.safe_load((ROOT / f"Pulumi.{environment}.yaml").read_text())["config"]
    assert config.pop("TapStack:blueprint") in BLUEPRINTS
    assert config == {
        "pulumi:disable-default-providers": ["aws"],
        "aws:region": "us-east-1",
        "TapStack:environment": environment,
    }


def test_the_schema_is_current():
    assert schema.is_current(), "run: python -m tap schema"


@pytest.fixture(scope="module")
def whole():
    """The schema that the models lead to."""
    return schema.schema()


@pytest.fixture(scope="module")
def validator(whole):
    """What judges by the schema, which itself is a good one."""
    judge = jsonschema.validators.validator_for(whole)
    judge.check_schema(whole)
    return judge(whole)


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_a_blueprint_fits_the_schema(name, validator):
    validator.validate(yaml.safe_load((ROOT / "blueprints" / f"{name}.yaml").read_text()))


def test_the_schema_refuses_what_the_models_refuse(validator):
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"networks": {"main": {"tiers": {"app": {"kindd": "public"}}}}})


def test_every_setting_is_described_in_the_schema(whole):
    sections = {"the top": whole, **whole["$defs"]}
    bare = [
        f"{name}.{key}"
        for name, section in sections.items()
        for key, entry in section["properties"].items()
        if not entry.get("description")
    ]
    assert bare == []


@pytest.mark.parametrize("name", BLUEPRINTS)
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_blueprint_is_good_in_every_environment(name, environment):
    given = parameters_of(name, environment)
    args = TapStackArgs.from_blueprint(name, environment_suffix=environment, tags={"Owner": "me"}, **given)
    assert args.environment == environment


def run(*arguments):
    return CliRunner().invoke(app, [*arguments])


@pytest.mark.parametrize("stack", ENVIRONMENTS)
def test_check_says_ok_in_one_line(stack):
    result = run("check", "--stack", stack)
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)
    assert result.stdout.startswith(f"ok: blueprint vpc-peering, environment {stack}, suffix {stack} (network: 2")


def test_check_lists_every_problem_and_fails():
    result = run("check", "--set", "networks.payment.nat=singel", "--set", "payment_vpc_cidr=10.0.0.0/8")
    assert result.exit_code == 1
    assert "The settings have 2 problems:" in result.output
    assert (
        "networks.payment.nat: must be one of none, single, per-zone, regional (got singel). Did you mean single?"
        in result.output
    )
