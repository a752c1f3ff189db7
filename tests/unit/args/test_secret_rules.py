"""Rules on secrets and parameters, and where their values come from."""

import pulumi
import pytest

from lib.args.problems import SettingsError
from lib.args.secret import SecretArgs
from tests.support.settings import accepted, refused


def secret(**settings):
    return refused({"secrets.api": settings})


def parameter(**settings):
    return refused({"parameters.api": settings})


def handed_over(*keys):
    return {key: pulumi.Output.secret("hush") for key in keys}


def test_secrets_and_parameters_of_every_kind_are_accepted():
    args = accepted(
        {
            "secrets": {
                "plain": {},
                "long": {"generate": {"length": 64}, "replicas": "analytics"},
                "api": {"from_config": "apiKey", "network": "payment"},
            },
            "parameters": {
                "switch": {"value": "on"},
                "app-config": {"document": {"level": 3}, "network": "analytics"},
                "token": {"from_config": "apiKey"},
            },
            "config_values": handed_over("apiKey"),
        }
    )
    assert (args.secrets["long"].replicas, args.parameters["token"].from_config) == (("analytics",), "apiKey")


def test_a_plain_value_of_a_secret_is_refused_without_being_shown():
    [line] = secret(value="hunter2")
    assert line == (
        "secrets.api.value: is not a known key. A secret's value is never a setting: "
        "run pulumi config set --secret <key> <value>, and write from_config: <key>."
    )


def test_a_secret_alone_refuses_a_plain_value_too():
    with pytest.raises(SettingsError, match="is never a setting"):
        SecretArgs(value="hunter2")


def test_another_unknown_key_gets_the_nearest_one():
    assert secret(generat={}) == ["secrets.api.generat: is not a known key. Did you mean generate?"]


def test_a_value_is_generated_or_comes_from_config():
    lines = refused({"secrets.api": {"generate": {}, "from_config": "apiKey"}, "config_values": handed_over("apiKey")})
    assert lines == ["secrets.api.from_config: must not stand beside generate (got apiKey). Remove one of the two."]


def test_a_value_from_config_must_be_there():
    assert secret(from_config="apiKey") == [
        "secrets.api.from_config: has no value in the stack's config (got apiKey). "
        "Run pulumi config set --secret apiKey <value>."
    ]
    assert parameter(from_config="apiKey") == [
        "parameters.api.from_config: has no value in the stack's config (got apiKey). "
        "Run pulumi config set --secret apiKey <value>."
    ]


def test_a_value_that_is_handed_over_must_be_a_secret_output_and_is_never_shown():
    assert refused({"secrets.api": {"from_config": "apiKey"}, "config_values": {"apiKey": "hunter2"}}) == [
        "config_values.apiKey: must be a secret output, not a plain value. "
        'Hand over pulumi.Config().require_secret("apiKey").'
    ]


def test_values_handed_over_are_in_no_rendering_of_the_settings():
    args = accepted({"config_values": handed_over("apiKey")})
    assert "apiKey" not in repr(args)
    assert "config_values" not in args.model_dump()


@pytest.mark.parametrize("key", ["1st", "a:b", ""])
def test_a_config_key_is_well_formed(key):
    [line] = secret(from_config=key)
    assert line.startswith("secrets.api.from_config: must be a key of the stack's config")


@pytest.mark.parametrize("section", ["secrets", "parameters"])
def test_the_network_must_be_one_of_the_stacks(section):
    assert refused(
        {f"{section}.api": {"network": "paymnt", **({"value": "x"} if section == "parameters" else {})}}
    ) == [f"{section}.api.network: must name a network (got paymnt). Did you mean payment?"]


def test_a_replica_is_in_a_known_network():
    assert secret(replicas=["paymnt"]) == [
        "secrets.api.replicas[0]: must name a network (got paymnt). Did you mean payment?"
    ]


def test_a_replica_is_in_another_region_than_the_secret():
    assert secret(replicas=["payment"]) == [
        "secrets.api.replicas[0]: must be in another region than the secret itself (us-east-1) (got payment). "
        "Name a network in another region, or remove it."
    ]
    assert secret(network="analytics", replicas=["analytics"])[0].startswith(
        "secrets.api.replicas[0]: must be in another region than the secret itself (us-west-2)"
    )


def test_a_region_gets_one_replica():
    second = {"region": "us-west-2", "cidr": "10.2.0.0/16", "tiers": {"api": {}}}
    assert refused({"networks.second": second, "secrets.api": {"replicas": ["analytics", "second"]}}) == [
        "secrets.api.replicas[1]: must be in another region than analytics (us-west-2) (got second). "
        "Name a network in another region, or remove it."
    ]


def test_a_parameter_has_one_value():
    assert parameter() == ["parameters.api: has no value. Add one of value, document and from_config."]
    assert parameter(value="x", document={"a": 1}) == [
        "parameters.api: must have one value, not value and document. Remove all but one."
    ]


def test_an_empty_text_is_no_value():
    assert parameter(value="") == ['parameters.api.value: must not be empty (got ""). Write at least 1 character(s).']


def test_a_parameter_fits_into_the_standard_tier():
    assert accepted({"parameters.api": {"value": "x" * 4096}})
    assert parameter(value="ä" * 2049) == [
        "parameters.api.value: must have at most 4096 bytes, and has 4098. Shorten it, or split it over several."
    ]
    assert parameter(document={"a": "x" * 4096})[0].startswith("parameters.api.document: must have at most 4096 bytes")


def test_parameters_can_not_stand_below_a_name_that_aws_keeps():
    assert refused({"application": "awsome", "parameters.api": {"value": "x"}}) == [
        "application: must not start with aws or ssm, which Systems Manager keeps for itself in parameters "
        "(got awsome). Give the application another name."
    ]
    assert accepted({"application": "awsome", "secrets.api": {}})


@pytest.mark.parametrize(("section", "most"), [("secrets", 2048), ("parameters", 1024)])
def test_descriptions_fit(section, most):
    [line] = refused({f"{section}.api": {"description": "x" * (most + 1), **({} if most > 1024 else {"value": "x"})}})
    assert line.startswith(f"{section}.api.description: must have at most {most} characters")


def test_a_path_that_is_too_long_is_told():
    [line] = refused({f"secrets.{'n' * 600}": {}})
    assert "longer than the 512 characters that AWS takes" in line
