"""Recipes of Secrets Manager."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _version_id(creation: Creation) -> None:
    creation.id = f"{creation.given['secretId']}|{creation.state['versionId']}"


RECIPES = {
    "aws:secretsmanager/secret:Secret": Recipe(
        "secretsmanager.create_secret",
        id="ARN",
        outputs={"arn": "ARN"},
        renames={"replicas": "AddReplicaRegions"},
        ignores=("recoveryWindowInDays",),
        named="name",
        longest=512,
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": Recipe(
        "secretsmanager.put_secret_value",
        outputs={"arn": "ARN", "secretArn": "ARN", "versionId": "VersionId"},
        finish=_version_id,
    ),
}
