"""What becomes of a program's registrations, in this process."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest
from pulumi.runtime.proto import engine_pb2, resource_pb2

from tap.engine.answers import AnswerError
from tap.engine.deployment import Deployment
from tap.engine.engine import Engine
from tap.engine.monitor import Monitor
from tap.plan import UNKNOWN, Secret
from tests.support.answers import Failing, Listening, Partial
from tests.support.deploy import DeployError, deploy
from tests.support.shop import shop

EAST = "urn:pulumi:dev::TapStack::pulumi:providers:aws::east"


def east(name="east"):
    return pulumi.ResourceOptions(provider=aws.Provider(name, region="us-east-1"))


def problems_of(program, answers=None):
    with pytest.raises(DeployError) as error:
        deploy(program, answers=answers)
    return str(error.value).splitlines()


def test_a_grandchild_has_the_provider_and_region_of_its_component():
    plan = deploy(shop)
    secret = plan.one("Secret")
    assert (secret.provider, secret.region) == (EAST, "us-east-1")
    assert plan.one("Bucket").region == "us-west-2"
    assert plan.one("RandomPassword").provider == ""
    assert plan.one("RandomPassword").region is None
    assert plan.one("Shop").region is None


def test_both_forms_of_an_invoke_have_the_provider_and_region_of_their_component():
    invokes = {invoke.token.split(":")[-1]: invoke for invoke in deploy(shop).invokes}
    assert set(invokes) == {"getAvailabilityZones", "getCallerIdentity"}
    assert {(invoke.provider, invoke.region) for invoke in invokes.values()} == {(EAST, "us-east-1")}


def test_a_region_of_its_own_goes_before_the_providers():
    def program():
        aws.sns.Topic("there", region="eu-west-1", opts=east())

    assert deploy(program).one("Topic").region == "eu-west-1"


def test_a_urn_holds_the_whole_chain_of_parent_types():
    assert deploy(shop).one("Secret").urn == (
        "urn:pulumi:dev::TapStack::shop:index:Shop$shop:index:Database$aws:secretsmanager/secret:Secret"
        "::shop-database-secret"
    )


def test_parents_dependencies_and_options_are_in_the_plan():
    plan = deploy(shop)
    vpc, subnet, bucket = plan.one("Vpc"), plan.one("Subnet"), plan.one("Bucket")
    assert vpc.parent == plan.one("Shop").urn
    assert subnet.dependencies == (vpc.urn,)
    assert subnet.property_dependencies == {"vpcId": (vpc.urn,)}
    assert subnet.urn in bucket.dependencies
    assert (subnet.options.protect, subnet.options.ignore_changes) == (True, ("tags",))
    assert (vpc.options.protect, vpc.options.delete_before_replace) == (False, None)


def test_aliases_timeouts_imports_and_replacement_options_are_in_the_plan():
    def program():
        options = pulumi.ResourceOptions(
            aliases=[pulumi.Alias(name="old"), "urn:pulumi:dev::TapStack::aws:sns/topic:Topic::older"],
            custom_timeouts=pulumi.CustomTimeouts(create="5m", delete="1h"),
            delete_before_replace=True,
            import_="arn:aws:sns:us-east-1:123456789012:t",
            replace_on_changes=["name"],
            retain_on_delete=True,
        )
        aws.sns.Topic("topic", opts=pulumi.ResourceOptions.merge(options, east()))

    options = deploy(program).one("Topic").options
    assert options.aliases == ("::old", "urn:pulumi:dev::TapStack::aws:sns/topic:Topic::older")
    assert options.timeouts == {"create": "5m", "delete": "1h"}
    assert (options.delete_before_replace, options.retain_on_delete) == (True, True)
    assert options.replace_on_changes == ("name",)
    assert options.import_id == "arn:aws:sns:us-east-1:123456789012:t"


def test_a_providers_inputs_are_decoded_and_its_default_tags_taken_out():
    answers = Listening()
    plan = deploy(shop, answers=answers)
    assert plan.one("aws", "east").inputs["defaultTags"] == {"tags": {"Owner": "shop"}}
    _, provider = answers.created["shop-vpc"]
    assert (provider.urn, provider.package, provider.region) == (EAST, "aws", "us-east-1")
    assert provider.default_tags == {"Owner": "shop"}
    _, none = answers.created["shop-database-password"]
    assert none is None


def test_secrets_are_marked_in_the_plan_and_plain_for_who_answers():
    answers = Listening()
    plan = deploy(shop, answers=answers)
    version = plan.one("SecretVersion")
    assert isinstance(version.inputs["secretString"], Secret)
    assert isinstance(version.outputs["secretString"], Secret)
    assert isinstance(plan.exports["password"], Secret)
    assert not isinstance(plan.exports["vpc_id"], Secret)
    password = plan.one("RandomPassword").outputs["result"].value
    assert len(password) == 24
    bare, _ = answers.created["shop-database-version"]
    assert bare.inputs["secretString"] == f'{{"password": "{password}"}}'


def test_no_secret_shows_in_a_plans_text():
    plan = deploy(shop)
    assert plan.exports["password"].value not in repr(plan)


def test_outputs_named_secret_by_the_program_come_back_secret():
    def program():
        options = pulumi.ResourceOptions.merge(east(), pulumi.ResourceOptions(additional_secret_outputs=["arn"]))
        pulumi.export("arn", aws.sns.Topic("topic", opts=options).arn)

    assert isinstance(deploy(program).exports["arn"], Secret)


def test_a_secret_key_of_a_map_leaves_the_other_keys_plain():
    def program():
        tags = {"Open": "1", "Hidden": pulumi.Output.secret("2")}
        aws.sns.Topic("topic", tags=tags, opts=east())

    outputs = deploy(program).one("Topic").outputs
    assert outputs["tags"] == {"Open": "1", "Hidden": Secret("2")}


def test_whole_numbers_are_ints_and_an_archive_is_an_archive():
    plan = deploy(shop)
    assert repr(plan.one("RandomPassword").inputs["length"]) == "24"
    archive = plan.one("Function").inputs["code"]
    assert isinstance(archive, pulumi.AssetArchive)
    assert archive.assets["index.py"].text == "def handler(*_): pass"


def test_a_preview_registers_what_an_update_registers_and_makes_nothing():
    update, preview = deploy(shop), deploy(shop, preview=True)
    assert {resource.urn for resource in preview.resources} == {resource.urn for resource in update.resources}
    assert {resource.id for resource in preview.resources} == {None}
    assert preview.one("Subnet").inputs["vpcId"] is UNKNOWN
    assert preview.exports["vpc_id"] is UNKNOWN


def test_a_resource_made_inside_apply_is_missing_from_a_preview():
    def program():
        topic = aws.sns.Topic("topic", opts=east())
        topic.arn.apply(lambda arn: aws.sns.Topic("hidden", opts=east("other")))

    assert len(deploy(program).of("Topic")) == 2
    assert len(deploy(program, preview=True).of("Topic")) == 1


def test_a_failure_skips_what_depends_on_it_and_nothing_else():
    answers = Failing({"shop-vpc"})
    problems = problems_of(shop, answers)
    assert problems[0] == "aws:ec2/vpc:Vpc shop-vpc in us-east-1: AWS said no"
    assert "aws:ec2/subnet:Subnet shop-subnet in us-east-1: skipped: depends on aws:ec2/vpc:Vpc shop-vpc" in problems
    assert any(line.startswith("aws:s3/bucket:Bucket copies in us-west-2: skipped") for line in problems)
    assert len(problems) == 3
    assert "shop-function" in answers.asked
    assert "shop-subnet" not in answers.asked


def test_all_failures_are_told_not_only_the_first():
    problems = problems_of(shop, Failing({"shop-vpc", "shop-role"}))
    assert sum(line.endswith("AWS said no") for line in problems) == 2
    assert any("shop-function" in line and "skipped" in line for line in problems)


def test_after_a_failure_an_unknown_input_is_a_skip_not_another_error():
    def program():
        options = east()
        topic = aws.sns.Topic("topic", opts=options)
        invoke = pulumi.InvokeOutputOptions(provider=options.provider)
        # An invoke that gets an unknown gives an unknown, and forgets what it came from.
        name = aws.get_region_output(region=topic.name, opts=invoke).name
        aws.sqs.Queue("queue", name=name, opts=options)

    problems = problems_of(program, Failing({"topic"}))
    assert len(problems) == 2
    assert "aws:sqs/queue:Queue queue in us-east-1: skipped: " in problems[1]


def test_an_output_that_nobody_produced_is_an_error_that_names_both_resources():
    def program():
        options = east()
        topic = aws.sns.Topic("topic", opts=options)
        aws.sns.TopicPolicy("policy", arn=topic.arn, policy="{}", opts=options)

    answers = Partial({"topic": {"arn"}})
    assert problems_of(program, answers) == [
        "aws:sns/topicPolicy:TopicPolicy policy in us-east-1: "
        "input arn holds an output that aws:sns/topic:Topic topic did not produce"
    ]


def test_an_export_without_a_value_is_an_error():
    def program():
        pulumi.export("arn", aws.sns.Topic("topic", opts=east()).arn)

    assert problems_of(program, Partial({"topic": {"arn"}})) == [
        "export arn: its value is not known, no resource gave it"
    ]


def test_an_output_that_a_type_leaves_empty_is_none_to_the_program():
    seen = []

    def program():
        aws.sns.Topic("topic", opts=east()).display_name.apply(seen.append)

    deploy(program)
    assert seen == [None]


def test_two_resources_of_one_name_are_an_error():
    def program():
        options = east()
        aws.sns.Topic("topic", opts=options)
        aws.sns.Topic("topic", opts=options)

    (problem,) = problems_of(program)
    assert problem.startswith("aws:sns/topic:Topic topic in us-east-1: is registered twice")


def test_one_name_under_two_parents_is_no_duplicate():
    class Part(pulumi.ComponentResource):
        def __init__(self, name, type_, opts):
            super().__init__(type_, name, None, opts)
            aws.sns.Topic("topic", opts=pulumi.ResourceOptions(parent=self))

    def program():
        provider = east().provider
        for type_ in ("t:i:A", "t:i:B"):
            Part("part", type_, pulumi.ResourceOptions(providers=[provider]))

    assert len(deploy(program).of("Topic")) == 2


def test_an_aws_resource_without_provider_is_an_error():
    (problem,) = problems_of(lambda: aws.sns.Topic("topic"))
    assert problem.startswith("aws:sns/topic:Topic topic: has no provider")


def test_an_aws_invoke_without_provider_is_an_error():
    with pytest.raises(Exception, match="getRegion failed: has no provider"):
        deploy(aws.get_region)


def test_a_random_resource_needs_no_provider():
    assert deploy(lambda: random.RandomPet("pet")).one("RandomPet").region is None


@pytest.mark.parametrize("form", ["get_ami", "get_ami_output"])
def test_an_unknown_invoke_is_an_error_in_both_forms(form):
    def program():
        getattr(aws.ec2, form)(opts=pulumi.InvokeOptions(provider=east().provider))

    with pytest.raises(Exception, match=r"invoke of aws:ec2/getAmi:getAmi failed: .* is not among the look-ups"):
        deploy(program)


def test_a_program_may_look_at_why_an_invoke_failed_and_go_on():
    def program():
        try:
            aws.ec2.get_vpc(id="vpc-1", opts=pulumi.InvokeOptions(provider=east().provider))
        except Exception as error:  # noqa: BLE001 the SDK raises nothing narrower
            pulumi.export("why", str(error))

    assert "no matching EC2 VPC found" in deploy(program).exports["why"]


def test_what_the_program_raises_is_raised():
    def program():
        raise pulumi.RunError("the settings are wrong")

    with pytest.raises(pulumi.RunError, match="the settings are wrong"):
        deploy(program)


def test_an_exception_inside_apply_is_raised():
    def program():
        def refuse(arn):
            raise ValueError(f"not {arn}")

        pulumi.export("x", aws.sns.Topic("topic", opts=east()).arn.apply(refuse))

    with pytest.raises(ValueError, match="not arn:aws:sns"):
        deploy(program)


def test_an_existing_resource_is_read_and_not_created():
    answers = Listening()

    def program():
        provider = east().provider
        topic = aws.sns.Topic.get("topic", "arn:aws:sns:us-east-1:1:t", opts=pulumi.ResourceOptions(provider=provider))
        pulumi.export("id", topic.id)

    plan = deploy(program, answers=answers)
    assert plan.exports["id"] == "arn:aws:sns:us-east-1:1:t"
    assert plan.one("Topic").read
    assert answers.created == {}


def test_a_read_that_fails_is_a_failure_like_any_other():
    class Blind(Listening):
        def read(self, resource, provider):
            raise AnswerError(f"{resource.id} does not exist")

    def program():
        aws.sns.Topic.get("topic", "arn:1", opts=pulumi.ResourceOptions(provider=east().provider))

    assert problems_of(program, Blind()) == ["aws:sns/topic:Topic topic in us-east-1: arn:1 does not exist"]


def test_what_is_read_by_an_id_to_come_is_unknown_in_a_preview_and_skipped_after_a_failure():
    def program():
        here = east()
        topic = aws.sns.Topic("topic", opts=here)
        found = aws.sns.Topic.get("found", topic.arn, opts=pulumi.ResourceOptions(provider=here.provider))
        pulumi.export("name", found.name)

    assert deploy(program).exports["name"].startswith("found-")
    assert deploy(program, preview=True).exports["name"] is UNKNOWN
    failures = problems_of(program, Failing({"topic"}))
    assert failures[1].startswith("aws:sns/topic:Topic found in us-east-1: skipped: ")
    (problem,) = problems_of(program, Partial({"topic": {"arn"}}))
    assert problem.startswith("aws:sns/topic:Topic found in us-east-1: input id holds an output that ")


def test_transforms_and_hooks_are_refused_by_name():
    with pytest.raises(Exception, match="transforms need Pulumi's own engine"):
        deploy(lambda: pulumi.runtime.register_resource_transform(lambda args: None))

    def with_hook():
        hooks = pulumi.ResourceHookBinding(after_create=[pulumi.ResourceHook("hook", lambda args: None)])
        random.RandomPet("pet", opts=pulumi.ResourceOptions(hooks=hooks))

    with pytest.raises(Exception, match="resource hooks need Pulumi's own engine"):
        deploy(with_hook)


def test_transforms_of_one_resource_are_refused_by_name():
    def program():
        random.RandomPet("pet", opts=pulumi.ResourceOptions(transforms=[lambda args: None]))

    with pytest.raises(Exception, match="RandomPet pet has transforms or hooks"):
        deploy(program)


def test_a_remote_component_is_refused_by_name():
    def program():
        pulumi.ComponentResource("awsx:ec2:Vpc", "vpc", {}, None, remote=True)

    with pytest.raises(Exception, match="awsx:ec2:Vpc vpc is a remote component"):
        deploy(program)


def test_the_sdk_may_ask_for_features_one_by_one_and_for_the_stack():
    monitor = Monitor(Deployment(Listening(), project="P", stack="dev"))
    assert monitor.SupportsFeature(resource_pb2.SupportsFeatureRequest(id="secrets")).hasSupport
    assert not monitor.SupportsFeature(resource_pb2.SupportsFeatureRequest(id="outputValues")).hasSupport
    engine = Engine()
    engine.SetRootResource(engine_pb2.SetRootResourceRequest(urn="urn"))
    assert engine.GetRootResource(engine_pb2.GetRootResourceRequest()).urn == "urn"


def test_a_parameterized_package_is_known_by_its_name():
    monitor = Monitor(Deployment(Listening(), project="P", stack="dev"))
    request = resource_pb2.RegisterPackageRequest(name="terraform-provider")
    assert monitor.RegisterPackage(request).ref == "terraform-provider"
    request.parameterization.name = "own"
    assert monitor.RegisterPackage(request).ref == "own"


def test_a_program_may_require_a_version_of_pulumi():
    deploy(lambda: pulumi.runtime.require_pulumi_version(">=3.0.0"))


def test_config_reaches_the_program():
    def program():
        pulumi.export("owner", pulumi.Config().require("owner"))
        pulumi.export("stack", pulumi.get_stack())

    plan = deploy(program, config={"TapStack:owner": "me"}, stack="prod")
    assert plan.exports == {"owner": "me", "stack": "prod"}


def test_one_deployment_leaves_nothing_to_the_next():
    deploy(lambda: pulumi.export("a", 1), config={"TapStack:owner": "me"})
    plan = deploy(lambda: pulumi.export("owner", pulumi.Config().get("owner") or "nobody"))
    assert plan.exports == {"owner": "nobody"}
