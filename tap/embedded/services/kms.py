"""Recipes of KMS keys and their aliases."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _switch(creation: Creation) -> None:
    """Rotation and the on-off switch are calls of their own."""
    period = creation.take("rotationPeriodInDays")
    if creation.take("enableKeyRotation", False):
        rotation = {"RotationPeriodInDays": period} if period else {}
        creation.call("enable_key_rotation", KeyId=creation.id, **rotation)
    if not creation.take("isEnabled", True):
        creation.call("disable_key", KeyId=creation.id)


def _alias_target(creation: Creation) -> None:
    target = creation.given["targetKeyId"]
    creation.state["targetKeyArn"] = creation.call("describe_key", KeyId=target)["KeyMetadata"]["Arn"]


RECIPES = {
    "aws:kms/key:Key": Recipe(
        "kms.create_key",
        id="KeyId",
        root="KeyMetadata",
        renames={"customerMasterKeySpec": "KeySpec"},
        defaults={"enableKeyRotation": False, "isEnabled": True},
        ignores=("deletionWindowInDays",),
        hooked=("rotationPeriodInDays", "enableKeyRotation", "isEnabled"),
        finish=_switch,
    ),
    "aws:kms/alias:Alias": Recipe(
        "kms.create_alias",
        id="{name}",
        outputs={"arn": "arn:{partition}:kms:{region}:{account}:{name}"},
        renames={"name": "AliasName"},
        named="name",
        finish=_alias_target,
    ),
}
