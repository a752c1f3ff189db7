"""Loading: from config, blueprint files and the environment."""

import contextvars
import json

import pulumi
import pytest
from pulumi.runtime import Settings, configure, set_all_config

from lib.args import loading
from lib.args.problems import SettingsError
from lib.args.stack import TapStackArgs

BLUEPRINT = """
description: A network.
application: shop
compliance: PCI-DSS
parameters: {vpc_cidr: networks.main.cidr, app_cidrs: networks.main.tiers.app.cidrs}
environments:
  prod: {networks: {main: {nat: per-zone}}}
  qa: {compliance: QA}
networks:
  main:
    cidr: 10.0.0.0/16
    nat: single
    tiers: {web: {kind: public}, app: {kind: private}}
"""


@pytest.fixture(autouse=True)
def _blueprints(tmp_path, monkeypatch):
    (tmp_path / "shop.yaml").write_text(BLUEPRINT)
    (tmp_path / "broken.yaml").write_text("networks: {")
    monkeypatch.setattr(loading, "BLUEPRINTS", tmp_path)


@pytest.fixture
def load(monkeypatch):
    def run(config=None, *, stack="dev", secret=(), told=True, **env):
        def loaded():
            values = {key if ":" in key else f"TapStack:{key}": value for key, value in (config or {}).items()}
            set_all_config(values, list(secret))
            configure(Settings(project="TapStack", stack=stack))
            if told:
                monkeypatch.setenv("PULUMI_CONFIG", json.dumps(values))
            for key, value in env.items():
                monkeypatch.setenv(key, value)
            return loading.load()

        return contextvars.copy_context().run(loaded)

    return run


@pytest.fixture
def problems(load):
    def run(config=None, **more):
        with pytest.raises(SettingsError) as raised:
            load(config, **more)
        return [str(problem) for problem in raised.value.problems]

    return run


SHOP = {"blueprint": "shop"}


def test_a_blueprint_alone_is_a_stack(load):
    args = load(SHOP)
    assert (args.blueprint, args.application, args.region) == ("shop", "shop", "us-east-1")
    assert (args.environment, args.environment_suffix, args.profile) == ("dev", "dev", "dev")


def test_empty_config_values_are_unset(load):
    unset = dict.fromkeys(["environment", "environmentSuffix", "application", "compliance", "profile"], "")
    assert load(SHOP | unset | {"settings": "{}", "containerImage": ""}) == load(SHOP)


def test_settings_alone_are_a_stack(load):
    settings = {"networks": {"main": {"cidr": "10.0.0.0/16", "tiers": {"app": {}}}}}
    assert load({"settings": json.dumps(settings)}).blueprint == ""


def test_settings_go_over_the_blueprint_and_null_removes(load):
    settings = {"networks": {"main": {"nat": None, "zones": 3}}, "compliance": "none"}
    args = load(SHOP | {"settings": json.dumps(settings, sort_keys=True)})
    assert (args.networks["main"].nat, args.networks["main"].zones, args.compliance) == (None, 3, "none")


def test_the_overlay_of_the_environment_goes_over_the_blueprint(load):
    assert load(SHOP | {"environment": "prod"}).networks["main"].nat == "per-zone"
    assert load(SHOP).networks["main"].nat == "single"


def test_single_config_keys_go_over_settings(load):
    config = {"application": "till", "compliance": "SOC2", "profile": "prod", "settings": '{"application": "x"}'}
    args = load(SHOP | config)
    assert (args.application, args.compliance, args.profile) == ("till", "SOC2", "prod")


def test_parameters_go_over_settings(load):
    config = {"vpc_cidr": "10.8.0.0/16", "settings": '{"networks": {"main": {"cidr": "10.7.0.0/16"}}}'}
    assert load(SHOP | config).networks["main"].cidr == "10.8.0.0/16"


def test_a_parameter_for_a_list_takes_commas(load):
    args = load(SHOP | {"app_cidrs": "10.0.100.0/24, 10.0.101.0/24"})
    assert args.networks["main"].tiers["app"].cidrs == ("10.0.100.0/24", "10.0.101.0/24")


def test_the_blueprint_may_come_from_the_environment(load):
    assert load(stack="TapStackpr12", TAP_BLUEPRINT="shop").blueprint == "shop"


def test_neither_blueprint_nor_settings_is_an_error_that_lists_the_blueprints(problems):
    assert problems({}) == [
        "blueprint: is required where there are no settings. Run pulumi config set blueprint <name>, "
        "or set TAP_BLUEPRINT; there are: broken, shop."
    ]


