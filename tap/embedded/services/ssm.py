"""Recipes of Systems Manager's Parameter Store."""

from tap.embedded.recipe import Recipe

RECIPES = {
    "aws:ssm/parameter:Parameter": Recipe(
        "ssm.put_parameter",
        id="{name}",
        # The name starts with the slash that stands after `parameter` in the ARN.
        outputs={"arn": "arn:{partition}:ssm:{region}:{account}:parameter{name}", "version": "Version"},
        defaults={"tier": "Standard", "dataType": "text"},
        renames={"insecureValue": "Value"},
    ),
}
