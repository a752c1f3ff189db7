"""Recipes of RDS."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _description(creation: Creation) -> None:
    """The API wants one; the provider has a default."""
    creation.left.setdefault("description", "Managed by Pulumi")


RECIPES = {
    "aws:rds/subnetGroup:SubnetGroup": Recipe(
        "rds.create_db_subnet_group",
        id="{name}",
        root="DBSubnetGroup",
        outputs={"arn": "DBSubnetGroupArn"},
        defaults={"description": "Managed by Pulumi"},
        renames={"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
        named="name",
        prepare=_description,
    ),
}