def test_an_unknown_blueprint_is_an_error_that_names_the_known_ones_and_the_nearest(problems):
    assert problems({"blueprint": "shops"}) == ["blueprint: is not one of broken, shop (got shops). Did you mean shop?"]
    assert problems({"blueprint": "vpc"}) == [
        "blueprint: is not one of broken, shop (got vpc). Choose one of: broken, shop."
    ]


def test_a_broken_blueprint_names_line_and_column(problems):
    [line] = problems({"blueprint": "broken"})
    assert line.startswith("blueprints/broken.yaml:1:12: is not valid YAML.")


@pytest.mark.parametrize(
    ("config", "stack", "env", "suffix"),
    [
        ({"environmentSuffix": "a"}, "TapStackd", {"ENVIRONMENT_SUFFIX": "c"}, "a"),
        ({"settings": '{"environment_suffix": "b"}'}, "TapStackd", {"ENVIRONMENT_SUFFIX": "c"}, "b"),
        ({}, "TapStackd", {"ENVIRONMENT_SUFFIX": "c"}, "c"),
        ({}, "TapStackpr12", {}, "pr12"),
        ({}, "TapStack-pr12", {}, "pr12"),
        ({}, "staging", {}, "staging"),
        ({}, "TapStack", {}, "dev"),
    ],
)
def test_the_suffix_comes_from_config_then_environment_then_stack(load, config, stack, env, suffix):
    assert load(SHOP | config, stack=stack, **env).environment_suffix == suffix


def test_the_environment_is_the_suffix_where_it_is_one_or_the_blueprint_knows_it(load):
    assert load(SHOP, stack="staging").environment == "staging"
    assert load(SHOP, stack="qa").environment == "qa"
    assert load(SHOP, stack="qa").compliance == "QA"
    assert load(SHOP, stack="TapStackpr12").environment == "dev"
    assert load(SHOP | {"settings": '{"environment": "test"}'}).environment == "test"


def test_a_stack_named_like_production_in_another_environment_is_an_error(problems, load):
    assert problems(SHOP | {"environmentSuffix": "x1"}, stack="prod") == [
        "environment: is dev, though the stack's name reads like production (got prod). "
        "Run pulumi config set environment prod, or give the stack another name."
    ]
    assert load(SHOP | {"environmentSuffix": "x1", "environment": "prod"}, stack="prod").profile == "prod"
    assert len(problems(SHOP | {"environment": "dev"}, stack="prod")) == 1


def test_the_region_comes_from_config_then_environment_then_is_us_east_1(load):
    assert load(SHOP | {"aws:region": "eu-west-1"}, AWS_REGION="eu-west-2").region == "eu-west-1"
    assert load(SHOP, AWS_REGION="eu-west-2").region == "eu-west-2"


def test_common_tags_come_from_config(load):
    tags = load(SHOP | {"settings": '{"tags": {"Team": "blue"}}', "owner": "me"}).tags
    assert tags == {"Project": "TapStack", "Owner": "me", "CostCenter": "engineering", "Team": "blue"}


def test_default_tags_of_the_provider_become_common_tags(load, problems):
    config = {"aws:defaultTags": '{"tags": {"Team": "blue", "Owner": "them"}}'}
    assert load(SHOP | config).tags["Team"] == "blue"
    for text in ("{", "[]", '{"tags": 5}'):
        [line] = problems(SHOP | {"aws:defaultTags": text})
        assert line.startswith("aws:defaultTags: must be a map that holds tags.")


def test_further_provider_config_is_collected_in_the_types_of_its_arguments(load):
    config = {
        "aws:profile": "me",
        "aws:s3UsePathStyle": "true",
        "aws:maxRetries": "3",
        "aws:allowedAccountIds": '["012345678901"]',
        "aws:endpoints": '[{"s3": "http://127.0.0.1:5000"}]',
        "aws:token": "",
    }
    assert load(SHOP | config).aws == {
        "profile": "me",
        "s3_use_path_style": True,
        "max_retries": 3,
        "allowed_account_ids": ["012345678901"],
        "endpoints": [{"s3": "http://127.0.0.1:5000"}],
    }


def test_provider_config_that_is_no_json_is_an_error(problems):
    [line] = problems(SHOP | {"aws:endpoints": "http://127.0.0.1"})
    assert line.startswith("aws:endpoints: must be JSON.")


def test_keys_of_an_account_stay_secret(load):
    config = {"aws:secretKey": "hush", "aws:assumeRoles": '[{"roleArn": "arn"}]', "aws:profile": "me"}
    args = load(SHOP | config, secret=["aws:assumeRoles"])

    @pulumi.runtime.test
    def secret():
        return pulumi.Output.all(args.aws["secret_key"].is_secret(), args.aws["assume_roles"].is_secret()).apply(check)

    def check(secrets):
        assert secrets == [True, True]

    secret()
    assert args.aws["profile"] == "me"


