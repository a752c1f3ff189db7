"""Recipes of RDS."""

from tap.embedded.recipe import Recipe

RECIPES = {
    "aws:rds/subnetGroup:SubnetGroup": Recipe(
        "rds.create_db_subnet_group",
        id="{name}",
        root="DBSubnetGroup",
        outputs={"arn": "DBSubnetGroupArn"},
        assumes={"description": "Managed by Pulumi"},
        renames={"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
        named="name",
    ),
}
