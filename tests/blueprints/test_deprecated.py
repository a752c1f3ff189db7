"""Nothing that AWS or its provider has given up is used, and nothing is written down that ages."""

import functools
import importlib
import keyword
import re

import pytest

from lib.args.loading import blueprint_names
from tests.support.stack import deploy_blueprint

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


@functools.cache
def deprecated(type_: str) -> set[str]:
    """The inputs of a type that its provider has given up, as the SDK marks them."""
    module, name = type_.split(":")[1].split("/")[0], type_.split(":")[2]
    # A module that is called like a word of Python's own ends in `_` there: `lambda_`.
    class_ = getattr(importlib.import_module(f"pulumi_aws.{module}{'_' * keyword.iskeyword(module)}"), name)
    getters = [value.fget for value in vars(class_).values() if isinstance(value, property)]
    return {getter._pulumi_name for getter in getters if hasattr(getter, "_pulumi_deprecated_callable")}


def test_the_sdk_marks_what_its_provider_has_given_up() -> None:
    assert {"acl", "versioning"} <= deprecated("aws:s3/bucket:Bucket")
    assert deprecated("aws:lambda/function:Function").isdisjoint({"role", "runtime", "handler"})


@pytest.mark.parametrize("blueprint", blueprint_names())
def test_nothing_is_used_that_the_provider_has_given_up(blueprint: str) -> None:
    for resource in deploy_blueprint(blueprint).resources:
        if resource.type.startswith("aws:"):
            assert not deprecated(resource.type) & set(resource.inputs), resource.urn


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
