"""Recipes of IAM roles and policies."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _attach_managed(creation: Creation) -> None:
    for policy in creation.take("managedPolicyArns", []):
        creation.call("attach_role_policy", RoleName=creation.id, PolicyArn=policy)
    for policy in creation.take("inlinePolicies", []):
        creation.call(
            "put_role_policy", RoleName=creation.id, PolicyName=policy["name"], PolicyDocument=policy["policy"]
        )


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
}
