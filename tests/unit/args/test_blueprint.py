"""Blueprint files, as text."""

import pytest

from lib.args.blueprint import Blueprint
from lib.args.problems import SettingsError

GOOD = """
description: A network.
parameters:
  vpc_cidr: networks.main.cidr
  cidrs: [networks.main.tiers.app.cidrs, networks.main.tiers.web.cidrs]
environments:
  prod:
    networks: {main: {nat: per-zone, cidr: null}}
networks:
  main: &main
    cidr: 10.0.0.0/16
    nat: single
  other:
    <<: *main
"""


def problems(text):
    with pytest.raises(SettingsError) as raised:
        Blueprint("mine", text)
    return [str(problem) for problem in raised.value.problems]


def test_a_blueprint_is_settings_with_its_head_taken_off():
    blueprint = Blueprint("mine", GOOD)
    assert blueprint.head.description == "A network."
    assert set(blueprint.settings) == {"networks"}
    assert blueprint.settings["networks"]["other"] == {"cidr": "10.0.0.0/16", "nat": "single"}


def test_an_overlay_goes_over_the_settings_in_its_environment_only():
    blueprint = Blueprint("mine", GOOD)
    assert blueprint.environment_settings("prod")["networks"]["main"] == {"nat": "per-zone"}
    assert blueprint.environment_settings("dev")["networks"]["main"] == {"nat": "single", "cidr": "10.0.0.0/16"}


def test_a_parameter_goes_to_each_of_its_settings_in_their_type():
    blueprint = Blueprint("mine", GOOD)
    assert blueprint.parameter_settings({"vpc_cidr": "10.5.0.0/16", "cidrs": "a,b", "else": 1}) == {
        "networks": {
            "main": {"cidr": "10.5.0.0/16", "tiers": {"app": {"cidrs": ["a", "b"]}, "web": {"cidrs": ["a", "b"]}}}
        }
    }


def test_broken_yaml_names_file_line_and_column():
    [line] = problems("networks:\n  main: {cidr: 10.0.0.0/16\n")
    assert line.startswith("blueprints/mine.yaml:3:1: is not valid YAML. ")


def test_a_tab_names_its_place():
    [line] = problems("networks:\n\tmain: 1\n")
    assert line.startswith("blueprints/mine.yaml:2:1: is not valid YAML. Found character '\\t'")


def test_a_character_that_yaml_forbids_names_the_file():
    [line] = problems("networks: \x01")
    assert line.startswith("blueprints/mine.yaml: is not valid YAML. ")


def test_a_key_written_twice_is_an_error_with_its_place():
    assert problems("networks:\n  main: {}\n  main: {}\n") == [
        "blueprints/mine.yaml:3:3: is not valid YAML. The key main stands there twice."
    ]


def test_a_key_that_is_no_scalar_names_its_place():
    assert problems("? [a, b]\n: 1\n") == ["blueprints/mine.yaml:1:3: is not valid YAML. Found unhashable key."]


@pytest.mark.parametrize("text", ["", "- networks", "networks"])
def test_a_file_that_is_no_map_is_refused(text):
    [line] = problems(text)
    assert line.startswith("blueprints/mine.yaml: must be a map of settings")


def test_a_parameter_that_leads_nowhere_is_refused_with_the_nearest_key():
    assert problems("parameters: {vpc_cidr: networks.main.cdir}") == [
        "parameters.vpc_cidr: must be the path of a setting (got networks.main.cdir). Did you mean cidr?"
    ]
    assert problems("parameters: {vpc_cidr: networks.main.cidr.first}") == [
        "parameters.vpc_cidr: must be the path of a setting (got networks.main.cidr.first). "
        "There is nothing below networks.main.cidr."
    ]


def test_a_parameter_must_not_hide_a_config_key():
    assert problems("parameters: {owner: tags.Owner, region: region}") == [
        "parameters.owner: is already a key of its own. Choose another name for the parameter.",
        "parameters.region: is already a key of its own. Choose another name for the parameter.",
    ]


def test_a_head_of_the_wrong_kind_is_refused():
    lines = problems("description: 5\nparameters: {a: 3}\nenvironments: {prod: 7}\n")
    assert [line.split(": ")[0] for line in lines] == ["description", "parameters.a", "environments.prod"]


def test_examples_are_values_of_parameters_and_no_settings():
    blueprint = Blueprint("mine", GOOD + "examples: {vpc_cidr: 10.9.0.0/16}\n")
    assert blueprint.head.examples == {"vpc_cidr": "10.9.0.0/16"}
    assert blueprint.settings_with({})[0]["networks"]["main"]["cidr"] == "10.0.0.0/16"
    assert problems(GOOD + "examples: {vpc_cdir: 10.9.0.0/16}\n") == [
        "examples.vpc_cdir: is no parameter of the blueprint (got 10.9.0.0/16). Did you mean vpc_cidr?"
    ]
