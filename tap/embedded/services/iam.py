"""Recipes of IAM roles and policies."""

from tap.embedded.creation import Creation, pairs
from tap.embedded.recipe import Recipe


def _attach_managed(creation: Creation) -> None:
    for policy in creation.take("managedPolicyArns", []):
        creation.call("attach_role_policy", RoleName=creation.id, PolicyArn=policy)
    for policy in creation.take("inlinePolicies", []):
        creation.call(
            "put_role_policy", RoleName=creation.id, PolicyName=policy["name"], PolicyDocument=policy["policy"]
        )


def _fill_profile(creation: Creation) -> None:
    if role := creation.take("role"):
        creation.call("add_role_to_instance_profile", InstanceProfileName=creation.id, RoleName=role)


def _tag_linked_role(creation: Creation) -> None:
    """A service-linked role is made without tags."""
    if creation.tags:
        creation.call("tag_role", RoleName=creation.state["roleName"], Tags=pairs(creation.tags))
    creation.state |= {"name": creation.state["roleName"], "tags": creation.own_tags, "tagsAll": creation.tags}


RECIPES = {
    "aws:iam/role:Role": Recipe(
        "iam.create_role",
        id="RoleName",
        root="Role",
        outputs={"uniqueId": "RoleId"},
        defaults={"path": "/", "maxSessionDuration": 3600},
        renames={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
        ignores=("forceDetachPolicies",),
        named="name",
        longest=64,
        hooked=("managedPolicyArns", "inlinePolicies"),
        finish=_attach_managed,
    ),
    "aws:iam/rolePolicy:RolePolicy": Recipe(
        "iam.put_role_policy",
        id="{role}:{name}",
        renames={"role": "RoleName", "name": "PolicyName", "policy": "PolicyDocument"},
        named="name",
        longest=128,
    ),
    "aws:iam/policy:Policy": Recipe(
        "iam.create_policy",
        id="Arn",
        root="Policy",
        renames={"name": "PolicyName", "policy": "PolicyDocument"},
        defaults={"path": "/"},
        ignores=("delayAfterPolicyCreationInMs",),
        named="name",
        longest=128,
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Recipe(
        "iam.attach_role_policy", id="{role}-{suffix}", renames={"role": "RoleName"}
    ),
    "aws:iam/instanceProfile:InstanceProfile": Recipe(
        "iam.create_instance_profile",
        id="InstanceProfileName",
        root="InstanceProfile",
        outputs={"uniqueId": "InstanceProfileId"},
        defaults={"path": "/"},
        renames={"name": "InstanceProfileName"},
        named="name",
        longest=128,
        hooked=("role",),
        finish=_fill_profile,
    ),
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": Recipe(
        "iam.create_service_linked_role",
        id="Arn",
        root="Role",
        outputs={"uniqueId": "RoleId"},
        renames={"awsServiceName": "AWSServiceName"},
        finish=_tag_linked_role,
    ),
}
