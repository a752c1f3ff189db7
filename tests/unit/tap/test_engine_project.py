"""The config that a program gets: what the Pulumi CLI does before it starts one."""

import json

import pytest

from tap.engine.project import ProjectError, stack_config

PROJECT = """
name: TapStack
runtime: {name: python, options: {virtualenv: .venv}}
config:
  owner: {type: string, default: platform-team, description: Who answers for it.}
  replicas: {type: integer, default: 2}
  settings: {type: object, default: {}}
"""


@pytest.fixture
def project(tmp_path):
    def write(content=PROJECT, **stacks):
        (tmp_path / "Pulumi.yaml").write_text(content, encoding="utf-8")
        for stack, text in stacks.items():
            (tmp_path / f"Pulumi.{stack}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def config(root, stack="dev", **options):
    return dict(stack_config(root, stack, **options).values)


def refusal(root, stack="dev", **options):
    with pytest.raises(ProjectError) as error:
        stack_config(root, stack, **options)
    return str(error.value)


def test_defaults_of_the_schema_reach_the_program_as_text(project):
    assert config(project()) == {"TapStack:owner": "platform-team", "TapStack:replicas": "2", "TapStack:settings": "{}"}


def test_a_missing_stack_file_is_no_mistake(project):
    assert config(project(), "prod")["TapStack:owner"] == "platform-team"


def test_the_stack_goes_before_the_defaults_and_an_override_before_the_stack(project):
    root = project(dev="config: {TapStack:owner: team, TapStack:replicas: 3}")
    values = config(root, overrides=["owner=me"])
    assert (values["TapStack:owner"], values["TapStack:replicas"]) == ("me", "3")


def test_a_key_without_namespace_is_the_projects_and_another_namespace_stays(project):
    root = project(dev="config: {owner: team, 'aws:region': eu-west-1, 'pulumi:disable-default-providers': [aws]}")
    values = config(root)
    assert values["TapStack:owner"] == "team"
    assert values["aws:region"] == "eu-west-1"
    assert values["pulumi:disable-default-providers"] == '["aws"]'


def test_objects_are_json_with_sorted_keys(project):
    root = project(dev="config: {TapStack:settings: {b: {d: 1, c: [true, null]}, a: x}}")
    assert config(root)["TapStack:settings"] == '{"a":"x","b":{"c":[true,null],"d":1}}'


def test_an_object_replaces_its_default_as_a_whole(project):
    root = project("name: P\nconfig: {o: {type: object, default: {a: 1}}}", dev="config: {P:o: {b: 2}}")
    assert config(root)["P:o"] == '{"b":2}'


def test_yaml_is_read_as_the_cli_reads_it(project):
    root = project(dev="config: {a: yes, b: 12:30, c: 012345678901, d: 2026-01-01, e: true, f: 1.50, g: 7}")
    values = config(root)
    assert [values[f"TapStack:{key}"] for key in "abcdefg"] == [
        "yes",
        "12:30",
        "012345678901",
        "2026-01-01",
        "true",
        "1.5",
        "7",
    ]


def test_a_qualified_stack_reads_the_file_of_its_name(project):
    root = project(TapStackpr12="config: {TapStack:owner: pr}")
    found = stack_config(root, "acme/TapStack/TapStackpr12")
    assert (found.stack, found.organization, found.values["TapStack:owner"]) == ("TapStackpr12", "acme", "pr")


def test_a_config_file_stands_in_for_the_stacks_own(project):
    root = project(dev="config: {TapStack:owner: dev}", TapStackx="config: {TapStack:owner: x}")
    assert config(root, "TapStackx", config_file=root / "Pulumi.dev.yaml")["TapStack:owner"] == "dev"


def test_a_missing_config_file_is_named(project):
    root = project()
    assert "Pulumi.nope.yaml: there is no such file" in refusal(root, config_file=root / "Pulumi.nope.yaml")


def test_an_encrypted_value_is_refused_with_the_way_around(project):
    root = project(dev="config: {TapStack:token: {secure: AAAB}}")
    assert "TapStack:token is encrypted" in refusal(root)
    assert "--set TapStack:token=" in refusal(root)


def test_an_encrypted_value_deep_in_an_object_is_refused(project):
    root = project(dev="config: {TapStack:settings: {list: [{password: {secure: AAAB}}]}}")
    assert "TapStack:settings is encrypted" in refusal(root)


def test_an_encrypted_value_can_be_overridden_and_stays_secret(project):
    root = project(dev="config: {TapStack:token: {secure: AAAB}}")
    found = stack_config(root, "dev", overrides=["token=abc"])
    assert found.values["TapStack:token"] == "abc"
    assert found.secret_keys == {"TapStack:token"}


def test_a_secret_of_the_schema_is_a_secret(project):
    root = project("name: P\nconfig: {token: {type: string, secret: true, default: x}}")
    assert stack_config(root, "dev").secret_keys == {"P:token"}


def test_a_key_without_value_and_default_is_named(project):
    assert "P:token has no value and no default" in refusal(project("name: P\nconfig: {token: {type: string}}"))


def test_a_blueprint_becomes_the_config_key_of_that_name(project):
    root = project(dev="config: {TapStack:blueprint: one}")
    assert config(root)["TapStack:blueprint"] == "one"
    assert config(root, blueprint="two")["TapStack:blueprint"] == "two"


def test_a_dotted_override_is_merged_into_the_settings(project):
    root = project(dev="config: {TapStack:settings: {networks: {main: {cidr: 10.0.0.0/16, nat: none}}}}")
    overrides = ["networks.main.nat=single", "networks.main.zones=3", "networks.other.tiers.app.cidrs=[10.1.0.0/24]"]
    assert json.loads(config(root, overrides=overrides)["TapStack:settings"]) == {
        "networks": {
            "main": {"cidr": "10.0.0.0/16", "nat": "single", "zones": 3},
            "other": {"tiers": {"app": {"cidrs": ["10.1.0.0/24"]}}},
        }
    }


def test_a_dotted_override_goes_into_settings_given_as_an_override(project):
    values = config(project(), overrides=["a.b=1", 'settings={"a": {"c": 2}}'])
    assert json.loads(values["TapStack:settings"]) == {"a": {"b": 1, "c": 2}}


def test_a_value_may_hold_equals_signs_and_dots(project):
    assert config(project(), overrides=["image=repo/app:1.2?x=y"])["TapStack:image"] == "repo/app:1.2?x=y"


@pytest.mark.parametrize("override", ["owner", "=x", ""])
def test_an_override_of_another_form_is_refused(project, override):
    assert f"--set {override}: is not of the form key=value" in refusal(project(), overrides=[override])


def test_a_path_through_a_scalar_is_refused(project):
    assert "networks.main is 1, not an object" in refusal(
        project(), overrides=["networks.main=1", "networks.main.nat=single"]
    )


def test_a_folder_without_project_is_told(tmp_path):
    assert "Pulumi.yaml: there is no such file" in refusal(tmp_path)


def test_a_project_without_name_is_told(project):
    assert "has no name" in refusal(project("runtime: python"))


def test_broken_yaml_is_told_with_its_place(project):
    assert "Pulumi.dev.yaml: is not YAML at line 2, column " in refusal(project(dev="config: {a: 1\nb: 2"))


def test_a_file_that_is_no_mapping_is_told(project):
    assert "Pulumi.dev.yaml: is not a mapping" in refusal(project(dev="- a"))
