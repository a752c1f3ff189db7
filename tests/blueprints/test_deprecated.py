"""Nothing that AWS or its provider has given up is used, and nothing is written down that ages."""

import re
from unittest.mock import patch

import pulumi
import pytest

from lib.args.loading import blueprint_names
from lib.tap_stack import TapStackArgs
from tests.support.blueprints import parameters_of
from tests.support.stack import deploy_blueprint, deploy_stack

# Parts of a resource that have a resource of their own by now.
INLINE = {
    "aws:ec2/securityGroup:SecurityGroup": {"ingress", "egress"},
    "aws:ec2/routeTable:RouteTable": {"routes"},
    "aws:ec2/networkAcl:NetworkAcl": {"ingress", "egress"},
    "aws:iam/role:Role": {"inlinePolicies", "managedPolicyArns"},
    "aws:s3/bucket:Bucket": {
        *("acl", "corsRules", "grants", "lifecycleRules", "loggings", "objectLockConfiguration", "policy"),
        *("replicationConfiguration", "serverSideEncryptionConfiguration", "versioning", "websites"),
    },
}


@pytest.mark.parametrize("blueprint", blueprint_names())
def test_the_provider_warns_of_nothing_deprecated(blueprint: str) -> None:
    args = TapStackArgs.from_blueprint(
        blueprint, environment_suffix="dev", tags={"Owner": "tests"}, **parameters_of(blueprint)
    )
    with patch.object(pulumi.log, "warn") as warned:
        deploy_stack(args)
    assert [call.args[0] for call in warned.call_args_list if "deprecated" in call.args[0]] == []


@pytest.mark.parametrize("blueprint", blueprint_names())
def test_no_part_is_given_inline_that_has_a_resource_of_its_own(blueprint: str) -> None:
    for resource in deploy_blueprint(blueprint).resources:
        assert not re.search(r"aws:s3/bucket.*V2", resource.type)
        assert not INLINE.get(resource.type, set()) & set(resource.inputs), resource.urn


def test_images_versions_and_target_groups_have_nothing_fixed() -> None:
    for blueprint in blueprint_names():
        plan = deploy_blueprint(blueprint)
        assert all(
            template.inputs["imageId"].startswith("resolve:ssm:")
            for template in plan.of("aws:ec2/launchTemplate:LaunchTemplate")
        )
        # A major version alone: AWS's minor upgrades are no change.
        assert all("." not in cluster.inputs["engineVersion"] for cluster in plan.of("aws:rds/cluster:Cluster"))
        assert all("name" not in group.inputs for group in plan.of("aws:lb/targetGroup:TargetGroup"))