def test_config_keys_that_nothing_reads_are_errors_with_the_nearest(problems):
    assert problems(SHOP | {"vpc_cdir": "10.0.0.0/16", "aws:profil": "me", "other:key": "x"}) == [
        "TapStack:vpc_cdir: is neither a config key nor a parameter of the blueprint. Did you mean vpc_cidr?",
        "aws:profil: is no argument of the AWS provider. Did you mean profile?",
    ]


def test_keys_are_not_checked_where_the_cli_does_not_tell_them(load):
    assert load(SHOP | {"vpc_cdir": "x"}, told=False)


@pytest.mark.parametrize("text", ["[1]", "networks", '"text"'])
def test_settings_that_are_no_map_are_refused(problems, text):
    [line] = problems(SHOP | {"settings": text})
    assert line.startswith("settings: must be a map of settings (got ")


def test_all_problems_are_in_one_error(problems):
    lines = problems(
        SHOP | {"aws:region": "mars", "vpc_cidr": "10.0.0.0/8", "vpc_cdir": "x", "aws:endpoints": "{"}, stack="x.y"
    )
    assert [line.split(": ")[0] for line in lines] == [
        "TapStack:vpc_cdir",
        "aws:endpoints",
        "region",
        "networks.main.cidr",
        "environment_suffix",
    ]


def test_a_blueprint_in_python_takes_its_parameters_as_keywords():
    args = TapStackArgs.from_blueprint(
        "shop", environment_suffix="prod", tags={"Owner": "me"}, vpc_cidr="10.4.0.0/16", region="eu-west-1"
    )
    assert (args.environment, args.networks["main"].nat, args.networks["main"].cidr) == (
        "prod",
        "per-zone",
        "10.4.0.0/16",
    )
    assert (args.region, args.tags) == ("eu-west-1", {"Owner": "me"})


def test_a_blueprint_in_python_refuses_keywords_that_nothing_reads():
    with pytest.raises(SettingsError) as raised:
        TapStackArgs.from_blueprint("shop", environment_suffix="", tags={}, vpc_cdir="10.4.0.0/16")
    assert [str(problem).split(". ")[0] for problem in raised.value.problems] == [
        "vpc_cdir: is neither a parameter of shop nor a setting",
        'environment_suffix: must not be empty (got "")',
        "tags: must not be empty",
    ]
    with pytest.raises(SettingsError, match=r"^The settings have 1 problem:"):
        TapStackArgs.from_blueprint("shop", environment_suffix="x", tags={"a": "b"}, vpc_cdir="10.4.0.0/16")


FROM_CONFIG = {
    "settings": json.dumps(
        {"secrets": {"api": {"from_config": "apiKey"}}, "parameters": {"api": {"from_config": "apiKey"}}}
    )
}


def test_values_from_config_are_handed_over_as_secrets(load):
    args = load(SHOP | FROM_CONFIG | {"apiKey": "hush"}, secret=["TapStack:apiKey"])
    assert list(args.config_values) == ["apiKey"]
    assert isinstance(args.config_values["apiKey"], pulumi.Output)
    assert "hush" not in repr(args)


def test_a_value_from_config_that_is_missing_tells_how_to_set_it(problems):
    assert problems(SHOP | FROM_CONFIG) == [
        f"{section}.api.from_config: has no value in the stack's config (got apiKey). "
        "Run pulumi config set --secret apiKey <value>."
        for section in ("secrets", "parameters")
    ]


def test_a_plain_config_value_is_refused_where_a_secret_belongs_and_is_not_shown(problems):
    assert problems(SHOP | FROM_CONFIG | {"apiKey": "hush"}) == [
        "TapStack:apiKey: must be kept as a secret. Run pulumi config set --secret apiKey <value>."
    ]


@pytest.mark.parametrize("secrets", ["text", {"api": "text"}, {"api": {"from_config": 3}}])
def test_settings_of_secrets_that_are_broken_are_left_to_their_own_rules(problems, secrets):
    [line] = problems(SHOP | {"settings": json.dumps({"secrets": secrets})})
    assert line.startswith("secrets")


def test_nobody_writes_values_into_settings(problems):
    [line] = problems(SHOP | {"settings": '{"config_values": {"apiKey": "hush"}}'})
    assert line.startswith("config_values.apiKey: must be a secret output, not a plain value.")
